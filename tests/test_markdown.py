"""The page that people read: whole, with every kind of text in it, and as a Markdown reader understands it."""

import datetime as dt
import html
import re
from collections import Counter
from pathlib import Path
from typing import Any

import pytest
import yaml
from markdown_it import MarkdownIt

from tasks.language.clock import clock, long_date, short_clock, short_date, stamp
from tasks.language.messages import message
from tasks.language.wording import wording_for
from tasks.report.content import coverage_line, ended
from tasks.report.markdown import escape, render_markdown
from tasks.schema import (
    ActionItem,
    Agreed,
    Decision,
    Entity,
    EntityKind,
    Evidence,
    MatchMethod,
    Minutes,
    NextMeeting,
    Notice,
    NoticeKind,
    OpenQuestion,
    OwnerSource,
    PossibleItem,
    PossibleKind,
    Repeated,
    Reversal,
    Sidecar,
    Status,
    SummaryPoint,
    TalkTime,
    Topic,
    Unverified,
)
from tests.builders import coverage, engine, evidence, interval, recording

EXPECTED = Path(__file__).parent / "data" / "minutes.md"
ENGLISH = wording_for("en", "")
FILES = (
    "minutes.md",
    "minutes.html",
    "timeline.svg",
    "minutes.json",
    "transcript.json",
    "transcript.srt",
    "transcript.vtt",
    "run.json",
)
READER = MarkdownIt("commonmark", {"html": True}).enable(["table", "strikethrough"])


def heard(start_s: float, quote: str, speaker: str | None = None) -> Evidence:
    """A passage of four seconds."""
    return Evidence(
        segment_ids=("S0001",), start_s=start_s, end_s=start_s + 4, quote=quote, speaker=speaker, method=MatchMethod.EXACT
    )


def action(task: str = "Call the carpenter", **changes: Any) -> ActionItem:
    values = {"id": "a-3f9c21", "task": task, "owner": None, "owner_source": None, "due_phrase": None, "due_date": None}
    return ActionItem(**(values | {"evidence": heard(112, "I'll call the carpenter.")} | changes))


def minutes(**changes: Any) -> Minutes:
    """Minutes of one minute of speech in which nothing was found."""
    values: dict[str, Any] = {
        "recording": recording(),
        "title": "Standup",
        "status": Status.COMPLETED,
        "language": "en",
        "participants": (),
        "summary": (),
        "topics": (),
        "decisions": (),
        "action_items": (),
        "open_questions": (),
        "unverified": (),
        "talk_time": (),
        "coverage": coverage(segments=12),
        "warnings": (),
        "engines": (engine(),),
        "config_name": "embedded",
        "version": "0.1.0",
    }
    return Minutes(**(values | changes))


