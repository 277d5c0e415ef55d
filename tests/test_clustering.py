"""Voices grouped into speakers, on synthetic embeddings, and the turns that follow."""

import tracemalloc
from itertools import pairwise

import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE
from tasks.diarization.by_voice import even, filled, tiled, unit_vectors, window_starts
from tasks.diarization.clustering import UNKNOWN, VoiceOptions, cluster_voices
from tasks.diarization.turns import folded, merge_turns, sounding
from tests.builders import region, silence, tone

SIZE = 256
OPTIONS = VoiceOptions()


def voice(number: int, count: int, spread: float = 0.02) -> np.ndarray:
    """Unit vectors of one voice; voices of different numbers are at right angles."""
    vectors = np.eye(SIZE)[number] + np.random.default_rng(number).normal(0, spread, (count, SIZE))
    return (vectors / np.linalg.norm(vectors, axis=1, keepdims=True)).astype(np.float32)


def between(first: int, second: int, share: float) -> np.ndarray:
    """One vector between two voices, nearer to the second the larger the share."""
    vector = (1 - share) * np.eye(SIZE)[first] + share * np.eye(SIZE)[second]
    return (vector / np.linalg.norm(vector))[None].astype(np.float32)


def cluster(*voices: np.ndarray, seconds: float = 1.0, **options: float) -> list[int]:
    vectors = np.concatenate(voices)
    return cluster_voices(vectors, [seconds] * len(vectors), OPTIONS.model_copy(update=options))


def pattern(labels: list[int]) -> str:
    """Labels as letters in the order of their appearance: [7, 7, 2] is `AAB`."""
    letters = {label: chr(ord("A") + number) for number, label in enumerate(dict.fromkeys(labels))}
    return "".join(letters[label] for label in labels)


def test_each_voice_is_one_cluster():
    assert pattern(cluster(voice(0, 5), voice(1, 6), voice(2, 5))) == "AAAAABBBBBBCCCCC"


def test_voice_that_comes_back_is_the_same_cluster():
    assert pattern(cluster(voice(0, 5), voice(1, 5), voice(0, 5))) == "AAAAABBBBBAAAAA"


def test_one_voice_is_one_cluster():
    assert pattern(cluster(voice(3, 20))) == "A" * 20


def test_single_piece_is_a_cluster_of_its_own():
    assert cluster(voice(0, 1)) == [0]


def test_voice_heard_briefly_is_given_to_the_nearest():
    assert pattern(cluster(voice(0, 5), between(0, 1, 0.7), voice(1, 5))) == "AAAAABBBBBB"


def test_voice_heard_long_enough_stays():
    assert pattern(cluster(voice(0, 5), voice(1, 4), min_speaker_s=4)) == "AAAAABBBB"


def test_seconds_count_and_not_pieces():
    assert pattern(cluster(voice(0, 9), voice(1, 8), seconds=0.4, min_speaker_s=3.3, unknown_below=0.0)) == "A" * 17


def test_windows_that_hold_two_voices_are_no_third_person():
    change = between(0, 1, 0.5)
    parts = [part for _ in range(12) for part in (voice(0, 4), change, voice(1, 4), change)]
    assert len(set(cluster(*parts, seconds=0.4))) == 2


def test_voice_like_nobody_is_unknown():
    labels = cluster(voice(0, 9), voice(5, 1), voice(1, 9))
    assert [labels.index(UNKNOWN), labels.count(UNKNOWN)] == [9, 1]


def test_similar_voices_heard_briefly_are_one_person():
    parts = [voice(0, 6), np.repeat(between(0, 1, 0.39), 6, axis=0)]
    lengths = [len(set(cluster(*parts, seconds=seconds, distance=0.1))) for seconds in (1.0, 20.0)]
    assert lengths == [1, 2]


@pytest.mark.parametrize("most", [1, 2, 3])
def test_no_more_people_than_allowed(most):
    assert len(set(cluster(*(voice(n, 6) for n in range(5)), max_speakers=most, unknown_below=0.0))) == most


