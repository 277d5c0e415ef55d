"""What the minutes say of who spoke when it cannot be sure."""

import pytest

from tasks.diarization.certainty import doubts
from tasks.schema import NoticeKind, Turn


def turn(number: int, start_s: float, end_s: float, channel: int | None = None) -> Turn:
    return Turn(speaker=f"Speaker {number}", start_s=start_s, end_s=end_s, channel=channel)


def codes(*turns: Turn, given: bool = False) -> list[str | None]:
    return [notice.code for notice in doubts(turns, given)]


LONG = (turn(1, 0, 40), turn(2, 40, 80), turn(1, 80, 120))


def test_much_speech_in_several_turns_leaves_no_doubt():
    assert codes(*LONG) == []


@pytest.mark.parametrize("turns", [(turn(1, 0, 20), turn(2, 20, 40), turn(1, 40, 50)), (turn(1, 0, 300), turn(2, 300, 400))])
def test_number_of_people_in_little_speech_or_few_turns_is_unsure(turns):
    (notice,) = doubts(turns, number_is_given=False)
    assert (notice.code, notice.kind, notice.values["number"]) == ("unsure_voices", NoticeKind.INFO, 2)
    assert "2 people were told apart by voice" in notice.message


def test_number_that_was_given_is_not_doubted():
    assert codes(turn(1, 0, 20), given=True) == []


def test_nobody_told_apart_is_no_number_to_doubt():
    assert codes() == codes(Turn(speaker="Unknown speaker", start_s=0, end_s=2)) == []


def test_much_speech_at_once_is_warned_about():
    (notice,) = doubts((*LONG, turn(2, 10, 20)), number_is_given=False)
    assert (notice.code, notice.kind, notice.values["seconds"]) == ("overlapped_speech", NoticeKind.WARNING, 10)


def test_words_of_agreement_are_no_overlap_to_warn_about():
    assert codes(*LONG, turn(2, 10, 12)) == []


def test_people_on_channels_of_their_own_do_not_overlap():
    assert codes(turn(1, 0, 100, 1), turn(2, 0, 100, 2), turn(1, 100, 130, 1)) == []
