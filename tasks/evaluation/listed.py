"""A folder whose references stand in one list, as corpora come: `refs.jsonl`, a line a recording.

    {"file": "clips/a.wav", "language": "en", "text": "what was said", "segments": [{"start": 0.5, "end": 2, "speaker": "A"}]}

`file` is relative to the folder, or to the one above. `text`, and `segments` or `rttm` (a list of lines), may be missing or null.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from pydantic import ConfigDict, ValidationError

from tasks.clean_text import Text, cleaned
from tasks.errors import ConfigError, wish
from tasks.evaluation.references import Reference
from tasks.evaluation.speakers import read_rttm
from tasks.files import displayable
from tasks.schema import Model, Turn

NAME = "refs.jsonl"
_MOST_BYTES = 100 << 20


class _Segment(Model):
    model_config = ConfigDict(extra="ignore")

    start: float
    end: float
    speaker: Text | None = None


class _Line(Model):
    model_config = ConfigDict(extra="ignore")

    file: str
    language: Text | None = None
    text: Text | None = None
    segments: tuple[_Segment, ...] | None = None
    rttm: tuple[str, ...] | None = None


def listed_references(folder: Path) -> dict[Path, Reference]:
    """The recordings that a folder's list names, in its order; none without a list. Raises a `ConfigError` for a wrong line."""
    path = folder / NAME
    if not path.is_file():
        return {}
    if path.stat().st_size > _MOST_BYTES:
        raise ConfigError(
            "is larger than 100 MB.", where=displayable(str(path)), fix="Cut it into lists of folders of their own."
        )
    found: dict[Path, Reference] = {}
    for number, line in enumerate(path.read_text(encoding="utf-8-sig", errors="replace").splitlines(), start=1):
        if line.strip():
            try:
                told = _Line.model_validate(cleaned(json.loads(line)))
                found[_recording(folder, told.file)] = Reference(**dict(_parts(told)), files=(NAME,))
            except (ValueError, RecursionError) as error:
                what = f"line {number} cannot be used: {_why(error)}."
                raise ConfigError(what, where=displayable(str(path)), fix="docs/evaluate.md shows how it is written.") from error
    return found


def _parts(line: _Line) -> Iterator[tuple[str, Any]]:
    yield "words", line.text
    yield "language", line.language
    if line.rttm:
        yield "turns", read_rttm("\n".join(line.rttm))
    elif line.segments and all(segment.speaker for segment in line.segments):
        yield "turns", tuple(Turn(start_s=each.start, end_s=each.end, speaker=each.speaker or "") for each in line.segments)


def _recording(folder: Path, file: str) -> Path:
    """The path of a recording, which must lie in the folder of the list."""
    inside = folder.resolve()
    for path in (folder / file, folder.parent / file):
        if path.is_file() and path.resolve().is_relative_to(inside):
            return path
    raise ValueError(f"there is no '{file}' in this folder")


def _why(error: Exception) -> str:
    if isinstance(error, ValidationError):
        first = error.errors()[0]
        return f"{'.'.join(map(str, first['loc'])) or 'a segment'} {wish(first)}"
    return " ".join(str(error).split())
