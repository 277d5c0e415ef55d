"""What several engines found about one thing, as one item with the best of each.

Two items are the same if they rest on the same passage and are worded somewhat alike, or are worded alike wherever they were
said, and nothing tells them apart: a number, a colour, a name. Where they contradict each other the later passage wins: people
change their minds, not their pasts.
"""

import re
from collections.abc import Callable, Sequence
from typing import TypeVar

from rapidfuzz import fuzz

from tasks.language.distinct import differ
from tasks.language.numbers import numbers_in
from tasks.language.words import normalise
from tasks.schema import ActionItem, Decision, Evidence, OpenQuestion, OwnerSource

_ALIKE = 88.0
"""Least `rapidfuzz.fuzz.token_sort_ratio` (0 to 100) of texts that say the same, wherever they were said."""
_ALIKE_IN_ONE_PLACE = 55.0
"""Least `rapidfuzz.fuzz.token_set_ratio` of texts that say the same about one passage."""
_REPEATED = 94.0
"""Least `rapidfuzz.fuzz.token_sort_ratio` of what one engine says twice."""
_FIRMNESS = (OwnerSource.SELF_COMMITMENT, OwnerSource.ADDRESSED, OwnerSource.NAMED, None)
"""The surest reason for an owner first."""
Item = TypeVar("Item", ActionItem, Decision, OpenQuestion)


def merge_actions(written: Sequence[ActionItem], found: Sequence[ActionItem]) -> tuple[ActionItem, ...]:
    """Action items of two engines in the order of the meeting: the first lends its words, both lend owner and date."""
    return _merged(written, found, lambda item: item.task, _united_actions)


def merge_decisions(written: Sequence[Decision], found: Sequence[Decision]) -> tuple[Decision, ...]:
    """Decisions of two engines in the order of the meeting, in the words of the first."""
    return _merged(written, found, lambda item: item.text, lambda first, _: first)


def merge_questions(written: Sequence[OpenQuestion], found: Sequence[OpenQuestion]) -> tuple[OpenQuestion, ...]:
    """Open questions of two engines in the order of the meeting, in the words of the first."""
    return _merged(written, found, lambda item: item.text, lambda first, _: first)


def _merged(
    written: Sequence[Item], found: Sequence[Item], text: Callable[[Item], str], unite: Callable[[Item, Item], Item]
) -> tuple[Item, ...]:
    """Each found item goes into the written one that is most like it; what one engine tells apart stays apart."""
    kept = _told_once(written, text, unite)
    count = len(kept)
    for item in _told_once(found, text, unite):
        likeness = [_likeness(other, item, text) for other in kept[:count]]
        if max(likeness, default=0) > 0:
            best = likeness.index(max(likeness))
            kept[best] = unite(kept[best], item)
        else:
            kept.append(item)
    return tuple(sorted(kept, key=lambda item: item.evidence.start_s))


def _told_once(items: Sequence[Item], text: Callable[[Item], str], unite: Callable[[Item, Item], Item]) -> list[Item]:
    """The items of one engine, which may have read a passage twice; what it words otherwise or gives to another stays apart."""
    kept: list[Item] = []
    for item in items:
        for number, earlier in enumerate(kept):
            same_owner = getattr(earlier, "owner", None) == getattr(item, "owner", None)
            first, second = normalise(text(earlier)), normalise(text(item))
            if same_owner and fuzz.token_sort_ratio(first, second) >= _REPEATED and _may_be_one(earlier, item, text):
                kept[number] = unite(earlier, item)
                break
        else:
            kept.append(item)
    return kept


def _likeness(one: Item, other: Item, text: Callable[[Item], str]) -> float:
    """How alike the wordings of two engines are, 0 to 100; 0 if they are not about one thing."""
    first, second = normalise(text(one)), normalise(text(other))
    if _in_one_place(one, other):
        alike, least = fuzz.token_set_ratio(first, second), _ALIKE_IN_ONE_PLACE
    else:
        alike, least = fuzz.token_sort_ratio(first, second), _ALIKE
    return alike if alike >= least and _may_be_one(one, other, text) else 0


def _may_be_one(one: Item, other: Item, text: Callable[[Item], str]) -> bool:
    """Whether nothing in the two tells them apart: numbers, words of their own that were said, what explains a pronoun.

    `Ask him`, which is explained by the question that asked for it, is what was asked for.
    """
    first, second = (_without_time(item, text(item)) for item in (one, other))
    contexts, together = (getattr(one, "context", None), getattr(other, "context", None)), _in_one_place(one, other)
    if numbers_in(first) != numbers_in(second) or (all(contexts) and contexts[0] != contexts[1] and not together):
        return False
    return not differ(first, second, (one.evidence.quote, other.evidence.quote), together=together)


def _in_one_place(one: Item, other: Item) -> bool:
    return not set(one.evidence.segment_ids).isdisjoint(other.evidence.segment_ids)


def _without_time(item: Item, text: str) -> str:
    """A time may be corrected: it does not tell two tasks apart."""
    phrase = getattr(item, "due_phrase", None)
    return re.sub(re.escape(phrase), " ", text, flags=re.IGNORECASE) if phrase else text


def _united_actions(first: ActionItem, second: ActionItem) -> ActionItem:
    later, earlier = (second, first) if second.evidence.start_s >= first.evidence.start_s else (first, second)
    dated = later if _names_a_day(later) or (later.due_phrase and not _names_a_day(earlier)) else earlier
    owned = _owned(earlier, later)
    clear = second if first.context and not second.context else first
    return first.model_copy(
        update={
            "task": clear.task,
            "context": clear.context,
            "owner": owned.owner,
            "owner_source": owned.owner_source,
            "due_phrase": dated.due_phrase,
            "due_date": dated.due_date,
            "due_relation": dated.due_relation,
            "due_from": dated.due_from,
            "evidence": _united_evidence(later if later in (owned, dated) else first, first, second),
        }
    )


def _names_a_day(item: ActionItem) -> bool:
    return item.due_date is not None or item.due_from is not None


def _owned(earlier: ActionItem, later: ActionItem) -> ActionItem:
    """The item whose owner holds: the only one, the surest of one passage, else the later."""
    if later.owner is None or earlier.owner is None:
        return later if later.owner else earlier
    if set(later.evidence.segment_ids) & set(earlier.evidence.segment_ids):
        return min(later, earlier, key=lambda item: _FIRMNESS.index(item.owner_source))
    return later


def _united_evidence(shown: ActionItem, first: ActionItem, second: ActionItem) -> Evidence:
    """The passage of one item, citing the segments of both: between them they prove task, owner and date."""
    ids = sorted({*first.evidence.segment_ids, *second.evidence.segment_ids}, key=lambda name: (len(name), name))
    return shown.evidence.model_copy(update={"segment_ids": tuple(ids)})
