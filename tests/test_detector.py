"""The learnt detector of action items and decisions, with the packaged weights."""

import numpy as np
import pytest

from tasks.actions.detector import FIRST, KINDS, WEIGHTS, FirstLook, SecondLook, packaged, second_features
from tasks.actions.detector_features import GRAMS, gram_numbers, place_and_floor, plain_words, scores_around, talk_of
from tests.builders import segment

CHATTER = [
    ("A", "Um I think the old one was a bit heavy."),
    ("B", "Yeah."),
    ("C", "It was in the shop on the corner and people liked the colour."),
    ("A", "Right."),
    ("D", "Did they say why they stopped making it?"),
    ("B", "No, they never said anything about that."),
]
HANDED_OUT = [
    ("A", "Okay, our next meeting is in thirty minutes."),
    ("A", "Um the Industrial Designer will work on the components."),
    ("B", "Okay."),
    ("A", "The Marketing Expert, you're gonna be looking at the user requirements."),
    ("A", "And I'll put the minutes in the shared folder."),
    ("C", "Cool."),
]
TASKS = (1, 3, 4)


def meeting(*lines, language="en", later_s=0.0, names=None):
    """One segment for each (speaker, words), one after the other."""
    segments, clock = [], later_s
    for number, (speaker, text) in enumerate(lines, start=1):
        seconds = 0.4 + 0.3 * len(text.split())
        label = (names or {}).get(speaker, speaker)
        segments.append(segment(number, text, clock, end_s=clock + seconds, speaker=label, language=language))
        clock += seconds
    return segments


WHOLE = [*CHATTER * 20, *HANDED_OUT]


def scores_of(segments, kind="actions"):
    return packaged().scores(segments)[kind]


def test_work_handed_out_at_the_end_stands_out_from_the_talk_before() -> None:
    scores = scores_of(meeting(*WHOLE))
    chatter, closing = scores[: -len(HANDED_OUT)], scores[-len(HANDED_OUT) :]
    assert (chatter < packaged().second["actions"].possible).all()
    assert min(closing[list(TASKS)]) > chatter.max()


def test_an_answer_scores_lower_than_the_task_it_answers() -> None:
    closing = scores_of(meeting(*WHOLE))[-len(HANDED_OUT) :]
    assert max(closing[2], closing[5]) < min(closing[1], closing[3])


@pytest.mark.parametrize("kind", KINDS)
def test_scores_are_probabilities_one_for_each_segment(kind: str) -> None:
    segments = meeting(*WHOLE)
    scores = scores_of(segments, kind)
    assert scores.shape == (len(segments),)
    assert np.isfinite(scores).all()
    assert (scores >= 0).all()
    assert (scores <= 1).all()


@pytest.mark.parametrize("change", [{"later_s": 3600.0}, {"names": {"A": "Zoe", "B": "S1", "C": "C", "D": "Anna"}}])
def test_neither_the_clock_nor_the_names_of_speakers_matter(change: dict) -> None:
    assert np.allclose(scores_of(meeting(*WHOLE, **change)), scores_of(meeting(*WHOLE)), atol=1e-6)


def test_neither_case_nor_marks_matter() -> None:
    bare = [(speaker, text.lower().strip(".?").replace(",", "")) for speaker, text in WHOLE]
    assert np.allclose(scores_of(meeting(*bare)), scores_of(meeting(*WHOLE)))


def test_other_languages_get_zeros() -> None:
    assert not scores_of(meeting(*WHOLE, language="vi")).any()


def test_english_is_scored_beside_another_language() -> None:
    mixed = [*meeting(*WHOLE), *meeting(("A", "Vậy tôi sẽ gửi báo cáo."), language="vi", later_s=9000.0)]
    scores = scores_of(mixed)
    assert scores[-1] == 0
    assert np.allclose(scores[:-1], scores_of(meeting(*WHOLE)))


@pytest.mark.parametrize("lines", [[], [("A", "I will send the report.")], [("A", "")], [(None, "Hm."), (None, "...")]])
def test_meetings_of_hardly_anything_are_scored(lines: list) -> None:
    assert len(scores_of(meeting(*lines))) == len(lines)


def test_segments_that_start_together_are_scored() -> None:
    segments = [segment(number, "You will work on the design.", 5.0, end_s=5.0, speaker="A") for number in (1, 2, 3)]
    assert np.isfinite(scores_of(segments)).all()


def test_a_day_of_talk_is_scored_in_parts() -> None:
    assert np.isfinite(scores_of(meeting(*WHOLE * 20))).all()


def test_weights_are_small_and_hold_no_objects() -> None:
    assert WEIGHTS.stat().st_size < 5 * 2**20
    with np.load(WEIGHTS, allow_pickle=False) as file:
        assert all(file[name].dtype.kind in "fiu" for name in file.files)
    assert "CC BY 4.0" in WEIGHTS.with_suffix(".txt").read_text(encoding="utf-8")


def test_features_and_weights_agree() -> None:
    talk, learnt = talk_of(meeting(*WHOLE)), packaged()
    assert learnt.first.rest.shape == (place_and_floor(talk).shape[1], len(FIRST))
    assert learnt.first.own.shape == learnt.first.around.shape == (GRAMS, len(FIRST))
    for kind in KINDS:
        assert learnt.second[kind].weights.shape == (second_features(talk, learnt.first.scores(talk), kind).shape[1],)


@pytest.mark.parametrize("kind", KINDS)
def test_what_is_possible_is_less_sure_than_what_is_listed(kind: str) -> None:
    lines = packaged().second[kind]
    assert 0 < lines.possible <= lines.table <= 1


def test_words_count_in_the_segment_and_beside_it() -> None:
    talk = talk_of(meeting(("A", "Agreed"), ("B", "hello"), ("C", "hello"), ("D", "hello")))
    (word,) = gram_numbers(["agreed"])[:1]
    rarity, own, around = np.zeros(GRAMS), np.zeros((GRAMS, 1)), np.zeros((GRAMS, 1))
    rarity[word], own[word], around[word] = 2, 3, 0.5
    rest = np.zeros((place_and_floor(talk).shape[1], 1))
    scores = FirstLook(rarity, own, around, rest, np.array([0.25])).scores(talk)
    assert scores.ravel() == pytest.approx([3.25, 0.75, 0.75, 0.25])


def test_far_from_all_that_was_learnt_counts_no_more_than_far() -> None:
    look = SecondLook(np.zeros(1), np.ones(1), np.array([0.5]), 0.0, table=0.5, possible=0.5)
    near, far, farther = look.scores(np.array([[0.0], [100.0], [1000.0]]))
    assert near == 0.5
    assert far == farther


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Um so I'll, I'll send it, you know.", "so i will send it you know"),
        ("You're going to work on the I_D_ part.", "you are gonna work on the id part"),
        ("play-doh", "play doh"),
        ("Tôi sẽ gửi báo cáo.", "tôi sẽ gửi báo cáo"),
    ],
)
def test_hesitations_and_stutters_are_left_out(said: str, plain: str) -> None:
    assert " ".join(plain_words(said)) == plain


def test_scores_of_the_same_speaker_are_found_across_short_answers() -> None:
    talk = talk_of(meeting(("A", "We start with the budget."), ("B", "Yeah."), ("A", "Right."), ("A", "It is too high for us.")))
    around = scores_around(talk, np.array([1.0, 2.0, 3.0, 4.0]))
    before, after = around[:, 5], around[:, 6]
    assert before.tolist() == [-8, -8, 1, 1]
    assert after.tolist() == [4, -8, 4, -8]