def committee() -> Minutes:
    """Minutes with something in every place."""
    call = "I'll call the carpenter tomorrow and confirm the order."
    measure = "Omar, could you measure the north side again before Friday?"
    return minutes(
        recording=recording(
            name="2026-03-04 garden.m4a",
            recorded_at=dt.datetime(2026, 3, 4, 18, 30),
            sidecar=Sidecar(agenda=("Fence", "Water bill")),
        ),
        title="Community garden committee",
        status=Status.COMPLETED_WITH_WARNINGS,
        participants=("Helen", "Omar", "Priya"),
        summary=(
            SummaryPoint(text="The fence is built in cedar.", evidence=heard(100, "Good, then we go with cedar.")),
            SummaryPoint(text="The water bill went up by 30 %.", evidence=heard(200, "It went up by 30 %.")),
        ),
        topics=(
            Topic(
                title="Fence",
                text="Cedar costs 480 pounds, pine 310. Pine rots.",
                start_s=40,
                end_s=180,
                evidence=heard(45, "Cedar is 480, pine 310."),
                points=(
                    SummaryPoint(text="Cedar costs 480 pounds, pine 310.", evidence=heard(45, "Cedar is 480, pine 310.")),
                    SummaryPoint(text="Pine rots.", evidence=heard(60, "Pine rots, everybody knows that.")),
                ),
            ),
            Topic(title="Water bill", text="Up by 30 % on last year.", evidence=heard(185, "Now the water bill.")),
        ),
        decisions=(
            Decision(
                id="d-11aa22",
                text="We go with cedar",
                evidence=heard(100, "Good, then we go with cedar.", "Helen"),
                reason=heard(104, "because pine rots in five years", "Omar"),
            ),
            Decision(id="d-33bb44", text="The fair moves to the 13th of June", evidence=heard(1042, "The fair moves.")),
        ),
        action_items=(
            action(
                "Call the carpenter and confirm the order",
                owner="Priya",
                owner_source=OwnerSource.SELF_COMMITMENT,
                due_phrase="tomorrow",
                due_date=dt.date(2026, 3, 5),
                evidence=heard(112, call, "Priya"),
            ),
            action(
                "Measure the north side again",
                id="a-81d25e",
                owner="Omar",
                owner_source=OwnerSource.ADDRESSED,
                agreed=Agreed.ACCEPTED,
                due_phrase="when you find the time",
                evidence=heard(130, measure, "Helen"),
                accepted=heard(136, "Sure.", "Omar"),
            ),
            action(
                "Fix it",
                id="a-7b20c4",
                context="The lock of the *tool shed* is broken.",
                owner="Omar",
                owner_source=OwnerSource.NAMED,
                agreed=Agreed.ASKED,
                evidence=heard(150, "Omar can fix it.", "Priya"),
            ),
            action("Look after the keys", id="a-c07e90", evidence=heard(1231, "Someone has to look after the keys.")),
        ),
        open_questions=(OpenQuestion(text="Who pays for the insurance?", evidence=heard(1442, "Who pays for it?")),),
        next_meeting=NextMeeting(
            due_phrase="on Tuesday at nine",
            due_date=dt.date(2026, 3, 10),
            due_relation="on",
            place="the town hall",
            evidence=heard(1850, "We meet again on Tuesday at nine in the town hall.", "Helen"),
        ),
        unverified=(
            Unverified(
                kind="decision",
                text="The baker gives a discount of 20 %",
                reason="the number 20 is not in the cited passage",
                segment_ids=("S0301",),
                start_s=1330,
            ),
            Unverified(kind="action item", text="Buy seeds", reason="it names no passage of the transcript"),
        ),
        talk_time=(
            TalkTime(speaker="Helen", seconds=860.2, share=0.46),
            TalkTime(speaker="Priya", seconds=617.1, share=0.33),
            TalkTime(speaker="Omar", seconds=392.7, share=0.21),
        ),
        coverage=coverage(
            1872,
            segments=412,
            segments_read=400,
            transcribed_ms=1_780_000,
            silence_ms=60_000,
            undecodable_ms=17_000,
            failed_ms=15_000,
            undecodable=(interval(723, 740),),
            failed=(interval(1500, 1515),),
        ),
        warnings=(
            Notice.of(NoticeKind.INFO, "audio", message("tracks", "1 aac mono (used); 2 aac mono", number=2, used=1)),
            Notice.of(NoticeKind.INFO, "quality", message("draft", parts="scripted")),
            Notice.of(NoticeKind.FAILED, "transcription", message("not_recognised", "out of luck", number=1, first=1500.0)),
        ),
    )


def test_whole_report_is_as_checked_in():
    """To accept a change of the page, write what is rendered to the file and read the difference."""
    assert render_markdown(committee(), FILES) == EXPECTED.read_text(encoding="utf-8")


# As a Markdown reader sees it


def front_matter(page: str) -> dict[str, Any]:
    opening, text, _ = re.split(r"^---$", page, maxsplit=2, flags=re.MULTILINE)
    assert opening == ""
    content: dict[str, Any] = yaml.safe_load(text)
    return content


def rendered(page: str) -> str:
    """The HTML of the page below its front matter."""
    return READER.render(page.split("\n---\n", 1)[1])


def shown(page: str) -> str:
    """The text that a person sees in a browser, on one line."""
    return " ".join(html.unescape(re.sub(r"<[^>]+>", " ", rendered(page))).replace("\u200b", "").split())


def skeleton(page: str) -> Counter[str]:
    """How many of each element the page has."""
    return Counter(re.findall(r"<([a-z0-9]+)", rendered(page)))


def test_a_request_and_its_answer_are_two_quotes_with_their_speakers():
    page = rendered(render_markdown(committee(), FILES))
    assert "before Friday?&quot; (Helen); &quot;Sure.&quot; (Omar)" in page


def test_what_explains_a_task_stands_beside_it_in_italics():
    page = rendered(render_markdown(committee(), FILES))
    context = "<em>before: &quot;The lock of the *tool shed* is broken.&quot;</em>"
    assert f"<td>Fix it {context}</td>" in page


