"""Word, PDF, plain text, a table and a draft of a mail, opened again by a library: the words of the page and nothing besides."""

import csv
import email
import email.policy
import html
import io
import re
from email.message import EmailMessage
from importlib.util import find_spec
from typing import Any

import pytest
from pydantic import ValidationError

from configs.problems import check_machine
from configs.settings import Config
from tasks.language.wording import languages
from tasks.report.exports import formats
from tasks.report.exports.blocks import Phrase, said
from tasks.report.exports.formats import NAMES, export_notices, lacking, render_export
from tasks.report.files import settle_files
from tasks.report.manifest import read_manifest
from tasks.report.markdown import render_markdown
from tasks.report.options import Format, ReportOptions
from tasks.report.rendering import render_files
from tasks.schema import UNCLEAR, Minutes, Transcript
from tests.builders import segment, transcript
from tests.test_corrections import correct
from tests.test_markdown import HOSTILE, action, committee, everywhere, minutes, shown
from tests.test_report_stage import folder, job, write  # noqa: F401

DOCX, PDF, TXT, EML = NAMES[Format.DOCX], NAMES[Format.PDF], NAMES[Format.TXT], NAMES[Format.EML]
CSV = NAMES[Format.CSV]
OPTIONS = ReportOptions(formats=(Format.MD, *NAMES))
TALK = transcript(
    segment(1, "We take cedar.", speaker="A"),
    segment(2, "It is 480.", speaker="A"),
    segment(3, "[unclear]", speaker="B", flags=(UNCLEAR,)),
    speakers={"A": "Helen", "B": "Omar"},
)
HEBREW, ARABIC, VIETNAMESE, EMOJI = "דנה כהן", "محمد علي", "Hạnh gửi báo giá cho ông Đức", "🎉👩‍💻"
UNSEEN = "\u202e\u2066\x07\ufffe\U0010ffff"
no_pango = pytest.mark.skipif(bool([*lacking([Format.PDF])]), reason="needs the extra export and Pango")
LURES = [*HOSTILE, "=1+1", "www.evil.example me@evil.example"]
each_hostile = pytest.mark.parametrize(
    "text", [*HOSTILE, "=1+1", "www.evil.example me@evil.example"], ids=lambda text: repr(text[:24])
)


def made(name: str, content: Minutes | None = None, said_there: Transcript = TALK, options: ReportOptions = OPTIONS) -> Any:
    return render_export(name, content or committee(), said_there, options)


def word(content: Minutes | None = None, said_there: Transcript = TALK) -> Any:
    """The Word file, opened again."""
    import docx

    return docx.Document(io.BytesIO(made(DOCX, content, said_there)))


def words_of(document: Any) -> list[str]:
    """What stands in a Word file, a text a paragraph, in order."""
    paragraphs = [node for node in document.element.body.iter() if node.tag.endswith("}p")]
    return ["".join(node.text for node in each.iter() if node.tag.endswith("}t")) for each in paragraphs]


def mail(content: Minutes | None = None, options: ReportOptions = OPTIONS) -> EmailMessage:
    found = email.message_from_bytes(made(EML, content, options=options), policy=email.policy.SMTP)
    assert isinstance(found, EmailMessage)
    return found


def part(of: EmailMessage, kind: str) -> str:
    body = of.get_body((kind,))
    assert body
    text = body.get_content()
    assert isinstance(text, str)
    return text


def shown_in(of: EmailMessage) -> str:
    """What a mail shows."""
    page = part(of, "html").partition("<body>")[2]
    return html.unescape(re.sub(r"<[^>]+>", " ", page)).replace("\u200b", "")


def pdf_text(data: bytes) -> str:
    import pypdfium2

    opened = pypdfium2.PdfDocument(data)
    return "\n".join(page.get_textpage().get_text_range() for page in opened)


def plain(text: str) -> list[str]:
    return re.findall(r"\w+", text)


# The same words as on the page


