"""The page in the language of its reader: every language says everything, and nothing of another is left."""

import datetime as dt
import re
from dataclasses import fields, replace
from pathlib import Path
from string import Formatter
from typing import Any, get_args
from urllib.parse import unquote

import pytest

import tasks
from tasks.language.clock import long_date, short_date
from tasks.language.messages import message
from tasks.language.wording import Counted, Wording, languages, wording_for
from tasks.report import markdown
from tasks.report.markdown import render_markdown
from tasks.schema import (
    Agreed,
    DateSource,
    Decision,
    DueRelation,
    Message,
    Minutes,
    Notice,
    NoticeKind,
    OpenQuestion,
    OwnerSource,
    Part,
    Status,
    SummaryPoint,
    TalkTime,
    Topic,
    TopicMood,
    Translation,
    Untranslated,
    Unverified,
)
from tests.builders import coverage, engine, interval, recording
from tests.test_markdown import FILES, action, everywhere, heard, minutes, rendered, shown

EXPECTED = Path(__file__).parent / "data" / "minutes.vi.md"
SOURCES = {path: path.read_text(encoding="utf-8") for path in Path(tasks.__file__).parent.rglob("*.py")}
STAGES = {name for text in SOURCES.values() for name in re.findall(r'(?:Notice\.of\([\w.]+, |enrich\(\s*)"(\w+)"', text)}
KINDS = {kind for text in SOURCES.values() for kind in re.findall(r'\bproved\(\s*"([\w ]+)"', text)}
TRANSLATIONS = [name for name in languages() if name != "en"]
each_language = pytest.mark.parametrize("language", languages())
each_translation = pytest.mark.parametrize("language", TRANSLATIONS)
_ELSEWHERE = ("messages", "decimal", "review_how", "own_name", "translated_by")
each_text = pytest.mark.parametrize("name", [field.name for field in fields(Wording) if field.name not in _ELSEWHERE])
"""test_messages.py, test_review.py and test_translation.py are about the others."""


def wording(language: str) -> Wording:
    return wording_for(language, "")


def texts(value: Any) -> list[str]:
    """Every text in a field of a wording."""
    if isinstance(value, str):
        return [value]
    if isinstance(value, Counted):
        return [value.one, value.many]
    return list(value.values()) if isinstance(value, dict) else list(value)


def unproved(kind: str, text: str, why: Message, **place: Any) -> Unverified:
    return Unverified(kind=kind, text=text, reason=why.message, reason_code=why.code, reason_values=why.values, **place)


def committee() -> Minutes:
    """Minutes of a Vietnamese meeting with something in every place."""
    call = "Mai em gọi thợ mộc và chốt đơn hàng nhé."
    return minutes(
        recording=recording(name="2026-03-04 khu vườn.m4a", recorded_at=dt.datetime(2026, 3, 4, 18, 30)),
        title="Ban quản lý khu vườn",
        status=Status.COMPLETED_WITH_WARNINGS,
        language="vi",
        participants=("Hạnh", "Minh", "Phương"),
        summary=(SummaryPoint(text="Hàng rào làm bằng gỗ thông.", evidence=heard(100, "Vậy ta chọn gỗ thông.")),),
        topics=(Topic(title="Hàng rào", text="Gỗ thông rẻ hơn.", evidence=heard(40, "Gỗ thông rẻ hơn.")),),
        decisions=(Decision(id="d-11aa22", text="Chọn gỗ thông", evidence=heard(100, "Vậy ta chọn gỗ thông.", "Hạnh")),),
        action_items=(
            action(
                "Gọi thợ mộc và chốt đơn hàng",
                owner="Phương",
                owner_source=OwnerSource.SELF_COMMITMENT,
                agreed=Agreed.SELF,
                due_phrase="mai",
                due_date=dt.date(2026, 3, 5),
                evidence=heard(112, call, "Phương"),
            ),
            action(
                "Làm việc đó",
                id="a-7b20c4",
                context="Ổ khóa bị hỏng.",
                owner="Minh",
                owner_source=OwnerSource.ADDRESSED,
                agreed=Agreed.ASKED,
                evidence=heard(150, "Anh Minh làm việc đó nhé.", "Hạnh"),
            ),
            action("Giữ chìa khóa", id="a-c07e90", evidence=heard(1231, "Phải có người giữ chìa khóa.")),
        ),
        open_questions=(OpenQuestion(text="Ai trả tiền bảo hiểm?", evidence=heard(1442, "Ai trả tiền bảo hiểm?")),),
        unverified=(
            unproved("decision", "Giảm giá 20%", message("number_not_there", figure="20"), start_s=1330),
            unproved("action item", "Mua hạt giống", message("cites_nothing")),
        ),
        talk_time=(TalkTime(speaker="Hạnh", seconds=860.2, share=0.58), TalkTime(speaker="Phương", seconds=617.1, share=0.42)),
        coverage=coverage(
            1872,
            segments=412,
            segments_read=400,
            transcribed_ms=1_770_000,
            silence_ms=60_000,
            undecodable_ms=17_000,
            failed_ms=15_000,
            filtered_ms=10_000,
            undecodable=(interval(723, 740),),
            failed=(interval(1500, 1515),),
        ),
        warnings=(
            Notice.of(NoticeKind.FAILED, "transcription", message("not_recognised", "out of luck", number=1, first=1500.0)),
            Notice.of(NoticeKind.INFO, "audio", message("tracks", "1 aac mono (used); 2 aac mono", number=2, used=1)),
        ),
    )


