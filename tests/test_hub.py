"""Snapshots of the Hugging Face Hub: fetched from a Hub of the test's own, whole and right or not at all."""

import hashlib
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from tasks.engine.base import ModelNeed
from tasks.errors import ConfigError, DependencyError, ResourceError
from tasks.models import download as downloading
from tasks.models.catalogue import CatalogueEntry, Listed
from tasks.models.needed import find, require_intact
from tasks.models.snapshots import delete_files, faulty_files, find_snapshot, hub_cache
from tests.hub_server import COMMIT, FILES, TINY, WEIGHTS, fetched


def test_fetched_model_is_found_without_the_network(hub, unplugged):
    folder = fetched(TINY)
    unplugged()
    assert find_snapshot(TINY) == fetched(TINY) == folder
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS


def test_weights_that_may_hold_code_are_not_fetched(hub):
    assert sorted(path.name for path in fetched(TINY).iterdir()) == ["README.md", "config.json", "model.safetensors"]


def test_model_without_safetensors_is_refused(hub):
    del hub.files["model.safetensors"]
    with pytest.raises(DependencyError, match=r"has no weights as safetensors, .* revision: refs/pr/1"):
        fetched(TINY)


def test_found_model_has_revision_size_and_licence(hub):
    fetched(TINY)
    found = find(TINY)
    assert (found.revision, found.licence) == (COMMIT, "apache-2.0")
    assert found.size_bytes == sum(len(FILES[name]) for name in ("config.json", "model.safetensors", "README.md"))


def test_pinned_commit_is_fetched_and_found(hub):
    need = ModelNeed("hub", "team/tiny", COMMIT)
    fetched(need)
    assert find(need).revision == COMMIT


def test_whole_model_is_not_asked_for_again(hub):
    fetched(TINY)
    hub.asked.clear()
    fetched(TINY)
    assert hub.asked == []


def test_model_that_was_never_fetched_names_both_ways_out():
    with pytest.raises(DependencyError) as caught:
        find_snapshot(TINY)
    assert str(caught.value) == (
        "model 'team/tiny': is not on this machine."
        " Fetch it with `minutes models pull` and the same --config; the smallest is --config embedded, 180 MB."
    )


@pytest.mark.parametrize("status", [401, 403])
@pytest.mark.parametrize("files_only", [False, True])
def test_gated_model_says_how_to_be_let_in(hub, status, files_only):
    hub.refuse, hub.refuse_files = (status, "GatedRepo"), files_only
    with pytest.raises(DependencyError) as caught:
        fetched(TINY)
    assert str(caught.value) == (
        "model 'team/tiny': is gated, and HF_TOKEN is not set. Accept its terms at https://huggingface.co/team/tiny,"
        " put a token of https://huggingface.co/settings/tokens into HF_TOKEN, and pull again."
    )


def test_token_of_the_environment_is_sent_and_never_shown(hub, monkeypatch):
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    hub.refuse = (403, "GatedRepo")
    with pytest.raises(DependencyError, match="the account of HF_TOKEN has no access yet") as caught:
        fetched(TINY)
    headers = {name.lower(): value for name, value in hub.asked[0][2].items()}
    assert headers["authorization"] == "Bearer hf_secret"
    assert "hf_secret" not in str(caught.value)


def test_token_of_a_file_is_not_sent(hub):
    (hub_cache().parent / "token").parent.mkdir(parents=True, exist_ok=True)
    (hub_cache().parent / "token").write_text("hf_other")
    fetched(TINY)
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
        fetched(TINY)


def test_unknown_revision_is_named(hub):
    with pytest.raises(DependencyError, match=r"model 'team/tiny' at 'v9': has no revision 'v9'. See https://.*/commits/main"):
        fetched(ModelNeed("hub", "team/tiny", "v9"))


