"""Does the transcript carry the claim? Code decides, not a model.

A claim passes when its segments exist, its quote stands in them, its numbers, dates and names were said there or next to it,
its words have to do with the passage and do not say the opposite, its owner is a person who can own what was said, and its date
follows from the spoken phrase and the meeting's date. Words are compared only within one language.
"""

import datetime as dt
import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cached_property

from tasks.language.detection import language_of
from tasks.language.due_dates import Due
from tasks.language.messages import message
from tasks.language.negation import contradicts
from tasks.language.numbers import claimed_numbers
from tasks.language.words import brief, shortened
from tasks.meeting.calendar import Calendar, calendar_of
from tasks.schema import ActionClaim, ActionItem, Agreed, Claim, Evidence, Message, OwnerSource, Segment, TopicClaim, Transcript
from tasks.verification.agreement import Agreements
from tasks.verification.names import KnownNames, Names
from tasks.verification.owners import Owners
from tasks.verification.quotes import Found, find_quote, has_words, locate, of_one_speaker, says_little
from tasks.verification.said_dates import claimed_dates, dates_said, reversed_limits, together
from tasks.verification.spoken import NEIGHBOURS, Spoken
from tasks.verification.standalone import stand_alone
from tasks.verification.support import Support

_DENIES = re.compile(r"\b(?:not|no|never|không|chưa|đừng)\b", re.IGNORECASE)


class Rejected(Exception):
    """The claim is not proved, and why."""

    def __init__(self, reason: Message) -> None:
        super().__init__(reason.message)
        self.reason = reason


class Refused(Rejected):
    """The task was said, but whoever was to do it said no."""


