"""What is to do in a folder: each recording is new, done, failed for good, a duplicate, or not ready.

Input: paths and what the history knows. Output: one finding a path. Recordings are read, hashed and inspected only if they do not
look as they did when that was done before; nothing is written, no model is opened.
"""

import hashlib
import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path

from configs.load import LoadedConfig
from configs.settings import Config
from flows.finished import Outcome, config_key, run_key, shown, with_known_names
from flows.folder.fingerprint import Fingerprint, place, still_changing
from flows.folder.history import History, unread_sha256
from flows.folder.ledger import Entry
from flows.folder.scan import joined_among
from tasks.audio.parts import sha256_of_meeting, unmarked
from tasks.audio.sidecar import find_sidecar, sidecar_bytes
from tasks.errors import AudioError, MinutesError, ResourceError
from tasks.files import displayable
from tasks.inspection import inspect_meeting, inspect_recording
from tasks.report.manifest import output_folder, read_finished, read_manifest
from tasks.schema import Recording
from tasks.store import digest

_log = logging.getLogger("minutes.survey")
UNFINISHED_S = 600.0
"""A recording without an end that was written to within this time may get one."""


@dataclass(frozen=True)
class Order:
    """What is asked of a folder."""

    folder: Path
    loaded: LoadedConfig
    out: Path
    force: bool = False
    retry_failed: bool = False


@dataclass(frozen=True)
class Classified:
    """What is known of one file before anything is done."""

    path: Path
    fingerprint: Fingerprint | None
    work_key: str = ""
    sha256: str | None = None
    """Hash of the content; for an empty file of its path, since nothing is not the same as nothing."""
    recording: Recording | None = None
    outcome: Outcome | None = None
    """How it ended before or must end; None if there is work to do."""
    same_as: Path | None = None
    """The file with the same content that stands for this one."""
    parts: tuple[Path, ...] = ()
    """All files of a meeting that came in several, `path` the first of them."""
    apart: str | None = None
    """Why it is a recording of its own although it looks like a part."""

    @property
    def pending(self) -> bool:
        return self.outcome is None and self.same_as is None

    @property
    def files(self) -> tuple[Path, ...]:
        return self.parts or (self.path,)


def describe(files: Sequence[Path], config: Config) -> Recording:
    """What a recording is, or the parts of one. Raises if it cannot be processed with this configuration."""
    return inspect_meeting(files, config.audio) if len(files) > 1 else inspect_recording(files[0], config.audio)


def examine(paths: Iterable[Path], order: Order, history: History, say: Callable[[str], None]) -> list[Classified]:
    """One finding a path, in order. Waits a moment if a file was written to just now."""
    paths = list(paths)
    meetings, apart = joined_among(paths, order.loaded.config.folder)
    _tell_of_parts_apart({path: apart[path] for path in paths if path in apart}, say)
    fingerprints = {path: Fingerprint.at(*meetings.get(path, (path,))) for path in paths}
    fresh = {path: fingerprint for path, fingerprint in fingerprints.items() if history.sha256_of(path, fingerprint) is None}
    if any(fingerprint and fingerprint.recent for fingerprint in fresh.values()):
        say("some files were written to just now; looking whether they still change")
    changing = still_changing(fresh, order.loaded.config.folder.settle_s, meetings)
    key = config_key(order.loaded.config, order.loaded.name)
    starts = [
        Classified(path, fingerprint, parts=meetings.get(path, ()), apart=apart.get(path))
        for path, fingerprint in fingerprints.items()
    ]
    findings = [_still_written(start) if start.path in changing else _found(start, key, order, history) for start in starts]
    _tell_of_parts(findings, history, say)
    return list(_without_duplicates(findings, history))


def _found(start: Classified, key: str, order: Order, history: History) -> Classified:
    """What is known of a file, whatever happens while it is looked at."""
    try:
        return _find(start, key, order, history)
    except Exception as error:  # noqa: BLE001 - a fault of ours in one recording must not cost the others their minutes
        _log.exception("%s: unexpected error", displayable(start.path.name))
        return _unread(replace(start, work_key=_work_key(start, key)), Outcome.unexpected(str(start.path), error), order, history)


