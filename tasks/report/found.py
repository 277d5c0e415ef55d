"""`found.json`: a meeting as it was found, before people corrected it, and the words that each correction was written for.

It is there only beside corrections and while a review is open. From it the corrections are applied anew when they change, without
any model; and from the words a later run sees whether a correction still fits, wherever its segment or item is by then.
"""

from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from tasks.language.words import normalise
from tasks.report.corrections import MeetingCorrections
from tasks.report.manifest import read_manifest
from tasks.report.unsure import PREFIXES, unsure_items
from tasks.schema import Minutes, Model, Transcript

FILE_NAME = "found.json"
_NEAR_S = 5.0
_ALIKE = 60.0
"""Both as in the register: how far the same words may have moved, and how alike they must be."""


class Anchor(Model):
    """The words that somebody corrected, and when they were said."""

    text: str
    start_s: float


class FoundMeeting(Model):
    """The content of `found.json`."""

    minutes: Minutes
    transcript: Transcript
    anchors: dict[str, Anchor] = {}


def read_found(folder: Path) -> FoundMeeting | None:
    """A meeting as it was found; None if its folder does not say."""
    with suppress(OSError, ValidationError):
        return FoundMeeting.model_validate_json((folder / FILE_NAME).read_bytes())
    shown = read_shown(folder)
    return FoundMeeting(minutes=shown[0], transcript=shown[1]) if shown else None


def read_shown(folder: Path) -> tuple[Minutes, Transcript] | None:
    """A meeting as its files show it; None without both of its JSON files."""
    with suppress(OSError, ValidationError):
        minutes = Minutes.model_validate_json((folder / "minutes.json").read_bytes())
        return minutes, Transcript.model_validate_json((folder / "transcript.json").read_bytes())
    return None


def folders_of(folder: Path, sha256: str) -> list[Path]:
    """The folders of the same recording under other names, the newest first."""
    others = [path for path in folder.parent.glob(f"*-{sha256[:8]}") if path != folder]
    same = [path for path in others if (known := read_manifest(path)) and known.recording.sha256 == sha256]
    return sorted(same, key=lambda path: path.stat().st_mtime, reverse=True)


def anchored(corrections: MeetingCorrections, before: FoundMeeting | None) -> dict[str, Anchor]:
    """For each corrected segment and item the words that the correction was written for, as far as they are known."""
    if before is None:
        return {}
    there = passages(before.minutes, before.transcript)
    corrected = (*corrections.segments, *corrections.items)
    return {name: there[name] for name in corrected if name in there} | before.anchors


def passages(minutes: Minutes, transcript: Transcript) -> dict[str, Anchor]:
    """Id -> words, of everything that can be corrected. Of what may be anywhere in the recording the time is 0."""
    said = {part.id: Anchor(text=part.text, start_s=part.start_s) for part in transcript.segments}
    tasks = {item.id: Anchor(text=item.said, start_s=item.evidence.start_s) for item in minutes.action_items}
    decisions = {each.id: Anchor(text=each.said, start_s=each.evidence.start_s) for each in minutes.decisions}
    unsure = {each.id: Anchor(text=each.text, start_s=each.start_s or 0.0) for each in unsure_items(minutes)}
    return said | tasks | decisions | unsure


def place_of(name: str, anchors: dict[str, Anchor], there: dict[str, Anchor]) -> str | None:
    """The id under which a corrected passage is found now; None if it is nowhere."""
    anchor, name = anchors.get(name), _whole(name, there)
    if anchor is None or (name in there and _likeness(anchor, there[name])):
        return name if name in there else None
    near = {other: _likeness(anchor, there[other]) for other in there if _may_be(name, other)}
    best = max(near, key=lambda other: near[other], default=None)
    return best if best is not None and near[best] else None


def _whole(name: str, there: Iterable[str]) -> str:
    """The id that begins so, if there is one: ids had six digits once."""
    found = [other for other in there if other.startswith(name)] if len(name) >= len("a-123456") else []
    return found[0] if len(found) == 1 else name


def _may_be(name: str, other: str) -> bool:
    """Whether what had one id can have the other now: what was unsure may be proved by now."""
    return other[:1] == name[:1] or (name[:1] in PREFIXES and other[:1] in f"{PREFIXES}ad")


def _likeness(anchor: Anchor, now: Anchor) -> float:
    from rapidfuzz import fuzz

    if abs(anchor.start_s - now.start_s) > _NEAR_S:
        return 0.0
    alike: float = fuzz.token_set_ratio(normalise(anchor.text), normalise(now.text))
    return alike if alike >= _ALIKE else 0.0
