"""What people wrote down of a recording, in files beside it, so that minutes can be measured: `talk.ref.txt` beside `talk.m4a`.

    talk.ref.txt     the words
    talk.ref.vtt     the words with times and, where cues name them, speakers (or .srt)
    talk.ref.rttm    who spoke when (or talk.rttm)
    talk.ref.yaml    tasks, decisions, an abstract:

        language: en
        tasks: [{task: Call the carpenter, owner: Helen, due: 2026-03-03, at: "0:37-0:41"}]
        decisions: [{decision: The party moves to September, at: "1:08"}]
        abstract: The committee buys the fence for 500 dollars and moves the party.

Any of them, and any part, may be missing; an empty list says that there is none. `at` is a time, a stretch or a list of both; a
sentence of the abstract may have it too. What cannot be understood raises a `ConfigError` that names file and place.
"""

import datetime as dt
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, Field, ValidationError

from tasks.captions.describe import describe_text
from tasks.captions.source import read_source, text_kind
from tasks.captions.transcript import transcript_of_captions
from tasks.clean_text import Text, cleaned
from tasks.errors import ConfigError, MinutesError, wish
from tasks.evaluation.speakers import read_rttm
from tasks.files import displayable
from tasks.language.clock import seconds_of
from tasks.schema import Interval, Model, Turn
from tasks.strict_yaml import WordsLoader, load_yaml, read_small, reason_of

_WORDS, _CAPTIONS, _TURNS, _ITEMS = (".ref.txt",), (".ref.vtt", ".ref.srt"), (".ref.rttm", ".rttm"), (".ref.yaml", ".ref.yml")
SUFFIXES = (*_WORDS, *_CAPTIONS, *_TURNS, *_ITEMS)
"""By these a file beside a recording is a reference, and no recording itself."""


def _stretch(at: object) -> object:
    """`0:37` and `0:37-0:41` as an interval."""
    if not isinstance(at, str):
        return at
    start, dash, end = at.partition("-")
    start_s, end_s = _seconds(start), _seconds(end if dash else start)
    if start_s is None or end_s is None:
        raise ValueError("a time such as 0:37, or a stretch such as 0:37-0:41")
    return {"start_s": start_s, "end_s": end_s}


def _seconds(text: str) -> float | None:
    try:
        return float(text)
    except ValueError:
        return seconds_of(text)


def _listed(value: object) -> object:
    return value if isinstance(value, list | tuple) else [value]


def _sentence(value: object) -> object:
    return {"text": value} if isinstance(value, str) else value


Places = Annotated[tuple[Annotated[Interval, BeforeValidator(_stretch)], ...], BeforeValidator(_listed), Field(min_length=1)]


class ReferenceTask(Model):
    """A task that people say was taken on; owner and date count where they are written, also as `null` for none."""

    task: Text
    at: Places
    owner: Text | None = None
    due: dt.date | None = None

    def says(self, field: str) -> bool:
        """Whether the owner, or the date, was written down."""
        return field in self.model_fields_set


class ReferenceDecision(Model):
    """A decision that people say was made."""

    decision: Text
    at: Places


class AbstractSentence(Model):
    """A sentence of the abstract, with the places that it is about where somebody wrote them down."""

    text: Text
    at: Places | None = None


class ReferenceItems(Model):
    """The content of `.ref.yaml`."""

    language: Text | None = None
    tasks: tuple[ReferenceTask, ...] | None = None
    decisions: tuple[ReferenceDecision, ...] | None = None
    abstract: Annotated[
        tuple[Annotated[AbstractSentence, BeforeValidator(_sentence)], ...] | None,
        BeforeValidator(lambda value: value if value is None else _listed(value)),
    ] = None


class SaidBy(Model):
    """What one person said in one go."""

    speaker: Text
    text: Text


class Reference(ReferenceItems):
    """Everything that is known of one recording; None for what nobody wrote down."""

    files: tuple[str, ...] = ()
    words: Text | None = None
    turns: tuple[Turn, ...] | None = None
    lines: tuple[SaidBy, ...] = ()
    """The words by speaker, where captions name one for every cue."""


def is_reference(name: str) -> bool:
    """Whether a file is a reference by its name."""
    return name.lower().endswith(SUFFIXES)


def read_reference(recording: Path) -> Reference:
    """What lies beside a recording; without any `files` if nothing does.

    What captions and a file that knows less besides say differently, the latter knows better: words, turns, language.
    """
    found = {kinds: _beside(recording, kinds) for kinds in (_WORDS, _CAPTIONS, _TURNS, _ITEMS)}
    parts: dict[str, Any] = {}
    readers = ((_CAPTIONS, _read_captions), (_WORDS, _read_words), (_TURNS, _read_turns), (_ITEMS, _read_items))
    for kinds, reader in readers:
        if path := found[kinds]:
            parts |= {name: value for name, value in _read(path, reader).items() if value is not None}
    return Reference(**parts, files=tuple(path.name for path in found.values() if path))


def read_references(recordings: Iterable[Path]) -> dict[Path, Reference]:
    """What lies beside each recording. Raises a `ConfigError` that names every reference that is wrong."""
    found: dict[Path, Reference] = {}
    problems = []
    for path in recordings:
        try:
            found[path] = read_reference(path)
        except ConfigError as error:
            problems.append(str(error))
    if problems:
        raise ConfigError.joined(problems)
    return found


def _beside(recording: Path, suffixes: tuple[str, ...]) -> Path | None:
    names = (base + suffix for base in (recording.name, recording.stem) for suffix in suffixes)
    return next((path for path in map(recording.with_name, names) if path.is_file()), None)


def _read(path: Path, reader: Callable[[Path], dict[str, Any]]) -> dict[str, Any]:
    try:
        return reader(path)
    except ValidationError as error:
        first = error.errors()[0]
        place = ".".join(map(str, first["loc"])) or "the file"
        raise _unusable(path, f"{place} {wish(first)}.") from error
    except MinutesError as error:
        raise _unusable(path, error.what) from error
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise _unusable(path, f"cannot be used: {reason_of(error)}.") from error


def _unusable(path: Path, what: str) -> ConfigError:
    return ConfigError(
        what, where=displayable(str(path)), fix="Mend it, or take it away; docs/evaluate.md shows how it is written."
    )


def _read_items(path: Path) -> dict[str, Any]:
    content = cleaned(load_yaml(read_small(path).decode("utf-8-sig"), WordsLoader))
    items = ReferenceItems.model_validate({} if content is None else content)
    return {name: getattr(items, name) for name in items.model_fields_set}


def _read_words(path: Path) -> dict[str, Any]:
    return {"words": read_small(path).decode("utf-8-sig"), "lines": ()}


def _read_turns(path: Path) -> dict[str, Any]:
    return {"turns": read_rttm(read_small(path).decode("utf-8-sig"))}


def _read_captions(path: Path) -> dict[str, Any]:
    kind, recording = text_kind(path), describe_text(path)
    if kind is None or recording is None:
        raise ValueError("it holds no captions")
    said = transcript_of_captions(read_source(path, kind), recording)
    words = " ".join(segment.text for segment in said.segments)
    lines = [(segment.speaker, segment.text) for segment in said.segments]
    by_speaker = tuple(SaidBy(speaker=speaker, text=text) for speaker, text in lines if speaker)
    known = {"lines": by_speaker} if len(by_speaker) == len(lines) else {}
    return {"words": words, "turns": said.turns or None, "language": said.language, **known}