def test_text_says_what_the_page_says_in_the_same_order():
    """But for the names of the files beside it, and links, which lead nowhere on paper; lists and tables repeat their heads."""
    page = shown(render_markdown(committee(), ()))
    text = made(TXT, said_there=transcript())
    headings = re.findall(r"^## (.*)", render_markdown(committee(), ()), re.MULTILINE)
    assert [line for line in text.splitlines() if line in headings] == headings
    assert set(plain(page)) - set(plain(text)) == set()
    assert set(plain(text)) - set(plain(page)) == set()


@pytest.mark.parametrize("name", [DOCX, EML])
def test_word_and_mail_say_what_the_text_says(name):
    text = {DOCX: lambda: " ".join(words_of(word(said_there=transcript()))), EML: lambda: shown_in(mail())}[name]()
    heads = {"Who", "What", "When", "Time", "speaker", "time", "share"}
    assert set(plain(text)) | heads == set(plain(made(TXT, said_there=transcript()))) | heads


@pytest.mark.parametrize("language", languages())
def test_exports_are_in_the_language_of_the_minutes(language):
    content = committee().model_copy(update={"language": language})
    page = shown(render_markdown(content, ()))
    assert set(plain(made(TXT, content, transcript()))) == set(plain(page))
    assert word(content).core_properties.language == language


@pytest.mark.parametrize("name", [DOCX, TXT])
def test_number_and_its_sign_stay_on_one_line(name):
    text = "\n".join(words_of(word())) if name == DOCX else made(TXT)
    assert re.findall(r"Present[^:]*: \S+ \d+ %", text) == []
    assert re.search(r"Present[^:]*: \S+\u00a0\d+\u00a0%", text)


def test_transcript_stands_behind_the_minutes_by_turns():
    text = made(TXT)
    assert text.endswith("Transcript\n----------\n\n00:00:00  Helen: We take cedar. It is 480.\n\n00:00:20  Omar: [unclear]\n")
    assert "We take cedar" not in part(mail(), "plain")


def test_long_turn_has_more_than_one_time():
    said_there = transcript(*[segment(number, "word " * 30, speaker="A") for number in range(1, 9)])
    assert len(re.findall(r"^00:0\d:\d\d  A: ", made(TXT, said_there=said_there), re.MULTILINE)) == 3


# Word


def test_word_file_has_real_headings_lists_tables_and_properties():
    opened = word()
    heads = [(each.style.name, each.text) for each in opened.paragraphs if each.style.name.startswith(("Title", "Heading"))]
    assert heads[0] == ("Title", "Community garden committee")
    assert ("Heading 1", "Decisions") in heads
    assert ("Heading 2", "Fence (00:00:40–00:03:00)") in heads
    tasks, talk = opened.tables
    assert [cell.text for cell in tasks.rows[1].cells] == [
        "☐",
        "Omar",
        "Measure the north side again",
        '"when you find the time"',
        "00:02:10",
    ]
    assert [cell.text for cell in talk.rows[0].cells] == ["Speaker", "Time", "Share"]
    assert [each.text[:5] for each in opened.paragraphs if each.style.name == "List Number"] == [
        "Fence",
        "Water",
        "We go",
        "The f",
    ]
    facts = opened.core_properties
    assert (facts.title, facts.author, facts.comments) == ("Community garden committee", "audio-minutes 0.1.0", "")


def test_each_numbered_list_of_a_word_file_begins_at_one():
    opened = word()
    numbers = [each._p.pPr.numPr.numId.val for each in opened.paragraphs if each.style.name == "List Number"]
    assert (numbers[0] == numbers[1], numbers[1] == numbers[2], numbers[2] == numbers[3]) == (True, False, True)


