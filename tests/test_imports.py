"""Imports point one way, and importing costs nothing."""

import ast
import subprocess
import sys
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
    "resemblyzer",
    "silero_vad",
    "sklearn",
    "pydub",
}

# A module may import from its own layer and from lower ones.
LAYERS = ("foundation", "backend", "stage", "configs", "flows", "cli")
CLI = {"cli", "runner", "orchestrate"}


def layer(module: str) -> int:
    parts = module.split(".")
    if parts[0] == "flows":
        return LAYERS.index("cli" if parts[1:2] and parts[1] in CLI else "flows")
    if parts[0] == "configs":
        return LAYERS.index("configs")
    if parts[1:2] in (["errors"], ["schema"], ["versions"], ["files"], ["store"], ["progress"], ["ranges"]):
        return LAYERS.index("foundation")
    return LAYERS.index("stage" if parts[-1] in ("stage", "prefect_stage") else "backend")


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
def test_imports_point_from_flows_to_configs_to_stages_to_backends_to_schema(path: Path) -> None:
    own = layer(module_name(path))
    ours = {name for name in imports_of(path) if name.split(".")[0] in ("flows", "tasks", "configs") and is_module(name)}
    assert not {name for name in ours if layer(name) > own}


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
