"""Two ways to make minutes of the same recordings: which figures differ, and in what they agree."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple, TypeVar

from tasks.evaluation.bootstrap import ENOUGH, Range, Ratio, interval_of_difference, total
from tasks.evaluation.figures import KINDS_OF_FIGURES, Figures, said_at
from tasks.evaluation.passages import Place, same_place
from tasks.evaluation.results import Measured
from tasks.evaluation.speakers import KINDS, speaker_errors
from tasks.evaluation.words import word_errors, words_of
from tasks.language.codes import base_language
from tasks.schema import ActionItem, Decision, Minutes, Transcript

Item = TypeVar("Item")
LABELS = ("A", "B")
AGREEMENT = {
    "words_differ": "words that differ",
    "speakers_differ": "speech of other speakers",
    "tasks_shared": "tasks of both",
    "decisions_shared": "decisions of both",
}
"""What is compared where nobody wrote down what is right, in the order of the tables."""


class Difference(NamedTuple):
    """One figure of both, over the recordings for which both have it."""

    first: float | None
    second: float | None
    range: Range | None
    """Of the second minus the first."""
    recordings: int
    better: int | None
    """0 for the first, 1 for the second; None where the interval does not tell, or where nothing is better."""


def differences(first: Sequence[Measured], second: Sequence[Measured]) -> dict[str, Difference]:
    """Key -> how a figure differs, in the order of the tables; only those that both have of some recording."""
    return {key: found for key in KINDS_OF_FIGURES if (found := _difference(key, first, second))}


def _difference(key: str, first: Sequence[Measured], second: Sequence[Measured]) -> Difference | None:
    figures = [(one.figures, other.figures) for one, other in zip(first, second, strict=True)]
    pairs = [(one[key], other[key]) for one, other in figures if key in one and key in other]
    ours, theirs = [one for one, _ in pairs], [other for _, other in pairs]
    values = total(ours).value, total(theirs).value
    if None in values:
        return None
    found = interval_of_difference(ours, theirs)
    return Difference(*values, found, len(pairs), _better(found, KINDS_OF_FIGURES[key].less_is_better))


def _better(found: Range | None, less_is_better: bool | None) -> int | None:
    if found is None or less_is_better is None or found.low <= 0 <= found.high:
        return None
    return int((found.high < 0) == less_is_better)


def few_recordings(found: Mapping[str, Difference]) -> str | None:
    """What to think of the intervals, if there are too few recordings for them."""
    most = max((each.recordings for each in found.values()), default=0)
    if most >= ENOUGH or not any(each.better is not None for each in found.values()):
        return None
    return (
        f"{most} recordings are few, and such intervals too narrow: take what is better as a hint, and compare {ENOUGH} or more."
    )


def agreement(first: tuple[Minutes, Transcript], second: tuple[Minutes, Transcript]) -> Figures:
    """How far two minutes of one recording say the same; errors of words and speakers are the second's, were the first right."""
    (minutes, said), (other_minutes, other) = first, second
    language = base_language(said.language)
    words = [words_of(" ".join(part.text for part in each.spoken.segments), language) for each in (said, other)]
    found = {"words_differ": Ratio(*word_errors(*words))}
    if said.turns and other.turns:
        errors = speaker_errors(said.turns, other.turns)
        found["speakers_differ"] = Ratio(sum(errors[kind] for kind in KINDS), errors["total"])
    tasks = paired(minutes.action_items, other_minutes.action_items, said_at)
    decisions = paired(minutes.decisions, other_minutes.decisions, decided_at)
    return found | {"tasks_shared": _shared(tasks), "decisions_shared": _shared(decisions)}


def paired(
    first: Sequence[Item], second: Sequence[Item], place: Callable[[Item], Place]
) -> list[tuple[Item | None, Item | None]]:
    """What was found by both in the same place, then what by one alone."""
    rest, pairs = list(second), list[tuple[Item | None, Item | None]]()
    for item in first:
        twin = next((other for other in rest if same_place(place(item), place(other))), None)
        pairs.append((item, twin))
        if twin is not None:
            rest.remove(twin)
    return [*pairs, *((None, other) for other in rest)]


def decided_at(decision: Decision) -> Place:
    """Where a decision was said."""
    return (decision.evidence,)


def _shared(pairs: Sequence[tuple[object, object]]) -> Ratio:
    return Ratio(sum(None not in pair for pair in pairs), len(pairs))


def same_facts(first: ActionItem | None, second: ActionItem | None) -> bool:
    """Whether two tasks have the same owner and day."""
    return first is not None and second is not None and (first.owner, first.due_date) == (second.owner, second.due_date)


def as_json(found: Mapping[str, Difference], names: tuple[str, str]) -> dict[str, object]:
    """The differences in the content of comparison.json."""
    return {
        key: {
            "title": KINDS_OF_FIGURES[key].title,
            "A": each.first,
            "B": each.second,
            "interval": each.range,
            "recordings": each.recordings,
            "better": None if each.better is None else names[each.better],
        }
        for key, each in found.items()
    }
