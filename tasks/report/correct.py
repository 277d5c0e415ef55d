"""Applies the corrections of people to minutes and transcript: pure functions, nothing is recognised anew.

Whatever is corrected says so and keeps its id. A correction that fits nothing any more is named in the minutes; it stays in its
file.
"""

import hashlib
from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from typing import Any

from tasks.language.clock import seconds_of
from tasks.language.messages import message
from tasks.language.words import normalise
from tasks.meeting.labels import label_meant
from tasks.report.corrections import AddedItem, ItemCorrection, MeetingCorrections
from tasks.report.found import Anchor, passages, place_of
from tasks.report.state import OPEN
from tasks.report.unsure import PREFIXES, Unsure, accepted, became, evidence_of, unsure_items, without
from tasks.schema import (
    CORRECTED,
    UNCLEAR,
    ActionItem,
    Decision,
    Message,
    Minutes,
    Notice,
    NoticeKind,
    PossibleKind,
    Segment,
    Transcript,
)
from tasks.store import ID_DIGITS

_NAMES = frozenset({"speaker", "owner"})
"""Fields that hold one person's name, wherever they stand in the minutes."""
_LISTS = frozenset({"participants", "not_heard", "absent", "joined_late", "left_early"})


@dataclass
class _Work:
    """What is made while one correction after the other is applied."""

    minutes: Minutes
    transcript: Transcript
    problems: list[Message] = field(default_factory=list)
    removed: int = 0


def corrected(
    minutes: Minutes, transcript: Transcript, corrections: MeetingCorrections, anchors: Mapping[str, Anchor]
) -> tuple[Minutes, Transcript]:
    """Both with the corrections in them, and a notice for each that cannot be applied."""
    if corrections.digest is None:
        return minutes, transcript
    work = _Work(minutes, transcript, list(corrections.problems))
    there, known = passages(minutes, transcript), dict(anchors)
    for name, words in corrections.segments.items():
        if target := _target(work, name, known, there):
            _correct_segment(work, target, words)
    unsure = {name: change for name, change in corrections.items.items() if name[:1] in PREFIXES}
    _correct_items(work, unsure, known, there)
    there |= passages(work.minutes, work.transcript)  # what was accepted can be corrected like everything else
    _correct_items(work, {name: each for name, each in corrections.items.items() if name not in unsure}, known, there)
    for item in corrections.added:
        _add(work, item)
    _name_speakers(work, corrections.speakers)
    notices = [Notice.of(NoticeKind.WARNING, "report", problem) for problem in work.problems]
    if work.removed:
        notices.append(Notice.of(NoticeKind.INFO, "report", message("items_removed", number=work.removed)))
    return work.minutes.model_copy(update={"warnings": (*work.minutes.warnings, *notices)}), work.transcript


def _target(work: _Work, name: str, anchors: dict[str, Anchor], there: dict[str, Anchor]) -> str | None:
    target = place_of(name, anchors, there)
    if target is None:
        work.problems.append(message("correction_homeless", where=name))
    return target


# Words


def _correct_segment(work: _Work, name: str, words: str) -> None:
    before = next(part for part in work.transcript.segments if part.id == name)
    flags = (*(flag for flag in before.flags if flag not in (UNCLEAR, CORRECTED)), CORRECTED)
    after = before.model_copy(update={"text": words, "words": (), "confidence": None, "flags": flags})
    segments = tuple(after if part.id == name else part for part in work.transcript.segments)
    work.transcript = work.transcript.model_copy(update={"segments": segments})
    data = work.minutes.model_dump()
    _requote(data, before, words)
    work.minutes = Minutes.model_validate(data)


def _requote(data: Any, before: Segment, words: str) -> None:
    """Every quote of the segment says what was really said."""
    if isinstance(data, dict):
        if before.id in (data.get("segment_ids") or ()) and isinstance(data.get("quote"), str):
            data["quote"] = _quote(data["quote"], before.text, words, alone=len(data["segment_ids"]) == 1)
        for value in data.values():
            _requote(value, before, words)
    elif isinstance(data, list | tuple):
        for value in data:
            _requote(value, before, words)