def test_hub_out_of_reach_says_what_to_check(online, monkeypatch):
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    with pytest.raises(
        DependencyError, match=r"the Hub cannot be reached. Check the network and HF_ENDPOINT and pull again, or copy"
    ):
        fetched(TINY)


def test_offline_mode_is_named(hub, unplugged):
    unplugged()
    with pytest.raises(DependencyError, match=r"HF_HUB_OFFLINE is set. Unset HF_HUB_OFFLINE and pull again"):
        fetched(TINY)


def test_name_that_cannot_be_an_id_is_a_config_error(hub):
    with pytest.raises(ConfigError, match=r"'a b': is neither a folder nor the id of a Hub model. An id is OWNER/NAME"):
        fetched(ModelNeed("hub", "a b"))


def test_altered_download_is_deleted_and_named(hub):
    hub.altered = True
    with pytest.raises(
        DependencyError, match=r"model.safetensors: what arrived has another hash than its publisher gives out, and was deleted"
    ):
        fetched(TINY)
    hub.altered = False
    assert (fetched(TINY) / "model.safetensors").read_bytes() == WEIGHTS


@pytest.mark.parametrize("name", ["model.safetensors", "config.json"])
def test_damage_on_the_disk_is_found_and_repaired(hub, name):
    path = fetched(TINY) / name
    path.resolve().write_bytes(FILES[name][:-1])
    with pytest.raises(DependencyError, match=f"{name} is cut short or altered. Pull it again: minutes models pull"):
        require_intact(TINY)
    fetched(TINY)
    assert (path.read_bytes(), faulty_files(TINY)) == (FILES[name], [])


def test_missing_file_of_a_snapshot_is_noticed_and_fetched(hub):
    path = fetched(TINY) / "config.json"
    path.unlink()
    with pytest.raises(DependencyError, match=r"was not fetched whole. Run `minutes models pull` again"):
        find_snapshot(TINY)
    fetched(TINY)
    assert path.read_bytes() == b"{}"


# What a Hub may say that must not be believed


@pytest.fixture
def precious(tmp_path) -> Path:
    path = tmp_path / "precious.safetensors"
    path.write_bytes(b"not yours")
    return path


@pytest.mark.parametrize(
    "name",
    [
        "/etc/model.safetensors",
        "../../../../precious.safetensors",
        "sub/../../x.json",
        "./config.json",
        "a//b.json",
        "..",
        "C:\\x.json",
        "sub\\..\\x.json",
        "nul\0.json",
        "line\nbreak.json",
    ],
)
def test_listing_that_leads_out_of_the_repository_is_refused(hub, name):
    hub.listed[name] = b"{}"
    with pytest.raises(DependencyError) as caught:
        fetched(TINY)
    assert "the Hub's listing of it cannot be believed (a file named" in str(caught.value)
    assert "\n" not in str(caught.value)
    assert not any("/resolve/" in path for _, path, _ in hub.asked)


def test_hostile_listing_deletes_nothing(hub, precious):
    hub.listed[str(precious)] = b"other content"
    hub.listed[os.path.relpath(precious, hub_cache() / "models--team--tiny" / "snapshots" / COMMIT)] = b"other content"
    for _ in range(2):
        with pytest.raises(DependencyError, match="cannot be believed"):
            fetched(TINY)
    assert precious.read_bytes() == b"not yours"


def test_hostile_note_in_the_cache_is_not_believed(hub, precious):
    folder = fetched(TINY)
    note = folder.parent.parent / "minutes" / f"{COMMIT}.json"
    note.write_text(f'{{"{precious}": {{"size": 1, "sha256": "{"0" * 64}"}}}}')
    assert faulty_files(TINY) == []
    fetched(TINY)
    assert precious.read_bytes() == b"not yours"


def test_link_in_a_snapshot_never_takes_its_target_along(hub, precious):
    path = fetched(TINY) / "config.json"
    path.unlink()
    path.symlink_to(precious)
    assert faulty_files(TINY) == [path]
    assert (fetched(TINY) / "config.json").read_bytes() == b"{}"
    assert precious.read_bytes() == b"not yours"


