"""Everything new in a folder becomes minutes, once. The command line and the scheduled flow both call `run_batch`."""

import logging
import os
from collections.abc import Callable, Collection, Iterator, Sequence
from contextlib import contextmanager, suppress
from pathlib import Path

from flows.delivery import deliver_outcomes
from flows.finished import Outcome
from flows.folder.classify import Classified, Order, examine
from flows.folder.failed_notes import remove_note, write_note
from flows.folder.fingerprint import Fingerprint, place
from flows.folder.history import History, entry_of_failure, entry_of_manifest, entry_of_start, unread_sha256
from flows.folder.jobs import check_out
from flows.folder.ledger import FILE_NAME as LEDGER
from flows.folder.ledger import Entry
from flows.folder.lock import sole_run
from flows.folder.scan import Scan, scan
from flows.observer import NOBODY, Observers, RunObserver
from tasks.errors import ConfigError, ResourceError
from tasks.files import displayable
from tasks.report.files import settle_files
from tasks.report.manifest import FILE_NAME as RUN_FILE
from tasks.report.manifest import read_manifest
from tasks.report.register_files import JSON_NAME as REGISTER
from tasks.schema import Status

Process = Callable[[Sequence[Path], RunObserver, Collection[str]], list[Outcome]]
"""Turns paths into outcomes, one each, and tells the observer of each. The last are those at which an earlier process died."""

_OF_MINUTES = (LEDGER, REGISTER)
"""What a folder of minutes has and a folder of recordings has not."""
_log = logging.getLogger("minutes.batch")


def check_folders(folder: Path, out: Path) -> None:
    """Raise a `ConfigError` if the folder cannot be read for recordings, or its minutes would be taken for some."""
    where = displayable(str(folder))
    if not folder.is_dir():
        what = "is not a folder." if folder.exists() else "no such folder."
        raise ConfigError(what, where=where, fix="For single files use: minutes run RECORDING...")
    if out.resolve().is_relative_to(folder.resolve()):
        what = f"'{displayable(str(out))}' is inside the folder of recordings '{where}'."
        raise ConfigError(what, where="--out", fix="Choose another folder.")
    check_out(out)
    if os.path.isfile(folder / RUN_FILE):  # noqa: PTH113 - `Path.is_file` raises in a folder that may not be entered
        raise ConfigError("holds minutes, not recordings.", where=where, fix="Name the folder with the recordings.")


def scan_folder(order: Order) -> Scan:
    """The recordings of the folder and what is left alone in it. Raises a `ResourceError` if it cannot be listed."""
    check_folders(order.folder, order.out)
    options = order.loaded.config.folder
    found = scan(order.folder, recursive=options.recursive, join_parts=options.join_parts)
    if problem := next((entry.reason for entry in found.skipped if entry.path == str(order.folder)), None):
        fix = "Let this user read it, or see whether its disk is there."
        raise ResourceError(f"{problem}.", where=displayable(str(order.folder)), fix=fix)
    require_recordings(order.folder, found)
    return found


def require_recordings(folder: Path, found: Scan) -> None:
    """Raise a `ConfigError` for a folder without recordings that is one of minutes, an `--out` of earlier runs."""
    if not found.recordings and any(os.path.lexists(folder / name) for name in _OF_MINUTES):
        fix = "Name the folder with the recordings, and this one with --out."
        raise ConfigError("holds the minutes of earlier runs, and no recordings.", where=displayable(str(folder)), fix=fix)


def run_batch(
    order: Order,
    recordings: Sequence[Path],
    process: Process,
    say: Callable[[str], None] = _log.info,
    observer: RunObserver = NOBODY,
) -> list[Outcome]:
    """One outcome a recording, in order; `process` is called only if there is work to do."""
    with sole_run(order.out):
        history = History(order.out)
        if history.problem:
            say(history.problem)
        observer.waiting("looking at the recordings")
        findings = examine(recordings, order, history, say)
        keeper = _Keeper(order, history, findings)
        pending = [finding.path for finding in findings if finding.pending]
        with keeper.settling():
            told = Observers(keeper, observer)
            done = {outcome.path: outcome for outcome in (process(pending, told, keeper.died_at) if pending else [])}
        history.compact()
        for problem in (*settle_files(order.out), *deliver_outcomes(order.out, order.loaded.config, done.values())):
            say(problem)
    done |= {str(finding.path): finding.outcome for finding in findings if finding.outcome}
    return [_outcome(finding, done) for finding in findings]


def _outcome(finding: Classified, done: dict[str, Outcome]) -> Outcome:
    if finding.same_as is None:
        return done[str(finding.path)]
    return Outcome.duplicate(str(finding.path), str(finding.same_as), done[str(finding.same_as)].folder)


