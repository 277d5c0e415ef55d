"""Reads `<recording>.meta.yaml` (or `.json`), where a person wrote down what the audio cannot tell. Never writes it.

What can be used is used: a field that is wrong, or an entry of a list, is left out and named in a warning. Words are words,
also those that YAML takes for something else: `no`, `2026`, `1:30`.
"""

import os
import re
import unicodedata
from pathlib import Path
from typing import Any

import yaml
from pydantic import ValidationError
from pydantic_core import ErrorDetails

from tasks.clean_text import cleaned
from tasks.errors import MinutesError, wish
from tasks.files import displayable
from tasks.language.messages import message
from tasks.schema import Message, Notice, NoticeKind, Sidecar
from tasks.source_file import open_source
from tasks.strict_yaml import MOST_BYTES, WordsLoader, load_json, load_yaml

SIDECAR_SUFFIXES = (".meta.yaml", ".meta.yml", ".meta.json")
_MOST_NAMED = 5
_UNUSABLE = (
    yaml.YAMLError,
    ValidationError,
    MinutesError,
    OSError,
    ValueError,
    LookupError,
    AttributeError,
    TypeError,
    RecursionError,
)
_YAML_DATE = re.compile(r"\d{4}-\d{1,2}-\d{1,2}")


def read_sidecar(recording: Path, stem: str | None = None) -> tuple[Sidecar, tuple[Notice, ...]]:
    """The sidecar of a recording; an empty one if there is none, with a warning about what cannot be used."""
    path = find_sidecar(recording, stem)
    if path is None:
        return Sidecar(), ()
    try:
        return _usable(path, _load(path))
    except _UNUSABLE as error:
        return Sidecar(), (_ignored(path, error),)


def find_sidecar(recording: Path, stem: str | None = None) -> Path | None:
    """`talk.flac.meta.yaml` if it exists, else `talk.meta.yaml`, else that of another stem by which the recording goes.

    A name with accents is the same name whether they are composed or not.
    """
    bases = filter(None, (recording.name, recording.stem, stem))
    names = [base + suffix for base in bases for suffix in SIDECAR_SUFFIXES]
    exact = (recording.with_name(name) for name in names)
    found = next((path for path in exact if os.path.isfile(path)), None)  # noqa: PTH113  # False for names that are too long
    return found or (None if recording.name.isascii() and (stem or "").isascii() else _spelled_otherwise(recording.parent, names))


def _spelled_otherwise(folder: Path, names: list[str]) -> Path | None:
    """The file that has one of these names in another Unicode form."""
    try:
        there = {unicodedata.normalize("NFC", name): name for name in os.listdir(folder)}  # noqa: PTH208 - names only
    except OSError:
        return None
    found = (folder / there[name] for name in (unicodedata.normalize("NFC", name) for name in names) if name in there)
    return next((path for path in found if path.is_file()), None)


def sidecar_bytes(path: Path) -> bytes:
    """The content of a sidecar. Raises `ValueError` for one that is not read, `OSError` for one that cannot be."""
    if path.is_symlink():
        raise ValueError("it is a link, and links are not followed")
    with open_source(path) as file:
        data = file.read(MOST_BYTES + 1)
    if len(data) > MOST_BYTES:
        raise ValueError("larger than 1 MB")
    return data


def _load(path: Path) -> Any:
    text = sidecar_bytes(path).decode("utf-8-sig")
    data = load_json(text) if path.suffix == ".json" else load_yaml(text, WordsLoader)
    return _plain({} if data is None else cleaned(data))


def _plain(data: Any) -> Any:
    """The fields that are filled in, a participant without more as a name, a date as a date."""
    if not isinstance(data, dict):
        return data
    fields = {str(key): value for key, value in data.items() if value is not None}
    if isinstance(people := fields.get("participants"), list):
        fields["participants"] = [{"name": person} if isinstance(person, str) else _filled(person) for person in people]
    if isinstance(when := fields.get("recorded_at"), str):
        fields["recorded_at"] = _date(when.strip())
    return fields


def _filled(person: Any) -> Any:
    return {str(key): value for key, value in person.items() if value is not None} if isinstance(person, dict) else person


def _date(text: str) -> Any:
    """A date in one of YAML's spellings, such as `2026-03-02 10:15:00 +01:00`; a number stays a number, which is no date."""
    if re.fullmatch(r"[\d.]+", text) and text.count(".") < 2:
        return float(text) if text != "." else text
    try:
        return load_yaml(text) if _YAML_DATE.match(text) else text
    except (yaml.YAMLError, ValueError):
        return text


def _usable(path: Path, data: Any) -> tuple[Sidecar, tuple[Notice, ...]]:
    """The sidecar without what is wrong in it, and what that is."""
    left_out: dict[str, str] = {}
    while True:
        try:
            sidecar = Sidecar.model_validate(data)
            break
        except ValidationError as error:
            wrong = error.errors()
            if not isinstance(data, dict) or not all(found["loc"] for found in wrong):
                raise
            for found in wrong:
                left_out.setdefault(_place(found), wish(found))
            for found in reversed(wrong):  # from the end, so that the places of the others stay
                _remove(data, found)
    if not left_out:
        return sidecar, ()
    named = list(left_out.items())[:_MOST_NAMED]
    fields = ", ".join([*(place for place, _ in named), *(["…"] if len(left_out) > _MOST_NAMED else [])])
    why = ", ".join(f"{place} ({reason})" for place, reason in named)
    return sidecar, (_warning(message("sidecar_partly_ignored", why, file=displayable(path.name), fields=fields)),)


def _remove(data: dict[str, Any], wrong: ErrorDetails) -> None:
    """Take out the innermost thing that an error is about; the whole entry, if it lacks what it must have."""
    steps = list(wrong["loc"])
    if wrong["type"] == "missing" or steps[-1] == "name":
        steps.pop()
    holders: list[Any] = [data]
    for step in steps:
        if not _holds(holders[-1], step):
            break
        holders.append(holders[-1][step])
    if len(holders) > 1:
        del holders[-2][steps[len(holders) - 2]]


def _holds(value: Any, step: int | str) -> bool:
    return step in value if isinstance(value, dict) else isinstance(value, list) and isinstance(step, int) and step < len(value)


def _place(found: ErrorDetails) -> str:
    return ".".join(str(part) for part in found["loc"])


def _ignored(path: Path, error: Exception) -> Notice:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        reason = f"{_place(first) or 'top level'} {wish(first)}"
    else:
        reason = " ".join(str(error).split())
    return _warning(message("sidecar_ignored", reason, file=displayable(path.name)))


def _warning(said: Message) -> Notice:
    return Notice.of(NoticeKind.WARNING, "audio", said)
