"""Notes of a meeting of any length by a language model, weak or strong: only how much it reads at a time differs.

Topics and summary are asked for in plain words, a section at a time. Decisions and tasks are asked for as JSON about windows as
long as the context allows, and only of models that can find them. What could not be had of the model, the meeting's own words
stand in for, and the report says where and why.
"""

from collections.abc import Sequence

from tasks.engine.base import Progress, untold
from tasks.errors import BackendError
from tasks.language.messages import message
from tasks.meeting.calendar import calendar_of
from tasks.models.catalogue import Skill
from tasks.schema import Message, Notes, NoticeKind, Transcript
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
    if notes.pieces and all(piece.failure and piece.failure.of_engine for piece in notes.pieces):
        raise BackendError(f"gave no answer that could be used: {notes.failures[0][1].error}")
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
        notes.reading.warn(message("segments_cut", number=len(cut), segment=min(cut)))
    return tuple(segment.id for segment in notes.transcript.segments if segment.id not in unanswered | cut)


def _tell(notes: SectionNotes, missing_summary: Failure | None) -> None:
    """What the meeting's own words stand in for, and why. An engine is tried again by the next run; a model stays as it is."""
    warn, whole = notes.reading.warn, len(notes.pieces)
    broken = [(place.start_s, failure) for place, failure in notes.failures if failure.of_engine]
    if broken:
        told = message("parts_unanswered", broken[0][1].error, number=len(broken), whole=whole, first=broken[0][0])
        warn(told, NoticeKind.FAILED)
    unusable = [(place.start_s, failure.why) for place, failure in notes.failures if not failure.of_engine]
    if unusable:
        why = tuple(dict.fromkeys(reason for _, reason in unusable))
        warn(message("parts_unusable", number=len(unusable), whole=whole, first=unusable[0][0], why=why))
    if missing_summary and missing_summary.of_engine:
        warn(message("whole_unanswered", missing_summary.error), NoticeKind.FAILED)
    elif missing_summary:
        warn(message("whole_unusable", why=missing_summary.why))


def _times(window: MaterialWindow) -> Message:
    return message("from_to", start=window.place.start_s, end=window.place.end_s)
