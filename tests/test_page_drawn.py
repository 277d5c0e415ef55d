"""Any minutes give a page on which everything stands once, nothing said is markup, and no sentence is in another language."""

import datetime as dt
import html
import re
from string import Formatter
from typing import get_args

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.language.messages import message
from tasks.language.wording import Counted, wording_for
from tasks.report.markdown import render_markdown, render_page
from tasks.schema import (
    ActionItem,
    Agreed,
    Decision,
    DueRelation,
    Entity,
    EntityKind,
    Evidence,
    MatchMethod,
    Minutes,
    NextMeeting,
    Notice,
    NoticeKind,
    OpenQuestion,
    Status,
    SummaryPoint,
    TalkTime,
    Topic,
    Unverified,
)
from tests.builders import coverage
from tests.test_markdown import FILES, READER, minutes

LENGTH_S = 3600
PIECES = (
    "họp",
    "thứ sáu",
    "x",
    "|",
    "[a](http://b.c)",
    "<b>",
    "*",
    "_",
    "`",
    "#",
    "1.",
    "-",
    "&amp;",
    "~~",
    "](",
    "\\",
    "![",
    "”",
)
SPEECH = st.lists(st.sampled_from(PIECES), min_size=1, max_size=6).map(" ".join)
NAMES = st.sampled_from(["Hạnh", "Minh", "Bo *", "Speaker 1", "<i>Al</i>"])


@st.composite
def evidence(draw: st.DrawFn) -> Evidence:
    start_s = draw(st.integers(0, LENGTH_S - 1))
    ids = (f"S{draw(st.integers(1, 12)):04d}",)
    speaker = draw(st.none() | NAMES)
    return Evidence(
        segment_ids=ids, start_s=start_s, end_s=start_s + 1, quote=draw(SPEECH), speaker=speaker, method=MatchMethod.EXACT
    )


@st.composite
def messages(draw: st.DrawFn):
    """Any message with drawn values; its words are data."""
    forms = wording_for("en", "").messages
    code = draw(st.sampled_from(sorted(forms)))
    form = forms[code]
    needed = {name: spec for _, name, spec, _ in Formatter().parse(form.many if isinstance(form, Counted) else form) if name}
    values = {name: _value(draw, name, spec or "") for name, spec in needed.items()}
    return message(code, draw(st.none() | SPEECH), **{**({"number": 3} if isinstance(form, Counted) else {}), **values})


def _value(draw: st.DrawFn, name: str, spec: str):
    if spec == "date":
        return "2026-03-09"
    if spec == "due":
        return f"{draw(st.sampled_from(get_args(DueRelation)))} 2026-03-09"
    if spec or name == "number":
        return draw(st.integers(1, 99)) / (1 if name == "number" else 8) if name != "number" else draw(st.integers(2, 99))
    return draw(SPEECH)


@st.composite
def drawn(draw: st.DrawFn) -> Minutes:
    def some(one, most: int = 3):
        return tuple(draw(st.lists(one, max_size=most)))

    numbers = iter(range(1000))

    def text() -> str:
        """Speech that stands nowhere else."""
        return f"{draw(SPEECH)} N{next(numbers)}N"

    days = st.none() | st.dates(dt.date(2026, 1, 1), dt.date(2027, 12, 31))
    points = st.builds(lambda proof: SummaryPoint(text=text(), evidence=proof), evidence())
    tasks = st.builds(
        lambda proof, owner, phrase, last, relation, agreed: ActionItem(
            id=f"a-{next(numbers)}",
            task=text(),
            owner=owner,
            owner_source=None,
            agreed=agreed,
            due_phrase=phrase,
            due_date=last,
            due_from=last,
            due_relation=relation if last else None,
            evidence=proof,
        ),
        evidence(),
        st.none() | NAMES,
        st.none() | SPEECH,
        days,
        st.sampled_from(get_args(DueRelation)),
        st.none() | st.sampled_from(Agreed),
    )
    decisions = st.builds(
        lambda proof, reason: Decision(id=f"d-{next(numbers)}", text=text(), evidence=proof, reason=reason),
        evidence(),
        st.none() | evidence(),
    )
    topics = st.builds(
        lambda proof, inner, whole: Topic(
            title=text(),
            text=text(),
            evidence=proof,
            points=tuple(inner),
            start_s=proof.start_s if whole else None,
            end_s=LENGTH_S,
        ),
        evidence(),
        st.lists(points, max_size=2),
        st.booleans(),
    )
    meeting = st.builds(
        lambda proof, place: NextMeeting(due_phrase="on Monday", due_date=dt.date(2026, 3, 9), place=place, evidence=proof),
        evidence(),
        st.none() | SPEECH,
    )
    reasons = st.builds(
        lambda why, start: Unverified(
            kind="decision",
            text=text(),
            reason=why.message,
            reason_code=why.code,
            reason_values=why.values,
            start_s=start,
            segment_ids=("S0001", "no](id"),
        ),
        messages(),
        st.none() | st.integers(0, LENGTH_S),
    )
    told = st.builds(
        Notice.of,
        st.sampled_from(NoticeKind),
        st.sampled_from(["audio", "actions"]),
        messages(),
    )
    names = tuple(dict.fromkeys(some(NAMES)))
    return minutes(
        title=text(),
        status=draw(st.sampled_from([Status.COMPLETED, Status.COMPLETED_WITH_WARNINGS])),
        language="vi",
        participants=names,
        summary=some(points),
        topics=some(topics),
        decisions=some(decisions),
        action_items=some(tasks, 5),
        open_questions=some(st.builds(lambda proof: OpenQuestion(text=text(), evidence=proof), evidence())),
        next_meeting=draw(st.none() | meeting),
        unverified=some(reasons),
        talk_time=tuple(TalkTime(speaker=name, seconds=1, share=0.1) for name in names[:1]),
        entities=some(
            st.builds(
                lambda kind, name: Entity(kind=kind, text=name, segment_ids=("S0001",)), st.sampled_from(EntityKind), SPEECH
            )
        ),
        coverage=coverage(LENGTH_S, segments=12, segments_read=draw(st.integers(0, 12))),
        warnings=some(told),
    )


