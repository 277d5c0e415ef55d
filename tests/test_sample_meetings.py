"""The command, run as a user runs it, on the sample meetings; what it finds is compared with what was said."""

import csv
import email
import email.policy
import io
import json
import subprocess
import sys
from pathlib import Path

import docx
import icalendar
import pypdfium2
import pytest
import webvtt

from tasks.report.exports.formats import lacking
from tasks.report.options import Format, ReportOptions
from tasks.report.rendering import render_files
from tests.ground_truth import Comparison
from tests.prefect_home import give_database

ROOT = Path(__file__).parent.parent
SAMPLES = ROOT / "sample_audio"
GARDEN, LAUNCH, CALL = "2026-03-02-garden-committee.flac", "2026-04-14-product-launch.mp3", "2026-05-20-support-call.m4a"
WEEKLY = "2026-06-10-hop-tuan.vtt"
pytestmark = pytest.mark.slow
QUICK, LONG = (GARDEN, WEEKLY), (LAUNCH, CALL)
ENGLISH = (GARDEN, *LONG)
MEETINGS = (WEEKLY, *ENGLISH)


class Compared(dict[str, Comparison]):
    """By the name of the meeting; minutes are made when somebody asks, of two meetings at a time."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def __missing__(self, name: str) -> Comparison:
        """What one `minutes run` found, with the temporary server that a first user gets."""
        names = QUICK if name in QUICK else LONG
        give_database(Path.home() / ".prefect")
        out = self._folder / names[0]
        done = minutes("run", *(str(SAMPLES / each) for each in names), "--config", "embedded", "--out", str(out), "--json")
        assert (done.returncode, done.stderr) == (0, ""), done.stdout
        for outcome in json.loads(done.stdout)["recordings"]:
            truth = (SAMPLES / outcome["name"]).with_suffix(".truth.json")
            self[outcome["name"]] = Comparison(Path(outcome["folder"]), truth)
        return self[name]


def minutes(*arguments: str) -> "subprocess.CompletedProcess[str]":
    command = [sys.executable, "-c", "from flows.cli import main; main()", *arguments]
    return subprocess.run(command, capture_output=True, text=True, check=False)


@pytest.fixture(scope="module")
def compared(tmp_path_factory: pytest.TempPathFactory) -> Compared:
    return Compared(tmp_path_factory.mktemp("minutes"))


@pytest.mark.parametrize("name", MEETINGS)
def test_figures_are_printed(compared: Compared, name: str, capsys: pytest.CaptureFixture[str]) -> None:
    with capsys.disabled():
        sys.stdout.write(f"\n{compared[name].line()}\n")
    assert compared[name].minutes.coverage.complete


@pytest.mark.parametrize("name", ENGLISH)
def test_words_are_heard(compared: Compared, name: str) -> None:
    assert compared[name].word_error_rate <= 0.05


@pytest.mark.parametrize("name", MEETINGS)
def test_speech_has_the_right_speaker(compared: Compared, name: str) -> None:
    assert compared[name].right_speaker_share >= 0.97


@pytest.mark.parametrize("name", MEETINGS)
def test_every_decision_is_found(compared: Compared, name: str) -> None:
    assert compared[name].missed_decisions == []


@pytest.mark.parametrize("name", MEETINGS)
def test_action_items_have_their_owner_date_and_time(compared: Compared, name: str) -> None:
    assert compared[name].missed_actions == []


@pytest.mark.parametrize("name", MEETINGS)
def test_nothing_is_found_that_is_not_there(compared: Compared, name: str) -> None:
    assert len(compared[name].false_items) <= 1, "what was learnt takes a wrong one now and then: docs/experiments/commitments.md"


@pytest.mark.parametrize("name", MEETINGS)
def test_no_trap_is_taken(compared: Compared, name: str) -> None:
    assert compared[name].traps_taken == []


@pytest.mark.parametrize("name", ENGLISH)
def test_every_claim_has_verified_evidence_and_every_second_is_accounted_for(compared: Compared, name: str) -> None:
    found = compared[name].minutes
    assert all(item.evidence.verified for item in (*found.decisions, *found.action_items, *found.summary))
    assert found.unverified == ()
    assert found.coverage.complete
    assert found.coverage.duration_ms / 1000 == pytest.approx(compared[name].truth["duration_s"], abs=0.1)


def test_speakers_of_the_garden_meeting_are_named_as_they_introduced_themselves(compared: Compared) -> None:
    assert set(compared[GARDEN].minutes.participants) == {"Helen", "William", "David"}


@pytest.mark.parametrize("name", ENGLISH)
def test_the_date_comes_from_the_best_source(compared: Compared, name: str) -> None:
    recording = compared[name].minutes.recording
    assert recording.recorded_at_source == ("sidecar" if name == CALL else "file_name")
    assert recording.recorded_at.date().isoformat() == compared[name].truth["recorded_at"][:10]


@pytest.mark.parametrize("name", MEETINGS)
def test_each_export_is_opened_by_its_library_and_has_every_task(compared: Compared, name: str) -> None:
    found = compared[name].minutes
    there = [form for form in Format if form not in dict(lacking(Format))]
    files = render_files(found, compared[name].transcript, ReportOptions(formats=tuple(there)))
    tasks = {item.task for item in found.action_items}
    assert [file for file, words in opened(files).items() if any(" ".join(task.split()) not in words for task in tasks)] == []


@pytest.mark.parametrize("name", MEETINGS)
def test_the_page_in_the_documents_has_what_is_found(compared: Compared, name: str) -> None:
    """`make examples` writes it."""
    page = (ROOT / "docs" / "examples" / name).with_suffix(".md").read_text(encoding="utf-8")
    found = compared[name].minutes
    assert [item.task for item in found.action_items if item.task not in page] == []
    assert [item.text for item in found.decisions if item.text not in page] == []


def opened(files: "dict[str, str | bytes]") -> dict[str, str]:
    """File -> its words on one line, as far as a library reads them; subtitles hold no tasks."""
    tables = docx.Document(io.BytesIO(files["minutes.docx"])).tables
    calendar = icalendar.Calendar.from_ical(files["minutes.ics"])
    mail = email.message_from_bytes(files["minutes.eml"], policy=email.policy.SMTP)
    rows = csv.DictReader(io.StringIO(files["minutes.csv"].removeprefix("\ufeff"), newline=""))
    read = {
        "docx": " ".join(cell.text for table in tables for row in table.rows for cell in row.cells),
        "ics": " ".join(str(part["SUMMARY"]) for part in calendar.walk() if part.name == "VTODO"),
        "eml": mail.get_body(("plain",)).get_content(),
        "csv": " ".join(row["text"] for row in rows),
        "txt": files["minutes.txt"],
    }
    if "minutes.pdf" in files:
        pages = pypdfium2.PdfDocument(files["minutes.pdf"])
        read["pdf"] = " ".join(page.get_textpage().get_text_range() for page in pages)
    assert len(list(webvtt.from_string(files["transcript.vtt"]))) == files["transcript.srt"].count(" --> ") > 0
    return {form: " ".join(text.replace("\u200b", "").split()) for form, text in read.items()}
