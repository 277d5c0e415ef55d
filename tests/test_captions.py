"""Captions and transcripts as sources: words, times and names as they stand in the file, and a clear word where they cannot."""

import hashlib
import json
import logging
from collections.abc import Iterable
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from configs.load import load_config
from flows.folder.scan import scan
from flows.runner import open_models, settle_early
from tasks.audio.formats import named_twice
from tasks.audio.options import AudioOptions
from tasks.audio.stage import inspect
from tasks.captions.source import Kind, TextSource
from tasks.captions.speakers import prefixed_names
from tasks.captions.stage import read_captions, read_transcript
from tasks.captions.transcript import transcript_of_captions
from tasks.clean_text import clean
from tasks.engine.base import Device
from tasks.engine.pool import ModelPool
from tasks.errors import AudioError
from tasks.inspection import inspect_recording
from tasks.job import Job
from tasks.language.detection import guess_language
from tasks.meeting.labels import is_nameless
from tasks.report.subtitles import to_srt, to_vtt
from tasks.schema import DateSource, NoticeKind, Participant, Sidecar, Transcript, segment_id
from tests.builders import SAMPLE_SPEECH, quiet_run, recording, segment, tone, transcript, write_audio
from tests.test_without_prefect import run_plain

TEAMS = """WEBVTT

9a1c-12/3-0
00:00:03.120 --> 00:00:06.000
<v Tom Miller>So we have decided, we will pay five hundred dollars.</v>

9a1c-12/4-0
00:00:06.500 --> 00:00:09.000
<v Anna Schmidt>I will call the carpenter by Friday.</v>
"""
ZOOM = """WEBVTT

1
00:00:03.120 --> 00:00:06.000
Tom Miller: So we have decided: we will pay.

2
00:00:06.500 --> 00:00:09.000
Anna Schmidt: I will call at 10:30.
"""
SRT = """1
00:00:01,000 --> 00:00:02,000
<i>Good</i> {\\an8}morning &amp; <font color="red">hello</font>

2
00:00:03,000 --> 00:00:04,500
a < b > c <name>
"""
YOUTUBE = """WEBVTT
Kind: captions
Language: en

00:00:00.160 --> 00:00:02.470 align:start position:0%
\x20
hello<00:00:00.480><c> everyone</c><00:00:00.900><c> and</c>

00:00:02.470 --> 00:00:02.480 align:start position:0%
hello everyone and
\x20

00:00:02.480 --> 00:00:04.550 align:start position:0%
hello everyone and
welcome<00:00:03.000><c> to</c>

00:00:04.550 --> 00:00:04.560 align:start position:0%
welcome to
\x20

00:00:04.560 --> 00:00:06.000 align:start position:0%
welcome to
the<00:00:05.000><c> meeting</c>
"""


def read(text: str, **changes: object) -> Transcript:
    """The transcript of captions."""
    kind = Kind.WEBVTT if text.lstrip().startswith("WEBVTT") else Kind.SUBRIP
    source = recording(container=kind.value, codec="text", **changes)
    return transcript_of_captions(TextSource(kind, text, source.sha256), source)


def spoken(text: str, **changes: object) -> list[tuple[float, float, str | None, str]]:
    return [(item.start_s, item.end_s, item.speaker, item.text) for item in read(text, **changes).segments]


def texts(*cues: str) -> str:
    """WebVTT of these texts, ten seconds apart."""
    return "WEBVTT\n\n" + "\n\n".join(f"00:{n:02d}:00.000 --> 00:{n:02d}:05.000\n{cue}" for n, cue in enumerate(cues))


def write(path: Path, text: str | bytes) -> Path:
    path.write_bytes(text if isinstance(text, bytes) else text.encode())
    return path


def from_file(path: Path) -> Transcript:
    return read_transcript(path, inspect_recording(path, AudioOptions()))


def refusal(path: Path) -> str:
    with pytest.raises(AudioError) as caught:
        from_file(path)
    place, _, message = str(caught.value).partition(": ")
    assert place == str(path)
    return message


def job(path: Path, out: Path) -> Job:
    return Job(path=str(path), out=str(out), device=Device("cpu", "test"))


def test_names_that_are_given_hold_for_captions_too(tmp_path):
    source = write(tmp_path / "talk.vtt", "WEBVTT\n\n00:01.000 --> 00:04.000\n<v Speaker 1>We meet on Friday.\n")
    done, names = job(source, tmp_path / "out"), {"Speaker 1": "Ana", "Speaker 7": "Bo"}
    run = quiet_run()
    found = read_captions(done, run, inspect(done, run, AudioOptions()), names).load(Transcript)
    assert found.speakers == {"Speaker 1": "Ana"}
    assert any("'Bo' is nobody" in notice.message for notice in found.notices)


