"""Meetings that came in several files: which files are parts, and what one meeting of them means."""

import hashlib
import json
import re
from collections.abc import Sequence
from pathlib import Path
from unittest.mock import patch

import numpy as np
import pytest

from configs.load import load_config
from flows.cli.tables import print_plan
from flows.finished import Outcome
from flows.folder.batch import run_batch, scan_folder
from flows.folder.classify import Order
from flows.folder.jobs import make_jobs, meetings_of
from flows.folder.scan import scan
from flows.folder.status import status_rows
from flows.observer import RunObserver
from flows.plan import make_plan
from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.audio.joined import JoinedDecoder, decoder_of
from tasks.audio.levels import read_wav, write_wav
from tasks.audio.options import AudioOptions
from tasks.audio.parts import find_meetings, unmarked
from tasks.audio.span_files import read_span, remove_span_files
from tasks.audio.split import split_recording
from tasks.engine.base import Device
from tasks.errors import AudioError, ConfigError
from tasks.inspection import inspect_meeting, inspect_recording
from tasks.job import Job
from tasks.report.manifest import read_manifest
from tasks.schema import NoticeKind, Recording, SplitAudio
from tests.builders import damage, interval, noise, quiet_run, silence, tone, write_audio
from tests.folder_faults import make_old
from tests.test_folder_rules import originals

JOIN = "folder.join_parts=true"
CPU = Device("cpu", "test")


# Names


def joined(*names: str) -> list[list[str]]:
    return [[path.name for path in meeting] for meeting in find_meetings(map(Path, sorted(names))).meetings]


@pytest.mark.parametrize(
    "names",
    [
        ["meeting_part1.mp3", "meeting_part2.mp3", "meeting_part3.mp3"],
        ["talk-part-1.m4a", "talk-part-2.m4a"],
        ["talk Part 01.wav", "talk Part 02.wav"],
        ["talk.part1.ogg", "talk.part2.ogg"],
        ["talk (part 1).mp3", "talk (part 2).mp3"],
        ["talk (part 1 of 2).mp3", "talk (part 2 of 2).mp3"],
        ["Meeting (1 of 3).m4a", "Meeting (2 of 3).m4a", "Meeting (3 of 3).m4a"],
        ["talk 1 of 2.mp3", "talk 2 of 2.mp3"],
        ["talk_1of2.mp3", "talk_2of2.mp3"],
        ["ZOOM0004_01.wav", "ZOOM0004_02.wav"],
        ["ZOOM0001_LR-0001.WAV", "ZOOM0001_LR-0002.WAV"],
        ["Họp phần 1.ogg", "Họp phần 2.ogg"],
        ["hop_phan1.ogg", "hop_phan2.ogg"],
        [*(f"talk_part{number}.mp3" for number in range(1, 12))],
    ],
    ids=lambda names: names[0],
)
def test_parts_are_known_by_their_names(names):
    assert joined(*names) == [names]


@pytest.mark.parametrize(
    "names",
    [
        pytest.param(["talk_1.mp3", "talk_2.mp3"], id="a bare number may count meetings"),
        pytest.param(["audioAnna11234.m4a", "audioTom21234.m4a"], id="one file a participant, of Zoom"),
        pytest.param(["Participant 1.m4a", "Participant 2.m4a"], id="one file a participant"),
        pytest.param(["ZOOM0004_Tr1.WAV", "ZOOM0004_Tr2.WAV"], id="tracks of a recorder"),
        pytest.param(["TASCAM_0001_1.wav", "TASCAM_0001_2.wav"], id="tracks of another one"),
        pytest.param(["counterpart1.mp3", "counterpart2.mp3"], id="a word that ends like the mark"),
        pytest.param(["part1.mp3", "part2.mp3"], id="nothing before the mark"),
        pytest.param(["talk_part1.mp3", "talk_part2.wav"], id="other suffix"),
        pytest.param(["talk_part1.mp3", "walk_part2.mp3"], id="other stem"),
        pytest.param(["talk_part1.mp3", "talk-part2.mp3"], id="other mark"),
        pytest.param(["talk_part1.srt", "talk_part2.srt"], id="captions"),
        pytest.param(["talk_part1.mp3"], id="alone"),
    ],
)
def test_other_names_join_nothing(names):
    assert joined(*names) == []


