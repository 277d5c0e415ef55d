"""Voices grouped into speakers, on synthetic embeddings."""

import numpy as np
import pytest

from tasks.diarization.resemblyzer import Resemblyzer, cluster_voices, merge_turns
from tests.builders import region

SIZE = 256
OPTIONS = Resemblyzer.Options()


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
    assert pattern(cluster(voice(0, 9), voice(1, 8), seconds=0.4, min_speaker_s=3.3)) == "A" * 17


def test_voices_that_are_all_brief_are_one_speaker():
    assert pattern(cluster(voice(0, 2), voice(1, 3), min_speaker_s=4)) == "AAAAA"


def test_distance_decides_what_is_one_voice():
    apart = [voice(0, 5, 0), np.repeat(between(0, 1, 0.5), 5, axis=0)]
    assert [pattern(cluster(*apart, distance=limit)) for limit in (0.25, 0.35)] == ["AAAAABBBBB", "AAAAAAAAAA"]


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


@pytest.mark.parametrize("labels", [(9, 4, 7), (0, 1, 2), (2, 1, 0)])
def test_speakers_are_numbered_by_first_appearance(labels):
    assert [speaker for speaker, _, _ in turns(*[(n, n + 1, label) for n, label in enumerate(labels)])] == [
        "Speaker 1",
        "Speaker 2",
        "Speaker 3",
    ]


def test_nothing_heard_is_no_turn():
    assert turns() == []
