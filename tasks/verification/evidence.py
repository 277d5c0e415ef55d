"""Does the transcript carry the claim? Code decides, not a model.

A claim passes when its segments exist, its quote stands in them, its numbers were said there or next to it,
its owner is a person of this meeting and its date follows from the spoken phrase and the meeting's date.
"""

import datetime as dt
import re
import unicodedata
from bisect import bisect_left, bisect_right
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from functools import cached_property
from itertools import accumulate

from rapidfuzz import fuzz

from tasks.actions.dates import resolve_due_date
from tasks.schema import ActionClaim, Claim, Evidence, Interval, MatchMethod, OwnerSource, Segment, TopicClaim, Transcript
from tasks.verification.numbers import claimed_numbers, numbers_in

FUZZY_THRESHOLD = 90.0
"""Least `rapidfuzz.fuzz.partial_ratio` (0 to 100) at which a quote counts as found."""
_NEIGHBOURS = 2
_NOT_WORD = re.compile(r"[^\w']+")
_NEGATIONS = frozenset("not no never nobody nothing none neither nor cannot without không chưa chẳng đừng".split())
_NOBODY = frozenset(
    "i me we us you he him she her they them it this that who someone somebody anyone anybody everyone everybody all"
    " both team people tôi mình em anh chị bạn ta chúng ta mọi người ai".split()
)
"""Words that stand for people and name none."""


class Rejected(Exception):
    """The claim is not proved; the message is the reason that the reader sees."""


def normalise(text: str) -> str:
    """Lower case, composed accents, single spaces, no punctuation."""
    return " ".join(_NOT_WORD.sub(" ", unicodedata.normalize("NFC", text).replace("’", "'").casefold()).split())


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
        quote, method, said_in = _find_quote(claim.quote, self._passages(cited))
        self._require_numbers(claim, cited)
        if isinstance(claim, ActionClaim):
            self._require_owner(claim, cited)
            self._require_due_date(claim, cited)
        place = _locate(quote, said_in)
        return Evidence(
            segment_ids=tuple(segment.id for segment in cited),
            start_s=place.start_s,
            end_s=place.end_s,
            quote=quote,
            speaker=self.transcript.name_of(said_in[0].speaker),
            method=method,
        )

    def _cited(self, claim: Claim) -> list[Segment]:
        if not claim.segment_ids:
            raise Rejected("it names no passage of the transcript")
        if unknown := [name for name in claim.segment_ids if name not in self._position]:
            raise Rejected(f"it cites segment {unknown[0]}, which does not exist")
        return [self.transcript.segments[index] for index in sorted(self._position[name] for name in set(claim.segment_ids))]

    def _passages(self, cited: Sequence[Segment]) -> list[list[Segment]]:
        """The cited segments in runs without a long gap: a quote does not reach from one end of a meeting to the other."""
        runs = [[cited[0]]]
        for segment in cited[1:]:
            if self._position[segment.id] - self._position[runs[-1][-1].id] > _NEIGHBOURS:
                runs.append([])
            runs[-1].append(segment)
        return runs

    def _nearby(self, cited: Sequence[Segment]) -> str:
        """What was said in the cited segments and their neighbours."""
        first = max(0, self._position[cited[0].id] - _NEIGHBOURS)
        last = self._position[cited[-1].id] + _NEIGHBOURS + 1
        return " ".join(segment.text for segment in self.transcript.segments[first:last])

    def _require_numbers(self, claim: Claim, cited: Sequence[Segment]) -> None:
        said = numbers_in(self._nearby(cited))
        title = claim.title if isinstance(claim, TopicClaim) else ""
        for number in claimed_numbers(f"{title} {claim.text}"):
            if number not in said:
                raise Rejected(f"the number {number} is not in the cited passage")

    def _require_owner(self, claim: ActionClaim, cited: Sequence[Segment]) -> None:
        if claim.owner is None:
            return
        owner = normalise(claim.owner)
        if owner not in self._people and (owner in _NOBODY or not _has_words(self._nearby(cited), owner)):
            raise Rejected(f"'{claim.owner}' is neither a speaker nor on the roster nor named in the cited passage")
        if claim.owner_source is OwnerSource.SELF_COMMITMENT and owner not in self._voices(cited):
            raise Rejected(f"'{claim.owner}' is not the speaker of the cited passage")

    def _voices(self, cited: Sequence[Segment]) -> set[str]:
        """Labels and names of who speaks in the cited segments, normalised."""
        labels = [segment.speaker for segment in cited if segment.speaker]
        return {normalise(name) for label in labels for name in (label, self.transcript.name_of(label) or label)}

    def _require_due_date(self, claim: ActionClaim, cited: Sequence[Segment]) -> None:
        if claim.due_date is None and claim.due_phrase is None:
            return
        phrase = claim.due_phrase or ""
        if not _has_words(self._nearby(cited), phrase):
            raise Rejected(f"the due phrase '{phrase}' is not in the cited passage")
        expected = resolve_due_date(phrase, self.base_date, cited[0].language)
        if claim.due_date != expected:
            raise Rejected(f"'{phrase}' means {expected or 'no certain date'}, not {claim.due_date}")

    @property
    def base_date(self) -> dt.date:
        """The day from which spoken dates are computed: the meeting's, never today."""
        return self.transcript.recording.recorded_at.date()