@pytest.mark.parametrize(
    ("names", "reason"),
    [
        (["t_part1.mp3", "t_part3.mp3"], "part 2 is missing"),
        (["t_part2.mp3", "t_part3.mp3"], "part 1 is missing"),
        (["t_part1.mp3", "t_part9.mp3"], "part 2 and 6 more are missing"),
        (["t (1 of 3).mp3", "t (2 of 3).mp3"], "part 3 is missing"),
        (["t (1 of 2).mp3", "t (2 of 2).mp3", "t (3 of 2).mp3"], "there is no part 3 of 2"),
        (["t_part1.mp3", "t_part01.mp3", "t_part2.mp3"], "there is more than one part 1"),
        (["t_part0.mp3", "t_part1.mp3"], "parts are counted from 1, not from 0"),
    ],
)
def test_a_series_with_a_flaw_is_not_joined_and_the_reason_is_said(names, reason):
    found = find_meetings(map(Path, names))
    assert found.meetings == ()
    assert found.apart == dict.fromkeys(map(Path, names), reason)


@pytest.mark.parametrize(
    ("name", "without"),
    [("talk_part2.mp3", "talk"), ("Meeting (1 of 3).m4a", "Meeting"), ("ZOOM0004_01.wav", "ZOOM0004"), ("talk.mp3", "talk")],
)
def test_the_meeting_goes_by_what_its_parts_share(name, without):
    assert unmarked(name) == without


# Sidecars


@pytest.fixture
def named(tmp_path):
    """The meetings and the reasons of a folder with a.mp3, b.wav, c.mp3 and these sidecars."""

    def find(**sidecars: str):
        for name in ("a.mp3", "b.wav", "c.mp3"):
            (tmp_path / name).write_bytes(b"x")
        for name, content in sidecars.items():
            (tmp_path / f"{name}.meta.yaml").write_text(content)
        found = scan(tmp_path, join_parts=True)
        names = [[path.name for path in parts] for parts in found.joined.meetings.values()]
        return names, {path.name: reason for path, reason in found.joined.apart.items()}

    return find


def test_a_sidecar_names_parts_in_any_order_and_of_any_kind(named):
    assert named(c="parts: [c.mp3, a.mp3, b.wav]") == ([["c.mp3", "a.mp3", "b.wav"]], {})


@pytest.mark.parametrize(
    ("parts", "reason"),
    [
        ("[b.wav, a.mp3]", "the sidecar of 'a.mp3' must name that recording first, and at least one other"),
        ("[a.mp3]", "the sidecar of 'a.mp3' must name that recording first, and at least one other"),
        ("[a.mp3, d.mp3]", "the sidecar of 'a.mp3' names 'd.mp3', which is no recording in the same folder"),
        ("[a.mp3, ../c.mp3]", "the sidecar of 'a.mp3' names '../c.mp3', which is no recording in the same folder"),
        ("[a.mp3, b.wav, b.wav]", "'b.wav' is named as a part more than once"),
    ],
)
def test_a_list_that_cannot_be_used_joins_nothing_and_says_why(named, parts, reason):
    meetings, apart = named(a=f"parts: {parts}")
    assert meetings == []
    assert set(apart.values()) == {reason}


def test_a_file_cannot_be_in_two_meetings(named):
    meetings, apart = named(a="parts: [a.mp3, b.wav]", c="parts: [c.mp3, b.wav]")
    assert meetings == []
    assert set(apart) == {"a.mp3", "b.wav", "c.mp3"}


def test_a_sidecar_goes_before_names(tmp_path):
    for number in (1, 2, 3):
        (tmp_path / f"t_part{number}.mp3").write_bytes(b"x")
    (tmp_path / "t_part1.meta.yaml").write_text("parts: [t_part1.mp3, t_part3.mp3, t_part2.mp3]")
    [parts] = scan(tmp_path, join_parts=True).joined.meetings.values()
    assert [path.name for path in parts] == ["t_part1.mp3", "t_part3.mp3", "t_part2.mp3"]


