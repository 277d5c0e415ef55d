"""Lies that are told by leaving something out: one task for two, a decision that was given up, a state that somebody had set.

Each function tells what is wrong with what the product makes of a case, or gives nothing.
"""

import csv
import datetime as dt
import io
import json
from collections.abc import Iterator
from pathlib import Path

from tasks.report.markdown import item_box, render_markdown
from tasks.report.register import Register
from tasks.schema import ActionClaim, Claim, Findings, Minutes, Notes, segment_id
from tasks.verification.minutes import compose_minutes
from tests.builders import recording
from tests.lies_of_talk import talk

MERGED = (
    ("I will send the red report.", "I will send the blue report.", "en"),
    ("I will send version 2 to the bank.", "I will send version 3 to the bank.", "en"),
    ("I will call Maria about the lease.", "I will call Peter about the lease.", "en"),
    ("I will book a room in Paris.", "I will book a room in Madrid.", "en"),
    ("I will pay the May invoice.", "I will pay the June invoice.", "en"),
    ("I will write up plan B.", "I will write up plan C.", "en"),
    ("I will close the Q1 books.", "I will close the Q3 books.", "en"),
    ("I will turn on the heater.", "I will turn off the heater.", "en"),
    ("Tôi sẽ gửi bản vẽ màu đỏ.", "Tôi sẽ gửi bản vẽ màu xanh.", "vi"),
    ("Tôi sẽ đặt phòng ở Huế.", "Tôi sẽ đặt phòng ở Vinh.", "vi"),
    ("Tôi sẽ gửi phiên bản hai.", "Tôi sẽ gửi phiên bản ba.", "vi"),
    ("Tôi sẽ in báo cáo tháng năm.", "Tôi sẽ in báo cáo tháng sáu.", "vi"),
)
REVERSED = (
    ("We use blue paint for the fence", "We will not use blue paint for the fence"),
    ("We launch in the spring", "We no longer launch in the spring"),
    ("We hire a second designer", "We hire a freelancer instead of a second designer"),
    ("The office stays open on Fridays", "The office does not stay open on Fridays"),
    ("We sell in Canada", "We will not sell in Canada"),
    ("We do not advertise on television", "We advertise on television"),
    ("Chúng ta thuê mặt bằng gần biển", "Chúng ta không thuê mặt bằng gần biển"),
    ("Chúng ta quảng cáo trên truyền hình", "Chúng ta không quảng cáo trên truyền hình nữa"),
)
TABLES = {
    "as it was": {},
    "semicolons": {"delimiter": ";"},
    "tabs": {"delimiter": "\t"},
    "without a byte order mark": {"encoding": "utf-8"},
    "UTF-16": {"encoding": "utf-16", "delimiter": "\t"},
    "a Windows page": {"encoding": "cp1252"},
    "columns turned round": {"turned": True},
    "all in quotes": {"quoting": csv.QUOTE_ALL},
    "carriage returns": {"lineterminator": "\r"},
    "without the columns that are new": {"left_out": ("agreed", "accepted", "context")},
}


def merged(first: str, second: str, language: str) -> Iterator[str]:
    """Two commitments of one person, found by one engine each, and by two engines both."""
    meeting = talk(f"Ana: {first}", f"Ana: {second}", people=("Ana",), language=language)
    lead = "Tôi sẽ " if language == "vi" else "I will "
    claims = tuple(
        ActionClaim(text=said.removeprefix(lead).rstrip("."), segment_ids=(segment_id(turn),), quote=said, owner="Ana")
        for turn, said in enumerate((first, second), start=1)
    )
    both = tuple(claim.model_copy(update={"segment_ids": ("S0001", "S0002")}) for claim in claims)
    for written, found in (((claims[0],), (claims[1],)), (claims, ()), (claims, claims), ((both[0],), (both[1],))):
        made = compose_minutes(meeting, Notes(action_items=written), Findings(action_items=found), "test", "1")
        quotes = [item.evidence.quote for item in made.action_items]
        if quotes != [first, second]:
            yield f"{quotes} prove {[item.task for item in made.action_items]}"


