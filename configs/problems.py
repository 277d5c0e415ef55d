"""Everything that is wrong with a configuration, one sentence each: where, what, what would be right."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from importlib.util import find_spec
from typing import Any, get_args

from pydantic import BaseModel, ValidationError

from configs.settings import Cluster, Config
from tasks.engine.base import Backend, BackendChoice, ModelNeed
from tasks.engine.registry import ENRICHMENTS, STAGES, find_backend
from tasks.errors import ConfigError, MinutesError, did_you_mean, wish
from tasks.report.exports.formats import lacking
from tasks.summarization.chat import ChatSummarizer

Path = tuple[str | int, ...]


def find_problems(data: Mapping[str, Any], file: str, origins: Mapping[str, str]) -> list[str]:
    """Problems of shape: unknown keys, wrong types, unknown backends, options that a backend does not have."""
    found = _validate(Config, data, ())
    for stage in (*STAGES, *ENRICHMENTS):
        block = data.get(stage)
        if isinstance(block, dict) and block.get("backend") and not any(path[:1] == (stage,) for path, _ in found):
            found += _check_choice(stage, block)
    return [f"{_origin(path, file, origins)}: {dotted(path)}: {message}" for path, message in found]


def check_machine(config: Config, stages: Iterable[str] = STAGES) -> list[str]:
    """Problems of meaning: packages, models and keys that this machine lacks for these stages. Loads no model."""
    wanted = {stage: choice for stage, choice in config.engines.items() if stage in (*stages, *config.enrichments)}
    engines = [problem for stage, choice in wanted.items() for problem in _lacking(stage, choice)]
    files = [f"report.formats: {why}" for _, why in lacking(config.report.formats)]
    return [
        *_lacking_of(config.hardware.cluster),
        *_lacking_to_hear(stages),
        *engines,
        *_lacking_to_translate(config),
        *files,
        *_wrong_templates(config),
    ]


def _wrong_templates(config: Config) -> Iterator[str]:
    if config.report.templates:
        from tasks.report.own_templates import template_problems

        yield from (f"report.templates: {problem}" for problem in template_problems(config.report.templates))


def _lacking_to_hear(stages: Iterable[str]) -> Iterator[str]:
    if "transcription" in stages and not find_spec("silero_vad"):
        yield "audio: finding speech needs 'silero_vad', which is not installed: pip install 'audio-minutes[local]'"


def _lacking_to_translate(config: Config) -> Iterator[str]:
    if "translation" not in config.enrichments or "translation" in config.engines:
        return
    if not issubclass(find_backend("summarization", config.summarization.backend), ChatSummarizer):
        yield (
            f"translation: '{config.summarization.backend}' writes the summary, and it cannot translate;"
            " name a translation.backend, or choose a language model for summarization.backend."
        )


def _lacking_of(cluster: Cluster | None) -> Iterator[str]:
    if cluster and not find_spec(f"prefect_{cluster.engine}"):
        extra = f"pip install 'audio-minutes[{cluster.engine}]'"
        yield f"hardware.cluster.engine: {cluster.engine} needs 'prefect_{cluster.engine}', which is not installed: {extra}"


def _lacking(stage: str, choice: BackendChoice) -> list[str]:
    backend = find_backend(stage, choice.backend)
    if missing := backend.missing_packages():
        return [f"{stage}.backend: {backend.name} needs '{missing[0]}', which is not installed: {backend.install}"]
    options = backend.Options.model_validate(choice.options)
    return [*filter(None, (_absence(stage, need) for need in backend.models(options))), *backend.problems(options)]


def _absence(stage: str, need: ModelNeed) -> str | None:
    from tasks.models.needed import find

    try:
        find(need)
    except MinutesError as error:
        return f"{stage}.options.model: {error}"
    return None


def dotted(path: Path) -> str:
    """`report.formats.1` for ("report", "formats", 1)."""
    return ".".join(str(part) for part in path) or "top level"


def _check_choice(stage: str, block: dict[str, Any]) -> list[tuple[Path, str]]:
    try:
        backend: type[Backend] = find_backend(stage, str(block["backend"]))
    except ConfigError as error:
        return [((stage, "backend"), error.what)]
    return _validate(backend.Options, block.get("options") or {}, (stage, "options"))


def _validate(model: type[BaseModel], data: Any, prefix: Path) -> list[tuple[Path, str]]:
    try:
        model.model_validate(data)
    except ValidationError as error:
        found = error.errors(include_url=False)
        places = [detail["loc"] for detail in found]
        deepest = [detail for detail in found if not any(_inside(place, detail["loc"]) for place in places)]
        return [((*prefix, *detail["loc"]), _message(model, detail)) for detail in deepest]
    return []


def _inside(place: Path, block: Path) -> bool:
    return len(place) > len(block) and place[: len(block)] == block


def _message(model: type[BaseModel], detail: Any) -> str:
    loc: Path = detail["loc"]
    if detail["type"] in {"extra_forbidden", "invalid_key"}:
        known = list(_fields_at(model, loc[:-1]))
        return f"unknown key '{loc[-1]}'; known: {', '.join(known) or 'none'}.{did_you_mean(str(loc[-1]), known)}"
    if detail["type"] == "missing":
        return "is missing."
    given = "" if isinstance(detail["input"], dict | list) else f", not '{detail['input']}'"
    return f"{wish(detail)}{given}."


def _fields_at(model: type[BaseModel], path: Sequence[str | int]) -> Sequence[str]:
    """The field names of the model at a path below `model`."""
    for part in path:
        kind = model.model_fields[str(part)].annotation
        blocks = [inner for inner in (kind, *get_args(kind)) if isinstance(inner, type) and issubclass(inner, BaseModel)]
        if not blocks:
            return ()
        model = blocks[0]
    return tuple(model.model_fields)


def _origin(path: Path, file: str, origins: Mapping[str, str]) -> str:
    """Where the value at a path came from: the last override of it, of a block around it or of something in it, else the file."""
    for length in range(len(path), 0, -1):
        if origin := origins.get(dotted(path[:length])):
            return origin
    inside = (origin for key, origin in origins.items() if key.startswith(f"{dotted(path)}."))
    return next(inside, file)
