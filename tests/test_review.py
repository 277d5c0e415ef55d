"""Review before release: what waits for a person, the file in which it waits, and what becomes of the answers."""

import datetime as dt
from pathlib import Path
from typing import Any

import pytest
import yaml

from configs.settings import Config
from tasks.report import rendering
from tasks.report.corrections import FILE_NAME
from tasks.report.files import apply_corrections, settle_files
from tasks.report.found import FILE_NAME as FOUND
from tasks.report.manifest import FILE_NAME as RUN
from tasks.report.manifest import Manifest, output_folder, read_manifest
from tasks.report.register import Register
from tasks.report.review import ReviewState, review_file
from tasks.report.stage import write_report
from tasks.report.unsure import unsure_items
from tasks.schema import Decision, Minutes, PossibleItem, Status, Unverified
from tests.builders import quiet_run, recording, segment, transcript
from tests.test_markdown import action, heard
from tests.test_report_stage import job, minutes, stored  # noqa: F401

REPAIR = "We go ahead with the repair."
SAID = transcript(segment(1, REPAIR, speaker="A"), segment(2, "Somebody should call Jo.", speaker="B"))


def unsure(**changes: Any) -> Minutes:
    """Minutes with a possible decision, two unverified items, and a sentence that nobody has to decide on."""
    evidence = heard(0, REPAIR, "A").model_copy(update={"segment_ids": ("S0001",)})
    values = {
        "possible": (PossibleItem(kind="decision", text=REPAIR, score=0.54, evidence=evidence),),
        "unverified": (
            Unverified(kind="action item", text="Call Jo", reason="no owner", segment_ids=("S0002",), start_s=30),
            Unverified(kind="decision", text="Sell the barn", reason="it names no passage of the transcript"),
            Unverified(kind="summary", text="All is well", reason="not said"),
        ),
        "status": Status.COMPLETED_WITH_WARNINGS,
    }
    return minutes(**(values | changes))


def report(job: Any, content: Minutes, **options: Any) -> Path:  # noqa: F811
    """The folder of these minutes, written as a run does."""
    config = Config.model_validate({"report": {"review": "unverified", **options}}).model_dump(mode="json")
    words = stored(job, "transcription", SAID, seconds=4.0)
    write_report(job, quiet_run(), stored(job, "minutes", content), words, [words], "key", config)
    return output_folder(job.out, recording())


def rows(folder: Path) -> list[dict[str, Any]]:
    return yaml.safe_load(review_file(folder).read_text(encoding="utf-8"))["items"]


def answer(folder: Path, **answers: str | dict[str, str]) -> None:
    """Fill in the file as a person does: an answer an item, by the first letters of its text."""
    items = rows(folder)
    for item in items:
        given = answers.get(item["text"].split()[0].lower(), {})
        item.update({"answer": given} if isinstance(given, str) else given)
    review_file(folder).write_text(yaml.safe_dump({"items": items}), encoding="utf-8")


def read(folder: Path) -> Minutes:
    return Minutes.model_validate_json((folder / "minutes.json").read_bytes())


def told(folder: Path) -> list[str]:
    return [notice.message for notice in read(folder).warnings]


def manifest(folder: Path) -> Manifest:
    found = read_manifest(folder)
    assert found
    return found


# What waits


def test_nothing_waits_unless_it_is_asked_for(job):  # noqa: F811
    folder = report(job, unsure(), review="none")
    assert not review_file(folder).parent.exists()
    assert manifest(folder).review is None


def test_what_is_possible_or_unverified_waits_with_its_reason_and_its_words(job):  # noqa: F811
    folder = report(job, unsure())
    assert [(row["kind"], row["text"], row["why"], row["at"], row["said"]) for row in rows(folder)] == [
        ("decision", REPAIR, "only possible, by 54 %", "00:00:00", REPAIR),
        ("task", "Call Jo", "no owner", "00:00:30", "Somebody should call Jo."),
        ("decision", "Sell the barn", "it names no passage of the transcript", None, ""),
    ]
    text = review_file(folder).read_text(encoding="utf-8")
    assert text.startswith("# Tasks and decisions of 'Standup' that wait for you. The minutes: ../standup-9f2c41d0/minutes.md\n")
    assert text.count("answer:\n") == 3