def _find(start: Classified, key: str, order: Order, history: History) -> Classified:
    """What is known of a file that is not being written."""
    path, fingerprint = start.path, start.fingerprint
    finding = replace(start, work_key=_work_key(start, key), sha256=history.sha256_of(path, fingerprint))
    entry = history.entries.get(finding.sha256 or "")
    if entry and (outcome := _outcome_before(finding, entry, order)):
        return replace(finding, outcome=outcome)
    try:
        recording = describe(finding.files, order.loaded.config)
    except MinutesError as error:
        return _refused(finding, error, order, history)
    except OSError as error:
        unreadable = ResourceError(f"cannot be read: {error.strerror}.", where=displayable(str(path)), fix="Copy it anew.")
        return _refused(finding, unreadable, order, history)
    if any(part.problem for part in recording.parts) and _unfinished(fingerprint):
        what = f"{shown(str(path))}: a part of this meeting cannot be read and was written to a moment ago."
        return replace(finding, outcome=Outcome.waiting(str(path), what))
    finding = replace(finding, sha256=recording.sha256, recording=recording)
    entry = history.entries.get(recording.sha256)
    if entry and (outcome := _outcome_before(finding, entry, order)):
        return replace(finding, outcome=outcome)
    return finding if order.force else replace(finding, outcome=_finished(finding, recording, order, history))


def _outcome_before(finding: Classified, entry: Entry, order: Order) -> Outcome | None:
    """How a content ended before, if trying it again in the same way would be in vain."""
    if order.force or entry.work_key != finding.work_key:
        return None
    if entry.failed:
        given_up = entry.permanent or entry.attempts >= order.loaded.config.folder.attempts
        return _failed_before(finding, entry) if given_up and not order.retry_failed else None
    if finding.recording or not (entry.folder and entry.run_key):
        return None  # a file that was inspected anew is compared with its `run.json`
    folder = order.out.resolve() / entry.folder
    manifest = read_finished(folder, entry.run_key, with_failures=_tried_enough(entry, order))
    if manifest is None:
        return None
    if manifest.recording.name != displayable(finding.path.name):
        return Outcome.duplicate(str(finding.path), manifest.recording.name, str(folder))
    return Outcome.from_manifest(str(finding.path), manifest, folder, unchanged=True)


def _failed_before(finding: Classified, entry: Entry) -> Outcome:
    how_often = "once" if entry.attempts == 1 else f"{entry.attempts} times"
    advice = f"It failed {how_often} and is not tried again as it is; --retry-failed tries it at once."
    return Outcome(
        path=str(finding.path),
        name=displayable(finding.path.name),
        status=entry.status,
        unchanged=True,
        error=f"{entry.error} {advice}",
        error_class=entry.error_class,
    )


def _finished(finding: Classified, recording: Recording, order: Order, history: History) -> Outcome | None:
    """The minutes that an earlier run made of this content, under this name or another one."""
    path, loaded = str(finding.path), order.loaded
    entry = history.entries.get(recording.sha256)
    enough = bool(entry and entry.work_key == finding.work_key and _tried_enough(entry, order))
    out = str(order.out.resolve())
    own, config = output_folder(out, recording), with_known_names(loaded.config, out, recording)
    if manifest := read_finished(own, run_key(recording, config, loaded.name), with_failures=enough):
        return Outcome.from_manifest(path, manifest, own, unchanged=True)
    for folder in (own.parent / name for name in history.folders_of(recording.sha256)):
        other = read_manifest(folder)
        if other is None or other.recording.sha256 != recording.sha256 or other.recording.name == recording.name:
            continue
        if read_finished(folder, run_key(other.recording, config, loaded.name), with_failures=enough):
            return Outcome.duplicate(path, other.recording.name, str(folder))
    return None


def _tried_enough(entry: Entry, order: Order) -> bool:
    return entry.attempts >= order.loaded.config.folder.attempts and not order.retry_failed