def _find_quote(quote: str | None, passages: Sequence[list[Segment]]) -> tuple[str, MatchMethod, list[Segment]]:
    """The quote as it stands in the transcript, how it was found, and the segments in which it was said."""
    if not quote:
        cited = [segment for passage in passages for segment in passage]
        return _text(cited), MatchMethod.EXACT, cited
    for passage in passages:
        if quote.strip() and quote in _text(passage):
            return quote, MatchMethod.EXACT, _narrowed(passage, lambda part: quote in _text(part))
    for passage in passages:
        if _has_words(_text(passage), quote):
            return quote, MatchMethod.NORMALISED, _narrowed(passage, lambda part: _has_words(_text(part), quote))
    for passage in passages:
        if spoken := _closest(quote, _text(passage)):
            return spoken, MatchMethod.FUZZY, _narrowed(passage, lambda part: spoken in _text(part))
    raise Rejected("the quote is not in the cited passage")


def _text(segments: Sequence[Segment]) -> str:
    return " ".join(segment.text for segment in segments)


def _has_words(text: str, wanted: str) -> bool:
    """Whether the words stand in the text, one after the other."""
    return bool(normalise(wanted)) and f" {normalise(wanted)} " in f" {normalise(text)} "


def _narrowed(passage: list[Segment], holds: Callable[[list[Segment]], bool]) -> list[Segment]:
    """The fewest segments that still hold the quote."""
    while len(passage) > 1 and holds(passage[1:]):
        passage = passage[1:]
    while len(passage) > 1 and holds(passage[:-1]):
        passage = passage[:-1]
    return passage


def _closest(quote: str, text: str) -> str | None:
    """The spoken words that are most like the quote, if they are like enough and no number or negation differs."""
    spoken, wanted = text.split(), normalise(quote)
    plain = [normalise(word) for word in spoken]
    found = fuzz.partial_ratio_alignment(wanted, " ".join(plain), score_cutoff=FUZZY_THRESHOLD)
    if not found or len(wanted) > len(" ".join(plain)):
        return None
    ends = list(accumulate(len(word) + 1 for word in plain))
    first, last = bisect_right(ends, found.dest_start), bisect_left(ends, found.dest_end)
    said = " ".join(spoken[first : last + 1])
    return said if _meaning(said) == _meaning(quote) else None


def _meaning(text: str) -> set[str]:
    """The words of which one letter more or less changes everything."""
    return {word for word in normalise(text).split() if word[0].isdigit() or word in _NEGATIONS or word.endswith("n't")}


def _locate(quote: str, cited: Sequence[Segment]) -> Interval:
    """When the quote was said: to the word where words have times, else its segments."""
    words = [word for segment in cited for word in segment.words]
    spoken = [normalise(word.text) for word in words]
    wanted = normalise(quote).split()
    for first in range(len(words) - len(wanted) + 1):
        if spoken[first : first + len(wanted)] == wanted:
            return Interval(start_s=words[first].start_s, end_s=words[first + len(wanted) - 1].end_s)
    return Interval(start_s=cited[0].start_s, end_s=max(segment.end_s for segment in cited))
