"""Imports point one way, and importing costs nothing."""

import ast
import subprocess
import sys
import tomllib
from collections import Counter
from collections.abc import Iterable
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).parent.parent
PRODUCT = sorted(path for folder in ("flows", "tasks", "configs") for path in (ROOT / folder).rglob("*.py"))
HEAVY = {
    "torch",
    "av",
    "whisper",
    "transformers",
    "bitsandbytes",
    "silero_vad",
    "sklearn",
    "pydub",
}

STAGES = (
    "audio",
    "captions",
    "transcription",
    "diarization",
    "summarization",
    "actions",
    "verification",
    "translation",
    "sentiment",
    "report",
)
BELOW_STAGES = {"audio", "engine", "foundation", "job", "language", "meeting", "models"}
BELOW_FLOWS = {"configs", "evaluation", "inspection", "wrapper", *BELOW_STAGES, *STAGES}
ALLOWED = {
    "foundation": set[str](),
    "engine": {"foundation"},
    "language": {"foundation"},
    "job": {"engine", "foundation", "language"},
    "meeting": {"foundation", "language"},
    "models": {"engine", "foundation", "language"},
    **{stage: BELOW_STAGES - {stage} for stage in STAGES},
    "inspection": {"audio", "captions", "foundation", "language"},
    "evaluation": {"captions", "report", "transcription", *BELOW_STAGES},
    "wrapper": {"inspection", *BELOW_STAGES, *STAGES},
    "configs": {"wrapper", *BELOW_STAGES, *STAGES},
    "server": BELOW_FLOWS,
    "flows": {"server", *BELOW_FLOWS},
    "folder": {"flows", "server", *BELOW_FLOWS},
    "cluster": {"flows", "server", *BELOW_FLOWS},
    "app": {"cluster", "entry", "flows", "folder", "server", *BELOW_FLOWS},
    "entry": {"cluster", "flows", "folder", "server", *BELOW_FLOWS},
    "cli": {"app", "cluster", "entry", "flows", "folder", "server", *BELOW_FLOWS},
}
"""Room -> the rooms it may import from, its own aside. There is no circle in it."""
FLOWS = ("app", "cli", "cluster", "folder", "server")
FOUNDATION = (
    *("clean_text", "errors", "files", "journal", "path_text", "ranges"),
    *("schema", "source_file", "store", "strict_yaml", "versions"),
)
ENTRY = ("compare", "crash", "deployed", "evaluate", "orchestrate", "plan", "runner", "serve", "site")
"""What starts a run: from the command line, from a deployment, from a schedule."""


def room(module: str) -> str:
    """Where a module lives: its folder, or what it is for where it lies in the folder of all."""
    top, *rest = module.split(".")
    if not rest:
        return "configs" if top == "configs" else "foundation"
    if top == "configs":
        return "configs"
    if top == "flows":
        return rest[0] if rest[0] in FLOWS else "entry" if rest[0] in ENTRY else "flows"
    if rest[-1] in ("stage", "prefect_stage"):
        return "wrapper"
    if rest[0] in ("enrichment", "folder_options", "job"):
        return "job"
    return "foundation" if rest[0] in FOUNDATION else rest[0]


def forbidden(module: str, imported: Iterable[str]) -> set[str]:
    """The modules that one in this room may not import."""
    own = room(module)
    return {name for name in imported if room(name) not in {own, *ALLOWED[own]}}


def module_name(path: Path) -> str:
    return ".".join(path.relative_to(ROOT).with_suffix("").parts).removesuffix(".__init__")


def imports_of(path: Path, *, top_level_only: bool = False) -> set[str]:
    tree = ast.parse(path.read_text(encoding="utf-8"))
    nodes = tree.body if top_level_only else ast.walk(tree)
    names = set()
    for node in nodes:
        if isinstance(node, ast.Import):
            names |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            names |= {node.module} | {f"{node.module}.{alias.name}" for alias in node.names}
    return names


@pytest.mark.parametrize("path", PRODUCT, ids=module_name)
def test_imports_go_only_where_the_table_allows(path: Path) -> None:
    ours = {name for name in imports_of(path) if name.split(".")[0] in ("flows", "tasks", "configs") and is_module(name)}
    assert not forbidden(module_name(path), ours)