# What stands in a cue


def test_voices_of_teams_are_the_speakers():
    assert spoken(TEAMS) == [
        (3.12, 6.0, "Tom Miller", "So we have decided, we will pay five hundred dollars."),
        (6.5, 9.0, "Anna Schmidt", "I will call the carpenter by Friday."),
    ]


def test_names_before_a_colon_are_the_speakers_of_zoom():
    assert spoken(ZOOM) == [
        (3.12, 6.0, "Tom Miller", "So we have decided: we will pay."),
        (6.5, 9.0, "Anna Schmidt", "I will call at 10:30."),
    ]


def test_tags_and_entities_of_subrip_are_read_and_other_brackets_are_text():
    assert spoken(SRT) == [(1.0, 2.0, None, "Good morning & hello"), (3.0, 4.5, None, "a < b > c <name>")]


@pytest.mark.parametrize(
    ("cue", "lines"),
    [
        ("<v.loud Tom O'Neil>Hi &amp; <c.red.big>bye</c> <00:00:01.500>now</v>", [("Tom O'Neil", "Hi & bye now")]),
        ("<v Tom>Hi.</v>\n<v Anna>Hello.</v>", [("Tom", "Hi."), ("Anna", "Hello.")]),
        ("<v Tom>Hi\nall.", [("Tom", "Hi all.")]),
        ("<v Tom\nMiller>Hi.", [("Tom Miller", "Hi.")]),
        ("(laughs) <v Tom>Hi.</v> (door)", [(None, "(laughs)"), ("Tom", "Hi."), (None, "(door)")]),
        ("<v &lt;b&gt; &amp; Co>Hi.", [("<b> & Co", "Hi.")]),
        ("<v>Hi.", [(None, "Hi.")]),
        ("<i>loud</i> <ruby>a<rt>b</rt></ruby> <lang vi>họp</lang>", [(None, "loud ab họp")]),
        ("5 &lt; 7 &#8211; R&D &nbsp; &unknown; this&nothing", [(None, "5 < 7 – R&D &unknown; this&nothing")]),
        ("an open < bracket", [(None, "an open < bracket")]),
        ("we need\n3\nof 00:01.000", [(None, "we need 3 of 00:01.000")]),
    ],
)
def test_cue_text_of_webvtt(cue, lines):
    found = read(texts("<v Ben>First.", cue)).segments[1:]
    assert [(item.speaker, item.text) for item in found] == lines


@pytest.mark.parametrize(
    "text",
    [
        "WEBVTT - title\n\nNOTE a comment\nof two lines\n\nSTYLE\n::cue { color: red }\n\nREGION\nid:a\n\nCUE",
        "WEBVTT\n\nCUE\n\nNOTE the end",
        "WEBVTT\nKind: captions\n\nan id\nCUE",
    ],
)
def test_blocks_that_are_no_cues_are_not_speech(text):
    cue = "00:01.000 --> 00:02.000 align:start line:0 position:10%\nHi."
    assert spoken(text.replace("CUE", cue)) == [(1.0, 2.0, None, "Hi.")]


@pytest.mark.parametrize("end", ["\n", "\r\n", "\r"], ids=["lf", "crlf", "cr"])
@pytest.mark.parametrize("text", [TEAMS, SRT], ids=["vtt", "srt"])
def test_line_ends_do_not_matter(text, end):
    assert spoken(text.replace("\n", end)) == spoken(text)


@pytest.mark.parametrize(
    ("times", "found"),
    [
        ("00:01.000 --> 00:02.500", (1.0, 2.5)),
        ("47:00:00.000 --> 47:00:01.500", (169_200.0, 169_201.5)),
        ("00:05.000 --> 00:05.000", (5.0, 5.0)),
        ("00:05.000 --> 00:04.000", (5.0, 5.0)),
    ],
    ids=["no hours", "many hours", "no length", "end before start"],
)
def test_times_of_a_cue(times, found):
    assert spoken(f"WEBVTT\n\n{times}\nHi.") == [(*found, None, "Hi.")]


def test_subrip_without_numbers_or_with_blank_lines_is_read():
    cues = "\n\n00:00:01.000 --> 00:00:02.000 X1:10\nHi.\n\nall\n\n00:00:03,000 --> 00:00:04,000\n42\n"
    assert spoken(cues) == [(1.0, 2.0, None, "Hi. all"), (3.0, 4.0, None, "42")]


