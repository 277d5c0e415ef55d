"""Documents that can go stale are compared with the code."""

import importlib.util
import re
import tokenize
import tomllib
from importlib.metadata import version
from pathlib import Path
from types import ModuleType

import pytest
import typer

from configs.load import packaged_names
from flows.cli.app import app
from tasks.engine.registry import ENRICHMENTS, STAGES, backends

ROOT = Path(__file__).parent.parent
README = (ROOT / "README.md").read_text(encoding="utf-8")
USAGE = (ROOT / "docs" / "usage.md").read_text(encoding="utf-8")
PROJECT = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
PAGES = [ROOT / "README.md", ROOT / "CONTRIBUTING.md", ROOT / "CHANGELOG.md", *sorted((ROOT / "docs").glob("*.md"))]
MODULES = [
    file
    for folder in ("flows", "tasks", "configs", "benchmarks", "tests", "docs", "sample_audio")
    for file in (ROOT / folder).rglob("*.py")
]
FILES = [file.relative_to(ROOT).as_posix() for file in MODULES]
ENDINGS = (".py", ".yaml", ".md")


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


def test_the_readme_fits_on_one_screen() -> None:
    assert len(README.splitlines()) <= 70


def test_every_command_is_listed() -> None:
    assert [name for name in command_names() if f"`{name}" not in USAGE] == []


def test_every_packaged_config_is_in_the_readme() -> None:
    assert [name for name in packaged_names() if f"configs/{name}.yaml" not in README] == []


def test_every_backend_is_listed() -> None:
    assert [name for stage in (*STAGES, *ENRICHMENTS) for name in backends(stage) if f"`{name}`" not in USAGE] == []


def test_every_page_is_linked_from_the_readme() -> None:
    linked = set(re.findall(r"\]\(docs/([\w/-]+\.md)", README))
    assert {page.name for page in (ROOT / "docs").glob("*.md")} - linked == set()


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
    assert steps == ["set -euo pipefail", 'cd "$(dirname "$0")/.."', "make lint", "make types", "make test-all", "make slim"]


def stale_names(text: str) -> list[str]:
    """Paths of Python files and names of our modules in backticks that are nowhere in this repository."""
    quoted = [word for span in re.findall(r"`([^`\n]+)`", text) for word in span.split()]
    paths = [word for word in quoted if re.fullmatch(r"[\w./-]+\.py", word)]
    modules = [word for word in quoted if re.fullmatch(r"(?:tasks|flows|configs|benchmarks|tests)(?:\.\w+)+", word)]
    lost = [path for path in paths if not any(f"/{file}".endswith(f"/{path.removeprefix('./')}") for file in FILES)]
    return lost + [name for name in modules if not name.endswith(ENDINGS) and not is_code(name)]


def is_code(name: str) -> bool:
    """Whether it is a module or package of ours, or something that one defines or hands on."""
    module, _, member = name.rpartition(".")
    path = ROOT.joinpath(*name.split("."))
    if path.is_dir() or path.with_suffix(".py").is_file():
        return True
    place = ROOT.joinpath(*module.split("."))
    file = place / "__init__.py" if place.is_dir() else place.with_suffix(".py")
    return file.is_file() and bool(re.search(rf"\b{member}\b", file.read_text(encoding="utf-8")))


def prose_of(path: Path) -> str:
    """A page, or the comments and strings of a module."""
    if path.suffix != ".py":
        return path.read_text(encoding="utf-8")
    with tokenize.open(path) as file:
        said = (tokenize.COMMENT, tokenize.STRING)
        return "\n".join(token.string for token in tokenize.generate_tokens(file.readline) if token.type in said)


@pytest.mark.parametrize("name", ["benchmarks/nowhere.py", "flows.nowhere", "tasks.schema.Nowhere"])
def test_a_name_that_leads_nowhere_is_found(name: str) -> None:
    assert stale_names(f"See `{name}`, `python {name} --fast` and `tasks.schema.Transcript`.") == [name, name]


def test_text_names_no_python_file_or_module_that_is_gone() -> None:
    pages = [*PAGES, *sorted((ROOT / "docs" / "experiments").glob("*.md")), *MODULES]
    stale = {str(page.relative_to(ROOT)): stale_names(prose_of(page)) for page in pages if page.name != "test_docs.py"}
    assert {page: names for page, names in stale.items() if names} == {}


TRUST = (ROOT / "docs" / "security.md").read_text(encoding="utf-8")


def test_every_test_that_the_page_on_trust_names_is_there() -> None:
    there = {
        name for file in (ROOT / "tests").glob("test_*.py") for name in re.findall(r"^def (test_\w+)", file.read_text(), re.M)
    }
    named = set(re.findall(r"`(test_\w+)`", TRUST))
    assert len(named) > 50
    assert named - there == set()


def test_what_only_an_operator_can_do_is_written_down() -> None:
    for page, words in (("security.md", "pip-audit"), ("unattended.md", "UMask=0077"), ("compose.md", "@sha256:")):
        assert words in (ROOT / "docs" / page).read_text(encoding="utf-8")
