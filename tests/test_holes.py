"""Speech without words is recognised by itself; what stays without words is named."""

from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest

from configs.load import load_config
from tasks.audio.decode import SAMPLE_RATE, Decoder
from tasks.audio.levels import write_wav
from tasks.engine.base import Device, Options
from tasks.engine.registry import backends
from tasks.job import Job
from tasks.meeting.segments import SENTENCE_ENDS
from tasks.schema import Minutes, NoticeKind, Transcript
from tasks.transcription.faster_whisper import FasterWhisper
from tasks.transcription.guards.retries import recognize_guarded
from tasks.transcription.guards.verdicts import GuardOptions
from tasks.transcription.recognizer import Hint, Recognizer, WindowResult
from tasks.transcription.windows import Window
from tests.builders import SAMPLE_SPEECH, noise, region, words
from tests.flow_runs import run_one

FULL_S, SAID = 28.0, "we will pay five hundred dollars for the fence and the gate. I will call the carpenter tomorrow morning."
LAST = "I will call the carpenter tomorrow morning."


class Dropping(Recognizer):
    """Leaves the last eight seconds of a full window out; deaf to them for ever if it is told so."""

    name, summary = "dropping", "drops the end of full windows"

    def __init__(self, *, deaf: bool) -> None:
        super().__init__(Options(), Device("cpu", "test"))
        self.deaf, self.heard_s = deaf, []

    def recognize(self, windows, hint):
        for window in windows:
            seconds = window.size / SAMPLE_RATE
            self.heard_s.append(seconds)
            text = SAID.removesuffix(LAST) if seconds > 20 else "" if self.deaf else LAST
            until_s = seconds - 8 if seconds > 20 else seconds
            yield WindowResult(words=words(text, each_s=until_s / max(1, len(text.split()))), language="en")


def full_window() -> Window:
    """Three bursts of sound a second, as syllables are."""
    loud = np.sin(np.pi * 3 * np.arange(round(FULL_S * SAMPLE_RATE)) / SAMPLE_RATE) ** 4
    return Window(region(0, FULL_S), (noise(FULL_S) * loud).astype(np.int16), ((0.0, FULL_S),))


def recognized(engine: Dropping):
    (verdict,) = recognize_guarded(engine, [full_window()], Hint(language="en"), GuardOptions(), lambda _: None)
    return verdict


def test_last_sentence_that_was_dropped_is_recognised_by_itself():
    verdict = recognized(Dropping(deaf=False))
    assert " ".join(word.text for word in verdict.heard.words) == SAID
    assert verdict.unheard == ()


def test_speech_that_never_gets_words_is_named():
    verdict = recognized(Dropping(deaf=True))
    assert [(round(start_s), round(end_s)) for start_s, end_s in verdict.unheard] == [(20, 28)]


# The whole way, from sound to minutes


class Forgetful(FasterWhisper):
    """Whisper base, which loses the last sentence of every full window at the first hearing, and at the others if it is deaf."""

    name = "forgetful"
    deaf = False
    lost: tuple[WindowResult, ...] = ()

    def recognize(self, windows, hint):
        first_time = not Forgetful.lost
        for window, heard in zip(windows, super().recognize(windows, hint), strict=True):
            if not first_time:
                yield heard.model_copy(update={"words": ()}) if self.deaf else heard
            elif window.size > 20 * SAMPLE_RATE:
                ends = [number for number, word in enumerate(heard.words, start=1) if word.text.endswith(SENTENCE_ENDS)]
                kept = ends[-2]
                Forgetful.lost += (heard.model_copy(update={"words": heard.words[kept:]}),)
                yield heard.model_copy(update={"words": heard.words[:kept]})
            else:
                yield heard


@pytest.fixture
def forgetful(monkeypatch):
    monkeypatch.setitem(backends("transcription"), "forgetful", Forgetful)
    monkeypatch.setattr(Forgetful, "lost", ())
    return Forgetful


@pytest.fixture(scope="module")
def recording_path(tmp_path_factory) -> Path:
    """One full window."""
    samples = np.concatenate(list(Decoder(SAMPLE_SPEECH)), axis=1)[0]
    path = tmp_path_factory.mktemp("recordings") / "2026-03-02-garden.wav"
    write_wav(path, samples[: 26 * SAMPLE_RATE])
    return path


@pytest.fixture
def minutes_of(prefect_api: str, recording_path: Path, tmp_path: Path) -> Callable[[], tuple[Minutes, Transcript, str]]:
    """Minutes, transcript, and the minutes as people read them."""
    from prefect.settings import PREFECT_API_URL, PREFECT_FLOWS_HEARTBEAT_FREQUENCY, temporary_settings

    def run() -> tuple[Minutes, Transcript, str]:
        overrides = ["transcription.backend=forgetful", "transcription.options.model=base", "diarization.backend=none"]
        loaded = load_config("embedded", overrides, environ={})
        with temporary_settings({PREFECT_API_URL: prefect_api, PREFECT_FLOWS_HEARTBEAT_FREQUENCY: None}):
            job = Job(path=str(recording_path), out=str(tmp_path), device=Device("cpu", "test"))
            folder = Path(run_one(job, loaded).folder or "")
        files = [(folder / name).read_text(encoding="utf-8") for name in ("minutes.json", "transcript.json", "minutes.md")]
        return Minutes.model_validate_json(files[0]), Transcript.model_validate_json(files[1]), files[2]

    return run


def test_sentence_lost_by_the_engine_is_in_the_transcript(forgetful, minutes_of):
    minutes, transcript, _ = minutes_of()
    heard = " ".join(segment.text for segment in transcript.segments).casefold()
    lost = [" ".join(word.text for word in window.words).casefold() for window in forgetful.lost]
    assert lost
    assert [sentence for sentence in lost if sentence not in heard] == []
    assert minutes.coverage.unheard == ()
    assert not [notice for notice in minutes.warnings if notice.stage == "transcription"]


def test_sentence_that_the_engine_never_hears_is_named_in_the_minutes(forgetful, minutes_of, monkeypatch):
    monkeypatch.setattr(Forgetful, "deaf", True)
    minutes, _, written = minutes_of()
    [window], [hole] = forgetful.lost, minutes.coverage.unheard
    assert hole.start_s <= window.words[0].start_s < window.words[-1].end_s <= hole.end_s
    assert minutes.coverage.unheard_ms == pytest.approx(1000 * hole.duration_s, abs=1)
    [warning] = [notice for notice in minutes.warnings if notice.stage == "transcription"]
    assert warning.kind is NoticeKind.WARNING
    assert warning.message.startswith("somebody speaks in 1 place for which no words were found (")
    assert warning.message in written
    assert "speech without words" in written
