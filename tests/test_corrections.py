"""What people set right in minutes: applied without a model, kept whatever runs later, named when it fits nothing any more."""

import datetime as dt
import json
import shutil
from pathlib import Path
from typing import Any

import pytest

from configs.load import load_config
from flows.app.form import Field, changed, fields_of
from flows.app.library import Library
from flows.corrections import correct_meeting
from flows.finished import with_known_names
from tasks.errors import ConfigError
from tasks.language.clock import seconds_of
from tasks.report.correct import corrected
from tasks.report.corrections import FILE_NAME, read_corrections, with_entries
from tasks.report.files import apply_corrections, settle_files
from tasks.report.found import FILE_NAME as FOUND
from tasks.report.found import Anchor
from tasks.report.html_page import render_html
from tasks.report.manifest import output_folder, read_manifest
from tasks.report.markdown import render_page
from tasks.report.register import Register
from tasks.schema import CORRECTED, UNCLEAR, Agreed, Decision, Minutes, OwnerSource, Sidecar, Status, TalkTime, Transcript, Turn
from tasks.transcription.stage import hint_of
from tests.builders import recording, segment, transcript, words
from tests.folder_faults import captions
from tests.test_html_page import Reader
from tests.test_markdown import action, heard
from tests.test_report_stage import job, minutes, stored, write  # noqa: F401
from tests.test_without_prefect import run_plain

CALL = "I'll call the carpenter tomorrow."
SAID = transcript(
    segment(1, "We will pay $5.", speaker="A", words=words("We will pay $5.")),
    segment(2, CALL, speaker="B"),
    segment(3, "[unclear]", speaker="B", flags=(UNCLEAR,)),
    turns=(Turn(start_s=0, end_s=5, speaker="A"), Turn(start_s=10, end_s=25, speaker="B")),
    speakers={"B": "Helen"},
)


def meeting(**changes: Any) -> Minutes:
    task = action(
        owner="Helen",
        owner_source=OwnerSource.SELF_COMMITMENT,
        agreed=Agreed.SELF,
        due_phrase="tomorrow",
        due_date=dt.date(2026, 3, 3),
        evidence=heard(10, CALL, "Helen").model_copy(update={"segment_ids": ("S0002",)}),
    )
    values = {
        "participants": ("A", "Helen"),
        "action_items": (task, action("Call the man", id="a-000002", evidence=heard(11, CALL, "Helen"))),
        "decisions": (Decision(id="d-11aa22", text="We pay $5", evidence=heard(0, "We will pay $5.", "A")),),
        "talk_time": (TalkTime(speaker="Helen", seconds=15, share=0.75), TalkTime(speaker="A", seconds=5, share=0.25)),
        "not_heard": ("Jenny",),
    }
    return minutes(**(values | changes))


def apply(
    folder: Path, text: str, content: Minutes | None = None, said: Transcript = SAID, anchors: dict[str, Anchor] | None = None
) -> tuple[Minutes, Transcript]:
    """What a meeting becomes with this file beside it."""
    (folder / FILE_NAME).write_text(text, encoding="utf-8")
    return corrected(content or meeting(), said, read_corrections(folder), anchors or {})


def told(content: Minutes) -> list[str]:
    return [notice.message for notice in content.warnings]


# One correction after the other


def test_without_a_file_nothing_changes(tmp_path):
    content = meeting()
    assert corrected(content, SAID, read_corrections(tmp_path), {}) == (content, SAID)


def test_speaker_is_named_everywhere(tmp_path):
    content, said = apply(tmp_path, "speakers: {A: Jenny, Helen: Hélène}")
    assert said.speakers == {"A": "Jenny", "B": "Hélène"}
    assert (content.participants, content.not_heard) == (("Jenny", "Hélène"), ())
    assert [row.speaker for row in content.talk_time] == ["Hélène", "Jenny"]
    assert content.action_items[0].owner == content.action_items[0].evidence.speaker == "Hélène"
    assert content.decisions[0].evidence.speaker == "Jenny"


def test_two_voices_of_one_person_are_one_row(tmp_path):
    content, _ = apply(tmp_path, "speakers: {A: Helen}")
    assert [(row.speaker, row.seconds, row.share) for row in content.talk_time] == [("Helen", 20, 1.0)]
    assert content.participants == ("Helen",)


def test_names_can_be_exchanged(tmp_path):
    content, said = apply(tmp_path, "speakers: {A: Helen, B: A}")
    assert said.speakers == {"A": "Helen", "B": "A"}
    assert content.action_items[0].owner == "A"


