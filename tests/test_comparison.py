"""Two configurations on the same recordings: what differs, which is better, and the page that shows it."""

import io
import json
import re
from pathlib import Path
from types import SimpleNamespace

import pytest

from flows.cli.blind import ask_blindly
from flows.compare import compare, recordings_in, two_configs
from tasks.errors import ConfigError
from tasks.evaluation.blind import choices, verdict
from tasks.evaluation.bootstrap import Ratio
from tasks.evaluation.compare_page import Meeting, Page, render_page
from tasks.evaluation.comparison import agreement, differences, few_recordings, paired, same_facts
from tasks.evaluation.figures import said_at
from tasks.evaluation.references import read_references
from tasks.evaluation.results import Measured
from tasks.evaluation.side_by_side import Row, side_by_side
from tasks.schema import Transcript
from tests.builders import segment, transcript
from tests.folder_faults import captions
from tests.test_html_page import Reader
from tests.test_markdown import action, heard, minutes


def shown(rows: list[Row]) -> list[tuple[str, str]]:
    """The words of each row, those that differ in brackets."""
    return [tuple(" ".join(f"[{p.text}]" if p.differs else p.text for p in side.words) for side in row[1:]) for row in rows]


def said(*texts: str):
    return transcript(*(segment(number, text, speaker="A") for number, text in enumerate(texts, 1)))


# Side by side


def test_words_that_differ_are_marked_on_both_sides():
    assert shown(side_by_side(said("We paint it green.", "Bo calls."), said("We paint it, blue.", "Bo calls Ana."))) == [
        ("We paint it [green.]", "We paint it, [blue.]"), ("Bo calls.", "Bo calls [Ana.]")]  # fmt: skip


def test_segments_that_are_cut_otherwise_stand_beside_each_other():
    first, second = said("one two", "three four", "five"), said("one two three", "four five six")
    assert shown(side_by_side(first, second)) == [
        ("one two", "one two"), ("three four", "three four"), ("five", "five [six]")]  # fmt: skip


@pytest.mark.parametrize(
    ("first", "second"), [(("one two",), ()), ((), ("one two",)), ((), ()), (("one", "two"), ("zwei", "drei vier"))]
)
def test_no_word_of_either_is_lost(first, second):
    rows = side_by_side(said(*first), said(*second))
    for place, texts in ((1, first), (2, second)):
        words = [word for row in rows for piece in row[place].words for word in piece.text.split()]
        assert words == " ".join(texts).split()


def test_vietnamese_words_are_equal_however_they_are_spelled():
    assert shown(side_by_side(said("Hòa gửi báo cáo"), said("Hòa gửi báo cáo."))) == [("Hòa gửi báo cáo", "Hòa gửi báo cáo.")]


# Figures


def measured(*wers: int, tasks: int = 1) -> list[Measured]:
    return [Measured("a", "completed", figures={"wer": Ratio(each, 100), "tasks_recall": Ratio(tasks, 2)}) for each in wers]


def test_the_better_is_named_only_where_the_interval_tells():
    found = differences(measured(10, 20, 30), measured(8, 17, 26))
    assert (found["wer"].first, found["wer"].second, found["wer"].better) == (0.2, 0.17, 1)
    assert found["wer"].range.low < -0.03 < found["wer"].range.high < 0
    assert found["tasks_recall"].better is None
    assert differences(measured(10, 20, 30), measured(20, 5, 31))["wer"].better is None
    assert differences(measured(10), measured(1))["wer"].better is None


def test_few_recordings_are_said_to_be_few():
    few = differences(measured(10, 20, 30), measured(8, 17, 26))
    assert few_recordings(few).startswith("3 recordings are few, and such intervals too narrow")
    assert few_recordings(differences(measured(10), measured(8))) is None
    assert few_recordings(differences(measured(*range(10, 16)), measured(*range(9, 15)))) is None


def test_more_is_better_for_recall_and_less_for_errors():
    assert differences(measured(1, 2, tasks=1), measured(2, 3, tasks=2))["wer"].better == 0
    assert differences(measured(1, 2, tasks=1), measured(2, 3, tasks=2))["tasks_recall"].better == 1


def test_recordings_that_only_one_could_do_are_left_out_of_both():
    found = differences([*measured(10, 20), Measured("b", "failed")], measured(10, 20, 90))
    assert (found["wer"].second, found["wer"].recordings) == (0.15, 2)


def test_agreement_needs_no_reference():
    tasks = (action(id="a-1", evidence=heard(10, "x")), action(id="a-2", evidence=heard(30, "x")))
    first = (minutes(action_items=tasks), said("We paint it green.", "Bo calls."))
    second = (minutes(action_items=tasks[:1]), said("We paint it blue.", "Bo calls."))
    found = agreement(first, second)
    assert (found["words_differ"], found["tasks_shared"], found["decisions_shared"].value) == ((1, 6), (1, 2), None)


def test_tasks_are_paired_by_their_place_and_told_apart_by_owner_and_day():
    one, two = action(id="a-1", owner="Bo", evidence=heard(10, "x")), action(id="a-2", evidence=heard(30, "x"))
    same = action("Other words", id="a-9", owner="Ana", evidence=heard(11, "x"))
    assert paired([one, two], [same], said_at) == [(one, same), (two, None)]
    assert not same_facts(one, same)
    assert paired([], [same], said_at) == [(None, same)]


# The page


