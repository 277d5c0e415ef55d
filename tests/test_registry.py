"""The contract that every backend keeps. A new backend is picked up by being a file in a stage folder."""

import ast
import importlib
import inspect
import re
import subprocess
import sys
import textwrap
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path

import pytest
from pydantic import ValidationError

from tasks.actions.extractor import ActionExtractor
from tasks.diarization.diarizer import Diarizer
from tasks.engine import base as seam
from tasks.engine.base import Backend, BackendChoice, Device
from tasks.engine.registry import ENRICHMENTS, STAGES, backends, find_backend, parse_options, require_installed
from tasks.errors import ConfigError, DependencyError
from tasks.job import Job
from tasks.schema import Notes
from tasks.sentiment.classifier import MoodClassifier
from tasks.store import Ref
from tasks.summarization.choice import SummarizationChoice
from tasks.summarization.stage import summarize
from tasks.summarization.summarizer import Summarizer
from tasks.transcription.recognizer import Recognizer
from tasks.translation.translator import Translator
from tests.builders import quiet_run, segment, transcript

PAGE = Path(__file__).parent.parent / "docs" / "backends.md"
ALL = [
    pytest.param(backend, id=f"{stage}/{name}") for stage in (*STAGES, *ENRICHMENTS) for name, backend in backends(stage).items()
]
HEAVY = (
    "torch",
    "av",
    "sklearn",
    "prefect",
    "transformers",
    "whisper",
    "xllamacpp",
    "spacy",
    "scipy",
)

TWIN = """
from tasks.diarization.diarizer import Diarizer

class Twin(Diarizer):
    name = "none"
    summary = "the same name again"
"""


