"""The sentences of a meeting as they can be quoted, and those that tell most of it or of a part."""

import re
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import zip_longest

from tasks.language.due_dates import named_days, starts_correction
from tasks.language.numbers import numbers_in
from tasks.language.trimming import points_back, told_and_quoted
from tasks.language.words import content_stems, telling
from tasks.meeting.people import is_punctuated, people_of
from tasks.meeting.sentences import Sentence, split_sentences
from tasks.schema import Claim, Segment, Transcript
from tasks.summarization.choosing import choose_telling, often_said, share_of
from tasks.summarization.salience import LEARNT, Salience, packaged, salience_of
from tasks.summarization.sections import Section

MIN_WORDS = 6
"""Shorter sentences are not quoted where there are others."""
_WORDS_A_SENTENCE = 60
"""Of a section; a shorter one is told in fewer sentences. Chosen by hand."""
_LONGEST_WORDS = 30
"""A longer sentence is hard to read as a quote; it is taken only where there is no other."""
_LEAST_NAMED = 2
"""Words of content: there is something to point back to."""
_SAID_AGAIN = 1.0
_SAID_OFTEN = 0.6
"""In log-odds: what a sentence loses whose words were all said by those chosen before it, and what it gains by words that the
meeting says often. Chosen on the training meetings and on 23 annotated real ones: docs/experiments/salience.md."""


@dataclass(frozen=True)
class Quotable:
    """A sentence that can be quoted."""

    claim: Claim
    words: int
    salience: tuple[float, float] | None
    """See `salience_of`. None in a language of which nothing was learnt."""
    stems: frozenset[str]
    often: float
    """How much it has of the words that the meeting says often."""

    @property
    def is_worthy(self) -> bool:
        """Whether it is more like what was marked than like the rest."""
        return self.salience is not None and sum(self.salience) > 0

    @property
    def first_id(self) -> str:
        """The segment in which it begins."""
        return self.claim.segment_ids[0]


def spoken_sentences(transcript: Transcript, learnt: Salience | None = None) -> list[Quotable]:
    """Everything that can be quoted, in order; what is said again only where it was said first."""
    punctuated = is_punctuated(transcript.segments)
    people = people_of(transcript, punctuated)
    sentences = split_sentences(transcript.segments, people.pattern, punctuated)
    weights = often_said(transcript.segments)
    alone = defaultdict[tuple[str, ...], list[str]](list)
    for sentence in sentences:
        alone[sentence.segment_ids].append(sentence.text)
    lines: dict[tuple[str, ...], str] = {(segment.id,): segment.text.strip() for segment in transcript.segments}
    first_said: dict[tuple[str, ...], Quotable] = {}
    for unit in _units(sentences):
        sentence = unit[0]
        if len(unit) == 1:
            others = [text for text in alone[sentence.segment_ids] if text != sentence.text]
            claim = _claim(sentence, others, lines.get(sentence.segment_ids, sentence.text))
        else:
            claim = _joined(unit)
        if words := tuple(re.findall(r"\w+", claim.text.casefold())):
            known, count = sentence.language in LEARNT, len(claim.text.split())
            salience = salience_of(claim.text, people, learnt or packaged()) if known else None
            stems = telling(content_stems(claim.text, sentence.language))
            first_said.setdefault(words, Quotable(claim, count, salience, stems, share_of(stems, weights, count)))
    return list(first_said.values())


def within(spoken: Iterable[Quotable], segments: Iterable[Segment]) -> list[Quotable]:
    """Those that begin in one of the segments."""
    ids = {segment.id for segment in segments}
    return [one for one in spoken if one.first_id in ids]


def choose_spoken(spoken: Sequence[Quotable], segments: Sequence[Segment], most: int, min_words: int = MIN_WORDS) -> list[Claim]:
    """At most so many statements in their order, of which a reader learns most; one at least, if one is long enough.

    Greedy, so that together they do not say the same. Where nothing was learnt of the language, it is those with the words that
    the segments say most.
    """
    found = [one for one in spoken if one.words >= min_words and not one.claim.text.endswith("?")]
    found = [one for one in found if one.words <= _LONGEST_WORDS] or found
    if any(one.salience is None for one in found):
        return choose_telling([one.claim for one in found], segments, most)
    worthy = [one for one in found if one.is_worthy]
    left, chosen, said = worthy or found, list[Quotable](), frozenset[str]()
    most = most if worthy else min(most, 1)
    while left and len(chosen) < most:
        best = max(left, key=lambda one: _worth(one, said))
        left = [one for one in left if one is not best]
        chosen.append(best)
        said |= best.stems
    return [one.claim for one in found if any(one is each for each in chosen)]


def spoken_points(section: Section, spoken: Sequence[Quotable], most: int) -> list[Claim]:
    """At most so many sentences of a section, short ones where it has no others."""
    inside = within(spoken, section.segments)
    count = min(most, max(1, round(section.words / _WORDS_A_SENTENCE)))
    return choose_spoken(inside, section.segments, count) or choose_spoken(inside, section.segments, count, 1)


def most_telling(spoken: Sequence[Quotable], segments: Sequence[Segment]) -> Claim | None:
    """The one sentence that stands for these segments; None if nothing in them can be quoted."""
    inside = within(spoken, segments)
    return next(iter(choose_spoken(inside, segments, 1) or choose_spoken(inside, segments, 1, 1)), None)


def _units(sentences: Iterable[Sentence]) -> list[list[Sentence]]:
    """What must be quoted together: a sentence and the one it points back to, and whatever was corrected with its correction.

    A figure or a day that somebody else corrects right after is not quoted.
    """
    units: list[list[Sentence]] = []
    for sentence in sentences:
        if units and _goes_on(units[-1], sentence):
            units[-1].append(sentence)
        else:
            units.append([sentence])
    return [unit for unit, after in zip_longest(units, units[1:]) if not (after and _is_denied(unit, after[0]))]


def _goes_on(unit: Sequence[Sentence], sentence: Sentence) -> bool:
    last = unit[-1]
    if sentence.starts_turn or sentence.speaker != last.speaker:
        return False
    if any(starts_correction(each.text, each.language) for each in (last, sentence)):
        return True
    words = sum(len(each.text.split()) for each in (*unit, sentence))
    named = len(content_stems(last.text, last.language)) >= _LEAST_NAMED
    return named and words <= _LONGEST_WORDS and points_back(sentence.text, sentence.language)


def _is_denied(unit: Sequence[Sentence], answer: Sentence) -> bool:
    """Whether somebody else puts another figure or day in the place of this one."""
    if answer.speaker == unit[-1].speaker or not starts_correction(answer.text, answer.language):
        return False
    return all(numbers_in(each.text) or named_days(each.text, each.language) for each in (unit[-1], answer))


def _joined(unit: Sequence[Sentence]) -> Claim:
    text = " ".join(sentence.text for sentence in unit)
    return Claim(text=text, segment_ids=tuple(dict.fromkeys(name for each in unit for name in each.segment_ids)), quote=text)


def _claim(sentence: Sentence, others: Sequence[str], line: str) -> Claim:
    told, _ = told_and_quoted(sentence.text, others, line, sentence.language)
    return Claim(text=told, segment_ids=sentence.segment_ids, quote=told)


def _worth(one: Quotable, said: frozenset[str]) -> float:
    assert one.salience is not None
    again = len(one.stems & said) / len(one.stems) if one.stems else 1.0
    return sum(one.salience) + _SAID_OFTEN * one.often - _SAID_AGAIN * again
