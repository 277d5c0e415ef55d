"""The shape of a configuration. Defaults live here and nowhere else."""

import re
from typing import Any, Literal, Self, get_args
from urllib.parse import urlsplit
from zoneinfo import ZoneInfo

from pydantic import Field, field_validator, model_validator

from tasks.audio.options import AudioOptions
from tasks.engine.base import BackendChoice, Options
from tasks.engine.registry import ENRICHMENTS, STAGES, backends, find_backend
from tasks.folder_options import FolderOptions
from tasks.meeting.labels import canonical_label
from tasks.report.options import Delivery, ReportOptions
from tasks.summarization.choice import SummarizationChoice
from tasks.transcription.choice import TranscriptionChoice
from tasks.translation.choice import TranslationChoice

Overlap = Literal["auto", "off", "lanes", "stages"]
Enrichment = Literal["translation", "sentiment"]


class Cluster(Options):
    """The machines whose workers open the models instead of this one."""

    engine: Literal["ray", "dask"] = Field(description="what runs there; each is an extra of this package")
    address: str = Field(
        description="of Ray's head (`host:6379` from a machine of the cluster, `ray://host:10001` from another) "
        "or of Dask's scheduler (`host:8786`)",
    )

    @property
    def host_and_port(self) -> tuple[str, int]:
        """Where it listens."""
        parts = urlsplit(self.address if "://" in self.address else f"//{self.address}")
        assert parts.hostname
        assert parts.port
        return parts.hostname, parts.port

    @field_validator("address")
    @classmethod
    def _names_a_port(cls, address: str) -> str:
        if not re.fullmatch(r"((ray|tcp|tls)://)?([\w.-]+|\[[\da-fA-F:]+\]):[1-9]\d{0,4}", address):
            raise ValueError("a host and a port, such as head:8786")
        return address


class Hardware(Options):
    """Where models run."""

    device: Literal["auto", "cpu", "cuda", "mps"] = Field("auto", description="auto takes the best one there is and says why")
    overlap: Overlap = Field(
        "auto",
        description="whether recordings of a folder are worked on at once: off, one after the other; lanes, one is heard while "
        "the next is decoded and the one before is summarised, with all models in memory; stages, all are heard and then all are "
        "summarised, for memory that cannot hold both models; auto, lanes on a GPU, with a hosted model or on 4 cores, else off",
    )
    cluster: Cluster | None = Field(
        None,
        description="a Ray or Dask cluster whose workers open the models, such as `{engine: dask, address: 'head:8786'}`; "
        "the device is then that of its workers, cpu or cuda: see cluster.md",
    )

    @field_validator("overlap", mode="before")
    @classmethod
    def _off_is_a_word(cls, value: Any) -> Any:
        return "off" if value is False else value  # YAML reads a bare `off` as false

    @model_validator(mode="after")
    def _names_the_device_of_the_workers(self) -> Self:
        if self.cluster and self.device not in ("cpu", "cuda"):
            raise ValueError("given with device: cpu or device: cuda, what the workers of the cluster have")
        return self


class Schedule(Options):
    """When `minutes serve` looks into its folder; never by itself if neither a cron line nor an interval is given."""

    cron: str | None = Field(None, description="minute hour day month weekday, e.g. `0 2 * * *` for every night at two")
    interval_min: float | None = Field(None, ge=1, description="minutes from one start to the next, instead of a cron line")
    timezone: str = Field("UTC", description="what the hours of the cron line mean, e.g. `Europe/Berlin`")

    @field_validator("timezone")
    @classmethod
    def _is_known(cls, name: str) -> str:
        try:
            ZoneInfo(name)
        except (ValueError, OSError, KeyError):
            raise ValueError("the name of a time zone, such as Europe/Berlin") from None
        return name

    @field_validator("cron")
    @classmethod
    def _is_a_cron_line(cls, line: str | None) -> str | None:
        if line is not None and len(line.split()) != 5:
            raise ValueError("five fields (minute hour day month weekday), such as 0 2 * * *")
        return line

    @model_validator(mode="after")
    def _is_one(self) -> Self:
        if self.cron and self.interval_min:
            raise ValueError("either cron or interval_min")
        return self


