"""Speech is found when it is faint, beside noise, or between louder people, and not where there is none."""

from itertools import pairwise

import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE, Decoder, Samples
from tasks.audio.options import AudioOptions
from tasks.audio.quality import DecodedCounts, quality_notices
from tasks.audio.speech import SampleRange, find_speech
from tasks.schema import Layout, NoticeKind
from tests.builders import SAMPLE_SPEECH, interval, noise, silence, span, tone

OPTIONS = AudioOptions()


@pytest.fixture(scope="module")
def speech() -> Samples:
    return np.concatenate(list(Decoder(SAMPLE_SPEECH)), axis=1)[0, : 60 * SAMPLE_RATE]


def seconds(regions: list[SampleRange], start_s: float = 0, end_s: float = 1e9) -> float:
    """How much of a stretch the regions cover."""
    first, last = start_s * SAMPLE_RATE, end_s * SAMPLE_RATE
    return sum(max(0, min(end, last) - max(start, first)) for start, end in regions) / SAMPLE_RATE


def fainter(samples: Samples, db: float) -> Samples:
    return (samples * 10 ** (-db / 20)).astype(np.int16)


@pytest.mark.parametrize("db", [20, 30, 36])
def test_faint_person_beside_a_loud_one_is_found_at_the_second_look(speech, db):
    loud, other = speech[: 30 * SAMPLE_RATE], speech[30 * SAMPLE_RATE :]
    found = find_speech(np.concatenate([loud, fainter(other, db)]), OPTIONS)
    expected = seconds(find_speech(other, OPTIONS).regions)
    assert seconds(found.regions, 30, 60) > 0.8 * expected


def test_second_look_says_what_it_found(speech):
    mixed = np.concatenate([speech[: 30 * SAMPLE_RATE], fainter(speech[30 * SAMPLE_RATE :], 36)])
    assert find_speech(mixed, OPTIONS).second_look_s > 5
    assert find_speech(speech, OPTIONS).second_look_s < 3


@pytest.mark.parametrize("sound", [noise, tone, silence], ids=["noise", "tone", "silence"])
def test_second_look_hears_no_speech_in_other_sounds(speech, sound):
    found = find_speech(np.concatenate([speech[: 30 * SAMPLE_RATE], sound(30)]), OPTIONS)
    assert seconds(found.regions, 31, 60) == 0


def test_no_region_is_longer_than_a_recognizer_hears(speech):
    busy = np.concatenate([speech[start * SAMPLE_RATE : (start + 3) * SAMPLE_RATE] for start in (1, 7, 13, 20, 26)] * 5)
    options = AudioOptions(min_silence_ms=5000)
    regions = find_speech(busy, options).regions
    assert max(end - start for start, end in regions) <= 30 * SAMPLE_RATE
    assert any(first[1] == second[0] for first, second in pairwise(regions))


def test_frames_that_do_not_count_hold_no_speech(speech):
    ignored = np.arange(speech.size // 800 + 1) * 0.05 < 30
    found = find_speech(speech, OPTIONS, ignored)
    assert seconds(found.regions, 0, 29.5) == 0
    assert seconds(found.regions, 31, 60) > 15


def test_clip_shorter_than_a_frame_is_no_speech():
    assert find_speech(noise(0.01), OPTIONS).regions == []


# What the reader is told


def notices(*levels: float | None, promised_s: float | None = None, lost=(), heard: DecodedCounts | None = None, **changes):
    spans = [
        span(number, 10.0 * number, 10.0 * (number + 1)).model_copy(update={"level_dbfs": level, **changes})
        for number, level in enumerate(levels)
    ]
    return [(notice.kind, notice.message) for notice in quality_notices(spans, lost, promised_s, heard or DecodedCounts())]


def test_ordinary_recording_has_nothing_to_remark():
    assert (
        notices(-20.0, -60.0, None, promised_s=30.2, heard=DecodedCounts(samples=480_000, clipped=100, second_look_s=0.5)) == []
    )


def test_quiet_recording_is_remarked():
    message = "the recording is very quiet (-52 dBFS), so it was made louder to look for speech"
    assert notices(-52.4, None) == [(NoticeKind.INFO, message)]


def test_clipped_recording_is_a_warning():
    message = "the recording is clipped: 2.0% of it is louder than it can hold, so words may be distorted"
    assert notices(-10.0, heard=DecodedCounts(samples=160_000, clipped=3200)) == [(NoticeKind.WARNING, message)]


@pytest.mark.parametrize(
    ("promised_s", "kind", "message"),
    [
        (25.0, NoticeKind.WARNING, "the recording breaks off after 10.0 s, its header says 25.0 s"),
        (2.0, NoticeKind.INFO, "the recording is 10.0 s long, its header says 2.0 s"),
    ],
)
def test_header_that_lies_is_reported(promised_s, kind, message):
    assert notices(-20.0, promised_s=promised_s) == [(kind, message)]


def test_lost_seconds_are_a_warning():
    message = "1.5 s are missing or could not be decoded, first at 00:00:02"
    assert notices(-20.0, lost=(interval(2, 3), interval(5, 5.5))) == [(NoticeKind.WARNING, message)]


def test_second_look_is_remarked():
    message = "12 s of faint or unclear speech were found at a second look only"
    assert notices(-20.0, heard=DecodedCounts(samples=1, second_look_s=12.3)) == [(NoticeKind.INFO, message)]


def test_layout_that_begins_later_says_when():
    (found,) = quality_notices(
        [span(0, 0, 10), span(1, 10, 20).model_copy(update={"layout": Layout.LEFT})], (), None, DecodedCounts()
    )
    assert found.message == "the right channel is empty, only the left one was used (from 00:00:10 on)"
