"""Paths as values that JSON can hold: bytes of a file name that are not UTF-8 travel as `file://` with percent signs."""

import os
from typing import Annotated
from urllib.parse import quote, unquote_to_bytes

from pydantic import BeforeValidator, PlainSerializer

_MARK = "file://"


def encode_path(path: str) -> str:
    """The path itself if it is text, else `file://` and its bytes in percent form."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return _MARK + quote(os.fsencode(path))
    return _MARK + quote(path) if path.startswith(_MARK) else path


def decode_path(text: str) -> str:
    """The path of what `encode_path` made."""
    return os.fsdecode(unquote_to_bytes(text.removeprefix(_MARK))) if text.startswith(_MARK) else text


PathText = Annotated[str, BeforeValidator(decode_path), PlainSerializer(encode_path, return_type=str, when_used="json")]
"""A path, the same after a trip through JSON whatever its bytes."""
