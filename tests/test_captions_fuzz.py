"""Damaged caption files: the words of the file are the words of the transcript and those that are named as unread, always.

A well-formed WebVTT or SubRip file is drawn, then its lines are dropped, doubled, damaged, glued and torn apart. Words are those
that begin with a `q`, which nothing else in a file does, so that what counts as a word does not depend on the reader.
`DRAWN=40000 pytest tests/test_captions_fuzz.py` looks longer.
"""

import io
import os
import re
from collections import Counter
from itertools import count, product
from string import ascii_lowercase

import webvtt
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.captions.cues import parse_captions
from tasks.captions.source import Kind, TextSource
from tasks.captions.transcript import transcript_of_captions
from tasks.schema import NoticeKind, Transcript
from tests.builders import recording

PEOPLE = ("Dana Fox", "Omar Reed", "Nguyễn Văn An", "Berg, Anna (DE)")
DAMAGE = "7:.,-<>&;() \t/'"
MOST_DAMAGES = 6
DRAWN = int(os.environ.get("DRAWN", "400"))


def words_of(text: str) -> Counter[str]:
    return Counter(re.findall(r"q[a-pr-z]+", text))


def words_read(found: Transcript) -> Counter[str]:
    """The words of the transcript, and those that a notice names: as unread, or as a comment."""
    named = (notice.message for notice in found.notices)
    return words_of("\n".join([*(segment.text for segment in found.segments), *named]))


def lost(found: Transcript, text: str) -> Counter[str]:
    """The words of the file that are neither read nor named, nor taken for a part of a speaker's name."""
    names = words_of("\n".join(segment.speaker or "" for segment in found.segments))
    missing = words_of(text) - words_read(found)
    return Counter({word: number for word, number in missing.items() if word not in names})


def read(text: str) -> Transcript:
    kind = Kind.WEBVTT if text.lstrip("\ufeff\r\n \t").upper().startswith("WEBVTT") else Kind.SUBRIP
    source = recording(container=kind.value, codec="text")
    return transcript_of_captions(TextSource(kind, text, source.sha256), source)


def some_words():
    """Words that come once: what is said twice, captions may show again while they roll."""
    return ("q" + "".join(letters) for length in count(2) for letters in product(ascii_lowercase.replace("q", ""), repeat=length))


def clock(ms: int, sign: str) -> str:
    return f"{ms // 3_600_000:02d}:{ms // 60_000 % 60:02d}:{ms // 1000 % 60:02d}{sign}{ms % 1000:03d}"


def identifier(kind: str, number: int, name: str) -> list[str]:
    """The line above the times of a cue, if there is one."""
    kinds = {"number": str(number), "guid": f"9a1c-4f/{number}-0", "quoted": f'{number} "{name}" (30{number})', "name": name}
    return [kinds[kind]] if kind in kinds else []


@st.composite
def caption_lines(draw) -> list[str]:
    """The lines of a well-formed file: one convention of naming speakers and cues, some words in each cue."""
    is_vtt = draw(st.booleans())
    naming = draw(st.sampled_from(["none", "voice", "colon", "bracket", "changes", "quoted", "name"]))
    numbering = "number" if not is_vtt else draw(st.sampled_from(["none", "number", "guid"]))
    supply = some_words()
    lines = ["WEBVTT", *draw(st.sampled_from([[], ["Kind: captions", "Language: en"]])), ""] if is_vtt else []
    if is_vtt and draw(st.booleans()):
        lines += ["NOTE made by hand", "of two lines", "", "STYLE", "::cue { color: red }", ""]
    before = ""
    for number in range(1, draw(st.integers(1, 6)) + 1):
        name = draw(st.sampled_from(PEOPLE))
        spoken = [" ".join(next(supply) for _ in range(draw(st.integers(1, 4)))) for _ in range(draw(st.integers(1, 3)))]
        lines += identifier(naming if naming in ("quoted", "name") else numbering, number, name)
        start, sign = number * 4000, "." if is_vtt else ","
        lines.append(f"{clock(start, sign)} --> {clock(start + 3500, sign)}{draw(st.sampled_from(['', ' align:start']))}")
        if naming == "voice":
            spoken = [f"<v {name}>{spoken[0]}", *spoken[1:-1], *(spoken[1:] and [f"<c.red>{spoken[-1]}</c></v>"])]
        elif naming == "colon" or (naming == "changes" and name != before):
            spoken[0] = f"{name}: {spoken[0]}"
        elif naming == "bracket":
            spoken.insert(0, f"({name})")
        lines += [*spoken, ""]
        before = name
    return lines


