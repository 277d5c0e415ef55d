"""Reads what a language model replied, however badly it kept to what was asked.

Removed: thinking, code fences, prose around the JSON. Repaired: JSON that is nearly right, values whose meaning is plain.
Dropped, each with a reason: entries that are wrong; the others count. Kept as they are: ids of segments that do not exist and
names of people who are not known, for the evidence check to reject in the open; and texts longer than asked for, which are no
less true.
"""

import re
import unicodedata
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass, field
from typing import Any, TypeVar

from tasks.clean_text import visible
from tasks.errors import BackendError
from tasks.summarization.draft import MAX_CITED, Draft, DraftClaim
from tasks.summarization.language_model import Reply
from tasks.summarization.loose_json import NestedError, read_json

AnyDraft = TypeVar("AnyDraft", bound=Draft)

_LONGEST_REPLY = 400_000
_LONGEST_TEXT = 1600
_LONGEST_ID = 40
_MOST_ENTRIES = 200
_MOST_STARTS = 8
_THINKING = re.compile(r"(?:<(think|thinking|thought|reasoning)>|\[(THINK)\])", re.IGNORECASE)
_THOUGHT = re.compile(r"(?:</(?:think|thinking|thought|reasoning)>|\[/THINK\])", re.IGNORECASE)
_NOTHING = frozenset(
    "|-|–|—|?|none|null|nil|n/a|nobody|no one|unknown|unassigned|unspecified|tbd|not specified|not stated|not mentioned"
    "|không|không có|không rõ|không ai|chưa rõ|chưa có".split("|")
)
"""How models write that there is no owner or no date."""
_ID = re.compile(r"(?:s|seg|segment|id)?[ _:.#-]*0*([0-9]{1,9})")
_BETWEEN_IDS = re.compile(r"[\s,;|/&+()\[\]{}<>\"'“”‘’`]+")
_RANGE = re.compile(r"(.*\d)(?:-|–|—|\.\.+|…)(\D*\d+)")


class ReplyError(BackendError):
    """A reply in which there is no answer; `what` is the reason."""


class _WrongEntryError(ValueError):
    """What is wrong with an entry that does not count."""


def read_reply(reply: Reply, kind: type[AnyDraft], ids: Sequence[str], people: Sequence[str]) -> tuple[AnyDraft, list[str]]:
    """The draft in a reply about these segments and people, and what is wrong with it: a clause each, without a full stop.

    Raises:
        ReplyError: there is no usable entry in it although it is not an empty answer. Nothing else is ever raised.
    """
    text = without_thinking(reply.text)
    if not text.strip():
        room = ", as there was no room left for it" if reply.cut else ""
        raise ReplyError(f"it is empty{room}.")
    if len(text) > _LONGEST_REPLY:
        raise ReplyError(f"it is longer than {_LONGEST_REPLY} characters.")
    given, whole = _find(text, tuple(kind.model_fields))
    reader = _Entries(ids, people)
    lists = {name: reader.read(name, entry, given.get(name)) for name, entry in kind.lists().items()}
    if not any(lists.values()) and (reader.reasons or not whole):
        raise ReplyError(f"{reader.reasons[0] if reader.reasons else 'it was cut off before its first entry was complete'}.")
    if not whole:
        reader.reasons.append("the answer was cut off, and what follows its last complete entry is missing")
    return kind(**lists), reader.reasons


def repair_request(error: ReplyError) -> str:
    """What to tell a model whose reply could not be read."""
    return (
        f"Your answer was not valid: {error.what} Answer again with only the JSON in the shape that was asked for:"
        " one complete object, short texts, no explanation and no code fence."
    )


def without_thinking(text: str) -> str:
    """What follows the model's thoughts; nothing if they never end."""
    brace = text.find("{")
    begins = _THINKING.search(text, 0, brace if brace >= 0 else len(text))
    *_, ends = None, *_THOUGHT.finditer(text)
    if begins and not ends:
        return text[: begins.start()]
    unopened = ends and not begins and not text[: ends.start()].lstrip().startswith(("{", "[", "`"))
    return text[ends.end() :] if ends and (begins or unopened) else text


def _find(text: str, names: Sequence[str]) -> tuple[Mapping[str, Any], bool]:
    """The object with most entries under these names, and whether its end is there. Of equals the last: it is the final word."""
    starts = _starts(text, names)
    found = []
    for start in starts:
        with suppress(NestedError):
            found.append(read_json(text, start))
    if starts and not found:
        raise ReplyError("it is nested too deeply.")
    if len(names) == 1:
        found = [({names[0]: value}, whole) if isinstance(value, list) else (value, whole) for value, whole in found]
    usable = [(value, whole) for value, whole in found if isinstance(value, dict) and any(name in value for name in names)]
    if not usable:
        wanted = " or ".join(f"'{name}'" for name in names)
        raise ReplyError(f"there is no JSON object with {wanted} in it.")
    return max(reversed(usable), key=lambda item: sum(_size(item[0].get(name)) for name in names))


def _starts(text: str, names: Sequence[str]) -> list[int]:
    """Where an answer may begin: at the brackets before a known name, else at the first bracket."""
    named = re.compile(r"\{[\s\"'“”‘’]{0,40}(?:" + "|".join(names) + r")\b")
    starts = [found.start() for found in named.finditer(text)]
    first = re.search(r"[{\[]", text)
    return starts[-_MOST_STARTS:] or ([first.start()] if first else [])


