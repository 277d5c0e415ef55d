"""Text made by somebody hostile: sidecars, settings, names, captions and replies that fill memory, hide or command something.

Where memory or time could run away, a process with limits on both does the work.
"""

import json
import os
import subprocess
import sys
import unicodedata
from itertools import pairwise

import pytest

from tasks.audio.sidecar import read_sidecar, sidecar_bytes
from tasks.captions.describe import describe_text
from tasks.captions.source import Kind, TextSource, text_kind
from tasks.captions.transcript import transcript_of_captions
from tasks.clean_text import clean, escaped, visible
from tasks.errors import AudioError, BackendError, ConfigError
from tasks.files import displayable
from tasks.meeting.given_speakers import given_speakers
from tasks.report.timeline import timeline_svg
from tasks.schema import Notice, NoticeKind, Recording, Sidecar, Turn, Word
from tasks.strict_yaml import WordsLoader, load_json, load_yaml
from tasks.summarization.draft import Facts
from tasks.summarization.language_model import Reply
from tasks.summarization.replies import read_reply as read_draft
from tasks.transcription.api_reply import read_reply
from tests.builders import coverage, recording, segment, transcript


def growing(first: str, block: str) -> str:
    """Ten lines, each of which holds the one before nine times."""
    names = "abcdefghij"
    rows = (f"{new}: &{new} {block.format(', '.join([f'*{old}'] * 9))}\n" for old, new in pairwise(names))
    return f"a: &a {first}\n" + "".join(rows)


BOMBS = {
    "laughs": growing("[x]", "[{}]"),
    "merges": growing("{x: 1}", "{{<<: [{}]}}"),
    "circle": "a: &a {<<: *a}\n",
    "inline merges": "{<<: " * 15 + "{}" + "}" * 15,
    "aliases": "title: &t x\nagenda: [" + ", ".join(["*t"] * 100_000) + "]\n",
    "people": "participants:\n" + "- x\n" * 60_000,
    "deep": "agenda: " + "[" * 5_000,
    "long": "title: " + "x" * 900_000,
}
LIMITED = """
import resource, sys
resource.setrlimit(resource.RLIMIT_AS, (1 << 30, 1 << 30))
resource.setrlimit(resource.RLIMIT_CPU, (30, 30))
"""


def limited(code: str, given: str) -> str:
    """What a program prints that has half a minute and a gigabyte, or why it died."""
    done = subprocess.run([sys.executable, "-c", LIMITED + code], input=given, capture_output=True, text=True, check=False)
    return done.stdout.strip() or f"died: {done.returncode} {done.stderr[-300:]}"


# Sidecars and settings

SIDECAR = """
import tempfile
from pathlib import Path
from tasks.audio.sidecar import read_sidecar
folder = Path(tempfile.mkdtemp())
(folder / "talk.meta.yaml").write_text(sys.stdin.read())
sidecar, notices = read_sidecar(folder / "talk.wav")
print(sidecar.title, len(sidecar.participants), *(notice.message for notice in notices))
"""


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_in_a_sidecar_is_ignored_with_a_warning(bomb):
    said = limited(SIDECAR, bomb)
    assert said.startswith("None 0 the sidecar 'talk.meta.yaml' was ignored")
    assert len(said) < 300


SETTING = """
from configs.load import load_config
from tasks.errors import ConfigError
try:
    load_config("embedded", ["report.formats=" + sys.stdin.read()], environ={})
except ConfigError as error:
    print(error)
"""


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_in_a_setting_is_refused_in_one_sentence(bomb):
    said = limited(SETTING, bomb)
    assert "report.formats" in said
    assert said.count("\n") == 0
    assert len(said) < 600


@pytest.mark.parametrize("bomb", BOMBS.values(), ids=BOMBS)
def test_a_bomb_in_a_roster_is_refused(tmp_path, bomb):
    (tmp_path / "names.yaml").write_text(bomb)
    with pytest.raises(ConfigError):
        given_speakers(str(tmp_path / "names.yaml"))


@pytest.mark.parametrize(
    "text",
    [
        pytest.param('{"title": ' + "[" * 30 + "]" * 30 + "}", id="deep"),
        pytest.param('{"agenda": [' + "1, " * 6_000 + "1]}", id="many"),
        pytest.param(json.dumps({"title": "x" * 20_000}), id="long"),
    ],
)
def test_json_has_the_same_bounds(tmp_path, text):
    (tmp_path / "talk.meta.json").write_text(text)
    sidecar, [notice] = read_sidecar(tmp_path / "talk.wav")
    assert sidecar == Sidecar()
    assert "more than" in notice.message