def test_parts_in_a_sidecar_that_are_not_joined_are_told(tmp_path):
    path = write_audio(tmp_path / "a.wav", tone(1))
    (tmp_path / "a.meta.yaml").write_text("parts: [a.wav, b.wav]")
    assert "folder.join_parts: true" in inspect_recording(path, AudioOptions()).notices[0].message


# The folder


def test_a_meeting_is_one_recording_and_its_other_parts_say_so(tmp_path):
    for name in ("t_part1.mp3", "t_part2.mp3", "other.mp3"):
        (tmp_path / name).write_bytes(b"x")
    found = scan(tmp_path, join_parts=True)
    assert [path.name for path in found.recordings] == ["other.mp3", "t_part1.mp3"]
    [part] = found.skipped
    assert (Path(part.path).name, part.expected) == ("t_part2.mp3", True)
    assert part.reason == "is part 2 of 2 of the meeting that begins with 't_part1.mp3'"
    assert len(scan(tmp_path).recordings) == 3


def test_parts_in_two_folders_are_no_meeting(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "t_part1.mp3").write_bytes(b"x")
    (tmp_path / "sub" / "t_part2.mp3").write_bytes(b"x")
    assert not scan(tmp_path, recursive=True, join_parts=True).joined.meetings


# The sound


def meeting(*parts: Path) -> Recording:
    return inspect_meeting(parts, AudioOptions())


def decoded(*parts: Path) -> tuple[Samples, JoinedDecoder]:
    decoder = decoder_of(parts, meeting(*parts))
    assert isinstance(decoder, JoinedDecoder)
    return np.concatenate(list(decoder), axis=1), decoder


@pytest.mark.parametrize("cut", [1, 16_000, 35_007])
def test_a_recording_that_was_cut_sounds_as_before(tmp_path, cut):
    whole = noise(4)
    parts = [write_audio(tmp_path / "a.wav", whole[:cut]), write_audio(tmp_path / "b.flac", whole[cut:], codec="flac")]
    samples, decoder = decoded(*parts)
    assert np.array_equal(samples[0], whole)
    assert [part.start_s for part in decoder.parts] == [0, cut / SAMPLE_RATE]


def test_mono_and_stereo_parts_are_joined_as_stereo(tmp_path):
    mono = write_audio(tmp_path / "a.wav", tone(1))
    stereo = write_audio(tmp_path / "b.wav", np.stack([tone(1), silence(1)]))
    samples, _ = decoded(mono, stereo)
    assert samples.shape == (2, 2 * SAMPLE_RATE)
    assert np.array_equal(samples[0, :SAMPLE_RATE], samples[1, :SAMPLE_RATE])
    assert not samples[1, SAMPLE_RATE:].any()


@pytest.mark.parametrize(
    ("suffix", "codec", "rate"), [("mp3", "mp3", 44_100), ("m4a", "aac", 48_000), ("ogg", "libopus", 48_000)]
)
def test_the_second_part_begins_where_the_first_ends(tmp_path, suffix, codec, rate):
    click = np.concatenate([silence(0.5, rate), tone(0.5, rate)])
    parts = [write_audio(tmp_path / f"{name}.{suffix}", click, rate, codec) for name in "ab"]
    samples, decoder = decoded(*parts)
    first, second = (np.flatnonzero(np.abs(samples[0, start:]) > 2000)[0] + start for start in (0, round(SAMPLE_RATE * 1.2)))
    assert second / SAMPLE_RATE - decoder.parts[1].start_s == pytest.approx(first / SAMPLE_RATE, abs=0.01)
    assert decoder.parts[1].start_s == pytest.approx(1.0, abs=0.06)


def test_identity_is_the_content_of_the_parts_in_order(tmp_path):
    first, second = write_audio(tmp_path / "a.wav", tone(1)), write_audio(tmp_path / "b.wav", noise(1))
    hashes = [hashlib.sha256(path.read_bytes()).hexdigest() for path in (first, second)]
    found = meeting(first, second)
    assert [part.sha256 for part in found.parts] == hashes
    assert found.sha256 == hashlib.sha256("".join(hashes).encode()).hexdigest() != meeting(second, first).sha256
    assert (found.name, found.duration_s) == ("a.wav", 2.0)