def test_no_text_becomes_more_than_text_in_a_word_file():
    """All at once: making a Word file takes a third of a second."""
    text = " ".join(" ".join(LURES).split())
    opened, ordinary = word(everywhere(text)), word(everywhere("plain"))
    assert [node.tag for node in opened.element.body.iter()] == [node.tag for node in ordinary.element.body.iter()]
    assert not [node.tag for node in opened.element.body.iter() if re.search("hyperlink|fldSimple|instrText|object", node.tag)]
    assert sum(text in found for found in words_of(opened)) > 25


def test_what_xml_cannot_hold_is_left_out():
    content = minutes(title=f"Stand{UNSEEN}up", participants=(f"A{UNSEEN}na",))
    assert word(content).paragraphs[0].text == "Stand up"


# Plain text and mail


def test_lines_of_text_are_short_unless_a_word_is_long():
    assert max(map(len, made(TXT).splitlines())) <= 100


def test_mail_is_a_draft_to_nobody_with_both_bodies():
    draft = mail()
    assert (draft["Subject"], draft["X-Unsent"], draft["To"], draft["From"], draft["Bcc"]) == (
        *("Community garden committee, Wednesday 4 March 2026", "1", None, None, None),
    )
    assert "Call the carpenter and confirm the order" in part(draft, "plain")
    assert "<h2>Decisions</h2>" in part(draft, "html")


def test_mail_is_addressed_to_whom_the_configuration_names_and_to_nobody_who_is_spoken_of():
    draft = mail(everywhere("boss@evil.example"), ReportOptions(mail_to=("team@example.org", "b@example.org")))
    assert draft["To"] == "team@example.org, b@example.org"


@pytest.mark.parametrize("address", ["no address", "a@b\nBcc: c@d", "", "Ana <a@b.c>", "a@b,c@d"])
def test_address_that_is_none_is_refused(address):
    with pytest.raises(ValidationError, match="addresses such as"):
        ReportOptions(mail_to=(address,))


@each_hostile
def test_no_text_becomes_markup_a_link_or_a_head_line_of_a_mail(text):
    draft, ordinary = mail(everywhere(text)), mail(everywhere("plain"))
    assert draft.keys() == ordinary.keys()
    assert re.findall(r"<[a-z0-9]+", part(draft, "html")) == re.findall(r"<[a-z0-9]+", part(ordinary, "html"))
    for body in (part(draft, "html").partition("<body>")[2], part(draft, "plain")):
        assert not re.search(r"://|www\.\w|\w@\w|mailto:\w", body)


def test_same_minutes_give_the_same_text_and_mail():
    assert (made(TXT), made(EML)) == (made(TXT), made(EML))


# Every script


@pytest.mark.parametrize("name", [DOCX, TXT, EML])
def test_names_of_every_script_come_back(name):
    content = minutes(title=VIETNAMESE, participants=(HEBREW, ARABIC, EMOJI), action_items=(action(EMOJI, owner=HEBREW),))
    text = {
        DOCX: lambda: "\n".join(words_of(word(content))),
        TXT: lambda: made(TXT, content),
        EML: lambda: part(mail(content), "html"),
    }[name]()
    assert [each for each in (HEBREW, ARABIC, EMOJI, VIETNAMESE) if each not in text] == []


def test_words_read_from_the_right_keep_their_signs_and_the_order_of_a_list():
    """By marks of the direction, which every program knows: around them, and a mark that the line goes on from the left."""
    assert said(f"({HEBREW}).").shown == f"\u200f({HEBREW}).\u200f\u200e"
    assert (said("Ana (12)").shown, said(f"Ana {HEBREW}").shown) == ("Ana (12)", f"Ana {HEBREW}")
    assert Phrase(HEBREW).shown == HEBREW


def test_paragraph_of_words_read_from_the_right_begins_at_the_right_in_word():
    content = minutes(title=HEBREW, action_items=(action(ARABIC, owner="Ana"),))
    opened = word(content)
    assert opened.paragraphs[0]._p.pPr.find("{*}bidi") is not None
    who, what = opened.tables[0].rows[1].cells[1:3]
    assert who.paragraphs[0]._p.find(".//{*}bidi") is None
    assert what.paragraphs[0].runs[0].font.rtl


