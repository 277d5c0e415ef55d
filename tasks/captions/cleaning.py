"""Text that others wrote, as the rest of the program expects it: composed, with plain apostrophes, nothing hidden in it."""

import re
import unicodedata
from typing import Any

_CONTROLS = {code: " " for code in (*range(0x20), *range(0x7F, 0xA0)) if code not in b"\t\n\r"}
_HIDDEN = dict.fromkeys(
    (
        0x200B,  # zero width space
        *range(0x202A, 0x202F),  # bidirectional embeddings and overrides
        *range(0x2060, 0x2065),  # invisible joiners and operators
        *range(0x2066, 0x206A),  # bidirectional isolates
        0xFEFF,  # byte order mark
        *range(0xFFF9, 0xFFFC),  # interlinear annotation
        *range(0xE0000, 0xE0080),  # tags: a whole text that nobody sees
    )
)
_TABLE: dict[int, str | None] = {**_CONTROLS, **_HIDDEN}
_APOSTROPHE = re.compile(r"(?<=[^\W\d_])[\u2018\u2019\u201b\u02bc\u00b4`\uff07\u2032](?=[^\W\d_])")
"""What editors, phones and keyboards put between two letters for an apostrophe; as quotation marks they stay."""


def clean(text: str) -> str:
    """Text without control characters, overrides of the reading direction and hidden characters; line breaks stay.

    Decomposed letters are composed (NFC), and an apostrophe between letters is the plain one.
    """
    return _APOSTROPHE.sub("'", unicodedata.normalize("NFC", text.translate(_TABLE)))


def cleaned(value: Any) -> Any:
    """A JSON value in which every text is clean."""
    if isinstance(value, str):
        return clean(value)
    if isinstance(value, dict):
        return {clean(key): cleaned(item) for key, item in value.items()}
    return [cleaned(item) for item in value] if isinstance(value, list) else value