def mute() -> list[Minutes]:
    """Minutes in which every text of the page comes up while nobody says a word: all data are numbers."""
    kinds = tuple(Unverified(kind=kind, text="7", reason="7") for kind in sorted(KINDS))
    told = tuple(Notice(kind=NoticeKind.WARNING, stage=stage, message="7", detail="7") for stage in sorted(STAGES))
    nobody: dict[str, Any] = {"title": "7", "recording": recording(name="7"), "engines": (engine(backend="7", model="7"),)}
    sources = ({**nobody, "recording": recording(name="7", recorded_at_source=source)} for source in DateSource)
    holes = {
        "silence_ms": 1,
        "undecodable_ms": 1,
        "failed_ms": 1,
        "filtered_ms": 1,
        "unheard_ms": 1,
        "undecodable": (interval(3, 4),),
    }
    full = everywhere("7").model_copy(update={"unverified": kinds, "config_name": "7", "engines": nobody["engines"]})
    bounds = get_args(DueRelation)
    days = {"due_from": dt.date(2026, 3, 2), "due_date": dt.date(2026, 3, 3)}
    due = tuple(full.action_items[0].model_copy(update={"due_relation": bound, **days}) for bound in bounds)
    parts = (Part(name="7", sha256="7" * 64, track=1, channels=1, duration_s=60, start_s=0),)
    asked = full.action_items[0].model_copy(update={"owner": "7", "agreed": Agreed.ASKED, "context": "7"})
    mended = tuple(full.action_items[0].model_copy(update={"corrected": (how,)}) for how in ("text", "added", "accepted"))
    topics = tuple(topic.model_copy(update={"start_s": 0.0, "end_s": 5.0}) for topic in full.topics)
    enriched = {
        "topics": topics,
        "moods": (TopicMood(start_s=0.0, end_s=5.0, label="7", share=0.7),),
        "translation": Translation(language="7", left_out=(Untranslated(text="7", reason=Message(message="7")),)),
    }
    return [
        full.model_copy(update=enriched),
        full.model_copy(update={"warnings": (*told, *full.warnings), "action_items": (*full.action_items, *due, asked, *mended)}),
        full.model_copy(update={"recording": full.recording.model_copy(update={"parts": parts}), "talk_time": ()}),
        *(minutes(**source) for source in sources),
        minutes(**nobody, coverage=coverage(5, segments=12, segments_read=9, transcribed_ms=4995, **holes)),
        minutes(**nobody, unverified=kinds[:1]),
        minutes(**nobody, status=Status.NO_SPEECH, coverage=coverage(segments=0)),
    ]


def body(page: str) -> str:
    return page.split("\n---\n", 1)[1]


def test_whole_vietnamese_report_is_as_checked_in():
    """To accept a change of the page, write what is rendered to the file and read the difference."""
    assert render_markdown(committee(), FILES) == EXPECTED.read_text(encoding="utf-8")


@each_translation
def test_no_fixed_text_of_the_english_page_is_left(language):
    pages = [" ".join(body(render_markdown(content, (), name)) for content in mute()) for name in ("en", language)]
    bare = [re.sub(r"</?(?:details|summary)>|<a id=.*?</a>", "", page) for page in pages]
    english, translated = ({*re.findall(r"[^\W\d_]{2,}", page.casefold())} for page in bare)
    assert len(english) > 60
    assert english & translated == {"audio", "minutes"}, "the name of the program"


@each_text
def test_every_text_is_used(name, monkeypatch):
    plain = wording("vi")
    monkeypatch.setattr(markdown, "wording_for", lambda *_: plain)
    before = [render_markdown(content, FILES) for content in mute()]
    monkeypatch.setattr(markdown, "wording_for", lambda *_: replace(plain, **{name: marked(getattr(plain, name))}))
    assert [render_markdown(content, FILES) for content in mute()] != before


def marked(value: Any) -> Any:
    """The value with a mark in each of its texts."""
    if isinstance(value, str):
        return f"{value}⟦"
    if isinstance(value, Counted):
        return Counted(marked(value.one), marked(value.many))
    return {key: marked(text) for key, text in value.items()} if isinstance(value, dict) else tuple(map(marked, value))


