"""A data set of the Hugging Face Hub as a folder that `minutes evaluate` measures: recordings, and `refs.jsonl` with their words.

    edinburghcstr/ami        audio: {bytes, path}, text, meeting_id, speaker_id, begin_time, end_time
    AILAB-VNUHCM/vivos       audio: {bytes, path}, sentence, speaker_id

Parquet files are read, no code of the data set is run, and sound is written as it comes. A data set that is a script has Parquet
files at the revision `refs/convert/parquet`, where the Hub puts them itself; the commit behind it can be named.
"""

import json
import re
from collections.abc import Iterator
from fnmatch import fnmatch
from importlib.util import find_spec
from itertools import islice
from pathlib import Path
from typing import Any

from tasks.engine.base import ModelNeed
from tasks.errors import ConfigError, DependencyError
from tasks.evaluation.listed import NAME
from tasks.files import displayable, write_atomic
from tasks.models.needed import fetch, find
from tasks.models.snapshots import named

_WORDS = ("text", "sentence", "transcription", "transcript", "normalized_text")
"""What data sets call the column of the words: AMI and LibriSpeech, VIVOS and Common Voice, FLEURS, and others."""
_SUFFIXES = {b"RIFF": ".wav", b"fLaC": ".flac", b"OggS": ".ogg", b"ID3": ".mp3", b"\xff\xfb": ".mp3", b"\xff\xf3": ".mp3"}
_SOURCE = re.compile(r"(?P<id>[\w.-]+/[\w.-]+)@(?P<revision>[\w./-]+)")
_AT_ONCE = 16
"""Rows in memory."""


def dataset_need(source: str, files: str) -> ModelNeed:
    """`OWNER/NAME@COMMIT`, and the pattern of the Parquet files that are wanted of it."""
    found = _SOURCE.fullmatch(source)
    if found is None:
        fix = "Name it with the commit that you looked at, as OWNER/NAME@COMMIT."
        raise ConfigError(f"'{source}' is no data set with a revision.", where="--dataset", fix=fix)
    return ModelNeed("hub", found["id"], found["revision"], (f"{files.removesuffix('.parquet')}.parquet",), of="datasets")


def lay_out(need: ModelNeed, folder: Path, most: int) -> int:
    """Fetch a data set unless it is on this disk, write its first recordings into the folder with their list, and count them."""
    if find_spec("pyarrow") is None:
        what = "needs the package 'pyarrow', which is not installed."
        raise DependencyError(what, where="--dataset", fix="Install it: pip install 'audio-minutes[evaluate]'")
    fetch(need, lambda done, total: None)
    lines = []
    for number, (sound, words) in enumerate(islice(_rows(need), most), start=1):
        name = f"clips/{number:05d}{_suffix(sound, named(need))}"
        lines.append(json.dumps({"file": name, "text": words}, ensure_ascii=False) + "\n")
        _write(folder / name, sound)
    _write(folder / NAME, "".join(lines).encode())
    return len(lines)


def _rows(need: ModelNeed) -> Iterator[tuple[bytes, str]]:
    """Sound and words of every row, file by file."""
    from pyarrow import ArrowException
    from pyarrow.parquet import ParquetFile

    root = find(need).path
    for path in sorted(path for path in root.rglob("*.parquet") if fnmatch(path.relative_to(root).as_posix(), need.files[0])):
        try:
            with ParquetFile(path) as file:
                sound, words = _columns(file.schema_arrow, need)
                for batch in file.iter_batches(_AT_ONCE, columns=[sound, words]):
                    for row in batch.to_pylist():
                        if row[sound] and row[sound]["bytes"] and row[words]:
                            yield row[sound]["bytes"], row[words]
        except ArrowException as error:
            raise _unusable(need, f"'{path.name}' is no Parquet file that can be read") from error


def _columns(schema: Any, need: ModelNeed) -> tuple[str, str]:
    """The column of the sound, which is bytes with a path, and that of the words."""
    sound = next((field.name for field in schema if {"bytes", "path"} <= _inside(field.type)), None)
    words = next((name for name in _WORDS if name in schema.names), None)
    if sound is None or words is None:
        lacking = "sound (bytes and path)" if sound is None else f"words ({', '.join(_WORDS)})"
        raise _unusable(need, f"it has no column of {lacking}, only {', '.join(schema.names)}")
    return sound, words


def _inside(kind: Any) -> set[str]:
    """The names in a column that holds several values."""
    return {kind.field(number).name for number in range(kind.num_fields)}


def _suffix(sound: bytes, where: str) -> str:
    found = next((suffix for beginning, suffix in _SUFFIXES.items() if sound.startswith(beginning)), None)
    if found is None:
        raise DependencyError(
            "its sound is of no kind that is known here.", where=where, fix="Choose one with WAV, FLAC, OGG or MP3."
        )
    return found


def _write(path: Path, content: bytes) -> None:
    """Write a file that is not there; another one of that name is somebody's own."""
    if not path.is_file():
        path.parent.mkdir(parents=True, exist_ok=True)
        write_atomic(path, content)
    elif path.read_bytes() != content:
        raise ConfigError("is another file of that name.", where=displayable(str(path)), fix="Name a new folder.")


def _unusable(need: ModelNeed, why: str) -> DependencyError:
    fix = f"See https://huggingface.co/{need.page}, and choose other files with --files."
    return DependencyError(f"cannot be used: {why}.", where=named(need), fix=fix)
