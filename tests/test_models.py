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
from tasks.backend import ModelNeed
from tasks.errors import ConfigError, DependencyError
from tasks.models import needed
from tasks.models.hub import faulty_files, fetch_snapshot, find_snapshot, hub_cache
from tasks.models.needed import find, require_intact
from tasks.models.weights import fetch_weights
from tasks.transcription.pocketsphinx import PocketSphinx
from tasks.transcription.whisper.weights import KnownModel
from tests.hub_server import COMMIT, Hub, serve

TINY = ModelNeed("hub", "team/tiny")
WEIGHTS = bytes(range(256)) * 2000
CARD = b"---\nlicense: apache-2.0\n---\n# Tiny\n"
FILES = {"config.json": b"{}", "model.safetensors": WEIGHTS, "pytorch_model.bin": b"a pickle", "README.md": CARD}


@pytest.fixture
def online(monkeypatch):
    monkeypatch.delenv("HF_HUB_OFFLINE")
    monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", False)


@pytest.fixture
def hub(online, monkeypatch):
    """A Hub with one small model."""
    with serve(Hub(dict(FILES))) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


@pytest.fixture
def unplugged(hub, monkeypatch):
    """Cuts the network: whatever was fetched before must do."""

    def unplug() -> None:
        monkeypatch.setenv("HF_HUB_OFFLINE", "1")
        monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
        monkeypatch.setattr("huggingface_hub.constants.HF_HUB_OFFLINE", True)

    return unplug


# Snapshots of the Hub


def test_fetched_model_is_found_without_the_network(hub, unplugged):
    folder = fetch_snapshot(TINY)
    unplugged()
    assert find_snapshot(TINY) == fetch_snapshot(TINY) == folder
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS


def test_weights_that_may_hold_code_are_not_fetched(hub):
    assert sorted(path.name for path in fetch_snapshot(TINY).iterdir()) == ["README.md", "config.json", "model.safetensors"]


def test_model_without_safetensors_is_refused(hub):
    del hub.files["model.safetensors"]
    with pytest.raises(DependencyError, match=r"has no weights as safetensors, .* revision: refs/pr/1"):
        fetch_snapshot(TINY)


def test_found_model_has_revision_size_and_licence(hub):
    fetch_snapshot(TINY)
    found = find(TINY)
    assert (found.revision, found.licence) == (COMMIT, "apache-2.0")
    assert found.size_bytes == sum(len(FILES[name]) for name in ("config.json", "model.safetensors", "README.md"))


def test_pinned_commit_is_fetched_and_found(hub):
    need = ModelNeed("hub", "team/tiny", COMMIT)
    fetch_snapshot(need)
    assert find(need).revision == COMMIT


def test_whole_model_is_not_asked_for_again(hub):
    fetch_snapshot(TINY)
    hub.asked.clear()
    fetch_snapshot(TINY)
    assert hub.asked == []


def test_model_that_was_never_fetched_names_both_ways_out():
    with pytest.raises(DependencyError) as caught:
        find_snapshot(TINY)
    assert str(caught.value) == (
        "model 'team/tiny': is not on this machine."
        " Fetch it with `minutes models pull` and the same --config, or use --config embedded, which needs no download."
    )


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("files_only", [False, True])
def test_gated_model_says_how_to_be_let_in(hub, status, files_only):
    hub.refuse, hub.refuse_files = (status, "GatedRepo"), files_only
    with pytest.raises(DependencyError) as caught:
        fetch_snapshot(TINY)
    assert str(caught.value) == (
        "model 'team/tiny': is gated, and HF_TOKEN is not set. Accept its terms at https://huggingface.co/team/tiny,"
        " put a token of https://huggingface.co/settings/tokens into HF_TOKEN, and pull again."
    )


