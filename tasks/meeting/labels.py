"""Labels of speakers: how they are written, which one a person means, and which only tell voices apart."""

import re
from collections.abc import Collection

_NAMELESS = re.compile(r"s\d{1,3}|(?:speaker|spk|unknown|unknown speaker|người nói)?[\s_#-]*(?:\d{1,3}|[a-z])?", re.IGNORECASE)


def speaker_label(number: int) -> str:
    """`Speaker 1` for 1."""
    return f"Speaker {number}"


def channel_label(channel: int) -> str:
    """`Channel 1` for 1."""
    return f"Channel {channel}"


_SIDES = {"left": channel_label(1), "right": channel_label(2)}


def canonical_label(key: str) -> str:
    """`Speaker 1` for `A`, `1`, `S1` and `speaker 1`; `Channel 1` for `left` and `channel 1`; anything else as it is."""
    plain = " ".join(key.split()).lower()
    if plain in _SIDES:
        return _SIDES[plain]
    if re.fullmatch(r"[a-z]", plain):
        return speaker_label(ord(plain) - ord("a") + 1)
    if match := re.fullmatch(r"(channel|speaker|s)? ?([1-9]\d{0,2})", plain):
        number = int(match[2])
        return channel_label(number) if match[1] == "channel" else speaker_label(number)
    return " ".join(key.split())


def label_meant(key: str, labels: Collection[str]) -> str:
    """The one of a recording's labels that a person means by this key; its canonical form where none of them is meant."""
    meant = canonical_label(key)
    spelled = {canonical_label(label).lower(): label for label in labels}
    exact = {label.lower(): label for label in labels}
    return exact.get(" ".join(key.split()).lower()) or spelled.get(meant.lower(), meant)


def is_nameless(label: str) -> bool:
    """Whether a label only tells voices apart: `Speaker 2`, `SPEAKER_01`, `A`."""
    return bool(_NAMELESS.fullmatch(label))
