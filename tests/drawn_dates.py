"""Sentences with spoken due dates and their meaning, written apart from the parser.

To see sixty of them: python -m tests.drawn_dates vi 60
"""

import random
import sys
from collections.abc import Iterator

from tests.drawn.english import english
from tests.drawn.rules import Drawn, meeting_day
from tests.drawn.vietnamese import vietnamese

__all__ = ["LANGUAGES", "RELATIONS", "Drawn", "drawn"]

LANGUAGES = {"en": english, "vi": vietnamese}
RELATIONS = ("by", "by", "on", "until", "not_before", "after", "from", "between", "around", None)


def drawn(language: str, count: int, seed: int) -> Iterator[Drawn]:
    """`count` sentences of "en" or "vi", the same ones for the same seed. Raises KeyError for another language."""
    draw, rng = LANGUAGES[language], random.Random(f"{language} {seed}")
    while count:
        sentence = draw(rng, meeting_day(rng), rng.choice(RELATIONS))
        if sentence is not None:
            yield sentence
            count -= 1


if __name__ == "__main__":
    for row in drawn(sys.argv[1], int(sys.argv[2]), seed=int(sys.argv[3]) if len(sys.argv) > 3 else 0):
        meaning = f"{row.relation or 'no day'} {row.first or ''}..{row.last or ''}"
        sys.stdout.write(f"{row.base:%a %Y-%m-%d} | {meaning} | {row.sentence} | {row.task}\n")