def test_the_sidecar_of_the_meeting_is_that_of_the_first_part_or_of_the_shared_name(tmp_path):
    parts = [write_audio(tmp_path / f"t_part{number}.wav", tone(1)) for number in (1, 2)]
    (tmp_path / "t.meta.yaml").write_text("title: Both")
    assert meeting(*parts).sidecar.title == "Both"
    (tmp_path / "t_part1.meta.yaml").write_text("title: First")
    assert meeting(*parts).sidecar.title == "First"


# A part that is damaged


def split(tmp_path: Path, *parts: Path) -> tuple[Job, Recording, SplitAudio]:
    job = Job(path=str(parts[0]), parts=tuple(map(str, parts)), out=str(tmp_path / "out"), device=CPU)
    found = meeting(*parts)
    return job, found, split_recording(parts[0], found, job.work, AudioOptions(), parts=parts)


def undecodable(path: Path, seconds: float) -> Path:
    """A file whose header is whole and of which nothing can be decoded."""
    write_audio(path, noise(seconds), codec="flac")
    content = path.read_bytes()
    path.write_bytes(content[:200] + bytes(len(content) - 200))
    return path


def test_a_part_without_anything_to_decode_is_a_hole_of_its_length(tmp_path):
    first, last = write_audio(tmp_path / "a.flac", tone(1), codec="flac"), write_audio(tmp_path / "c.flac", tone(1), codec="flac")
    _, _, audio = split(tmp_path, first, undecodable(tmp_path / "b.flac", 2), last)
    assert audio.undecodable == (interval(1, 3),)
    assert [(part.start_s, part.end_s, part.track) for part in audio.parts] == [(0, 1, 1), (1, 3, 0), (3, 4, 1)]
    assert "nothing of part 2 could be decoded" in " ".join(notice.message for notice in audio.notices)


@pytest.mark.parametrize(
    "content", [b"", b"no music", b"WEBVTT\n\n00:01.000 --> 00:02.000\nHello"], ids=["empty", "text", "captions"]
)
def test_a_part_that_is_no_sound_is_told_and_the_others_are_used(tmp_path, content):
    first, bad = write_audio(tmp_path / "a.wav", tone(1)), tmp_path / "b.wav"
    bad.write_bytes(content)
    _, found, audio = split(tmp_path, bad, first)
    assert [(part.track, bool(part.problem)) for part in found.parts] == [(0, True), (1, False)]
    assert found.notices[0].kind is NoticeKind.WARNING
    assert found.notices[0].message.startswith("nothing of part 1 can be heard, 'b.wav'; the times do not count it: ")
    assert [(part.start_s, part.end_s) for part in audio.parts] == [(0, 0), (0, 1)]


def test_a_damaged_part_has_its_hole_where_it_is_in_the_meeting(tmp_path):
    first, second = write_audio(tmp_path / "a.ogg", noise(4), 48_000, "libopus"), tmp_path / "b.ogg"
    write_audio(second, noise(20), 48_000, "libopus")
    damage(second, 0.2)
    _, _, audio = split(tmp_path, first, second)
    alone = Decoder(second)
    list(alone)
    [offset] = {hole.start_s - start / SAMPLE_RATE for hole, (start, _) in zip(audio.undecodable, alone.lost, strict=True)}
    assert offset == pytest.approx(audio.parts[1].start_s)


def test_nothing_is_made_of_parts_of_which_none_can_be_used(tmp_path):
    for name in "ab":
        (tmp_path / name).write_bytes(b"no music")
    with pytest.raises(AudioError, match="is not a recording that can be decoded"):
        meeting(tmp_path / "a", tmp_path / "b")


def test_nothing_is_made_of_parts_of_which_none_can_be_decoded(tmp_path):
    parts = [undecodable(tmp_path / f"{name}.flac", 1) for name in "ab"]
    with pytest.raises(AudioError, match="nor do its other parts"):
        split(tmp_path, *parts)


