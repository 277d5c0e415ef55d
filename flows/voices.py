"""Enrolled voices: people are enrolled from clips or from minutes in which they were named, listed, and forgotten."""

import tempfile
from collections.abc import Callable, Sequence
from pathlib import Path

import numpy as np

from flows.device import resolve_device
from tasks.audio.levels import read_wav
from tasks.audio.options import AudioOptions
from tasks.audio.split import split_recording
from tasks.diarization.campplus import VOICES, Campplus
from tasks.diarization.enrolment import EnrolledPerson, read_enrolment, write_enrolment
from tasks.diarization.heard import HeardStretch
from tasks.engine.registry import require_installed
from tasks.errors import ConfigError
from tasks.inspection import inspect_recording
from tasks.schema import Region, Transcript, Turn

LEAST_S = 10.0
"""Less speech is no voice to know a person by: short windows of one person differ as people do. Chosen by hand."""
_OTHERS = 0.2
"""Share of a clip that may be by another voice, such as a question."""


def enrol_clips(name: str, clips: Sequence[Path], file: Path) -> EnrolledPerson:
    """Enrol a person from recordings in which nobody else speaks."""
    heard = []
    with _engine() as engine:
        for clip in clips:
            found = _heard(engine, clip)
            _require_one_voice(engine, clip, found)
            heard += found
    return _enrol(name, heard, lambda piece: True, file)


def enrol_from_minutes(name: str, folder: Path, speaker: str | None, file: Path) -> EnrolledPerson:
    """Enrol a person from a meeting whose minutes name them, or from the turns of a label of it."""
    path = folder / "transcript.json"
    if not path.is_file():
        raise ConfigError("holds no transcript.json.", where=str(folder), fix="Name a folder that `minutes run` made.")
    transcript = Transcript.model_validate_json(path.read_bytes())
    labels = {turn.speaker for turn in transcript.turns}
    meant = {label for label in labels if speaker in (label, None) and (speaker or transcript.name_of(label) == name)}
    if len(meant) != 1:
        known = ", ".join(f"{label} ({transcript.name_of(label)})" for label in sorted(labels)) or "nobody"
        raise ConfigError(f"cannot tell who of its speakers is {name}; it has {known}.", where=str(folder), fix="Give --speaker.")
    source = Path(transcript.recording.path)
    if not source.is_file():
        raise ConfigError("the recording of these minutes is not there any more.", where=str(source), fix="Enrol from clips.")
    own = [turn for turn in transcript.turns if turn.speaker in meant]
    others = [turn for turn in transcript.turns if turn.speaker not in meant]
    with _engine() as engine:
        heard = _heard(engine, source)
    return _enrol(name, heard, lambda piece: _inside(piece, own) and not any(turn.overlap_s(piece) for turn in others), file)


def list_voices(file: Path) -> tuple[EnrolledPerson, ...]:
    """Everybody who is enrolled."""
    return read_enrolment(file, _model()).people


def forget_voice(name: str, file: Path) -> None:
    """Delete what is kept of a person."""
    write_enrolment(file, read_enrolment(file, _model()).without(name))


def _model() -> str:
    return f"{VOICES.id} {VOICES.revision}"


def _engine() -> Campplus:
    require_installed(Campplus)
    return Campplus(Campplus.Options(), resolve_device("cpu"))


def _heard(engine: Campplus, path: Path) -> list[HeardStretch]:
    options = AudioOptions()
    with tempfile.TemporaryDirectory() as folder:
        audio = split_recording(path, inspect_recording(path, options), Path(folder), options)
        return [each for span in audio.spans for each in engine.hear(span, read_wav(Path(folder) / span.audio_path))]


def _require_one_voice(engine: Campplus, clip: Path, heard: Sequence[HeardStretch]) -> None:
    seconds: dict[str, float] = {}
    for turn in engine.turns_of(heard):
        seconds[turn.speaker] = seconds.get(turn.speaker, 0.0) + turn.duration_s
    if seconds and max(seconds.values()) < (1 - _OTHERS) * sum(seconds.values()):
        what = f"holds {len(seconds)} voices, and a person is enrolled from a clip in which nobody else speaks."
        raise ConfigError(
            what, where=str(clip), fix="Cut it, or enrol from minutes: minutes speakers enrol NAME --minutes FOLDER"
        )


def _enrol(name: str, heard: Sequence[HeardStretch], wanted: Callable[[Region], bool], file: Path) -> EnrolledPerson:
    pairs = [pair for stretch in heard for pair in zip(stretch.pieces, stretch.vectors, strict=True) if wanted(pair[0])]
    seconds = sum(piece.duration_s for piece, _ in pairs)
    if seconds < LEAST_S:
        what = f"{seconds:.0f} s of speech were heard of {name}, and {LEAST_S:.0f} s are needed."
        raise ConfigError(what, where="minutes speakers enrol", fix="Give more clips; half a minute is good.")
    total = np.sum([vector * piece.duration_s for piece, vector in pairs], axis=0)
    enrolment = read_enrolment(file, _model()).with_person(name, total / np.linalg.norm(total), seconds)
    write_enrolment(file, enrolment)
    return next(person for person in enrolment.people if person.name == name)


def _inside(piece: Region, turns: Sequence[Turn]) -> bool:
    return sum(turn.overlap_s(piece) for turn in turns) > 0.99 * piece.duration_s