def test_the_file_speaks_the_language_of_the_minutes(job):  # noqa: F811
    text = review_file(report(job, unsure(language="vi"))).read_text(encoding="utf-8")
    assert text.startswith("# Các việc và quyết định của 'Standup' đang chờ bạn.")
    assert "why: chỉ là có thể, 54 %" in text


def test_minutes_that_wait_are_there_and_say_so(job):  # noqa: F811
    folder = report(job, unsure())
    assert told(folder) == ["not reviewed yet: 3 tasks and decisions wait for an answer, in review/standup-9f2c41d0.yaml"]
    for page in ("minutes.md", "minutes.html"):
        text = (folder / page).read_text(encoding="utf-8")
        assert "not reviewed yet: 3 tasks and decisions" in text
        assert "Sell the barn" in text
    assert (manifest(folder).review, manifest(folder).unreviewed) == (ReviewState.WAITING, 3)


def test_always_asks_about_everything(job):  # noqa: F811
    decided = Decision(id="d-11aa22", text="We pay $5", evidence=heard(0, REPAIR))
    folder = report(job, minutes(action_items=(action(owner="Jo"),), decisions=(decided,)), review="always")
    assert [(row["id"], row["answer"]) for row in rows(folder)] == [("a-3f9c21", None), ("d-11aa22", None)]
    assert rows(folder)[0]["owner"] == "Jo"
    assert [item.id for item in Register(folder.parent).items()] == ["a-3f9c21"]
    answer(folder, call="accept", we="drop")
    assert settle_files(folder.parent) == ()
    [task] = read(folder).action_items
    assert (task.corrected, read(folder).decisions) == (("accepted",), ())
    assert (manifest(folder).review, manifest(folder).status) == (ReviewState.DONE, Status.COMPLETED)


def test_minutes_with_nothing_unsure_wait_for_nobody(job):  # noqa: F811
    folder = report(job, minutes(action_items=(action(),)))
    assert manifest(folder).review is None
    assert told(folder) == []


# Answers


def test_answers_become_corrections_and_the_file_goes(job):  # noqa: F811
    folder = report(job, unsure())
    correct = {"answer": "correct", "text": "Call Jo about the fence", "owner": "Helen", "due": "2026-03-06"}
    answer(folder, we="accept", call=correct, sell="Drop")
    assert settle_files(folder.parent) == ()
    content = read(folder)
    [decision], [task] = content.decisions, content.action_items
    assert (decision.text, decision.evidence.quote, decision.corrected) == (REPAIR, REPAIR, ("accepted",))
    assert (task.task, task.owner, task.due_date) == ("Call Jo about the fence", "Helen", dt.date(2026, 3, 6))
    assert task.evidence.quote == "Somebody should call Jo."
    assert (content.possible, [each.kind for each in content.unverified]) == ((), ["summary"])
    assert [item.task for item in Register(folder.parent).items()] == ["Call Jo about the fence"]
    assert not review_file(folder).parent.exists()
    assert (manifest(folder).review, manifest(folder).unreviewed) == (ReviewState.DONE, 0)
    assert "(accepted by hand)" in (folder / "minutes.md").read_text(encoding="utf-8")
    assert "accept: true" in (folder / FILE_NAME).read_text(encoding="utf-8")


def test_minutes_that_only_the_unverified_troubled_are_completed_then(job):  # noqa: F811
    folder = report(job, unsure(unverified=unsure().unverified[:1]))
    answer(folder, we="drop", call="accept")
    settle_files(folder.parent)
    assert manifest(folder).status is Status.COMPLETED


