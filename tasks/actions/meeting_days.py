"""The days that one meeting counts from."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass, replace

from tasks.actions.owners import is_punctuated, people_of
from tasks.actions.sentences import split_sentences
from tasks.language.due_dates import Said, next_meeting_day, resolve_due_date
from tasks.schema import Transcript


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

    def due(self, phrase: str, language: str) -> dt.date | None:
        """The day that a due phrase means in this meeting; None when it names no single day."""
        return resolve_due_date(phrase, self.base, language, self.next_meeting)


def calendar_of(transcript: Transcript) -> Calendar:
    """The days of a meeting, from its date and from what was said in it."""
    punctuated = is_punctuated(transcript.segments)
    people = people_of(transcript, punctuated)
    return calendar_from(transcript, split_sentences(transcript.segments, people.pattern, punctuated))


def calendar_from(transcript: Transcript, sentences: Sequence[Said]) -> Calendar:
    """The same for sentences that are already cut."""
    recording = transcript.recording
    base = recording.recorded_at.date()
    return Calendar(base, next_meeting_day(sentences, base), recording.recorded_at if recording.start_time_known else None)
