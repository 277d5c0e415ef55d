"""What is known of a line of talk before anything is found: its words and letters, those of its neighbours, who speaks.

Names of people are one word, days and figures another, so that what was learnt from one meeting holds in the next. Nothing here
is a list of phrases.
"""

import re
from collections.abc import Sequence
from functools import lru_cache
from math import log2

from tasks.language.english.days import MONTHS, WEEKDAYS
from tasks.meeting.hashed_sum import Blocks, grams
from tasks.meeting.lines import TalkLine
from tasks.meeting.people import People

NAME = "NAME"
_WORD = re.compile(r"\w+(?:['’]\w+)?|[?!,.]")
_MARKS = frozenset("?!,.")
_DAY = re.compile("|".join([*WEEKDAYS, *(month for month in MONTHS if month != "may"), "tomorrow", "tonight"]))
_NEXT_WORDS, _BEFORE_WORDS = 10, 12
_LETTERS = (3, 4, 5)
OWN_WORDS = 3
"""The first blocks of a line are its own words and letters."""
FEWEST_LINES = 8
"""In a talk of fewer lines it says nothing that a line is the last one, or in the second fifth: nothing was learnt from any."""


def words_of(text: str, people: People) -> list[str]:
    """Words and marks in lower case, with names, days and figures as one word each."""
    return [_plain(word) if not _is_name(word, people) else NAME for word in _WORD.findall(text)]


def spoken_words(text: str) -> list[str]:
    """The words as they stand, without marks; as many as `words_of` gives with marks."""
    return _WORD.findall(text)


def line_blocks(lines: Sequence[TalkLine], people: People) -> list[list[list[str]]]:
    """The features of each line, in blocks."""
    bare = [_bare(line.text, people) for line in lines]
    ends = len(lines) >= FEWEST_LINES
    return [
        [
            *word_blocks(lines[row].text, people),
            grams(bare[row + 1][:_NEXT_WORDS], 2, "next:") if row + 1 < len(bare) else ["last"] * ends,
            grams(bare[row - 1][-_BEFORE_WORDS:], 2, "before:") if row else ["first"] * ends,
            _place(lines, bare, row),
        ]
        for row in range(len(lines))
    ]


def word_blocks(text: str, people: People) -> list[list[str]]:
    """The first blocks of a line, of which no other line is needed."""
    bare, raw = _bare(text, people), [word.lower() for word in _WORD.findall(text) if word not in _MARKS]
    return [grams(bare, 3, "own:"), grams(raw, 2, "raw:"), _letters(bare)]


def own_blocks(blocks: Blocks) -> Blocks:
    """The blocks of a line without those of its neighbours."""
    return [*blocks[:OWN_WORDS], blocks[-1]]


def _bare(text: str, people: People) -> list[str]:
    return [word for word in words_of(text, people) if word not in ",."]


def _letters(words: Sequence[str]) -> list[str]:
    text = f" {' '.join(words)} "
    return [f"l:{text[start : start + size]}" for size in _LETTERS for start in range(len(text) - size + 1)]


def _place(lines: Sequence[TalkLine], words: Sequence[Sequence[str]], row: int) -> list[str]:
    """Who speaks around, how long the lines are, who asks, who is named, and where in the meeting this is."""
    speakers = [lines[max(0, row - back)].speaker for back in range(3)]
    found = [f"part{5 * row // len(words)}", f"left{min(5, int(log2(len(words) - row)))}"] * (len(words) >= FEWEST_LINES)
    found += [
        f"goes on{row > 0 and speakers[0] == speakers[1]}",
        f"returns{row > 1 and speakers[0] == speakers[2]}",
    ]
    for where, place in (("", row), ("next ", row + 1), ("before ", row - 1)):
        if 0 <= place < len(words):
            line = words[place]
            found += [f"{where}size{size_of(line)}", f"{where}asks{'?' in line}", f"{where}names{NAME in line}"]
            found.append(f"{where}when{'DAY' in line or '0' in line}")
    if row + 1 < len(words):
        asks, answer = "?" in words[row], words[row + 1]
        found.append(f"asks{asks} answered{'0' in answer}{'DAY' in answer}{'?' in answer}{size_of(answer)}")
    return found


def size_of(words: Sequence[str]) -> int:
    """The length in steps that double."""
    return min(6, int(log2(len(words) + 1)))


def _is_name(word: str, people: People) -> bool:
    return word.lower() in people.names and (word[:1].isupper() or not people.exact_case)


@lru_cache(maxsize=65536)
def _plain(word: str) -> str:
    lower = word.lower().replace("’", "'")
    return "DAY" if _DAY.fullmatch(lower) else re.sub(r"\d+(?:st|nd|rd|th)?", "0", lower)
