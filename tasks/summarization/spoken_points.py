"""What was said about a topic, in the sentences that say most of it."""

from tasks.schema import Claim
from tasks.summarization.central import central_quote, quotable, quote
from tasks.summarization.choosing import choose_telling
from tasks.summarization.sections import Section

_WORDS_A_SENTENCE = 60
"""Of a section; a shorter one is told in fewer sentences. Chosen by hand."""


def spoken_points(section: Section, most: int) -> list[Claim]:
    """At most so many statements of a section, in their order; the most central sentence where nothing is stated."""
    stated = [found for sentence in quotable(section.segments) if not (found := quote(sentence)).text.rstrip().endswith("?")]
    count = min(most, max(1, round(section.words / _WORDS_A_SENTENCE)))
    central = central_quote(section.segments)
    return choose_telling(stated, section.segments, count) or ([central] if central else [])