def test_sections_stand_in_the_order_of_importance():
    headings = re.findall(r"<h2>(.+)</h2>", rendered(render_markdown(committee(), FILES)))
    assert headings == [
        "Agenda",
        "Summary",
        "Decisions",
        "Action items",
        "Open questions",
        "Next meeting",
        "Topics",
        "Unverified",
        "About these minutes",
    ]


def test_action_items_are_one_table_of_five_columns():
    page = rendered(render_markdown(committee(), FILES))
    actions = page.partition("<h2>Action items</h2>")[2].partition("<h2>")[0]
    rows = [re.findall(r"<td>(.*?)</td>", row) for row in re.findall(r"<tr>(.*?)</tr>", actions, re.DOTALL)]
    assert [row[1:4] for row in rows[1:]] == [
        ["Omar", "Measure the north side again", "&quot;when you find the time&quot;"],
        ["Omar (asked)", "Fix it <em>before: &quot;The lock of the *tool shed* is broken.&quot;</em>", "—"],
        ["Priya", "Call the carpenter and confirm the order", "Thu 5 March"],
        ["—", "Look after the keys", "—"],
    ]


def test_each_warning_and_remark_is_a_line_of_its_own():
    page = rendered(render_markdown(committee(), FILES))
    starts = ("Transcribed 29:40", "<strong>Warning (transcription):", "<strong>Warning:", "Note: the file has 2", "Note: draft")
    assert [start for start in starts if not re.search(rf"(?:<p>|<li>|<br />\n){re.escape(start)}", page)] == []


@pytest.mark.parametrize("words", ["the engine ran out of memory", "the engine ran out of memory."])
def test_notice_ends_with_one_full_stop(words):
    warning = Notice(kind=NoticeKind.FAILED, stage="summarization", message=words)
    page = shown(render_markdown(minutes(warnings=(warning,)), ()))
    assert "Warning (summarization): the engine ran out of memory. " in page


def test_one_segment_is_not_called_all_segments():
    assert "The summary read 1 of 1 segments." in shown(render_markdown(minutes(coverage=coverage(segments=1)), ()))


@pytest.mark.parametrize(
    ("read", "sentence"), [(12, "The summary read all 12 segments."), (9, "The summary read 9 of 12 segments.")]
)
def test_reader_is_told_how_much_the_summary_read(read, sentence):
    page = render_markdown(minutes(coverage=coverage(segments=12, segments_read=read)), ())
    assert sentence in shown(page)


@pytest.mark.parametrize(("count", "words"), [(1, "1 claim could"), (2, "2 claims could")])
def test_reader_is_warned_of_unverified_claims_with_a_link_to_them(count, words):
    claim = Unverified(kind="decision", text="We fire Omar", reason="the quote is not in the cited passage")
    page = rendered(render_markdown(minutes(unverified=(claim,) * count), ()))
    assert f'{words} not be verified, see <a href="#unverified">Unverified</a>.' in page


def test_empty_minutes_say_that_nothing_was_found():
    page = shown(render_markdown(minutes(), FILES))
    assert "Summary No summary was made. Decisions None found. Action items None found. About these minutes " in page


def test_page_without_files_ends_with_its_maker():
    assert render_markdown(minutes(), ()).splitlines()[-1] == "Made by audio-minutes 0.1.0"


def test_recording_without_speech_gets_a_short_honest_page():
    silent = coverage(segments=0, transcribed_ms=0, silence_ms=60_000)
    page = render_markdown(minutes(status=Status.NO_SPEECH, coverage=silent, engines=()), ("minutes.md", "run.json"))
    body = page.split("\n---\n", 1)[1]
    assert body == (
        "\n# Standup\n\n**Monday 2 March 2026, 10:15, 1 min**\n\n"
        "No speech was found in this recording, so there is nothing to report.\n\n"
        "---\n\n## About these minutes\n\nTranscribed 0:00 of 1:00 (silence 1:00).\n\n"
        "- Recording: standup.flac, date from its name\n- Files: [minutes.md](minutes.md), [run.json](run.json)\n\n"
        "Made by audio-minutes 0.1.0\n"
    )


def test_claims_about_a_recording_without_speech_are_still_listed():
    claim = Unverified(kind="decision", text="We fire Omar", reason="it cites segment S0001, which does not exist")
    page = render_markdown(minutes(status=Status.NO_SPEECH, unverified=(claim,)), ())
    assert "We fire Omar" in shown(page)