def test_a_part_that_goes_away_meanwhile_is_no_hole(tmp_path):
    parts = [write_audio(tmp_path / f"{name}.wav", tone(1)) for name in "ab"]
    decoder = decoder_of(parts, meeting(*parts))
    parts[1].unlink()
    with pytest.raises(AudioError):
        list(decoder)


def test_spans_come_back_after_their_files_were_removed(tmp_path):
    stereo = write_audio(tmp_path / "a.flac", np.stack([noise(2), noise(2)]), codec="flac")
    job, _, audio = split(
        tmp_path, stereo, undecodable(tmp_path / "b.flac", 1), write_audio(tmp_path / "c.flac", tone(1), codec="flac")
    )
    [span] = audio.spans
    before = read_wav(job.work / span.audio_path)
    remove_span_files(job, audio)
    assert np.array_equal(read_span(job, audio, span), before)


# The whole way


def batch(folder: Path, out: Path, *overrides: str, said: list[str] | None = None) -> list[Outcome]:
    """A batch with the real stages as plain functions."""
    from flows.folder.flow import process_all
    from flows.recording import process
    from tasks.audio.stage import split as split_stage
    from tasks.diarization.stage import assemble, diarize
    from tasks.transcription.stage import transcribe
    from tests.plain_batch import QUICK, plain_stages

    settings = [QUICK, "hardware.overlap=off", "diarization.backend=none", *overrides]
    order = Order(folder, load_config("embedded", settings, environ={}), out)
    plain = plain_stages(None) | {"split": split_stage, "transcribe": transcribe, "diarize": diarize, "assemble": assemble}

    def work(paths: Sequence[Path], observer: RunObserver, _: object) -> list[Outcome]:
        jobs, run = make_jobs(paths, order.loaded, out), quiet_run()
        with patch.multiple("flows.recording", **plain):
            return process_all(jobs, lambda job: process(job, run, order.loaded.config, order.loaded.name), run, observer)

    return run_batch(order, scan_folder(order).recordings, work, (said if said is not None else []).append)


def put_parts(folder: Path, *parts: Samples) -> list[Path]:
    """Files `2026-03-02 talk_part1.wav` and so on, not written to just now."""
    folder.mkdir(exist_ok=True)
    paths = [write_audio(folder / f"2026-03-02 talk_part{n}.wav", samples) for n, samples in enumerate(parts, start=1)]
    make_old(folder)
    return paths


def words_of(folder: str | None) -> list[tuple[str, float, float]]:
    content = json.loads((Path(folder or "") / "transcript.json").read_text())
    return [(word["text"], word["start_s"], word["end_s"]) for part in content["segments"] for word in part["words"]]


@pytest.fixture(scope="module")
def heard(tmp_path_factory, short_meeting) -> tuple[Outcome, Outcome, Path]:
    """The short meeting, the same cut in two, and the folder of the parts."""
    root = tmp_path_factory.mktemp("heard")
    samples = np.concatenate(list(Decoder(short_meeting)), axis=1)[0][: 7 * SAMPLE_RATE]
    (root / "whole").mkdir()
    write_wav(root / "whole" / "2026-03-02 talk.wav", samples)
    put_parts(root / "parts", samples[:70_001], samples[70_001:])
    [whole] = batch(root / "whole", root / "out-whole")
    [both] = batch(root / "parts", root / "out-parts", JOIN)
    return whole, both, root


def test_a_meeting_in_two_parts_has_the_words_and_times_of_the_whole(heard):
    whole, both, _ = heard
    assert len(words_of(whole.folder)) > 10
    assert words_of(both.folder) == words_of(whole.folder)


