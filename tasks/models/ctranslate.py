"""Whisper in the format of CTranslate2: which folder a name means, and how one is made from other formats."""

import ast
import shutil
import tempfile
from functools import cache
from importlib.util import find_spec
from pathlib import Path

from tasks.engine.base import ModelNeed
from tasks.engine.hub_options import HUB_ID, is_folder
from tasks.errors import ConfigError, DependencyError, did_you_mean
from tasks.files import as_resource_error
from tasks.models.catalogue import known_commit
from tasks.models.checkpoint import to_hugging_face
from tasks.models.snapshots import cached_commit, find_snapshot
from tasks.models.whisper_weights import sha256_of

CTRANSLATE_FILES = ("config.json", "preprocessor_config.json", "model.bin", "tokenizer.json", "vocabulary.*", "README.md")
QUANTIZATIONS = ("float32", "float16", "bfloat16", "int8", "int8_float16", "int8_float32", "int8_bfloat16")
_REQUIRED = ("config.json", "model.bin", "tokenizer.json")
"""Without its tokenizer the library would fetch one."""
_HOW_TO_CONVERT = "Make one: minutes models convert SOURCE OUT"


@cache
def known_names() -> dict[str, str]:
    """Hub id by the name that faster-whisper gives it. Its list is read, not imported: importing it loads CTranslate2."""
    spec = find_spec("faster_whisper")
    if spec is None or spec.origin is None:
        return {}
    source = Path(spec.origin).with_name("utils.py").read_text(encoding="utf-8")
    for node in ast.parse(source).body:
        if isinstance(node, ast.Assign) and isinstance(node.targets[0], ast.Name) and node.targets[0].id == "_MODELS":
            names: dict[str, str] = ast.literal_eval(node.value)
            return names
    raise RuntimeError("this release of faster-whisper keeps its list of models elsewhere")


def need_of(model: str, revision: str | None) -> ModelNeed:
    """What a name, a Hub id or the path of a folder stands for."""
    names = known_names()
    if model in names:
        return ModelNeed("hub", names[model], revision or known_commit(names[model]), CTRANSLATE_FILES)
    if is_folder(model):
        return ModelNeed("local", model)
    if HUB_ID.fullmatch(model):
        return ModelNeed("hub", model, revision or known_commit(model), CTRANSLATE_FILES)
    if not names:  # faster-whisper is not installed: what its names stand for is not known, and its stage says so
        return ModelNeed("hub", model, revision, CTRANSLATE_FILES)
    raise ConfigError(
        f"no model '{model}'; it may be a folder, a Hub id or one of: {', '.join(names)}.{did_you_mean(model, names)}",
        where="transcription.options.model",
    )


def find_folder(need: ModelNeed) -> Path:
    """The folder of a model, with everything in it that the library would otherwise fetch or guess."""
    folder = Path(need.id).expanduser() if need.kind == "local" else find_snapshot(need)
    if missing := [name for name in _REQUIRED if not (folder / name).is_file()]:
        what = f"has no {' and no '.join(missing)}, so it is no Whisper in the format of CTranslate2."
        raise DependencyError(what, where=f"model '{need.id}'", fix=_HOW_TO_CONVERT)
    return folder


def folder_revision(need: ModelNeed) -> str:
    """What pins a model: the commit of the Hub, or the hash of the weights."""
    if need.kind == "hub":
        return f"{need.id}@{cached_commit(need) or need.revision or 'not fetched'}"
    weights = Path(need.id).expanduser() / "model.bin"
    return f"sha256 {sha256_of(weights)}" if weights.is_file() else f"{need.id} (not found)"


def convert(source: Path, out: Path, quantization: str) -> Path:
    """Write a CTranslate2 folder from a checkpoint of openai-whisper or a Hugging Face folder; it appears when it is complete."""
    from transformers.utils.logging import disable_progress_bar

    disable_progress_bar()
    if out.exists():
        raise ConfigError("exists already.", where=str(out), fix="Choose another name, or remove it first.")
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        with tempfile.TemporaryDirectory(dir=out.parent, prefix=f".{out.name}-") as scratch:
            folder = _as_hugging_face(source, Path(scratch))
            made = _run_converter(folder, Path(scratch) / "converted", quantization)
            made.rename(out)
    except OSError as error:
        raise as_resource_error(error, out) from error
    return out


def _as_hugging_face(source: Path, scratch: Path) -> Path:
    if source.is_dir():
        if not any(source.glob("*.safetensors")):
            what = "has no weights as safetensors, and others are not loaded because they may hold code."
            raise ConfigError(what, where=str(source), fix="Save it anew with save_pretrained of transformers 5.")
        return source
    try:
        to_hugging_face(source, scratch / "hugging-face")
    except DependencyError as error:
        raise ConfigError(
            error.what, where="SOURCE", fix="Name a checkpoint of openai-whisper or a Hugging Face folder."
        ) from error
    return scratch / "hugging-face"


def _run_converter(source: Path, out: Path, quantization: str) -> Path:
    """The converter of CTranslate2, then what faster-whisper wants beside it."""
    from ctranslate2.converters import TransformersConverter
    from transformers import AutoTokenizer, WhisperFeatureExtractor

    try:
        TransformersConverter(str(source)).convert(str(out), quantization=quantization)
        WhisperFeatureExtractor.from_pretrained(source, local_files_only=True).save_pretrained(out)
        if (source / "tokenizer.json").is_file():
            shutil.copy(source / "tokenizer.json", out)
        else:
            AutoTokenizer.from_pretrained(source, local_files_only=True).save_pretrained(out)
    except (ValueError, KeyError, AttributeError, NotImplementedError) as error:  # what the converter raises on other models
        reason = str(error).partition("\n")[0] or type(error).__name__
        what = f"the converter of CTranslate2 refused it: {reason}"
        raise ConfigError(what, where=str(source), fix="It converts Whisper models in the format of transformers.") from error
    return out