def test_cues_out_of_order_are_sorted():
    assert [row[3] for row in spoken("WEBVTT\n\n00:05.000 --> 00:06.000\nb\n\n00:01.000 --> 00:02.000\na")] == ["a", "b"]


def test_every_second_is_accounted_for_with_overlaps_counted_once():
    cues = (
        "00:01.000 --> 00:06.000\na",
        "00:02.000 --> 00:03.000\nb",
        "00:05.000 --> 00:07.000\nc",
        "00:09.000 --> 00:10.000\n ",
    )
    found = read("WEBVTT\n\n" + "\n\n".join(cues)).coverage
    assert (found.duration_ms, found.transcribed_ms, found.silence_ms, found.segments) == (7000, 6000, 1000, 3)


def test_talk_in_overlapping_cues_counts_once():
    found = read(
        "WEBVTT\n\n00:01.000 --> 00:06.000\n<v Tom>a\n\n00:02.000 --> 00:07.000\n<v Tom>b\n\n00:03.000 --> 00:04.000\n<v An>c"
    )
    assert [(turn.start_s, turn.end_s, turn.speaker) for turn in found.turns] == [(1.0, 7.0, "Tom"), (3.0, 4.0, "An")]


@pytest.mark.parametrize("text", ["WEBVTT", "WEBVTT\n\n", "WEBVTT\n\nNOTE nothing\n", "WEBVTT\n\n00:01.000 --> 00:02.000\n\n"])
def test_captions_without_words_are_an_empty_transcript(text):
    found = read(text)
    assert (found.segments, found.coverage.duration_ms) == ((), 0)
    assert [notice.kind for notice in found.notices] == [NoticeKind.INFO]


def test_reader_is_told_that_nobody_listened():
    (notice,) = read(TEAMS).notices
    assert notice.kind is NoticeKind.INFO
    assert notice.message.startswith("made from a WebVTT caption file: ")
    assert "no audio was heard" in notice.message


@pytest.mark.parametrize(
    ("broken", "lines"),
    [
        (
            "WEBVTT\n\n00:01.000 --> xx:02.000\nlost\n\n00:03.000 --> 00:04.000\nkept\n",
            "2 lines of the captions could not be read: line 3 '00:01.000 --> xx:02.000', line 4 'lost'",
        ),
        (
            "WEBVTT\n\n00:75.000 --> 01:99.000\nlost\n\n00:1 --> 00:2\nlost\n\n00:03.000 --> 00:04.000\nkept\n",
            "4 lines of the captions could not be read: line 3 '00:75.000 --> 01:99.000', line 4 'lost', "
            "line 6 '00:1 --> 00:2', line 7 'lost'",
        ),
        (
            "WEBVTT\n\n00:03.000 --> 00:04.000\nkept\n\n00:05.000 --> 00:0",
            "1 line of the captions could not be read: line 6 '00:05.000 --> 00:0'",
        ),
        (
            "1\n00:00:03,000 --> 00:00:04,000\nkept\n\n2\n00:00:05,0",
            "2 lines of the captions could not be read: line 5 '2', line 6 '00:00:05,0'",
        ),
        (
            "1\n00:00:01,000 --> \nlost\n\n2\n00:00:03,000 --> 00:00:04,000\nkept\n",
            "3 lines of the captions could not be read: line 1 '1', line 2 '00:00:01,000 -->', line 3 'lost'",
        ),
    ],
)
def test_lines_that_cannot_be_read_are_counted_and_named_and_the_others_kept(broken, lines):
    found = read(broken)
    assert [item.text for item in found.segments] == ["kept"]
    assert (found.notices[-1].kind, found.notices[-1].message) == (NoticeKind.WARNING, lines)


def test_a_long_list_of_unread_lines_ends_with_how_many_more_there_are():
    found = read("WEBVTT\n\n00:01.000 --> 00:02.000\nkept\n\n00:01.000 --> xx:02.000\n" + f"{'word ' * 40}\n" * 100)
    assert found.notices[-1].message.startswith(
        "101 lines of the captions could not be read: line 6 '00:01.000 --> xx:02.000', line 7"
    )
    assert found.notices[-1].message.endswith("', and 80 more")


# Rolling captions


def test_rolling_captions_say_everything_once():
    assert [row[3] for row in spoken(YOUTUBE)] == ["hello everyone and", "welcome to", "the meeting"]


