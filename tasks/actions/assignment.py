"""Who takes on what: which lines of a talk speak of one task, and whose it is.

Both are weighted sums of hashed words, learnt from written meetings (`benchmarks/train_written.py`); nothing here is a list of
phrases. Whether two lines belong together is told by the words of both; whose a task is, by comparing all who may own it: who
speaks in its lines or right beside them, who is named there, and nobody.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.meeting.hashed_sum import HashedSum, grams
from tasks.meeting.line_features import NAME, size_of, spoken_words, words_of
from tasks.meeting.lines import TalkLine
from tasks.meeting.people import People

NOBODY = None
_NEAR_WORDS = 5
_REPLY_WORDS = 6
_LONGEST_GAP = 3
"""Lines that are further apart do not belong together."""


@dataclass(frozen=True)
class Assignment:
    """What was learnt."""

    together: HashedSum
    owner: HashedSum

    def groups(self, lines: Sequence[TalkLine], rows: Sequence[int], people: People) -> list[list[int]]:
        """The rows, in order, parted into tasks."""
        groups: list[list[int]] = []
        for row in rows:
            if groups and self._belongs(lines, groups[-1][-1], row, people):
                groups[-1].append(row)
            else:
                groups.append([row])
        return groups

    def _belongs(self, lines: Sequence[TalkLine], before: int, row: int, people: People) -> bool:
        return row - before <= _LONGEST_GAP and self.together.score([pair_features(lines, before, row, people)]) > 0

    def owner_of(self, lines: Sequence[TalkLine], rows: Sequence[int], people: People) -> str | None:
        """The name or label of the owner; None for nobody."""
        candidates = owner_features(lines, rows, people)
        return max(candidates, key=lambda name: self.owner.score([candidates[name]]))


def pair_features(lines: Sequence[TalkLine], before: int, row: int, people: People) -> list[str]:
    """What tells whether two lines speak of the same task."""
    first, second = (words_of(lines[number].text, people) for number in (before, row))
    same, asked = lines[before].speaker == lines[row].speaker, "?" in first
    return [
        *grams(first, 2, "a:"),
        *grams(second, 2, "b:"),
        f"gap{row - before}",
        f"same{same}",
        f"asked{asked}{same}",
        f"lengths{size_of(first)},{size_of(second)}",
        f"names{NAME in first}{NAME in second}",
    ]


def owner_features(lines: Sequence[TalkLine], rows: Sequence[int], people: People) -> dict[str | None, list[str]]:
    """What speaks for each one who may own the task that these rows speak of, and for nobody."""
    speakers = [_speaker(lines, row, people) for row in rows]
    beside = (_speaker(lines, rows[-1] + 1, people), _speaker(lines, rows[0] - 1, people))
    named = _named(lines, rows, people)
    texts = {row: words_of(lines[row].text, people) for row in rows}
    reply = words_of(lines[rows[-1] + 1].text, people)[:_REPLY_WORDS] if rows[-1] + 1 < len(lines) else []
    result: dict[str | None, list[str]] = {}
    for name in (name for name in dict.fromkeys([*speakers, *beside, *named]) if name):
        own = [row for row, speaker in zip(rows, speakers, strict=True) if speaker == name]
        features = [
            f"first{speakers[0] == name}",
            f"last{speakers[-1] == name}",
            f"named{name in named}of{min(len(named), 2)}",
            f"alone{len(set(speakers)) == 1}{speakers[0] == name}",
            *(feature for row in own for feature in grams(texts[row], 3, "own:")),
        ]
        if name == beside[0]:
            features += ["after", *grams(reply, 2, "reply:")]
        if name == beside[1]:
            features.append("before")
        others = [row for row in rows if row not in own]
        result[name] = [*features, *(_called(named[name]) if name in named else _not_called(others, texts, bool(named)))]
    result[NOBODY] = [f"nobody{bool(named)}", *(feature for row in rows for feature in grams(texts[row], 2, "nobody:"))]
    return result


def _called(places: Sequence[tuple[list[str], int, int]]) -> list[str]:
    """How somebody is named."""
    return [
        feature
        for around, place, left in places
        for feature in (*grams(around, 3, "at:"), f"place{min(place, 3)}", f"left{min(left, 4)}")
    ]


def _not_called(rows: Sequence[int], texts: dict[int, list[str]], somebody_is: bool) -> list[str]:
    """What others say to somebody whom they do not name."""
    return [f"others{somebody_is}", *(feature for row in rows for feature in grams(texts[row], 2, "other:"))]


def _speaker(lines: Sequence[TalkLine], row: int, people: People) -> str | None:
    return people.speaker(lines[row].speaker) if 0 <= row < len(lines) else None


def _named(lines: Sequence[TalkLine], rows: Sequence[int], people: People) -> dict[str, list[tuple[list[str], int, int]]]:
    """Whom somebody else names in these rows: the words around, how many stand before and how many are left."""
    found: dict[str, list[tuple[list[str], int, int]]] = {}
    for row in rows:
        said, words = spoken_words(lines[row].text), words_of(lines[row].text, people)
        for place, word in enumerate(said):
            name = people.names.get(word.lower()) if words[place] == NAME else None
            if name and name != _speaker(lines, row, people):
                around = [*words[max(0, place - _NEAR_WORDS) : place], "HERE", *words[place + 1 : place + 1 + _NEAR_WORDS]]
                found.setdefault(name, []).append((around, place, len(said) - place))
    return found
