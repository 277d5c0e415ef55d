"""What was said about a topic, in the sentences that say most of it."""

from collections.abc import Sequence

from tasks.language.answers import promises
from tasks.language.qualifiers import qualifier_words
from tasks.language.words import normalise
from tasks.schema import Claim, Segment
from tasks.summarization.central import MIN_WORDS, central_quote, quotable, quote, text_of
from tasks.summarization.choosing import choose_telling
from tasks.summarization.sections import Section

_WORDS_A_SENTENCE = 60
"""Of a section; a shorter one is told in fewer sentences. Chosen by hand."""


def spoken_points(section: Section, most: int) -> list[Claim]:
    """At most so many sentences of a section, in their order; the most central one where it has none that say something."""
    count = min(most, max(1, round(section.words / _WORDS_A_SENTENCE)))
    central = central_quote(section.segments)
    return choose_telling(statements(section.segments), section.segments, count) or ([central] if central else [])


def statements(segments: Sequence[Segment], min_words: int = MIN_WORDS) -> list[Claim]:
    """The sentences that state something, in their order; where there are none, all that say something."""
    sentences = quotable(segments, min_words)
    stated = [sentence for sentence in sentences if _is_statement(text_of(sentence), sentence[0].language)]
    return [quote(sentence) for sentence in stated or sentences]


def _is_statement(text: str, language: str) -> bool:
    """Whether a sentence tells something: it asks nobody, speaks to nobody, and takes nothing on, which the tasks list."""
    known = qualifier_words(language)
    to_somebody = known is not None and not known.second_person.isdisjoint(normalise(text).split())
    return not (text.rstrip().endswith("?") or to_somebody or promises(text, language))
