"""Brings minutes to where the configuration says: copies into folders, messages by Apprise. Never more than once, never less.

What became of it stands in `delivered.json` beside the minutes. What could not be delivered is named, and tried again by the next
run. Secrets are in the environment only, and nothing that was said names a recipient.
"""

import hashlib
import logging
import os
import warnings
from collections.abc import Iterable, Iterator
from contextlib import suppress
from pathlib import Path

from pydantic import ValidationError

from tasks.errors import MinutesError
from tasks.files import displayable, write_atomic
from tasks.language.wording import wording_for
from tasks.report.content import subject, unlinked
from tasks.report.exports.document import meeting_document
from tasks.report.exports.text_file import to_text
from tasks.report.found import read_shown
from tasks.report.manifest import Manifest, read_manifest
from tasks.report.options import Delivery, Format, ReportOptions
from tasks.report.rendering import format_of
from tasks.report.review import ReviewState
from tasks.schema import Model

FILE_NAME = "delivered.json"
_LONGEST_TITLE = 200


class Delivered(Model):
    """The content of `delivered.json`."""

    copies: dict[str, dict[str, str]] = {}
    """Folder -> file -> digest of what was put there; empty as long as nothing was."""
    sent: dict[str, bool] = {}
    """Environment variable -> whether its message went out."""


def deliver(out: Path, wanted: Delivery, made: Iterable[Path]) -> tuple[str, ...]:
    """Deliver these minutes, and what earlier runs could not. What is in the way, a sentence each."""
    for folder in made:
        before = _read(folder)
        copies = {target: dict[str, str]() for target in wanted.folders} | before.copies
        sent = dict.fromkeys(wanted.send_env, False) | before.sent
        if copies or sent:
            _write(folder, Delivered(copies=copies, sent=sent))
    folders = sorted(path.parent for path in out.glob(f"*/{FILE_NAME}")) if wanted.folders or wanted.send_env else ()
    return tuple(problem for folder in folders for problem in _deliver(folder, wanted))


def _deliver(folder: Path, wanted: Delivery) -> Iterator[str]:
    manifest, state = read_manifest(folder), _read(folder)
    if manifest is None or manifest.review is ReviewState.WAITING:  # not released yet
        return
    copies, sent = dict(state.copies), dict(state.sent)
    for target in (each for each in wanted.folders if each in copies):
        try:
            copies[target], left = _copy(folder, Path(target) / folder.name, manifest, wanted.formats, copies[target])
            yield from left
        except (OSError, MinutesError) as error:
            yield f"{_named(folder)}: not copied to {displayable(target)}: {_reason(error)}. The next run tries again."
    for name in (each for each in wanted.send_env if sent.get(each) is False):
        if problem := _send(folder, name, manifest):
            yield f"{_named(folder)}: not sent by {name}: {problem}. The next run tries again."
        else:
            sent[name] = True
    if (copies, sent) != (state.copies, state.sent):
        _write(folder, Delivered(copies=copies, sent=sent))


def _copy(
    folder: Path, target: Path, manifest: Manifest, formats: tuple[Format, ...], before: dict[str, str]
) -> tuple[dict[str, str], list[str]]:
    """The files of a meeting put there, and which were changed there by somebody and are therefore left alone."""
    if not target.parent.is_dir():
        raise FileNotFoundError(2, "there is no such folder")
    done, left = dict(before), list[str]()
    for name in manifest.files:
        if formats and format_of(name) not in formats:
            continue
        data = (folder / name).read_bytes()
        there = _digest((target / name).read_bytes()) if (target / name).is_file() else None
        if there is not None and there != before.get(name):
            if there != _digest(data):
                left.append(f"{_named(target / name)}: was changed there, and is left as it is. Delete it to get a new copy.")
            continue
        if there != _digest(data):
            write_atomic(target / name, data)
        done[name] = _digest(data)
    return done, left


def _send(folder: Path, name: str, manifest: Manifest) -> str | None:
    """Send a message; the reason if it did not go out, without the address, which may be secret."""
    address, shown = os.environ.get(name, "").strip(), read_shown(folder)
    if not address:
        return "the variable is not set"
    if shown is None:
        return "minutes.json and transcript.json (report.formats: json) are missing"
    minutes, language = shown[0], ReportOptions.model_validate(manifest.config["report"]).language
    text = to_text(meeting_document(minutes, None, language), links=False)
    title = subject(minutes, wording_for(language, minutes.language))
    return _notify(address, unlinked(" ".join(title.split()))[:_LONGEST_TITLE], text)


def _notify(address: str, title: str, text: str) -> str | None:
    log = logging.getLogger("apprise")
    log.disabled = True  # it names the address
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # of its imports
            import apprise

            service = apprise.Apprise()
            if not service.add(address):
                return "its address is none that Apprise knows"
            body = apprise.NotifyFormat.TEXT
            return None if service.notify(title=title, body=text, body_format=body) else "it was not taken"
    except Exception as error:  # noqa: BLE001 - dozens of services, each with its own
        return type(error).__name__
    finally:
        log.disabled = False


def _read(folder: Path) -> Delivered:
    with suppress(OSError, ValidationError):
        return Delivered.model_validate_json((folder / FILE_NAME).read_bytes())
    return Delivered()


def _write(folder: Path, state: Delivered) -> None:
    write_atomic(folder / FILE_NAME, state.model_dump_json(indent=2) + "\n")


def _digest(data: bytes) -> str:
    return hashlib.sha256(data).hexdigest()


def _reason(error: OSError | MinutesError) -> str:
    return (error.strerror or type(error).__name__) if isinstance(error, OSError) else error.what.rstrip(".")


def _named(path: Path) -> str:
    return displayable(str(path))