def test_each_cue_repeats_the_line_before():
    found = spoken(texts("<v Tom>one two</v>", "<v Tom>one two\nthree four</v>", "<v Tom>three four\nfive six</v>"))
    assert [row[2:] for row in found] == [("Tom", "one two"), ("Tom", "three four"), ("Tom", "five six")]


def test_people_who_repeat_themselves_are_not_taken_for_rolling_captions():
    said = ["Yes.", "Yes.", "Yes.\nNo.", "No.", "No.", "Maybe.", "Maybe.", "Maybe."]
    assert [row[3] for row in spoken(texts(*said))] == [text.replace("\n", " ") for text in said]


# Names


@pytest.mark.parametrize(
    ("cues", "names"),
    [
        (["Tom: Hi.", "Anna: Hello.", "so we go on"], {"Tom", "Anna"}),
        (["Tom Miller (he/him): Hi."], {"Tom Miller (he/him)"}),
        (["Müller, Anna: Hi.", "Dr. O'Neil-Smith: Hi.", "Nguyễn Văn An: Chào.", "李雷: 你好"], None),
        (["SPEAKER_00: Hi.", "Speaker 2: Hello."], {"SPEAKER_00", "Speaker 2"}),
        ([">> TOM: Hi.", ">> ANNA: Hello."], {"TOM", "ANNA"}),
        (["tom: Hi.", "tom: Hello."], {"tom"}),
        (["so the point is: we go", "Tom: Yes."], {"Tom"}),
        (["Note: we go on.", "Next step: call.", "Chú ý: họp."], set()),
        (["10: ten", "12:30 we meet", "see https://a.b: c"], set()),
        (["We agreed. Right: we go.", "Really? Yes: no."], set()),
        (["one two three four five six: seven"], set()),
        (["Tom: Hi.", "and so on", "and on"], set()),
        ([":", ": x", "Tom", ""], set()),
    ],
)
def test_what_counts_as_a_name(cues, names):
    expected = {cue.partition(":")[0] for cue in cues} if names is None else names
    assert prefixed_names(cues) == expected


def test_colon_is_text_where_voices_are_tagged():
    assert [row[2:] for row in spoken(texts("<v Tom>Hi.", "Anna: Hello."))] == [("Tom", "Hi."), (None, "Anna: Hello.")]


def test_two_names_in_one_cue_are_two_speakers():
    found = spoken(texts("Tom: Hi\nall.\nAnna: Hello.", "Anna: So\nthe plan: go.", "Tom: Yes."))
    assert [row[2:] for row in found] == [("Tom", "Hi all."), ("Anna", "Hello."), ("Anna", "So the plan: go."), ("Tom", "Yes.")]


@pytest.mark.parametrize("label", ["Speaker 2", "SPEAKER_01", "S1", "A", "unknown", "Unknown Speaker", "12", "Người nói 2"])
def test_label_that_only_tells_voices_apart_is_no_name(label):
    assert is_nameless(label)


@pytest.mark.parametrize("name", ["Si", "An", "Tom", "Speaker Pelosi", "Anna 2"])
def test_short_names_are_names(name):
    assert not is_nameless(name)


def test_label_gets_the_name_that_its_speaker_says_and_a_name_keeps_its_own():
    found = read(texts("<v Speaker 1>Hello, my name is William.", "<v Tom>My name is Bob on this call."))
    assert found.speakers == {"Speaker 1": "William", "Tom": "Tom"}


def test_sidecar_spells_names_and_names_labels():
    sidecar = Sidecar(participants=(Participant(name="Thomas Miller", aliases=("Tom",)),), speakers={"Speaker 1": "Helen"})
    found = read(texts("<v Speaker 1>Hi.", "<v tom>Hi."), sidecar=sidecar)
    assert found.speakers == {"Speaker 1": "Helen", "tom": "Thomas Miller"}


# Our own subtitles


visible = st.text(min_size=1, max_size=30).map(lambda text: " ".join(clean(text).split())).filter(bool)
names = st.lists(st.text("ABcdéĐế", min_size=1, max_size=8), min_size=1, max_size=4).map(
    lambda words: " ".join(f"M{word}" for word in words)
)
moments = st.lists(st.tuples(st.integers(0, 10**7), st.integers(100, 10**5)), min_size=1, max_size=4).map(sorted)