def _quote(quote: str, before: str, words: str, *, alone: bool) -> str:
    if f" {normalise(quote)} " in f" {normalise(words)} ":
        return quote
    return words if alone else quote.replace(before, words)


# Tasks and decisions


def _correct_items(
    work: _Work, changes: Mapping[str, ItemCorrection], known: dict[str, Anchor], there: dict[str, Anchor]
) -> None:
    for name, change in changes.items():
        unsure = name[:1] in PREFIXES
        if unsure and change.delete and place_of(name, known, there) is None:
            continue  # nobody finds it any more
        if target := _target(work, name, known, there):
            _correct_item(work, target, name, change)


def _correct_item(work: _Work, target: str, name: str, change: ItemCorrection) -> None:
    if change.delete or change.same_as:
        _remove(work, target, change.same_as)
        return
    if unsure := next((each for each in unsure_items(work.minutes) if each.id == target), None):
        kind = change.kind or unsure.kind
        if not _accept(work, unsure, kind, change.at):
            return
        target = name = became(target, kind)
    elif name[:1] in PREFIXES:  # proved by a later run than the one whose minutes were reviewed
        name = target
    tasks = tuple(_changed_task(item, name, change) if item.id == target else item for item in work.minutes.action_items)
    decisions = tuple(_changed_decision(each, name, change) if each.id == target else each for each in work.minutes.decisions)
    work.minutes = work.minutes.model_copy(update={"action_items": tasks, "decisions": decisions})


def _changed_task(item: ActionItem, name: str, change: ItemCorrection) -> ActionItem:
    update: dict[str, Any] = {"id": name}
    given = change.model_fields_set
    if change.text:
        update |= {"task": change.text, "context": None, "spoken": item.said, "reworded": False}
    if "owner" in given:
        update |= {"owner": change.owner, "owner_source": None, "agreed": None, "accepted": None}
    if "due" in given:
        update |= {"due_date": change.due, "due_phrase": None, "due_relation": None, "due_from": None}
    if change.status and item.status == OPEN:  # what the table says besides open is newer
        update["status"] = change.status
    marked = tuple(sorted({*item.corrected, *_marks(change)}))
    return item.model_copy(update={**update, "corrected": marked})


def _changed_decision(decision: Decision, name: str, change: ItemCorrection) -> Decision:
    update: dict[str, Any] = {"id": name}
    if change.text:
        update |= {"text": change.text, "spoken": decision.said, "reworded": False}
    marked = tuple(sorted({*decision.corrected, *(_marks(change) & {"text", "accepted"})}))
    return decision.model_copy(update={**update, "corrected": marked})


def _marks(change: ItemCorrection) -> set[str]:
    """What the pages and `minutes.json` say of an item with this correction."""
    return (change.model_fields_set & {"text", "owner", "due"}) | ({"accepted"} if change.accept else set())


def _accept(work: _Work, unsure: Unsure, kind: PossibleKind, at: str | None) -> bool:
    """Put something among the tasks or decisions; False where nobody says when it was said."""
    given = _segment_at(work.transcript, at) if at else None
    cited = (given,) if given else tuple(part for part in work.transcript.segments if part.id in unsure.segment_ids)
    if (at and not given) or not cited:
        work.problems.append(message("added_homeless", where=at or unsure.id))
        return False
    known = next((item.evidence for item in work.minutes.possible if item.text == unsure.text), None)
    work.minutes = accepted(work.minutes, unsure, kind, evidence_of(work.transcript, cited) if given or not known else known)
    return True


def _remove(work: _Work, name: str, same_as: str | None) -> None:
    items = {item.id: item for item in work.minutes.action_items}
    if same_as is not None and same_as not in passages(work.minutes, work.transcript):
        work.problems.append(message("correction_homeless", where=f"{name}.same_as {same_as}"))
        return
    if name in items and same_as in items:
        items[same_as] = _merged(items[same_as], items[name])
    items.pop(name, None)
    kept = tuple(each for each in work.minutes.decisions if each.id != name)
    work.minutes = without(work.minutes, name).model_copy(update={"action_items": tuple(items.values()), "decisions": kept})
    work.removed += 1