@each_text
@each_translation
def test_translation_fills_in_what_the_english_text_does(language, name):
    placeholders = [
        {part[1] for text in texts(getattr(wording(each), name)) for part in Formatter().parse(text) if part[1]}
        for each in ("en", language)
    ]
    assert placeholders[0] == placeholders[1]


@each_text
@each_language
def test_no_text_is_empty_or_breaks_the_line(language, name):
    assert [text for text in texts(getattr(wording(language), name)) if text != text.strip() or not text or "\n" in text] == []


@each_translation
def test_every_stage_and_kind_of_claim_has_a_name(language):
    assert {"audio", "transcription", "diarization", "summarization", "actions", "quality"} <= STAGES
    assert {"summary", "topic", "decision", "action item", "open question"} <= KINDS
    assert STAGES - wording(language).stages.keys() == set()
    assert KINDS - wording(language).kinds.keys() == set()


@pytest.mark.parametrize(
    ("asked", "spoken", "heading"),
    [
        ("auto", "vi", "Quyết định"),
        ("auto", "en", "Decisions"),
        ("auto", "vi-VN", "Quyết định"),
        ("auto", "de", "Decisions"),
        ("auto", "", "Decisions"),
        ("auto", "../wording_vi", "Decisions"),
        ("vi", "en", "Quyết định"),
        ("en", "vi", "Decisions"),
    ],
)
def test_page_is_in_the_language_asked_for_else_of_the_minutes_else_english(asked, spoken, heading):
    assert f"## {heading}\n" in render_markdown(minutes(language=spoken), (), asked)


@each_language
def test_warning_leads_to_its_sections(language):
    page = rendered(render_markdown(everywhere("plain"), (), language))
    anchors = [heading.casefold().replace(" ", "-") for heading in re.findall(r"<h2>(.+)</h2>", page)]
    targets = [unquote(target) for target in re.findall(r'href="#(.*?)"', page.partition("<h2>")[0])]
    assert [anchors.count(target) for target in targets] == [1, 1], "of the unverified, and about these minutes"


def test_front_matter_is_the_same_in_every_language():
    assert len({render_markdown(committee(), (), language).split("\n---\n", 1)[0] for language in languages()}) == 1


def test_hostile_text_is_escaped_in_every_language():
    page, plain = (rendered(render_markdown(everywhere(text), FILES, "vi")) for text in ("<b>|*x*", "plain"))
    assert ("<b>" in page, page.count("<em>")) == (False, plain.count("<em>"))


@pytest.mark.parametrize(
    ("length", "spoken", "told"), [("en", 60, "1 min"), ("en", 120, "2 min"), ("vi", 60, "1 phút"), ("vi", 5, "5 giây")]
)
def test_length_is_told_in_the_language(length, spoken, told):
    assert f"10:15, {told} " in shown(render_markdown(minutes(coverage=coverage(spoken, segments=12)), (), length))


@pytest.mark.parametrize(("number", "phrase"), [(0, "0 claims"), (1, "1 claim"), (2, "2 claims"), (21, "21 claims")])
def test_things_are_counted(number, phrase):
    assert Counted("{number} claim", "{number} claims").of(number) == phrase


# Dates


class Foreign(dt.date):
    """A date on a machine whose locale nobody should ask."""

    def strftime(self, form: str) -> str:
        raise AssertionError("asks the locale of the machine")

    __format__ = strftime


@pytest.mark.parametrize(
    ("language", "long", "short"),
    [
        ("en", "Friday 6 March 2026", "Fri 6 March 2026"),
        ("vi", "Thứ Sáu, ngày 6 tháng 3 năm 2026", "thứ Sáu, 6 tháng 3 năm 2026"),
    ],
)
def test_dates_follow_the_language_and_not_the_machine(language, long, short):
    date = Foreign(2026, 3, 6)
    assert (long_date(date, wording(language)), short_date(date, wording(language))) == (long, short)


@pytest.mark.parametrize(
    ("day", "name"),
    [(2, "Thứ Hai"), (3, "Thứ Ba"), (4, "Thứ Tư"), (5, "Thứ Năm"), (6, "Thứ Sáu"), (7, "Thứ Bảy"), (8, "Chủ Nhật")],
)
def test_week_begins_on_monday(day, name):
    assert long_date(dt.date(2026, 3, day), wording("vi")).startswith(name)


@each_language
def test_every_day_of_a_year_is_written_in_a_way_of_its_own(language):
    days = [dt.date(2026, 1, 1) + dt.timedelta(number) for number in range(365)]
    assert len({long_date(day, wording(language)) for day in days}) == 365
    assert len({short_date(day, wording(language)) for day in days}) == 365
    assert {len(wording(language).weekdays), len(wording(language).short_weekdays)} == {7}
