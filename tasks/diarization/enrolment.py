"""People who are known by their voice: a file of names and embeddings, and which voices of a meeting are theirs.

    {"model": "iic/... commit v1.0.0", "people": [{"name": "Ana", "seconds": 41.2, "voice": [0.03, ...]}]}

No sound is kept. Embeddings are biometric data in many countries: see docs/speakers.md before enrolling anybody.
"""

import os
from collections.abc import Mapping
from pathlib import Path

import numpy as np
from pydantic import Field, ValidationError

from tasks.clean_text import Text
from tasks.diarization.clustering import Vectors
from tasks.errors import ConfigError
from tasks.files import write_atomic
from tasks.schema import Model

_ALIKE = 0.42
"""Cosine similarity from which a voice may be an enrolled one: on `benchmarks/enrolment.py` 0.34 at most between people."""
_MARGIN = 0.1
"""By how much the likest must be ahead of the second. Chosen by hand."""


class EnrolledPerson(Model):
    """A name and the mean direction of what was heard of the person."""

    name: Text = Field(min_length=1)
    seconds: float = Field(gt=0, description="how much speech the voice was taken from")
    voice: tuple[float, ...]


class Enrolment(Model):
    """Everybody who is enrolled, and the model that their voices were heard with."""

    model: str
    people: tuple[EnrolledPerson, ...] = ()

    def with_person(self, name: str, voice: Vectors, seconds: float) -> "Enrolment":
        """The same with one more person, or with what is now heard of one who was there already."""
        before = next((person for person in self.people if person.name == name), None)
        total = voice * seconds + (np.asarray(before.voice) * before.seconds if before else 0)
        unit = total / np.linalg.norm(total)
        person = EnrolledPerson(
            name=name,
            seconds=round(seconds + (before.seconds if before else 0), 1),
            voice=tuple(round(float(x), 5) for x in unit),
        )
        return self.model_copy(update={"people": (*(each for each in self.people if each.name != name), person)})

    def without(self, name: str) -> "Enrolment":
        """The same without a person; a name that is not there is a `ConfigError`."""
        left = tuple(person for person in self.people if person.name != name)
        if len(left) == len(self.people):
            known = ", ".join(person.name for person in self.people) or "nobody"
            raise ConfigError(f"nobody named '{name}' is enrolled; enrolled: {known}.", where="minutes speakers")
        return self.model_copy(update={"people": left})


def default_file() -> Path:
    """Where voices are kept unless a file is named."""
    home = os.environ.get("XDG_DATA_HOME") or Path.home() / ".local" / "share"
    return Path(home) / "audio-minutes" / "voices.json"


def read_enrolment(path: Path, model: str) -> Enrolment:
    """Everybody in a file, which may not be there yet. Voices of another model cannot be compared and are refused."""
    if not path.is_file():
        return Enrolment(model=model)
    try:
        found = Enrolment.model_validate_json(path.read_bytes())
    except ValidationError as error:
        raise ConfigError("is no file of enrolled voices.", where=str(path), fix="Name another one, or enrol anew.") from error
    if found.model != model:
        raise ConfigError(
            f"holds voices heard with '{found.model}', and they are heard with '{model}' now.",
            where=str(path),
            fix="Delete it and enrol anew.",
        )
    return found


def write_enrolment(path: Path, enrolment: Enrolment) -> None:
    """Write the file, for its owner's eyes only."""
    path.parent.mkdir(parents=True, exist_ok=True)
    write_atomic(path, enrolment.model_dump_json(indent=1))
    path.chmod(0o600)


def recognised(voices: Mapping[int, Vectors], enrolment: Enrolment) -> dict[int, str]:
    """Whose voice each label is, where one enrolled person is like it and no other nearly as much; a name is given once."""
    if not voices or not enrolment.people:
        return {}
    labels = list(voices)
    alike = np.stack([voices[label] for label in labels]) @ np.array([person.voice for person in enrolment.people]).T
    found: dict[int, str] = {}
    for row in np.argsort(-alike.max(axis=1)):
        first = int(alike[row].argmax())
        second = float(np.partition(alike[row], -2)[-2]) if alike.shape[1] > 1 else -1.0
        name = enrolment.people[first].name
        if alike[row, first] >= _ALIKE and alike[row, first] - second >= _MARGIN and name not in found.values():
            found[labels[row]] = name
    return found