def _merged(item: ActionItem, other: ActionItem) -> ActionItem:
    """The item with an owner and a date from the one that repeats it, where it had none."""
    update: dict[str, Any] = {"corrected": tuple(sorted({*item.corrected, "merged"}))}
    if item.owner is None:
        update |= {name: getattr(other, name) for name in ("owner", "owner_source", "agreed", "accepted")}
    if item.due_date is None and item.due_phrase is None:
        update |= {name: getattr(other, name) for name in ("due_phrase", "due_date", "due_relation", "due_from")}
    return item.model_copy(update=update)


def _add(work: _Work, added: AddedItem) -> None:
    segment = _segment_at(work.transcript, added.at)
    if segment is None:
        work.problems.append(message("added_homeless", where=added.at))
        return
    digest = hashlib.sha256(f"{work.minutes.recording.sha256}|{added.text}".encode()).hexdigest()
    item = ActionItem(
        id=added.id or f"a-{digest[:ID_DIGITS]}",
        task=added.text,
        owner=added.owner,
        owner_source=None,
        due_phrase=None,
        due_date=added.due,
        status=added.status or OPEN,
        corrected=("added",),
        evidence=evidence_of(work.transcript, (segment,)),
    )
    if item.id not in {each.id for each in work.minutes.action_items}:
        work.minutes = work.minutes.model_copy(update={"action_items": (*work.minutes.action_items, item)})


def _segment_at(transcript: Transcript, at: str) -> Segment | None:
    seconds = seconds_of(at)
    if seconds is None:
        return next((part for part in transcript.segments if part.id == at), None)
    # A clock shows whole seconds: what begins within the second that is named is meant.
    before = [part for part in transcript.segments if part.start_s < seconds + 1]
    return before[-1] if before and seconds <= transcript.coverage.duration_ms / 1000 else None


# Names


def _name_speakers(work: _Work, names: Mapping[str, str]) -> None:
    transcript = work.transcript
    labels = {turn.speaker for turn in transcript.turns} | {part.speaker for part in transcript.segments if part.speaker}
    speakers, renamed = dict(transcript.speakers), dict[str, str]()
    for key, name in names.items():
        label = label_meant(key, sorted(labels))
        meant = [label] if label in labels else [each for each in labels if normalise(speakers.get(each, each)) == normalise(key)]
        if not meant:
            work.problems.append(message("correction_homeless", where=key))
        for each in meant:
            renamed[transcript.name_of(each) or each] = name
            speakers[each] = name
    if not renamed:
        return
    work.transcript = transcript.model_copy(update={"speakers": speakers})
    data = work.minutes.model_dump()
    _rename(data, renamed)
    data["not_heard"] = [name for name in data["not_heard"] if name not in data["participants"]]
    data["talk_time"] = _together(data["talk_time"])
    work.minutes = Minutes.model_validate(data)


def _rename(data: Any, renamed: Mapping[str, str]) -> None:
    if isinstance(data, list | tuple):
        for value in data:
            _rename(value, renamed)
    if not isinstance(data, dict):
        return
    for key, value in data.items():
        if key in _NAMES and isinstance(value, str):
            data[key] = renamed.get(value, value)
        elif key in _LISTS:
            data[key] = list(dict.fromkeys(renamed.get(name, name) for name in value))
        elif key != "recording":  # what its sidecar says stays as it was written
            _rename(value, renamed)


def _together(rows: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """One row a person, also where two voices turned out to be the same."""
    people: dict[str, dict[str, Any]] = {}
    for row in rows:
        if known := people.get(row["speaker"]):
            known["seconds"] += row["seconds"]
            known["share"] = min(1.0, known["share"] + row["share"])
        else:
            people[row["speaker"]] = row
    return sorted(people.values(), key=lambda row: -row["seconds"])