def test_front_matter_holds_the_facts():
    facts = front_matter(render_markdown(committee(), FILES))
    assert facts == {
        "title": "Community garden committee",
        "date": "2026-03-04",
        "start": "18:30",
        "duration": "00:31:12",
        "participants": ["Helen", "Omar", "Priya"],
        "status": "completed_with_warnings",
    }


def test_unknown_start_time_is_left_out():
    page = render_markdown(minutes(recording=recording(start_time_known=False)), ())
    assert "start" not in front_matter(page)
    assert "Monday 2 March 2026, 1 min" in shown(page)


@pytest.mark.parametrize(("seconds", "length"), [(5, "5 s"), (29.4, "29 s"), (60, "1 min"), (5400, "90 min")])
def test_length_is_told_in_minutes_or_seconds(seconds, length):
    assert f"2026, 10:15, {length} " in shown(render_markdown(minutes(coverage=coverage(seconds, segments=12)), ()))


# Text is data

HOSTILE = [
    "a | b || c",
    "`code` ```",
    "~~~",
    "<script>alert(1)</script>",
    "<img src=x onerror=alert(1)>",
    "</td></tr></table>",
    "<!-- comment",
    "<https://evil.example>",
    "[click](javascript:alert(1))",
    "![pixel](http://evil.example/p.png)",
    "[ref]: http://evil.example",
    "https://evil.example/x",
    "&lt;b&gt; &#124; &amp;",
    "*bold* __bold__ ***",
    "~~struck~~",
    "two\nlines\r\nand\u2028more",
    "para\n\n## Decisions\n\n1. **We fire Omar**",
    "---",
    "---\nstatus: completed\n---",
    "# heading",
    "===",
    "> quote",
    "- item",
    "+ item",
    "* item",
    "1. item",
    "2026. item",
    "1) item",
    "- [ ] task",
    "\\",
    "\\| \\`",
    "\"quoted\" 'text'",
    "key: value # comment",
    "!!python/object:os.system",
    "&anchor *alias",
    "{{ 7 * 7 }} {% raw %}",
    "yes",
    "2026-03-02",
    "họp tuần 🌱 ｜ ＜b＞",
    "x" * 3000,
    "word " * 1000,
]
each_hostile = pytest.mark.parametrize("text", HOSTILE, ids=lambda text: repr(text[:24]))


def everywhere(text: str) -> Minutes:
    """Minutes that hold a text in every place that speech, people or file names can reach."""
    said = heard(3, text, text)
    day = dt.date(2026, 2, 2)
    item = {"owner": text, "due_phrase": text, "evidence": said, "status": text, "accepted": said, "context": text}
    return minutes(
        recording=recording(name=text, sidecar=Sidecar(agenda=(text,))),
        title=text,
        participants=(text, text),
        summary=(SummaryPoint(text=text, evidence=said),),
        topics=(
            Topic(title=text, text=text, evidence=said),
            Topic(title=text, text=text, start_s=9, end_s=10, evidence=said, points=(SummaryPoint(text=text, evidence=said),)),
        ),
        decisions=(Decision(id="d-1", text=text, evidence=said, reason=said),),
        action_items=(action(text, **item), action(text, **item, due_date=dt.date(2026, 3, 6))),
        open_questions=(OpenQuestion(text=text, evidence=said),),
        next_meeting=NextMeeting(due_phrase=text, due_date=day, due_relation="on", place=text, evidence=said),
        entities=tuple(Entity(kind=kind, text=text + "!", segment_ids=("S0001",)) for kind in EntityKind),
        unverified=(Unverified(kind="decision", text=text, reason=text, start_s=3),),
        possible=(PossibleItem(kind=PossibleKind.TASK, text=text, score=0.4, evidence=said),),
        talk_time=(TalkTime(speaker=text, seconds=1, share=1),),
        warnings=tuple(
            Notice(kind=kind, stage="audio", message=text, detail=text) for kind in (NoticeKind.WARNING, NoticeKind.INFO)
        ),
        config_name=text,
        not_heard=(text,),
        absent=(text,),
        joined_late=(text,),
        left_early=(text,),
        repeated=(Repeated(item_id="a-3f9c21", times=3, first_on=day),),
        reversals=(Reversal(decision_id="d-1", earlier_id="d-0", earlier_text=text, earlier_on=day, earlier_minutes=text),),
    )


