"""Whether a sentence is made from what was said: by leaving out, by naming what a pronoun means, by a fuller name of a thing.

The words of the sentence must stand in the spoken one in the same order. What does not is proved in one of three ways: in the
place of a pronoun stand words of one of the sentences before; beside a spoken word stand words that were said beside it; or after
`about` stands what the sentence right before speaks of. Anything else is new, however true it may be.
"""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import pairwise

from tasks.language.numbers import in_figures
from tasks.language.qualifier_words import QualifierWords
from tasks.language.qualifiers import qualifiers
from tasks.language.words import content_stems, normalise

_LONGEST_RUN = 8
"""SentenceWords in the place of one pronoun."""
_ARTICLES = frozenset("a an the this that these those our their its".split())
_BORDERS = frozenset("of to for from with about on in at by into that which who".split())
"""Before them stands the noun that a run of words is about."""
_Place = tuple[int, int, bool]
"""A word of the rewriting, a step of the spoken words, and whether the word before was spoken."""


@dataclass(frozen=True)
class ContentWord:
    """A word that says something by itself, and where it stands among all words of its sentence."""

    stem: str
    word: str
    place: int
    lead: str | None = None
    """What the preposition before it says, of those that turn the sense."""


@dataclass(frozen=True)
class SentenceWords:
    """A sentence taken apart."""

    all: tuple[str, ...]
    tokens: tuple[ContentWord, ...]
    pointing: tuple[int, ...]
    """Places of words that point to what was said before."""

    @property
    def stems(self) -> frozenset[str]:
        return frozenset(token.stem for token in self.tokens)

    @cached_property
    def steps(self) -> list[ContentWord | int]:
        """The tokens and the places of the words that point, in order."""
        return sorted([*self.tokens, *self.pointing], key=lambda step: step.place if isinstance(step, ContentWord) else step)


def take_apart(text: str, language: str, small: QualifierWords) -> SentenceWords:
    """The words of a sentence, with numbers in figures."""
    words = tuple(normalise(in_figures(text)).split())
    tokens, lead = list[ContentWord](), None
    for place, word in enumerate(words):
        stem = word if word.isdigit() else next(iter(content_stems(word, language)), None)
        if stem:
            tokens.append(ContentWord(stem, word, place, lead))
        lead = small.directions.get(word, None if stem else lead)
    pointing = tuple(place for place, word in enumerate(words) if word in small.things or word in small.persons)
    return SentenceWords(words, tuple(tokens), pointing)


