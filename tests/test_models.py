"""The models of a configuration: listed, fetched, checked and converted, against a Hub and a server of the test's own."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

from configs.load import load_config
from flows import models as flow
from flows.cli import main
from tasks.diarization.campplus import Campplus
from tasks.engine.base import ModelNeed
from tasks.errors import ConfigError, DependencyError
from tasks.models import needed
from tasks.models.needed import find, require_intact
from tasks.models.weights import fetch_weights
from tasks.models.whisper_weights import KnownModel
from tasks.transcription.faster_whisper import FasterWhisper
from tests.hub_server import COMMIT, TINY, WEIGHTS, Hub, fetched

# Checkpoints of openai-whisper


@pytest.fixture
def model(hub) -> KnownModel:
    """A checkpoint that the server has at an address of the official form."""
    sha256 = hashlib.sha256(WEIGHTS).hexdigest()
    hub.files[f"models/{sha256}/tiny.pt"] = WEIGHTS
    return KnownModel("tiny", f"{hub.url}/models/{sha256}/tiny.pt")


def partial(model: KnownModel) -> Path:
    return model.path.with_name("tiny.pt.partial")


def test_checkpoint_is_fetched_to_where_the_library_looks(model):
    steps = []
    path = fetch_weights(model, lambda done, total: steps.append((done, total)))
    assert path == Path(os.environ["XDG_CACHE_HOME"]) / "whisper" / "tiny.pt"
    assert path.read_bytes() == WEIGHTS
    assert steps[-1] == (len(WEIGHTS), len(WEIGHTS))
    assert not partial(model).exists()


def test_checkpoint_that_is_right_is_not_asked_for_again(hub, model):
    fetch_weights(model)
    hub.asked.clear()
    fetch_weights(model)
    assert hub.asked == []


def test_checkpoint_goes_on_where_it_stopped(hub, model):
    partial(model).parent.mkdir(parents=True)
    partial(model).write_bytes(WEIGHTS[:1000])
    assert fetch_weights(model).read_bytes() == WEIGHTS
    assert [headers["range"] for _, _, headers in lowered(hub)] == ["bytes=1000-"]


def test_connection_lost_halfway_is_taken_up_again(hub, model):
    hub.cut_after = 300_000
    assert fetch_weights(model).read_bytes() == WEIGHTS
    assert len(hub.asked) == 2


def test_complete_part_of_an_interrupted_run_is_only_verified(model):
    partial(model).parent.mkdir(parents=True)
    partial(model).write_bytes(WEIGHTS)
    assert fetch_weights(model).read_bytes() == WEIGHTS


def test_altered_checkpoint_is_deleted_and_named(hub, model):
    hub.altered = True
    with pytest.raises(
        DependencyError, match=r"'tiny': what arrived has another hash than its publisher gives out, and was deleted. Pull again"
    ):
        fetch_weights(model)
    assert not partial(model).exists()
    assert not model.path.exists()


def test_cut_checkpoint_on_the_disk_is_fetched_anew(model):
    model.path.parent.mkdir(parents=True)
    model.path.write_bytes(WEIGHTS[:-1])
    assert fetch_weights(model).read_bytes() == WEIGHTS


@pytest.mark.parametrize(
    ("url", "message"),
    [
        (
            "http://127.0.0.1:1/{sha}/tiny.pt",
            "its server cannot be reached. Check the network and pull again, or copy tiny.pt from",
        ),
        ("{hub}/nothing/{sha}/tiny.pt", "its server answered with status 404. Run `minutes models pull` again"),
    ],
)
def test_server_without_the_checkpoint_is_named(hub, url, message):
    with pytest.raises(DependencyError, match=message):
        fetch_weights(KnownModel("tiny", url.format(hub=hub.url, sha="0" * 64)))


def test_checkpoint_is_not_fetched_in_offline_mode(model, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with pytest.raises(DependencyError, match="HF_HUB_OFFLINE is set"):
        fetch_weights(model)


def lowered(hub: Hub) -> list[tuple[str, str, dict[str, str]]]:
    return [(method, path, {name.lower(): value for name, value in headers.items()}) for method, path, headers in hub.asked]


# The commands


@pytest.fixture
def needs(monkeypatch):
    """Lets the embedded configuration need these models and no others; the recognizer opens without them."""
    monkeypatch.setattr(Campplus, "models", classmethod(lambda cls, options: ()))

    def set_needs(*wanted: ModelNeed) -> None:
        monkeypatch.setattr(FasterWhisper, "models", classmethod(lambda cls, options: wanted))

    return set_needs


@pytest.fixture
def minutes(monkeypatch, capsys):
    monkeypatch.setattr("flows.cli.app.quiet_libraries", lambda debug: None)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["minutes", *words])
        with pytest.raises(SystemExit) as stop:
            main()
        return stop.value.code or 0, *capsys.readouterr()

    return run


def test_configuration_that_needs_nothing_says_so(minutes):
    assert minutes("models", "list", "--config", "api", "--set", "diarization.backend=none")[:2] == (
        0,
        "nothing: the engines of configuration api (asked for with --config) need no models; another one: --config NAME\n",
    )


def test_pull_then_list_then_check(minutes, needs, hub, unplugged):
    needs(TINY)
    assert json.loads(minutes("models", "list", "--json")[1])[0]["cached"] is False
    assert minutes("models", "pull")[0] == 0
    unplugged()
    (row,) = json.loads(minutes("models", "list", "--json")[1])
    assert (row["stage"], row["backend"], row["model"], row["revision"]) == (
        "transcription",
        "faster-whisper",
        "team/tiny",
        COMMIT,
    )
    assert (row["cached"], row["licence"], row["problem"]) == (True, "apache-2.0", None)
    assert minutes("models", "check")[0] == 0


def test_table_has_a_line_for_each_model_and_each_problem(minutes, needs, hub):
    fetched(TINY)
    needs(TINY, ModelNeed("hub", "team/none"))
    code, out, err = minutes("models", "list")
    lines = out.splitlines()
    assert lines[1].split() == ["ok", "transcription", "faster-whisper", "team/tiny", COMMIT, "1", "MB", "apache-2.0"]
    assert lines[3].startswith("fix model 'team/none': is not on this machine. Fetch it with `minutes models pull`")
    assert (code, err) == (0, "")


def test_one_model_that_cannot_be_had_does_not_stop_the_others(minutes, needs, hub):
    needs(ModelNeed("hub", "team/none"), TINY)
    code, out, _ = minutes("models", "pull", "--json")
    assert [row["cached"] for row in json.loads(out)] == [False, True]
    assert json.loads(out)[0]["problem"].startswith("model 'team/none': is not on the Hub, or is private.")
    assert code == 1


def test_check_fails_for_a_model_that_is_not_there(minutes, needs):
    needs(TINY)
    code, out, _ = minutes("models", "check")
    assert "fix model 'team/tiny': is not on this machine." in out
    assert code == 1


def test_check_fails_for_damage(minutes, needs, hub):
    needs(TINY)
    (fetched(TINY) / "model.safetensors").resolve().write_bytes(b"short")
    code, out, _ = minutes("models", "check")
    assert "fix model 'team/tiny': model.safetensors is cut short or altered. Pull it again: minutes models pull" in out
    assert code == 1


def test_check_fails_for_an_engine_that_does_not_open(minutes, needs, hub, monkeypatch):
    def refuse(self, options, device):
        raise DependencyError("cannot be opened: it is empty.", where="model 'team/tiny'")

    needs(TINY)
    fetched(TINY)
    monkeypatch.setattr(FasterWhisper, "__init__", refuse)
    code, out, _ = minutes("models", "check")
    assert "fix model 'team/tiny': cannot be opened: it is empty." in out
    assert code == 1


def test_checkpoint_is_pulled_listed_and_checked_by_name(minutes, needs, model, monkeypatch):
    monkeypatch.setattr(needed, "known_models", lambda: {"tiny": model})
    needs(ModelNeed("whisper-weights", "tiny"))
    assert minutes("models", "pull")[0] == 0
    (row,) = json.loads(minutes("models", "check", "--json")[1])
    assert (row["revision"], row["licence"], row["problem"]) == (f"sha256 {model.sha256[:12]}", "MIT", None)
    model.path.write_bytes(b"short")
    code, out, _ = minutes("models", "check")
    assert "it is cut short or was altered. Pull it again: minutes models pull" in out
    assert code == 1


def test_file_with_another_hash_than_the_pinned_one_is_named(tmp_path):
    (tmp_path / "mine.pt").write_bytes(b"mine")
    with pytest.raises(DependencyError, match=r"mine.pt': has the sha256 \w+ instead of 00*\. Correct the hash"):
        require_intact(ModelNeed("local", str(tmp_path / "mine.pt"), "0" * 64))


def test_local_model_that_is_not_there_is_named(tmp_path):
    with pytest.raises(DependencyError, match=r"nowhere': is not there. Correct the path, or make it: minutes models convert"):
        find(ModelNeed("local", str(tmp_path / "nowhere")))


def test_local_model_has_its_size(tmp_path):
    (tmp_path / "model.bin").write_bytes(b"12345")
    assert find(ModelNeed("local", str(tmp_path))).size_bytes == 5


def test_help_of_models_loads_nothing_heavy():
    code = "import atexit, sys; atexit.register(lambda: print(*sys.modules)); from flows.cli import main; main()"
    done = subprocess.run([sys.executable, "-c", code, "models", "--help"], capture_output=True, text=True, check=True)
    loaded = {name.partition(".")[0] for name in done.stdout.split()}
    assert not loaded & {"torch", "transformers", "huggingface_hub", "ctranslate2", "faster_whisper", "numpy", "httpx"}


# Conversion; what comes out is heard in test_faster_whisper.py


def test_unknown_quantization_is_answered_with_the_nearest(tmp_path):
    with pytest.raises(ConfigError, match=r"no quantization 'int9'; known: float32, .*Did you mean 'int8'\?"):
        flow.convert_model(tmp_path, tmp_path / "out", "int9")


def test_conversion_never_writes_over_anything(tmp_path):
    pytest.importorskip("faster_whisper")
    (tmp_path / "out").mkdir()
    with pytest.raises(ConfigError, match=r"exists already. Choose another name"):
        flow.convert_model(tmp_path, tmp_path / "out", "int8")


@pytest.mark.parametrize("content", [b"", b"no checkpoint", WEIGHTS])
def test_source_that_is_no_checkpoint_leaves_nothing_behind(tmp_path, content):
    pytest.importorskip("faster_whisper")
    (tmp_path / "bad.pt").write_bytes(content)
    with pytest.raises(ConfigError, match="Name a checkpoint of openai-whisper or a Hugging Face folder"):
        flow.convert_model(tmp_path / "bad.pt", tmp_path / "out", "int8")
    assert [path.name for path in tmp_path.iterdir()] == ["bad.pt"]


def test_folder_with_pickles_only_is_refused(tmp_path):
    pytest.importorskip("faster_whisper")
    (tmp_path / "source").mkdir()
    (tmp_path / "source" / "pytorch_model.bin").write_bytes(b"a pickle")
    with pytest.raises(ConfigError, match="has no weights as safetensors, and others are not loaded because they may hold code"):
        flow.convert_model(tmp_path / "source", tmp_path / "out", "int8")


def test_installed_extra_is_asked_for_before_converting(tmp_path, monkeypatch):
    monkeypatch.setattr("tasks.engine.base.find_spec", lambda name: None)
    with pytest.raises(DependencyError, match=r"Install it: pip install 'audio-minutes\[faster-whisper\]'"):
        flow.convert_model(tmp_path, tmp_path / "out", "int8")


def test_needs_of_a_configuration_are_those_of_its_backends(needs):
    needs(TINY)
    assert [row.model for row in flow.list_models(load_config("embedded"))] == ["team/tiny"]
