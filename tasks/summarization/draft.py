"""What a language model is asked to write: JSON of a fixed shape, in which only known segments and people can be named.

One schema serves three readers: the grammar that a local model decodes under, the `response_format` of a server, and the
check of whatever comes back.
"""

from collections.abc import Mapping, Sequence
from typing import Any, get_args

from pydantic import Field

from tasks.schema import Model

MAX_CITED = 6
_TEXT = 400
_QUOTE = 240
_PHRASE = 60
_ORDER = ("quote", "text", "owner", "due", "segments")
"""In which the fields of an entry are written: what was said, what it means, and at last where it stands."""


class DraftClaim(Model):
    """One statement and the segments that carry it."""

    segments: tuple[str, ...] = Field(min_length=1, max_length=MAX_CITED)
    text: str = Field(min_length=1, max_length=_TEXT)


class DraftFact(DraftClaim):
    """A decision or an open question, with words that prove it."""

    quote: str = Field(min_length=1, max_length=_QUOTE)


class DraftAction(DraftFact):
    """A task that somebody took on."""

    owner: str | None
    due: str | None = Field(max_length=_PHRASE)


class Draft(Model):
    """Lists of entries: each field is a tuple of one kind of `DraftClaim`."""

    @classmethod
    def lists(cls) -> dict[str, type[DraftClaim]]:
        """Name of a list -> the kind of its entries."""
        return {name: get_args(field.annotation)[0] for name, field in cls.model_fields.items()}


class Facts(Draft):
    """What came of a meeting."""

    decisions: tuple[DraftFact, ...] = ()
    action_items: tuple[DraftAction, ...] = ()
    open_questions: tuple[DraftFact, ...] = ()


def draft_schema(kind: type[Draft], ids: Sequence[str], people: Sequence[str], most: int) -> dict[str, Any]:
    """The JSON Schema of a draft about these segments and people, with at most so many entries in a list.

    Every field is required and no other is allowed, as servers with strict schemas want it.
    """
    cited = {"type": "array", "items": {"type": "string", "enum": list(ids)}, "minItems": 1, "maxItems": MAX_CITED}
    owner = {"anyOf": [{"type": "string", "enum": list(people)}, {"type": "null"}]} if people else {"type": "null"}
    fields: dict[str, dict[str, Any]] = {
        "segments": cited,
        "text": _string(_TEXT),
        "quote": _string(_QUOTE),
        "owner": owner,
        "due": {"anyOf": [_string(_PHRASE), {"type": "null"}]},
    }
    lists = {name: _entries(entry, fields, most) for name, entry in kind.lists().items()}
    return _object(lists)


def _entries(entry: type[DraftClaim], fields: dict[str, dict[str, Any]], most: int) -> dict[str, Any]:
    wanted = in_order({name: fields[name] for name in entry.model_fields})
    return {"type": "array", "items": _object(wanted), "maxItems": most}


def in_order(fields: Mapping[str, Any]) -> dict[str, Any]:
    """The fields of an entry in the order in which a model writes them."""
    return {name: fields[name] for name in _ORDER if name in fields}


def _object(properties: dict[str, Any]) -> dict[str, Any]:
    return {"type": "object", "properties": properties, "required": list(properties), "additionalProperties": False}


def _string(longest: int) -> dict[str, Any]:
    return {"type": "string", "minLength": 1, "maxLength": longest}
