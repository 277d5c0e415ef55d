"""English number words, as speech has them, in digits."""

_ONES = "one two three four five six seven eight nine".split()
_TEENS = "ten eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen".split()
_ORDINALS = "first second third fourth fifth sixth seventh eighth ninth".split()
_ORDINAL_TEENS = (
    "tenth eleventh twelfth thirteenth fourteenth fifteenth sixteenth seventeenth eighteenth nineteenth twentieth".split()
)
_CARDINAL = {word: value for value, word in enumerate([*_ONES, *_TEENS, "twenty"], start=1)} | {"thirty": 30}
_ORDINAL = {word: value for value, word in enumerate([*_ORDINALS, *_ORDINAL_TEENS], start=1)} | {"thirtieth": 30}
_UNITS = "|".join([*_ORDINALS, *_ONES])
NUMBER = (
    rf"\b(?:(?:twenty|two thousand(?: and)?) twenty(?:[ -](?:{'|'.join(_ONES)}))?|(?:twenty|thirty)[ -](?:{_UNITS})|"
    rf"{'|'.join(sorted([*_ORDINAL, *_CARDINAL], key=len, reverse=True))}|[0-9]{{1,2}}(?:st|nd|rd|th))\b"
)


def digits(words: str) -> str:
    """`3th` for `3rd`, `#3th` for `third`, `#23` for `twenty-three`, `2026` for `twenty twenty six`."""
    if words[0].isdigit():
        return f"{words[:-2]}th"
    parts = words.replace("-", " ").split()
    if len(parts) > 1 and "twenty" in parts[1:]:
        return str(2020 + (_CARDINAL[parts[-1]] % 20))
    value = sum(_CARDINAL.get(part) or _ORDINAL[part] for part in parts)
    return f"#{value}th" if parts[-1] in _ORDINAL else f"#{value}"