def test_every_module_lives_in_a_room_of_the_table() -> None:
    assert {room(module_name(path)) for path in PRODUCT} == set(ALLOWED)


def test_the_table_has_no_circle() -> None:
    TopologicalSorter(ALLOWED).prepare()


@pytest.mark.parametrize(
    ("module", "imported"),
    [
        ("tasks.schema", "tasks.engine.base"),
        ("tasks.language.words", "tasks.meeting.people"),
        ("tasks.meeting.people", "tasks.actions.rules"),
        ("tasks.engine.base", "tasks.models.hub"),
        ("tasks.audio.decode", "tasks.captions.cues"),
        ("tasks.summarization.notes_by_model", "tasks.actions.rules"),
        ("tasks.report.markdown", "tasks.verification.quotes"),
        ("tasks.actions.rules", "tasks.actions.stage"),
        ("configs.load", "flows.plan"),
        ("flows.recording", "flows.folder.scan"),
        ("flows.folder.scan", "flows.cli.app"),
    ],
)
def test_an_import_the_other_way_is_found(module: str, imported: str) -> None:
    assert forbidden(module, ["tasks.errors", imported]) == {imported}


@pytest.mark.parametrize("path", PRODUCT, ids=module_name)
def test_heavy_libraries_are_imported_inside_functions(path: Path) -> None:
    assert not {name.split(".")[0] for name in imports_of(path, top_level_only=True)} & HEAVY


@pytest.mark.parametrize("path", PRODUCT, ids=module_name)
def test_only_flows_and_the_task_wrapper_know_prefect(path: Path) -> None:
    knows = any(name.split(".")[0] == "prefect" for name in imports_of(path))
    assert not knows or in_flows(path) or path.name == "prefect_stage.py"


@pytest.mark.parametrize("library", sorted(HEAVY - {"whisper", "transformers", "bitsandbytes", "torch"}))
def test_a_heavy_library_is_named_in_one_place_of_one_stage(library: str) -> None:
    folders = {path.parent for path in PRODUCT if any(name.split(".")[0] == library for name in imports_of(path))}
    assert len(folders) >= 1
    assert library in ("av", "sklearn") or len(folders) == 1


def test_importing_everything_but_flows_loads_nothing_heavy() -> None:
    modules = [module_name(path) for path in PRODUCT if not in_flows(path) and path.name not in ("stage.py", "prefect_stage.py")]
    code = f"import sys\nfor name in {modules!r}: __import__(name)\nprint(sorted(set(sys.modules) & {HEAVY | {'prefect'}!r}))"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=ROOT)
    assert done.stdout.strip() == "[]"


def in_flows(path: Path) -> bool:
    """Whether it may know Prefect: everything in `flows/` but the command line."""
    return path.relative_to(ROOT).parts[0] == "flows" and path.relative_to(ROOT).parts[1] != "cli"


def is_module(name: str) -> bool:
    path = ROOT.joinpath(*name.split("."))
    return path.with_suffix(".py").is_file() or (path / "__init__.py").is_file()


def test_no_public_class_name_stands_twice() -> None:
    names = [
        node.name
        for path in PRODUCT
        for node in ast.parse(path.read_text(encoding="utf-8")).body
        if isinstance(node, ast.ClassDef) and not node.name.startswith("_")
    ]
    assert {name for name, count in Counter(names).items() if count > 1} == set()


def test_every_file_of_the_product_goes_into_the_package():
    """An editable installation has them all, whatever is listed."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["tool"]["setuptools"]
    patterns = settings["package-data"]["*"]
    folders = {path.parent for path in PRODUCT}
    data = [
        path
        for top in ("flows", "tasks", "configs")
        for path in (ROOT / top).rglob("*")
        if path.is_file() and path.suffix not in (".py", ".pyc")
    ]
    left_out = [path for path in data if not any(path in folder.glob(pattern) for folder in folders for pattern in patterns)]
    assert len(data) > 10
    assert left_out == []
    assert [folder for folder in folders if not (folder / "__init__.py").is_file()] == []
    assert {folder.relative_to(ROOT).parts[0] + "*" for folder in folders} == set(settings["packages"]["find"]["include"])