def without_short_forms(said: Iterable[str | None]) -> bool:
    """Whether nobody's name is a part of another's: those are taken for one person who was renamed."""
    words = [set(name.split()) for name in set(said) if name]
    return not any(one < other for one in words for other in words)


def meeting(times: list[tuple[int, int]], said: list[tuple[str | None, str]]) -> Transcript:
    """Segments at these times, the speakers under labels of their own."""
    labels = {name: f"S{number}" for number, name in enumerate(dict.fromkeys(name for name, _ in said if name), start=1)}
    segments = [
        segment(n, text, start / 1000, end_s=(start + length) / 1000, id=segment_id(n), speaker=labels.get(name or ""))
        for n, ((start, length), (name, text)) in enumerate(zip(times, said, strict=True), start=1)
    ]
    return transcript(*segments, speakers={label: name for name, label in labels.items()})


def heard(content: Transcript) -> list[tuple[float, float, str | None, str]]:
    """What a reader of the transcript knows."""
    return [(item.start_s, item.end_s, content.name_of(item.speaker), item.text.replace("-->", "→")) for item in content.segments]


@given(st.data(), moments)
def test_our_webvtt_reads_back_as_it_was_written(data, times):
    several = st.lists(st.one_of(names, st.none()), min_size=len(times), max_size=len(times))
    speakers = data.draw(several.filter(any).filter(without_short_forms))
    content = meeting(times, [(name, data.draw(visible)) for name in speakers])
    assert heard(read(to_vtt(content))) == heard(content)


@given(st.data(), moments)
def test_our_subrip_reads_back_as_it_was_written(data, times):
    plain = visible.filter(lambda text: not {"<", "&", "{"} & set(text))
    speakers = data.draw(st.lists(names, min_size=len(times), max_size=len(times)).filter(without_short_forms))
    content = meeting(times, [(name, data.draw(plain)) for name in speakers])
    assert heard(read(to_srt(content))) == heard(content)


@given(st.data(), moments)
def test_our_subtitles_without_speakers_read_back(data, times):
    plain = visible.filter(lambda text: not {"<", "&", "{", ":"} & set(text))
    content = meeting(times, [(None, data.draw(plain)) for _ in times])
    assert heard(read(to_srt(content))) == heard(read(to_vtt(content))) == heard(content)


@given(
    st.text(max_size=200),
    st.sampled_from(["WEBVTT\n\n", "WEBVTT\n\n00:01.000 --> 00:02.000\n", "1\n00:00:01,000 --> 00:00:02,000\n"]),
)
def test_no_text_breaks_the_reader(text, start):
    assert read(start + text).coverage.segments >= 0


# Files


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
@pytest.mark.parametrize("text", [TEAMS, SRT], ids=["vtt", "srt"])
def test_encodings_with_a_sign_are_read(tmp_path, text, encoding):
    found = from_file(write(tmp_path / "2026-03-02.txt", text.replace("carpenter", "thợ mộc").encode(encoding)))
    assert [item.text for item in found.segments] == [item.text for item in read(text.replace("carpenter", "thợ mộc")).segments]


@pytest.mark.parametrize("data", ["1\n00:00:01,000 --> 00:00:02,000\ncafé".encode("latin-1"), TEAMS.encode("utf-16-le")])
def test_encoding_that_must_be_guessed_is_refused(tmp_path, data):
    message = "is neither UTF-8 nor UTF-16 with a byte order mark. Open it in a text editor and save it as UTF-8."
    assert refusal(write(tmp_path / "talk.srt", data)) == message


@pytest.mark.parametrize(
    ("name", "content", "message"),
    [
        ("notes.txt", "Buy seeds.\n", "is text, but neither captions (WebVTT, SubRip) nor a transcript.json. Name the recording"),
        ("talk.vtt", "WEBV", "is text, but neither captions (WebVTT, SubRip) nor a transcript.json."),
        ("talk.vtt", "WEBVTT\n\n00:01.000 --> 00:0", "has no cue whose times can be read. Export the captions again"),
        ("talk.srt", "1\n00:00:01,000 --> 00:00:x\nHi.\n", "has no cue whose times can be read. Export the captions again"),
        (
            "a.json",
            '{"a": 1}',
            "is JSON, but not a transcript. Name the transcript.json of a finished run, or captions (.vtt, .srt).",
        ),
        ("a.json", '{"a": 1', "begins like JSON and cannot be read (EOF while parsing an object at line 1 column 7). Copy"),
        ("a.json", "{}", "is JSON, but not a transcript."),
        ("a.json", '{"a": "\\ud800"}', "begins like JSON and cannot be read ("),
        ("a.json", '{"a": ' + "[" * 5000, "begins like JSON and cannot be read (recursion limit"),
    ],
)
def test_text_that_cannot_be_used_is_refused_in_one_sentence(tmp_path, name, content, message):
    assert refusal(write(tmp_path / name, content)).startswith(message)