def test_what_has_no_answer_goes_on_waiting(job):  # noqa: F811
    folder = report(job, unsure())
    answer(folder, call="drop")
    assert settle_files(folder.parent) == ()
    assert [row["text"] for row in rows(folder)] == [REPAIR, "Sell the barn"]
    assert manifest(folder).unreviewed == 2


def test_a_decision_that_is_a_task_becomes_one(job):  # noqa: F811
    folder = report(job, unsure())
    answer(folder, we={"answer": "correct", "kind": "task", "owner": "Bo"})
    settle_files(folder.parent)
    assert [(item.task, item.owner) for item in read(folder).action_items] == [(REPAIR, "Bo")]
    assert read(folder).decisions == ()


def test_what_was_said_nowhere_needs_its_place(job):  # noqa: F811
    folder = report(job, unsure())
    answer(folder, sell="accept")
    settle_files(folder.parent)
    assert [row["text"] for row in rows(folder)] == [REPAIR, "Call Jo", "Sell the barn"]
    assert any("names no place in the recording" in message for message in told(folder))
    answer(folder, sell={"answer": "accept", "at": "S0002"})
    settle_files(folder.parent)
    assert [each.evidence.segment_ids for each in read(folder).decisions] == [("S0002",)]


def test_what_cannot_be_used_is_named_and_stays_in_the_file(job):  # noqa: F811
    folder = report(job, unsure())
    answer(folder, we="perhaps", call={"answer": "correct", "due": "soon"}, sell={"text": "Sell the house"})
    before = review_file(folder).read_text()
    problems = settle_files(folder.parent)
    assert len(problems) == 3
    for problem, words in zip(
        problems, ("answer' cannot be used", "has no answer: accept, correct or drop", "due'"), strict=False
    ):
        assert problem.startswith(str(review_file(folder)))
        assert any(words in each for each in problems), (words, problems)
    assert review_file(folder).read_text() == before
    assert manifest(folder).unreviewed == 3


@pytest.mark.parametrize("text", ["items: [", "- x", "", "items: {a: b}", "items: [1]", "&a [*a]", "x" * (1 << 20 | 1)])
def test_a_file_that_is_no_list_of_answers_is_named_and_left_alone(job, text):  # noqa: F811
    folder = report(job, unsure())
    review_file(folder).write_text(text)
    [problem] = settle_files(folder.parent)
    assert "cannot be used" in problem
    assert review_file(folder).read_text() == text
    report(job, unsure())
    assert review_file(folder).read_text() == text


def test_one_answer_of_many_that_is_wrong_does_not_hold_up_the_others(job):  # noqa: F811
    folder = report(job, unsure())
    answer(folder, we="accept", sell="perhaps")
    assert len(settle_files(folder.parent)) == 1
    assert [each.text for each in read(folder).decisions] == [REPAIR]


# What runs later


def test_the_next_run_of_the_recording_takes_the_answers_first(job):  # noqa: F811
    folder = report(job, unsure())
    answer(folder, we="accept", call="drop", sell="drop")
    report(job, unsure())
    assert [each.text for each in read(folder).decisions] == [REPAIR]
    assert not review_file(folder).exists()


def test_answers_hold_when_a_later_run_words_the_item_otherwise(job):  # noqa: F811
    folder = report(job, unsure())
    answer(folder, we="drop", call="accept", sell="drop")
    settle_files(folder.parent)
    item = unsure().possible[0]
    other = item.model_copy(update={"text": "We go ahead with the big repair."})
    call = unsure().unverified[0].model_copy(update={"text": "Call Jo soon"})
    report(job, unsure(possible=(other,), unverified=(call,)))
    assert read(folder).possible == ()
    assert [task.task for task in read(folder).action_items] == ["Call Jo soon"]
    assert not review_file(folder).exists()


