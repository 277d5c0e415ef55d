"""Names that the user gives to speakers: `--speakers "A=Ana,B=Bo"`, or a roster file. Labels stay; names are for reading.

A roster is YAML or JSON: a mapping of labels to names, e.g. `Speaker 1: Ana`.
"""

from collections.abc import Mapping
from pathlib import Path

import yaml

from tasks.clean_text import clean
from tasks.errors import ConfigError
from tasks.language.messages import message
from tasks.meeting.labels import canonical_label, label_meant
from tasks.schema import Notice, NoticeKind, Transcript
from tasks.strict_yaml import load_yaml, read_small

_WHERE = "--speakers"
_FIX = 'Write it as "A=Ana,B=Bo", or name a YAML file with lines such as "A: Ana".'


def given_speakers(text: str) -> dict[str, str]:
    """Speaker label -> name, from the option's text or from the roster file that it names.

    Raises:
        ConfigError: it is neither, or names a label or nobody twice.
    """
    if "=" not in text:
        return _read_roster(Path(text).expanduser())
    pairs = [part.partition("=") for part in text.split(",") if part.strip()]
    return _checked([(label, name) for label, _, name in pairs], _WHERE)


def with_given_speakers(transcript: Transcript, names: Mapping[str, str]) -> Transcript:
    """The transcript with these names; they win over names that were found, and nobody else keeps a name that was given.

    A label that nobody in this recording has is reported, and its name goes to nobody.
    """
    labels = {turn.speaker for turn in transcript.turns} | {part.speaker for part in transcript.segments if part.speaker}
    meant = {key: label_meant(key, sorted(labels)) for key in names}
    given = {meant[key]: name for key, name in names.items() if meant[key] in labels}
    found = {label: name for label, name in transcript.speakers.items() if name not in given.values()}
    heard = ", ".join(sorted(labels)) or "—"
    unknown = tuple(
        Notice.of(NoticeKind.WARNING, "diarization", message("nobody", name=name, label=label, heard=heard))
        for label, name in names.items()
        if meant[label] not in labels
    )
    return transcript.model_copy(update={"speakers": {**found, **given}, "notices": (*transcript.notices, *unknown)})


def _read_roster(path: Path) -> dict[str, str]:
    try:
        content = load_yaml(read_small(path).decode("utf-8-sig"))
    except (OSError, ValueError, yaml.YAMLError, RecursionError) as error:
        raise ConfigError(
            "is neither names of speakers nor a file that can be read.", where=f"{_WHERE} {path}", fix=_FIX
        ) from error
    if not isinstance(content, dict) or not all(isinstance(name, str) for name in content.values()):
        raise ConfigError("is no mapping of labels to names.", where=str(path), fix=_FIX)
    return _checked([(str(label), name) for label, name in content.items()], str(path))


def _checked(pairs: list[tuple[str, str]], where: str) -> dict[str, str]:
    names: dict[str, str] = {}
    for key, name in pairs:
        label, plain = canonical_label(key), " ".join(clean(name).split())
        if not label or not plain:
            raise ConfigError(f"'{key.strip()}={plain}' lacks a label or a name.", where=where, fix=_FIX)
        if label in names:
            raise ConfigError(f"'{label}' is named twice.", where=where, fix=_FIX)
        names[label] = plain
    if not names:
        raise ConfigError("names nobody.", where=where, fix=_FIX)
    return names