class Notify(Options):
    """Who is told when `minutes serve` has made minutes, or could not."""

    webhook_env: str | None = Field(
        None, description="name of the environment variable with an address that gets a JSON POST; it holds no transcript text"
    )


class Config(Options):
    """One complete configuration: hardware, then one block per stage."""

    hardware: Hardware = Hardware()
    audio: AudioOptions = AudioOptions()
    transcription: TranscriptionChoice = TranscriptionChoice(
        backend="faster-whisper", options={"model": "base", "compute_type": "int8"}
    )
    diarization: BackendChoice = BackendChoice(backend="campplus")
    speakers: dict[str, str] = Field(
        default_factory=dict, description="names of speakers, such as {A: Ana, B: Bo}; see --speakers for a single recording"
    )
    summarization: SummarizationChoice = SummarizationChoice(backend="extractive")
    actions: BackendChoice = BackendChoice(backend="rules")
    enrichments: tuple[Enrichment, ...] = Field(
        (), description="what is added to finished minutes: translation, sentiment; each needs its block"
    )
    translation: TranslationChoice | None = None
    sentiment: BackendChoice | None = None
    report: ReportOptions = ReportOptions()
    deliver: Delivery = Delivery()
    folder: FolderOptions = FolderOptions()
    schedule: Schedule = Schedule()
    notify: Notify = Notify()

    @field_validator("speakers")
    @classmethod
    def _names_are_known(cls, names: dict[str, str]) -> dict[str, str]:
        return {canonical_label(label): name for label, name in names.items()}

    @model_validator(mode="after")
    def _says_how_to_enrich(self) -> Self:
        for name in self.enrichments:
            if getattr(self, name) is None:
                raise ValueError(f"given with a block '{name}:', since enrichments name it")
        return self

    @property
    def engines(self) -> dict[str, BackendChoice]:
        """The backend of every stage, and of the enrichments that are wanted and have one of their own."""
        chosen: dict[str, BackendChoice] = {stage: getattr(self, stage) for stage in STAGES}
        if "translation" in self.enrichments and self.translation and self.translation.engine:
            chosen["translation"] = self.translation.engine
        if "sentiment" in self.enrichments and self.sentiment:
            chosen["sentiment"] = self.sentiment
        return chosen

    def choice(self, stage: str) -> BackendChoice:
        """The backend chosen for a stage."""
        return self.engines[stage]

    def resolved(self) -> "Config":
        """The same with every option of every backend spelled out."""
        options = {stage: _spelled_out(stage, choice) for stage, choice in self.engines.items()}
        return self.model_copy(
            update={stage: getattr(self, stage).model_copy(update={"options": told}) for stage, told in options.items()}
        )


def json_schema() -> dict[str, Any]:
    """A JSON Schema of configuration files, with the options of every backend, for editors."""
    schema = Config.model_json_schema()
    for stage in (*STAGES, *ENRICHMENTS):
        block = block_of(stage)
        choices = [_choice_schema(stage, name, block) for name in backends(stage)]
        without = [] if block.model_fields["backend"].is_required() else [_without_backend(block)]
        schema["properties"][stage] = {"oneOf": [*choices, *without, *([{"type": "null"}] if stage in ENRICHMENTS else [])]}
    return schema


def block_of(stage: str) -> Any:
    """The type of the block of a stage."""
    kind = Config.model_fields[stage].annotation
    return next((each for each in get_args(kind) if each is not type(None)), kind)


def _spelled_out(stage: str, choice: BackendChoice) -> dict[str, Any]:
    return find_backend(stage, choice.backend).Options.model_validate(choice.options).model_dump(mode="json")


def _without_backend(block: Any) -> dict[str, Any]:
    """The block for those who leave the engine to another stage."""
    schema: dict[str, Any] = block.model_json_schema()
    schema["properties"]["backend"] = {"type": "null"}
    schema["properties"]["options"] = {"type": "object", "maxProperties": 0}
    return schema


def _choice_schema(stage: str, name: str, block: Any) -> dict[str, Any]:
    backend = find_backend(stage, name)
    shared = {key: field for key, field in block.model_json_schema()["properties"].items() if key not in ("backend", "options")}
    return {
        "type": "object",
        "description": backend.summary,
        "properties": {"backend": {"const": name}, "options": backend.Options.model_json_schema(), **shared},
        "required": ["backend"],
        "additionalProperties": False,
    }
