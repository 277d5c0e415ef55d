"""The table of action items as spreadsheets save it: what a person wrote is found again, or the file is left alone."""

import csv
import io
import json
import random
import unicodedata
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from tasks.files import write_atomic
from tasks.report.markdown import render_markdown
from tasks.report.register import Register
from tasks.report.table import Table, as_cell, as_read, read_table, render_table
from tasks.schema import Minutes
from tests.builders import recording
from tests.test_register import item, minutes, process

TASKS = ("call Zoë Müller", "gọi thợ mộc ở Huế", "send the plan; then wait", 'say "yes", or no', "order\ttabs")
STATES = ("done", "Done", "waiting for Zoë", "6.3.2026", "?", "50 %", "-", "=1+1", "in progress; see mail", "đã xong", "hủy")
TONES = frozenset("\u0300\u0301\u0303\u0309\u0323")
UNICODE = ("utf-8", "utf-8-sig", "utf-16", "utf-16-le")


def written(out: Path, made: Minutes, folder: str) -> None:
    """What the report stage does, without the transcript."""
    known = Register(out).with_known_ids(made)
    write_atomic(out / folder / "minutes.json", known.model_dump_json(indent=2) + "\n")
    write_atomic(out / folder / "minutes.md", render_markdown(known, ()))
    Register(out).update(known, out / folder)


def board(**changes: Any) -> Minutes:
    items = [item(task, 20.0 * (number + 1), f"a-{number}") for number, task in enumerate(TASKS)]
    return minutes(*items, **changes)


def rows_of(out: Path) -> list[list[str]]:
    return list(csv.reader(io.StringIO((out / "actions.csv").read_text(encoding="utf-8-sig"), newline="")))


def save(out: Path, rows: list[list[str]], delimiter: str = ",", encoding: str = "utf-8-sig", line_end: str = "\r\n") -> None:
    text = io.StringIO(newline="")
    csv.writer(text, delimiter=delimiter, lineterminator=line_end).writerows(rows)
    data = vietnamese_page(text.getvalue()) if encoding == "cp1258" else text.getvalue().encode(encoding, "replace")
    (out / "actions.csv").write_bytes(data)


def vietnamese_page(text: str) -> bytes:
    """Windows code page 1258, which writes a tone after its letter."""
    found = bytearray()
    for letter in text:
        parts = unicodedata.normalize("NFD", letter)
        tones = "".join(part for part in parts if part in TONES)
        base = unicodedata.normalize("NFC", "".join(part for part in parts if part not in TONES))
        try:
            found += letter.encode("cp1258")
        except UnicodeEncodeError:
            found += (base + tones).encode("cp1258", "replace")
    return bytes(found)


def with_states(rows: list[list[str]], states: dict[str, str]) -> list[list[str]]:
    return [rows[0], *([row[0], states.get(row[0], row[1]), *row[2:]] for row in rows[1:])]


def shown(out: Path) -> dict[str, dict[str, str]]:
    """Where a state stands -> item id -> state."""
    data = json.loads((out / "board" / "minutes.json").read_text())["action_items"]
    register = json.loads((out / "actions.json").read_text())
    table = rows_of(out)
    return {
        "minutes": {entry["id"]: entry["status"] for entry in data},
        "register": {entry["id"]: entry["status"] for entry in register if entry["minutes"] == "board"},
        "table": {row[0]: as_read(row[1]) for row in table[1:] if row[-1] == "board" or "board" in row},
    }


@st.composite
def edits(draw: st.DrawFn) -> dict[str, Any]:
    """States of some items, and what a spreadsheet and its user do with the file."""
    encoding = draw(st.sampled_from([*UNICODE, "cp1252", "cp1258", "cp1250", "mac_roman"]))
    known = encoding == "cp1258"  # which writes all of them in its own way
    fitting = [state for state in STATES if known or state.encode(encoding, "replace").decode(encoding) == state]
    names = draw(st.lists(st.sampled_from([f"a-{number}" for number in range(len(TASKS))]), unique=True, min_size=1))
    return {
        "states": {name: draw(st.sampled_from(fitting)) for name in names},
        "encoding": encoding,
        "delimiter": draw(st.sampled_from(",;\t|")),
        "line_end": draw(st.sampled_from(["\r\n", "\n"])),
        "seed": draw(st.integers(0, 1000)),
        "upper": draw(st.booleans()),
        "deleted": draw(st.sets(st.sampled_from([f"a-{number}" for number in range(len(TASKS))]))) - set(names),
        "dates": draw(st.sampled_from(["{d:02}/{m:02}/{y}", "{d}.{m}.{y}", "{m}/{d}/{y}", "{y}-{m:02}-{d:02}"])),
        "extra": draw(st.booleans()),
        "first_line": draw(st.booleans()),
    }


