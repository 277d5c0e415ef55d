"""Who takes on what: which lines of a talk speak of one task, and whose it is.

Both are weighted sums of hashed words, learnt from written meetings (`benchmarks/train_written.py`); nothing here is a list of
phrases. Whether two lines belong together is told by the words of both; whose a task is, by comparing all who may own it: who
speaks in its lines or right beside them, who is named there, and nobody.
"""

import re
from collections.abc import Sequence
from dataclasses import dataclass
from functools import cache
from itertools import pairwise
from pathlib import Path
from typing import Any
from zlib import crc32

import numpy as np
from numpy.typing import NDArray

from tasks.meeting.people import People
from tasks.schema import Segment

WEIGHTS = Path(__file__).with_suffix(".npz")
CELLS = 2**15
NOBODY = None
_NEAR_WORDS = 5
_REPLY_WORDS = 6
_LONGEST_GAP = 3
"""Lines that are further apart do not belong together."""
_WORD = re.compile(r"\w+(?:['’]\w+)?|[?!,.]")


@dataclass(frozen=True)
class HashedSum:
    """A weighted sum of hashed features, as logistic regression learns it."""

    rarity: NDArray[np.float32]
    """How much each feature counts. Shape (CELLS,)."""
    weights: NDArray[np.float32]
    bias: float

    def score(self, features: Sequence[str]) -> float:
        """Log-odds."""
        cells = cells_of(features)
        counted = self.rarity[cells].astype(float)
        length = float(np.sqrt((counted**2).sum())) or 1.0
        return float((counted * self.weights[cells]).sum() / length + self.bias)


@dataclass(frozen=True)
class Assignment:
    """What was learnt."""

    together: HashedSum
    owner: HashedSum

    def groups(self, segments: Sequence[Segment], rows: Sequence[int], people: People) -> list[list[int]]:
        """The rows, in order, parted into tasks."""
        groups: list[list[int]] = []
        for row in rows:
            before = groups[-1][-1] if groups else None
            if before is not None and row - before <= _LONGEST_GAP:
                if self.together.score(pair_features(segments, before, row, people)) > 0:
                    groups[-1].append(row)
                    continue
            groups.append([row])
        return groups

    def owner_of(self, segments: Sequence[Segment], rows: Sequence[int], people: People) -> str | None:
        """The name or label of the owner; None for nobody."""
        candidates = owner_features(segments, rows, people)
        return max(candidates, key=lambda name: self.owner.score(candidates[name]))


def pair_features(segments: Sequence[Segment], before: int, row: int, people: People) -> list[str]:
    """What tells whether two lines speak of the same task."""
    first, second = (_words(segments[number].text, people) for number in (before, row))
    same, asked = segments[before].speaker == segments[row].speaker, "?" in first
    return [
        *_grams(first, 2, "a:"),
        *_grams(second, 2, "b:"),
        f"gap{row - before}",
        f"same{same}",
        f"asked{asked}{same}",
        f"lengths{_size(first)},{_size(second)}",
        f"names{'NAME' in first}{'NAME' in second}",
    ]


def owner_features(segments: Sequence[Segment], rows: Sequence[int], people: People) -> dict[str | None, list[str]]:
    """What speaks for each one who may own the task that these rows speak of, and for nobody."""
    after, before = _speaker(segments, rows[-1] + 1, people), _speaker(segments, rows[0] - 1, people)
    speakers = [_speaker(segments, row, people) for row in rows]
    named = _named(segments, rows, people)
    texts = {row: _words(segments[row].text, people) for row in rows}
    everybody = [name for name in dict.fromkeys([*speakers, after, before, *named]) if name]
    result: dict[str | None, list[str]] = {}
    for name in everybody:
        own = [row for row, speaker in zip(rows, speakers, strict=True) if speaker == name]
        alone = len(set(speakers)) == 1
        features = [
            f"first{speakers[0] == name}",
            f"last{speakers[-1] == name}",
            f"named{name in named}of{min(len(named), 2)}",
            f"alone{alone}{speakers[0] == name}",
        ]
        if name == after:
            reply = _words(segments[rows[-1] + 1].text, people)[:_REPLY_WORDS]
            features += ["after", *_grams(reply, 2, "reply:")]
        if name == before:
            features.append("before")
        for row in own:
            features += _grams(texts[row], 3, "own:")
        for around, place, left in named.get(name, ()):
            features += [*_grams(around, 3, "at:"), f"place{min(place, 3)}", f"left{min(left, 4)}"]
        if name not in named:
            features.append(f"others{bool(named)}")
            for row in rows:
                if row not in own:
                    features += _grams(texts[row], 2, "other:")
        result[name] = features
    nobody = [f"nobody{bool(named)}"]
    for row in rows:
        nobody += _grams(texts[row], 2, "nobody:")
    result[NOBODY] = nobody
    return result


def cells_of(features: Sequence[str]) -> NDArray[np.intp]:
    """The cells of the features, each once."""
    return np.array(sorted({crc32(feature.encode()) % CELLS for feature in features}), dtype=np.intp)


@cache
def packaged() -> Assignment:
    """What comes with the package."""
    return read_assignment(WEIGHTS)


def read_assignment(path: Path) -> Assignment:
    """The file that `benchmarks/train_written.py` wrote."""
    with np.load(path, allow_pickle=False) as file:
        return Assignment(_sum(file, "together"), _sum(file, "owner"))


def _sum(file: Any, name: str) -> HashedSum:
    return HashedSum(file[f"{name}.rarity"], file[f"{name}.weights"], float(file[f"{name}.bias"]))


def _speaker(segments: Sequence[Segment], row: int, people: People) -> str | None:
    return people.speaker(segments[row].speaker) if 0 <= row < len(segments) else None


def _named(segments: Sequence[Segment], rows: Sequence[int], people: People) -> dict[str, list[tuple[list[str], int, int]]]:
    """Whom somebody else names in these rows: the words around, how many stand before and how many are left."""
    found: dict[str, list[tuple[list[str], int, int]]] = {}
    for row in rows:
        said, words = _WORD.findall(segments[row].text), _words(segments[row].text, people)
        for place, word in enumerate(said):
            name = people.names.get(word.lower()) if words[place] == "NAME" else None
            if name and name != _speaker(segments, row, people):
                around = [*words[max(0, place - _NEAR_WORDS) : place], "HERE", *words[place + 1 : place + 1 + _NEAR_WORDS]]
                found.setdefault(name, []).append((around, place, len(said) - place))
    return found


def _words(text: str, people: People) -> list[str]:
    """Words and marks in lower case; names of people are all one word, and so are figures."""
    return [_plain(word, people) for word in _WORD.findall(text)]


def _plain(word: str, people: People) -> str:
    if word.lower() in people.names and (word[:1].isupper() or not people.exact_case):
        return "NAME"
    return re.sub(r"\d+", "0", word.lower().replace("’", "'"))


def _grams(words: Sequence[str], longest: int, prefix: str) -> list[str]:
    """The words and their sequences of up to so many, where both ends count as words."""
    framed = ["<", *words, ">"]
    single = [prefix + word for word in framed]
    pairs = [f"{prefix}{first} {second}" for first, second in pairwise(framed)] if longest > 1 else []
    threes = [prefix + " ".join(part) for part in zip(framed, framed[1:], framed[2:], strict=False)] if longest > 2 else []
    return [*single, *pairs, *threes]


def _size(words: Sequence[str]) -> int:
    return min(6, int(np.log2(len(words) + 1)))
