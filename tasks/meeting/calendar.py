"""The days that one meeting counts from."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace
from typing import TypedDict

from tasks.language.due_dates import (
    Due,
    Utterance,
    before_announcement,
    due_after,
    find_correction,
    find_due,
    find_dues,
    find_meanings,
    find_replacement,
    next_meeting_day,
)
from tasks.meeting.people import is_punctuated, people_of
from tasks.meeting.sentences import split_sentences
from tasks.schema import DueRelation, Transcript


class DueFields(TypedDict):
    """When a claim or an item is due; see docs/due-dates.md."""

    due_phrase: str | None
    due_relation: DueRelation | None
    due_from: dt.date | None
    due_date: dt.date | None


@dataclass(frozen=True)
class Calendar:
    """The day of the meeting, and of the next one if it was said."""

    base: dt.date
    next_meeting: dt.date | None = None
    begins: dt.datetime | None = None
    """None where only the day is known."""

    def at(self, seconds: float) -> "Calendar":
        """The days as they are so far into the meeting: after midnight `tomorrow` is another day."""
        return replace(self, base=(self.begins + dt.timedelta(seconds=seconds)).date()) if self.begins else self

    def due(self, text: str, language: str) -> Due | None:
        """When something is due, as a text of this meeting says it."""
        return find_due(text, self.base, language, self.next_meeting)

    def dues(self, text: str, language: str) -> list[Due]:
        """Every time that a text of this meeting names."""
        return find_dues(text, self.base, language, self.next_meeting)

    def deadline(self, text: str, language: str) -> Due | None:
        """The same for a text that may also say when the next meeting is, which is no deadline."""
        return self.due(before_announcement(text, self.base, language), language)

    def meanings(self, phrase: str, said: str, language: str) -> list[Due]:
        """What a phrase can mean in the passage that holds it; none if the passage does not hold it as a time."""
        return find_meanings(phrase, said, self.base, language, self.next_meeting)

    def correction(self, text: str, language: str, before: Due) -> Due | None:
        """The time that a sentence puts in the place of the one before."""
        return find_correction(text, self.base, language, before, self.next_meeting)

    def after(self, due: Due, text: str, language: str) -> Due | None:
        """What the next sentence of whoever said it leaves of a time."""
        return due_after(due, [text], self.base, language, self.next_meeting)

    def replacement(self, text: str, language: str, before: Due) -> Due | None:
        """The time with which a text begins that replaces another."""
        return find_replacement(text, self.base, language, before, self.next_meeting)


def calendar_of(transcript: Transcript) -> Calendar:
    """The days of a meeting, from its date and from what was said in it."""
    punctuated = is_punctuated(transcript.segments)
    people = people_of(transcript, punctuated)
    return calendar_from(transcript, split_sentences(transcript.segments, people.pattern, punctuated))


def calendar_from(transcript: Transcript, sentences: Sequence[Utterance]) -> Calendar:
    """The same for sentences that are already cut."""
    recording = transcript.recording
    base = recording.recorded_at.date()
    return Calendar(base, next_meeting_day(sentences, base), recording.recorded_at if recording.start_time_known else None)


def due_fields(due: Due | None) -> DueFields:
    """The fields of a claim or an item that say when it is due."""
    if due is None:
        return DueFields(due_phrase=None, due_relation=None, due_from=None, due_date=None)
    return DueFields(due_phrase=due.phrase, due_relation=due.relation, due_from=due.first, due_date=due.last)
