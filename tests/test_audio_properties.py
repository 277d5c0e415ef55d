"""Whatever is recorded: every second in one span, all speech inside, nothing found where nothing is."""

from itertools import pairwise
from pathlib import Path
from tempfile import TemporaryDirectory

import numpy as np
from hypothesis import HealthCheck, example, given, settings
from hypothesis import strategies as st

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.audio.options import AudioOptions
from tasks.audio.split import split_recording
from tasks.diarization.assemble import measure_coverage
from tasks.inspection import inspect_recording
from tasks.schema import Recognition, SplitAudio
from tests.builders import engine, noise, silence, tone, write_audio
from tests.faults import faint_noise, in_order, only, overlap_s, speech, total_s, turns

OPTIONS = AudioOptions(max_span_s=30)
EDGE_S = 0.75
"""How far a region may reach beyond the voice: its pad, and the sound that the detector takes for the end of a word."""
ENOUGH_S = 3.0
"""Of shorter scraps of speech the detector may miss much."""
LONG = [("speech", 15.0, 0.0), ("tone", 1.0, 0.0), ("speech", 15.0, 15.0), ("silence", 2.5, 0.0), ("speech", 27.0, 30.0)]
"""Two spans at least, the first of them cut inside speech."""
few = settings(max_examples=10, deadline=None, suppress_health_check=[HealthCheck.too_slow])

Part = tuple[str, float, float]
"""What is heard, how long, and where in the sample it is taken from."""
parts = st.lists(
    st.tuples(st.sampled_from(["speech", "silence", "noise", "tone"]), st.floats(0.01, 15), st.floats(0, 60)),
    min_size=1,
    max_size=5,
)
arrangements = st.sampled_from(["mono", "dual mono", "two parties", "dead left", "dead right", "opposite"])


def made(part: Part) -> Samples:
    kind, seconds, start_s = part
    if kind == "speech":
        return speech(start_s, start_s + seconds)
    return {"silence": silence, "noise": noise, "tone": tone}[kind](seconds)


def joined(recorded: list[Part]) -> tuple[Samples, list[tuple[float, float]]]:
    """The sound of all parts, and where somebody speaks in it."""
    sounds, spoken, now_s = [], [], 0.0
    for part in recorded:
        kind, _, start_s = part
        sounds.append(made(part))
        length_s = sounds[-1].size / SAMPLE_RATE
        if kind == "speech":
            inside = [(max(a, start_s), min(b, start_s + length_s)) for a, b in turns(0, 84)]
            spoken += [(now_s + a - start_s, now_s + b - start_s) for a, b in inside if b > a]
        now_s += length_s
    return np.concatenate(sounds), spoken


def arranged(sound: Samples, arrangement: str) -> Samples:
    """The sound as one or two channels; parties take turns of five seconds."""
    seconds = sound.size / SAMPLE_RATE
    odd = only(sound, [(start, min(start + 5, seconds)) for start in np.arange(0, seconds, 10)])
    stereo = {
        "mono": sound,
        "dual mono": (sound, sound),
        "two parties": (odd, sound - odd),
        "dead left": (faint_noise(sound), sound),
        "dead right": (sound, np.zeros_like(sound)),
        "opposite": (sound, -sound),
    }[arrangement]
    return np.stack(stereo) if isinstance(stereo, tuple) else stereo


def process(sound: Samples) -> tuple[SplitAudio, list[int]]:
    """What is found, and the number of samples in each span's file."""
    with TemporaryDirectory() as folder:
        path = write_audio(Path(folder) / "talk.wav", sound)
        audio = split_recording(path, inspect_recording(path, OPTIONS), Path(folder), OPTIONS)
        return audio, [_samples(Path(folder) / span.audio_path) for span in audio.spans]


def _samples(path: Path) -> int:
    return sum(block.shape[1] for block in Decoder(path))


@few
@given(parts, arrangements)
@example(LONG, "mono")
@example(LONG, "two parties")
def test_every_second_lies_in_one_span_and_every_region_in_its_span(recorded, arrangement):
    sound = arranged(joined(recorded)[0], arrangement)
    audio, lengths = process(sound)
    check_tiles(audio, lengths, sound.shape[-1])
    check_regions(audio)
    check_coverage(audio, sound.shape[-1])


def check_tiles(audio: SplitAudio, lengths: list[int], samples: int) -> None:
    assert audio.duration_s == samples / SAMPLE_RATE
    assert (audio.spans[0].start_s, audio.spans[-1].end_s) == (0, audio.duration_s)
    assert all(before.end_s == after.start_s for before, after in pairwise(audio.spans))
    assert lengths == [round(span.duration_s * SAMPLE_RATE) for span in audio.spans]
    assert max(span.duration_s for span in audio.spans) <= OPTIONS.max_span_s


def check_regions(audio: SplitAudio) -> None:
    for span in audio.spans:
        starts = [region.start_s for region in span.speech]
        assert starts == sorted(starts)
        assert all(span.start_s <= region.start_s < region.end_s <= span.end_s for region in span.speech)
        assert all(region.duration_s <= 30 for region in span.speech)
        for channel in {region.channel for region in span.speech}:
            assert channel in (None, 1, 2)
            assert in_order([(region.start_s, region.end_s) for region in span.speech if region.channel == channel])


def check_coverage(audio: SplitAudio, samples: int) -> None:
    coverage = measure_coverage(audio, Recognition(segments=(), engine=engine()), segments=0)
    assert coverage.duration_ms == round(samples / SAMPLE_RATE * 1000)
    assert coverage.transcribed_ms + coverage.silence_ms == coverage.duration_ms


@few
@given(parts, st.sampled_from(["mono", "dual mono", "dead left", "dead right", "opposite"]))
def test_most_speech_is_found(recorded, arrangement):
    sound, spoken = joined(recorded)
    audio, _ = process(arranged(sound, arrangement))
    long_enough = [stretch for stretch in spoken if stretch[1] - stretch[0] > ENOUGH_S]
    found = [(region.start_s, region.end_s) for region in audio.speech]
    assert overlap_s(found, long_enough) >= 0.75 * total_s(long_enough)


@few
@given(st.lists(st.tuples(st.sampled_from(["speech", "silence"]), st.floats(1, 15), st.floats(0, 60)), min_size=1, max_size=5))
def test_nothing_is_found_in_digital_silence(recorded):
    sound, _ = joined(recorded)
    audio, _ = process(sound)
    for region in audio.speech:
        inside = sound[round(region.start_s * SAMPLE_RATE) : round(region.end_s * SAMPLE_RATE)]
        sounding = np.flatnonzero(inside)
        assert sounding.size, region
        assert sounding[0] <= EDGE_S * SAMPLE_RATE
        assert inside.size - sounding[-1] <= EDGE_S * SAMPLE_RATE


@few
@given(
    st.lists(st.tuples(st.sampled_from(["silence", "noise", "tone"]), st.floats(0.01, 15), st.just(0.0)), min_size=1, max_size=5)
)
def test_nothing_is_found_without_speech(recorded):
    audio, _ = process(joined(recorded)[0])
    assert total_s([(region.start_s, region.end_s) for region in audio.speech]) <= 0.02 * audio.duration_s