@dataclass(frozen=True)
class Checker:
    """Checks the claims about one transcript."""

    transcript: Transcript

    @cached_property
    def _spoken(self) -> Spoken:
        return Spoken(self.transcript)

    @cached_property
    def _people(self) -> KnownNames:
        return KnownNames(self._spoken)

    @cached_property
    def _names(self) -> Names:
        return Names(self._spoken, self._people)

    @cached_property
    def _owners(self) -> Owners:
        return Owners(self._spoken, self._people)

    @cached_property
    def _support(self) -> Support:
        return Support(self._spoken)

    def prove(self, claim: Claim) -> Evidence:
        """The evidence for a claim. Raises `Rejected` with the reason if there is none."""
        cited = self._cited(claim)
        found = find_quote(claim.quote, self._passages(cited), lambda segment: self._spoken.normal(self._place(segment)))
        if not found:
            raise Rejected(message("quote_not_there"))
        self._require_facts(claim, cited)
        self._require_words(claim, cited, found)
        self._require_people(claim, cited, found)
        if isinstance(claim, ActionClaim):
            self._require_due_date(claim, cited)
        shown = of_one_speaker(found, None if claim.quote else _whole_text(claim))
        place = locate(shown.quote, shown.said_in) if claim.quote else locate(found.quote, found.said_in)
        evidence = Evidence(
            segment_ids=tuple(segment.id for segment in cited),
            start_s=place.start_s,
            end_s=place.end_s,
            quote=shown.quote,
            speaker=self.transcript.name_of(shown.said_in[0].speaker),
            method=shown.method,
        )
        if isinstance(claim, ActionClaim) and self.agreements.of(claim.owner, evidence).agreed is Agreed.REFUSED:
            raise Refused(message("not_taken_on", owner=brief(claim.owner)) if claim.owner else message("asked_not_taken_on"))
        return evidence

    @cached_property
    def agreements(self) -> Agreements:
        """How tasks came to their owners."""
        return Agreements(self._spoken, self._people)

    def is_contrary(self, earlier: str, later: str) -> bool:
        """Whether of two decisions one denies the other in the same words."""
        language = language_of(f"{earlier} {later}")
        return any(contradicts(one, other, language, self._people.words) for one, other in ((earlier, later), (later, earlier)))

    def stand_alone(self, item: ActionItem) -> ActionItem:
        """The item with what its pronoun means, or with what was said before."""
        return stand_alone(item, self.agreements, self._days)

    def _place(self, segment: Segment) -> int:
        return self._spoken.position[segment.id]

    def _cited(self, claim: Claim) -> list[Segment]:
        if not claim.segment_ids:
            raise Rejected(message("cites_nothing"))
        position = self._spoken.position
        if unknown := next((name for name in claim.segment_ids if name not in position), None):
            raise Rejected(message("cites_unknown", segment=brief(unknown)))
        return [self.transcript.segments[index] for index in sorted(position[name] for name in set(claim.segment_ids))]

    def _passages(self, cited: Sequence[Segment]) -> list[list[Segment]]:
        """The cited segments in runs without a long gap: a quote does not reach from one end of a meeting to the other."""
        runs = [[cited[0]]]
        for segment in cited[1:]:
            if self._place(segment) - self._place(runs[-1][-1]) > NEIGHBOURS:
                runs.append([])
            runs[-1].append(segment)
        return runs

    def _require_facts(self, claim: Claim, cited: Sequence[Segment]) -> None:
        """Numbers and dates of the text must have been said in the cited segments or next to them."""
        dates, rest = claimed_dates(self._without_labels(_whole_text(claim)))
        claimed = claimed_numbers(rest)
        if not dates and not claimed:
            return
        places = self._spoken.around(cited)
        numbers = frozenset().union(*(self._spoken.numbers(place) for place in places))
        for number in claimed:
            if not number.values & numbers and number.shown != str(self.base_date.year):
                raise Rejected(message("number_not_there", figure=number.shown))
        said = together(self._spoken.dates(place) for place in places) if dates else together(())
        for date in dates:
            if not date.follows_from(said, numbers, self.base_date):
                raise Rejected(message("date_not_there", date=date.shown))
        if turned := reversed_limits(dates_said(claim.text, self.base_date, language_of(claim.text)), said):
            raise Rejected(message("limit_turned_round", day=min(turned).isoformat()))

    def _without_labels(self, text: str) -> str:
        """The text without speaker labels, whose figures nobody says."""
        return self._labels.sub(" ", text) if self._labels else text

    @cached_property
    def _labels(self) -> re.Pattern[str] | None:
        labels = {segment.speaker for segment in self.transcript.segments if segment.speaker}
        numbered = [re.escape(label) for label in labels if any(letter.isdigit() for letter in label)]
        return re.compile(rf"\b(?:{'|'.join(numbered)})\b", re.IGNORECASE) if numbered else None

    def _require_words(self, claim: Claim, cited: Sequence[Segment], found: Found) -> None:
        """Within one language, the text must have to do with the passage, and must not say its opposite."""
        text = shortened(claim.text)
        language = language_of(text)
        same = any(segment.language == language for segment in cited)
        said = "\n".join(self._without_dues(segment.text, segment.language) for segment in cited)
        if same and contradicts(self._without_dues(text, language), said, language, self._people.words):
            raise Rejected(message("opposite_said"))
        objection = self._support.objection(text, language, cited, bool(claim.quote)) if same else None
        if objection:
            raise Rejected(objection)
        if claim.quote and says_little(claim.quote) and not self._support.carries(text, language, cited, same):
            raise Rejected(message("quote_too_little", quote=brief(found.quote)))

    def _without_dues(self, text: str, language: str) -> str:
        """The text without its times: the `not` of `not before Monday` denies nothing else."""
        for due in self._days.dues(text, language):
            text = text.replace(due.stretch, " ") if _DENIES.search(due.stretch) else text
        return text

    def _require_people(self, claim: Claim, cited: Sequence[Segment], found: Found) -> None:
        """Names must have been said nearby or belong to who speaks there; an owner must be able to own what was said."""
        text = shortened(_whole_text(claim))
        language = language_of(text)
        same = any(segment.language == language for segment in cited)
        if name := self._names.missing(text, language, same, self._spoken.around(cited)):
            raise Rejected(message("name_not_there", name=name))
        owner = claim.owner if isinstance(claim, ActionClaim) else None
        source = claim.owner_source if isinstance(claim, ActionClaim) else None
        for person, why in ((owner, source), (self._owners.subject(text), None)):
            if person is not None and (objection := self._owners.objection(person, why, cited, found.said_in)):
                raise Rejected(objection)
        promised = isinstance(claim, ActionClaim) and source is OwnerSource.SELF_COMMITMENT
        phrase = claim.due_phrase if isinstance(claim, ActionClaim) else None
        if promised and owner and self._owners.is_promised_by_another(owner, text, phrase, cited):
            raise Rejected(message("promised_by_another", owner=brief(owner)))

    def _require_due_date(self, claim: ActionClaim, cited: Sequence[Segment]) -> None:
        if claim.due_date is None and claim.due_from is None and claim.due_phrase is None:
            return
        phrase = claim.due_phrase or ""
        if not has_words(self._spoken.text(self._spoken.around(cited)), phrase):
            raise Rejected(message("due_not_there", phrase=brief(phrase)))
        meant = self._meanings(phrase, cited)
        if not any(_is_right(claim, due) for due in meant):
            bounded = claim.due_relation or claim.due_from or meant[0].first
            means = _due(meant[0].relation if bounded else None, meant[0].first, meant[0].last) or message("no_certain_day")
            claimed = _due(claim.due_relation, claim.due_from, claim.due_date) or message("no_day")
            raise Rejected(message("due_otherwise", phrase=brief(phrase), meant=means, claimed=claimed))

    def _meanings(self, phrase: str, cited: Sequence[Segment]) -> list[Due]:
        """What the phrase can mean in the cited segments, else next to them, else by itself."""
        language, days = cited[0].language, self._days.at(cited[0].start_s)
        around = [self.transcript.segments[place] for place in self._spoken.around(cited)]
        for passage in (cited, around):
            if found := days.meanings(phrase, " ".join(segment.text for segment in passage), language):
                return found
        return [days.due(phrase, language) or Due(phrase)]

    @property
    def base_date(self) -> dt.date:
        """The day from which spoken dates are computed: the meeting's, never today."""
        return self.transcript.recording.recorded_at.date()

    @cached_property
    def _days(self) -> Calendar:
        return calendar_of(self.transcript)


def _is_right(claim: ActionClaim, due: Due) -> bool:
    """Whether a claim says when the task is due as it was said; one that leaves out the bound must at least name the last day."""
    if claim.due_relation is None and claim.due_from is None:
        return claim.due_date == due.last
    return (claim.due_relation, claim.due_from, claim.due_date) == (due.relation, due.first, due.last)


def _due(relation: str | None, first: dt.date | None, last: dt.date | None) -> Message | None:
    """`not before Mon 9 March 2026`; None without a day."""
    days = [day.isoformat() for day in (first, last) if day]
    return message("day", due=" ".join([*([relation] if relation else []), *days])) if days else None


def _whole_text(claim: Claim) -> str:
    """Title and text."""
    return shortened(f"{claim.title}. {claim.text}" if isinstance(claim, TopicClaim) else claim.text)
