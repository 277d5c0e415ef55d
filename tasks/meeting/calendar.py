"""The days that one meeting counts from."""

import datetime as dt
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.language.due_dates import Utterance, next_meeting_day, resolve_due_date
from tasks.meeting.people import is_punctuated, people_of
from tasks.meeting.sentences import split_sentences
from tasks.schema import Transcript


@dataclass(frozen=True)
class Calendar:
    """The day of the meeting, and of the next one if it was said."""

    base: dt.date
    next_meeting: dt.date | None = None

    def due(self, phrase: str, language: str) -> dt.date | None:
        """The day that a due phrase means in this meeting; None when it names no single day."""
        return resolve_due_date(phrase, self.base, language, self.next_meeting)


def calendar_of(transcript: Transcript) -> Calendar:
    """The days of a meeting, from its date and from what was said in it."""
    punctuated = is_punctuated(transcript.segments)
    people = people_of(transcript, punctuated)
    return calendar_from(transcript, split_sentences(transcript.segments, people.pattern, punctuated))


def calendar_from(transcript: Transcript, sentences: Sequence[Utterance]) -> Calendar:
    """The same for sentences that are already cut."""
    base = transcript.recording.recorded_at.date()
    return Calendar(base, next_meeting_day(sentences, base))
