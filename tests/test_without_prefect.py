"""Take `@task` and `@flow` away and the pipeline is still there: plain functions that call each other."""

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

ROOT = Path(__file__).parent.parent


def run_plain(recording: Path, out: Path, *options: str) -> dict[str, Any]:
    command = [sys.executable, "-W", "ignore", str(ROOT / "tests" / "plain_pipeline.py"), str(recording), str(out), *options]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
    return json.loads(done.stdout)


@pytest.mark.slow
def test_the_pipeline_runs_without_prefect(short_meeting: Path, tmp_path: Path) -> None:
    first = run_plain(short_meeting, tmp_path)
    assert (first["status"], first["unchanged"]) == ("completed", False)
    assert "carpenter" in (Path(first["folder"]) / "minutes.md").read_text()
    assert run_plain(short_meeting, tmp_path)["unchanged"]