def test_token_of_the_environment_is_sent_and_never_shown(hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.refuse = (403, "GatedRepo")
    with pytest.raises(DependencyError, match="the account of HF_TOKEN has no access yet") as caught:
        fetch_snapshot(TINY)
    headers = {name.lower(): value for name, value in hub.asked[0][2].items()}
    assert headers["authorization"] == "Bearer hf_secret"
    assert "hf_secret" not in str(caught.value)


def test_token_of_a_file_is_not_sent(hub):
    (hub_cache().parent / "token").parent.mkdir(parents=True)
    (hub_cache().parent / "token").write_text("hf_other")
    fetch_snapshot(TINY)
    assert not any("authorization" in {name.lower() for name in headers} for _, _, headers in hub.asked)


@pytest.mark.parametrize(
    ("refuse", "message"),
    [
        ((401, "RepoNotFound"), "is not on the Hub, or is private. Check the spelling"),
        ((503, ""), "the Hub answered with status 503. Run `minutes models pull` again"),
    ],
)
def test_refusal_of_the_hub_is_explained(hub, refuse, message):
    hub.refuse = refuse
    with pytest.raises(DependencyError, match=message):
        fetch_snapshot(TINY)


def test_unknown_revision_is_named(hub):
    with pytest.raises(DependencyError, match=r"model 'team/tiny' at 'v9': has no revision 'v9'. See https://.*/commits/main"):
        fetch_snapshot(ModelNeed("hub", "team/tiny", "v9"))


def test_hub_out_of_reach_says_what_to_check(online, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    with pytest.raises(
        DependencyError, match=r"the Hub cannot be reached. Check the network and HF_ENDPOINT and pull again, or copy"
    ):
        fetch_snapshot(TINY)


def test_offline_mode_is_named(hub, unplugged):
    unplugged()
    with pytest.raises(DependencyError, match=r"HF_HUB_OFFLINE is set. Unset HF_HUB_OFFLINE and pull again"):
        fetch_snapshot(TINY)


def test_name_that_cannot_be_an_id_is_a_config_error(hub):
    with pytest.raises(ConfigError, match=r"'a b': is neither a folder nor the id of a Hub model. An id is OWNER/NAME"):
        fetch_snapshot(ModelNeed("hub", "a b"))


def test_altered_download_is_deleted_and_named(hub):
    hub.altered = True
    with pytest.raises(
        DependencyError, match=r"model.safetensors arrived with another content than the Hub lists, and was deleted"
    ):
        fetch_snapshot(TINY)
    hub.altered = False
    assert (fetch_snapshot(TINY) / "model.safetensors").read_bytes() == WEIGHTS


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_damage_on_the_disk_is_found_and_repaired(hub, name):
    path = fetch_snapshot(TINY) / name
    path.resolve().write_bytes(FILES[name][:-1])
    with pytest.raises(DependencyError, match=f"{name} is cut short or altered. Pull it again: minutes models pull"):
        require_intact(TINY)
    fetch_snapshot(TINY)
    assert (path.read_bytes(), faulty_files(TINY)) == (FILES[name], [])


def test_missing_file_of_a_snapshot_is_noticed_and_fetched(hub):
    path = fetch_snapshot(TINY) / "config.json"
    path.unlink()
    with pytest.raises(DependencyError, match=r"was not fetched whole. Run `minutes models pull` again"):
        find_snapshot(TINY)
    fetch_snapshot(TINY)
    assert path.read_bytes() == b"{}"


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
        DependencyError, match=r"'tiny': what arrived has the sha256 \w+ instead of \w+ and was deleted. Pull again"
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
            "127.0.0.1 cannot be reached. Check the network and pull again, or copy the file to",
        ),
        ("{hub}/nothing/{sha}/tiny.pt", "127.0.0.1 answered with status 404. Run `minutes models pull` again"),
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
    """Lets the embedded recognizer need these models; it opens without them."""

    def set_needs(*wanted: ModelNeed) -> None:
        monkeypatch.setattr(PocketSphinx, "models", classmethod(lambda cls, options: wanted))

    return set_needs


@pytest.fixture
def minutes(monkeypatch, capsys):
    monkeypatch.setattr("flows.cli.quiet_libraries", lambda debug: None)

    def run(*words: str) -> tuple[int, str, str]:
        monkeypatch.setattr(sys, "argv", ["minutes", *words])
        with pytest.raises(SystemExit) as stop:
            main()
        return stop.value.code or 0, *capsys.readouterr()

    return run


def test_configuration_that_needs_nothing_says_so(minutes):
    assert minutes("models", "list", "--config", "embedded")[:2] == (
        0,
        "nothing: all engines of this configuration bring their models along\n",
    )


def test_pull_then_list_then_check(minutes, needs, hub, unplugged):
    needs(TINY)
    assert json.loads(minutes("models", "list", "--json")[1])[0]["cached"] is False
    assert minutes("models", "pull")[0] == 0
    unplugged()
    (row,) = json.loads(minutes("models", "list", "--json")[1])
    assert (row["stage"], row["backend"], row["model"], row["revision"]) == ("transcription", "pocketsphinx", "team/tiny", COMMIT)
    assert (row["cached"], row["licence"], row["problem"]) == (True, "apache-2.0", None)
    assert minutes("models", "check")[0] == 0


def test_table_has_a_line_for_each_model_and_each_problem(minutes, needs, hub):
    fetch_snapshot(TINY)
    needs(TINY, ModelNeed("hub", "team/none"))
    code, out, err = minutes("models", "list")
    lines = out.splitlines()
    assert lines[1].split() == ["ok", "transcription", "pocketsphinx", "team/tiny", COMMIT, "1", "MB", "apache-2.0"]
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
    (fetch_snapshot(TINY) / "model.safetensors").resolve().write_bytes(b"short")
    code, out, _ = minutes("models", "check")
    assert "fix model 'team/tiny': model.safetensors is cut short or altered. Pull it again: minutes models pull" in out
    assert code == 1


def test_check_fails_for_an_engine_that_does_not_open(minutes, needs, hub, monkeypatch):
    def refuse(self, options, device):
        raise DependencyError("cannot be opened: it is empty.", where="model 'team/tiny'")

    needs(TINY)
    fetch_snapshot(TINY)
    monkeypatch.setattr(PocketSphinx, "__init__", refuse)
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
    monkeypatch.setattr("tasks.backend.find_spec", lambda name: None)
    with pytest.raises(DependencyError, match=r"Install it: pip install 'audio-minutes\[faster-whisper\]'"):
        flow.convert_model(tmp_path, tmp_path / "out", "int8")


def test_needs_of_a_configuration_are_those_of_its_backends(needs):
    needs(TINY)
    assert [row["model"] for row in flow.list_models(load_config("embedded"))] == ["team/tiny"]