def test_words_are_corrected_with_the_quotes_of_them(tmp_path):
    content, said = apply(tmp_path, "segments: {S0001: We will pay $500., S0003: Yes}")
    assert [part.text for part in said.segments] == ["We will pay $500.", CALL, "Yes"]
    assert [part.flags for part in said.segments] == [(CORRECTED,), (), (CORRECTED,)]
    assert said.segments[0].words == ()
    assert content.decisions[0].evidence.quote == "We will pay $500."
    assert content.action_items[0].evidence.quote == CALL


def test_task_gets_text_owner_date_and_state_and_keeps_its_id(tmp_path):
    item = "{text: Call the plumber, owner: Omar, due: 2026-03-09, status: waits for Bo}"
    content, _ = apply(tmp_path, f"items: {{a-3f9c21: {item}}}")
    found = content.action_items[0]
    assert (found.id, found.task, found.owner, found.status) == ("a-3f9c21", "Call the plumber", "Omar", "waits for Bo")
    assert (found.due_date, found.due_phrase, found.agreed) == (dt.date(2026, 3, 9), None, None)
    assert (found.corrected, found.said) == (("due", "owner", "text"), "Call the carpenter")


@pytest.mark.parametrize(
    ("name", "kept"),
    [("a-3f9c21", True), ("a-3f9c21b0", True), ("a-3f9", False), ("a-", False), ("d-3f9c21", False), ("", False)],
)
def test_id_of_six_digits_means_the_longer_one_that_begins_so(tmp_path, name, kept):
    content = meeting(action_items=(action(id="a-3f9c21b04d5e"), action(id="a-3f9c22b04d5e")))
    corrections = f"items: {{'{name}': {{owner: Jenny}}}}\n"
    after, _ = apply(tmp_path, corrections, content)
    assert [item.owner for item in after.action_items] == (["Jenny", None] if kept else [None, None])
    assert bool(told(after)) is not kept


def test_beginning_of_two_ids_is_neither(tmp_path):
    content = meeting(action_items=(action(id="a-3f9c21b04d5e"), action(id="a-3f9c21c04d5e")))
    after, _ = apply(tmp_path, "items: {a-3f9c21: {delete: true}}\n", content)
    assert len(after.action_items) == 2
    assert "a-3f9c21" in told(after)[0]


@pytest.mark.parametrize("empty", ["", "~", "null", '""'])
def test_empty_owner_and_date_are_nobody_and_none(tmp_path, empty):
    found = apply(tmp_path, f"items:\n  a-3f9c21:\n    owner: {empty}\n    due: {empty}\n")[0].action_items[0]
    assert (found.owner, found.due_date, found.due_phrase, found.task) == (None, None, None, "Call the carpenter")


def test_what_the_table_says_of_a_state_is_newer(tmp_path):
    content = meeting(action_items=(action(status="done"),))
    assert apply(tmp_path, "items: {a-3f9c21: {status: late}}", content)[0].action_items[0].status == "done"


def test_items_are_deleted_and_merged_and_that_is_said(tmp_path):
    content, _ = apply(tmp_path, "items: {a-3f9c21: {same_as: a-000002}, d-11aa22: {delete: true}}")
    assert [(item.id, item.owner, item.due_phrase) for item in content.action_items] == [("a-000002", "Helen", "tomorrow")]
    assert content.decisions == ()
    assert told(content) == ["2 items were removed by corrections"]


@pytest.mark.parametrize("at", ["S0002", "00:00:10", "0:12"])
def test_task_is_added_with_the_words_that_were_said_there(tmp_path, at):
    item = apply(tmp_path, f'added: [{{text: Order the wood, at: "{at}", owner: Omar}}]')[0].action_items[-1]
    assert (item.task, item.owner, item.corrected, item.id[:2]) == ("Order the wood", "Omar", ("added",), "a-")
    assert (item.evidence.segment_ids, item.evidence.quote, item.evidence.speaker) == (("S0002",), CALL, "Helen")


@pytest.mark.parametrize("at", ["S0999", "02:00:00", "later"])
def test_task_that_was_said_nowhere_is_not_added(tmp_path, at):
    content, _ = apply(tmp_path, f'added: [{{text: Order the wood, at: "{at}"}}]')
    assert len(content.action_items) == 2
    assert told(content) == [f"an added task names no place in the recording: '{at}' is neither a segment nor a time"]


@pytest.mark.parametrize(("at", "seconds"), [("1:02:03", 3723), ("02:03", 123), ("1:2", None), ("S0001", None), ("", None)])
def test_times_are_read_as_they_are_shown(at, seconds):
    assert seconds_of(at) == seconds


