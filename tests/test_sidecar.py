"""What a person wrote down beside a recording; whatever is wrong with it, the recording is still used."""

import datetime as dt
import json
import os

import pytest

from tasks.audio.sidecar import find_sidecar, read_sidecar
from tasks.schema import Notice, NoticeKind, Participant, Sidecar

FULL = """
title: Garden committee
recorded_at: 2026-03-02T10:15:00Z
participants:
  - Helen
  - {name: Rob, aliases: [Robert, Bobby], role: treasurer}
speakers: {left: Helen, right: Rob}
language: en
agenda: [fence, water]
vocabulary: [Wisteria]
"""


@pytest.fixture
def read(tmp_path):
    """The sidecar of `talk.flac` with this content, and the messages about it."""

    def write_and_read(content: str | bytes, name: str = "talk.meta.yaml") -> tuple[Sidecar, list[str]]:
        (tmp_path / name).write_bytes(content if isinstance(content, bytes) else content.encode())
        sidecar, notices = read_sidecar(tmp_path / "talk.flac")
        assert all(notice.kind is NoticeKind.WARNING and notice.stage == "audio" for notice in notices)
        return sidecar, [notice.message for notice in notices]

    return write_and_read


def test_every_field_is_read(read):
    sidecar, messages = read(FULL)
    assert messages == []
    assert sidecar == Sidecar(
        title="Garden committee",
        recorded_at=dt.datetime(2026, 3, 2, 10, 15, tzinfo=dt.UTC),
        participants=(Participant(name="Helen"), Participant(name="Rob", aliases=("Robert", "Bobby"), role="treasurer")),
        speakers={"left": "Helen", "right": "Rob"},
        language="en",
        agenda=("fence", "water"),
        vocabulary=("Wisteria",),
    )


def test_link_is_not_followed(tmp_path):
    """It may lead to a file whose text must not stand in the minutes."""
    (tmp_path / "secret.conf").write_text("db: user: admin password: hunter2")
    (tmp_path / "talk.meta.yaml").symlink_to(tmp_path / "secret.conf")
    sidecar, [notice] = read_sidecar(tmp_path / "talk.flac")
    assert sidecar == Sidecar()
    assert notice.message == "the sidecar 'talk.meta.yaml' was ignored (it is a link, and links are not followed)"


def test_no_sidecar_is_no_problem(tmp_path):
    assert read_sidecar(tmp_path / "talk.flac") == (Sidecar(), ())


@pytest.mark.parametrize("content", ["", "# nothing yet\n", "{}", "---\n"])
def test_empty_sidecar_is_no_problem(read, content):
    assert read(content) == (Sidecar(), [])


@pytest.mark.parametrize(
    "name",
    ["talk.flac.meta.yaml", "talk.flac.meta.yml", "talk.flac.meta.json", "talk.meta.yaml", "talk.meta.yml", "talk.meta.json"],
)
def test_sidecar_is_found_under_each_name(read, name):
    assert read('{"title": "Garden"}', name) == (Sidecar(title="Garden"), [])


def test_sidecar_of_the_full_name_comes_first(tmp_path):
    for name in ("talk.meta.yaml", "talk.flac.meta.json"):
        (tmp_path / name).touch()
    assert find_sidecar(tmp_path / "talk.flac").name == "talk.flac.meta.json"


def test_folder_is_no_sidecar(tmp_path):
    (tmp_path / "talk.meta.yaml").mkdir()
    assert find_sidecar(tmp_path / "talk.flac") is None


@pytest.mark.parametrize(
    ("content", "reason"),
    [
        ("titel: Garden", "titel: Extra inputs are not permitted"),
        ("title: [a]", "title: Input should be a valid string"),
        ("- Helen", "top level: Input should be a valid dictionary or instance of Sidecar"),
        ("just a sentence", "top level: Input should be a valid dictionary or instance of Sidecar"),
        ("participants: [{nome: Rob}]", "participants.0.name: Field required"),
        ("participants: ['']", "participants.0.name: String should have at least 1 character"),
        ("recorded_at: 2026-13-45", "month must be in 1..12"),
        (b"title: caf\xe9", "'utf-8' codec can't decode byte 0xe9 in position 10: unexpected end of data"),
    ],
)
def test_wrong_sidecar_is_ignored_and_the_report_says_why(read, content, reason):
    assert read(content) == (Sidecar(), [f"the sidecar 'talk.meta.yaml' was ignored ({reason})"])


@pytest.mark.parametrize(
    "content", ["title: [", "a: b: c", "\ttitle: x", "title: 'x", "title: !!python/object/apply:os.getcwd []"]
)
def test_sidecar_that_is_no_yaml_is_ignored_with_the_place(read, content):
    sidecar, (message,) = read(content)
    assert sidecar == Sidecar()
    assert message.startswith("the sidecar 'talk.meta.yaml' was ignored (")
    assert "line 1, column " in message
    assert "\n" not in message


@pytest.mark.parametrize("content", ["[" * 800, "title: !!bool maybe", "recorded_at: !!timestamp soon"])
def test_sidecar_on_which_the_parser_stumbles_is_ignored(read, content):
    sidecar, messages = read(content)
    assert (sidecar, len(messages)) == (Sidecar(), 1)


def test_huge_sidecar_is_ignored_unread(read):
    content = "title: Garden\n" + "#" * (1 << 20)
    assert read(content) == (Sidecar(), ["the sidecar 'talk.meta.yaml' was ignored (larger than 1 MB)"])


@pytest.mark.parametrize(("content", "name"), [("title: Garden", "talk.meta.yaml"), ('{"title": "Garden"}', "talk.meta.json")])
def test_byte_order_mark_is_no_problem(read, content, name):
    assert read(content.encode("utf-8-sig"), name) == (Sidecar(title="Garden"), [])


@pytest.mark.parametrize("indent", [None, 2, "\t"])
def test_json_is_read_as_json(read, indent):
    content = json.dumps({"title": "Garden 🌱", "participants": ["Hoà"]}, indent=indent)
    expected = Sidecar(title="Garden 🌱", participants=(Participant(name="Hoà"),))
    assert read(content, "talk.meta.json") == (expected, [])


def test_day_alone_is_a_date(read):
    sidecar, _ = read("recorded_at: 2026-03-02")
    assert sidecar.recorded_at == dt.datetime(2026, 3, 2)


@pytest.mark.parametrize("content", ["recorded_at: 20260302", "recorded_at: 2026"])
def test_number_is_never_taken_for_seconds_since_1970(read, content):
    sidecar, _ = read(content)
    assert sidecar.recorded_at in (None, dt.datetime(2026, 3, 2))


def test_sidecar_is_left_as_it_was(read, tmp_path):
    read(FULL)
    assert [(path.name, path.read_text()) for path in tmp_path.iterdir()] == [("talk.meta.yaml", FULL)]


def test_a_malformed_sidecar_of_a_name_that_is_no_text_is_told(tmp_path):
    name = os.fsdecode(b"caf\xe9")
    (tmp_path / f"{name}.meta.yaml").write_text("participants: 7")
    _, [notice] = read_sidecar(tmp_path / f"{name}.mp3")
    assert notice.message.startswith("the sidecar 'caf\\xe9.meta.yaml' was ignored")
    assert Notice.model_validate_json(notice.model_dump_json()) == notice
