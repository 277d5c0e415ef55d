"""The sentences that the tests of due dates are drawn from: the same for a seed, of every relation, and right by the calendar."""

import datetime as dt
from collections import Counter
from functools import cache
from pathlib import Path

import pytest

from tests.drawn.rules import day_of_month, day_of_week, day_of_year, next_weekday, quarter_end, working_days
from tests.drawn_dates import LANGUAGES, RELATIONS, Drawn, drawn

# The first ten of seed 2026 in each language, checked by hand against a calendar: base, relation, first, last, sentence.
CHECKED = """
2031-01-05 by - 2031-01-17 Prior to the 17th, could you please write the job description?
2028-08-19 by - 2028-08-22 By close of business on Tuesday, I'll test the payment form with real cards.
2028-01-13 not_before 2028-04-13 - Anna agreed to renew the certificate, April 13 or later.
2028-12-22 around - 2028-12-23 I think we should collect the survey answers from the branches around Tuesday, no, around tomorrow.
2028-01-01 by - 2028-01-10 Yeah, so Omar will share the minutes with everyone by Friday, or rather by the 10th.
2026-07-11 from 2026-08-01 - Yeah, so from next month onwards, we need to share the parking space with the neighbours, all right?
2029-08-27 after 2029-09-06 - Priya, can you upload the recordings to the archive only after Thursday of next week?
2029-12-09 on - 2029-12-14 Well, please close the old accounts Friday.
2026-04-25 - - - We need to call the Sunday Times about the advert.
2031-03-15 between 2031-03-18 2031-03-20 From Tuesday till Thursday, I think, we should keep the survey open, as we agreed.
2027-12-29 by - 2027-12-31 Ừm, em, ờ, sẽ bàn giao chìa khoá cho chủ nhà trước Thứ Hai tới, xin lỗi, Thứ Sáu này.
2027-05-11 around - 2027-05-17 Anh Hùng kiểm tra bản sao lưu Thứ Hai hay tầm đó được không ạ?
2027-12-28 from 2027-12-30 - À, anh Hùng ơi, đón đoàn khách kể từ tối thứ 5 tuần này giúp em nhé.
2024-10-29 until - 2024-10-30 Vâng, đến hết ngày mai bạn Minh sẽ thuê văn phòng phụ cho kịp tiến độ.
2030-07-01 - - - Dạ, anh Hùng có thể gửi báo cáo cho chị Lan lúc nào tiện được không?
2031-05-23 around - 2031-05-27 Ừm, em so sánh ba báo giá vào khoảng thứ 3 ạ.
2024-10-31 not_before 2024-11-02 - Sớm nhất là ngày mốt bạn Minh mới hủy gói dịch vụ cũ được.
2030-04-30 by - 2030-09-30 Ừm, hàng mẫu phải được giao cho nhà máy, hạn chót là cuối quý tới.
2029-11-07 by - 2029-11-08 Bạn Minh sẽ cập nhật bảng Monday.com, em nghĩ là chậm nhất là sáng mai, mọi người thấy sao?
2026-05-29 after 2026-05-31 - Nhờ chị Lan sửa trang đăng nhập cho đối tác sau thứ 6, à không, sau chủ nhật.
"""

both_languages = pytest.mark.parametrize("language", LANGUAGES)


@cache
def many(language: str) -> tuple[Drawn, ...]:
    return tuple(drawn(language, 10_000, seed=1))


@both_languages
def test_a_seed_gives_the_same_sentences_and_another_seed_others(language):
    first = list(drawn(language, 200, seed=7))

    assert list(drawn(language, 200, seed=7)) == first
    assert list(drawn(language, 200, seed=8)) != first


@both_languages
def test_every_relation_comes_often_enough(language):
    seen = Counter(row.relation for row in many(language))

    assert set(seen) == set(RELATIONS)
    assert min(seen.values()) >= 300


@both_languages
def test_the_sentences_differ(language):
    assert len({row.sentence for row in many(language)}) >= 5_000


@both_languages
def test_the_days_of_the_meeting_are_of_every_weekday_month_and_odd_date(language):
    days = {row.base for row in many(language)}

    assert {day.weekday() for day in days} == set(range(7))
    assert {day.month for day in days} == set(range(1, 13))
    assert {(2, 29), (12, 31), (1, 1)} <= {(day.month, day.day) for day in days}


@both_languages
def test_a_sentence_holds_the_words_of_its_task_in_their_order(language):
    for row in many(language):
        rest = iter(row.sentence.casefold().replace(",", " ").replace(".", " ").replace("?", " ").split())
        task = row.task.casefold().replace(".", " ").split()
        assert all(word in rest for word in task), row


@both_languages
def test_a_relation_has_the_ends_that_it_bounds_and_none_before_the_meeting(language):
    ends = {"between": (True, True), None: (False, False)} | dict.fromkeys(("not_before", "after", "from"), (True, False))

    for row in many(language):
        assert (row.first is not None, row.last is not None) == ends.get(row.relation, (False, True)), row
        assert row.base <= (row.first or row.base) <= (row.last or dt.date.max), row
        assert row.base <= (row.last or row.base), row


@both_languages
def test_no_mark_of_a_template_is_left_in_a_sentence(language):
    for row in many(language):
        assert not set("{}<>|;") & set(row.sentence), row
        assert not any(slip in row.sentence for slip in ("  ", ",,", " ,", "..")), row
        assert row.sentence.endswith((".", "?")), row


def test_draws_agree_with_a_calendar():
    rows = [row for language in LANGUAGES for row in drawn(language, 10, seed=2026)]

    shown = [f"{row.base} {row.relation or '-'} {row.first or '-'} {row.last or '-'} {row.sentence}" for row in rows]
    assert shown == CHECKED.strip().splitlines()


@pytest.mark.parametrize(
    ("day", "expected"),
    [
        (next_weekday(dt.date(2026, 11, 30), 0), "2026-12-07"),
        (next_weekday(dt.date(2024, 2, 28), 3), "2024-02-29"),
        (day_of_week(dt.date(2025, 12, 31), 6, 0), "2026-01-04"),
        (day_of_month(dt.date(2026, 11, 30), 5), "2026-12-05"),
        (day_of_month(dt.date(2026, 11, 10), 31), "None"),
        (day_of_month(dt.date(2026, 11, 10), 10), "None"),
        (day_of_year(dt.date(2026, 11, 30), 3, 5), "2027-03-05"),
        (day_of_year(dt.date(2027, 6, 1), 2, 29), "None"),
        (quarter_end(dt.date(2026, 11, 30), 1), "2027-03-31"),
        (working_days(dt.date(2026, 11, 27), 1), "2026-11-30"),
        (working_days(dt.date(2026, 11, 28), 5), "2026-12-04"),
    ],
)
def test_the_rules_agree_with_a_calendar(day, expected):
    assert str(day) == expected


def test_nothing_of_the_product_is_imported():
    sources = [Path(__file__).with_name("drawn_dates.py"), *Path(__file__).with_name("drawn").glob("*.py")]

    lines = [line for source in sources for line in source.read_text(encoding="utf-8").splitlines()]
    assert not [line for line in lines if line.startswith(("from tasks", "import tasks", "from flows", "from configs"))]
