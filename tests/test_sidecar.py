"""What a person wrote down beside a recording; whatever is wrong with it, the recording is still used."""

import datetime as dt
import json
import os
import unicodedata

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
    assert notice.message == "the sidecar 'talk.meta.yaml' was ignored: it is a link, and links are not followed"


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
        ("- Helen", "top level should be a block of settings"),
        ("just a sentence", "top level should be a block of settings"),
        (b"title: caf\xe9", "'utf-8' codec can't decode byte 0xe9 in position 10: unexpected end of data"),
    ],
)
def test_wrong_sidecar_is_ignored_and_the_report_says_why(read, content, reason):
    assert read(content) == (Sidecar(), [f"the sidecar 'talk.meta.yaml' was ignored: {reason}"])


_NO_STRING = "should be text"
_NO_LIST = "should be a list"


@pytest.mark.parametrize(
    ("wrong", "named"),
    [
        ("titel: Garden", ["titel (is unknown)"]),
        ("title: [a]", [f"title ({_NO_STRING})"]),
        ("title: {a: b}", [f"title ({_NO_STRING})"]),
        ("agenda: fence", [f"agenda ({_NO_LIST})"]),
        ("agenda: [fence, {a: b}, water]", [f"agenda.1 ({_NO_STRING})"]),
        ("participants: 7", [f"participants ({_NO_LIST})"]),
        ("participants: Helen", [f"participants ({_NO_LIST})"]),
        (
            "participants: [Helen, {nome: Rob}]",
            ["participants.1.name (is missing)", "participants.1.nome (is unknown)"],
        ),
        ("participants: ['', Helen]", ["participants.0.name (should not be empty)"]),
        ("participants: [{name: Helen, aliases: Nell}]", [f"participants.0.aliases ({_NO_LIST})"]),
        ("participants: [{name: Helen, aliases: [Nell, [a]]}]", [f"participants.0.aliases.1 ({_NO_STRING})"]),
        ("speakers: [A, B]", ["speakers (should be a block of settings)"]),
        ("speakers: {A: Helen, B: }", [f"speakers.B ({_NO_STRING})"]),
        (
            "recorded_at: 2026-13-45",
            ["recorded_at (should be a date, such as 2026-03-02)"],
        ),
        ("recorded_at: soon", ["recorded_at (should be a date, such as 2026-03-02)"]),
        ("recorded_at: 20260302", ["recorded_at (should be a date written as 2026-03-02 or 2026-03-02 10:15)"]),
        ("titel: a\nagenda: b", [f"agenda ({_NO_LIST})", "titel (is unknown)"]),
    ],
)
def test_a_wrong_field_is_named_and_the_others_are_used(read, wrong, named):
    sidecar, (message,) = read(f"language: vi\n{wrong}\nvocabulary: [Wisteria]\n")
    prefix, fields, places = message.split(": ", 2)
    assert prefix == "of the sidecar 'talk.meta.yaml' this was ignored, and the rest used"
    assert fields == ", ".join(place.partition(" ")[0] for place in named)
    assert places == ", ".join(named)
    assert (sidecar.language, sidecar.vocabulary) == ("vi", ("Wisteria",))


def test_what_is_right_in_a_wrong_list_is_used(read):
    sidecar, _ = read(
        "participants: [{nome: Rob}, Helen, {name: Lin, aliases: 7}]\nagenda: [fence, [x], water]\nspeakers: {A: Lin, B: }"
    )
    assert [person.name for person in sidecar.participants] == ["Helen", "Lin"]
    assert (sidecar.agenda, sidecar.speakers) == (("fence", "water"), {"A": "Lin"})


def test_of_many_mistakes_the_first_are_named(read):
    _, (message,) = read("".join(f"field{number}: x\n" for number in range(9)))
    assert "used: field0, field1, field2, field3, field4, …: " in message
    assert message.endswith(", field4 (is unknown)")