def as_saved(rows: list[list[str]], edit: dict[str, Any]) -> list[list[str]]:
    """The rows after all of it."""
    chance = random.Random(edit["seed"])
    head, *body = with_states(rows, edit["states"])
    date = edit["dates"].format(d=6, m=3, y=2026)
    body = [[date if cell == "2026-03-06" else cell for cell in row] for row in body if row[0] not in edit["deleted"]]
    chance.shuffle(body)
    if edit["extra"]:
        head, body = [*head, "My notes"], [[*row, f"note\non {row[0]}"] for row in body]
    order = chance.sample(range(len(head)), len(head))
    saved = [[row[number] for number in order] for row in ([name.upper() if edit["upper"] else name for name in head], *body)]
    return [[f"sep={edit['delimiter']}"], *saved] if edit["first_line"] and edit["delimiter"] == ";" else saved


@settings(max_examples=200)
@given(edit=edits())
@pytest.mark.slow
def test_states_survive_every_way_to_save_the_table(tmp_path_factory, edit):
    out = tmp_path_factory.mktemp("out")
    written(out, board(), "board")
    save(out, as_saved(rows_of(out), edit), edit["delimiter"], edit["encoding"], edit["line_end"])
    assert Register(out).settle() == ()
    wanted = {f"a-{number}": "open" for number in range(len(TASKS))} | edit["states"]
    assert shown(out) == {"minutes": wanted, "register": wanted, "table": wanted}
    if edit["extra"]:
        assert all(row[-1] == f"note on {row[0]}" for row in rows_of(out)[1:] if row[0] in edit["states"])
    before = (out / "actions.csv").read_bytes()
    Register(out).settle()
    assert (out / "actions.csv").read_bytes() == before


@settings(max_examples=100)
@given(state=st.text(min_size=1, max_size=20))
def test_any_state_comes_back_as_it_was_written_and_goes_without_a_trace(tmp_path_factory, state):
    out = tmp_path_factory.mktemp("out")
    written(out, board(), "board")
    files = [out / "board" / name for name in ("minutes.md", "minutes.json")]
    before = [file.read_bytes() for file in files]
    save(out, with_states(rows_of(out), {"a-1": state}))
    if Register(out).settle():
        assert (out / "actions.new.csv").exists()
        return
    [found] = {states["a-1"] for states in shown(out).values()}
    plain = unicodedata.normalize("NFC", " ".join(state.split()))
    assert found in {plain, plain.removeprefix("'"), "open"}
    assert files[0].read_text().count("\n") == before[0].decode().count("\n")
    save(out, with_states(rows_of(out), {"a-1": "open"}))
    Register(out).settle()
    assert [file.read_bytes() for file in files] == before


def test_letters_that_the_code_page_lacks_change_no_state(tmp_path):
    written(tmp_path, board(), "board")
    save(tmp_path, with_states(rows_of(tmp_path), {"a-1": "đang chờ"}))
    Register(tmp_path).settle()
    save(tmp_path, with_states(rows_of(tmp_path), {"a-0": "done"}), ";", "cp1252")
    Register(tmp_path).settle()
    assert [entry.status for entry in Register(tmp_path).items()][:2] == ["done", "đang chờ"]


def test_row_and_column_of_a_person_stay(tmp_path):
    written(tmp_path, board(), "board")
    rows = rows_of(tmp_path)
    save(tmp_path, [[*rows[0], "cost"], *([*row, "7"] for row in rows[1:]), ["", "open", "Bo", "my own task"]])
    written(tmp_path, minutes(item("call Bo", name="a-9"), recording=recording(sha256="ab" * 32)), "next")
    rows = rows_of(tmp_path)
    assert (rows[0][-1], rows[1][-1], rows[-1][:4]) == ("cost", "7", ["", "open", "Bo", "my own task"])
    assert len(rows) == len(TASKS) + 3


