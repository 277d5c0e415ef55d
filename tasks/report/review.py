"""Review before release: which tasks and decisions wait for a person, and the file in which they wait.

    <out>/review/<folder of the minutes>.yaml      one a recording, as long as something waits

A person writes an answer behind each item, and changes its text, owner or date if they are wrong; the next run makes corrections
of it (see `answers.py`). The minutes are there meanwhile, marked as not reviewed.
"""

import datetime as dt
from collections.abc import Iterator, Sequence
from contextlib import suppress
from enum import StrEnum
from pathlib import Path
from typing import Any

import yaml

from tasks.files import write_atomic
from tasks.language.clock import clock
from tasks.language.messages import in_words, message
from tasks.language.wording import Wording
from tasks.report.options import Review
from tasks.report.unsure import unsure_items
from tasks.schema import Message, Minutes, Model, PossibleKind, Transcript

FOLDER = "review"


class ReviewState(StrEnum):
    """How far the review of some minutes is."""

    WAITING = "waiting"
    DONE = "done"
    EXPIRED = "expired"


class ReviewItem(Model):
    """A task or a decision that waits for a person."""

    id: str
    kind: PossibleKind
    why: Message
    said: str
    text: str
    owner: str | None = None
    due: dt.date | None = None
    at: str | None = None
    """When it was said; None where nobody knows."""


def waiting_items(minutes: Minutes, transcript: Transcript, review: Review) -> tuple[ReviewItem, ...]:
    """What a person is asked about these minutes, in which the corrections of people are already."""
    if review is Review.NONE:
        return ()
    return (*_unsure(minutes, transcript), *(_found(minutes) if review is Review.ALWAYS else ()))


def review_file(folder: Path) -> Path:
    """Where the items of some minutes wait."""
    return folder.parent / FOLDER / f"{folder.name}.yaml"


def write_review(folder: Path, items: Sequence[ReviewItem], minutes: Minutes, say: Wording, seen: bytes | None) -> None:
    """Write or remove the file of a recording. What a person has written into it since it was `seen` stays as it is."""
    path = review_file(folder)
    with suppress(OSError):
        if path.read_bytes() != seen:
            return
    if items:
        write_atomic(path, _as_yaml(folder, items, minutes, say))
        return
    path.unlink(missing_ok=True)
    with suppress(OSError):  # others wait in it
        path.parent.rmdir()


def _unsure(minutes: Minutes, transcript: Transcript) -> Iterator[ReviewItem]:
    texts = {part.id: part.text for part in transcript.segments}
    for item in unsure_items(minutes):
        said = item.quote or " ".join(texts[name] for name in item.segment_ids if name in texts)
        at = None if item.start_s is None or not said else clock(item.start_s)
        yield ReviewItem(id=item.id, kind=item.kind, why=item.why, said=said, text=item.text, at=at)


def _found(minutes: Minutes) -> Iterator[ReviewItem]:
    why = message("review_found")
    for item in minutes.action_items:
        if not item.corrected:
            at, said = clock(item.evidence.start_s), item.evidence.quote
            kind, owner, due = PossibleKind.TASK, item.owner, item.due_date
            yield ReviewItem(id=item.id, kind=kind, why=why, said=said, text=item.task, owner=owner, due=due, at=at)
    for each in minutes.decisions:
        if not each.corrected:
            at, said = clock(each.evidence.start_s), each.evidence.quote
            yield ReviewItem(id=each.id, kind=PossibleKind.DECISION, why=why, said=said, text=each.text, at=at)


def _as_yaml(folder: Path, items: Sequence[ReviewItem], minutes: Minutes, say: Wording) -> str:
    title, page = " ".join(minutes.title.split()), f"../{folder.name}/minutes.md"
    rows = [
        {
            "id": item.id,
            "kind": str(item.kind),
            "why": in_words(item.why, say),
            "at": item.at,
            "said": item.said,
            "text": item.text,
            **({"owner": item.owner, "due": item.due and item.due.isoformat()} if item.kind is PossibleKind.TASK else {}),
            "answer": None,
        }
        for item in items
    ]
    head = "".join(f"# {line.format(title=title, page=page)}\n" for line in say.review_how)
    return head + yaml.dump({"items": rows}, Dumper=_Dumper, allow_unicode=True, sort_keys=False, width=4096)


class _Dumper(yaml.SafeDumper):
    """Leaves a place empty where somebody is to write."""

    def increase_indent(self, flow: bool = False, indentless: bool = False) -> None:
        super().increase_indent(flow, False)


def _nothing(dumper: yaml.SafeDumper, _: Any) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:null", "")


_Dumper.add_representer(type(None), _nothing)