def _refused(finding: Classified, error: MinutesError, order: Order, history: History) -> Classified:
    """A file of which no minutes can be made: it waits if its end may still be written, else it failed."""
    path = finding.path
    if isinstance(error, AudioError) and error.incomplete and _unfinished(finding.fingerprint):
        return replace(finding, outcome=Outcome.waiting(str(path), f"{error} It was written to a moment ago."))
    failed = Outcome.failure(str(path), error)
    try:
        sha256 = sha256_of_meeting(finding.files)
        sha256 = sha256 if finding.fingerprint and finding.fingerprint.size else digest(["empty", displayable(str(path))])
    except (OSError, MinutesError):
        return _unread(finding, failed, order, history)
    return _as_before(replace(finding, sha256=sha256), failed, order, history)


def _unread(finding: Classified, failed: Outcome, order: Order, history: History) -> Classified:
    """A file whose content nobody knows, as it failed before or does now."""
    return _as_before(replace(finding, sha256=unread_sha256(finding.path)), failed, order, history)


def _as_before(finding: Classified, failed: Outcome, order: Order, history: History) -> Classified:
    """A failure of now, unless this content has been given up."""
    entry = history.entries.get(finding.sha256 or "")
    return replace(finding, outcome=(entry and entry.failed and _outcome_before(finding, entry, order)) or failed)


def _unfinished(fingerprint: Fingerprint | None) -> bool:
    return fingerprint is not None and 0 <= fingerprint.age_s < UNFINISHED_S


def _still_written(start: Classified) -> Classified:
    which = f"one of its {len(start.parts)} parts " if start.parts else ""
    what = f"{shown(str(start.path))}: {which}is still being written, or was taken away."
    return replace(start, fingerprint=None, outcome=Outcome.waiting(str(start.path), what))


def _tell_of_parts_apart(apart: Mapping[Path, str], say: Callable[[str], None]) -> None:
    """Say which files are recordings of their own although they look like parts."""
    for reason in dict.fromkeys(apart.values()):
        names = ", ".join(shown(path.name) for path, why in apart.items() if why == reason)
        say(f"not joined, although they look like parts: {names} ({reason})")


def _tell_of_parts(findings: Iterable[Classified], history: History, say: Callable[[str], None]) -> None:
    """Say what becomes one meeting, and if it has minutes from the time when not all of its parts were there."""
    joined = {place(finding.path): finding for finding in findings if finding.parts and finding.pending}
    for finding in joined.values():
        say(f"one meeting: {', '.join(shown(part.name) for part in finding.parts)}")
    for entry in history.entries.values() if joined else ():
        now = joined.get(entry.path or "")
        if now and entry.folder and entry.sha256 != now.sha256:
            say(f"{shown(now.path.name)}: has other parts than before; the earlier minutes stay in '{entry.folder}'")


def _without_duplicates(findings: list[Classified], history: History) -> Iterator[Classified]:
    """The same findings; of those with the same content only one is left to do, and the others name it."""
    leaders: dict[str, Classified] = {}
    for finding in sorted(findings, key=lambda finding: not _stands_for_content(finding, history)):
        if finding.sha256:
            leaders.setdefault(finding.sha256, finding)
    for finding in findings:
        leader = leaders.get(finding.sha256 or "", finding)
        yield finding if leader is finding else replace(finding, outcome=None, same_as=leader.path)


def _stands_for_content(finding: Classified, history: History) -> bool:
    """True for the file that the minutes of a content were made of."""
    entry = history.entries.get(finding.sha256 or "")
    done = finding.outcome is not None and finding.outcome.status != "duplicate"
    return done and (entry is None or entry.path is None or entry.path == place(finding.path))


def _work_key(finding: Classified, key: str) -> str:
    return digest([key, _sidecar_hash(finding)])


def _sidecar_hash(finding: Classified) -> str | None:
    sidecar = find_sidecar(finding.path, unmarked(finding.path.name) if finding.parts else None)
    try:
        return hashlib.sha256(sidecar_bytes(sidecar)).hexdigest() if sidecar else None
    except (OSError, ValueError, MinutesError):
        return None
