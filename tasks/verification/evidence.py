"""Does the transcript carry the claim? Code decides, not a model.

A claim passes when its segments exist, its quote stands in them, its numbers were said there or next to it,
its owner is a person of this meeting and its date follows from the spoken phrase and the meeting's date.
"""

import datetime as dt
import re
import unicodedata
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from tasks.actions.dates import resolve_due_date
from tasks.schema import ActionClaim, Claim, Evidence, Interval, MatchMethod, Segment, Transcript

FUZZY_THRESHOLD = 90.0
"""Least `rapidfuzz.fuzz.partial_ratio` (0 to 100) at which a quote counts as found."""
_NEIGHBOURS = 2
_NUMBER = re.compile(r"\d+(?:[.,]\d+)*")
_NOT_WORD = re.compile(r"[^\w']+")


class Rejected(Exception):
    """The claim is not proved; the message is the reason that the reader sees."""


def normalise(text: str) -> str:
    """Lower case, composed accents, single spaces, no punctuation."""
    return " ".join(_NOT_WORD.sub(" ", unicodedata.normalize("NFC", text).casefold()).split())


@dataclass(frozen=True)
class Checker:
    """Checks the claims about one transcript."""

    transcript: Transcript

    @cached_property
    def _position(self) -> dict[str, int]:
        return {segment.id: index for index, segment in enumerate(self.transcript.segments)}

    @cached_property
    def _people(self) -> set[str]:
        """Every name by which somebody of this meeting is known, normalised."""
        known = [segment.speaker for segment in self.transcript.segments if segment.speaker]
        known += [*self.transcript.speakers, *self.transcript.speakers.values()]
        for person in self.transcript.recording.sidecar.participants:
            known += [person.name, *person.aliases]
        return {normalise(name) for name in known}

    def prove(self, claim: Claim) -> Evidence:
        """The evidence for a claim. Raises `Rejected` with the reason if there is none."""
        cited = self._cited(claim)
        quote, method = _find_quote(claim.quote, cited)
        self._require_numbers(claim, cited)
        if isinstance(claim, ActionClaim):
            self._require_owner(claim, cited)
            self._require_due_date(claim, cited)
        place = _locate(quote, cited)
        return Evidence(
            segment_ids=claim.segment_ids,
            start_s=place.start_s,
            end_s=place.end_s,
            quote=quote,
            speaker=self.transcript.name_of(cited[0].speaker),
            method=method,
        )

    def _cited(self, claim: Claim) -> list[Segment]:
        if not claim.segment_ids:
            raise Rejected("it names no passage of the transcript")
        if unknown := [name for name in claim.segment_ids if name not in self._position]:
            raise Rejected(f"it cites segment {unknown[0]}, which does not exist")
        return [self.transcript.segments[index] for index in sorted(self._position[name] for name in set(claim.segment_ids))]

    def _nearby(self, cited: Sequence[Segment]) -> str:
        """The cited segments and their neighbours, normalised."""
        first = max(0, self._position[cited[0].id] - _NEIGHBOURS)
        last = self._position[cited[-1].id] + _NEIGHBOURS + 1
        return normalise(" ".join(segment.text for segment in self.transcript.segments[first:last]))

    def _require_numbers(self, claim: Claim, cited: Sequence[Segment]) -> None:
        said = set(_NUMBER.findall(self._nearby(cited)))
        for number in _NUMBER.findall(claim.text):
            if number not in said:
                raise Rejected(f"the number {number} is not in the cited passage")

    def _require_owner(self, claim: ActionClaim, cited: Sequence[Segment]) -> None:
        if claim.owner is None:
            return
        owner = normalise(claim.owner)
        if owner not in self._people and f" {owner} " not in f" {self._nearby(cited)} ":
            raise Rejected(f"'{claim.owner}' is neither a speaker nor on the roster nor named in the cited passage")

    def _require_due_date(self, claim: ActionClaim, cited: Sequence[Segment]) -> None:
        if claim.due_date is None and claim.due_phrase is None:
            return
        phrase = claim.due_phrase or ""
        if not phrase or normalise(phrase) not in self._nearby(cited):
            raise Rejected(f"the due phrase '{phrase}' is not in the cited passage")
        expected = resolve_due_date(phrase, self.base_date, cited[0].language)
        if claim.due_date != expected:
            raise Rejected(f"'{phrase}' means {expected or 'no certain date'}, not {claim.due_date}")

    @property
    def base_date(self) -> dt.date:
        """The day from which spoken dates are computed: the meeting's, never today."""
        return self.transcript.recording.recorded_at.date()


def _find_quote(quote: str | None, cited: Sequence[Segment]) -> tuple[str, MatchMethod]:
    text = " ".join(segment.text for segment in cited)
    if not quote:
        return text, MatchMethod.EXACT
    if quote in text:
        return quote, MatchMethod.EXACT
    if normalise(quote) and normalise(quote) in normalise(text):
        return quote, MatchMethod.NORMALISED
    shorter_than_text = len(normalise(quote)) <= len(normalise(text))
    if shorter_than_text and fuzz.partial_ratio(normalise(quote), normalise(text)) >= FUZZY_THRESHOLD:
        return quote, MatchMethod.FUZZY
    raise Rejected("the quote is not in the cited passage")


def _locate(quote: str, cited: Sequence[Segment]) -> Interval:
    """When the quote was said: to the word where words have times, else its segments."""
    words = [word for segment in cited for word in segment.words]
    spoken = [normalise(word.text) for word in words]
    wanted = normalise(quote).split()
    for first in range(len(words) - len(wanted) + 1):
        if spoken[first : first + len(wanted)] == wanted:
            return Interval(start_s=words[first].start_s, end_s=words[first + len(wanted) - 1].end_s)
    return Interval(start_s=cited[0].start_s, end_s=max(segment.end_s for segment in cited))