def test_minutes_and_run_file_name_the_parts_with_place_length_and_hash(heard):
    _, both, root = heard
    manifest = read_manifest(Path(both.folder or ""))
    assert manifest
    cut = 70_001 / SAMPLE_RATE
    assert [part.start_s for part in manifest.recording.parts] == [0, cut]
    assert sum(part.duration_s or 0 for part in manifest.recording.parts) == pytest.approx(
        manifest.coverage.duration_ms / 1000, abs=1e-3
    )
    page = (Path(both.folder or "") / "minutes.md").read_text()
    assert "| 2 | 2026-03-02 talk\\_part2.wav | 00:00:04 | 00:00:02 |" in page
    hashes = {hashlib.sha256(path.read_bytes()).hexdigest() for path in (root / "parts").iterdir()}
    assert hashes == {part.sha256 for part in manifest.recording.parts}
    assert re.search(r"00:00:0[4-6], part 2 00:00:0[0-2]", page)
    assert "\n# Talk\n" in page
    assert Path(both.folder or "").name == f"2026-03-02-talk-{manifest.recording.sha256[:8]}"


def test_originals_stay_as_they_were_and_a_second_run_does_nothing(tmp_path):
    folder = tmp_path / "in"
    put_parts(folder, silence(1), silence(2))
    before = originals(folder)
    [first] = batch(folder, tmp_path / "out", JOIN)
    [again] = batch(folder, tmp_path / "out", JOIN)
    assert (first.status, first.unchanged, first.duration_s) == ("no_speech", False, 3.0)
    assert (again.unchanged, again.folder) == (True, first.folder)
    assert originals(folder) == before
    found = scan(folder, join_parts=True)
    [row] = status_rows(found.recordings, tmp_path / "out", found.joined.meetings)
    assert row["state"] == "no_speech"
    (tmp_path / "out" / "ledger.json").unlink()
    [row] = status_rows(found.recordings, tmp_path / "out", found.joined.meetings)
    assert row["state"] == "no_speech"


def test_coverage_accounts_for_every_second_of_every_part(tmp_path):
    parts = put_parts(tmp_path / "in", silence(1.5), silence(2.25))
    undecodable(tmp_path / "in" / "x.flac", 2)
    (tmp_path / "in" / "x.flac").rename(parts[1])
    make_old(tmp_path / "in")
    [outcome] = batch(tmp_path / "in", tmp_path / "out", JOIN)
    manifest = read_manifest(Path(outcome.folder or ""))
    assert manifest
    assert (manifest.coverage.silence_ms, manifest.coverage.undecodable_ms) == (1500, 2000)
    assert manifest.coverage.duration_ms == 3500


def test_a_third_part_makes_a_new_meeting_and_the_earlier_minutes_are_told(tmp_path):
    folder, out = tmp_path / "in", tmp_path / "out"
    put_parts(folder, silence(1), silence(2))
    [first] = batch(folder, out, JOIN)
    put_parts(folder, silence(1), silence(2), silence(3))
    said: list[str] = []
    [second] = batch(folder, out, JOIN, said=said)
    assert second.duration_s == 6.0
    assert (Path(first.folder or "") / "run.json").is_file()
    assert f"the earlier minutes stay in '{Path(first.folder or '').name}'" in " ".join(said)


@pytest.mark.parametrize("settle_s", [0, 0.05])
def test_a_meeting_waits_for_a_part_that_is_still_written(tmp_path, settle_s):
    first, second = put_parts(tmp_path / "in", silence(1), silence(2))
    whole = second.read_bytes()
    second.write_bytes(whole[:4])  # the recorder has just begun
    [outcome] = batch(tmp_path / "in", tmp_path / "out", JOIN, f"folder.settle_s={settle_s}")
    assert (outcome.status, Path(outcome.path)) == ("waiting", first)
    second.write_bytes(whole)
    [outcome] = batch(tmp_path / "in", tmp_path / "out", JOIN)
    assert outcome.status == "no_speech"


def test_a_part_that_grows_between_two_looks_keeps_the_meeting_waiting(tmp_path, monkeypatch):
    _, second = put_parts(tmp_path / "in", silence(1), silence(2))
    second.touch()

    def write_on(_: float) -> None:
        with second.open("ab") as file:
            file.write(b"more")

    monkeypatch.setattr("flows.folder.fingerprint.time.sleep", write_on)
    [outcome] = batch(tmp_path / "in", tmp_path / "out", JOIN)
    assert outcome.status == "waiting"
    assert "one of its 2 parts is still being written" in (outcome.error or "")


