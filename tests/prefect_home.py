"""A home of Prefect whose database is made already: making one takes a server 15 seconds each time."""

import os
import shutil
import subprocess
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path

from filelock import FileLock


def give_database(home: Path) -> None:
    """Put an empty database of the installed Prefect into a home. It is made once and kept beside pytest's own cache."""
    kept = Path(__file__).parent.parent / ".pytest_cache" / f"prefect-{version('prefect')}.db"
    kept.parent.mkdir(exist_ok=True)
    with FileLock(f"{kept}.lock"):
        if not kept.is_file():
            _make(kept)
    home.mkdir(parents=True, exist_ok=True)
    shutil.copyfile(kept, home / "prefect.db")


def _make(path: Path) -> None:
    with tempfile.TemporaryDirectory() as folder:
        own = {"PREFECT_HOME": folder, "PREFECT_SERVER_ANALYTICS_ENABLED": "false", "DO_NOT_TRACK": "1"}
        command = [sys.executable, "-m", "prefect", "server", "database", "upgrade", "--yes"]
        subprocess.run(command, env=os.environ | own, check=True, capture_output=True)
        made = Path(folder, "prefect.db")
        shutil.copyfile(made, f"{path}.new")
        Path(f"{path}.new").rename(path)
