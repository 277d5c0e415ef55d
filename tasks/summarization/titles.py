"""Titles made by code: the phrases that one section of a meeting says more than the others, `Soil, mulch and delivery`.

A phrase is one to three words in a row without a word of grammar; in Vietnamese two syllables, since most words there have that
many, counted from the end of a row, where the nouns stand. Its weight is TF-IDF of its words over the sections. In English it
should end with a noun: a word with which the meeting ends what an article begins, as in `the red light is`.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from itertools import chain

from tasks.language.language import Language
from tasks.language.languages import language_or_english
from tasks.language.numbers import numbers_in
from tasks.summarization.sections import Section
from tasks.summarization.spoken import Quotable, within

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]")
_CONTRACTED = re.compile(r"['’]\w+$")
_SENTENCE_END = frozenset(".!?…:")
_ARTICLES = frozenset("a an the this that these those my your his her our their its some any no each every which of".split())
_LENGTHS = (3, 2, 1)
_MOST_PHRASES = 3
_LEAST_OF_BEST = 0.35
"""Of the weight of the first phrase, for the others to be named."""
_HARDLY_A_NOUN = 0.3


@dataclass(frozen=True)
class _Word:
    text: str
    key: str
    """What its forms share."""
    starts_sentence: bool


Phrase = tuple[_Word, ...]


@dataclass
class Titles:
    """Titles for the sections of one meeting."""

    sections: Sequence[Section]
    language: str
    names: Iterable[str] = ()
    """Of people, who make no subject."""
    spoken: Sequence[Quotable] = ()
    """The sentences of the meeting: those worth a point say what a section is about, all of its talk where none is."""
    _spread: Counter[str] = field(default_factory=Counter)
    _nouns: set[str] = field(default_factory=set)
    _forms: defaultdict[str, Counter[str]] = field(default_factory=lambda: defaultdict(Counter))

    def __post_init__(self) -> None:
        self._people = {part.casefold() for name in self.names for part in name.split()}
        self._runs = [list(self._read(self._told(section))) for section in self.sections]
        for runs in self._runs:
            words = list(chain.from_iterable(runs))
            self._spread.update({word.key for word in words})
            for word in words:
                self._forms[word.key][word.text.lower() if word.starts_sentence else word.text] += 1

    def of(self, number: int) -> str | None:
        """The title of a section: its item of the agenda, else its phrases; None if it says nothing."""
        if item := self.sections[number].agenda_item:
            return item
        chosen: list[tuple[float, Phrase]] = []
        for weight, phrase in self._weighed(self._runs[number]):
            fresh = all(_keys(phrase).isdisjoint(_keys(other)) for _, other in chosen)
            if fresh and len(chosen) < _MOST_PHRASES and (not chosen or weight >= _LEAST_OF_BEST * chosen[0][0]):
                chosen.append((weight, phrase))
        spelt = [" ".join(map(self._spelt, phrase)) for _, phrase in chosen]
        if not spelt:
            return None
        last = language_or_english(self.language).conjunction + spelt.pop() if len(spelt) > 1 else ""
        title = ", ".join(spelt) + last
        return title[:1].upper() + title[1:]

    def _spelt(self, word: _Word) -> str:
        """As it was said there; what begins a sentence as it is said elsewhere."""
        return self._forms[word.key].most_common(1)[0][0] if word.starts_sentence else word.text

    def _told(self, section: Section) -> list[tuple[str, str]]:
        """Texts and their languages."""
        language = section.segments[0].language
        told = [(one.claim.text, language) for one in within(self.spoken, section.segments) if one.is_worthy]
        return told or [(segment.text, segment.language) for segment in section.segments]

    def _read(self, told: Iterable[tuple[str, str]]) -> Iterator[list[_Word]]:
        """The words of content in runs that neither grammar nor a mark interrupts."""
        for text, code in told:
            language = language_or_english(code)
            run: list[_Word] = []
            before, article = ".", False
            for token in (*_TOKEN.findall(text), "."):
                small = token.casefold()
                if self._is_content(small, language):
                    run.append(_Word(token, language.stem(small), before in _SENTENCE_END))
                else:
                    if run:
                        yield run
                    if run and article:
                        self._nouns.add(run[-1].key)
                    run, article = [], small in _ARTICLES
                before = small

    def _is_content(self, small: str, language: Language) -> bool:
        known = language.stop_words | self._people
        word = _CONTRACTED.sub("", small)
        return len(word) > 1 and word[0].isalpha() and known.isdisjoint((small, word)) and not numbers_in(word)

    def _weighed(self, runs: Sequence[Sequence[_Word]]) -> list[tuple[float, Phrase]]:
        """The phrases of a section, the heaviest first; of equals the one that is said first."""
        times = Counter(word.key for run in runs for word in run)
        first_said: dict[tuple[str, ...], Phrase] = {}
        for run in runs:
            for phrase in _phrases(run, language_or_english(self.language).syllabic):
                first_said.setdefault(tuple(word.key for word in phrase), phrase)
        weighed = [(self._weight(keys, times), phrase) for keys, phrase in first_said.items()]
        return sorted(weighed, key=lambda pair: -pair[0])

    def _weight(self, keys: tuple[str, ...], times: Counter[str]) -> float:
        if len(set(keys)) < len(keys):
            return 0.0
        each = [times[key] * math.log(1 + len(self.sections) / self._spread[key]) for key in keys]
        noun = not self._nouns or keys[-1] in self._nouns
        return sum(each) / math.sqrt(len(keys)) * (1.0 if noun else _HARDLY_A_NOUN)


def _keys(phrase: Phrase) -> set[str]:
    return {word.key for word in phrase}


def _phrases(run: Sequence[_Word], syllabic: bool) -> Iterator[Phrase]:
    if syllabic:
        yield from (tuple(run[end - 2 : end]) for end in range(len(run), 1, -2))
        return
    for length in _LENGTHS:
        yield from (tuple(run[start : start + length]) for start in range(len(run) - length + 1))
