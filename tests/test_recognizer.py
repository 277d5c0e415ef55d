"""Speech regions packed into the windows that an engine sees."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.audio.decode import SAMPLE_RATE
from tasks.schema import Interval
from tasks.transcription.recognizer import pack_windows, slice_window
from tests.builders import interval, noise

ROUNDING_S = 1e-6


@st.composite
def speech_regions(draw) -> list[Interval]:
    """Regions in order, without overlap, on the grid of samples."""
    edges = sorted(draw(st.lists(st.integers(0, 200 * SAMPLE_RATE), unique=True, max_size=24)))
    return [interval(a / SAMPLE_RATE, b / SAMPLE_RATE) for a, b in zip(edges[::2], edges[1::2], strict=False)]


LIMITS = st.floats(0.5, 60)


@given(speech_regions(), LIMITS)
def test_every_second_of_speech_is_in_exactly_one_window(speech, longest_s):
    windows = pack_windows(speech, longest_s)
    for region in speech:
        assert sum(window.overlap_s(region) for window in windows) == pytest.approx(region.duration_s, abs=ROUNDING_S)


@given(speech_regions(), LIMITS)
def test_no_window_is_longer_than_the_limit(speech, longest_s):
    assert all(window.duration_s <= longest_s + ROUNDING_S for window in pack_windows(speech, longest_s))


@given(speech_regions(), LIMITS)
def test_windows_are_in_order_and_do_not_overlap(speech, longest_s):
    edges = [edge for window in pack_windows(speech, longest_s) for edge in (window.start_s, window.end_s)]
    assert edges == sorted(edges)


@given(speech_regions(), LIMITS)
def test_windows_begin_and_end_with_speech(speech, longest_s):
    windows = pack_windows(speech, longest_s)
    covered = [edge for window in windows for edge in (window.start_s, window.end_s)]
    assert all(any(region.start_s <= edge <= region.end_s for region in speech) for edge in covered)


@given(speech_regions(), LIMITS)
def test_region_that_fits_is_never_cut(speech, longest_s):
    starts = {window.start_s for window in pack_windows(speech, longest_s)}
    whole = [region for region in speech if region.duration_s <= longest_s]
    assert not any(region.start_s < start < region.end_s for region in whole for start in starts)


@pytest.mark.parametrize(
    ("speech", "windows"),
    [
        pytest.param([], [], id="no speech"),
        pytest.param([(0, 10), (12, 20), (21, 30)], [(0, 30)], id="all fit"),
        pytest.param([(0, 10), (12, 20), (21, 31)], [(0, 20), (21, 31)], id="the third does not fit"),
        pytest.param([(5, 65)], [(5, 35), (35, 65)], id="long region in equal parts"),
        pytest.param([(0, 70)], [(0, 70 / 3), (70 / 3, 140 / 3), (140 / 3, 70)], id="no crumbs at the end"),
        pytest.param([(0, 1), (40, 41)], [(0, 1), (40, 41)], id="long pause between"),
    ],
)
def test_windows_of_thirty_seconds(speech, windows):
    assert pack_windows([interval(*region) for region in speech], 30) == [interval(*window) for window in windows]


def test_window_is_sliced_from_the_span_to_the_sample():
    samples = noise(4)
    window = interval(601.5, 603.25)
    assert np.array_equal(slice_window(samples, 600, window), samples[24_000:52_000])


@given(st.integers(0, 10**9), st.integers(0, 30 * SAMPLE_RATE), st.integers(1, 1000))
def test_slice_is_exact_far_into_a_long_recording(span_start, offset, length):
    start = (span_start + offset) / SAMPLE_RATE
    window = interval(start, (span_start + offset + length) / SAMPLE_RATE)
    samples = np.empty(31 * SAMPLE_RATE, dtype=np.int16)
    assert slice_window(samples, span_start / SAMPLE_RATE, window).size == length
