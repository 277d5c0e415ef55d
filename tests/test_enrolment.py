"""People who are known by their voice: enrolled, recognised with a margin, forgotten."""

import json
import sys

import numpy as np
import pytest

from flows.cli import main
from tasks.audio.decode import SAMPLE_RATE, Decoder
from tasks.audio.levels import write_wav
from tasks.diarization.campplus import Campplus, turns_of
from tasks.diarization.enrolment import Enrolment, default_file, read_enrolment, recognised, write_enrolment
from tasks.diarization.heard import HeardStretch
from tasks.errors import ConfigError
from tests.builders import SAMPLE_SPEECH, region

MODEL = "a model"


def voice(*parts: float) -> np.ndarray:
    vector = np.zeros(192, np.float32)
    vector[: len(parts)] = parts
    return vector / np.linalg.norm(vector)


TWO = Enrolment(model=MODEL).with_person("Ana", voice(1), 30).with_person("Bo", voice(0, 1), 30)


def test_voice_is_recognised():
    assert recognised({4: voice(0.9, 0.1, 0.3), 7: voice(0, 0, 1)}, TWO) == {4: "Ana"}


def test_voice_that_is_like_two_people_keeps_its_label():
    assert recognised({4: voice(1, 0.95)}, TWO) == {}


def test_voice_that_is_little_like_anybody_keeps_its_label():
    assert recognised({4: voice(0.4, 0, 1)}, TWO) == {}


def test_name_goes_to_the_likest_voice_only():
    assert recognised({4: voice(1, 0, 0.5), 7: voice(1, 0, 0.1)}, TWO) == {7: "Ana"}


def test_second_enrolment_adds_to_the_first():
    (person,) = Enrolment(model=MODEL).with_person("Ana", voice(1), 30).with_person("Ana", voice(0, 1), 10).people
    assert person.seconds == 40
    assert person.voice[0] == pytest.approx(3 * person.voice[1], rel=1e-3)


def test_only_the_recognised_are_named_in_turns():
    heard = [
        HeardStretch(region(start, start + 8), ((0, None, number),), tuple(pieces), np.stack([found] * 8))
        for number, (start, found) in enumerate([(0, voice(0, 0, 1)), (8, voice(1))])
        for pieces in [[region(start + second, start + second + 1) for second in range(8)]]
    ]
    assert [turn.speaker for turn in turns_of(heard, Campplus.Options(), TWO)] == ["Speaker 1", "Ana"]


def test_file_is_for_its_owner_alone_and_reads_back(tmp_path):
    path = tmp_path / "deep" / "voices.json"
    write_enrolment(path, TWO)
    assert path.stat().st_mode & 0o077 == 0
    assert read_enrolment(path, MODEL) == TWO


def test_voices_of_another_model_are_refused(tmp_path):
    write_enrolment(tmp_path / "voices.json", TWO)
    with pytest.raises(ConfigError, match="holds voices heard with 'a model'"):
        read_enrolment(tmp_path / "voices.json", "another")


def test_file_of_something_else_is_refused(tmp_path):
    (tmp_path / "voices.json").write_text("[]")
    with pytest.raises(ConfigError, match="is no file of enrolled voices"):
        read_enrolment(tmp_path / "voices.json", MODEL)


def test_unknown_name_cannot_be_forgotten():
    with pytest.raises(ConfigError, match="nobody named 'Cy' is enrolled; enrolled: Ana, Bo"):
        TWO.without("Cy")


def test_nobody_is_recognised_unless_asked():
    assert Campplus.Options().voices is None


def test_voices_decide_results_and_a_missing_file_is_named(tmp_path):
    path = tmp_path / "voices.json"
    options = Campplus.Options(voices=str(path))
    assert "minutes speakers enrol" in Campplus.problems(options)[0]
    write_enrolment(path, TWO)
    before = Campplus.revision(options)
    write_enrolment(path, TWO.without("Bo"))
    assert Campplus.problems(options) == ()
    assert Campplus.revision(options) != before


@pytest.fixture
def minutes(monkeypatch, capsys):
    monkeypatch.setattr("flows.cli.app.quiet_libraries", lambda debug: None)

    def run(*words: str) -> tuple[int, str]:
        monkeypatch.setattr(sys, "argv", ["minutes", "speakers", *words])
        try:
            main()
        except SystemExit as end:
            told = capsys.readouterr()
            return int(end.code or 0), told.out + told.err
        return 0, capsys.readouterr().out

    return run


def test_person_is_enrolled_from_a_clip_listed_and_forgotten(tmp_path, minutes):
    samples = np.concatenate(list(Decoder(SAMPLE_SPEECH)), axis=1)[0]
    first, second = samples[: round(5.9 * SAMPLE_RATE)], samples[round(6.2 * SAMPLE_RATE) : 11 * SAMPLE_RATE]
    write_wav(tmp_path / "alone.wav", np.concatenate([first] * 3))
    write_wav(tmp_path / "brief.wav", first)
    write_wav(tmp_path / "both.wav", np.concatenate([first, second] * 2))
    assert minutes("list") == (0, "nobody is enrolled\n")
    assert "10 s are needed" in minutes("enrol", "Ana", str(tmp_path / "brief.wav"))[1]
    assert "holds 2 voices" in minutes("enrol", "Ana", str(tmp_path / "both.wav"))[1]
    code, told = minutes("enrol", "Ana", str(tmp_path / "alone.wav"))
    assert (code, told.startswith("Ana: enrolled from 1")) == (0, True)
    kept = json.loads(default_file().read_text())
    assert [sorted(person) for person in kept["people"]] == [["name", "seconds", "voice"]]
    assert minutes("list")[1].startswith("Ana  1")
    assert minutes("forget", "Ana")[0] == 0
    assert minutes("list") == (0, "nobody is enrolled\n")


def test_clips_or_minutes_are_wanted(minutes):
    assert minutes("enrol", "Ana") == (2, "error: minutes speakers enrol: give either clips, or --minutes with a folder.\n")
