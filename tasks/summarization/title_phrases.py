"""What may be the title of a part of a meeting: phrases as they were said, and what is known of each.

A phrase begins and ends with a word of content; between them any words may stand, but no mark and no person.
"""

import math
import re
from collections import Counter, defaultdict
from collections.abc import Container, Iterable, Sequence
from dataclasses import dataclass

from tasks.language.language import Language
from tasks.language.languages import language_or_english
from tasks.language.numbers import numbers_in
from tasks.meeting.hashed_sum import Blocks

_TOKEN = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*|[^\w\s]")
_CONTRACTED = re.compile(r"['’]\w+$")
_LONGEST, _LONGEST_SYLLABLES = 4, 6
_MOST_TIMES, _MOST_LINES = 4, 8
"""Above that, more makes no difference."""


@dataclass(frozen=True)
class ToldLine:
    """A line of a part of a meeting."""

    text: str
    worthy: bool
    """Whether something in it is worth a point (`salience.py`)."""


@dataclass(frozen=True)
class TitlePhrase:
    """A phrase, and what tells whether it would be a title."""

    text: str
    keys: tuple[str, ...]
    """What the forms of its words of content share."""
    weight: float
    """TF-IDF of its words over the parts, by the square root of their number."""
    features: Blocks


@dataclass(frozen=True)
class _Tokens:
    line: int
    spelt: Sequence[str]
    small: Sequence[str]
    content: Sequence[bool]
    worthy: bool


Place = tuple[_Tokens, int, int]
"""The first and the last token of a phrase."""


def words_of_content(lines: Iterable[ToldLine], code: str, people: Container[str]) -> set[str]:
    """The words of a part that a title can be made of, by what their forms share."""
    language = language_or_english(code)
    return {
        language.stem(word)
        for line in lines
        for word in map(str.casefold, _TOKEN.findall(line.text))
        if _is_content(word, language, people)
    }


def title_phrases(
    lines: Sequence[ToldLine], code: str, people: Container[str], spread: Counter[str], parts: int
) -> list[TitlePhrase]:
    """The phrases of a part, in the order in which they are first said.

    Args:
        people: names in small letters, which make no subject.
        spread: in how many parts of the meeting each word of content is said.
        parts: how many there are.
    """
    language = language_or_english(code)
    read = [_read(number, line, language, people) for number, line in enumerate(lines)]
    said = Counter(language.stem(word) for line in read for word, counts in zip(line.small, line.content, strict=True) if counts)
    places = _places(read, _LONGEST_SYLLABLES if language.syllabic else _LONGEST, people)
    keys = {text: _keys(found[0], language) for text, found in places.items()}
    weights = {
        text: sum(said[key] * math.log(1 + parts / spread[key]) for key in own) / math.sqrt(len(own))
        for text, own in keys.items()
    }
    rank = {text: place for place, text in enumerate(sorted(weights, key=lambda text: -weights[text]))}
    result = []
    for text, found in places.items():
        if len(set(own := keys[text])) < len(own):
            continue
        line, first, last = found[0]
        often = sum(said[key] for key in own) / len(own)
        facts = [
            f"rank{int(math.log2(rank[text] + 1))}",
            f"often{int(2 * math.log2(often + 1))}",
            f"spread{round(4 * sum(spread[key] for key in own) / len(own) / parts)}",
            f"at{min(4, _MOST_LINES * found[0][0].line // len(lines))}",
            *_facts(found, len(own)),
        ]
        features = [_words(line, first, last, own), _edges(line, first, last), _around(found), facts]
        result.append(TitlePhrase(" ".join(line.spelt[first : last + 1]), own, weights[text], features))
    return result


def _is_content(word: str, language: Language, people: Container[str]) -> bool:
    bare = _CONTRACTED.sub("", word)
    if len(bare) < 2 or not bare[0].isalpha():
        return False
    return not any(each in language.stop_words or each in people for each in (word, bare)) and not numbers_in(bare)


def _read(number: int, line: ToldLine, language: Language, people: Container[str]) -> _Tokens:
    spelt = _TOKEN.findall(line.text)
    small = [token.casefold() for token in spelt]
    return _Tokens(number, spelt, small, [_is_content(word, language, people) for word in small], line.worthy)


def _places(read: Iterable[_Tokens], longest: int, people: Container[str]) -> dict[str, list[Place]]:
    places = defaultdict[str, list[Place]](list)
    for line in read:
        for first in (place for place, counts in enumerate(line.content) if counts):
            for last in range(first, min(first + longest, len(line.small))):
                if not line.spelt[last][0].isalnum() or line.small[last] in people:
                    break
                if line.content[last]:
                    places[" ".join(line.small[first : last + 1])].append((line, first, last))
    return places


def _keys(place: Place, language: Language) -> tuple[str, ...]:
    line, first, last = place
    return tuple(language.stem(line.small[at]) for at in range(first, last + 1) if line.content[at])


def _words(line: _Tokens, first: int, last: int, keys: Iterable[str]) -> list[str]:
    between = (f"between:{line.small[at]}" for at in range(first, last + 1) if not line.content[at])
    return [*(f"word:{key}" for key in keys), f"all:{' '.join(line.small[first : last + 1])}", *between]


def _edges(line: _Tokens, first: int, last: int) -> list[str]:
    begins, ends = line.small[first], line.small[last]
    endings = [f"first-{size}:{begins[-size:]}" for size in (2, 3)] + [f"last-{size}:{ends[-size:]}" for size in (2, 3)]
    return [f"first:{begins}", f"last:{ends}", *endings]


def _around(places: Iterable[Place]) -> list[str]:
    found = set[str]()
    for line, first, last in places:
        before = line.small[first - 1] if first else "<"
        after = line.small[last + 1] if last + 1 < len(line.small) else ">"
        found |= {f"before:{before}", f"after:{after}", f"around:{before} {after}"}
        if first > 1:
            found.add(f"before:{line.small[first - 2]} {before}")
    return sorted(found)


def _facts(places: Sequence[Place], count: int) -> list[str]:
    line, first, last = places[0]
    times = min(_MOST_TIMES, len(places))
    capitals = any(line.spelt[at][0].isupper() for at in range(max(1, first), last + 1))
    return [
        f"content{count}",
        f"tokens{last - first + 1}",
        f"times{times}",
        f"content{count}times{times}",
        f"opens{line.line == 0}",
        f"worthy{any(place[0].worthy for place in places)}",
        f"capitals{capitals}",
        f"leads{any(place[1] <= 2 for place in places)}",
    ]
