"""Text that others wrote, as the rest of the program expects it: nothing hidden in it, nothing that a terminal or a file obeys.

`Text` is the type of every field of the schema that holds words, so that none gets in without passing here: speech, names,
titles, sidecars, what a model replied. `clean` also brings what people typed into one spelling.
"""

import re
import unicodedata
from typing import Annotated, Any

from pydantic import AfterValidator

_CONTROLS = {code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in b"\t\n\r"}
_HIDDEN = dict.fromkeys(
    (
        0x00AD,  # soft hyphen
        0x034F,  # grapheme joiner
        0x061C,  # marks of the reading direction
        0x115F,  # fillers of Hangul, which are seen as nothing
        0x1160,
        0x17B4,  # vowels of Khmer that are never written
        0x17B5,
        0x180E,  # Mongolian vowel separator
        0x200B,  # zero width space; the joiners after it make letters of Persian and Indic scripts, and emoji
        0x200E,
        0x200F,
        *range(0x202A, 0x202F),  # bidirectional embeddings and overrides
        *range(0x2060, 0x2070),  # invisible joiners and operators, bidirectional isolates, what nobody uses
        0x3164,
        0xFEFF,  # byte order mark
        0xFFA0,
        *range(0xFFF0, 0xFFFC),  # interlinear annotation
        *range(0x1BCA0, 0x1BCA4),  # format of shorthand
        *range(0x1D173, 0x1D17B),  # format of music
        *range(0xE0000, 0xE1000),  # tags and selectors: a whole text that nobody sees
    )
)
_HALVES = dict.fromkeys(range(0xD800, 0xE000), "\ufffd")
_TABLE: dict[int, str | None] = {**_CONTROLS, **_HIDDEN, **_HALVES}
_ESCAPES = {code: ascii(chr(code))[1:-1] for code in (*_TABLE, *b"\t\n\r", 0x2028, 0x2029)}
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])[\u2018\u2019\u201b\u02bc\u00b4`\uff07\u2032](?=[^\W\d_])")
"""What editors, phones and keyboards put between two letters for an apostrophe; as quotation marks they stay."""


def visible(text: str) -> str:
    """Text without control characters, marks of the reading direction, hidden characters and halves of characters.

    Line breaks stay.
    """
    return text if text.isascii() and text.isprintable() else text.translate(_TABLE)


Text = Annotated[str, AfterValidator(visible)]


def escaped(text: str) -> str:
    """A name with what `visible` would take away, and line breaks, as escapes: two names that differ stay different."""
    return text if text.isascii() and text.isprintable() else text.translate(_ESCAPES)


def clean(text: str) -> str:
    """The same in one spelling: decomposed letters are composed (NFC), and an apostrophe between letters is the plain one."""
    return _APOSTROPHE.sub("'", unicodedata.normalize("NFC", visible(text)))


def cleaned(value: Any) -> Any:
    """A JSON value in which every text is clean."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): cleaned(item) for key, item in value.items()}
    return [cleaned(item) for item in value] if isinstance(value, list) else value