def test_corrected_is_marked_on_both_pages(tmp_path):
    text = 'items: {a-3f9c21: {owner: Omar}, d-11aa22: {text: We pay $500}}\nadded: [{text: Order wood, at: "0:12"}]'
    content, said = apply(tmp_path, text)
    page = render_page(content, ())
    assert "**We pay $500** (corrected) \\[00:00:00" in page
    assert "| Omar | Call the carpenter (corrected) |" in page
    assert "Order wood (added by hand) |" in page
    html = render_html(content, said, ())
    for text, mark in (("We pay $500", "corrected"), ("Call the carpenter", "corrected"), ("Order wood", "added by hand")):
        assert f"{text}</strong> ({mark})" in html


# What does not fit


def test_correction_of_what_is_not_there_is_named(tmp_path):
    items = "items: {a-999999: {owner: Jo}, a-000002: {same_as: a-1}}"
    content, _ = apply(tmp_path, f"speakers: {{Z: Jo}}\nsegments: {{S0999: x}}\n{items}")
    homeless = [message.split("'")[1] for message in told(content)]
    assert homeless == ["S0999", "a-999999", "a-000002.same_as a-1", "Z"]
    assert [item.id for item in content.action_items] == ["a-3f9c21", "a-000002"]


def test_segment_of_the_same_id_with_other_words_is_not_overwritten(tmp_path):
    anchors = {"S0001": Anchor(text="The weather is fine today.", start_s=0)}
    content, said = apply(tmp_path, "segments: {S0001: The weather is bad.}", anchors=anchors)
    assert said.segments[0].text == "We will pay $5."
    assert "S0001" in told(content)[0]


def test_correction_follows_its_segment_to_another_id(tmp_path):
    anchors = {"S0007": Anchor(text="I'll call the carpenter tomorow.", start_s=9)}
    _, said = apply(tmp_path, "segments: {S0007: I'll call the plumber tomorrow.}", anchors=anchors)
    assert said.segments[1].text == "I'll call the plumber tomorrow."


def test_entry_that_is_wrong_is_left_out_and_named_and_the_rest_counts(tmp_path):
    items = "items: {a-3f9c21: {due: soon}, a-000002: {owner: Omar, colour: red}}"
    content, said = apply(tmp_path, f"{items}\nspeakers: {{A: Jenny, B: []}}\nsegment: {{}}\nadded: [x]")
    assert said.speakers == {"A": "Jenny", "B": "Helen"}
    named = [message.split("'")[1] for message in told(content)]
    assert sorted(named) == ["added.1", "items.a-000002.colour", "items.a-3f9c21.due", "segment", "speakers.B"]


@pytest.mark.parametrize("text", ["a: [", "\t", "- x", "[]x", "&a [*a]", "x" * (1 << 20 | 1)])
def test_file_that_cannot_be_read_changes_nothing_and_is_named(tmp_path, text):
    content, said = apply(tmp_path, text)
    assert (said, content.action_items) == (SAID, meeting().action_items)
    assert told(content)[0].startswith("corrections.yaml cannot be read, and none of it counts")


@pytest.mark.parametrize("word", ["no", "2026", "12:30", "true", "<b>", "🙂", "=1+1"])
def test_words_are_words(tmp_path, word):
    assert apply(tmp_path, f"speakers: {{A: {word}}}")[1].speakers["A"] == word


# Beside the minutes


def folder_of(job: Any) -> Path:  # noqa: F811
    return output_folder(job.out, recording())


def correct(folder: Path, *entries: tuple[str, str, Any]) -> str:
    with_entries(folder, entries)
    assert apply_corrections(folder) == ()
    return (folder / FILE_NAME).read_text(encoding="utf-8")


def tasks_in(folder: Path) -> dict[str, tuple[str, str | None]]:
    content = Minutes.model_validate_json((folder / "minutes.json").read_bytes())
    return {item.id: (item.task, item.owner) for item in content.action_items}


def report(job: Any, content: Minutes) -> None:  # noqa: F811
    write(job, content=content)


def test_all_files_and_the_register_follow_a_correction(job):  # noqa: F811
    report(job, minutes(action_items=(action(),)))
    folder = folder_of(job)
    before = read_manifest(folder)
    correct(folder, ("items", "a-3f9c21", {"text": "Call the plumber"}), ("segments", "S0001", "We met on Friday."))
    for name in ("minutes.md", "minutes.html", "minutes.json"):
        assert "Call the plumber" in (folder / name).read_text(encoding="utf-8")
    for name in ("transcript.srt", "transcript.vtt", "transcript.json", "minutes.html"):
        assert "We met on Friday." in (folder / name).read_text(encoding="utf-8")
    assert [item.task for item in Register(folder.parent).items()] == ["Call the plumber"]
    after = read_manifest(folder)
    assert after.run_key == before.run_key
    assert (bool(after.corrections), before.corrections) == (True, None)
    assert apply_corrections(folder) == ()


