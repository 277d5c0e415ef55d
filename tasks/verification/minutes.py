"""Puts the minutes of one meeting together from checked claims."""

import re
from collections import defaultdict
from collections.abc import Callable, Iterable, Sequence
from contextlib import suppress
from typing import TypeVar

from tasks.audio.parts import unmarked
from tasks.language.messages import message
from tasks.language.words import normalise
from tasks.schema import (
    ActionClaim,
    ActionItem,
    Agreed,
    Claim,
    Coverage,
    Decision,
    Engine,
    Evidence,
    Findings,
    Message,
    Minutes,
    Notes,
    Notice,
    NoticeKind,
    OpenQuestion,
    PossibleClaim,
    PossibleItem,
    PossibleKind,
    Recording,
    Status,
    SummaryPoint,
    TalkTime,
    Transcript,
    Unverified,
)
from tasks.store import ID_DIGITS, digest
from tasks.verification.agreement import Agreement
from tasks.verification.attendance import attendance
from tasks.verification.evidence import Checker, Refused, Rejected
from tasks.verification.following import next_meeting_of, with_reason
from tasks.verification.merging import merge_actions, merge_decisions, merge_questions
from tasks.verification.topics import prove_topics, standing_in

AnyClaim = TypeVar("AnyClaim", bound=Claim)
Item = TypeVar("Item")
Identified = TypeVar("Identified", Decision, ActionItem)

_DATE_OR_TIME = re.compile(r"^(?:\d{4}[-_. ]?\d\d[-_. ]?\d\d)(?:[T_ -]*\d\d[-:._h ]?\d\d(?:[-:._ ]?\d\d)?(?!\d))?[-_. ]*")


def compose_minutes(transcript: Transcript, notes: Notes, findings: Findings, config_name: str, made_by: str) -> Minutes:
    """The minutes: every claim either with its evidence or among the unverified ones with the reason."""
    checker = Checker(transcript)
    unverified: list[Unverified] = []

    def proved(kind: str, claims: Iterable[AnyClaim], build: Callable[[AnyClaim, Evidence], Item]) -> tuple[Item, ...]:
        return tuple(_prove_all(checker, kind, claims, build, unverified))

    recording = transcript.recording
    coverage, there = _with_reading(transcript, notes), attendance(transcript)
    summary = proved("summary", notes.summary, lambda c, e: SummaryPoint(text=c.text, evidence=e))
    topics, replaced = prove_topics(
        transcript,
        notes.topics,
        lambda claims: proved("topic", claims, lambda c, e: SummaryPoint(text=c.text, evidence=e)),
    )
    if notes.summary and not summary and topics:
        summary, notice = standing_in(topics)
        replaced.append(notice)
    decisions = [
        _unique(proved("decision", claims, lambda c, e: _decision(recording, c, e)))
        for claims in (notes.decisions, findings.decisions)
    ]
    actions = [
        _unique(proved("action item", claims, lambda c, e: _action(checker, c, e)))
        for claims in (notes.action_items, findings.action_items)
    ]
    questions = [
        proved("open question", claims, lambda c, e: OpenQuestion(text=c.text, evidence=e))
        for claims in (notes.open_questions, findings.open_questions)
    ]
    engines = (*transcript.engines, *(result.engine for result in (notes, findings) if result.engine))
    notices = (*transcript.notices, *notes.notices, *replaced, *findings.notices, *_draft_notices(engines))
    standing = tuple(_standing(checker, merge_decisions(*decisions), unverified))
    return Minutes(
        recording=recording,
        title=meeting_title(recording),
        status=_status(transcript, coverage, notices, unverified),
        language=notes.language or transcript.language,
        participants=there.participants,
        summary=summary,
        topics=tuple(topics),
        decisions=tuple(with_reason(checker.agreements, decision) for decision in standing),
        action_items=tuple(_with_agreement(checker, item) for item in merge_actions(*actions)),
        open_questions=merge_questions(*questions),
        next_meeting=next_meeting_of(checker.agreements),
        unverified=tuple(unverified),
        entities=findings.entities,
        not_heard=there.not_heard,
        absent=there.absent,
        joined_late=there.joined_late,
        left_early=there.left_early,
        possible=tuple(_possible(checker, findings.possible)),
        talk_time=_talk_time(transcript),
        coverage=coverage,
        warnings=notices,
        engines=engines,
        config_name=config_name,
        version=made_by,
    )


def meeting_title(recording: Recording) -> str:
    """The sidecar's title, else the file name made readable: `2026-03-02-garden-committee.flac` is `Garden committee`."""
    if recording.sidecar.title:
        return recording.sidecar.title
    stem = (unmarked(recording.name) if recording.parts else recording.name.rpartition(".")[0]) or recording.name
    words = re.sub(r"[-_\s]+", " ", _DATE_OR_TIME.sub("", stem)).strip() or stem
    return words[:1].upper() + words[1:]


def item_id(prefix: str, recording: Recording, text: str) -> str:
    """An id that stays the same when the same recording is processed again."""
    return f"{prefix}-{digest([recording.sha256, normalise(text)])[:ID_DIGITS]}"


