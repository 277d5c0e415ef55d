"""Speech to text with a scripted engine: what is reused, what is reported, and when it gives up."""

import hashlib
import re
from collections.abc import Callable
from typing import Any

import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE
from tasks.audio.levels import write_wav
from tasks.engine.base import Device, Options
from tasks.engine.pool import ModelPool
from tasks.engine.registry import backends
from tasks.errors import BackendError
from tasks.job import Job, Run
from tasks.language.messages import message
from tasks.schema import NoticeKind, Participant, Recognition, Sidecar, SplitAudio
from tasks.store import Ref
from tasks.transcription.choice import TranscriptionChoice
from tasks.transcription.guards.verdicts import GuardOptions
from tasks.transcription.recognizer import Hint, Recognizer, WindowResult
from tasks.transcription.stage import transcribe
from tests.builders import interval, noise, recording, region, span, word

CHOICE = TranscriptionChoice(backend="scripted", guards=GuardOptions(enabled=False))
"""Without doubts: one word in seconds of noise would raise some. `test_guarded.py` has them."""
HELLO = [word("hello", 0.25, 0.75)]
REFUSAL = BackendError("cannot hear.", fix="Speak up.")


class Script:
    """What the engine answers to one window after the other: words, an error, or a crash. `HELLO` when it has run out."""

    def __init__(self) -> None:
        self.answers: list = []
        self.windows: list[np.ndarray] = []
        self.revision = "1"
        self.hints: list[Hint] = []
        self.voters = 0
        self.language = {"en": 0.9}

    def answer(self, window: np.ndarray) -> WindowResult | BackendError:
        self.windows.append(window)
        answer = self.answers.pop(0) if self.answers else HELLO
        if isinstance(answer, MemoryError):
            raise answer
        return answer if isinstance(answer, BackendError) else WindowResult(words=tuple(answer), language="en")


@pytest.fixture
def script(monkeypatch):
    script = Script()

    class Scripted(Recognizer):
        name, summary = "scripted", "reads its answers from a script"
        window_s = 4.0

        class Options(Options):
            volume: int = 1

        @classmethod
        def revision(cls, options) -> str:
            return script.revision

        def recognize(self, windows, hint):
            script.hints.append(hint)
            return (script.answer(window) for window in windows)

        def language_probabilities(self, windows):
            script.voters += len(windows)
            return [script.language] * len(windows)

    monkeypatch.setitem(backends("transcription"), "scripted", Scripted)
    return script


@pytest.fixture
def job(tmp_path) -> Job:
    return Job(path="meetings/standup.flac", out=str(tmp_path), device=Device("cpu", "no GPU"))


@pytest.fixture
def meeting(job):
    """Three spans of ten seconds; two windows of speech in the first and last, none in the second."""
    speech = [(1, 4), (6, 9)], [], [(21, 24), (26, 29)]
    return lambda sidecar=None: stored_meeting(job, [[region(*part) for part in parts] for parts in speech], sidecar)


def stored_meeting(job: Job, speech: list, sidecar: Sidecar | None = None, *, stereo: bool = False) -> tuple[Ref, Ref]:
    """References to a recording and to its audio, ten seconds a span."""
    spans = []
    for index, regions in enumerate(speech):
        plain = span(index, 10.0 * index, 10.0 * (index + 1), *regions)
        samples = np.roll(noise(10), index)
        write_wav(job.work / plain.audio_path, np.stack([samples, samples[::-1]]) if stereo else samples)
        sha256 = hashlib.sha256((job.work / plain.audio_path).read_bytes()).hexdigest()
        spans.append(plain.model_copy(update={"sha256": sha256}))
    audio = SplitAudio(duration_s=10.0 * len(spans), spans=tuple(spans))
    return as_ref(job, "inspect", recording(sidecar=sidecar or Sidecar())), as_ref(job, "audio", audio)


def transcribed(job: Job, *given: Any, progress: Callable[[str, str, float], None] = lambda *_: None) -> Ref:
    """What the stage gives in a run of its own."""
    return transcribe(job, Run(ModelPool(), progress=progress), *given)


def as_ref(job: Job, stage: str, result) -> Ref:
    return Ref.to(stage, job.store.save(stage, "0" * 64, result), result, cached=False, seconds=0)


def test_words_get_their_time_in_the_recording(job, script, meeting):
    result = transcribed(job, *meeting(), CHOICE).load(Recognition)
    assert [(segment.text, segment.start_s, segment.end_s) for segment in result.segments] == [
        ("Hello", 1.25, 1.75),
        ("Hello", 6.25, 6.75),
        ("Hello", 21.25, 21.75),
        ("Hello", 26.25, 26.75),
    ]
    assert (result.failed, result.notices) == ((), ())