def claims(content: Minutes) -> list[str]:
    """The texts that must stand once; those of tasks stand in the table and over their proof."""
    texts = [content.title, *(each.text for each in (*content.summary, *content.decisions, *content.open_questions))]
    texts += [topic.title for topic in content.topics]
    texts += [text for topic in content.topics for text in ([point.text for point in topic.points] or [topic.text])]
    return texts + [claim.text for claim in content.unverified]


@settings(max_examples=20, deadline=None)
@given(drawn())
def test_everything_stands_once_and_times_are_inside_the_meeting(content):
    page = render_page(content, FILES)
    for text in claims(content):
        assert page.count(re.search(r"N\d+N", text)[0]) == 1
    for item in content.action_items:
        rows = [line for line in page.splitlines() if line.startswith(f"| [☐](#{item.id})")]
        assert (len(rows), page.count(f'<a id="{item.id}">')) == (1, 1)
    times = [int(h) * 3600 + int(m) * 60 + int(s) for h, m, s in re.findall(r"\[(\d\d):(\d\d):(\d\d)\]", page)]
    assert all(0 <= time <= LENGTH_S for time in times)


@settings(max_examples=20, deadline=None)
@given(drawn())
def test_nothing_that_was_said_is_markup(content):
    rendered = READER.render(render_page(content, FILES))
    links = set(re.findall(r'(?:href|src)="(.*?)"', rendered))
    ours = {f"#{item.id}" for item in content.action_items} | {f"minutes.html#S{number:04d}" for number in range(13)}
    headings = {"#chưa-xác-minh", "#về-biên-bản-này"}
    assert {html.unescape(re.sub("%[0-9A-F]{2}", "", link)) for link in links - ours - set(FILES)} <= {
        re.sub("[^\x00-\x7f]", "", heading) for heading in headings
    }
    assert not re.search(r"<(?:b|i|code|del|hr|img)>", rendered.replace("<hr />", "", 1))
    table = rendered.partition("<table>")[2].partition("</table>")[0]
    assert len(re.findall("<tr>", table)) == len(content.action_items) + 1 or not content.action_items
    assert all(row.count("<td") == 5 for row in table.split("<tr>")[2:]) or not content.action_items


@settings(max_examples=20, deadline=None)
@given(drawn())
def test_no_english_sentence_is_left_on_a_vietnamese_page(content):
    page = html.unescape(render_markdown(content, FILES).partition("\n---\n")[2]).replace("\\", "")
    english = wording_for("en", "").messages
    said = [(notice.code, notice.message) for notice in content.warnings] + [
        (each.reason_code, each.reason) for each in content.unverified
    ]
    for code, sentence in said:
        fixed = [part.strip(" '():,") for part, *_ in Formatter().parse(_form(english[code])) if len(part.split()) > 2]
        assert [part for part in fixed if part in page] == [], sentence


def _form(form: str | Counted) -> str:
    return form.many if isinstance(form, Counted) else form


@pytest.mark.parametrize("language", ["en", "vi"])
def test_tasks_are_sorted_by_owner_and_date_and_those_of_nobody_come_last(language):
    def task(name, owner, day):
        proof = Evidence(segment_ids=("S0001",), start_s=1, end_s=2, quote="q", method=MatchMethod.EXACT)
        due = dt.date(2026, 3, day) if day else None
        return ActionItem(
            id=name, task=f"task {name}", owner=owner, owner_source=None, due_phrase=None, due_date=due, evidence=proof
        )

    items = (
        task("a-1", None, 3),
        task("a-2", "Minh", None),
        task("a-3", "Minh", 9),
        task("a-4", "Anh", 20),
        task("a-5", "Minh", 4),
    )
    page = render_page(minutes(action_items=items, language=language), ())
    assert re.findall(r"^\| \[☐\]\(#(a-\d)\)", page, re.MULTILINE) == ["a-4", "a-5", "a-3", "a-2", "a-1"]
