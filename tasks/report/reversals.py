"""Decisions that a later meeting reversed, where the words prove it; all decisions are kept in `decisions.json`.

Proof is the same words with a negation more or less, or words that take a decision back. Whatever is less sure is no reversal.
"""

import datetime as dt
import re
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from pydantic import TypeAdapter, ValidationError

from tasks.language.words import normalise
from tasks.schema import Minutes, Model, Reversal

FILE_NAME = "decisions.json"
_NEGATION = re.compile(r"\b(?:not|never|no longer|no|cannot|\w+n't|không còn|không|đừng|chẳng)\b")
_UNSURE = re.compile(r"\b(?:only|until|unless|except|before|if|maybe|perhaps|yet|chỉ|cho đến|trừ|trước|nếu|có lẽ|chưa)\b")
"""With these a sentence with a negation need not say the contrary of the one without."""
_TAKEN_BACK = re.compile(
    r"\b(?:go(?:ing|es)?|went|gone) back on\b|\b(?:revers|revok|overturn|withdraw)\w* the decision\b|"
    r"\b(?:rút lại|hủy|huỷ) quyết định\b"
)
_INSTEAD = re.compile(r"\b(?:instead of|in place of|thay vì|thay cho)\b")
_IDLE = frozenset(
    "a an the this that we i it they our us will 'll we'll i'll would shall should can could do does did is are was were be been"
    " am going to gonna have has had decided agreed decide agree decision of so then now any more anymore"
    " chúng ta tôi mình sẽ là đã đang thì mà quyết định thống nhất nữa".split()
)
_LEAST_WORDS = 2
_SHORT = 3


class RegisteredDecision(Model):
    """One decision, where it comes from, and which later one reversed it."""

    id: str
    text: str
    spoken: str | None = None
    meeting: str
    held_on: dt.date
    recording_sha256: str
    start_s: float
    quote: str
    minutes: str
    reversed_by: str | None = None
    reversed_on: dt.date | None = None

    @property
    def said(self) -> str:
        """The decision in the words of the meeting."""
        return self.spoken or self.text


_DECISIONS = TypeAdapter(tuple[RegisteredDecision, ...])


def read_decisions(out: Path, rebuild: Callable[[], Iterable[tuple[str, Minutes]]]) -> tuple[RegisteredDecision, ...]:
    """The decisions of all meetings; made from the minutes themselves if the file is missing or damaged."""
    try:
        return _DECISIONS.validate_json((out / FILE_NAME).read_bytes())
    except (OSError, ValidationError):
        return tuple(decision for folder, minutes in rebuild() for decision in registered(minutes, folder))


def registered(minutes: Minutes, folder: str) -> tuple[RegisteredDecision, ...]:
    """The decisions of one meeting as the register has them, not compared with others yet."""
    recording = minutes.recording
    return tuple(
        RegisteredDecision(
            id=decision.id,
            text=decision.text,
            spoken=decision.spoken,
            meeting=minutes.title,
            held_on=recording.recorded_at.date(),
            recording_sha256=recording.sha256,
            start_s=decision.evidence.start_s,
            quote=decision.evidence.quote,
            minutes=folder,
        )
        for decision in minutes.decisions
    )


def all_decisions(minutes: Minutes, folder: str, before: Iterable[RegisteredDecision]) -> tuple[RegisteredDecision, ...]:
    """The register with the decisions of this meeting in it, by date, each with the later one that reversed it."""
    own = minutes.recording.sha256
    kept = [decision for decision in before if decision.recording_sha256 != own]
    return compared([*kept, *registered(minutes, folder)])


def as_json(decisions: Sequence[RegisteredDecision]) -> str:
    """The content of `decisions.json`."""
    return _DECISIONS.dump_json(tuple(decisions), indent=2).decode() + "\n"


def reversals(minutes: Minutes, before: Iterable[RegisteredDecision]) -> tuple[Reversal, ...]:
    """Which decisions of the minutes reverse one of an earlier day."""
    today = minutes.recording.recorded_at.date()
    return tuple(
        Reversal(
            decision_id=decision.reversed_by,
            earlier_id=decision.id,
            earlier_text=decision.text,
            earlier_on=decision.held_on,
            earlier_minutes=decision.minutes,
        )
        for decision in all_decisions(minutes, "", [each for each in before if each.held_on < today])
        if decision.reversed_by and decision.held_on < today and decision.reversed_on == today
    )


