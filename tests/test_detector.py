"""The learnt detector of action items and decisions, with the packaged weights."""

import numpy as np
import pytest

from tasks.actions.detector import (
    WEIGHTS,
    Forest,
    Sums,
    WordingModel,
    action_model,
    decision_model,
    score,
    score_actions,
)
from tasks.actions.detector_features import candidate_features, context_features, talk_of
from tasks.actions.detector_words import plain_words
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


def test_work_handed_out_at_the_end_stands_out_from_the_talk_before() -> None:
    scores = score_actions(meeting(*WHOLE))
    chatter, closing = scores[: -len(HANDED_OUT)], scores[-len(HANDED_OUT) :]
    threshold = action_model().threshold
    assert all(closing[row] >= threshold for row in TASKS[:2])
    assert (chatter < threshold).all()
    assert min(closing[list(TASKS)]) > chatter.max()


def test_an_answer_scores_lower_than_the_task_it_answers() -> None:
    closing = score_actions(meeting(*WHOLE))[-len(HANDED_OUT) :]
    assert max(closing[2], closing[5]) < min(closing[1], closing[3])


def test_scores_are_probabilities_one_for_each_segment() -> None:
    segments = meeting(*WHOLE)
    both = score(segments)
    for values in (both.actions, both.decisions):
        assert values.shape == (len(segments),)
        assert np.isfinite(values).all()
        assert (values >= 0).all()
        assert (values <= 1).all()
    assert np.array_equal(both.actions, score_actions(segments))


@pytest.mark.parametrize("change", [{"later_s": 3600.0}, {"names": {"A": "Zoe", "B": "S1", "C": "C", "D": "Anna"}}])
def test_neither_the_clock_nor_the_names_of_speakers_matter(change: dict) -> None:
    assert np.allclose(score_actions(meeting(*WHOLE, **change)), score_actions(meeting(*WHOLE)), atol=1e-6)


def test_scoring_tasks_scores_no_decisions(monkeypatch) -> None:
    monkeypatch.setattr("tasks.actions.detector.decision_model", lambda: pytest.fail("was asked about decisions"))
    assert score_actions(meeting(*WHOLE)).any()


def test_other_languages_get_zeros() -> None:
    assert not score_actions(meeting(*WHOLE, language="vi")).any()


def test_english_is_scored_beside_another_language() -> None:
    mixed = [*meeting(*WHOLE), *meeting(("A", "Vậy tôi sẽ gửi báo cáo."), language="vi", later_s=9000.0)]
    scores = score_actions(mixed)
    assert scores[-1] == 0
    assert np.allclose(scores[:-1], score_actions(meeting(*WHOLE)))


@pytest.mark.parametrize("lines", [[], [("A", "I will send the report.")], [("A", "")], [(None, "Hm."), (None, "...")]])
def test_meetings_of_hardly_anything_are_scored(lines: list) -> None:
    assert len(score_actions(meeting(*lines))) == len(lines)


def test_segments_that_start_together_are_scored() -> None:
    segments = [segment(number, "You will work on the design.", 5.0, end_s=5.0, speaker="A") for number in (1, 2, 3)]
    assert np.isfinite(score_actions(segments)).all()


def test_weights_are_small_and_hold_no_objects() -> None:
    assert WEIGHTS.stat().st_size < 3 * 2**20
    with np.load(WEIGHTS, allow_pickle=False) as file:
        assert all(file[name].dtype.kind in "fiu" for name in file.files)
    assert "CC BY 4.0" in WEIGHTS.with_suffix(".txt").read_text(encoding="utf-8")


def test_features_and_weights_agree() -> None:
    talk = talk_of(meeting(*WHOLE))
    features, learnt = context_features(talk), action_model()
    assert learnt.sums.weights.shape == (features.shape[1], 3)
    second = candidate_features(talk, learnt.sums.scores(features), np.arange(5))
    assert learnt.forest.feature.max() < second.shape[1]
    assert decision_model().sums.weights.shape == (features.shape[1], 1)
    assert len(decision_model().wording.number) == len(decision_model().wording.own) == len(decision_model().wording.around)


def test_wording_counts_words_of_the_segment_and_of_those_beside_it() -> None:
    wording = WordingModel({"agreed": 0, "we agreed": 1}, own=np.array([1.0, 3.0]), around=np.array([0.5, 0.25]))
    talk = talk_of(meeting(("A", "We agreed."), ("B", "Hm, yes.")))
    assert wording.scores(talk) == pytest.approx([4 / 2**0.5, 0.75 / 2**0.5])


@pytest.mark.parametrize("learnt", [action_model, decision_model])
def test_thresholds_are_probabilities(learnt) -> None:
    assert 0 < learnt().threshold < 1


def test_a_forest_averages_its_trees() -> None:
    forest = Forest(
        roots=np.array([0, 3], np.int32),
        feature=np.array([1, -1, -1, -1], np.int16),
        threshold=np.array([0.5, 0, 0, 0], np.float32),
        left=np.array([1, 0, 0, 0], np.int32),
        right=np.array([2, 0, 0, 0], np.int32),
        share=np.array([0, 0.2, 0.8, 0.4], np.float32),
    )
    assert forest.scores(np.array([[9, 0.5], [9, 0.6]], np.float32)) == pytest.approx([0.3, 0.6])


def test_sums_clip_what_is_far_from_all_that_was_learnt() -> None:
    sums = Sums(np.zeros(1), np.ones(1), np.array([[2.0]]), np.array([1.0]))
    assert sums.scores(np.array([[1.0], [100.0]], np.float32)).ravel() == pytest.approx([3.0, 13.0])


@pytest.mark.parametrize(
    ("said", "plain"),
    [
        ("Um so I'll, I'll send it, you know.", "so i will send it you know"),
        ("You're going to work on the I_D_ part.", "you are gonna work on the id part"),
        ("play-doh", "play doh"),
    ],
)
def test_hesitations_and_stutters_are_left_out(said: str, plain: str) -> None:
    assert plain_words(said) == plain


def test_neighbours_are_those_of_the_same_speaker_with_content() -> None:
    talk = talk_of(meeting(("A", "We start with the budget."), ("B", "Yeah."), ("A", "Right."), ("A", "It is too high for us.")))
    before, after = talk.neighbours
    assert before.tolist() == [-1, -1, 0, 0]
    assert after.tolist() == [3, -1, 3, -1]
