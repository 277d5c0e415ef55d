"""`corrections.yaml`: what people set right in the minutes of one meeting, by hand or with `minutes correct`.

    speakers:
      A: Jenny                      # a label, or a name that is wrong
    segments:
      S0012: We will pay $500.      # the words that were said
    items:                          # tasks and decisions, by their ids
      a-9f873a: {text: Call the carpenter, owner: Helen, due: 2026-03-06, status: done}
      a-006a85: {delete: true}
      d-1a2b3c: {same_as: d-4d5e6f}
      p-4c5d6e: {accept: true}      # what the minutes call possible or unverified: it is one
    added:
      - {text: Order the wood, owner: Omar, at: "00:12:03"}

It is read and never written by a run. An entry that is wrong is left out and named; the others count.
"""

import datetime as dt
import hashlib
from collections.abc import Callable, Mapping, Sequence
from io import StringIO
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, Field, TypeAdapter, ValidationError

from tasks.clean_text import Text, cleaned
from tasks.errors import ConfigError
from tasks.files import displayable, write_atomic
from tasks.language.messages import message
from tasks.schema import Message, Model, PossibleKind
from tasks.strict_yaml import WordsLoader, load_yaml, read_small, reason_of

FILE_NAME = "corrections.yaml"
MOST_NAMES = 40
"""As many as an engine can be told to expect; chosen by hand."""
_NOTHING = ("", "~", "null")


def _none(value: object) -> object:
    return None if value in _NOTHING else value


_Words = Annotated[Text, Field(min_length=1, max_length=5000)]
_Name = Annotated[Text, Field(min_length=1, max_length=200)]


class ItemCorrection(Model):
    """What is different about one task or decision. A field that is not named stays; an empty owner or date is nobody or none."""

    text: _Words | None = None
    owner: Annotated[_Name | None, BeforeValidator(_none)] = None
    due: Annotated[dt.date | None, BeforeValidator(_none)] = None
    status: _Name | None = None
    delete: bool = False
    same_as: str | None = None
    """The id of the item that this one only repeats."""
    accept: bool = False
    """It is right as it stands. What is only possible or unverified counts from then on, as it does with any other change."""
    kind: PossibleKind | None = None
    """Whether what is accepted is a task or a decision, where it looked like the other."""
    at: _Name | None = None
    """The segment or time at which what is accepted was said, where the minutes do not know."""


class AddedItem(Model):
    """A task that was said and not found."""

    text: _Words
    at: _Name
    """The segment in which it was said, or its time."""
    owner: Annotated[_Name | None, BeforeValidator(_none)] = None
    due: Annotated[dt.date | None, BeforeValidator(_none)] = None
    status: _Name | None = None
    id: str | None = Field(default=None, pattern=r"^[\w-]{1,40}$")


class MeetingCorrections(Model):
    """Everything that people set right in one meeting."""

    speakers: dict[str, str] = Field(default_factory=dict)
    segments: dict[str, str] = Field(default_factory=dict)
    items: dict[str, ItemCorrection] = Field(default_factory=dict)
    added: tuple[AddedItem, ...] = ()
    problems: tuple[Message, ...] = ()
    """Which entries cannot be used, and why."""
    digest: str | None = None
    """Of the file's bytes; None where there is no file."""


def read_corrections(folder: Path) -> MeetingCorrections:
    """The corrections of a meeting; none, and no digest, where there is no such file."""
    if not (folder / FILE_NAME).is_file():
        return MeetingCorrections()
    digest = "unreadable"
    try:
        data = read_small(folder / FILE_NAME)
        digest = hashlib.sha256(data).hexdigest()
        content = cleaned(load_yaml(data.decode("utf-8-sig"), WordsLoader))
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        return MeetingCorrections(problems=(message("corrections_unreadable", reason_of(error)),), digest=digest)
    return _checked(content, digest)


def corrected_names(out: Path) -> tuple[str, ...]:
    """The names that people gave to voices and owners in the corrections of all meetings, those of the newest file last."""
    files = sorted(out.glob(f"*/{FILE_NAME}"), key=lambda path: path.stat().st_mtime)
    known = [read_corrections(path.parent) for path in files]
    names = [name for each in known for name in (*each.speakers.values(), *(item.owner for item in each.items.values())) if name]
    return tuple(dict.fromkeys(names))[-MOST_NAMES:]


def _checked(content: object, digest: str) -> MeetingCorrections:
    if content in (None, ""):
        return MeetingCorrections(digest=digest)
    if not isinstance(content, dict):
        return MeetingCorrections(problems=(message("corrections_unreadable", "it is no mapping"),), digest=digest)
    problems = [_wrong(str(name), "unknown") for name in content if name not in _KINDS]
    values: dict[str, Any] = {}
    for name, check in _KINDS.items():
        given = content.get(name) or {}
        entries = enumerate(given, start=1) if isinstance(given, list) and name == "added" else _items(given)
        if entries is None:
            problems.append(_wrong(name, "wrong form"))
            continue
        found: dict[str, Any] = {}
        for key, entry in entries:
            try:
                found[str(key)] = check(entry)
            except ValidationError as error:
                first = error.errors()[0]
                problems.append(_wrong(f"{name}.{'.'.join(map(str, (key, *first['loc'])))}", first["msg"]))
        values[name] = tuple(found.values()) if name == "added" else found
    return MeetingCorrections(**values, problems=tuple(problems), digest=digest)


def _items(given: object) -> Any:
    return given.items() if isinstance(given, dict) else None


def _wrong(where: str, why: str) -> Message:
    return message("correction_wrong", why, where=where[:100])


_KINDS: Mapping[str, Callable[[Any], Any]] = {
    "speakers": TypeAdapter(_Name).validate_python,
    "segments": TypeAdapter(_Words).validate_python,
    "items": ItemCorrection.model_validate,
    "added": AddedItem.model_validate,
}


def with_entries(folder: Path, entries: Sequence[tuple[str, str, Any]]) -> None:
    """Put entries (block, key, value) into the file of a meeting. What else stands in it, comments too, stays as it is.

    Raises:
        ConfigError: one of them is wrong, or the file is no YAML.
    """
    from ruamel.yaml import YAML
    from ruamel.yaml.error import YAMLError

    path, yaml_file = folder / FILE_NAME, YAML()
    yaml_file.width, yaml_file.preserve_quotes = 4096, True
    try:
        content = (yaml_file.load(path.read_text(encoding="utf-8-sig")) if path.exists() else None) or {}
    except (OSError, ValueError, YAMLError) as error:
        raise ConfigError("cannot be read.", where=displayable(str(path)), fix="Mend or rename it.") from error
    if not isinstance(content, dict):
        raise ConfigError("is no mapping.", where=displayable(str(path)), fix="Mend or rename it.")
    for block, key, value in entries:
        if block == "added":
            content.setdefault(block, []).append(value)
        elif isinstance(value, dict):
            content.setdefault(block, {}).setdefault(key, {}).update(value)
        else:
            content.setdefault(block, {})[key] = value
    made = StringIO()
    yaml_file.dump(content, made)
    problems = _checked(load_yaml(made.getvalue(), WordsLoader), "").problems
    if new := [problem for problem in problems if problem not in read_corrections(folder).problems]:
        raise ConfigError(f"{new[0].message}.", where="minutes correct", fix="Nothing was written; see docs/corrections.md.")
    write_atomic(path, made.getvalue())