CHANGES = {
    "drop": lambda lines, place: lines[:place] + lines[place + 1 :],
    "double": lambda lines, place: lines[: place + 1] + lines[place:],
    "swap": lambda lines, place: lines[:place] + lines[place : place + 2][::-1] + lines[place + 2 :],
    "gap": lambda lines, place: [*lines[:place], "", *lines[place:]],
    "spaces": lambda lines, place: [*lines[:place], " \t", *lines[place:]],
    "glue": lambda lines, place: lines[:place] + [line for line in lines[place:] if line.strip()],
}


@st.composite
def damaged(draw) -> str:
    """A file in which some lines were dropped, doubled, damaged, glued or torn apart; perhaps cut off, or of another system."""
    lines = draw(caption_lines())
    for _ in range(draw(st.integers(0, MOST_DAMAGES))):
        place = draw(st.integers(0, max(0, len(lines) - 1)))
        change = draw(st.sampled_from([*CHANGES, "mark", "mark", "mark"]))
        if change != "mark":
            lines = CHANGES[change](lines, place)
        elif lines:
            lines[place] = draw(marked(lines[place]))
    text = draw(st.sampled_from(["\n", "\r\n", "\r", "\r\r\n"])).join(lines)
    return text[: draw(st.integers(0, len(text)))] if draw(st.integers(0, 9)) == 0 else text


@st.composite
def marked(draw, line: str) -> str:
    """The line with one character less, more or changed."""
    at, width = draw(st.integers(0, len(line))), draw(st.integers(0, 1))
    return line[:at] + draw(st.sampled_from(["", *DAMAGE])) + line[at + width :]


@settings(max_examples=DRAWN, deadline=None)
@given(damaged())
def test_words_in_are_words_out_and_words_named_as_unread(text):
    found = read(text)
    assert lost(found, text) == Counter()
    assert words_read(found) - words_of(text) == Counter()


@settings(max_examples=300, deadline=None)
@given(caption_lines().filter(lambda lines: not any(line in PEOPLE for line in lines)))
def test_nothing_of_a_well_formed_file_is_unread(lines):
    found = read("\n".join(lines))
    assert [notice.message for notice in found.notices if notice.kind is NoticeKind.WARNING] == []
    assert words_read(found) == words_of("\n".join(lines))


@settings(max_examples=200, deadline=None)
@given(st.lists(st.lists(st.sampled_from(["qa", "qb", "qc", "qd"]), min_size=1, max_size=5), min_size=1, max_size=8))
def test_captions_that_say_the_same_again_lose_no_word_altogether(cues):
    text = "WEBVTT\n\n" + "\n\n".join(f"00:{n:02d}.000 --> 00:{n:02d}.900\n{' '.join(words)}" for n, words in enumerate(cues))
    assert set(words_read(read(text))) == set(words_of(text))


@settings(max_examples=200, deadline=None)
@given(caption_lines().filter(lambda lines: lines[0] in ("1", "WEBVTT")))
def test_well_formed_cues_are_those_that_another_reader_finds(lines):
    text = "\n".join(lines)
    is_vtt = text.startswith("WEBVTT")
    theirs = webvtt.from_string(text) if is_vtt else webvtt.from_buffer(io.StringIO(text), "srt")
    ours = parse_captions(TextSource(Kind.WEBVTT if is_vtt else Kind.SUBRIP, text, ""))
    assert [(cue.start_ms, cue.end_ms) for cue in ours.cues] == [
        (cue.start_time.in_milliseconds(), cue.end_time.in_milliseconds()) for cue in theirs
    ]
    assert [words_of(" ".join(line.text for line in cue.lines)) for cue in ours.cues] == [
        words_of(cue.raw_text) for cue in theirs
    ]
