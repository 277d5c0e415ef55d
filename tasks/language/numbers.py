"""The numbers in a text, whether they are written in figures or in English or Vietnamese words."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

_FIGURES = re.compile(r"\d+(?:[.,]\d+)*")
_THOUSANDS = re.compile(r"[.,](?=\d{3}(?!\d))")
_TIME = re.compile(r"\b([01]?\d|2[0-4])[:h]([0-5]\d)\b")
_TOKEN = re.compile(r"\d+(?:[.,]\d+)*|[^\W\d_]+")

_ONES = "zero one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_TENS = "twenty thirty forty fifty sixty seventy eighty ninety".split()
_ORDINALS = (
    "first second third fourth fifth sixth seventh eighth ninth tenth eleventh twelfth thirteenth fourteenth fifteenth"
    " sixteenth seventeenth eighteenth nineteenth".split()
)
_SMALL = {word: value for value, word in enumerate([*_ONES, *_TEENS])}
_SMALL |= {word: value for value, word in enumerate(_ORDINALS, start=1)}
_SMALL |= {word: 10 * value for value, word in enumerate(_TENS, start=2)}
_SMALL |= {word[:-1] + "ieth": 10 * value for value, word in enumerate(_TENS, start=2)}
_SMALL |= dict(một=1, mốt=1, hai=2, ba=3, bốn=4, tư=4, năm=5, lăm=5, nhăm=5, sáu=6, bảy=7, bẩy=7, tám=8, chín=9, mười=10)
_SCALES = dict(hundred=100, trăm=100, thousand=1000, nghìn=1000, ngàn=1000, million=10**6, triệu=10**6, billion=10**9)
_SCALES |= {"tỷ": 10**9, "tỉ": 10**9, "k": 1000, "m": 10**6}
_JOINING = frozenset(("and", "linh", "lẻ"))
_POINT = frozenset(("point", "phẩy", "chấm"))
_PARTS = {"half": 0.5, "nửa": 0.5, "rưỡi": 0.5, "quarter": 0.25, "dozen": 12, "couple": 2, "twice": 2, "double": 2, "đôi": 2}
_NUMBER_WORDS = frozenset((*_SMALL, *_SCALES, *_PARTS))
_MAYBE_YEAR = re.compile(r"\bnăm\b(?!\s(?:mươi|trăm|nghìn|ngàn|triệu|tỷ|tỉ|rưỡi|phẩy)\b)", re.IGNORECASE)
_CURRENCIES = frozenset("euro euros dollar dollars pound pounds".split())
"""They may stand inside a price: `twelve euros fifty`."""
_COUNTED_BY_HAND = 12
"""Words up to here are also said without counting anything: `one of us`."""
_MEASURES = frozenset(
    "day days week weeks month months year years hour hours minute minutes dollar dollars euro euros pound pounds percent"
    " cents metres meters ngày tuần tháng giờ phút đô đồng phần".split()
)
"""What is measured is not counted by hand: `five weeks` must have been said."""


@dataclass(frozen=True)
class Number:
    """A number of a claim as it is shown to the reader, and the values under which it may have been said."""

    shown: str
    values: frozenset[str]


@lru_cache(maxsize=65536)
def numbers_in(text: str) -> frozenset[str]:
    """Every number that stands in the text, in figures without thousands separators."""
    words = _words(text)
    if _NUMBER_WORDS.isdisjoint(words) and not any(word[0].isdigit() for word in words):
        return frozenset()
    found = {_canonical(figures) for figures in _FIGURES.findall(text)}
    for run in _runs([word for word in words if word not in _CURRENCIES]):
        found |= {_shown(value) for value in run}
        found |= {_shown(value) for pair in pairwise(run) for value in _read_together(*pair)}
        if len(run) > 1 and all(value < 10 and value.is_integer() for value in run):
            found.add("".join(_shown(value) for value in run))
    return frozenset(found | {_shown(_PARTS[word]) for word in words if word in _PARTS})


def claimed_numbers(text: str, counted_by_hand: int = _COUNTED_BY_HAND) -> list[Number]:
    """Those that must have been said when they stand in a claim."""
    times = [number for match in _TIME.finditer(text) for number in _clock(match)]
    rest = _TIME.sub(" ", text)
    figures = [_claimed(rest, match) for match in _FIGURES.finditer(rest)]
    return [*times, *figures, *_claimed_words(rest, counted_by_hand)]


def certain_numbers(text: str) -> list[Number]:
    """Every number that is certainly one: not `one`, and not the `năm` that may be a year."""
    return claimed_numbers(_MAYBE_YEAR.sub(" ", text), counted_by_hand=1)


def in_figures(text: str) -> str:
    """The text with its numbers in figures; `one` stays, which mostly counts nothing."""
    matches = list(_TOKEN.finditer(text))
    words = [match[0].lower() for match in matches]
    parts, position = list[str](), 0
    for index, value, end in _spoken(words):
        if value != 1:
            parts += [text[position : matches[index].start()], _shown(value)]
            position = matches[end - 1].end()
    joined = "".join([*parts, text[position:]])
    return _FIGURES.sub(lambda match: _canonical(match[0]), joined)


def _claimed(text: str, match: re.Match[str]) -> Number:
    shown = _canonical(match[0])
    following = re.match(r"\s?([^\W\d_]+|%)", text[match.end() : match.end() + 20])
    unit = following[1].lower() if following else ""
    if scale := _SCALES.get(unit):
        scaled = _shown(_value(shown) * scale)
        return Number(f"{shown} {unit}", frozenset((scaled, shown) if len(unit) == 1 else (scaled,)))
    share = (_shown(float(shown) / 100),) if unit in {"%", "percent"} and shown in {"50", "25"} else ()
    return Number(shown, frozenset((shown, *share)))


def _claimed_words(text: str, counted_by_hand: int) -> Iterator[Number]:
    words = _words(text)
    for index, value, end in _spoken(words):
        measured = value > 1 and end < len(words) and words[end] in _MEASURES
        if not words[index][0].isdigit() and (value > counted_by_hand or measured):
            yield Number(_shown(value), frozenset((_shown(value),)))


def _clock(match: re.Match[str]) -> Iterator[Number]:
    hour, minute = int(match[1]), int(match[2])
    yield Number(match[0], frozenset((str(hour), str(hour % 12 or 12))))
    if minute:
        yield Number(match[0], frozenset((str(minute), *({30: ("0.5",), 15: ("0.25",), 45: ("0.25",)}.get(minute, ())))))


def _canonical(figures: str) -> str:
    plain = _THOUSANDS.sub("", figures).replace(",", ".")
    return _shown(float(plain)) if plain.count(".") <= 1 and len(plain) < 16 else plain


def _shown(value: float) -> str:
    return str(int(value)) if float(value).is_integer() else f"{value:.6f}".rstrip("0")


def _value(figures: str) -> float:
    try:
        return float(_canonical(figures))
    except ValueError:
        return 0.0


def _words(text: str) -> list[str]:
    return _TOKEN.findall(text.lower())


def _runs(words: list[str]) -> Iterator[list[float]]:
    """Numbers that follow each other without a word between them."""
    run: list[float] = []
    last = -1
    for index, value, end in _spoken(words):
        if index != last and run:
            yield run
            run = []
        run.append(float(value))
        last = end
    if run:
        yield run


def _read_together(first: float, second: float) -> Iterable[float]:
    """`twelve fifty` is 12.50 or 1250, `twenty twenty six` is 2026."""
    return (first + second / 100, first * 100 + second) if 10 <= second < 100 and first < 100 else ()


def _spoken(words: list[str]) -> Iterator[tuple[int, float, int]]:
    """First word, value, and the word after each number."""
    index = 0
    while index < len(words):
        if _starts_number(words, index):
            value, end = _read(words, index)
            yield index, value, end
            index = end
        else:
            index += 1


def _starts_number(words: list[str], index: int) -> bool:
    word = words[index]
    if word[0].isdigit():
        return index + 1 < len(words) and words[index + 1] in _SCALES
    return word in _SMALL or word in {"hundred", "thousand", "million", "billion"} or _opens_decimal(words, index)


def _opens_decimal(words: list[str], index: int) -> bool:
    return words[index] == "không" and index + 1 < len(words) and words[index + 1] in _POINT


def _read(words: list[str], index: int) -> tuple[float, int]:
    """The value of the number that starts here, and where it ends."""
    if words[index][0].isdigit():
        return _value(words[index]) * _SCALES[words[index + 1]], index + 2
    reading = _Reading()
    start = index
    while index < len(words) and (step := reading.take(words, index, index == start)):
        index += step
    return _with_decimals(words, index, start, reading.total + reading.group, reading.scale)


@dataclass
class _Reading:
    """A number while its words come in: whole thousands, the rest, what still fits below it, and the last scale."""

    total: float = 0.0
    group: float = 0.0
    room: float = 1000.0
    scale: float = float("inf")

    def take(self, words: list[str], index: int, first: bool) -> int:
        """How many words belong to the number from here on; 0 when it has ended."""
        word, following = words[index], words[index + 1] if index + 1 < len(words) else ""
        if self._is_filler(word, following, first):
            self.room = 100 if word == "không" else self.room
            return 2 if word == "không" else 1
        if word == "mươi" and 2 <= self.group % 100 <= 9:
            self.group, self.room = self.group + 9 * (self.group % 10), 10
            return 1
        if word in _SMALL:
            return self._add(_SMALL[word], word, first or self._goes_on(_SMALL[word], words[index - 1], following))
        return self._multiply(word)

    def _is_filler(self, word: str, following: str, first: bool) -> bool:
        """`and`, `linh`, `không trăm`: words between the parts of a number."""
        if first or self.total + self.group == 0 or self.room not in (100, 1000):
            return False
        return (word in _JOINING and following in _SMALL) or (word == "không" and following == "trăm" and self.room == 1000)

    def _goes_on(self, value: int, before: str, following: str) -> bool:
        """Whether a word continues the number: nothing after `five`, only units after `twenty`, anything after `hundred`.

        A small number after thousands must show that it belongs to them: not in `hai triệu một tháng`, two million a month.
        """
        if self.total and self.room == 1000 and value < 10:
            return before in _JOINING or following in _SCALES or following in _SMALL or following == "mươi"
        return 0 < value < self.room

    def _add(self, value: int, word: str, fits: bool) -> int:
        if fits:
            self.group += value
            self.room = 10 if value >= 20 or word == "mười" else 1
        return int(fits)

    def _multiply(self, word: str) -> int:
        factor = _SCALES.get(word, 0) if len(word) > 1 else 0
        if factor == 100 and self.group < 100 and self.room != 100:
            self.group, self.room = (self.group or 1) * 100, 100
        elif 1000 <= factor < self.scale:
            self.total, self.group = self.total + (self.group or 1) * factor, 0
            self.scale, self.room = factor, 1000
        else:
            return 0
        return 1


def _with_decimals(words: list[str], index: int, start: int, value: float, scale: float) -> tuple[float, int]:
    if _opens_decimal(words, start):
        index = start + 1
    following = words[index + 1] if index + 1 < len(words) else ""
    if index < len(words) and words[index] in _POINT and following in _SMALL:
        digits = ""
        index += 1
        while index < len(words) and words[index] in _SMALL:
            digits += str(_SMALL[words[index]])
            index += 1
        value = float(f"{int(value)}.{digits[:6]}")
        scale = _SCALES.get(words[index], 1) if index < len(words) and len(words[index]) > 1 else 1
        return value * scale, index + (scale > 1)
    if index < len(words) and words[index] == "rưỡi":
        return value + (scale / 2 if scale < float("inf") else 0.5), index + 1
    return value, max(index, start + 1)