def _size(value: object) -> int:
    return len(value) if isinstance(value, list) else 0


@dataclass
class _Entries:
    """Makes entries of what a model wrote, and says what it left out."""

    ids: Sequence[str]
    people: Sequence[str]
    reasons: list[str] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._known = {name.casefold(): name for name in self.ids}
        self._numbered = {int(found[1]): name for name in self.ids if (found := _ID.fullmatch(name.casefold()))}
        self._named = {_same(person): person for person in self.people}

    def read(self, name: str, kind: type[DraftClaim], given: object) -> tuple[DraftClaim, ...]:
        """The entries of one list that count."""
        items = [] if _is_nothing(given) else given if isinstance(given, list) else [given]
        if len(items) > _MOST_ENTRIES:
            self.reasons.append(f"only the first {_MOST_ENTRIES} of {len(items)} entries of '{name}' count")
        entries = []
        for number, item in enumerate(items[:_MOST_ENTRIES], 1):
            try:
                entries.append(self._entry(kind, item, f"entry {number} of '{name}'"))
            except _WrongEntryError as error:
                self.reasons.append(f"entry {number} of '{name}' {error}")
        return tuple(entries)

    def _entry(self, kind: type[DraftClaim], item: object, where: str) -> DraftClaim:
        """Built without the limits of the schema, which are there to keep models brief."""
        if not isinstance(item, dict):
            raise _WrongEntryError("is no object")
        values: dict[str, Any] = {"segments": self._segments(item.get("segments"), where)}
        for name in kind.model_fields:
            if name in ("owner", "due"):
                values[name] = self._optional(name, item.get(name), where)
            elif name != "segments":
                values[name] = _text(name, item.get(name))
        return kind.model_construct(**values)

    def _segments(self, given: object, where: str) -> tuple[str, ...]:
        cited = [name for item in (given if isinstance(given, list) else [given]) for name in self._resolved(item)]
        unique = tuple(dict.fromkeys(cited))
        if not unique:
            raise _WrongEntryError("cites no segment")
        if len(unique) > MAX_CITED:
            self.reasons.append(f"{where} cites {len(unique)} segments, of which the first {MAX_CITED} count")
        return unique[:MAX_CITED]

    def _resolved(self, item: object) -> list[str]:
        """The ids that one item means; what means none is kept as it is."""
        if isinstance(item, dict):
            item = item.get("id")
        if isinstance(item, int | float) and not isinstance(item, bool):
            item = _number(item)
        if not isinstance(item, str) or _is_nothing(item):
            return []
        if found := self._one(item):
            return [found]
        parts = [part for part in _BETWEEN_IDS.split(_clean(item)) if any(letter.isdigit() for letter in part)]
        return [name for part in parts[: 4 * MAX_CITED] for name in self._between(part)] or [_clean(item)[:_LONGEST_ID]]

    def _between(self, part: str) -> Sequence[str]:
        """`S0003-S0005` means all three."""
        part = part[:_LONGEST_ID]
        if (found := self._one(part)) or not (ends := _RANGE.fullmatch(part)):
            return [found or part]
        first, last = self._one(ends[1]), self._one(ends[2])
        if first is None or last is None:
            return [part]
        return self.ids[self.ids.index(first) : self.ids.index(last) + 1] or [first, last]

    def _one(self, name: str) -> str | None:
        plain = name.strip(" \t\n[](){}<>\"'“”‘’`.,;:").casefold()
        found = _ID.fullmatch(plain)
        return self._known.get(plain) or (self._numbered.get(int(found[1])) if found else None)

    def _optional(self, name: str, given: object, where: str) -> str | None:
        """An owner as they are known, or the words for a date; None where there is none, or none that is plain."""
        if isinstance(given, list) and len(given) == 1:
            given = given[0]
        if isinstance(given, str) and _same(given) in self._named and name == "owner":
            return self._named[_same(given)]
        if _is_nothing(given):
            return None
        try:
            return _text(name, given)
        except _WrongEntryError:
            self.reasons.append(f"{where} has no usable '{name}'")
            return None


def _text(name: str, given: object) -> str:
    """One line that any file can hold."""
    if isinstance(given, list) and len(given) == 1:
        given = given[0]
    if isinstance(given, int | float) and not isinstance(given, bool):
        given = _number(given)
    if not isinstance(given, str) or not (text := _clean(given)):
        raise _WrongEntryError(f"has no '{name}'")
    if len(text) > _LONGEST_TEXT:
        raise _WrongEntryError(f"has a '{name}' of more than {_LONGEST_TEXT} characters")
    return text


def _clean(text: str) -> str:
    """Without what nobody sees, and with single spaces."""
    return " ".join(visible(text).split())


def _number(value: float) -> str:
    """A number as it is written; nothing for one that no answer holds."""
    return f"{value:g}" if abs(value) < 1e6 else ""


def _is_nothing(given: object) -> bool:
    return given is None or (isinstance(given, str) and _same(given).strip(" .()[]<>") in _NOTHING)


def _same(name: str) -> str:
    return unicodedata.normalize("NFC", _clean(name)).casefold()