def test_everything_that_a_sidecar_may_hold_is_within_the_bounds():
    people = [{"name": f"Person {number}", "aliases": ["a", "b"], "role": "member"} for number in range(400)]
    assert len(load_json(json.dumps({"participants": people}))["participants"]) == 400
    assert len(load_yaml(json.dumps({"participants": people}), WordsLoader)["participants"]) == 400


def test_a_sidecar_that_is_one_great_hole_is_not_read(tmp_path):
    """Neither by who wants its words nor by who wants to know whether it changed."""
    path = tmp_path / "talk.meta.yaml"
    with path.open("wb") as file:
        file.truncate(100 << 30)
    assert read_sidecar(tmp_path / "talk.wav")[0] == Sidecar()
    with pytest.raises(ValueError, match="larger than 1 MB"):
        sidecar_bytes(path)


@pytest.mark.parametrize("kind", ["link", "device"])
def test_a_sidecar_that_leads_elsewhere_is_not_read(tmp_path, kind):
    (tmp_path / "secret.yaml").write_text("title: secret")
    (tmp_path / "talk.meta.yaml").symlink_to("/dev/zero" if kind == "device" else tmp_path / "secret.yaml")
    with pytest.raises(ValueError, match="links are not followed"):
        sidecar_bytes(tmp_path / "talk.meta.yaml")


@pytest.mark.parametrize("escape", ["\\ud800", "\\udfff x", "a\\ud83d", "\\udcff"])
@pytest.mark.parametrize("name", ["talk.meta.yaml", "talk.meta.json"])
def test_half_a_character_in_a_title_can_be_written(tmp_path, escape, name):
    (tmp_path / name).write_text('{"title": "' + escape + '", "participants": ["' + escape + '"]}')
    sidecar, _ = read_sidecar(tmp_path / "talk.wav")
    assert json.loads(sidecar.model_dump_json().encode()) is not None
    assert "\ufffd" in (sidecar.title or "\ufffd")


# What is hidden in text, or commands something

HOSTILE = {
    "escape": "\x1b[31m",
    "title of the terminal": "\x1b]0;pwned\x07",
    "link of the terminal": "\x1b]8;;http://x\x1b\\",
    "one byte escape": "\x9b31m",
    "bell": "\x07",
    "backspace": "\x08",
    "null": "\0",
    "right to left": "\u202e",
    "isolate": "\u2067",
    "mark": "\u200f",
    "zero width": "\u200b",
    "joiner of words": "\u2060",
    "filler": "\u3164",
    "tags": "".join(chr(0xE0000 + ord(letter)) for letter in "obey"),
    "selectors": "\U000e0100\U000e01ef",
    "half": "\ud800",
    "annotation": "\ufff9",
}


def is_harmless(text: str) -> bool:
    kinds = {unicodedata.category(letter) for letter in text if letter not in "\t\n\r\u200c\u200d"}
    return not kinds & {"Cc", "Cf", "Cs"} and not any(
        0xE0000 <= ord(letter) < 0xE1000 or letter in "\u3164\u115f" for letter in text
    )


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_no_text_of_the_schema_holds_what_is_hidden_or_commands(hostile):
    told = f"a{hostile}b"
    texts = [
        Word(text=told, start_s=0, end_s=1).text,
        segment(1, told, speaker=told).text,
        segment(1, told, speaker=told).speaker,
        Turn(start_s=0, end_s=1, speaker=told).speaker,
        Sidecar(title=told).title,
        *Sidecar(agenda=(told,)).agenda,
        *Sidecar(speakers={told: told}).speakers.values(),
        *Sidecar(speakers={told: told}).speakers,
        Notice(kind=NoticeKind.INFO, stage="audio", message=told).message,
        Recording.model_validate(recording().model_dump() | {"name": told}).name,
        clean(told),
        visible(told),
    ]
    assert all(is_harmless(text or "") for text in texts)
    assert all(text.startswith("a") and text.endswith("b") for text in texts if text)


@pytest.mark.parametrize("text", ["Họp tuần", "naïve — “quoted”", "می‌خواهم", "👩‍👧 family", "tab\tline\n", "क्‍ष", "日本語　全角"])
def test_what_people_write_stays(text):
    assert visible(text) == text


@pytest.mark.parametrize("hostile", HOSTILE.values(), ids=HOSTILE)
def test_a_file_name_is_shown_with_escapes_for_what_it_hides(hostile):
    if hostile == "\ud800":
        hostile = os.fsdecode(b"\xed\xa0\x80")
    shown = displayable(f"2026-03-02 talk{hostile}.wav")
    assert is_harmless(shown)
    assert "\\" in shown
    assert escaped("a\u200bb") != escaped("ab")


