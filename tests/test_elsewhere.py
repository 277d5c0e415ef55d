"""The notebook for Colab and the Space: what is run there is what is here."""

import json
import runpy
import sys
import tomllib
import types
from pathlib import Path
from typing import Any

import pytest
import yaml

from configs.load import packaged_names
from flows.app.server import PASSWORD_ENV
from tasks.errors import ConfigError
from tests.builders import SAMPLE_SPEECH

ROOT = Path(__file__).parent.parent
NOTEBOOK = json.loads((ROOT / "docs" / "colab.ipynb").read_text(encoding="utf-8"))
CELLS = ["".join(cell["source"]) for cell in NOTEBOOK["cells"] if cell["cell_type"] == "code"]
EXTRAS = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]["optional-dependencies"]
SPACE = ROOT / "spaces"
RECORDING = SAMPLE_SPEECH.with_name("2026-06-10-hop-tuan.ogg")


def test_notebook_has_ten_cells_without_results_of_somebody():
    assert len(CELLS) == 10
    assert [cell for cell in NOTEBOOK["cells"] if cell.get("outputs") or cell.get("execution_count")] == []


@pytest.mark.slow
def test_steps_of_the_notebook_make_minutes_here(monkeypatch, tmp_path, prefect_api, capfd):
    """All cells in one namespace, by the small models and a short recording; only what shows a page in a browser is played."""
    shown: list[str] = []
    display = types.SimpleNamespace(Markdown=str, display=shown.append)
    monkeypatch.setitem(sys.modules, "IPython", types.ModuleType("IPython"))
    monkeypatch.setitem(sys.modules, "IPython.display", display)
    monkeypatch.setenv("PREFECT_API_URL", prefect_api)
    monkeypatch.setenv("PYTHONPATH", str(ROOT))
    monkeypatch.chdir(tmp_path)
    there: dict[str, Any] = {}
    for cell in CELLS:
        exec(compile(cell, "cell", "exec"), there)
        if "RECORDING =" in cell:
            there |= {"RECORDING": str(RECORDING), "CONFIG": "embedded", "SPEAKERS": {"A": "Hạnh"}}
    [page] = shown
    assert "Hạnh" not in page
    assert "Hạnh" in (there["FOLDER"] / "minutes.md").read_text(encoding="utf-8")
    assert "1 corrections, of which 0" in capfd.readouterr().out
    assert Path(there["archive"]).is_file()


def test_space_names_what_is_there():
    _, header, _ = (SPACE / "README.md").read_text(encoding="utf-8").split("---\n", 2)
    told = yaml.safe_load(header)
    assert (told["sdk"], (SPACE / told["app_file"]).is_file()) == ("gradio", True)
    pinned = (ROOT / "constraints.txt").read_text(encoding="utf-8").splitlines()
    assert f"gradio=={told['sdk_version']}" in pinned
    [line] = (SPACE / "requirements.txt").read_text(encoding="utf-8").splitlines()
    name, _, extras = line.rstrip("]").partition("[")
    assert (name, set(extras.split(",")) - set(EXTRAS)) == ("audio-minutes", set())


def test_space_serves_the_app_to_nobody_without_the_password(monkeypatch):
    served: list[Any] = []
    monkeypatch.setattr("flows.models.pull_models", lambda loaded, say, source: served.append(loaded.name))
    monkeypatch.setattr("flows.app.server.serve_app", lambda *words, **more: served.append((*words, more["host"])))
    monkeypatch.delenv(PASSWORD_ENV, raising=False)
    monkeypatch.delenv("MINUTES_CONFIG", raising=False)
    with pytest.raises(ConfigError, match=PASSWORD_ENV):
        runpy.run_path(str(SPACE / "app.py"), run_name="__main__")
    assert served == []
    monkeypatch.setenv(PASSWORD_ENV, "secret")
    runpy.run_path(str(SPACE / "app.py"), run_name="__main__")
    assert served[0] in packaged_names()
    assert served[1][1:] == (None, "embedded", (), "0.0.0.0")