def test_refusal_reaches_the_user_before_a_server_is_started(tmp_path):
    outcome = settle_early(
        job(write(tmp_path / "notes.txt", "Buy seeds.\n"), tmp_path / "out"), load_config("embedded", environ={})
    )
    assert "notes.txt: is text, but neither captions" in outcome.error


def test_too_large_captions_are_refused(tmp_path):
    path = write(tmp_path / "talk.vtt", b"WEBVTT\n\n" + b"x" * (20 << 20))
    assert refusal(path) == "is larger than 20 MB, too large for text. Cut it into parts."


def test_captions_are_judged_by_content_and_described(tmp_path):
    path = write(tmp_path / "2026-03-02 talk.mp3", TEAMS)
    found = inspect_recording(path, AudioOptions())
    assert (found.container, found.codec, found.track, found.channels, found.sample_rate) == ("webvtt", "text", 0, 0, 0)
    assert (found.duration_s, found.sha256) == (9.0, hashlib.sha256(path.read_bytes()).hexdigest())
    assert (found.recorded_at_source, found.notices) == (DateSource.FILE_NAME, ())


@pytest.mark.parametrize("name", ["talk.vtt", "talk.json", "talk.txt"])
def test_sound_is_heard_whatever_its_file_is_called(tmp_path, name):
    path = write_audio(tmp_path / "talk.wav", tone(1)).rename(tmp_path / name)
    assert inspect_recording(path, AudioOptions()).container == "wav"


def test_date_of_last_resort_is_reported_for_captions_too(tmp_path):
    (notice,) = inspect_recording(write(tmp_path / "talk.vtt", TEAMS), AudioOptions()).notices
    assert "modification time" in notice.message


def test_file_that_changes_in_between_is_refused(tmp_path):
    found = inspect_recording(write(tmp_path / "talk.vtt", TEAMS), AudioOptions())
    with pytest.raises(AudioError, match="was changed while it was processed"):
        read_transcript(write(tmp_path / "talk.vtt", TEAMS + "\n"), found)


@pytest.mark.parametrize(
    ("text", "language"),
    [
        (TEAMS, "en"),
        (texts("Chúng ta sẽ họp vào thứ sáu nhé."), "vi"),
        (texts("Wir treffen uns am Freitag."), "und"),
        ("WEBVTT\nLanguage: de-DE\n\n00:01.000 --> 00:02.000\nHallo.", "de"),
        ("WEBVTT", "und"),
    ],
)
def test_language_of_captions(text, language):
    assert read(text).language == language


def test_sidecar_knows_the_language_better():
    assert read(TEAMS, sidecar=Sidecar(language="de-AT")).segments[0].language == "de"
    assert guess_language("") == "und"


@pytest.mark.parametrize(
    "hidden", ["\x00", "\x1b", "\x07", "\x85", "\u202e", "\u2066", "\u200b", "\ufeff", "\U000e0041", "&#8238;", "&#x1b;"]
)
def test_hidden_characters_reach_neither_words_nor_names(hidden):
    (found,) = read(texts(f"<v To{hidden}m>I will{hidden} call.</v>")).segments
    assert found.text == "I will call."
    assert set(found.speaker or "") <= set("To m")


# transcript.json


@pytest.fixture
def given_json(tmp_path) -> Path:
    """The transcript of an earlier run, of an audio file with a sidecar of its own."""
    heard_from = recording(sidecar=Sidecar(title="Standup"), container="flac")
    spoken_by = segment(1, "I will call\u202e the carpenter.", speaker="S1", confidence=0.9, flags=("unclear",))
    content = transcript(spoken_by, recording=heard_from, speakers={"S1": "Tom"})
    return write(tmp_path / "transcript.json", content.model_dump_json(indent=2))


