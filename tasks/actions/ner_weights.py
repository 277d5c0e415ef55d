"""A model that says of each token what kind of name it belongs to: loaded from a folder, without code from others."""

import json
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from tasks.errors import ConfigError, DependencyError
from tasks.models.pretrained import load_pretrained
from tasks.models.step_down import DTYPES
from tasks.models.strange_files import require_bearable_files
from tasks.schema import EntityKind

_CHOOSE = (
    "Choose one for token classification, such as dslim/bert-base-NER or, for Vietnamese, NlpHUST/ner-vietnamese-electra-base."
)
_KINDS = {
    EntityKind.PERSON: {"PER", "PERS", "PERSON"},
    EntityKind.ORGANISATION: {"ORG", "ORGANIZATION", "ORGANISATION", "CORP"},
    EntityKind.PLACE: {"LOC", "LOCATION", "GPE", "FAC", "PLACE"},
    EntityKind.PRODUCT: {"PRODUCT", "PROD", "WORK_OF_ART"},
}
_OFFSET_POSITIONS = {"roberta", "xlm-roberta", "xlm-roberta-xl", "camembert", "longformer"}
"""Their positions are counted from two on."""


@dataclass(frozen=True)
class Tagger:
    """A model with its tokenizer, and what its labels mean: the kind, and whether the label begins a name."""

    model: Any
    tokenizer: Any
    labels: tuple[tuple[EntityKind, bool] | None, ...]
    longest_tokens: int


def load_tagger(folder: Path, dtype: str, device: str) -> Tagger:
    """The model on its device. Missing weights are refused, not filled with random numbers."""
    require_bearable_files(folder)
    _require_tagger(folder)
    model, tokenizer = load_pretrained("AutoModelForTokenClassification", folder, DTYPES[dtype], _unusable)
    if not tokenizer.is_fast or len(tokenizer) > model.get_input_embeddings().num_embeddings:
        raise _unusable(folder, "its tokenizer is that of another model, or of a kind that does not tell where its tokens stand")
    labels = _labels(model.config, folder)
    model = model.to(device).eval().requires_grad_(False)
    return Tagger(model, tokenizer, labels, _longest(model.config, tokenizer))


def kind_of(label: str) -> tuple[EntityKind, bool] | None:
    """The kind that a label such as `B-PER` names, and whether it begins a name; None for what is no name, or of no known one."""
    prefix, dash, name = label.upper().partition("-")
    name = name if dash and prefix in {"B", "I", "E", "L", "S", "U"} else label.upper()
    for kind, names in _KINDS.items():
        if name in names:
            return kind, prefix in {"B", "S", "U"} and bool(dash)
    return None


def _labels(config: Any, folder: Path) -> tuple[tuple[EntityKind, bool] | None, ...]:
    names = [str(config.id2label[number]) for number in range(config.num_labels)]
    labels = tuple(kind_of(name) for name in names)
    if not any(label and label[0] is EntityKind.PERSON for label in labels):
        what = f"has no label for persons; its labels are {', '.join(names[:8])}."
        raise ConfigError(what, where=str(folder), fix=_CHOOSE)
    return labels


def _longest(config: Any, tokenizer: Any) -> int:
    positions = int(getattr(config, "max_position_embeddings", None) or tokenizer.model_max_length)
    return min(positions - (2 if config.model_type in _OFFSET_POSITIONS else 0), int(tokenizer.model_max_length))


def _require_tagger(folder: Path) -> None:
    try:
        configuration = dict(json.loads((folder / "config.json").read_text(encoding="utf-8")))
    except (OSError, ValueError, TypeError) as error:
        raise _unusable(folder, "it has no config.json that can be read") from error
    made_for = [str(name) for name in configuration.get("architectures") or []]
    if not any(name.endswith("ForTokenClassification") for name in made_for):
        of = f" made for {made_for[0]}" if made_for else ""
        what = f"is a model of the type '{configuration.get('model_type')}'{of}, and not one that finds names."
        raise ConfigError(what, where=str(folder), fix=_CHOOSE)
    if not any(folder.glob("*.safetensors")):
        raise _unusable(folder, "it has no weights as safetensors, and others are not loaded because they may hold code")


def _unusable(folder: Path, reason: str) -> DependencyError:
    return DependencyError(
        f"the model cannot be used: {reason}.",
        where=str(folder),
        fix="Fetch it again with `minutes models pull`, or name another in actions.options.model.",
    )
