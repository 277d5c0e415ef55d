"""A data set of the Hub, from one of the test's own, as a folder of recordings with their words."""

import io

import pytest

from configs.load import load_config
from flows.evaluate import references_in
from flows.folder.classify import Order
from tasks.errors import ConfigError, DependencyError
from tasks.evaluation.dataset import dataset_need, lay_out
from tests.builders import tone, write_audio
from tests.hub_server import COMMIT, Hub, serve

pa = pytest.importorskip("pyarrow")
SOURCE = f"team/tiny@{COMMIT}"


def parquet(column: str, rows: list[tuple[bytes | None, str | None]], audio: str = "audio") -> bytes:
    """As data sets of speech lie on the Hub."""
    from pyarrow.parquet import write_table

    table = pa.table(
        {
            "speaker_id": [f"VIVOSDEV{number:02d}" for number in range(len(rows))],
            audio: [{"bytes": sound, "path": "a.wav"} for sound, _ in rows],
            column: [words for _, words in rows],
        }
    )
    file = io.BytesIO()
    write_table(table, file)
    return file.getvalue()


@pytest.fixture
def sound(tmp_path) -> bytes:
    return write_audio(tmp_path / "tone.wav", tone(0.5)).read_bytes()


@pytest.fixture
def datasets(online, monkeypatch, tmp_path):
    """A Hub with one data set, empty yet."""
    monkeypatch.setenv("HF_HUB_CACHE", str(tmp_path / "cache"))
    with serve(Hub(of="datasets")) as running:
        monkeypatch.setenv("HF_ENDPOINT", running.url)
        yield running


@pytest.mark.parametrize(
    ("column", "file", "words"),
    [
        pytest.param("text", "ihm/test-00000-of-00001.parquet", "WELL WE SHOULD START", id="AMI"),
        pytest.param("sentence", "default/test/0000.parquet", "tiếng việt có dấu", id="VIVOS"),
    ],
)
def test_rows_become_recordings_with_their_words(datasets, tmp_path, sound, column, file, words):
    datasets.files = {
        file: parquet(column, [(sound, words), (sound, None), (None, "lost"), (sound, f"{words} again"), (sound, "x")])
    }
    folder, need = tmp_path / "laid", dataset_need(SOURCE, file.rsplit("/", 1)[0] + "/*")
    assert lay_out(need, folder, most=2) == 2
    found = references_in(Order(folder, load_config("embedded", environ={}), tmp_path / "out"))
    assert [(path.name, each.words) for path, each in found.items()] == [("00001.wav", words), ("00002.wav", f"{words} again")]
    assert (folder / "clips" / "00001.wav").read_bytes() == sound


def test_the_second_time_nobody_is_asked_and_nothing_is_changed(datasets, tmp_path, sound):
    datasets.files = {"data/test-0.parquet": parquet("text", [(sound, "words")]), "data/train-0.parquet": b"never fetched"}
    need = dataset_need(SOURCE, "data/test-*")
    lay_out(need, tmp_path / "laid", 5)
    assert not [path for _, path, _ in datasets.asked if "train-0" in path]
    datasets.asked.clear()
    lay_out(need, tmp_path / "laid", 5)
    assert datasets.asked == []


def test_a_list_of_somebody_else_is_not_written_over(datasets, tmp_path, sound):
    datasets.files = {"data/test-0.parquet": parquet("text", [(sound, "words")])}
    (tmp_path / "refs.jsonl").write_text("mine")
    with pytest.raises(ConfigError, match="is another file of that name"):
        lay_out(dataset_need(SOURCE, "data/test-*"), tmp_path, 5)
    assert (tmp_path / "refs.jsonl").read_text() == "mine"


@pytest.mark.parametrize(
    ("make", "message"),
    [
        (lambda sound: parquet("label", [(sound, "x")]), "it has no column of words"),
        (lambda sound: parquet("text", [(b"strange", "x")]), "its sound is of no kind that is known here"),
        (lambda sound: b"no parquet", "'test-0.parquet' is no Parquet file that can be read"),
    ],
)
def test_data_set_that_cannot_be_used_says_why(datasets, tmp_path, sound, make, message):
    datasets.files = {"data/test-0.parquet": make(sound)}
    with pytest.raises(DependencyError, match=message):
        lay_out(dataset_need(SOURCE, "data/test-*"), tmp_path / "laid", 5)


def test_gated_data_set_says_how_to_be_let_in(datasets, tmp_path):
    datasets.refuse = (401, "GatedRepo")
    with pytest.raises(DependencyError) as caught:
        lay_out(dataset_need(SOURCE, "data/test-*"), tmp_path, 5)
    assert str(caught.value).startswith(
        f"data set 'team/tiny' at '{COMMIT}': is gated, and HF_TOKEN is not set. Accept its terms at"
        " https://huggingface.co/datasets/team/tiny, put a token"
    )


@pytest.mark.parametrize("source", ["team/tiny", "tiny@main", "/data/tiny@main"])
def test_data_set_is_named_by_id_and_revision(source):
    with pytest.raises(ConfigError, match=r"is no data set with a revision\. Name it with the commit"):
        dataset_need(source, "*")