def test_transcript_is_kept_and_its_source_is_the_file(given_json):
    found = from_file(given_json)
    (kept,) = found.segments
    assert (kept.text, kept.confidence, kept.flags, found.name_of(kept.speaker)) == (
        "I will call the carpenter.",
        0.9,
        ("unclear",),
        "Tom",
    )
    assert (found.recording.path, found.recording.name) == (str(given_json), "standup.flac")
    assert found.recording.sha256 == hashlib.sha256(given_json.read_bytes()).hexdigest()
    assert (found.recording.recorded_at, found.recording.recorded_at_source) == (recording().recorded_at, DateSource.FILE_NAME)
    assert (found.recording.sidecar.title, found.recording.duration_s) == ("Standup", 60.0)
    assert (found.recording.container, found.recording.codec) == ("transcript", "text")
    assert (found.coverage.segments, found.coverage.segments_read, found.engines[1:]) == (1, 0, transcript().engines)
    assert found.notices[-1].message.startswith("made from a transcript.json")


def test_sidecar_beside_the_transcript_counts_more(given_json):
    write(given_json.with_name("transcript.meta.yaml"), "{title: Garden, recorded_at: 2026-05-01, speakers: {S1: Ben}}")
    found = from_file(given_json)
    assert (found.recording.sidecar.title, found.recording.recorded_at_source) == ("Garden", DateSource.SIDECAR)
    assert found.recording.recorded_at.isoformat() == "2026-05-01T00:00:00"
    assert found.name_of("S1") == "Ben"


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"format": 7}, "format: is unknown"),
        ({"segments": [{"id": "S0001"}]}, "segments.0.start_s: is missing"),
        ({"language": None}, "language: should be text"),
    ],
)
def test_transcript_of_another_version_is_refused_with_the_reason(given_json, change, why):
    write(given_json, json.dumps(json.loads(given_json.read_bytes()) | change))
    message = f"is a transcript of another version of audio-minutes, or was changed ({why}"
    assert refusal(given_json).startswith(message)
    assert refusal(given_json).endswith("). Run its recording again with this version.")


# Folders


@pytest.mark.parametrize(
    ("files", "taken"),
    [
        (["a.mp4", "a.vtt", "a.srt", "b.vtt"], ["a.mp4", "b.vtt"]),
        (["a.vtt", "a.srt"], ["a.vtt"]),
        (["A.MP4", "a.VTT", "c.SRT"], ["A.MP4", "c.SRT"]),
        (["GMT20260302-101500_Recording_1920x1080.mp4", "GMT20260302-101500_Recording.transcript.vtt"], None),
        (["talk.mp3", "talk.en.srt", "talk.pt-BR.vtt"], ["talk.mp3"]),
        (["talk.en.vtt", "talk.de.vtt"], ["talk.de.vtt", "talk.en.vtt"]),
        (["talk.mp3", "talk-2.vtt"], ["talk-2.vtt", "talk.mp3"]),
        (["transcript.json", "notes.txt", ".a.vtt"], []),
        (["Z_Recording.cc.vtt", "Z_Recording.transcript.vtt"], ["Z_Recording.transcript.vtt"]),
        (["talk.transcript.srt", "talk.vtt"], ["talk.transcript.srt"]),
        (["talk.captions.srt", "talk.vtt"], ["talk.vtt"]),
        (["talk_captions.vtt", "talk_transcript.vtt"], ["talk_transcript.vtt"]),
        (["Talk-CC.vtt", "talk transcript.vtt"], ["talk transcript.vtt"]),
        (["talk.cc.vtt", "talk.subtitles.srt"], ["talk.cc.vtt"]),
        (["talk.cc.vtt"], ["talk.cc.vtt"]),
        (["talk.sbv", "talk.srt"], ["talk.srt"]),
        (["talk.sbv"], ["talk.sbv"]),
        (["a.transcript.vtt", "b.cc.vtt"], ["a.transcript.vtt", "b.cc.vtt"]),
        (["talk.mp4", "talk.en.cc.vtt", "talk_transcript.vtt"], ["talk.mp4"]),
        (["talk.en.transcript.vtt", "talk.vi.transcript.vtt"], ["talk.en.transcript.vtt", "talk.vi.transcript.vtt"]),
        (["ho\u0323p.mp4", "h\u1ecdp.vtt"], ["ho\u0323p.mp4"]),
    ],
)
def test_folder_takes_captions_only_without_their_recording(tmp_path, files, taken):
    for name in files:
        (tmp_path / name).touch()
    assert [path.name for path in scan(tmp_path).recordings] == (files[:1] if taken is None else taken)


def test_captions_that_are_left_alone_name_the_file_that_is_taken(tmp_path):
    for name in ("talk.transcript.vtt", "talk.cc.vtt", "sound.mp3", "sound.en.vtt"):
        (tmp_path / name).touch()
    assert {Path(entry.path).name: entry.reason for entry in scan(tmp_path).skipped} == {
        "sound.en.vtt": "holds captions of a file that is taken: 'sound.mp3'",
        "talk.cc.vtt": "holds captions of a file that is taken: 'talk.transcript.vtt'",
    }