# PDF


@pytest.fixture(scope="module")
def printed() -> bytes:
    content = everywhere(" ".join([*HOSTILE[3:12], VIETNAMESE])).model_copy(update={"title": VIETNAMESE})
    data = made(PDF, content)
    assert isinstance(data, bytes)
    return data


@no_pango
def test_pdf_has_the_words_and_title_and_no_link_script_or_file(printed):
    import pypdfium2

    text = " ".join(pdf_text(printed).split())
    assert text.count(VIETNAMESE) > 10
    assert "<script>alert(1)</script>" in text
    assert pypdfium2.PdfDocument(printed).get_metadata_dict()["Title"] == VIETNAMESE
    assert not re.search(rb"/URI|/JavaScript|/JS\b|/Launch|/EmbeddedFile|/GoToR", printed)


@no_pango
def test_pdf_has_bookmarks_pages_and_ink_on_each(printed):
    import pypdfium2

    opened = pypdfium2.PdfDocument(printed)
    assert {"Decisions", "Transcript"} <= {mark.get_title() for mark in opened.get_toc()}
    assert len(opened) > 2
    for page in opened:
        assert page.render(scale=0.3, grayscale=True).to_numpy().min() < 128


@no_pango
def test_pdf_asks_nothing_of_disk_or_network(monkeypatch):
    from tasks.report.exports import pdf_file

    reached: list[str] = []
    monkeypatch.setattr("urllib.request.OpenerDirector.open", lambda _, url, *rest: reached.append(str(url)))
    pdf_file.print_pdf(
        '<img src="file:///etc/passwd"><img src="http://127.0.0.1:9/x"><link rel=stylesheet href="http://127.0.0.1:9/y">'
    )
    assert reached == []


@no_pango
def test_letters_that_no_font_has_are_named_in_the_minutes_and_in_no_log(caplog):
    content = minutes(title="Standup \U00013000 \U00013000")
    [notice] = export_notices(ReportOptions(formats=(Format.PDF,)), content, TALK)
    assert notice.message == "minutes.pdf shows boxes for letters that no font of this machine has (\U00013000)"
    made(PDF, content)
    assert caplog.text == ""
    assert export_notices(ReportOptions(formats=(Format.PDF,)), committee(), TALK) == ()


# What is missing


def without(monkeypatch: pytest.MonkeyPatch, package: str) -> None:
    monkeypatch.setattr(formats, "find_spec", lambda name: None if name == package else find_spec(name))


def test_missing_library_is_named_before_a_run(monkeypatch):
    without(monkeypatch, "docx")
    config = Config.model_validate({"report": {"formats": ["md", "docx"]}})
    assert check_machine(config, ()) == [
        "report.formats: docx needs 'docx', which is not installed: pip install 'audio-minutes[export]'"
    ]


def test_missing_pango_is_named_with_the_packages_of_the_system(monkeypatch):
    monkeypatch.setattr(formats, "can_print", lambda: False)
    [problem] = check_machine(Config.model_validate({"report": {"formats": ["pdf"]}}), ())
    assert problem.startswith("report.formats: pdf needs Pango, which is not on this machine: apt-get install libpango-1.0-0 ")


def test_minutes_are_written_without_the_library_and_say_what_is_missing(job, folder, monkeypatch):  # noqa: F811
    without(monkeypatch, "docx")
    write(job, "md", "json", "docx", "txt")
    manifest = read_manifest(folder)
    assert manifest
    assert manifest.files == ("minutes.md", "minutes.json", "transcript.json", "minutes.txt")
    assert [notice.message for notice in manifest.notices][-1].startswith("minutes.docx was not written: docx needs 'docx'")
    assert "minutes.docx was not written" in (folder / "minutes.md").read_text()


# The table of one meeting