def reversed_decision(out: Path, earlier: str, later: str) -> Iterator[str]:
    """Two meetings of which the second gives up what the first decided: the later page must say so."""
    pages = []
    for number, text in enumerate((earlier, later), start=1):
        language = "vi" if text.startswith("Chúng") else "en"
        meeting = talk(f"Ana: {text}.", people=("Ana",), language=language)
        day = recording(
            sha256=f"{number:02d}" * 32, recorded_at=dt.datetime(2026, 3, 2 + number), sidecar=meeting.recording.sidecar
        )
        meeting = meeting.model_copy(update={"recording": day})
        claim = Claim(text=text, segment_ids=("S0001",), quote=f"{text}.")
        pages.append(_processed(out, compose_minutes(meeting, Notes(decisions=(claim,)), Findings(), "test", "1")))
    if [reversal.earlier_text for reversal in pages[1].reversals] != [earlier]:
        yield f"the later page does not say that '{later}' reverses '{earlier}'"
    register = json.loads((out / "decisions.json").read_text(encoding="utf-8"))
    if [bool(decision["reversed_by"]) for decision in register] != [True, False]:
        yield f"decisions.json lets '{earlier}' stand"


def reversed_at_once(earlier: str, later: str) -> Iterator[str]:
    """One meeting that decides the contrary of what it had decided, found by one engine or by two."""
    language = "vi" if earlier.startswith("Chúng") else "en"
    meeting = talk(f"Ana: {earlier}.", "Bo: Hm.", "Bo: Ah.", f"Ana: {later}.", people=("Ana", "Bo"), language=language)
    first, second = (
        Claim(text=text, segment_ids=(name,), quote=f"{text}.") for text, name in ((earlier, "S0001"), (later, "S0004"))
    )
    for written, found in (((first, second), ()), ((first,), (second,)), ((second,), (first,))):
        made = compose_minutes(meeting, Notes(decisions=written), Findings(decisions=found), "test", "1")
        if [decision.text for decision in made.decisions] != [later] or [claim.text for claim in made.unverified] != [earlier]:
            yield f"{[decision.text for decision in made.decisions]} stand"


def status_lost(out: Path, table: dict[str, object]) -> Iterator[str]:
    """A state that a person wrote into the table, as a spreadsheet saves it, before the meeting is processed again."""
    meeting = talk("Ana: I will send the red report.", "Ana: I will call the bank.", people=("Ana",))
    claims = tuple(
        ActionClaim(text=text, segment_ids=(segment_id(turn),), quote=f"I will {text}.", owner="Ana")
        for turn, text in enumerate(("send the red report", "call the bank"), start=1)
    )
    made = compose_minutes(meeting, Notes(action_items=claims), Findings(), "test", "1")
    first = _processed(out, made)
    name = first.action_items[0].id
    _save(out / "actions.csv", name, dict(table))
    Register(out).settle()
    again = _processed(out, made)
    for what, minutes in (("the next run", again), ("minutes.json", Minutes.model_validate_json(_read(out, "minutes.json")))):
        states = {item.id: item.status for item in minutes.action_items}
        if states != {name: "waits for Bo", again.action_items[1].id: "open"}:
            yield f"{what} says {states}"
    if item_box(name, "waits for Bo") not in _read(out, "minutes.md"):
        yield "minutes.md lost it"
    for path in ("actions.json", "actions.csv"):
        if "waits for Bo" not in (out / path).read_text(encoding="utf-8-sig"):
            yield f"{path} lost it"


def _save(path: Path, name: str, form: dict[str, object]) -> None:
    rows = list(csv.DictReader(io.StringIO(path.read_text(encoding="utf-8-sig"), newline="")))
    columns = [column for column in rows[0] if column not in form.pop("left_out", ())]  # type: ignore[operator]
    columns = columns[::-1] if form.pop("turned", False) else columns
    encoding = str(form.pop("encoding", "utf-8-sig"))
    text = io.StringIO(newline="")
    writer = csv.DictWriter(text, columns, extrasaction="ignore", **form)  # type: ignore[arg-type]
    writer.writeheader()
    writer.writerows(row | {"status": "waits for Bo" if row["id"] == name else row["status"]} for row in rows)
    path.write_bytes(text.getvalue().encode(encoding))


def _processed(out: Path, made: Minutes) -> Minutes:
    """What the report stage does."""
    folder = out / f"meeting-{made.recording.sha256[:8]}"
    folder.mkdir(parents=True, exist_ok=True)
    known = Register(out).with_known_ids(made)
    (folder / "minutes.md").write_text(render_markdown(known, ()), encoding="utf-8")
    (folder / "minutes.json").write_text(known.model_dump_json(indent=2) + "\n", encoding="utf-8")
    Register(out).update(known, folder)
    return known


def _read(out: Path, name: str) -> str:
    (path,) = out.glob(f"meeting-*/{name}")
    return path.read_text(encoding="utf-8")