def test_each_channel_is_recognised_by_itself(job, script):
    script.answers = [[word("hello", 0, 1), word("hold", 3, 4)], [word("yes", 0, 1)]]
    meeting = stored_meeting(job, [[region(1, 5, channel=1), region(2, 4, channel=2)]], stereo=True)
    result = transcribed(job, *meeting, CHOICE).load(Recognition)
    said = [(segment.id, segment.text, segment.channel, segment.start_s) for segment in result.segments]
    assert said == [("S0001", "Hello", 1, 1.0), ("S0002", "Yes", 2, 2.0), ("S0003", "Hold", 1, 4.0)]
    left, right = script.windows
    assert np.array_equal(left, noise(10)[SAMPLE_RATE : 5 * SAMPLE_RATE])
    assert np.array_equal(right, noise(10)[::-1][2 * SAMPLE_RATE : 4 * SAMPLE_RATE])


def test_engine_hears_the_samples_of_each_window(job, script, meeting):
    transcribed(job, *meeting(), CHOICE)
    assert [window.size for window in script.windows] == [3 * SAMPLE_RATE] * 4
    assert np.array_equal(script.windows[0], noise(10)[SAMPLE_RATE : 4 * SAMPLE_RATE])


@pytest.mark.parametrize(
    ("start_s", "end_s", "placed"),
    [(2.5, 3.5, (3.5, 4.0)), (3.0, 3.25, (4.0, 4.0)), (9.0, 9.5, (4.0, 4.0)), (0.0, 3.0, (1.0, 4.0))],
)
def test_word_keeps_inside_its_window(job, script, meeting, start_s, end_s, placed):
    script.answers = [[word("late", start_s, end_s)]]
    first = transcribed(job, *meeting(), CHOICE).load(Recognition).segments[0]
    assert (first.start_s, first.end_s) == placed


def test_provenance_names_the_engine(job, script, meeting):
    engine = transcribed(job, *meeting(), CHOICE).load(Recognition).engine
    assert (engine.stage, engine.backend, engine.revision, engine.device) == ("transcription", "scripted", "1", "cpu")


def test_window_on_which_the_engine_fails_is_located_and_reported(job, script, meeting):
    script.answers = [HELLO, REFUSAL, HELLO, REFUSAL]
    result = transcribed(job, *meeting(), CHOICE).load(Recognition)
    assert result.failed == (interval(6, 9), interval(26, 29))
    (notice,) = result.notices
    assert notice.kind is NoticeKind.FAILED
    assert notice.message == "2 parts were not recognised, first at 00:00:06: cannot hear. Speak up."


def test_one_failed_window_is_reported_in_the_singular(job, script, meeting):
    script.answers = [REFUSAL]
    (notice,) = transcribed(job, *meeting(), CHOICE).load(Recognition).notices
    assert notice.message == "1 part was not recognised, first at 00:00:01: cannot hear. Speak up."


def test_other_windows_are_recognised_when_one_fails(job, script, meeting):
    script.answers = [REFUSAL]
    result = transcribed(job, *meeting(), CHOICE).load(Recognition)
    assert [segment.start_s for segment in result.segments] == [6.25, 21.25, 26.25]


def test_failing_on_every_window_is_an_error(job, script, meeting):
    script.answers = [REFUSAL] * 4
    with pytest.raises(BackendError) as caught:
        transcribed(job, *meeting(), CHOICE)
    assert str(caught.value) == "scripted failed on every part of the recording: cannot hear. Speak up."


def test_failing_on_every_window_is_an_error_after_a_silent_span_too(job, script):
    script.answers = [REFUSAL]
    with pytest.raises(BackendError, match=re.escape("scripted failed on every part of the recording: cannot hear.")):
        transcribed(job, *stored_meeting(job, [[], [region(11, 14)]]), CHOICE)


def test_window_without_words_is_not_a_failed_window(job, script):
    script.answers = [[], REFUSAL]
    result = transcribed(job, *stored_meeting(job, [[region(1, 4)], [region(11, 14)]]), CHOICE).load(Recognition)
    assert (result.segments, result.failed) == ((), (interval(11, 14),))


def test_recording_without_speech_has_no_segments_and_no_failure(job, script):
    result = transcribed(job, *stored_meeting(job, [[], []]), CHOICE).load(Recognition)
    assert (result.segments, result.failed, script.windows) == ((), (), [])


def test_second_call_reuses_the_result(job, script, meeting):
    refs = meeting()
    first = transcribed(job, *refs, CHOICE)
    second = transcribed(job, *refs, CHOICE)
    assert (second.cached, second.digest, len(script.windows)) == (True, first.digest, 4)