def test_only_links_are_deleted_of_what_lies_elsewhere(tmp_path, precious):
    link = tmp_path / "snapshots" / "1" / "x.bin"
    link.parent.mkdir(parents=True, exist_ok=True)
    link.symlink_to(precious)
    delete_files([link])
    assert (link.is_symlink(), precious.read_bytes()) == (False, b"not yours")


@pytest.mark.parametrize(
    "answer",
    [b"[]", b"no json", b'[{"type": "file"}]', b'{"error": "x"}', b'[{"type": "file", "path": "a", "size": -1, "oid": "b"}]'],
)
def test_answer_that_is_no_listing_is_one_sentence(hub, answer):
    hub.tree = answer
    with pytest.raises(DependencyError, match=r"^model 'team/tiny'.*(cannot be believed|has no file that is read here)"):
        fetched(TINY)


def test_large_file_is_listed_with_the_id_of_its_pointer_and_kept(hub):
    """As the real Hub does it: what `oid` names is not the content of a large file."""
    folder = fetched(TINY)
    assert (folder / "model.safetensors").read_bytes() == WEIGHTS
    assert faulty_files(TINY) == []
    require_intact(TINY)


# Interrupted


def test_pull_goes_on_where_it_was_killed(hub):
    pinned = ModelNeed("hub", "team/tiny", COMMIT)
    code = "from tests.hub_server import *; fetched(ModelNeed('hub', 'team/tiny', COMMIT))"
    hub.slow_after = 300_000
    killed = subprocess.Popen([sys.executable, "-c", code], cwd=Path(__file__).parent.parent)
    assert hub.slow.wait(60)
    while not any(path.stat().st_size >= 262_144 for path in hub_cache().rglob("*.partial")):
        time.sleep(0.01)
    killed.kill()
    killed.wait()
    with pytest.raises(DependencyError, match="was not fetched whole"):
        find_snapshot(pinned)
    hub.slow_after = None
    hub.resume.set()
    hub.asked.clear()
    assert (fetched(pinned) / "model.safetensors").read_bytes() == WEIGHTS
    [begun_at] = [headers["Range"] for _, path, headers in hub.asked if path.endswith("model.safetensors")]
    assert begun_at == "bytes=262144-"


def test_full_disk_is_one_sentence_and_leaves_nothing_half_written(hub, monkeypatch):
    def full(handle: int) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(downloading.os, "fsync", full)
    with pytest.raises(ResourceError, match=r"^model 'team/tiny': the disk is full. Free some space, or put the cache"):
        fetched(TINY)
    with pytest.raises(DependencyError, match="is not on this machine"):
        find_snapshot(TINY)


def test_disk_that_is_too_small_is_named_before_anything_is_fetched(hub, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1000}))
    with pytest.raises(ResourceError, match=r"needs 1 MB while it is fetched, and 0 MB are free"):
        fetched(TINY)
    assert not any("/resolve/" in path for _, path, _ in hub.asked)


def test_model_of_another_publisher_is_fetched_from_its_server_without_the_token(hub, monkeypatch):
    config = FILES["config.json"]
    entry = CatalogueEntry(
        name="tiny",
        kind="hub",
        id="team/tiny",
        commit=COMMIT,
        server=hub.url,
        what="a test",
        licence="MIT",
        languages="none",
        memory_mb={"fp32": 1},
        files={"config.json": Listed(size=len(config), sha256=hashlib.sha256(config).hexdigest())},
    )
    monkeypatch.setattr("tasks.models.catalogue.catalogue", lambda: (entry,))
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setenv("HF_TOKEN", "hf_secret")
    folder = fetched(ModelNeed("hub", "team/tiny", COMMIT, ("config.json",)))
    assert (folder / "config.json").read_bytes() == config
    assert not any("authorization" in {name.lower() for name in headers} for _, _, headers in hub.asked)