@pytest.mark.parametrize(
    "word", ["no", "No", "NO", "yes", "on", "off", "true", "2026", "1:30", "0x1F", "1e3", "2026-03-02", ".5", "0123"]
)
def test_words_that_yaml_takes_for_something_else_are_words(read, word):
    people = f"[{word}, {{name: {word}, aliases: [{word}]}}]"
    content = f"title: {word}\nlanguage: {word}\nparticipants: {people}\nspeakers: {{{word}: {word}}}"
    expected = Sidecar(
        title=word,
        language=word,
        participants=(Participant(name=word), Participant(name=word, aliases=(word,))),
        speakers={word: word},
    )
    assert read(content) == (expected, [])


@pytest.mark.parametrize("empty", ["title:", "participants:", "speakers: ~", "agenda: null", "recorded_at:"])
def test_a_field_that_is_not_filled_in_is_no_mistake(read, empty):
    assert read(f"language: en\n{empty}\n") == (Sidecar(language="en"), [])


def test_numbers_of_json_are_words_too(read):
    expected = Sidecar(title="2026", speakers={"1": "7.50"})
    assert read('{"title": 2026, "speakers": {"1": 7.50}}', "talk.meta.json") == (expected, [])


@pytest.mark.parametrize(
    ("written", "hour"),
    [
        ("2026-03-02 10:15:00", 10),
        ("2026-03-02T10:15:00", 10),
        ("2026-03-02 10:15", 10),
        ("2026-03-02t10:15:00.5", 10),
        ("2026-3-2 9:05:00", 9),
        ("2026-03-02 10:15:00 +01:00", 10),
        ("2026-03-02 10:15:00+07:00", 10),
        ('"2026-03-02 10:15"', 10),
        ("2026-03-02T10:15:00Z", 10),
        ("2026-03-02", 0),
    ],
)
def test_dates_as_people_write_them(read, written, hour):
    sidecar, messages = read(f"recorded_at: {written}")
    assert messages == []
    assert (sidecar.recorded_at.date(), sidecar.recorded_at.hour) == (dt.date(2026, 3, 2), hour)


@pytest.mark.parametrize("form", ["NFC", "NFD"])
@pytest.mark.parametrize("other", ["NFC", "NFD"])
@pytest.mark.parametrize("stem", ["Họp tuần", "Zoë Müller", "Besprechung für März", "réunion", "José ☎"])
@pytest.mark.parametrize("suffix", [".meta.yaml", ".flac.meta.json"])
def test_sidecar_is_found_in_any_unicode_form(tmp_path, form, other, stem, suffix):
    (tmp_path / f"{unicodedata.normalize(other, stem)}{suffix}").write_text('{"title": "Garden"}')
    sidecar, messages = read_sidecar(tmp_path / f"{unicodedata.normalize(form, stem)}.flac")
    assert (sidecar.title, messages) == ("Garden", ())


def test_words_of_a_sidecar_are_composed(read):
    sidecar, _ = read(unicodedata.normalize("NFD", "participants: [Hoà, Zoë]"))
    assert [person.name for person in sidecar.participants] == ["Hoà", "Zoë"]


@pytest.mark.parametrize(
    "content", ["title: [", "a: b: c", "\ttitle: x", "title: 'x", "title: !!python/object/apply:os.getcwd []"]
)
def test_sidecar_that_is_no_yaml_is_ignored_with_the_place(read, content):
    sidecar, (message,) = read(content)
    assert sidecar == Sidecar()
    assert message.startswith("the sidecar 'talk.meta.yaml' was ignored: ")
    assert "line 1, column " in message
    assert "\n" not in message


@pytest.mark.parametrize("content", ["[" * 800, "title: !!bool maybe", "recorded_at: !!timestamp soon"])
def test_sidecar_on_which_the_parser_stumbles_is_ignored(read, content):
    sidecar, messages = read(content)
    assert (sidecar, len(messages)) == (Sidecar(), 1)


def test_huge_sidecar_is_ignored_unread(read):
    content = "title: Garden\n" + "#" * (1 << 20)
    assert read(content) == (Sidecar(), ["the sidecar 'talk.meta.yaml' was ignored: larger than 1 MB"])


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
    assert notice.message.startswith("of the sidecar 'caf\\xe9.meta.yaml' this was ignored")
    assert Notice.model_validate_json(notice.model_dump_json()) == notice