@each_hostile
def test_no_text_changes_the_structure_of_the_page(text):
    assert skeleton(render_markdown(everywhere(text), FILES)) == skeleton(render_markdown(everywhere("plain"), FILES))


@each_hostile
def test_every_text_is_shown_as_it_is(text):
    plain = " ".join(text.split())
    page = shown(render_markdown(everywhere(text), FILES))
    labels = ("Joined late", "Left early", "Not heard", "Absent")
    assert page.startswith(f"{plain} Monday 2 March 2026, 10:15, 1 min Warning: {ended(plain)} 1 claim could not")
    assert f"Present, with share of the talk: {plain} 100 % {' '.join(f'{label}: {plain}' for label in labels)} " in page
    assert page.count(plain) >= 25


@each_hostile
def test_every_text_comes_back_from_the_front_matter(text):
    content = everywhere(text)
    facts = front_matter(render_markdown(content, FILES))
    assert (facts["title"], facts["participants"], facts["status"]) == (content.title, list(content.participants), "completed")


def test_only_links_of_the_page_are_its_own():
    page = rendered(render_markdown(everywhere("[x](http://a.b) <http://a.b> http://a.b"), FILES))
    found = set(re.findall(r'(?:href|src)="(.*?)"', page))
    assert found == {"#unverified", "#about-these-minutes", "#a-3f9c21", "minutes.html#S0001", *FILES}


def test_addresses_are_not_turned_into_links():
    assert "://" not in escape("see https://evil.example/x")


@pytest.mark.parametrize("text", [None, "", " \n\t"])
def test_nothing_is_escaped_to_nothing(text):
    assert escape(text) == ""


# Coverage


@pytest.mark.parametrize(
    ("parts", "line"),
    [
        ({"transcribed_ms": 60_000}, "Transcribed 1:00 of 1:00."),
        ({"transcribed_ms": 45_000, "silence_ms": 15_000}, "Transcribed 0:45 of 1:00 (silence 0:15)."),
        ({"transcribed_ms": 50_000, "filtered_ms": 10_000}, "Transcribed 0:50 of 1:00 (filtered 0:10)."),
        (
            {"transcribed_ms": 30_000, "undecodable_ms": 20_000, "failed_ms": 10_000},
            "Transcribed 0:30 of 1:00 (undecodable 0:20, not recognised 0:10).",
        ),
    ],
)
def test_coverage_names_every_part_that_is_not_empty(parts, line):
    assert coverage_line(coverage(**parts), ENGLISH) == line


def test_parts_of_the_coverage_add_up_to_the_duration():
    uneven = coverage(83.475, transcribed_ms=79_600, silence_ms=2_875, filtered_ms=1_000)
    assert coverage_line(uneven, ENGLISH) == "Transcribed 1:19 of 1:23 (silence 0:03, filtered 0:01)."


def test_holes_are_located():
    holes = (interval(12, 16), interval(3600, 3602))
    holed = coverage(3602, transcribed_ms=3_596_000, undecodable_ms=6_000, undecodable=holes)
    assert coverage_line(holed, ENGLISH) == "Transcribed 59:56 of 1:00:02 (undecodable 0:06 at 00:00:12, 01:00:00)."


def test_first_five_of_many_holes_are_located():
    holes = tuple(interval(10 * n, 10 * n + 1) for n in range(6))
    line = coverage_line(coverage(transcribed_ms=54_000, failed_ms=6_000, failed=holes), ENGLISH)
    assert line.endswith("(not recognised 0:06 at 00:00:00, 00:00:10, 00:00:20, 00:00:30, 00:00:40, …).")


# Times and dates


@pytest.mark.parametrize(("seconds", "text"), [(0, "00:00:00"), (59.999, "00:00:59"), (3723, "01:02:03"), (360_000, "100:00:00")])
def test_clock(seconds, text):
    assert clock(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"),
    [(0, "0:00"), (5, "0:05"), (60, "1:00"), (600, "10:00"), (3600, "1:00:00"), (36_005, "10:00:05"), (360_000, "100:00:00")],
)
def test_short_clock(seconds, text):
    assert short_clock(seconds) == text