def test_meetings_with_the_same_parts_are_duplicates(tmp_path):
    put_parts(tmp_path / "in", silence(1), silence(2))
    for path in sorted((tmp_path / "in").iterdir()):
        (tmp_path / "in" / path.name.replace("talk", "copy")).write_bytes(path.read_bytes())
    make_old(tmp_path / "in")
    outcomes = batch(tmp_path / "in", tmp_path / "out", JOIN)
    assert sorted(outcome.status for outcome in outcomes) == ["duplicate", "no_speech"]


def test_a_meeting_that_failed_for_good_is_not_tried_again(tmp_path):
    put_parts(tmp_path / "in", silence(1), silence(2))
    for path in (tmp_path / "in").iterdir():
        path.write_text(f"no music in {path.name}")
    make_old(tmp_path / "in")
    [first] = batch(tmp_path / "in", tmp_path / "out", JOIN)
    [again] = batch(tmp_path / "in", tmp_path / "out", JOIN)
    assert (first.status, first.unchanged, again.unchanged) == ("failed", False, True)


def test_without_the_option_parts_are_recordings_of_their_own(tmp_path):
    put_parts(tmp_path / "in", silence(1), silence(2))
    assert [outcome.duration_s for outcome in batch(tmp_path / "in", tmp_path / "out")] == [1.0, 2.0]


# What is asked for by name


def test_the_first_part_stands_for_the_meeting_and_the_others_are_not_done_twice(tmp_path):
    first, second = put_parts(tmp_path / "in", silence(1), silence(1))
    loaded = load_config("embedded", [JOIN], environ={})
    [job] = meetings_of(make_jobs([second, first], loaded, tmp_path / "out"), join=False)
    assert job.files == (first, second)
    [alone] = make_jobs([second], loaded, tmp_path / "out")
    assert alone.files == (second,)


def test_any_files_are_joined_in_the_order_given(tmp_path):
    paths = [write_audio(tmp_path / name, tone(1)) for name in ("b.wav", "a.wav")]
    loaded = load_config("embedded", environ={})
    [job] = meetings_of(make_jobs(paths, loaded, tmp_path / "out"), join=True)
    assert job.files == tuple(paths)
    assert Job.model_validate_json(job.model_dump_json()) == job


@pytest.mark.parametrize(("names", "what"), [(["a.wav"], "at least two"), (["a.wav", "b.srt"], "'b.srt' holds text")])
def test_what_cannot_be_joined_is_refused(tmp_path, names, what):
    for name in names:
        (tmp_path / name).write_text("1\n00:00:01,000 --> 00:00:02,000\nHello\n" if name.endswith("srt") else "x")
    jobs = make_jobs([tmp_path / name for name in names], load_config("embedded", environ={}), tmp_path / "out")
    with pytest.raises(ConfigError, match=what):
        meetings_of(jobs, join=True)


def test_plan_shows_one_meeting_with_its_parts_and_says_what_is_not_joined(tmp_path, capsys):
    first, second = put_parts(tmp_path / "in", silence(1), silence(2))
    for number in (1, 3):
        write_audio(tmp_path / "in" / f"gap_part{number}.wav", tone(number))
    make_old(tmp_path / "in")
    said: list[str] = []
    made = make_plan([tmp_path / "in"], load_config("embedded", [JOIN], environ={}), tmp_path / "out", said.append)
    rows = {Path(file.path).name: (file.state, file.reason, file.duration_s) for file in made.files}
    assert rows[first.name] == ("to do", f"one meeting of 2 parts: {first.name}, {second.name}", 3.0)
    assert rows[second.name] == ("part", f"is part 2 of 2 of the meeting that begins with '{first.name}'", None)
    assert rows["gap_part3.wav"][:2] == ("to do", "not joined: part 2 is missing")
    assert said == [
        "not joined, although they look like parts: gap_part1.wav, gap_part3.wav (part 2 is missing)",
        f"one meeting: {first.name}, {second.name}",
    ]
    print_plan(made)
    assert "one meeting of 2 parts" in capsys.readouterr().out
    assert not (tmp_path / "out").exists()