UNREADABLE = {
    "no headings": b"a-1,done\r\na-2,open\r\n",
    "other headings": b"id,state\r\na-1,done\r\n",
    "a workbook": b"PK\x03\x04\x14\x00\x06\x00\x08\x00\x00\x00!\x00 id status",
    "a page": b"<table><tr><td>id</td><td>status</td></tr></table>",
    "an open quote": b'id,status\r\na-1,"done\r\na-2,done\r\n',
    "another table": b"id,status\r\nx-1,done\r\n",
    "half a letter": b"\xff\xfei\x00d\x00,",
}


@pytest.mark.parametrize("content", UNREADABLE.values(), ids=UNREADABLE)
def test_table_that_cannot_be_read_is_left_alone_and_named(tmp_path, content):
    written(tmp_path, board(), "board")
    (tmp_path / "actions.csv").write_bytes(content)
    written(tmp_path, minutes(item("call Bo", name="a-9"), recording=recording(sha256="ab" * 32)), "next")
    (problem,) = Register(tmp_path).settle()
    assert str(tmp_path / "actions.csv") in problem
    assert "actions.new.csv" in problem
    assert "Save yours as CSV" in problem
    assert (tmp_path / "actions.csv").read_bytes() == content
    assert len((tmp_path / "actions.new.csv").read_text().splitlines()) == len(TASKS) + 2


def test_both_tables_count_once_the_first_can_be_read(tmp_path):
    written(tmp_path, board(), "board")
    first = with_states(rows_of(tmp_path), {"a-0": "done"})
    (tmp_path / "actions.csv").write_bytes(b"PK")
    Register(tmp_path).settle()
    new = tmp_path / "actions.new.csv"
    new.write_text(new.read_text().replace("a-1,open", "a-1,waiting"))
    Register(tmp_path).settle()
    save(tmp_path, first)
    assert Register(tmp_path).settle() == ()
    assert [entry.status for entry in Register(tmp_path).items()][:3] == ["done", "waiting", "open"]
    assert not new.exists()


def test_new_table_is_used_while_the_first_cannot_be_read(tmp_path):
    written(tmp_path, board(), "board")
    (tmp_path / "actions.csv").write_bytes(b"PK")
    Register(tmp_path).settle()
    new = tmp_path / "actions.new.csv"
    for state in ("done", "open"):
        new.write_text("id;status\r\na-1;" + state + "\r\n")
        Register(tmp_path).settle()
        assert Register(tmp_path).items()[1].status == state
    new.write_bytes(b"PK")
    assert len(Register(tmp_path).settle()) == 2
    assert (tmp_path / "actions.new-2.csv").exists()


def test_emptied_and_deleted_tables_are_made_anew(tmp_path):
    written(tmp_path, board(), "board")
    save(tmp_path, with_states(rows_of(tmp_path), {"a-0": "done"}))
    Register(tmp_path).settle()
    whole = (tmp_path / "actions.csv").read_bytes()
    for content in (b"", b"\xef\xbb\xbf\r\n", None):
        (tmp_path / "actions.csv").unlink() if content is None else (tmp_path / "actions.csv").write_bytes(content)
        assert Register(tmp_path).settle() == ()
        assert (tmp_path / "actions.csv").read_bytes() == whole


@pytest.mark.parametrize("content", [b"{", None])
def test_register_that_is_lost_comes_back_from_the_minutes_and_the_table(tmp_path, content):
    written(tmp_path, board(), "board")
    save(tmp_path, with_states(rows_of(tmp_path), {"a-0": "done"}))
    (tmp_path / "actions.json").unlink() if content is None else (tmp_path / "actions.json").write_bytes(content)
    problems = Register(tmp_path).settle()
    assert [entry.status for entry in Register(tmp_path).items()] == ["done", *["open"] * (len(TASKS) - 1)]
    kept = list(tmp_path.glob("actions.damaged-*.json"))
    assert (len(problems), len(kept)) == ((1, 1) if content else (0, 0))
    assert not content or kept[0].read_bytes() == content


# The minutes of earlier meetings