@pytest.mark.parametrize(
    ("seconds", "text"), [(0, "00:00:00,000"), (1.0006, "00:00:01,001"), (59.9996, "00:01:00,000"), (3723.5, "01:02:03,500")]
)
def test_stamp_rounds_to_milliseconds_and_carries_over(seconds, text):
    assert stamp(seconds, ",") == text


def test_dates_are_written_out():
    date = dt.date(2026, 3, 6)
    assert (long_date(date, ENGLISH), short_date(date, ENGLISH)) == ("Friday 6 March 2026", "Fri 6 March 2026")


def test_quote_without_a_speaker_has_no_empty_brackets():
    page = shown(render_markdown(minutes(decisions=(Decision(id="d-1", text="Cedar", evidence=evidence()),)), ()))
    assert 'Cedar [00:00:00] "We meet again on Friday." Action items' in page


def test_sentences_are_prose_and_quotes_are_a_list():
    own = SummaryPoint(text="they take cedar", evidence=heard(3, "Good, then we go with cedar.", "Helen"))
    spoken = SummaryPoint(text="It went up by 30 %", evidence=heard(9, "It went up by 30 %.", "Omar"))
    assert "<p>They take cedar. [00:00:03]" in rendered(render_markdown(minutes(summary=(own, own)), ()))
    assert "<li>&quot;It went up by 30 %.&quot; (Omar) [00:00:09]</li>" in rendered(
        render_markdown(minutes(summary=(spoken,)), ())
    )


def test_one_line_says_the_worst_and_the_rest_stands_below():
    notices = (
        Notice.of(NoticeKind.INFO, "audio", message("second_look", seconds=5)),
        Notice.of(NoticeKind.WARNING, "audio", message("clipped", share=0.5)),
        Notice.of(NoticeKind.FAILED, "diarization", message("diarization_failed", "CUDA error 7")),
    )
    page = shown(render_markdown(minutes(warnings=notices), ()))
    head, _, about = page.partition("About these minutes Transcribed")
    assert "Warning: diarization failed, so nobody is named. 2 more remarks: About these minutes Summary" in head + "About"
    assert "CUDA" not in head
    assert "Technical details (diarization): CUDA error 7" in about


def test_a_hole_is_said_in_the_head():
    page = shown(render_markdown(minutes(coverage=coverage(60, segments=12, segments_read=9)), ()))
    assert "Warning: Transcribed 1:00 of 1:00. The summary read 9 of 12 segments. About these minutes Summary" in page


def test_times_lead_nowhere_without_the_page_to_listen_to():
    assert "minutes.html" not in render_markdown(committee(), ("minutes.md", "run.json"))
    assert "[00:01:40](minutes.html#S0001)" in render_markdown(committee(), FILES)


@pytest.mark.parametrize(
    "text",
    [
        "see www.evil.example",
        "WWW.evil.example",
        "write to a@evil.example",
        "@everyone",
        "@here!",
        "mailto:x",
        "ftp://x",
        "cc @bob",
    ],
)
def test_speech_becomes_no_link_and_calls_nobody(text):
    escaped = escape(text).replace("&#8203;", "\u200b")
    assert not re.search(r"www\.[a-z]|@\w|://|mailto:\w", escaped, re.IGNORECASE)
    assert escaped.replace("\u200b", "").replace("\\", "") == text


def test_a_point_of_a_topic_that_is_only_what_was_said_stands_in_quotes():
    spoken = SummaryPoint(text="Cedar is 480, pine 310", evidence=heard(45, "Cedar is 480, pine 310.", "Omar"))
    topic = Topic(title="Fence", text="Cedar is 480, pine 310", start_s=40, end_s=50, evidence=spoken.evidence, points=(spoken,))
    page = rendered(render_markdown(minutes(topics=(topic,)), ()))
    assert "<h3>Fence (00:00:40–00:00:50)</h3>" in page
    assert "<li>&quot;Cedar is 480, pine 310.&quot; (Omar) [00:00:45]</li>" in page


def test_shares_of_the_talk_add_up_to_a_hundred():
    talked = tuple(TalkTime(speaker=name, seconds=1, share=1 / 3) for name in ("Ana", "Bo", "Chi"))
    page = render_markdown(minutes(talk_time=talked), ())
    assert "Ana 34 %, Bo 33 %, Chi 33 %" in page
    assert [row.split(" | ")[-1] for row in page.splitlines() if row.startswith("| ")][-3:] == ["34 % |", "33 % |", "33 % |"]
