"""Titles made by code: the phrase of a part of a meeting, as it was said there, that is most like a title.

What a title is like is learnt from parts of meetings that have one (`benchmarks/train_titles.py`,
docs/experiments/titles.md); in other languages it is the phrase whose words the part says more than the others (TF-IDF).
"""

from collections import Counter
from collections.abc import Iterable, Iterator, Sequence
from functools import cache
from pathlib import Path

import numpy as np

from tasks.language.due_dates import named_days
from tasks.meeting.hashed_sum import HashedSum, read_sum
from tasks.meeting.lines import lines_of
from tasks.schema import Segment
from tasks.summarization.sections import Section
from tasks.summarization.spoken import Quotable
from tasks.summarization.title_phrases import TitlePhrase, ToldLine, title_phrases, words_of_content

WEIGHTS = Path(__file__).with_suffix(".npz")
LEARNT = ("en", "vi")
"""Those of the meetings it was learnt from."""


@cache
def packaged() -> HashedSum:
    """What comes with the package."""
    with np.load(WEIGHTS, allow_pickle=False) as file:
        return read_sum(file, "title")


class Titles:
    """Titles for the sections of one meeting.

    Args:
        names: of people, who make no subject.
        spoken: the sentences of the meeting, of which some are worth a point.
    """

    def __init__(
        self,
        sections: Sequence[Section],
        language: str,
        names: Iterable[str] = (),
        spoken: Iterable[Quotable] = (),
        learnt: HashedSum | None = None,
    ) -> None:
        phrases = phrases_of([section.segments for section in sections], language, names, spoken)
        self._titles = list[str | None]()
        for section, found in zip(sections, phrases, strict=True):
            self._titles.append(section.agenda_item or self._choose(found, language, learnt))

    def of(self, number: int) -> str | None:
        """The title of a section: its item of the agenda, else its best phrase that heads no other; None if it says nothing."""
        return self._titles[number]

    def _choose(self, found: Iterable[TitlePhrase], language: str, learnt: HashedSum | None) -> str | None:
        for phrase in best_first(found, language, learnt):
            title = phrase.text[:1].upper() + phrase.text[1:]
            if title not in self._titles and not named_days(phrase.text, language):
                return title
        return None


def best_first(found: Iterable[TitlePhrase], language: str, learnt: HashedSum | None = None) -> list[TitlePhrase]:
    """The phrases, those first that would be titles; of equals those that are said first."""
    if language not in LEARNT:
        return sorted(found, key=lambda phrase: -phrase.weight)
    model = learnt or packaged()
    return sorted(found, key=lambda phrase: -model.score(phrase.features))


def phrases_of(
    parts: Sequence[Sequence[Segment]], language: str, names: Iterable[str], spoken: Iterable[Quotable]
) -> Iterator[list[TitlePhrase]]:
    """What may be the title of each part of a meeting, one part after the other: all at once would be many."""
    people = {word.casefold() for name in names for word in name.split()}
    worthy = {name for one in spoken if one.is_worthy for name in one.claim.segment_ids}
    told = [[ToldLine(line.text, not worthy.isdisjoint(line.ids)) for line in lines_of(part)] for part in parts]
    spread = Counter(word for lines in told for word in words_of_content(lines, language, people))
    return (title_phrases(lines, language, people, spread, len(parts)) for lines in told)