def test_spans_done_before_a_crash_are_not_done_again(job, script, meeting):
    refs = meeting()
    script.answers = [HELLO, HELLO, MemoryError("crash")]
    with pytest.raises(MemoryError):
        transcribed(job, *refs, CHOICE)
    result = transcribed(job, *refs, CHOICE).load(Recognition)
    assert [segment.start_s for segment in result.segments] == [1.25, 6.25, 21.25, 26.25]
    assert len(script.windows) == 3 + 2


def test_only_the_span_with_a_failed_window_is_tried_again(job, script, meeting):
    refs = meeting()
    script.answers = [HELLO, HELLO, HELLO, REFUSAL]
    transcribed(job, *refs, CHOICE)
    again = transcribed(job, *refs, CHOICE)
    assert (again.cached, again.load(Recognition).failed, len(script.windows)) == (False, (), 4 + 2)


def test_force_recognises_every_span_again(job, script, meeting):
    refs = meeting()
    transcribed(job, *refs, CHOICE)
    transcribed(job.model_copy(update={"force": True}), *refs, CHOICE)
    assert len(script.windows) == 8


def test_other_options_recognise_again(job, script, meeting):
    refs = meeting()
    transcribed(job, *refs, CHOICE)
    transcribed(job, *refs, CHOICE.model_copy(update={"options": {"volume": 2}}))
    assert len(script.windows) == 8


def test_other_model_revision_recognises_again(job, script, meeting):
    refs = meeting()
    transcribed(job, *refs, CHOICE)
    script.revision = "2"
    transcribed(job, *refs, CHOICE)
    assert len(script.windows) == 8


def test_progress_rises_with_the_windows_and_the_spans(job, script, meeting):
    heard: list[float] = []
    note = lambda path, stage, share: heard.append(share) if stage == "transcription" else None  # noqa: E731
    transcribed(job, *meeting(), CHOICE, progress=note)
    assert heard == [0.0, 4 / 30, 9 / 30, 10 / 30, 20 / 30, 24 / 30, 29 / 30, 1.0, 1.0]


# Language


def test_language_of_the_vote_is_told_to_the_engine(job, script, meeting):
    script.language = {"vi": 0.8, "en": 0.2}
    transcribed(job, *meeting(), CHOICE)
    assert {hint.language for hint in script.hints} == {"vi"}
    assert script.voters == 4


def test_mixed_languages_are_left_to_the_engine_and_reported(job, script, meeting, monkeypatch):
    kinds = iter([{"vi": 0.9}, {"en": 0.9}] * 2)
    monkeypatch.setattr(
        backends("transcription")["scripted"], "language_probabilities", lambda self, windows: [next(kinds) for _ in windows]
    )
    result = transcribed(job, *meeting(), CHOICE).load(Recognition)
    assert {hint.language for hint in script.hints} == {None}
    assert result.notices[0].message == "several languages (vi 50%, en 50%), so each part was judged by itself"


@pytest.mark.parametrize(
    ("sidecar", "choice"),
    [(Sidecar(language="en-GB"), CHOICE), (None, CHOICE.model_copy(update={"language": "en"}))],
    ids=["sidecar", "configuration"],
)
def test_nobody_votes_when_a_person_named_the_language(job, script, meeting, sidecar, choice):
    transcribed(job, *meeting(sidecar), choice)
    assert ({hint.language for hint in script.hints}, script.voters) == ({"en"}, 0)


def test_names_and_vocabulary_are_told_to_the_engine(job, script, meeting):
    sidecar = Sidecar(participants=(Participant(name="Helen"), Participant(name="Rob")), vocabulary=("Wisteria", "Helen"))
    transcribed(job, *meeting(sidecar), CHOICE)
    assert {hint.prompt for hint in script.hints} == {"Helen, Rob, Wisteria"}


def test_vote_is_not_repeated_after_a_crash(job, script, meeting):
    refs = meeting()
    script.answers = [MemoryError("crash")]
    with pytest.raises(MemoryError):
        transcribed(job, *refs, CHOICE)
    transcribed(job, *refs, CHOICE)
    assert script.voters == 4


def test_what_the_engine_gave_up_is_reported(job, script, meeting, monkeypatch):
    step = message("smaller_batch", device="cuda", batch=16, half=8)
    monkeypatch.setattr(backends("transcription")["scripted"], "steps", (step,))
    (notice,) = transcribed(job, *meeting(), CHOICE).load(Recognition).notices
    assert (notice.kind, notice.message) == (NoticeKind.FALLBACK, step.message)
