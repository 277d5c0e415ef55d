"""Reads JSON as language models write it: nearly right, or cut off in the middle.

Understood besides JSON: commas too many or too few, quotes of any kind, quotes inside strings that nobody escaped, Python's
constants, keys without quotes, comments. The time grows with the length of the text and no faster, whatever stands in it. This is
why no library is used here: json-repair 0.64 took 1.4 s for a text of 6 kB (a key, then `'null` again and again), 22 s for 24 kB.
"""

import json
import re
from typing import Any

_DEEPEST = 12
_DOUBLE, _SINGLE = '"“”„«»', "'‘’"
_SKIPPED = re.compile(r"(?:[\s,]+|//[^\n]*|/\*)")
_WORD = re.compile(r"[^\s,:\[\]{}\"“”]+")
_AFTER_STRING = re.compile(r"\s*+(?:[:}\]]|$|,\s*+(?:[\"“”„'‘\[\]{}\d-]|null|true|false|None|True|False|$))|[ \t\r]*+\n\s*+[\"“]")
_WORDS = {"true": True, "false": False, "null": None, "none": None, "nan": None, "undefined": None}
_ESCAPED = {"n": "\n", "t": "\t", "r": "\r", "b": "\b", "f": "\f"}
_HEX = re.compile(r"[0-9a-fA-F]{4}")


class NestedError(ValueError):
    """The text opens more brackets in each other than any answer has."""


def read_json(text: str, start: int = 0) -> tuple[Any, bool]:
    """The object or list that begins here, and whether its end is there.

    What stands unfinished at the end of the text is left out, but for the lists and objects around the last finished entry.

    Raises:
        NestedError: it is nested too deeply to be an answer.
    """
    try:
        return json.JSONDecoder(strict=False).raw_decode(text, start)[0], True
    except (ValueError, RecursionError):
        return _Reader(text, start).value()


class _Reader:
    def __init__(self, text: str, start: int) -> None:
        self._text, self._at, self._depth = text, start, 0

    def value(self) -> tuple[Any, bool]:
        """What begins here, and whether it ends."""
        opening = self._next()
        if opening not in ("{", "["):
            return self._scalar()
        self._depth += 1
        if self._depth > _DEEPEST:
            raise NestedError
        self._at += 1
        found = self._object() if opening == "{" else self._list()
        self._depth -= 1
        return found

    def _object(self) -> tuple[dict[str, Any], bool]:
        members: dict[str, Any] = {}
        while (letter := self._next()) and letter not in "}]":
            if letter in ":{[":
                self._at += 1
                continue
            key, _ = self._scalar()
            if self._next() != ":":
                continue
            self._at += 1
            value, whole = self.value() if self._next(commas=False) not in (",", "}", "]") else (None, True)
            if whole or isinstance(value, dict | list):
                members[str(key)] = value
        return members, self._close("}")

    def _list(self) -> tuple[list[Any], bool]:
        items: list[Any] = []
        while (letter := self._next()) and letter not in "}]":
            if letter == ":":
                self._at += 1
                continue
            value, whole = self.value()
            if whole or isinstance(value, list):
                items.append(value)
        return items, self._close("]")

    def _close(self, bracket: str) -> bool:
        """Whether there is an end; a bracket of the other kind is that of what stands around."""
        letter = self._text[self._at : self._at + 1]
        if letter == bracket:
            self._at += 1
        return bool(letter)

    def _next(self, *, commas: bool = True) -> str:
        """The next character that means something, or nothing at the end."""
        while (found := _SKIPPED.match(self._text, self._at)) and (commas or "," not in found[0]):
            self._at = found.end()
            if found[0] == "/*":
                end = self._text.find("*/", self._at)
                self._at = len(self._text) if end < 0 else end + 2
        return self._text[self._at : self._at + 1]

    def _scalar(self) -> tuple[Any, bool]:
        opening = self._text[self._at : self._at + 1]
        for quotes in (_DOUBLE, _SINGLE):
            if opening and opening in quotes:
                self._at += 1
                return self._string(quotes)
        found = _WORD.match(self._text, self._at)
        self._at = found.end() if found else self._at + 1
        return (_meaning(found[0]) if found else None), self._at < len(self._text)

    def _string(self, quotes: str) -> tuple[str, bool]:
        letters: list[str] = []
        while self._at < len(self._text):
            letter = self._text[self._at]
            self._at += 1
            if letter == "\\":
                letters.append(self._escaped())
            elif letter in quotes and _AFTER_STRING.match(self._text, self._at):
                return "".join(letters), True
            else:
                letters.append(letter)
        return "".join(letters), False

    def _escaped(self) -> str:
        letter = self._text[self._at : self._at + 1]
        self._at += 1
        code = _HEX.match(self._text, self._at) if letter == "u" else None
        if code:
            self._at += 4
            return chr(int(code[0], 16))
        return _ESCAPED.get(letter, letter)


def _meaning(word: str) -> Any:
    """A word without quotes: a constant, a number, or itself."""
    if word.casefold() in _WORDS:
        return _WORDS[word.casefold()]
    return int(word) if re.fullmatch(r"-?[0-9]{1,15}", word) else word