def test_page_holds_both_marks_what_differs_and_runs_nothing():
    first = (minutes(action_items=(action(owner="Bo", evidence=heard(0, "x")),)), said("We paint <b>it</b> green."))
    second = (minutes(), said("We paint <b>it</b> blue."))
    meeting = Meeting("talk.m4a", first, second, agreement(first, second), ("A-x/talk/minutes.html", None))
    page = render_page(Page(("small", "<large>"), differences(measured(10, 20, 30), measured(8, 17, 26)), {}, [meeting]))
    assert "<mark>green.</mark>" in page
    assert "<b>it</b>" not in page
    assert '<a class="at" href="A-x/talk/minutes.html#S0001">0:00</a>' in page
    assert "<script" not in page
    assert re.search(r"default-src 'none'; style-src 'sha256-[\w+/=]+'", page.replace("&#39;", "'"))
    assert len([element for element in Reader(page).elements if element.name == "table"]) == 4
    for text in ("&lt;large&gt;", "not found", "Bo, no date", "-3.0"):
        assert text in page


# Blind choice


def difference(*texts: str) -> tuple[str, Transcript, Transcript]:
    return "talk.m4a", said(*texts), said(*(f"{text} indeed" for text in texts))


def test_places_for_a_blind_choice_differ_and_do_not_say_whose_they_are():
    name, first, second = difference(*(f"word{n} one two" for n in range(40)))
    found = choices([(name, first, second), ("same.m4a", first, first)], 30)
    assert len(found) == 30
    assert {choice.recording for choice in found} == {"talk.m4a"}
    assert {choice.labels for choice in found} == {("A", "B"), ("B", "A")}
    assert all(choice.texts[choice.labels.index("B")].endswith("indeed") for choice in found)
    assert choices([(name, first, second)], 30) == found


def test_verdict_counts_and_says_how_likely_chance_is():
    assert verdict(["A", "B", "B", "="], ("small", "large")) == (
        "chosen: A (small) 1, B (large) 2, neither 1; between two that are alike"
        " so clear a result comes with a probability of 1.00"
    )
    assert verdict(["B"] * 6, ("a", "b")).endswith("a probability of 0.03")


def test_answers_are_kept_and_not_asked_again(tmp_path, monkeypatch, capsys):
    name, first, second = difference("one", "two", "three")
    meeting = Meeting(name, (minutes(), first), (minutes(), second), {}, (None, None))
    found = SimpleNamespace(meetings=[meeting], names=("small", "large"))
    places = choices([(name, first, second)], 3)
    right = [str(1 + choice.labels.index("B")) for choice in places]
    keys = iter([right[0], "both", "q", right[1], "="])
    monkeypatch.setattr("sys.stdin", io.StringIO("\n".join(keys)))
    assert "B (large) 1, neither 0;" in ask_blindly(found, tmp_path, 3)
    assert "small" not in capsys.readouterr().out
    assert "B (large) 2, neither 1;" in ask_blindly(found, tmp_path, 3)
    assert list(json.loads((tmp_path / "choices.json").read_text())["chosen"].values()) == ["B", "B", "="]


# The command


def test_settings_with_a_letter_are_of_one_side():
    first, second = two_configs(["embedded"], ["report.formats=[md]", "B:summarization.options.sentences=2"])
    assert (first.config.summarization.options["sentences"], second.config.summarization.options["sentences"]) == (5, 2)
    assert first.config.report == second.config.report


@pytest.mark.parametrize(
    ("sources", "settings", "message"),
    [
        ((), (), "--config: needs one configuration or two. Name two of them, or one with settings of its own for each:"),
        (("embedded",), (), "--config: both are the same. Name another one, or give B a setting: --set B:KEY=VALUE"),
        (("embedded",), ("B:hardware.overlap=off",), "--config: both make the same minutes; where they"),
        (("embedded", "nosuch"), (), "--config: no configuration 'nosuch'"),
        (("embedded", "cpu", "api"), (), "--config: needs one configuration or two."),
    ],
)
def test_what_cannot_be_compared_is_said(sources, settings, message):
    with pytest.raises(ConfigError) as wrong:
        two_configs(sources, settings)
    assert message in str(wrong.value)


def test_two_minutes_are_made_measured_and_shown_and_what_is_alike_is_done_once(tmp_path, prefect_api, monkeypatch):
    monkeypatch.setenv("PREFECT_API_URL", prefect_api)
    (tmp_path / "in").mkdir()
    for name in ("2026-03-01-talk.srt", "2026-03-01-talk.ref.srt"):
        (tmp_path / "in" / name).write_text(captions(1))
    loaded, out = two_configs(["embedded"], ["B:summarization.options.sentences=1"]), tmp_path / "out"
    found = compare(read_references(recordings_in([tmp_path / "in"], loaded[0].config, out)), loaded, out)
    assert found.names == ("embedded", "embedded sentences=1")
    assert (found.differences["wer"].first, found.differences["wer"].second, found.differences["wer"].better) == (0, 0, None)
    assert found.agreement["words_differ"].value == 0
    stages = json.loads((next((out / "B-embedded").glob("2026-03-01*")) / "run.json").read_text())["stages"]
    assert {stage["stage"]: stage["reused"] for stage in stages} | {"minutes": False} == {
        "inspect": True, "captions": True, "summarization": False, "actions": True, "minutes": False}  # fmt: skip
    assert all(row.stages["captions"] > 0 for row in found.rows[1])
    assert not (out / "A-embedded" / ".work").exists()
    written = json.loads((out / "comparison.json").read_text())
    assert written["B"]["name"] == found.names[1]
    assert f'href="A-embedded/{Path(found.rows[0][0].folder).name}/minutes.html#S0001"' in (out / "compare.html").read_text()
