"""The shape of a configuration. Defaults live here and nowhere else."""

from typing import Any, Literal

from pydantic import Field

from tasks.audio.options import AudioOptions
from tasks.backend import BackendChoice, Options
from tasks.folder_options import FolderOptions
from tasks.registry import STAGES, backends, find_backend
from tasks.report.options import ReportOptions
from tasks.summarization.choice import SummarizationChoice
from tasks.transcription.choice import TranscriptionChoice


class Hardware(Options):
    """Where models run."""

    device: Literal["auto", "cpu", "cuda", "mps"] = Field("auto", description="auto takes the best one there is and says why")


class Config(Options):
    """One complete configuration: hardware, then one block per stage."""

    hardware: Hardware = Hardware()
    audio: AudioOptions = AudioOptions()
    transcription: TranscriptionChoice = TranscriptionChoice(backend="pocketsphinx")
    diarization: BackendChoice = BackendChoice(backend="resemblyzer")
    summarization: SummarizationChoice = SummarizationChoice(backend="extractive")
    actions: BackendChoice = BackendChoice(backend="rules")
    report: ReportOptions = ReportOptions()
    folder: FolderOptions = FolderOptions()

    def choice(self, stage: str) -> BackendChoice:
        """The backend chosen for a stage."""
        choice: BackendChoice = getattr(self, stage)
        return choice

    def resolved(self) -> "Config":
        """The same with every option of every backend spelled out."""
        return self.model_copy(update={stage: _spelled_out(stage, self.choice(stage)) for stage in STAGES})


def json_schema() -> dict[str, Any]:
    """A JSON Schema of configuration files, with the options of every backend, for editors."""
    schema = Config.model_json_schema()
    for stage in STAGES:
        own = Config.model_fields[stage].annotation
        schema["properties"][stage] = {"oneOf": [_choice_schema(stage, name, own) for name in backends(stage)]}
    return schema


def _spelled_out(stage: str, choice: BackendChoice) -> BackendChoice:
    options = find_backend(stage, choice.backend).Options.model_validate(choice.options)
    return choice.model_copy(update={"options": options.model_dump(mode="json")})


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