def test_only_the_state_changes_in_earlier_minutes(tmp_path):
    written(tmp_path, board(), "board")
    page, data = ((tmp_path / "board" / name) for name in ("minutes.md", "minutes.json"))
    before = page.read_text(), data.read_text()
    save(tmp_path, with_states(rows_of(tmp_path), {"a-1": "done", "a-3": "waits | for *Bo*"}))
    written(tmp_path, minutes(item("call Bo", name="a-9"), recording=recording(sha256="ab" * 32)), "next")
    assert page.read_text() == before[0].replace("[☐](#a-1)", "[☑](#a-1) done").replace(
        "[☐](#a-3)", "[☐](#a-3) waits \\| for \\*Bo\\*"
    )
    assert data.read_text().replace('"done"', '"open"').replace('"waits | for *Bo*"', '"open"') == before[1]
    save(tmp_path, with_states(rows_of(tmp_path), {"a-1": "open", "a-3": "open"}))
    Register(tmp_path).settle()
    assert (page.read_text(), data.read_text()) == before


def test_states_come_into_pages_of_the_first_version_too(tmp_path):
    written(tmp_path, board(), "board")
    page = tmp_path / "board" / "minutes.md"
    page.write_text("| ☐ `a-1` | Bo | call |\n| ☐ `a-3` waits | Bo | send |\n")
    save(tmp_path, with_states(rows_of(tmp_path), {"a-1": "done"}))
    Register(tmp_path).settle()
    assert page.read_text() == "| ☑ `a-1` done | Bo | call |\n| ☐ `a-3` waits | Bo | send |\n"


def test_minutes_without_a_changed_state_are_not_written(tmp_path):
    written(tmp_path, board(), "board")
    page = tmp_path / "board" / "minutes.md"
    stamp = page.stat().st_mtime_ns, page.stat().st_ino
    written(tmp_path, minutes(item("call Bo", name="a-9"), recording=recording(sha256="ab" * 32)), "next")
    Register(tmp_path).settle()
    assert (page.stat().st_mtime_ns, page.stat().st_ino) == stamp


@pytest.mark.parametrize("content", ["", "{", "[]", '{"action_items": 3}', '{"action_items": [{"id": "a-1", "status": "open"}]}'])
def test_minutes_that_somebody_changed_do_no_harm(tmp_path, content):
    written(tmp_path, board(), "board")
    (tmp_path / "board" / "minutes.json").write_text(content)
    (tmp_path / "board" / "minutes.md").unlink()
    save(tmp_path, with_states(rows_of(tmp_path), {"a-1": "done"}))
    assert Register(tmp_path).settle() == ()
    after = (tmp_path / "board" / "minutes.json").read_text()
    assert after == content if "a-1" not in content else json.loads(after)["action_items"][0]["status"] == "done"


def test_state_written_while_a_meeting_is_processed_counts(tmp_path):
    process(tmp_path, board(), "board")
    known = Register(tmp_path).with_known_ids(board())
    write_atomic(tmp_path / "board" / "minutes.json", known.model_dump_json(indent=2) + "\n")
    save(tmp_path, with_states(rows_of(tmp_path), {"a-1": "done"}))
    Register(tmp_path).update(known, tmp_path / "board")
    assert json.loads((tmp_path / "board" / "minutes.json").read_text())["action_items"][1]["status"] == "done"


@pytest.mark.parametrize("separator", [",", ";", "|", "\t"])
@pytest.mark.parametrize(
    "said", ["=1+1", "we buy ;=1+1; and", "a; @SUM(A1)|=cmd|'/c calc'!A1;x", "\uff1d1+1", ';"=1+1";', "x ;\t-2+3", "|+1"]
)
def test_no_cell_begins_like_a_formula_whatever_the_separator_of_lists(tmp_path, separator, said):
    text = render_table([("a-1", {"id": "a-1", "status": "open", "task": said})], ("id", "status", "task"), Table())
    cells = [cell.strip() for row in text.lstrip("\ufeff").splitlines()[1:] for cell in row.split(separator)]
    quoted = [cell for row in csv.reader(io.StringIO(text), delimiter=separator) for cell in row]
    assert not [cell for cell in (*cells, *quoted) if cell.strip(' "').startswith(("=", "+", "@", "\uff1d"))]
    known = {"a-1": {"id": "a-1", "status": "open", "task": as_read(said)}}
    (tmp_path / "t.csv").write_text(text)
    assert read_table(tmp_path / "t.csv", ("id", "status", "task"), known).states == {"a-1": "open"}
    assert as_read(as_cell(said)) == as_read(said)