def test_a_reply_of_a_model_is_clean():
    entry = {
        "segments": ["S0001"],
        "quote": "We buy it.",
        "text": "We buy\x1b[31m it\u202e.",
        "owner": "Bo\u200b",
        "due": "Friday\x07",
    }
    text = json.dumps({"action_items": [entry | {"task": entry["text"]}]}).replace("buy", "buy\\ud800")
    draft, _ = read_draft(Reply(text), Facts, ["S0001"], [])
    told = json.dumps(draft.model_dump(), ensure_ascii=False)
    assert len(draft.action_items) == 1
    assert is_harmless(told)
    assert told.encode()


# Captions


@pytest.mark.parametrize("name", ["talk.vtt", "talk.srt", "talk.txt", "talk.wav"])
def test_json_that_is_not_called_so_is_no_transcript_of_ours(tmp_path, name):
    path = tmp_path / name
    path.write_text(transcript(segment(1, "We buy the castle.", speaker="S1")).model_dump_json())
    assert text_kind(path) is None
    assert text_kind(path.rename(tmp_path / "transcript.json")) is Kind.TRANSCRIPT


def test_a_transcript_of_ours_is_marked_as_given(tmp_path):
    from tasks.captions.stage import read_transcript

    path = tmp_path / "2026-03-02.transcript.json"
    path.write_text(transcript(segment(1, "We buy the castle.", speaker="S1")).model_dump_json())
    engines = read_transcript(path, describe_text(path)).engines
    assert (engines[0].backend, engines[0].model) == ("given", "transcript.json")


@pytest.mark.parametrize("hours", [49, 9_999, 999_999_999])
def test_a_cue_at_a_time_that_no_meeting_has_is_unread_and_said_to_be(hours):
    text = f"WEBVTT\n\n00:01.000 --> 00:04.000\nTom: We meet.\n\n{hours}:00:00.000 --> {hours}:00:04.000\nTom: Never.\n"
    made = transcript_of_captions(TextSource(Kind.WEBVTT, text, "0" * 64), recording(container="webvtt", codec="text"))
    assert made.coverage.duration_ms == 4000
    assert "could not be read" in " ".join(notice.message for notice in made.notices)


@pytest.mark.parametrize("place", ["coverage", "segments", "turns"])
def test_a_transcript_of_a_length_that_no_meeting_has_is_refused(tmp_path, place):
    far = 3.6e12
    made = {
        "coverage": lambda: transcript(coverage=coverage(far)),
        "segments": lambda: transcript(segment(1, "Never.", start_s=far, end_s=far + 1)),
        "turns": lambda: transcript(turns=(Turn(start_s=far, end_s=far + 1, speaker="S1"),)),
    }[place]()
    path = tmp_path / "t.json"
    path.write_text(made.model_dump_json())
    with pytest.raises(AudioError, match="longer than 48 hours"):
        describe_text(path)


def test_the_picture_of_any_length_is_small():
    far = 3.6e9
    picture = timeline_svg(transcript(coverage=coverage(far), turns=(Turn(start_s=0, end_s=far, speaker="S1"),)))
    assert len(picture) < 10_000


@pytest.mark.parametrize("rows", [1, 1000, 20_000])
def test_words_that_nobody_can_say_in_a_cue_are_unread_and_said_to_be(rows):
    words = "and we will call somebody again "
    body = "\n".join([words * (1_000_000 // len(words) // rows)] * rows)
    text = f"WEBVTT\n\n00:01.000 --> 00:04.000\n{body}\n\n00:05.000 --> 00:06.000\nTom: We meet.\n"
    made = transcript_of_captions(TextSource(Kind.WEBVTT, text, "0" * 64), recording(container="webvtt", codec="text"))
    assert sum(len(part.text) for part in made.segments) <= 20_020
    assert made.segments[-1].text == "We meet."
    assert "could not be read" in " ".join(notice.message for notice in made.notices)


@pytest.mark.parametrize("form", ["text", "json", "verbose_json"])
def test_a_reply_that_nobody_can_say_in_its_time_is_refused(form):
    said = "and so on " * 750_000
    body = said if form == "text" else json.dumps({"text": said, "segments": []})
    with pytest.raises(BackendError, match=r"7500000 characters for 12\.0 s of sound"):
        read_reply(body.encode(), form, 12.0, "en")