def test_what_was_accepted_stays_one_item_when_a_later_run_proves_it(job):  # noqa: F811
    folder = report(job, unsure(unverified=unsure().unverified[:1]))
    answer(folder, we="drop", call={"answer": "correct", "owner": "Bo"})
    settle_files(folder.parent)
    [accepted] = read(folder).action_items
    proved = action("Call Jo", id=accepted.id, evidence=heard(30, "Somebody should call Jo."))
    report(job, unsure(possible=(), unverified=(), action_items=(proved,)))
    assert [(task.id, task.owner) for task in read(folder).action_items] == [(accepted.id, "Bo")]
    assert told(folder) == []  # what was dropped and is not found any more is no problem


def test_an_accepted_item_is_corrected_like_any_other(job):  # noqa: F811
    folder = report(job, unsure())
    answer(folder, call="accept")
    settle_files(folder.parent)
    [accepted] = read(folder).action_items
    with (folder / FILE_NAME).open("a", encoding="utf-8") as file:
        file.write(f"  {accepted.id}: {{owner: Helen}}\n")
    assert apply_corrections(folder) == ()
    assert [task.owner for task in read(folder).action_items] == ["Helen"]


def test_a_person_who_writes_while_a_run_writes_loses_nothing(job, monkeypatch):  # noqa: F811
    folder = report(job, unsure())
    answer(folder, call="drop")

    def meanwhile(*args: Any) -> Any:
        answer(folder, we="accept", call="drop")
        return render(*args)

    render = rendering.render_files
    monkeypatch.setattr(rendering, "render_files", meanwhile)
    settle_files(folder.parent)
    monkeypatch.undo()
    assert [row["answer"] for row in rows(folder)] == ["accept", "drop", None]
    settle_files(folder.parent)
    assert [each.text for each in read(folder).decisions] == [REPAIR]


@pytest.mark.parametrize("formats", [["md"], ["md", "html", "json", "srt", "vtt"]])
def test_a_crash_before_the_end_of_the_set_loses_no_answer(job, formats):  # noqa: F811
    folder = report(job, unsure(), formats=formats)
    answer(folder, we="accept")
    (folder / RUN).unlink()
    assert settle_files(folder.parent) == ()
    assert rows(folder)[0]["answer"] == "accept"
    report(job, unsure(), formats=formats)
    assert [row["text"] for row in rows(folder)] == ["Call Jo", "Sell the barn"]


# Nobody answers


def older(folder: Path, days: float) -> None:
    made = manifest(folder).finished_at
    assert made
    changed = manifest(folder).model_copy(update={"finished_at": made - dt.timedelta(days=days)})
    (folder / RUN).write_text(changed.model_dump_json())


def test_a_review_that_nobody_answers_ends_with_a_note(job):  # noqa: F811
    folder = report(job, unsure(), review_days=2)
    older(folder, 1.9)
    settle_files(folder.parent)
    assert manifest(folder).review is ReviewState.WAITING
    older(folder, 0.2)
    assert settle_files(folder.parent) == ()
    assert told(folder) == ["not reviewed: nobody answered about 3 tasks and decisions within 2 days"]
    assert (manifest(folder).review, manifest(folder).unreviewed) == (ReviewState.EXPIRED, 3)
    assert not review_file(folder).parent.exists()
    assert [each.text for each in read(folder).possible] == [REPAIR]


def test_answers_in_time_count_also_when_they_are_read_too_late(job):  # noqa: F811
    folder = report(job, unsure())
    answer(folder, we="accept", call="drop", sell="drop")
    older(folder, 30)
    settle_files(folder.parent)
    assert manifest(folder).review is ReviewState.DONE


def test_after_the_end_corrections_still_count_and_the_note_stays(job):  # noqa: F811
    folder = report(job, unsure())
    older(folder, 30)
    settle_files(folder.parent)
    name = _ids("u")[0]
    (folder / FILE_NAME).write_text(f"items: {{{name}: {{delete: true}}}}")
    settle_files(folder.parent)
    assert told(folder)[-1] == "not reviewed: nobody answered about 2 tasks and decisions within 7 days"
    assert (folder / FOUND).exists()


def _ids(prefix: str) -> list[str]:
    return [each.id for each in unsure_items(unsure()) if each.id.startswith(prefix)]
