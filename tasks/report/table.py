"""`actions.csv`, the table in which people keep the states of action items, read as whatever a spreadsheet saved it.

Rows are known by the column `id`. Columns and rows that people add are kept; what cannot be read raises `Unreadable`.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from tasks.language.detection import language_of
from tasks.language.languages import known_language
from tasks.report.state import CLOSED, OPEN

Known = Mapping[str, Mapping[str, str]]
"""Item id -> column -> what was written there."""

ID, STATUS = "id", "status"
_DELIMITERS = ",;\t|"
_CODE_PAGES = ("cp1252", "cp1258", "cp1250", "mac_roman", "cp1251", "cp1253", "cp1254")
"""What spreadsheets write without being asked for Unicode. The Windows code pages come first where several fit equally."""
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\uff1d", "\uff0b", "\uff0d", "\uff20")
"""With these at the start of a cell, a spreadsheet would compute what somebody said."""
_INNER = re.compile(r"([;|][\"\s]*)(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
"""Where a spreadsheet whose list separator is another one would begin a cell, whatever quotes stand around it."""
_INNER_KEPT = re.compile(r"([;|][\"\s]*)'(?=[=+\-@\uff1d\uff0b\uff0d\uff20])")
_LOST = "?"
"""What a spreadsheet writes for a letter that its code page lacks."""


class Unreadable(Exception):
    """The file is no table of action items that can be understood; the text says why."""


@dataclass(frozen=True)
class Table:
    """What people wrote into the table."""

    states: Mapping[str, str] = field(default_factory=dict)
    """Item id -> what its cell says; ids whose cell is empty are missing."""
    columns: tuple[str, ...] = ()
    """The headings of columns that people added."""
    added: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    """Item id -> its cells in those columns."""
    rows: tuple[tuple[Mapping[str, str], tuple[str, ...]], ...] = ()
    """Rows that people added: our column -> cell, and their cells in the columns that people added."""


def read_table(path: Path, columns: Sequence[str], known: Known) -> Table:
    """What people wrote into the table; nothing if there is no such file, or an empty one.

    Args:
        columns: headings that are not people's own.
        known: what was written. It tells which code page was used, and what is an edit.

    Raises:
        Unreadable: if there is no row with the headings `id` and `status`, or no row of a known item.
    """
    try:
        data = path.read_bytes()
    except FileNotFoundError:
        return Table()
    except OSError as error:
        raise Unreadable(f"{error.strerror}".lower()) from error
    if not data.strip(b"\xef\xbb\xbf\xff\xfe\x00\t\r\n ,;|"):
        return Table()
    readings = list(_readings(data, known))
    if not readings:
        raise Unreadable("no row of it has the headings 'id' and 'status'")
    return _table(readings[0] if len(readings) == 1 else _likeliest(readings, known), columns, known)


def join_tables(tables: Sequence[Table], before: Mapping[str, str]) -> Table:
    """One table of several, of which a later one counts more; of the states those that somebody changed.

    Where there are several, `open` changes nothing: it is what an older table says of everything that is new.
    """
    if len(tables) == 1:
        return tables[0]
    states: dict[str, str] = {}
    columns = tuple(dict.fromkeys(column for table in tables for column in table.columns))
    added: dict[str, tuple[str, ...]] = {}
    rows: dict[str, tuple[Mapping[str, str], tuple[str, ...]]] = {}
    for table in tables:
        states |= {name: state for name, state in table.states.items() if state not in {OPEN, before.get(name)}}
        added |= {name: _placed(cells, table, columns) for name, cells in table.added.items() if any(cells)}
        rows |= {repr(row): (row[0], _placed(row[1], table, columns)) for row in table.rows}
    return Table(states, columns, added, tuple(rows.values()))


def _placed(cells: Sequence[str], table: Table, columns: Sequence[str]) -> tuple[str, ...]:
    """Cells of the columns that people added to a table, in the order of those of all tables."""
    known = dict(zip(table.columns, cells, strict=True))
    return tuple(known.get(column, "") for column in columns)


def render_table(items: Iterable[tuple[str, Mapping[str, object]]], columns: Sequence[str], table: Table) -> str:
    """The table as CSV: the items (id, column -> value) with what people had added to them, and the rows that people added."""
    text = io.StringIO(newline="")
    writer = csv.writer(text)
    writer.writerow([*columns, *table.columns])
    nothing = ("",) * len(table.columns)
    for name, values in items:
        writer.writerow([as_cell(value) for value in (*(values[column] for column in columns), *table.added.get(name, nothing))])
    for row, added in table.rows:
        writer.writerow([as_cell(value) for value in (*(row.get(column, "") for column in columns), *added)])
    return "\ufeff" + text.getvalue()


def as_read(value: object) -> str:
    """A cell as it comes back from a table that was written and read."""
    text = " ".join(str(value if value is not None else "").split())
    text = text if text.isascii() else unicodedata.normalize("NFC", text)
    text = _INNER_KEPT.sub(r"\1", text)
    return text[1:] if text[:1] == "'" and text[1:].startswith(_FORMULA) else text


def as_cell(value: object) -> str:
    """A value as a cell that no spreadsheet computes."""
    text = _INNER.sub(r"\1'", as_read(value))
    return f"'{text}" if text.startswith(_FORMULA) else text


def _likeliest(readings: Sequence[list[list[str]]], known: Known) -> list[list[str]]:
    """The reading that has most of what was written, whole cells before words with accents; the first of equal ones."""
    texts = {cell for item in known.values() for cell in item.values()} | CLOSED
    words = {word for text in texts if not text.isascii() for word in text.split()}

    def likeness(rows: list[list[str]]) -> tuple[int, int]:
        cells = [cell for row in rows for cell in row]
        return sum(cell in texts for cell in cells), sum(word in words for cell in cells for word in cell.split())

    return max(readings, key=likeness)


def _readings(data: bytes, known: Known) -> Iterator[list[list[str]]]:
    """Every way to understand the bytes as rows that begin with the headings, the likelier first."""
    for text in _decoded(data, known):
        for delimiter in _DELIMITERS:
            try:
                rows = [
                    [as_read(cell) for cell in row]
                    for row in csv.reader(io.StringIO(text, newline=""), delimiter=delimiter, strict=True)
                ]
            except csv.Error:
                continue
            head = next((number for number, row in enumerate(rows) if {ID, STATUS} <= set(map(_heading, row))), None)
            if head is not None:
                yield [rows[head], *rows[:head], *rows[head + 1 :]]


def _decoded(data: bytes, known: Known) -> Iterator[str]:
    for encoding in _encodings(data, known):
        try:
            yield data.decode(encoding)
        except UnicodeError:
            continue
        if encoding == "utf-8-sig":
            return


def _encodings(data: bytes, known: Known) -> Iterator[str]:
    """The encodings that the bytes may be in, the likelier first; code pages by the language of the texts that were written."""
    if data.startswith((b"\xff\xfe", b"\xfe\xff")):
        yield "utf-16"
    elif b"\x00" in data:
        yield from ("utf-16-le", "utf-16-be")
    else:
        yield "utf-8-sig"
        written = {language_of(cell) for item in known.values() for cell in item.values()}
        yield from (language.code_page for code in sorted(written) if (language := known_language(code)) and language.code_page)
        yield from _CODE_PAGES


def _table(rows: Sequence[Sequence[str]], columns: Sequence[str], known: Known) -> Table:
    headings = [_heading(cell) for cell in rows[0]]
    place = {heading: number for number, heading in reversed(list(enumerate(headings)))}
    width = max(map(len, rows))
    full = [[*row, *[""] * (width - len(row))] for row in rows]
    own = [n for n in range(width) if _is_added(n, headings, columns) and any(row[n] for row in full)]
    states: dict[str, str] = {}
    added: dict[str, tuple[str, ...]] = {}
    others: list[tuple[Mapping[str, str], tuple[str, ...]]] = []
    for row in full[1:]:
        name = row[place[ID]].casefold()
        if name:
            before = known.get(name, {}).get(STATUS, "")
            state = _kept(row[place[STATUS]], before)
            if state and (name not in states or state != before):
                states[name] = state
            added[name] = tuple(row[number] for number in own)
        elif any(row):
            ours = {column: row[place[column]] for column in columns if column in place}
            others.append((ours, tuple(row[number] for number in own)))
    if added and not known.keys() & added.keys():
        raise Unreadable("it holds none of the items that were written into it")
    return Table(states, tuple(full[0][number] for number in own), added, tuple(others))


def _is_added(number: int, headings: Sequence[str], columns: Sequence[str]) -> bool:
    """Whether this column is no column of ours, or a second one of the same heading."""
    if number >= len(headings):
        return True
    return headings[number] not in columns or headings.index(headings[number]) != number


def _heading(cell: str) -> str:
    return "_".join(cell.strip("\ufeff\"' ").casefold().split())


def _kept(written: str, before: str) -> str:
    """What the cell says, or what it said before where the spreadsheet could not write some of its letters."""
    lost = len(written) == len(before) and all(a in {b, _LOST} for a, b in zip(written, before, strict=True))
    return before if lost else written