def test_no_fewer_people_than_asked_for():
    parts = [voice(0, 6, 0.001), np.repeat(between(0, 1, 0.2), 6, axis=0)]
    assert [len(set(cluster(*parts, min_speakers=least))) for least in (1, 2)] == [1, 2]


def test_people_that_cannot_be_told_apart_stay_one_whatever_is_asked():
    assert len(set(cluster(np.repeat(voice(0, 1), 3, axis=0), min_speakers=2))) == 1


def test_bounds_must_be_in_order():
    with pytest.raises(ValueError, match=r"min_speakers of at most max_speakers \(2\), not 3"):
        VoiceOptions(min_speakers=3, max_speakers=2)


def test_voices_are_the_same_people_in_every_block():
    parts = [voice(0, 60), voice(1, 60), voice(2, 60), voice(0, 60), voice(2, 60), voice(3, 60)]
    found = pattern(cluster(*parts, block_min=1.0))
    assert found == "".join(letter * 60 for letter in "ABCACD")


def test_memory_does_not_grow_with_the_square_of_the_recording():
    vectors = np.concatenate([voice(n % 3, 100) for n in range(180)])  # two hours
    seconds = [0.4] * len(vectors)
    tracemalloc.start()
    labels = cluster_voices(vectors, seconds, OPTIONS.model_copy(update={"block_min": 4.0}))
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert len(set(labels)) == 3
    assert peak < len(vectors) ** 2 * 4 / 10


def test_voices_that_are_all_brief_are_one_speaker():
    assert pattern(cluster(voice(0, 2), voice(1, 3), min_speaker_s=4, unknown_below=0.0)) == "AAAAA"


def test_distance_decides_what_is_one_voice():
    apart = [voice(0, 5, 0), np.repeat(between(0, 1, 0.5), 5, axis=0)]
    assert [pattern(cluster(*apart, distance=limit)) for limit in (0.25, 0.35)] == ["AAAAABBBBB", "AAAAAAAAAA"]


def test_alike_enough_is_the_same_voice():
    apart = [voice(0, 5, 0), np.repeat(between(0, 1, 0.5), 5, axis=0)]
    assert [pattern(cluster(*apart, same_voice=limit)) for limit in (0.85, 0.75)] == ["AAAAABBBBB", "AAAAAAAAAA"]


def test_labels_are_plain_numbers_one_for_each_piece():
    labels = cluster(voice(0, 5), voice(1, 6), between(0, 1, 0.4))
    assert [type(label) for label in labels] == [int] * 12


def turns(*parts: tuple[float, float, int]) -> list[tuple[str, float, float]]:
    merged = merge_turns([region(start, end) for start, end, _ in parts], [label for *_, label in parts])
    return [(turn.speaker, turn.start_s, turn.end_s) for turn in merged]


def test_neighbouring_pieces_of_one_voice_are_one_turn():
    assert turns((0, 1, 5), (1, 2, 5), (2, 3, 5)) == [("Speaker 1", 0, 3)]


def test_pause_ends_a_turn():
    assert turns((0, 1, 5), (1.5, 2, 5)) == [("Speaker 1", 0, 1), ("Speaker 1", 1.5, 2)]


def test_other_voice_ends_a_turn():
    assert turns((0, 1, 5), (1, 2, 3), (2, 3, 5)) == [("Speaker 1", 0, 1), ("Speaker 2", 1, 2), ("Speaker 1", 2, 3)]


def paused(*parts: tuple[float, float, int], pause_s: float = 2.0) -> list[tuple[str, float, float]]:
    merged = merge_turns([region(start, end) for start, end, _ in parts], [label for *_, label in parts], pause_s)
    return [(turn.speaker, turn.start_s, turn.end_s) for turn in merged]


def test_pause_of_one_person_is_part_of_the_turn_if_it_may_be():
    assert paused((0, 1, 5), (2.5, 3, 5), (5.5, 6, 5)) == [("Speaker 1", 0, 3), ("Speaker 1", 5.5, 6)]


def test_pause_in_which_another_one_speaks_ends_a_turn():
    assert paused((0, 1, 5), (1.2, 1.4, 7), (1.8, 3, 5)) == [
        ("Speaker 1", 0, 1),
        ("Speaker 2", 1.2, 1.4),
        ("Speaker 1", 1.8, 3),
    ]