def test_correction_that_is_taken_back_leaves_the_minutes_as_they_were(job):  # noqa: F811
    report(job, minutes(action_items=(action(),)))
    folder = folder_of(job)
    kept = ("minutes.md", "minutes.html", "minutes.json", "transcript.json", "transcript.vtt", "run.json")
    before = {name: (folder / name).read_text() for name in kept}
    correct(folder, ("items", "a-3f9c21", {"delete": "true"}), ("speakers", "A", "Jenny"))
    assert tasks_in(folder) == {}
    (folder / FILE_NAME).unlink()
    assert settle_files(folder.parent) == ()
    assert {name: (folder / name).read_text() for name in kept} == before
    assert not (folder / FOUND).exists()


def test_state_in_the_table_still_reaches_a_corrected_item(job):  # noqa: F811
    report(job, minutes(action_items=(action(),)))
    folder = folder_of(job)
    correct(folder, ("items", "a-3f9c21", {"text": "Call the plumber"}))
    table = folder.parent / "actions.csv"
    table.write_text(table.read_text(encoding="utf-8-sig").replace("a-3f9c21,open", "a-3f9c21,done"), encoding="utf-8-sig")
    settle_files(folder.parent)
    assert "[☑](#a-3f9c21) done |" in (folder / "minutes.md").read_text()
    [state] = Reader((folder / "minutes.html").read_text()).all("span", class_="state")
    assert state.shown == "☑ done"
    report(job, minutes(action_items=(action(),)))
    assert tasks_in(folder) == {"a-3f9c21": ("Call the plumber", None)}
    assert "[☑](#a-3f9c21) done |" in (folder / "minutes.md").read_text()


def test_state_in_the_corrections_reaches_the_table(job):  # noqa: F811
    report(job, minutes(action_items=(action(),)))
    folder = folder_of(job)
    correct(folder, ("items", "a-3f9c21", {"status": "done"}))
    assert [item.status for item in Register(folder.parent).items()] == ["done"]


def test_correction_stays_with_its_task_when_a_later_run_words_it_otherwise(job):  # noqa: F811
    report(job, minutes(action_items=(action(evidence=heard(112, CALL)),)))
    folder = folder_of(job)
    text = correct(folder, ("items", "a-3f9c21", {"text": "Ring Jo about the fence", "owner": "Jo"}))
    for wording in ("Call the carpenter tomorrow", "Phone and call the carpenter"):
        report(job, minutes(action_items=(action(wording, id="a-ffffff", evidence=heard(113, CALL)),)))
        assert tasks_in(folder) == {"a-3f9c21": ("Ring Jo about the fence", "Jo")}
    assert (folder / FILE_NAME).read_text() == text


def test_correction_whose_task_is_gone_is_said_and_comes_back_with_it(job):  # noqa: F811
    report(job, minutes(action_items=(action(),)))
    folder = folder_of(job)
    text = correct(folder, ("items", "a-3f9c21", {"owner": "Jo"}))
    report(job, minutes(action_items=(action("Buy paint", id="a-eeeeee", evidence=heard(112, "I'll buy paint.")),)))
    assert tasks_in(folder) == {"a-eeeeee": ("Buy paint", None)}
    assert "the correction of 'a-3f9c21' fits nothing" in (folder / "minutes.md").read_text()
    assert read_manifest(folder).status is Status.COMPLETED_WITH_WARNINGS
    assert (folder / FILE_NAME).read_text() == text
    report(job, minutes(action_items=(action(),)))
    assert tasks_in(folder)["a-3f9c21"] == ("Call the carpenter", "Jo")


def test_without_json_a_correction_waits_and_that_is_said(job):  # noqa: F811
    write(job, "md", content=minutes(action_items=(action(),)))
    folder = folder_of(job)
    with_entries(folder, [("items", "a-3f9c21", {"owner": "Jo"})])
    [problem] = settle_files(folder.parent)
    assert "waits for the next run of its recording" in problem
    write(job, "md", content=minutes(action_items=(action(),)))
    assert "| Jo |" in (folder / "minutes.md").read_text()