@pytest.fixture(scope="module")
def imported() -> set[str]:
    """Top-level modules loaded in a fresh process by looking up every backend."""
    code = (
        "import sys; from tasks.engine.registry import ENRICHMENTS, STAGES, backends;"
        " [backends(s) for s in (*STAGES, *ENRICHMENTS)]; print(*sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    return set(done.stdout.split())


@pytest.fixture
def stage_with_twin(tmp_path, monkeypatch) -> str:
    """The diarization stage with one more file, in which a second backend is named `none`."""
    (tmp_path / "twin.py").write_text(TWIN)
    package = importlib.import_module("tasks.diarization")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    yield "diarization"
    sys.modules.pop("tasks.diarization.twin", None)
    vars(package).pop("twin", None)


@pytest.mark.parametrize("heavy", HEAVY)
def test_looking_up_all_backends_loads_no_heavy_library(imported, heavy):
    assert "tasks.engine.registry" in imported
    assert heavy not in imported


@pytest.mark.parametrize("stage", STAGES)
def test_every_stage_has_a_backend(stage):
    assert backends(stage)


@pytest.mark.parametrize("backend", ALL)
def test_backend_is_found_under_its_stage_and_name(backend):
    assert find_backend(backend.stage, backend.name) is backend
    assert backend.__module__.startswith(f"tasks.{backend.stage}.")


@pytest.mark.parametrize("backend", ALL)
def test_backend_has_a_plain_name_and_a_one_line_summary(backend):
    assert re.fullmatch(r"[a-z0-9]+(-[a-z0-9]+)*", backend.name)
    assert re.fullmatch(r"[^\n]{5,100}", backend.summary)


@pytest.mark.parametrize("backend", ALL)
def test_every_option_is_described(backend):
    assert [name for name, field in backend.Options.model_fields.items() if not field.description] == []


@pytest.mark.parametrize("backend", ALL)
def test_options_are_frozen(backend):
    assert backend.Options.model_config["frozen"]


@pytest.mark.parametrize("backend", ALL)
def test_unknown_option_is_refused(backend):
    with pytest.raises(ValidationError, match=r"(?s)no_such_option.*Extra inputs are not permitted"):
        parse_options(BackendChoice(backend=backend.name, options={"no_such_option": 1}), backend.stage)


@pytest.mark.parametrize("backend", ALL)
def test_backend_implements_all_that_its_stage_asks_for(backend):
    unfinished = [name for name in dir(backend) if getattr(getattr(backend, name), "__isabstractmethod__", False)]
    assert unfinished == []


@pytest.mark.parametrize("backend", [item for item in ALL if item.values[0].packages])
def test_missing_package_gives_the_install_line(backend, monkeypatch):
    monkeypatch.setattr(seam, "find_spec", lambda name: None)
    with pytest.raises(DependencyError) as caught:
        require_installed(backend)
    assert str(caught.value) == (
        f"{backend.stage} backend '{backend.name}': needs the package '{backend.packages[0]}', which is not installed."
        f" Install it: {backend.install}"
    )
    assert backend.install.startswith("pip install ")


@pytest.mark.parametrize("backend", ALL)
def test_installed_packages_are_not_asked_for(backend, monkeypatch):
    monkeypatch.setattr(seam, "find_spec", lambda name: object())
    require_installed(backend)


@pytest.mark.parametrize("stage", STAGES)
def test_unknown_backend_lists_the_known_ones(stage):
    with pytest.raises(ConfigError) as caught:
        find_backend(stage, "zzz")
    assert str(caught.value) == f"{stage}.backend: no {stage} backend 'zzz'; available: {', '.join(backends(stage))}."


def test_misspelt_backend_is_answered_with_the_nearest():
    with pytest.raises(ConfigError, match=r"Did you mean 'faster-whisper'\?$"):
        find_backend("transcription", "faster-wisper")


@pytest.mark.parametrize("stage", STAGES)
def test_backends_are_listed_in_one_order_everywhere(stage):
    modules = [backend.__module__ for backend in backends(stage).values()]
    assert modules == sorted(modules)


def test_two_backends_of_one_name_are_an_error(stage_with_twin):
    with pytest.raises(RuntimeError, match="two diarization backends are named 'none'"):
        backends.__wrapped__(stage_with_twin)


def test_a_file_in_the_stage_folder_is_a_backend(stage_with_twin, tmp_path):
    (tmp_path / "twin.py").write_text(TWIN.replace('"none"', '"newcomer"'))
    assert backends.__wrapped__(stage_with_twin)["newcomer"].summary == "the same name again"


# The page for those who add one


def example_of_the_page() -> str:
    return re.search(r"```python\n(.*?)```", PAGE.read_text(encoding="utf-8"), re.DOTALL)[1]


@pytest.fixture
def lead(tmp_path, monkeypatch) -> type[Backend]:
    """The backend of the page, as a file in the stage's folder."""
    (tmp_path / "lead.py").write_text(example_of_the_page(), encoding="utf-8")
    package = importlib.import_module("tasks.summarization")
    monkeypatch.setattr(package, "__path__", [*package.__path__, str(tmp_path)])
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    found = backends.__wrapped__("summarization")["lead"]
    monkeypatch.setitem(backends("summarization"), "lead", found)
    yield found
    sys.modules.pop("tasks.summarization.lead", None)
    vars(package).pop("lead", None)


def test_backend_of_the_page_is_short_and_makes_notes(lead, tmp_path):
    assert len(example_of_the_page().splitlines()) <= 80
    said = ["We plant apple trees.", "Yes, we plant apple trees.", "Who brings a spade?", "I do."]
    content = transcript(*(segment(number, text) for number, text in enumerate(said, start=1)))
    job, path = Job(path="a.flac", out=str(tmp_path), device=Device("cpu", "test")), tmp_path / "transcript.json"
    path.write_text(content.model_dump_json(), encoding="utf-8")
    choice = SummarizationChoice(backend="lead", options={"sentences": 2}, min_words=1)
    heard = Ref.to("transcript", path, content, cached=False, seconds=0.0)
    notes = summarize(job, quiet_run(), heard, choice).load(Notes)
    assert [claim.text for claim in notes.summary] == [said[0], said[2]]
    assert (notes.engine.backend, notes.engine.draft, notes.notices) == ("lead", True, ())
    assert notes.engine.revision == f"rapidfuzz {version('rapidfuzz')}"


def test_backend_of_the_page_keeps_the_contract(lead, monkeypatch):
    test_every_option_is_described(lead)
    test_options_are_frozen(lead)
    test_unknown_option_is_refused(lead)
    test_backend_implements_all_that_its_stage_asks_for(lead)
    test_missing_package_gives_the_install_line(lead, monkeypatch)


@pytest.mark.parametrize(
    "method",
    [
        Recognizer.recognize,
        Diarizer.diarize,
        Summarizer.summarize,
        ActionExtractor.extract,
        Translator.translate,
        MoodClassifier.classify,
    ],
)
def test_page_has_the_signature_that_a_stage_asks_for(method):
    [function] = ast.parse(textwrap.dedent(inspect.getsource(method))).body
    assert isinstance(function, ast.FunctionDef)
    signature = f"def {function.name}({ast.unparse(function.args)}) -> {ast.unparse(function.returns)}"
    assert f"\n{signature}\n" in PAGE.read_text(encoding="utf-8")


class Plain(Backend):
    stage, name, summary = "diarization", "plain", "nothing special"


def test_revision_is_the_version_of_the_package_that_holds_the_model(monkeypatch):
    monkeypatch.setattr(seam, "version", {"acme": "1.2"}.__getitem__)
    monkeypatch.setattr(Plain, "distribution", "acme")
    assert Plain.revision(None) == "acme 1.2"


def test_revision_of_a_missing_package_says_so(monkeypatch):
    def missing(name: str) -> str:
        raise PackageNotFoundError(name)

    monkeypatch.setattr(seam, "version", missing)
    monkeypatch.setattr(Plain, "distribution", "acme")
    assert Plain.revision(None) == "acme (not installed)"


def test_backend_without_a_package_is_built_in():
    assert Plain.revision(None) == "built in"


def test_provenance_names_backend_model_revision_and_device():
    engine = Plain(None, Device("cuda:0", "the only GPU")).engine("base")
    assert engine.model_dump() == {
        "stage": "diarization",
        "backend": "plain",
        "model": "base",
        "revision": "built in",
        "device": "cuda:0",
        "draft": False,
        "usage": None,
    }


def test_backend_is_closed_at_the_end_of_its_block():
    closed = []

    class Closing(Plain):
        def close(self) -> None:
            closed.append(self)

    with Closing(None, Device("cpu", "asked for")) as plain:
        assert closed == []
    assert closed == [plain]