@dataclass(frozen=True)
class Derivation:
    """From which sentences a rewriting may be made."""

    language: str
    small: QualifierWords
    before: Sequence[SentenceWords]
    """Sentences in which a pronoun may be explained."""
    topic: Sequence[SentenceWords]
    """The sentence right before, if it says what this is about."""
    names: frozenset[str]
    """SentenceWords for people, which stand for no thing."""

    def explains(self, made: SentenceWords, spoken: SentenceWords) -> bool:
        """Whether every word of the sentence that was made is spoken there, or proved by the sentences before."""
        steps, count = spoken.steps, len(made.tokens)

        @cache
        def explained(here: int, step: int, *, kept: bool) -> bool:
            """Whether the words from here on follow from the steps from this one on; `kept`: the word before was spoken."""
            return here == count or any(
                explained(next_word, next_step, kept=is_kept)
                for found in (
                    self._by_step(made, here, spoken, step, kept=kept),
                    self._by_context(made, here, steps, step, kept=kept),
                )
                for next_word, next_step, is_kept in found
            )

        return explained(0, 0, kept=False)

    def _by_step(self, made: SentenceWords, here: int, spoken: SentenceWords, step: int, *, kept: bool) -> Iterator[_Place]:
        """Where one comes who takes or leaves the next spoken word, or lets words stand for the next pronoun."""
        if step == len(spoken.steps):
            return
        now = spoken.steps[step]
        if not isinstance(now, ContentWord):
            yield from ((end, step + 1, False) for end in _ends(made, here) if self._names(made, here, end, spoken.all[now]))
        elif _same(made.tokens[here], now):
            yield here + 1, step + 1, True
        yield here, step + 1, kept

    def _by_context(
        self, made: SentenceWords, here: int, steps: Sequence[ContentWord | int], step: int, *, kept: bool
    ) -> Iterator[_Place]:
        """Where one comes who takes words that were said beside a spoken one, or say what it is about."""
        for end in _ends(made, here):
            if kept and (self._stands_beside(made, here - 1, end) or self._is_topic(made, here, end)):
                yield end, step, True
            if end < len(made.tokens) and self._stands_beside(made, here, end + 1) and _is_spoken(made.tokens[end], steps[step:]):
                yield end, step, False

    def begins(self, made: SentenceWords, spoken: SentenceWords) -> bool:
        """Whether it begins with a spoken word that is not torn from the one before, or the spoken words begin with a pronoun."""
        if spoken.steps and not isinstance(spoken.steps[0], ContentWord):
            return True
        for before, token in zip((None, *spoken.tokens), spoken.tokens, strict=False):
            if token.stem == made.tokens[0].stem:
                between = spoken.all[before.place + 1 : token.place] if before else ()
                if before is None or before.word in self.names or not _ARTICLES.issuperset(between):
                    return True
        return False

    def _names(self, made: SentenceWords, start: int, end: int, pronoun: str) -> bool:
        """Whether words are what a sentence before speaks of and a pronoun may mean."""
        run = made.tokens[start:end]
        if not any(self._together(run, source, made) for source in self.before):
            return False
        person = all(token.word in self.names for token in run)
        if any(token.word in self.names for token in run) != person or (person and pronoun not in self.small.persons):
            return False
        several = (self.small.persons | self.small.things)[pronoun]  # type: ignore[operator]
        return several is None or several == _is_plural(_head(run, made))

    def _is_topic(self, made: SentenceWords, start: int, end: int) -> bool:
        """Whether words say what it is about, and are what the sentence right before speaks of."""
        run = made.tokens[start:end]
        between = made.all[made.tokens[start - 1].place + 1 : run[0].place]
        if self.small.about.isdisjoint(between) or any(token.word in self.names for token in run):
            return False
        return any(self._together(run, source, made) for source in self.topic)

    def _together(self, run: Sequence[ContentWord], source: SentenceWords, made: SentenceWords) -> bool:
        """Whether the words stand next to each other in a sentence, in whatever order, with at most one other between them."""
        wanted = sorted(token.stem for token in run)
        for start in range(len(source.tokens)):
            for length in (len(wanted), len(wanted) + 1):
                part = source.tokens[start : start + length]
                left_out = [part, *(part[:gap] + part[gap + 1 :] for gap in range(1, len(part) - 1) if length > len(wanted))]
                if any(sorted(token.stem for token in kept) == wanted for kept in left_out):
                    return self._keeps(part, source, made)
        return False

    def _keeps(self, part: Sequence[ContentWord], source: SentenceWords, made: SentenceWords) -> bool:
        """Whether what qualifies the words where they were said stands in what was made of them."""
        said = " ".join(source.all[part[0].place : part[-1].place + 1])
        told = " ".join(made.all)
        return qualifiers(said, self.language, stated=False) <= qualifiers(told, self.language, stated=False)

    def _stands_beside(self, made: SentenceWords, first: int, end: int) -> bool:
        """Whether the tokens were said just so, one after the other."""
        wanted = _without_articles(made.all[made.tokens[first].place : made.tokens[end - 1].place + 1])
        return any(_holds(_without_articles(source.all), wanted) for source in self.before)


def _ends(made: SentenceWords, start: int) -> range:
    """Where a run of words may end that starts here, the longest first."""
    return range(min(len(made.tokens), start + _LONGEST_RUN), start, -1)


def _same(token: ContentWord, spoken: ContentWord) -> bool:
    """One word, and not after a preposition that says something else."""
    return token.stem == spoken.stem and (token.lead is None or spoken.lead is None or token.lead == spoken.lead)


def _is_spoken(token: ContentWord, steps: Sequence[ContentWord | int]) -> bool:
    return any(isinstance(step, ContentWord) and _same(token, step) for step in steps)


def _head(run: Sequence[ContentWord], made: SentenceWords) -> str:
    """The noun that the run is about."""
    for token, following in pairwise(run):
        if _BORDERS.intersection(made.all[token.place + 1 : following.place]):
            return token.word
    return run[-1].word


def _is_plural(word: str) -> bool:
    return word.endswith("s") and not word.endswith(("ss", "us", "is"))


def _without_articles(words: Sequence[str]) -> list[str]:
    return [word for word in words if word not in _ARTICLES]


def _holds(words: Sequence[str], wanted: Sequence[str]) -> bool:
    return any(list(words[start : start + len(wanted)]) == wanted for start in range(len(words) - len(wanted) + 1))