def test_what_a_person_wrote_into_the_file_stays_when_the_program_adds_to_it(tmp_path):
    mine = "# my notes\nspeakers:\n  A: Jenny   # her voice\n\nitems:\n  a-1: {owner: Jo}\n"
    (tmp_path / FILE_NAME).write_text(mine)
    with_entries(tmp_path, [("items", "a-1", {"due": "2026-03-09"}), ("segments", "S0001", "Yes: no"), ("speakers", "B", "No")])
    text = (tmp_path / FILE_NAME).read_text()
    assert text.startswith("# my notes\nspeakers:\n  A: Jenny   # her voice\n")
    known = read_corrections(tmp_path)
    assert (known.speakers, known.segments, known.problems) == ({"A": "Jenny", "B": "No"}, {"S0001": "Yes: no"}, ())
    assert (known.items["a-1"].owner, known.items["a-1"].due) == ("Jo", dt.date(2026, 3, 9))


@pytest.mark.parametrize("entry", [("items", "a-1", {"due": "soon"}), ("speakers", "A", "")])
def test_wrong_entry_is_refused_and_nothing_is_written(tmp_path, entry):
    with pytest.raises(ConfigError, match="is left out"):
        with_entries(tmp_path, [entry])
    assert not (tmp_path / FILE_NAME).exists()


# Through the whole pipeline


@pytest.mark.slow
def test_correction_made_in_the_app_survives_force_a_changed_prompt_and_a_renamed_recording(tmp_path):
    """By the functions behind the form of the app, which are those of `minutes correct`."""
    source, out = tmp_path / "2026-03-02-board.srt", tmp_path / "out"
    source.write_text(captions(1), encoding="utf-8")
    folder = Path(run_plain(source, out)["folder"])
    library = Library(out, None, tmp_path)

    def form(where: Path) -> list[Field]:
        speakers, [decision, task] = fields_of(library.meeting(where.name))
        return [*speakers, *decision, *task]

    values = ["Anna", "Tomás", "We paint the barn", "Ring the joiner", "Jenny", "2026-03-09", "waits for Bo"]
    assert correct_meeting(folder, changed(form(folder), values)) == (3, [])
    text = (folder / FILE_NAME).read_text(encoding="utf-8")

    def is_kept(where: Path) -> bool:
        return [field.value for field in form(where)] == values and (where / FILE_NAME).read_text(encoding="utf-8") == text

    assert run_plain(source, out)["unchanged"]
    assert is_kept(folder)
    assert not run_plain(source, out, "--force")["unchanged"]
    assert is_kept(folder)
    assert not run_plain(source, out, "--set", "summarization.options.sentences=2")["unchanged"]
    assert is_kept(folder)
    renamed = source.with_name("2026-03-02-meeting-of-the-board.srt")
    shutil.move(source, renamed)
    other = Path(run_plain(renamed, out)["folder"])
    assert other != folder
    assert is_kept(other)


@pytest.mark.slow
def test_speakers_that_were_named_once_are_remembered(tmp_path):
    source, out = tmp_path / "2026-03-02-board.srt", tmp_path / "out"
    source.write_text(captions(1), encoding="utf-8")
    first = run_plain(source, out, "--set", 'speakers={"Tom": "Jenny"}')
    folder = Path(first["folder"])
    assert "Jenny" in (folder / "transcript.vtt").read_text()
    assert run_plain(source, out)["unchanged"]
    run_plain(source, out, "--force")
    assert "Jenny" in (folder / "transcript.vtt").read_text()
    assert json.loads((folder / "run.json").read_text())["config"]["speakers"] == {"Tom": "Jenny"}


# Later meetings


def test_later_meetings_expect_corrected_names_if_that_is_wished(job):  # noqa: F811
    report(job, minutes(action_items=(action(),)))
    folder = folder_of(job)
    correct(folder, ("speakers", "A", "Jenny"), ("items", "a-3f9c21", {"owner": "Đức"}), ("items", "a-1", {"owner": ""}))
    wished = load_config("embedded", ["transcription.remember_names=true", "transcription.vocabulary=[Kyiv]"]).config
    later = recording(sha256="0" * 64)
    assert with_known_names(wished, job.out, later).transcription.vocabulary == ("Jenny", "Đức", "Kyiv")
    assert with_known_names(load_config("embedded").config, job.out, later).transcription.vocabulary == ()
    heard_with = with_known_names(wished, job.out, later).transcription
    assert hint_of(Sidecar(vocabulary=("Oslo",)), heard_with).prompt == "Jenny, Đức, Kyiv, Oslo"


def test_new_name_makes_no_minutes_anew_that_are_there(job):  # noqa: F811
    report(job, minutes(action_items=(action(),)))
    correct(folder_of(job), ("speakers", "A", "Jenny"))
    wished = load_config("embedded", ["transcription.remember_names=true"]).config
    assert with_known_names(wished, job.out, recording()).transcription.vocabulary == ()
