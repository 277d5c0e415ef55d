"""Notes of a meeting of any length by a language model, weak or strong: only how much it reads at a time differs.

Topics and summary are asked for in plain words, a section at a time. Decisions and tasks are asked for as JSON about windows as
long as the context allows, and only of models that can find them. What could not be had of the model, the meeting's own words
stand in for, and the report says where and why.
"""

from collections import Counter
from collections.abc import Sequence

from tasks.engine.base import Progress, untold
from tasks.errors import BackendError
from tasks.meeting.calendar import calendar_of
from tasks.meeting.clock import clock
from tasks.models.catalogue import Skill
from tasks.schema import Notes, NoticeKind, Transcript
from tasks.summarization.asking import Question, Reading, ask
from tasks.summarization.draft import Facts
from tasks.summarization.entries import action_claim, fact_claim
from tasks.summarization.language_model import LanguageModel
from tasks.summarization.material import MaterialWindow, cut_windows
from tasks.summarization.people import known_people
from tasks.summarization.plain_asking import Failure
from tasks.summarization.section_notes import SectionNotes, write_sections
from tasks.summarization.summarizer import Brief
from tasks.summarization.whole import write_whole

_SHARE_OF_FACTS = 0.5
"""Of the work, for the progress that is told."""
_MOST_SHOWN = 3


def write_notes(model: LanguageModel, transcript: Transcript, brief: Brief, skill: Skill, progress: Progress = untold) -> Notes:
    """The notes of one meeting, without the engine that wrote them.

    Raises:
        BackendError: the engine fails on everything.
    """
    reading = Reading(model, brief, known_people(transcript), skill)
    if not transcript.segments:
        return Notes()
    for_sections = 1 - _SHARE_OF_FACTS * reading.finds
    notes = write_sections(reading, transcript, lambda share: progress(share * for_sections))
    if all(piece.failure and piece.failure.of_engine for piece in notes.pieces):
        raise BackendError(f"gave no answer that could be used: {notes.failures[0][1].reason}.")
    summary, missing = write_whole(notes)
    _tell(notes, missing)
    windows, facts = _find(reading, transcript, progress) if reading.finds else ([], [])
    found = [part for part in facts if part is not None]
    days = calendar_of(transcript)
    return Notes(
        summary=summary,
        topics=notes.topics if len(notes.sections) > 1 else (),
        decisions=tuple(fact_claim(fact) for part in found for fact in part.decisions),
        action_items=tuple(action_claim(transcript, days, item) for part in found for item in part.action_items),
        open_questions=tuple(fact_claim(fact) for part in found for fact in part.open_questions),
        segments_read=_segments_read(notes, windows, facts),
        notices=tuple(reading.notices),
    )


def _find(reading: Reading, transcript: Transcript, progress: Progress) -> tuple[list[MaterialWindow], list[Facts | None]]:
    """What came of the meeting, window by window."""
    windows = cut_windows(transcript, reading.model.count_tokens, reading.material_tokens)
    questions = [Question(reading.wording.material(window.text), window.ids, _times(window)) for window in windows]
    return windows, ask(reading, questions, lambda share: progress(1 - _SHARE_OF_FACTS * (1 - share)))


def _segments_read(notes: SectionNotes, windows: Sequence[MaterialWindow], facts: Sequence[Facts | None]) -> tuple[str, ...]:
    """The segments about which the engine answered every question, except those that did not fit whole."""
    unanswered = {segment.id for piece in notes.pieces if piece.failure and piece.failure.of_engine for segment in piece.segments}
    unanswered |= {name for window, found in zip(windows, facts, strict=True) if found is None for name in window.ids}
    lines = [line for window in (*windows, *(piece.window for piece in notes.pieces)) for line in window.lines]
    if cut := {line.segment.id for line in lines if not line.whole}:
        notes.reading.warn(f"{len(cut)} segments were too long for the model and read in part, the first is {min(cut)}.")
    return tuple(segment.id for segment in notes.transcript.segments if segment.id not in unanswered | cut)


def _tell(notes: SectionNotes, missing_summary: Failure | None) -> None:
    """What the meeting's own words stand in for, and why."""
    for of_engine, kind in ((True, NoticeKind.FAILED), (False, NoticeKind.WARNING)):
        failed = [(place, failure) for place, failure in notes.failures if failure.of_engine is of_engine]
        if not failed:
            continue
        reasons = Counter(failure.reason for _, failure in failed)
        why = "; ".join(f"{reason} ({count})" if count > 1 else reason for reason, count in reasons.most_common(_MOST_SHOWN))
        where = ", ".join(f"{clock(place.start_s)}-{clock(place.end_s)}" for place, _ in failed[:_MOST_SHOWN])
        more = f" and {len(failed) - _MOST_SHOWN} more" if len(failed) > _MOST_SHOWN else ""
        notes.reading.warn(
            f"the model summarised {len(notes.pieces) - len(failed)} of {len(notes.pieces)} parts; what was said stands for"
            f" {where}{more}: {'' if of_engine else 'its answer '}{why}",
            kind,
        )
    if missing_summary:
        kind = NoticeKind.FAILED if missing_summary.of_engine else NoticeKind.WARNING
        reason = missing_summary.reason if missing_summary.of_engine else f"its answer {missing_summary.reason}"
        notes.reading.warn(f"sentences about the parts stand for a summary of the whole meeting: {reason}", kind)


def _times(window: MaterialWindow) -> str:
    return f"{clock(window.place.start_s)}-{clock(window.place.end_s)}"