def test_two_people_at_once_have_two_turns_that_go_on():
    assert paused((0, 2, 5), (2, 3, 5), (2, 3, 7), (3, 4, 7)) == [("Speaker 1", 0, 3), ("Speaker 2", 2, 4)]


@pytest.mark.parametrize("labels", [(9, 4, 7), (0, 1, 2), (2, 1, 0)])
def test_speakers_are_numbered_by_first_appearance(labels):
    assert [speaker for speaker, _, _ in turns(*[(n, n + 1, label) for n, label in enumerate(labels)])] == [
        "Speaker 1",
        "Speaker 2",
        "Speaker 3",
    ]


def test_nothing_heard_is_no_turn():
    assert turns() == []


def test_turn_of_an_unknown_voice_is_nobodys_number():
    assert turns((0, 1, 5), (1, 2, UNKNOWN), (2, 3, 7)) == [
        ("Speaker 1", 0, 1),
        ("Unknown speaker", 1, 2),
        ("Speaker 2", 2, 3),
    ]


@pytest.mark.parametrize(
    ("labels", "after"),
    [
        ([1, 1, 2, 1, 1], [1, 1, 1, 1, 1]),
        ([1, 1, UNKNOWN, 1, 1], [1, 1, 1, 1, 1]),
        ([1, 1, 2, 3, 3], [1, 1, 2, 3, 3]),
        ([1, 1, UNKNOWN, 3, 3], [1, 1, UNKNOWN, 3, 3]),
        ([1, 1, 1, 1, 2], [1, 1, 1, 1, 2]),
        ([UNKNOWN, 2, UNKNOWN, 1, 1], [UNKNOWN, 2, UNKNOWN, 1, 1]),
        ([1, 2, 2, 2, 1], [1, 2, 2, 2, 1]),
    ],
)
def test_fragment_is_folded_only_inside_one_persons_turn(labels, after):
    assert folded([region(0.4 * n, 0.4 * (n + 1)) for n in range(5)], labels) == after


def test_fragment_after_a_pause_is_not_inside_a_turn():
    pieces = [region(0, 1), region(1.5, 2), region(2, 3)]
    assert folded(pieces, [1, 2, 1]) == [1, 2, 1]


def test_padding_without_sound_is_no_part_of_a_turn():
    samples = np.concatenate([silence(0.2), tone(1.0), silence(0.6)])
    heard = sounding(region(10, 11.8), samples)
    assert (heard.start_s, heard.end_s) == (pytest.approx(10.2), pytest.approx(11.55))


def test_silence_is_left_as_it_is():
    assert sounding(region(0, 1), silence(1.0)) == region(0, 1)


@pytest.mark.parametrize(("seconds", "count"), [(0.4, 1), (1.2, 1), (1.6, 2), (2.0, 3), (10.0, 23)])
def test_windows_cover_the_speech(seconds, count):
    starts = window_starts(round(seconds * SAMPLE_RATE), 1.6, 0.4)
    assert len(starts) == count
    assert len(filled(np.ones(round(seconds * SAMPLE_RATE), np.float32), starts, 1.6)) >= starts[-1] + 1.6 * SAMPLE_RATE


def test_pieces_tile_what_is_heard():
    pieces = list(tiled(region(10, 14), region(10.2, 13.9), range(0, 40_000, 6400), 1.6))
    assert (pieces[0].start_s, pieces[-1].end_s) == (10.2, 13.9)
    assert all(a.end_s == b.start_s for a, b in pairwise(pieces))


def test_loudness_makes_no_difference():
    quiet, loud = (tone(1.0) // share for share in (16, 2))
    np.testing.assert_allclose(even(quiet), even(loud), atol=1e-3)


def test_silence_has_a_direction_too():
    vectors = unit_vectors(np.array([[3.0, 4.0], [0.0, 0.0], [np.nan, 1.0]]))
    np.testing.assert_allclose(vectors, [[0.6, 0.8], [0.5**0.5] * 2, [0.5**0.5] * 2], rtol=1e-6)
