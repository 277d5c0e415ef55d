"""Results on disk under the hash of everything that made them."""

import subprocess
import sys

import pytest
from pydantic import ValidationError

from tasks.schema import Diarization, Interval, Recognition
from tasks.store import Ref, Store, digest
from tests.builders import engine, interval, segment

RESULT = Recognition(segments=(segment(1, "Chào buổi sáng 🌱"),), engine=engine())
KEY = digest("anything")


@pytest.fixture
def store(tmp_path) -> Store:
    return Store(tmp_path / "work")


def test_saved_result_is_loaded_equal(store):
    store.save("transcription", KEY, RESULT)
    assert store.load("transcription", KEY, Recognition) == RESULT


@pytest.mark.parametrize(("stage", "key"), [("transcription", digest("other")), ("diarization", KEY)])
def test_other_key_or_stage_holds_nothing(store, stage, key):
    store.save("transcription", KEY, RESULT)
    assert store.load(stage, key, Recognition) is None


@pytest.mark.parametrize("content", [b"", b"{", b"\xff\xfe", b"[]", RESULT.model_dump_json().encode()[:-20]])
def test_damaged_result_counts_as_none(store, content):
    store.save("transcription", KEY, RESULT).write_bytes(content)
    assert store.load("transcription", KEY, Recognition) is None


def test_result_of_another_type_counts_as_none(store):
    store.save("transcription", KEY, RESULT)
    assert store.load("transcription", KEY, Diarization) is None


def test_results_lie_in_one_folder_per_stage(store):
    path = store.save("transcription", KEY, RESULT)
    assert path == store.folder / "transcription" / f"{KEY[:32]}.json"


def test_reference_leads_back_to_the_result(store):
    path = store.save("transcription", KEY, RESULT)
    ref = Ref.to("transcription", path, RESULT, cached=False, seconds=1.5)
    assert Ref.model_validate_json(ref.model_dump_json()).load(Recognition) == RESULT


def test_reference_to_a_deleted_result_fails(store):
    path = store.save("transcription", KEY, RESULT)
    ref = Ref.to("transcription", path, RESULT, cached=False, seconds=1.5)
    path.unlink()
    with pytest.raises(FileNotFoundError):
        ref.load(Recognition)


def test_reference_is_read_strictly_as_its_type(store):
    path = store.save("transcription", KEY, RESULT)
    with pytest.raises(ValidationError):
        Ref.to("transcription", path, RESULT, cached=False, seconds=0).load(Interval)


def test_digest_of_a_reference_follows_the_content_only(tmp_path):
    def ref(where, result):
        return Ref.to("s", tmp_path / where, result, cached=where == "a", seconds=len(where))

    assert ref("a", interval(1, 2)).digest == ref("bb", interval(1, 2)).digest
    assert ref("a", interval(1, 2)).digest != ref("a", interval(1, 3)).digest


def test_digest_ignores_the_order_of_keys():
    assert digest({"a": 1, "b": 2}) == digest({"b": 2, "a": 1})


@pytest.mark.parametrize("other", [["a", "b", 2], ["b", "a"], ["ab"], [["a"], "b"], ["a", None], "a,b"])
def test_digest_differs_when_anything_differs(other):
    assert digest(other) != digest(["a", "b"])


def test_digest_is_the_same_in_every_process():
    code = "from tasks.store import digest; print(digest({'tuần': {'b': 0.1, 'a': [1, None]}}))"
    printed = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert printed.stdout.strip() == digest({"tuần": {"b": 0.1, "a": [1, None]}})