@pytest.mark.parametrize(
    ("named", "left"),
    [
        (["talk.transcript.vtt", "talk.cc.vtt"], {"talk.cc.vtt": "talk.transcript.vtt"}),
        (["talk.cc.vtt", "talk.transcript.vtt"], {"talk.cc.vtt": "talk.transcript.vtt"}),
        (["talk_transcript.srt", "talk_captions.vtt"], {"talk_captions.vtt": "talk_transcript.srt"}),
        (["talk.vtt", "talk.cc.vtt"], {"talk.cc.vtt": "talk.vtt"}),
        (["Talk-CC.vtt", "talk transcript.vtt"], {"Talk-CC.vtt": "talk transcript.vtt"}),
        (["talk.mp4", "talk.transcript.vtt"], {"talk.transcript.vtt": "talk.mp4"}),
        (["a.transcript.vtt", "a.cc.vtt", "b.cc.vtt"], {"a.cc.vtt": "a.transcript.vtt"}),
        (["talk.vtt", "talk.srt"], {}),
        (["talk.mp4", "talk.vtt"], {}),
        (["talk.en.vtt", "talk.de.vtt"], {}),
        (["a.transcript.vtt", "b.cc.vtt"], {}),
        (["one/talk.transcript.vtt", "two/talk.cc.vtt"], {}),
        (["talk.cc.vtt"], {}),
    ],
)
def test_captions_that_are_named_beside_their_transcript_are_one_meeting(named, left):
    assert named_twice(map(Path, named)) == {Path(path): Path(taken) for path, taken in left.items()}


# The whole way


def test_recognizer_has_no_say_in_the_language_of_captions(tmp_path):
    write(tmp_path / "talk.meta.yaml", "language: vi")
    assert settle_early(job(write(tmp_path / "talk.vtt", TEAMS), tmp_path / "out"), load_config("embedded", environ={})) is None


@pytest.mark.parametrize(
    ("sources", "opened"),
    [(["talk.vtt"], ["summarization", "actions"]), (["talk.vtt", "talk.flac"], ["diarization", "summarization", "actions"])],
)
def test_nothing_is_opened_that_captions_do_not_need(tmp_path, caplog, sources, opened):
    write(tmp_path / "talk.vtt", TEAMS)
    (tmp_path / "talk.flac").symlink_to(SAMPLE_SPEECH)
    config = load_config("embedded", ["diarization.backend=none"], environ={}).config
    with caplog.at_level(logging.INFO, "minutes.models"), ModelPool() as pool:
        open_models(pool, config, [job(tmp_path / name, tmp_path) for name in sources])
    found = [record.getMessage().split()[1].split("/")[0] for record in caplog.records]
    assert [stage for stage in found if stage != "transcription"] == opened
    assert ("transcription" in found) == ("diarization" in opened)


def test_captions_become_minutes_with_their_names(tmp_path):
    outcome = run_plain(write(tmp_path / "2026-03-02-standup.vtt", TEAMS), tmp_path / "out")
    assert outcome["status"] == "completed"
    minutes = json.loads((Path(outcome["folder"]) / "minutes.json").read_bytes())
    assert minutes["participants"] == ["Tom Miller", "Anna Schmidt"]
    (item,) = minutes["action_items"]
    assert (item["owner"], item["due_date"], item["evidence"]["start_s"]) == ("Anna Schmidt", "2026-03-06", 6.5)
    run = json.loads((Path(outcome["folder"]) / "run.json").read_bytes())
    assert [stage["stage"] for stage in run["stages"]][:3] == ["inspect", "captions", "summarization"]
    again = run_plain(Path(outcome["folder"]) / "transcript.json", tmp_path / "again")
    kept = json.loads((Path(again["folder"]) / "minutes.json").read_bytes())
    assert (kept["title"], kept["participants"]) == ("Standup", minutes["participants"])
    assert [found["task"] for found in kept["action_items"]] == [item["task"]]


def test_captions_without_words_are_a_meeting_without_speech(tmp_path):
    outcome = run_plain(write(tmp_path / "2026-03-02.vtt", "WEBVTT\n"), tmp_path / "out")
    assert outcome["status"] == "no_speech"
    assert "No speech was found" in (Path(outcome["folder"]) / "minutes.md").read_text()