def rows(content: Minutes) -> list[dict[str, str]]:
    """The table, opened as a spreadsheet that knows its byte order mark does."""
    text = made(CSV, content)
    assert text.startswith("\ufeff")
    return list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"), newline="")))


def test_table_has_decisions_and_tasks_in_the_order_of_the_page():
    table = rows(committee())
    page = render_markdown(committee(), ())
    texts = [row["text"] for row in table]
    assert [row["kind"] for row in table] == ["decision"] * 2 + ["task"] * (len(table) - 2)
    assert sorted(texts, key=lambda text: page.index(text.split("[")[0])) == texts
    assert {row["held_on"] for row in table} == {"2026-03-04"}
    assert (table[0]["speaker"], table[0]["heard_at"]) == ("Helen", "00:01:40")
    assert table[0]["quote"] == "Good, then we go with cedar."


@each_hostile
def test_no_cell_of_the_table_is_computed(text):
    for row in rows(everywhere(text)):
        assert [cell for cell in row.values() if cell.startswith(("=", "+", "-", "@"))] == []


def test_names_of_every_script_stand_in_the_table():
    [row] = rows(minutes(title=VIETNAMESE, action_items=(action(EMOJI, owner=HEBREW),)))
    assert (row["meeting"], row["text"], row["owner"]) == (VIETNAMESE, EMOJI, HEBREW)


# What people change


@pytest.mark.parametrize(
    ("done", "mark"), [(("accepted",), "accepted by hand"), (("accepted", "text"), "corrected"), (("added",), "added by hand")]
)
def test_what_a_person_did_is_said_as_on_the_page(done, mark):
    content = minutes(action_items=(action(corrected=done),))
    assert f"Call the carpenter ({mark}) |" in made(TXT, content)
    assert f"Call the carpenter ({mark}) |" in render_markdown(content, ())


def test_exports_follow_corrections_and_states_of_the_table(job, folder):  # noqa: F811
    write(job, "md", "json", "docx", "txt", "eml", "csv", "ics", content=minutes(action_items=(action(),)))
    correct(folder, ("items", "a-3f9c21", {"text": "Call the plumber"}))
    table = folder.parent / "actions.csv"
    table.write_text(table.read_text(encoding="utf-8-sig").replace("a-3f9c21,open", "a-3f9c21,done"), encoding="utf-8-sig")
    settle_files(folder.parent)
    import docx

    row = [cell.text for cell in docx.Document(str(folder / DOCX)).tables[0].rows[1].cells]
    assert (row[0], row[2]) == ("☑ done", "Call the plumber (corrected)")
    assert "☑ done | Who: — | What: Call the plumber (corrected)" in (folder / TXT).read_text()
    assert "STATUS:COMPLETED" in (folder / "minutes.ics").read_text()
    assert "task,a-3f9c21,done,,Call the plumber," in (folder / CSV).read_text(encoding="utf-8-sig")
    draft = email.message_from_bytes((folder / EML).read_bytes(), policy=email.policy.SMTP)
    assert isinstance(draft, EmailMessage)
    assert "☑ done" in part(draft, "html")


def test_all_files_of_a_set_are_listed_on_the_page():
    texts = render_files(committee(), TALK, ReportOptions(formats=(Format.MD, Format.TXT, Format.EML)))
    assert list(texts) == ["minutes.md", "minutes.txt", "minutes.eml"]
    assert "[minutes.txt](minutes.txt), [minutes.eml](minutes.eml)" in str(texts["minutes.md"])


@pytest.mark.parametrize("name", [DOCX, TXT, EML])
def test_recording_without_speech_has_short_honest_files(name):
    silent = minutes(status="no_speech")
    text = {
        DOCX: lambda: "\n".join(words_of(word(silent, transcript()))),
        TXT: lambda: made(TXT, silent, transcript()),
        EML: lambda: part(mail(silent), "plain"),
    }[name]()
    assert "No speech was found in this recording, so there is nothing to report." in " ".join(text.split())
    assert "Decisions" not in text