def compared(decisions: Iterable[RegisteredDecision]) -> tuple[RegisteredDecision, ...]:
    """All by date, each with the first later decision that reversed it."""
    ordered = sorted(decisions, key=lambda each: (each.held_on, each.recording_sha256, each.start_s))
    found = [each.model_copy(update={"reversed_by": None, "reversed_on": None}) for each in ordered]
    latest: dict[frozenset[str], int] = {}
    """Words -> the latest decision in them of the days before."""
    today: dict[frozenset[str], int] = {}
    for number, decision in enumerate(found):
        if number and found[number - 1].held_on != decision.held_on:
            latest |= today
            today = {}
        earlier = _contrary(decision, latest, found)
        if earlier is None:
            earlier = _taken_back(decision, found, number)
        if earlier is not None:
            found[earlier] = found[earlier].model_copy(update={"reversed_by": decision.id, "reversed_on": decision.held_on})
        said = _said(decision.said)
        if said.sure:
            today[said.words] = number
    return tuple(found)


def sense(text: str) -> frozenset[str] | None:
    """The words that a decision and its contrary share; None if the text has none for sure."""
    said = _said(text)
    return said.words if said.sure else None


def refers_back(text: str) -> bool:
    """Whether a text takes back or replaces something that may have been decided in any words."""
    said = _said(text)
    return bool(said.taken_back or said.replaced)


@dataclass(frozen=True)
class _Said:
    """What of a sentence is compared."""

    words: frozenset[str]
    """Those that carry the sense, without negations."""
    negated: bool
    sure: bool
    """Whether a negation more or less would be the contrary."""
    taken_back: frozenset[str]
    """The words of the decision that the sentence takes back by saying so."""
    kept: frozenset[str]
    replaced: frozenset[str]
    """For `this instead of that`: the words of both."""


@lru_cache(maxsize=65536)
def _said(text: str) -> _Said:
    plain = normalise(text)
    negations = _NEGATION.findall(plain)
    words = _words(_NEGATION.sub(" ", plain))
    back, instead = _TAKEN_BACK.search(plain), list(_INSTEAD.finditer(plain))
    one = instead[0] if len(instead) == 1 else None
    return _Said(
        words=words,
        negated=bool(negations),
        sure=len(negations) <= 1 and len(words) >= _LEAST_WORDS and not _UNSURE.search(plain),
        taken_back=_words(plain[back.end() :]) if back and not negations else frozenset(),
        kept=_words(plain[: one.start()]) if one and not negations else frozenset(),
        replaced=_words(plain[one.end() :]) if one and not negations else frozenset(),
    )


def _words(plain: str) -> frozenset[str]:
    return frozenset(_third_person(word) for word in frozenset(plain.split()) - _IDLE)


def _third_person(word: str) -> str:
    """`stays` as `does not stay` says it."""
    return word[:-1] if len(word) > _SHORT and word.endswith("s") and not word.endswith("ss") else word


def _contrary(decision: RegisteredDecision, latest: dict[frozenset[str], int], found: Sequence[RegisteredDecision]) -> int | None:
    """The latest decision in the same words, if one of the two is negated."""
    said = _said(decision.said)
    number = latest.get(said.words) if said.sure else None
    return None if number is None or _said(found[number].said).negated == said.negated else number


def _taken_back(decision: RegisteredDecision, found: Sequence[RegisteredDecision], place: int) -> int | None:
    """The latest decision of the days before whose words the sentence takes back or replaces."""
    sentences = [said for said in map(_said, {decision.said, decision.quote}) if said.taken_back or said.replaced]
    if not sentences:
        return None
    for number in reversed(range(place)):
        other = found[number]
        if (
            other.held_on < decision.held_on
            and not other.reversed_by
            and any(_is_meant(_said(other.said), said) for said in sentences)
        ):
            return number
    return None


def _is_meant(earlier: _Said, later: _Said) -> bool:
    """Whether the later sentence gives up what the earlier one says."""
    if earlier.negated or len(earlier.words) < _LEAST_WORDS:
        return False
    if len(later.taken_back) >= _LEAST_WORDS and later.taken_back <= earlier.words:
        return True
    frame = earlier.words - later.replaced
    return (
        bool(frame) and later.replaced <= earlier.words and bool(later.replaced) and frame <= later.kept and later.kept != frame
    )
