"""Different commitments are never one, and one that is said again in other words is not two."""

import pytest

from tasks.language.distinct import differ

TWO = (
    ("Send version 2", "Send version 3"),
    ("Order twelve chairs", "Order twenty chairs"),
    ("Send the red report", "Send the blue report"),
    ("Call Maria about the contract", "Call Peter about the contract"),
    ("Book a room in Paris", "Book a room in Madrid"),
    ("Install release 2.1", "Install release 2.4"),
    ("Pay the May invoice", "Pay the June invoice"),
    ("Write up plan B", "Write up plan C"),
    ("Close the Q1 books", "Close the Q3 books"),
    ("Turn on the heater", "Turn off the heater"),
    ("Check the north gate", "Check the south gate"),
    ("Print the report", "Print another report"),
    ("Call the bank", "Call the lawyer"),
    ("Send her the plan", "Send him the plan"),
    ("Paint the fence this year", "Do not paint the fence this year"),
    ("Gửi bản vẽ màu đỏ", "Gửi bản vẽ màu xanh"),
    ("Gửi phiên bản hai", "Gửi phiên bản ba"),
    ("Gọi cho chị Lan", "Gọi cho anh Tuấn"),
    ("Đặt phòng ở Hà Nội", "Đặt phòng ở Đà Nẵng"),
    ("In báo cáo tháng năm", "In báo cáo tháng sáu"),
    ("Mua 12 cái ghế", "Mua 20 cái ghế"),
)
ONE = (
    ("Send the report to the client", "Send the client the report"),
    ("Send the report", "Send the red report"),
    ("Send the report", "Don't forget to send the report"),
    ("Order new boxes", "Order the boxes"),
    ("Check the numbers", "check the numbers again"),
    ("Send version 2", "Send version two"),
    ("Measure the north side", "Measure the north side of the garden"),
    ("Gửi báo giá cho khách", "Gửi cho khách báo giá"),
    ("Đặt hoa và thiệp mời", "Đặt hoa"),
)


@pytest.mark.parametrize(("one", "other"), TWO)
@pytest.mark.parametrize("together", [False, True])
def test_what_its_own_words_tell_apart_is_two(one, other, together):
    said = (f"I will {one}.", f"I will {other}.")
    assert differ(one, other)
    assert differ(other, one, said[::-1], together=together)
    if together:
        both = " ".join(said)
        assert differ(one, other, (both, both), together=True)


@pytest.mark.parametrize(("one", "other"), ONE)
def test_the_same_in_other_words_is_one(one, other):
    assert not differ(one, other)
    assert not differ(other, one, (other, one), together=True)


def test_a_word_that_nobody_said_tells_nothing_apart():
    said = "I'll call the carpenter tomorrow."
    assert not differ("Phone the carpenter", "Call the carpenter", (said, said))
    assert differ("Pay the carpenter", "Call the carpenter", ("I'll pay the carpenter.", said))
