"""Tasks and decisions that are not in the tables: unproved, or only possible. Each has an id here, for people to decide on it.

The id of such an item (`p-1a2b3c` possible, `u-1a2b3c` unverified) ends like that of the task or decision which it becomes
when somebody accepts it, or when a later run proves it.
"""

from collections.abc import Iterator

from tasks.language.messages import message
from tasks.language.words import normalise
from tasks.schema import ActionItem, Decision, Evidence, MatchMethod, Message, Minutes, Model, PossibleKind, Segment, Transcript
from tasks.store import ID_DIGITS, digest

PREFIXES = "pu"
_KINDS = {"action item": PossibleKind.TASK, "decision": PossibleKind.DECISION}
"""What else can be unverified, a sentence of the summary or a topic, is nothing that anybody has to do."""


class Unsure(Model):
    """Something that may be a task or a decision."""

    id: str
    kind: PossibleKind
    text: str
    why: Message
    segment_ids: tuple[str, ...]
    start_s: float | None
    quote: str = ""


def unsure_items(minutes: Minutes) -> tuple[Unsure, ...]:
    """What people can accept or drop, in the order of the minutes; what says the same twice is there once."""
    return tuple({item.id: item for item in (*_possible(minutes), *_unverified(minutes))}.values())


def without(minutes: Minutes, name: str) -> Minutes:
    """The minutes without what has this id."""
    possible = tuple(item for item in minutes.possible if _id(minutes, "p", item.text) != name)
    unverified = tuple(each for each in minutes.unverified if each.kind not in _KINDS or _id(minutes, "u", each.text) != name)
    return minutes.model_copy(update={"possible": possible, "unverified": unverified})


def became(name: str, kind: PossibleKind) -> str:
    """The id of the task or decision that something becomes."""
    return f"{'a' if kind is PossibleKind.TASK else 'd'}{name[1:]}"


def accepted(minutes: Minutes, item: Unsure, kind: PossibleKind, evidence: Evidence) -> Minutes:
    """The minutes with the item among the tasks or the decisions, where it is not there already."""
    name, rest = became(item.id, kind), without(minutes, item.id)
    if kind is PossibleKind.TASK:
        task = ActionItem(
            id=name,
            task=item.text,
            owner=None,
            owner_source=None,
            due_phrase=None,
            due_date=None,
            evidence=evidence,
            corrected=("accepted",),
        )
        known = name in {each.id for each in rest.action_items}
        return rest if known else rest.model_copy(update={"action_items": (*rest.action_items, task)})
    decision = Decision(id=name, text=item.text, evidence=evidence, corrected=("accepted",))
    known = name in {each.id for each in rest.decisions}
    return rest if known else rest.model_copy(update={"decisions": (*rest.decisions, decision)})


def evidence_of(transcript: Transcript, segments: tuple[Segment, ...]) -> Evidence:
    """The words of these segments as what proves an item."""
    speakers = {transcript.name_of(each.speaker) for each in segments}
    return Evidence(
        segment_ids=tuple(each.id for each in segments),
        start_s=segments[0].start_s,
        end_s=max(each.end_s for each in segments),
        quote=" ".join(each.text for each in segments),
        speaker=speakers.pop() if len(speakers) == 1 else None,
        method=MatchMethod.EXACT,
    )


def _possible(minutes: Minutes) -> Iterator[Unsure]:
    for item in minutes.possible:
        percent = round(item.score * 100)
        yield Unsure(
            id=_id(minutes, "p", item.text),
            kind=item.kind,
            text=item.text,
            why=message("review_possible", percent=percent),
            segment_ids=item.evidence.segment_ids,
            start_s=item.evidence.start_s,
            quote=item.evidence.quote,
        )


def _unverified(minutes: Minutes) -> Iterator[Unsure]:
    for each in minutes.unverified:
        if kind := _KINDS.get(each.kind):
            yield Unsure(
                id=_id(minutes, "u", each.text),
                kind=kind,
                text=each.text,
                why=each.why,
                segment_ids=each.segment_ids,
                start_s=each.start_s,
            )


def _id(minutes: Minutes, prefix: str, text: str) -> str:
    return f"{prefix}-{digest([minutes.recording.sha256, normalise(text)])[:ID_DIGITS]}"
