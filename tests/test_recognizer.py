"""Speech regions packed into the windows that an engine sees."""

from itertools import pairwise

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.audio.decode import SAMPLE_RATE
from tasks.audio.span_files import cut_out
from tasks.schema import Region
from tasks.transcription.recognizer import pack_windows
from tests.builders import noise, region, span

ROUNDING_S = 1e-6
LONGEST_S = 30.0


@st.composite
def regions_of_one_channel(draw, channel: int | None) -> list[Region]:
    """Regions of at most 30 s, in order, without overlap, on the grid of samples; some of them touch."""
    lengths = draw(
        st.lists(st.tuples(st.just(0) | st.integers(0, 10 * SAMPLE_RATE), st.integers(1, 30 * SAMPLE_RATE)), max_size=12)
    )
    regions, position = [], 0
    for pause, length in lengths:
        regions.append(region((position + pause) / SAMPLE_RATE, (position + pause + length) / SAMPLE_RATE, channel))
        position += pause + length
    return regions


@st.composite
def speech_regions(draw) -> list[Region]:
    """The speech of a recording whose channels were mixed or kept apart, in order of time."""
    channels = draw(st.sampled_from([(None,), (1, 2)]))
    found = [item for channel in channels for item in draw(regions_of_one_channel(channel))]
    return sorted(found, key=lambda item: item.start_s)


def of_channel(items: list[Region], channel: int | None) -> list[Region]:
    return [item for item in items if item.channel == channel]


@given(speech_regions())
def test_every_region_is_in_exactly_one_window_of_its_channel(speech):
    windows = pack_windows(speech)
    for part in speech:
        inside = [w for w in of_channel(windows, part.channel) if w.start_s <= part.start_s and part.end_s <= w.end_s]
        assert len(inside) == 1


@given(speech_regions())
def test_no_window_is_longer_than_the_limit(speech):
    assert all(window.duration_s <= LONGEST_S + 2 * ROUNDING_S for window in pack_windows(speech))


@given(speech_regions())
def test_windows_are_in_order_and_those_of_a_channel_do_not_overlap(speech):
    windows = pack_windows(speech)
    starts = [window.start_s for window in windows]
    assert starts == sorted(starts)
    for channel in (None, 1, 2):
        edges = [edge for window in of_channel(windows, channel) for edge in (window.start_s, window.end_s)]
        assert edges == sorted(edges)


@given(speech_regions())
def test_windows_begin_and_end_where_regions_do(speech):
    windows = pack_windows(speech)
    assert {(w.start_s, w.channel) for w in windows} <= {(part.start_s, part.channel) for part in speech}
    assert {(w.end_s, w.channel) for w in windows} <= {(part.end_s, part.channel) for part in speech}


@given(speech_regions())
def test_two_neighbouring_windows_would_not_fit_into_one(speech):
    windows = pack_windows(speech)
    for channel in (None, 1, 2):
        packed = of_channel(windows, channel)
        for first, second in pairwise(packed):
            next_region = next(part for part in of_channel(speech, channel) if part.start_s == second.start_s)
            assert next_region.end_s - first.start_s > LONGEST_S


@pytest.mark.parametrize(
    ("speech", "windows"),
    [
        pytest.param([], [], id="no speech"),
        pytest.param([(0, 10), (12, 20), (21, 30)], [(0, 30)], id="all fit"),
        pytest.param([(0, 10), (12, 20), (21, 31)], [(0, 20), (21, 31)], id="the third does not fit"),
        pytest.param([(0, 30), (30, 60)], [(0, 30), (30, 60)], id="speech without a pause"),
        pytest.param([(0, 1), (40, 41)], [(0, 1), (40, 41)], id="long pause between"),
    ],
)
def test_windows_of_thirty_seconds(speech, windows):
    assert pack_windows([region(*part) for part in speech]) == [region(*window) for window in windows]


@pytest.mark.parametrize(
    ("speech", "windows"),
    [
        pytest.param([(0, 16), (18, 24), (24.5, 29), (29.5, 33)], [(0, 16), (18, 33)], id="the longest pause"),
        pytest.param([(0, 10), (18, 24), (24.5, 29), (29.2, 33)], [(0, 24), (24.5, 33)], id="not before the least length"),
        pytest.param([(0, 16), (17, 24), (25, 29), (29.5, 33)], [(0, 24), (25, 33)], id="of two that are as long, the later"),
        pytest.param([(0, 16), (20, 29)], [(0, 29)], id="all fits, so nothing is cut"),
        pytest.param([(0, 10), (11, 35)], [(0, 10), (11, 35)], id="the next does not fit"),
    ],
)
def test_what_does_not_fit_is_cut_at_a_long_pause(speech, windows):
    assert pack_windows([region(*part) for part in speech], least_s=15) == [region(*window) for window in windows]


@given(speech_regions(), st.integers(0, 30))
def test_a_window_is_short_only_where_the_next_region_does_not_fit(speech, least_s):
    windows = pack_windows(speech, least_s=least_s)
    for channel in (None, 1, 2):
        parts, packed = of_channel(speech, channel), of_channel(windows, channel)
        assert [part for window in packed for part in parts if window.start_s <= part.start_s < window.end_s] == parts
        for window, following in pairwise(packed):
            beside = next(part for part in parts if part.start_s == following.start_s)
            assert window.duration_s >= least_s or beside.end_s - window.start_s > LONGEST_S


def test_channels_are_packed_apart():
    speech = [region(0, 10, 1), region(5, 15, 2), region(12, 29, 1), region(28, 34, 2)]
    assert pack_windows(speech) == [region(0, 29, 1), region(5, 34, 2)]


@pytest.mark.parametrize(("channel", "row"), [(None, 0), (1, 0), (2, 1)])
def test_window_is_cut_out_of_its_channel_to_the_sample(channel, row):
    samples = np.stack([noise(4), noise(4)[::-1]])
    part = region(601.5, 603.25, channel)
    assert np.array_equal(cut_out(samples, span(0, 600, 604), part), samples[row, 24_000:52_000])


def test_only_channel_left_is_the_one_that_is_meant():
    assert cut_out(noise(1)[np.newaxis], span(0, 0, 1), region(0, 1, channel=2)).size == SAMPLE_RATE


@given(st.integers(0, 10**9), st.integers(0, 30 * SAMPLE_RATE), st.integers(1, 1000))
def test_cut_is_exact_far_into_a_long_recording(span_start, offset, length):
    start = (span_start + offset) / SAMPLE_RATE
    part = region(start, (span_start + offset + length) / SAMPLE_RATE)
    samples = np.empty((1, 31 * SAMPLE_RATE), dtype=np.int16)
    assert cut_out(samples, span(0, span_start / SAMPLE_RATE, start + 60), part).size == length