def note_interrupted(history: History, attempts_allowed: int) -> None:
    """Write the pages of recordings at which the process died."""
    for entry in history.entries.values():
        if entry.interrupted:
            with suppress(ResourceError):
                write_note(history.out, entry, attempts_allowed)


class _Keeper(RunObserver):
    """Keeps the history and the pages of failed recordings up to date."""

    def __init__(self, order: Order, history: History, findings: Sequence[Classified]) -> None:
        self._order, self._history = order, history
        self._findings = {str(finding.path): finding for finding in findings}
        self._begun: dict[str, Entry | None] = {}
        """What the history said of the recordings that are being worked on."""
        self.died_at = {path for path, finding in self._findings.items() if self._is_interrupted(finding)}
        """The recordings at which an earlier process died, perhaps while it worked on others too."""
        for entry in history.forget_gone(order.folder):
            remove_note(order.out, entry.sha256)
        note_interrupted(history, order.loaded.config.folder.attempts)
        for finding in findings:
            self._settle(finding)
        history.compact()

    def started(self, path: str) -> None:
        """Write down that a recording is tried, since it may take this process with it."""
        finding = self._findings[path]
        if finding.sha256 is None:
            return
        self._begun[finding.sha256] = self._history.entries.get(finding.sha256)
        attempts = self._history.attempts(finding.sha256, finding.work_key) + 1
        self._history.put(entry_of_start(finding.path, finding.sha256, finding.work_key, attempts))
        with suppress(ResourceError):
            self._history.save()

    def paused(self, path: str) -> None:
        """Write down that a recording only waits: if this process ends now, that says nothing about it."""
        self._forget_begin(self._findings[path].sha256 or "")
        with suppress(ResourceError):
            self._history.save()

    def finished(self, outcome: Outcome) -> None:
        """Write down how a recording ended, the moment it ends."""
        finding = self._findings[outcome.path]
        self._forget_begin(finding.sha256 or "")
        self._put(finding, outcome)
        with suppress(ResourceError):  # a full disk shows again at the end, when everything that can be done is done
            self._history.save()

    @contextmanager
    def settling(self) -> Iterator[None]:
        """What is interrupted in an orderly way inside the block, by hand or by the system, costs no recording an attempt."""
        try:
            yield
        except BaseException:
            for sha256 in list(self._begun):
                self._forget_begin(sha256)
            with suppress(ResourceError):
                self._history.save()
            raise

    def _forget_begin(self, sha256: str) -> None:
        if sha256 in self._begun:
            before = self._begun.pop(sha256)
            self._history.drop(sha256)
            if before:
                self._history.put(before)

    def _is_interrupted(self, finding: Classified) -> bool:
        entry = self._history.entries.get(finding.sha256 or "")
        return entry is not None and entry.interrupted

    def _settle(self, finding: Classified) -> None:
        """Write down what was known without work."""
        if finding.sha256:
            self._history.see(finding.path, finding.fingerprint, finding.sha256)
        outcome, entry = finding.outcome, self._history.entries.get(finding.sha256 or "")
        if outcome is None or not isinstance(outcome.status, Status):
            return
        if not outcome.unchanged:
            self._put(finding, outcome)
        elif outcome.status is not Status.FAILED:
            remove_note(self._order.out, finding.sha256 or "")
            if entry is None or entry.path is None or finding.recording:
                self._succeed(finding, outcome, attempts=0)

    def _put(self, finding: Classified, outcome: Outcome) -> None:
        if outcome.status is Status.FAILED:
            self._fail(finding, outcome)
        else:
            self._succeed(finding, outcome, attempts=1)

    def _fail(self, finding: Classified, outcome: Outcome) -> None:
        if finding.sha256 is None:
            return
        attempts = self._history.attempts(finding.sha256, finding.work_key) + outcome.tried
        entry = entry_of_failure(outcome, finding.sha256, finding.work_key, attempts)
        replaced = Fingerprint.at(*finding.files) != finding.fingerprint  # or deleted: this says nothing about the content
        if replaced:
            entry = entry.model_copy(update={"permanent": False})
        self._history.put(entry)
        with suppress(ResourceError):
            write_note(self._order.out, entry, self._order.loaded.config.folder.attempts)

    def _succeed(self, finding: Classified, outcome: Outcome, attempts: int) -> None:
        folder = Path(outcome.folder or "")
        manifest = read_manifest(folder)
        if manifest is None:
            return
        sha256 = manifest.recording.sha256
        before = self._history.attempts(sha256, finding.work_key)
        entry = entry_of_manifest(manifest, folder, place(finding.path), finding.work_key)
        self._history.put(entry.model_copy(update={"attempts": max(1, before + attempts)}))
        self._history.drop(unread_sha256(finding.path))
        for gone in (sha256, unread_sha256(finding.path)):
            remove_note(self._order.out, gone)
