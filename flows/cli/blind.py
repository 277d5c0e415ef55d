"""`minutes compare --blind N`: asks which of two texts is right without saying whose they are, and keeps the answers."""

import json
from pathlib import Path
from typing import TYPE_CHECKING

import typer

from tasks.errors import one_line
from tasks.files import write_atomic
from tasks.language.clock import short_clock

if TYPE_CHECKING:
    from flows.compare import Comparison
    from tasks.evaluation.blind import Choice

NAME = "choices.json"
_KEYS = {"1": 0, "2": 1}
_STOP = "q"


def ask_blindly(found: "Comparison", out: Path, count: int) -> str:
    """Ask about so many places, those that were answered before aside; what came of it.

    The answers are in a file after each of them, so `q` or Ctrl-C loses none.
    """
    from tasks.evaluation.blind import ALIKE, choices, verdict

    transcripts = [(each.name, each.first[1], each.second[1]) for each in found.meetings]
    answers = _read(out / NAME, found.names)
    for number, choice in enumerate(asked := choices(transcripts, count), start=1):
        if _place(choice) in answers:
            continue
        key = _ask(choice, f"{number} of {len(asked)}")
        if key == _STOP:
            break
        answers[_place(choice)] = choice.labels[_KEYS[key]] if key in _KEYS else ALIKE
        _write(out / NAME, found.names, answers)
    return verdict(list(answers.values()), found.names)


def _ask(choice: "Choice", which: str) -> str:
    from tasks.evaluation.blind import ALIKE

    typer.echo(f"\n{which}: {one_line(choice.recording)}, listen at {short_clock(choice.start_s)}")
    for number, text in enumerate(choice.texts, start=1):
        typer.echo(f"  {number}  {one_line(text)}")
    answer = ""
    while answer not in (*_KEYS, ALIKE, _STOP):
        answer = typer.prompt(f"Which is right? 1, 2, {ALIKE} for neither, {_STOP} to stop").strip().lower()
    return answer


def _place(choice: "Choice") -> str:
    return f"{choice.recording} {choice.start_s:.2f}"


def _read(path: Path, names: tuple[str, str]) -> dict[str, str]:
    """What was answered before, if it was about the same two."""
    try:
        content = json.loads(path.read_text(encoding="utf-8"))
        return dict(content["chosen"]) if (content["A"], content["B"]) == names else {}
    except (OSError, ValueError, KeyError, TypeError):
        return {}


def _write(path: Path, names: tuple[str, str], answers: dict[str, str]) -> None:
    content = {"A": names[0], "B": names[1], "chosen": answers}
    write_atomic(path, json.dumps(content, indent=2, ensure_ascii=False) + "\n")
