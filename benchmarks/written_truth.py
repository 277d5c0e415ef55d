"""What `minutes run` finds in written meetings with a truth, `benchmarks/written_meetings/*.yaml`:

title: Budget round
date: 2026-03-02
language: en
talk: [[Dana, "Who can call the bank?"], [Tom, "Leave it with me, by Friday."]]
tasks: [{task: Call the bank, owner: Tom, lines: [1, 2], due: 2026-03-06, due_said: by Friday}]
decisions: [{decision: ..., lines: [3]}]
traps: [{lines: [4], why: only a wish}]

Lines count from 1. A task or decision is found if an item cites one of its lines. An item that cites no line of any of its kind
is false; a trap is taken if such an item cites it.
"""

import re
from collections import Counter
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import yaml
from as_captions import Line, minutes_of, transcript_of_lines

from tasks.actions.commitments import Commitments
from tasks.actions.detector import Detector
from tasks.schema import ActionItem, Decision, PossibleKind

FOLDER = Path(__file__).parent / "written_meetings"
HEAD = (
    "| meetings | tasks found | right owner | right day | decisions found | false items | false a meeting | traps taken | "
    "missed but possible |"
)
_WORDS_A_SECOND, _PAUSE_S = 2.5, 0.4
_SENTENCE_END = re.compile(r"(?<=[.?!…])\s+")


@dataclass(frozen=True)
class Written:
    """One meeting and its truth."""

    name: str
    language: str
    date: str
    lines: list[Line]
    truth: dict[str, Any]

    @property
    def learnt_from(self) -> bool:
        """The half of the meetings with an odd number may be learnt from."""
        return int(self.name.rpartition("-")[2]) % 2 == 1


def written_meetings(folder: Path = FOLDER) -> list[Written]:
    """All meetings of the folder; none if it does not exist."""
    return [_read(path) for path in sorted(folder.glob("*.yaml"))]


def _read(path: Path) -> Written:
    truth = yaml.safe_load(path.read_text(encoding="utf-8"))
    lines, clock = list[Line](), 0.0
    for speaker, text in truth["talk"]:
        end_s = clock + 0.5 + len(text.split()) / _WORDS_A_SECOND
        lines.append(Line(clock, end_s, speaker, text))
        clock = end_s + _PAUSE_S
    return Written(path.stem, truth["language"], str(truth["date"]), lines, truth)


def as_recognized(meeting: Written) -> Written:
    """The same meeting as a recognizer hands it on: a segment for each sentence, close after one another within a line."""
    lines, numbers = list[Line](), list[list[int]]()
    for line in meeting.lines:
        numbers.append([])
        seconds, start_s = (line.end_s - line.start_s) / len(line.text.split()), line.start_s
        for sentence in _SENTENCE_END.split(line.text):
            end_s = start_s + seconds * len(sentence.split())
            lines.append(Line(start_s, end_s, line.speaker, sentence))
            numbers[-1].append(len(lines))
            start_s = end_s
    truth = dict(meeting.truth)
    for kind in ("tasks", "decisions", "traps"):
        items = truth.get(kind) or []
        truth[kind] = [item | {"lines": [number for line in item["lines"] for number in numbers[line - 1]]} for item in items]
    return replace(meeting, lines=lines, truth=truth)


def written_rows(
    meetings: Sequence[Written], detector: Detector | None, commitments: Commitments | None, *, each: bool = False
) -> Iterator[str]:
    """Rows for each language: the meetings that are learnt from, and the unread ones; with `each` one for each meeting first."""
    counts = {meeting.name: count(meeting, detector, commitments) for meeting in meetings}
    if each:
        yield from (total_row(name, [counts[name]]) for name in counts)
    for language in sorted({meeting.language for meeting in meetings}):
        for learnt_from in (True, False):
            part = [each for each in meetings if each.language == language and each.learnt_from == learnt_from]
            yield total_row(f"{language}, {'learnt from' if learnt_from else 'unread'}", [counts[each.name] for each in part])


def count(meeting: Written, detector: Detector | None, commitments: Commitments | None = None) -> Counter[str]:
    """What is right and wrong in the minutes of one meeting."""
    minutes = minutes_of(transcript_of_lines(meeting.lines, f"{meeting.date}-{meeting.name}"), detector, commitments)
    tasks, decisions, traps = (meeting.truth.get(kind) or [] for kind in ("tasks", "decisions", "traps"))
    found = Counter({"tasks": len(tasks), "decisions": len(decisions), "traps": len(traps)})
    for task in tasks:
        items = [item for item in minutes.action_items if touches(item, task)]
        found["tasks found"] += bool(items)
        found["owner"] += any(_same(item.owner, task.get("owner")) for item in items)
        found["day"] += any(_same(item.due_date, task.get("due")) for item in items)
        maybe = [item for item in minutes.possible if item.kind is PossibleKind.TASK and touches(item, task)]
        found["rescued"] += bool(maybe) and not items
    for decision in decisions:
        listed = any(touches(item, decision) for item in minutes.decisions)
        found["decisions found"] += listed
        maybe = [item for item in minutes.possible if item.kind is PossibleKind.DECISION and touches(item, decision)]
        found["rescued"] += bool(maybe) and not listed
    false = [item for item in minutes.action_items if not any(touches(item, task) for task in tasks)]
    wrong: list[ActionItem | Decision] = [*false]
    wrong += [item for item in minutes.decisions if not any(touches(item, one) for one in decisions)]
    found["false"] = len(wrong)
    found["traps taken"] = sum(any(touches(item, trap) for item in wrong) for trap in traps)
    return found


def touches(item: Any, truth: dict[str, Any]) -> bool:
    """Whether the item cites one of the lines."""
    return bool({int(name[1:]) for name in item.evidence.segment_ids} & set(truth["lines"]))


def _same(found: object, true: object) -> bool:
    return str(found or "").strip().lower() == str(true or "").strip().lower()


def total_row(name: str, counts: Sequence[Counter[str]]) -> str:
    """The sums of some meetings as a row of the table."""
    total = sum(counts, Counter[str]())
    shares = [f"{total[got]}/{total[of]}" for got, of in (("tasks found", "tasks"), ("owner", "tasks"), ("day", "tasks"))]
    return (
        f"| {name} ({len(counts)}) | {' | '.join(shares)} | {total['decisions found']}/{total['decisions']} | {total['false']} | "
        f"{total['false'] / max(len(counts), 1):.2f} | {total['traps taken']}/{total['traps']} | {total['rescued']} |"
    )
