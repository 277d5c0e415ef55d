"""The language of a recording by vote."""

import pytest

from tasks.schema import NoticeKind
from tasks.transcription.language import VOTERS, Vote, choose_voters, count_votes
from tests.builders import region

EN, VI, UNSURE = {"en": 0.99, "vi": 0.001}, {"en": 0.002, "vi": 0.97}, {"en": 0.3, "de": 0.35, "vi": 0.35}
DISTANT = {"cy": 0.63, "en": 0.35, "vi": 0.001}
"""English from afar: this is what Whisper base made of it."""


@pytest.mark.parametrize(
    ("windows", "language"),
    [
        ([], None),
        ([EN], "en"),
        ([VI] * 4 + [EN], "vi"),
    ],
    ids=["nobody votes", "one window", "four of five"],
)
def test_clear_majority_decides_without_a_word(windows, language):
    assert count_votes(windows) == Vote(language=language)


def test_mixed_recording_is_judged_window_by_window():
    vote = count_votes([EN, VI, EN])
    assert (vote.language, vote.languages) == (None, ("en", "vi"))
    assert [(notice.kind, notice.message) for notice in vote.notices] == [
        (NoticeKind.INFO, "several languages (en 67%, vi 33%), so each part was judged by itself")
    ]


@pytest.mark.parametrize("windows", [[DISTANT, EN], [DISTANT, EN, DISTANT], [EN, EN, DISTANT, DISTANT, DISTANT]])
def test_windows_that_may_as_well_be_in_the_others_language_are(windows):
    assert count_votes(windows).language == "en"


@pytest.mark.parametrize("windows", [[DISTANT, EN, VI, VI], [VI, DISTANT, VI, DISTANT, EN]])
def test_only_languages_that_were_surely_heard_are_looked_for(windows):
    vote = count_votes(windows)
    assert vote.language is None
    assert set(vote.languages) == {"en", "vi"}


def test_one_window_that_rules_a_language_out_does_not_decide():
    assert count_votes([EN] * 4 + [{"fr": 1.0}]).language == "en"


def test_nobody_sure_is_a_warning():
    vote = count_votes([UNSURE, {"en": 0.4, "de": 0.3, "vi": 0.3}])
    assert vote.language == "en"
    assert [(notice.kind, notice.message) for notice in vote.notices] == [
        (NoticeKind.WARNING, "no language was clear; 'en' was taken as the likeliest")
    ]


def test_choice_of_few_windows_is_a_warning():
    vote = count_votes([UNSURE] * 9 + [VI])
    assert vote.language == "vi"
    assert [(notice.kind, notice.message) for notice in vote.notices] == [
        (NoticeKind.WARNING, "the language was taken for 'vi', with a certainty of 41% only; a sidecar can say it")
    ]


def test_voters_come_from_all_over_the_recording():
    windows = [region(30 * number, 30 * number + 29) for number in range(600)]
    voters = choose_voters(windows)
    assert len(voters) == VOTERS
    assert [int(voter.start_s // (30 * 600 / VOTERS)) for voter in voters] == list(range(VOTERS))


def test_longest_window_of_each_stretch_votes():
    windows = [region(0, 1), region(30, 55), region(60, 62)] * VOTERS
    assert {voter.duration_s for voter in choose_voters(windows)} == {25}


@pytest.mark.parametrize("count", [0, 1, VOTERS - 1])
def test_all_vote_when_there_are_few(count):
    windows = [region(number, number + 1) for number in range(count)]
    assert choose_voters(windows) == windows
