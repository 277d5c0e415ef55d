"""Documents that can go stale are compared with the code."""

import importlib.util
import re
import tomllib
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest
import typer

from configs.load import packaged_names
from flows.cli.app import app
from tasks.registry import STAGES, backends

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]


def generator() -> ModuleType:
    spec = importlib.util.spec_from_file_location("generate", ROOT / "docs" / "generate.py")
    assert spec
    assert spec.loader
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def command_names() -> list[str]:
    return [name for name, _ in generator().commands("minutes", typer.main.get_command(app))]


@pytest.mark.parametrize("name", ["options.md", "command-line.md", "config.schema.json", "minutes.schema.json"])
def test_generated_pages_are_fresh(name: str) -> None:
    assert (ROOT / "docs" / name).read_text(encoding="utf-8") == generator().pages()[name], "run: make docs"


def test_every_command_is_in_the_readme() -> None:
    assert [name for name in command_names() if f"`{name}" not in README] == []


def test_every_packaged_config_is_in_the_readme() -> None:
    assert [name for name in packaged_names() if f"configs/{name}.yaml" not in README] == []


def test_every_backend_is_in_the_readme() -> None:
    assert [name for stage in STAGES for name in backends(stage) if f"`{name}`" not in README] == []


def test_every_dependency_is_justified() -> None:
    listed = [*PROJECT["dependencies"], *(line for extra in PROJECT["optional-dependencies"].values() for line in extra)]
    names = {re.split(r"[<>=; \[]", line)[0].lower() for line in listed}
    page = (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8")
    assert {name for name in names if f"| {name} |" not in page} == set()


def test_every_justified_release_is_the_pinned_one() -> None:
    pinned = dict(re.findall(r"^([\w.-]+)==([^ \n]+)", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE))
    rows = re.findall(
        r"^\| ([\w-]+) \|.*\| ([^|, ]+), \d{4}", (ROOT / "docs" / "dependencies.md").read_text(encoding="utf-8"), re.MULTILINE
    )
    assert len(rows) > 20
    assert {name: release for name, release in rows if not pinned[name].startswith(release)} == {}


def test_the_changelog_knows_the_version() -> None:
    assert f"## {PROJECT['version']}" in (ROOT / "CHANGELOG.md").read_text(encoding="utf-8")
    assert version("audio-minutes") == PROJECT["version"]


@pytest.mark.parametrize("page", PAGES, ids=lambda path: path.name)
def test_links_lead_somewhere(page: Path) -> None:
    targets = re.findall(r"\]\((?!https?:|#)([^)#]+)", page.read_text(encoding="utf-8"))
    assert [target for target in targets if not (page.parent / target).exists()] == []


@pytest.mark.parametrize("target", ["demo", "test", "lint", "types", "format", "docs", "lock"])
def test_the_makefile_has_the_targets_that_the_documents_name(target: str) -> None:
    assert re.search(rf"^{target}:", (ROOT / "Makefile").read_text(encoding="utf-8"), re.MULTILINE)


def test_ci_runs_nothing_that_a_person_cannot_run() -> None:
    steps = [
        line for line in (ROOT / ".ci" / "run").read_text(encoding="utf-8").splitlines() if line and not line.startswith("#")
    ]
    assert steps == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make lint", "make types", "make test"]