def _prove_all(
    checker: Checker,
    kind: str,
    claims: Iterable[AnyClaim],
    build: Callable[[AnyClaim, Evidence], Item],
    unverified: list[Unverified],
) -> Iterable[Item]:
    for claim in claims:
        try:
            yield build(claim, checker.prove(claim))
        except Rejected as rejected:
            if isinstance(claim, ActionClaim) and claim.owner_guessed and isinstance(rejected, Refused):
                continue  # nobody claims that it is a task: it was only likely
            if isinstance(claim, ActionClaim) and claim.owner_guessed and claim.owner:
                unowned = claim.model_copy(update={"owner": None, "owner_source": None})
                yield from _prove_all(checker, kind, (unowned,), build, unverified)
                continue
            starts = [segment.start_s for segment in checker.transcript.segments if segment.id in claim.segment_ids]
            start_s = min(starts, default=None)
            unverified.append(_unverified(kind, claim.text, rejected.reason, claim.segment_ids, start_s))


def _standing(checker: Checker, decisions: Sequence[Decision], unverified: list[Unverified]) -> Iterable[Decision]:
    """The decisions without those of which the meeting decided the contrary later."""
    for decision in decisions:
        later = (other for other in decisions if other.evidence.start_s > decision.evidence.end_s)
        if contrary := next((other for other in later if checker.is_contrary(decision.text, other.text)), None):
            evidence, why = decision.evidence, message("contrary_later", text=contrary.text)
            unverified.append(_unverified("decision", decision.text, why, evidence.segment_ids, evidence.start_s))
        else:
            yield decision


def _possible(checker: Checker, claims: Iterable[PossibleClaim]) -> Iterable[PossibleItem]:
    """Those that are proved: what is unsure and unproved as well is nothing."""
    for claim in claims:
        with suppress(Rejected):
            evidence = checker.prove(claim)
            refused = claim.kind is PossibleKind.TASK and checker.agreements.of(None, evidence).agreed is Agreed.REFUSED
            if not refused:
                yield PossibleItem(kind=claim.kind, text=claim.text, score=claim.score, evidence=evidence)


def _unverified(kind: str, text: str, why: Message, ids: tuple[str, ...], start_s: float | None) -> Unverified:
    reason = {"reason": why.message, "reason_code": why.code, "reason_values": why.values}
    return Unverified(kind=kind, text=text, segment_ids=ids, start_s=start_s, **reason)


def _decision(recording: Recording, claim: Claim, evidence: Evidence) -> Decision:
    return Decision(id=item_id("d", recording, claim.text), text=claim.text, evidence=evidence)


def _action(checker: Checker, claim: ActionClaim, evidence: Evidence) -> ActionItem:
    """The item; its id is that of the task and the words that explain it, so that two `Send it` are two items."""
    item = ActionItem(
        id="",
        task=claim.text,
        owner=claim.owner,
        owner_source=claim.owner_source,
        due_phrase=claim.due_phrase,
        due_date=claim.due_date,
        due_relation=claim.due_relation,
        due_from=claim.due_from,
        evidence=evidence,
    )
    item = checker.stand_alone(item)
    words = " ".join(filter(None, (item.task, item.owner or "", item.context)))
    return item.model_copy(update={"id": item_id("a", checker.transcript.recording, words)})


def _with_agreement(checker: Checker, item: ActionItem) -> ActionItem:
    """The item with how it came to its owner, read from the evidence that is shown."""
    found = checker.agreements.of(item.owner, item.evidence)
    if found.agreed is Agreed.REFUSED:  # it was taken on in the words of another engine's claim
        found = Agreement(Agreed.ASKED if item.owner else None)
    changes = {"agreed": found.agreed, "accepted": found.accepted, "evidence": found.asked or item.evidence}
    return item.model_copy(update=changes)


def _unique(items: Iterable[Identified]) -> tuple[Identified, ...]:
    """One item an id, in order; of two that say the same, the one with a date."""
    kept: dict[str, Identified] = {}
    for item in items:
        if item.id not in kept or getattr(item, "due_date", None) or getattr(item, "due_from", None):
            kept[item.id] = item
    return tuple(kept.values())


def _with_reading(transcript: Transcript, notes: Notes) -> Coverage:
    read = len({segment.id for segment in transcript.segments} & set(notes.segments_read))
    return transcript.coverage.model_copy(update={"segments_read": read})


def _status(transcript: Transcript, coverage: Coverage, notices: Iterable[Notice], unverified: list[Unverified]) -> Status:
    if not transcript.segments:
        return Status.NO_SPEECH
    warned = any(notice.kind is not NoticeKind.INFO for notice in notices)
    if warned or unverified or not coverage.complete:
        return Status.COMPLETED_WITH_WARNINGS
    return Status.COMPLETED


def _draft_notices(engines: Iterable[Engine]) -> tuple[Notice, ...]:
    drafts = [engine.backend for engine in engines if engine.draft]
    if not drafts:
        return ()
    return (Notice.of(NoticeKind.INFO, "quality", message("draft", parts=", ".join(drafts))),)


def _talk_time(transcript: Transcript) -> tuple[TalkTime, ...]:
    seconds: defaultdict[str, float] = defaultdict(float)
    for turn in transcript.turns:
        seconds[transcript.name_of(turn.speaker) or turn.speaker] += turn.duration_s
    total = sum(seconds.values())
    longest_first = sorted(seconds.items(), key=lambda pair: -pair[1])
    if not total:
        return ()
    return tuple(TalkTime(speaker=name, seconds=round(spoken, 1), share=spoken / total) for name, spoken in longest_first)
