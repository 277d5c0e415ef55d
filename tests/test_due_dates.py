"""Due phrases and their days, in a meeting on Monday 2 March 2026 unless the test says otherwise."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st

from tasks.language.due_dates import Due, find_due

MONDAY = dt.date(2026, 3, 2)
FRIDAY = dt.date(2026, 3, 6)

ENGLISH = [
    ("call him by friday", "by friday", "2026-03-06"),
    ("Send it before Friday.", "before Friday", "2026-03-06"),
    ("send it on Tuesday", "on Tuesday", "2026-03-03"),
    ("send it monday", "monday", "2026-03-09"),
    ("have it for monday", "for monday", "2026-03-09"),
    ("by this friday", "by this friday", "2026-03-06"),
    ("by next friday", "by next friday", "2026-03-13"),
    ("friday next week", "friday next week", "2026-03-13"),
    ("next week friday", "next week friday", "2026-03-13"),
    ("on friday of next week", "on friday of next week", "2026-03-13"),
    ("wednesday this week", "wednesday this week", "2026-03-04"),
    ("next monday", "next monday", "2026-03-09"),
    ("a week from monday", "a week from monday", "2026-03-16"),
    ("by wednesday at the latest", "by wednesday at the latest", "2026-03-04"),
    ("no later than thursday", "no later than thursday", "2026-03-05"),
    ("friday morning", "friday morning", "2026-03-06"),
    ("friday morning at 9 am", "friday morning at 9 am", "2026-03-06"),
    ("today", "today", "2026-03-02"),
    ("finish it tonight", "tonight", "2026-03-02"),
    ("this afternoon", "this afternoon", "2026-03-02"),
    ("by the end of the day", "by the end of the day", "2026-03-02"),
    ("by end of day", "by end of day", "2026-03-02"),
    ("by noon", "by noon", "2026-03-02"),
    ("by five o'clock", "by five o'clock", "2026-03-02"),
    ("in an hour", "in an hour", "2026-03-02"),
    ("call him tomorrow and ask", "tomorrow", "2026-03-03"),
    ("tomorrow morning", "tomorrow morning", "2026-03-03"),
    ("by tomorrow at 5 pm", "by tomorrow at 5 pm", "2026-03-03"),
    ("the day after tomorrow", "the day after tomorrow", "2026-03-04"),
    ("in three days", "in three days", "2026-03-05"),
    ("in two weeks", "in two weeks", "2026-03-16"),
    ("in 2 weeks", "in 2 weeks", "2026-03-16"),
    ("within the next two weeks", "within the next two weeks", "2026-03-16"),
    ("two weeks from now", "two weeks from now", "2026-03-16"),
    ("in a week's time", "in a week's time", "2026-03-09"),
    ("in a fortnight", "in a fortnight", "2026-03-16"),
    ("in a month", "in a month", "2026-04-02"),
    ("in twenty one days", "in twenty one days", "2026-03-23"),
    ("this week", "this week", "2026-03-06"),
    ("by the end of the week", "by the end of the week", "2026-03-06"),
    ("before the weekend", "before the weekend", "2026-03-06"),
    ("over the weekend", "over the weekend", "2026-03-08"),
    ("next week", "next week", "2026-03-13"),
    ("by the end of next week", "by the end of next week", "2026-03-13"),
    ("at the beginning of next week", "at the beginning of next week", "2026-03-09"),
    ("end of the month", "end of the month", "2026-03-31"),
    ("by the end of this month", "by the end of this month", "2026-03-31"),
    ("before the end of march", "before the end of march", "2026-03-31"),
    ("by the end of february", "by the end of february", "2027-02-28"),
    ("next month", "next month", "2026-04-30"),
    ("by the end of the year", "by the end of the year", "2026-12-31"),
    ("on march third", "on march third", "2026-03-03"),
    ("by March 3.", "by March 3", "2026-03-03"),
    ("March 3rd, 2027", "March 3rd, 2027", "2027-03-03"),
    ("the third of march", "the third of march", "2026-03-03"),
    ("by the third of may", "by the third of may", "2026-05-03"),
    ("march thirty first", "march thirty first", "2026-03-31"),
    ("on may second we meet", "on may second", "2026-05-02"),
    ("on may fourth?", "on may fourth", "2026-05-04"),
    ("december twenty-fifth", "december twenty-fifth", "2026-12-25"),
    ("by january first", "by january first", "2027-01-01"),
    ("on the 3rd.", "on the 3rd", "2026-03-03"),
    ("on the first", "on the first", "2026-04-01"),
    ("by the twenty first", "by the twenty first", "2026-03-21"),
    ("on the fifteenth of next month", "on the fifteenth of next month", "2026-04-15"),
    ("friday the thirteenth of march", "friday the thirteenth of march", "2026-03-13"),
    ("by 2026-04-01", "by 2026-04-01", "2026-04-01"),
    ("25/12", "25/12", "2026-12-25"),
    ("12/25", "12/25", "2026-12-25"),
    ("03/03", "03/03", "2026-03-03"),
]
ENGLISH_WITHOUT_A_DAY = [
    ("02/03", "02/03"),
    ("31 february", "31 february"),
    ("on april thirty first", "on april thirty first"),
    ("friday the 14th of march", "friday the 14th of march"),
    ("as soon as possible", "as soon as possible"),
    ("soon", "soon"),
    ("paint it some day", "some day"),
    ("next time", "next time"),
    ("later", "later"),
    ("at the next meeting", "at the next meeting"),
    ("in a couple of weeks", "in a couple of weeks"),
    ("by june", "by june"),
    ("early next week", "early next week"),
    ("in the first week of june", "in the first week of june"),
    ("next quarter", "next quarter"),
]
NO_PHRASE = [
    "the report from last friday",
    "we met last week",
    "since monday",
    "every monday",
    "Friday's meeting",
    "we may see",
    "on the third floor",
    "the first question",
    "two people",
    "march on",
    "send the report",
]
VIETNAMESE = [
    ("gửi báo cáo trước thứ sáu", "trước thứ sáu", "2026-03-06"),
    ("thứ sáu tới", "thứ sáu tới", "2026-03-06"),
    ("thứ sáu tuần này", "thứ sáu tuần này", "2026-03-06"),
    ("thứ sáu tuần sau", "thứ sáu tuần sau", "2026-03-13"),
    ("thứ hai", "thứ hai", "2026-03-09"),
    ("thứ năm này", "thứ năm này", "2026-03-05"),
    ("chiều thứ năm", "chiều thứ năm", "2026-03-05"),
    ("trước thứ 6", "trước thứ 6", "2026-03-06"),
    ("chủ nhật", "chủ nhật", "2026-03-08"),
    ("chậm nhất là thứ tư", "chậm nhất là thứ tư", "2026-03-04"),
    ("hôm nay", "hôm nay", "2026-03-02"),
    ("chiều nay", "chiều nay", "2026-03-02"),
    ("khách hàng ngày mai", "ngày mai", "2026-03-03"),
    ("sáng mai", "sáng mai", "2026-03-03"),
    ("ngày kia", "ngày kia", "2026-03-04"),
    ("ngày mốt", "ngày mốt", "2026-03-04"),
    ("cuối tuần", "cuối tuần", "2026-03-06"),
    ("tuần này", "tuần này", "2026-03-06"),
    ("tuần sau", "tuần sau", "2026-03-13"),
    ("đầu tuần sau", "đầu tuần sau", "2026-03-09"),
    ("cuối tháng", "cuối tháng", "2026-03-31"),
    ("trước cuối tháng này", "trước cuối tháng này", "2026-03-31"),
    ("cuối tháng tư", "cuối tháng tư", "2026-04-30"),
    ("tháng sau", "tháng sau", "2026-04-30"),
    ("cuối năm", "cuối năm", "2026-12-31"),
    ("trong hai tuần", "trong hai tuần", "2026-03-16"),
    ("trong vòng hai tuần nữa", "trong vòng hai tuần nữa", "2026-03-16"),
    ("hai ngày nữa", "hai ngày nữa", "2026-03-04"),
    ("ba tháng nữa", "ba tháng nữa", "2026-06-02"),
    ("ngày 15 tháng 6", "ngày 15 tháng 6", "2026-06-15"),
    ("ngày mười lăm tháng sáu", "ngày mười lăm tháng sáu", "2026-06-15"),
    ("trước ngày hai mươi mốt tháng ba", "trước ngày hai mươi mốt tháng ba", "2026-03-21"),
    ("vào ngày một tháng bảy", "vào ngày một tháng bảy", "2026-07-01"),
    ("mùng 3 tháng 3", "mùng 3 tháng 3", "2026-03-03"),
    ("ngày 1 tháng 1", "ngày 1 tháng 1", "2027-01-01"),
    ("ngày 15 tháng 6 năm 2027", "ngày 15 tháng 6 năm 2027", "2027-06-15"),
    ("trước ngày 20", "trước ngày 20", "2026-03-20"),
    ("ngày 10 tháng sau", "ngày 10 tháng sau", "2026-04-10"),
    ("15/6", "15/6", "2026-06-15"),
    ("ngày 31 tháng 2", "ngày 31 tháng 2", "None"),
    ("càng sớm càng tốt", "càng sớm càng tốt", "None"),
    ("sau này", "sau này", "None"),
    ("đầu tháng sáu", "đầu tháng sáu", "None"),
]
ODD_BASES = [
    ("friday", FRIDAY, "2026-03-13"),
    ("by friday", FRIDAY, "2026-03-13"),
    ("this friday", FRIDAY, "2026-03-06"),
    ("next friday", FRIDAY, "2026-03-13"),
    ("this week", FRIDAY, "2026-03-06"),
    ("this week", dt.date(2026, 3, 7), "2026-03-08"),
    ("monday this week", FRIDAY, "None"),
    ("next week", dt.date(2026, 3, 8), "2026-03-13"),
    ("in a month", dt.date(2026, 1, 31), "2026-02-28"),
    ("in a month", dt.date(2024, 1, 31), "2024-02-29"),
    ("next month", dt.date(2026, 12, 5), "2027-01-31"),
    ("tomorrow", dt.date(2026, 12, 31), "2027-01-01"),
    ("on the 31st", dt.date(2026, 4, 10), "None"),
    ("on february 29", dt.date(2026, 1, 5), "None"),
    ("on february 29", dt.date(2028, 1, 5), "2028-02-29"),
    ("on march second", MONDAY, "2026-03-02"),
    ("by the end of february", dt.date(2028, 2, 3), "2028-02-29"),
]


@pytest.mark.parametrize(("said", "phrase", "day"), ENGLISH)
def test_an_english_phrase_and_its_day(said, phrase, day):
    due = find_due(said, MONDAY, "en")
    assert (due.phrase, str(due.last)) == (phrase, day)


@pytest.mark.parametrize(("said", "phrase"), ENGLISH_WITHOUT_A_DAY)
def test_what_names_no_single_day_keeps_its_words_only(said, phrase):
    assert find_due(said, MONDAY, "en") == Due(phrase)


@pytest.mark.parametrize("said", NO_PHRASE)
def test_what_is_no_due_time_is_not_found(said):
    assert find_due(said, MONDAY, "en") is None


@pytest.mark.parametrize(("said", "phrase", "day"), VIETNAMESE)
def test_a_vietnamese_phrase_and_its_day(said, phrase, day):
    due = find_due(said, MONDAY, "vi")
    assert (due.phrase, str(due.last)) == (phrase, day)


@pytest.mark.parametrize(("phrase", "base", "day"), ODD_BASES)
def test_days_count_from_the_meeting(phrase, base, day):
    assert str(find_due(phrase, base, "en").last) == day


def test_a_deadline_goes_before_another_time():
    assert find_due("send the slides for monday by friday", MONDAY, "en").phrase == "by friday"


TAKEN_BACK = [
    ("I'll have it cleared by Wednesday. No, hang on, Wednesday's the lorry. By Thursday.", "en", "by 2026-03-05"),
    ("I'll send it on Friday. No, Friday I'm away. Monday then.", "en", "on 2026-03-09"),
    ("I can do it by the twentieth. Oh no, the twentieth is a holiday. By the twenty-first.", "en", "by 2026-03-21"),
    ("I'll call her tomorrow. Wait, no, she's in court. On Thursday.", "en", "on 2026-03-05"),
    ("Em sẽ gửi trước thứ tư. À không, thứ tư em đi công tác. Trước thứ năm ạ.", "vi", "by 2026-03-05"),
    ("Em gửi vào thứ sáu. Khoan, thứ sáu nghỉ lễ. Thứ hai tuần sau ạ.", "vi", "on 2026-03-09"),
]


@pytest.mark.parametrize(("said", "language", "due"), TAKEN_BACK)
def test_day_that_is_taken_back_gives_way_to_the_one_after(said, language, due):
    found = find_due(said, MONDAY, language)
    assert f"{found.relation} {found.last}" == due


def test_day_that_is_taken_back_for_none_is_none():
    assert find_due("I'll have it by Wednesday. Sorry, Wednesday is full.", MONDAY, "en") is None


@pytest.mark.parametrize(
    ("said", "language"),
    [("I'll call her tomorrow. No, I won't forget.", "en"), ("Em sẽ nộp vào ngày mai. Không, em không quên đâu.", "vi")],
)
def test_what_takes_something_else_back_leaves_the_day(said, language):
    assert find_due(said, MONDAY, language).last == dt.date(2026, 3, 3)


def test_the_letters_of_the_speech_are_kept():
    assert find_due("I'll do it By The End Of March, I think", MONDAY, "en").phrase == "By The End Of March"


@given(
    base=st.dates(dt.date(2000, 1, 1), dt.date(2090, 1, 1)), row=st.sampled_from([row for row in ENGLISH if "202" not in row[1]])
)
def test_no_relative_phrase_means_a_day_before_the_meeting(base, row):
    day = find_due(row[1], base, "en").last
    assert day is None or day >= base


@given(text=st.text(), language=st.sampled_from(["en", "vi", "de"]))
def test_any_text_is_read_without_an_error(text, language):
    due = find_due(text, MONDAY, language)
    assert due is None or due.phrase in due.stretch in text
