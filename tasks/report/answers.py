"""What people answered in a review, from its file or from the form in Prefect, as entries of `corrections.yaml`."""

from collections.abc import Iterable, Mapping, Sequence
from enum import StrEnum
from pathlib import Path
from typing import Annotated, Any

import yaml
from pydantic import BeforeValidator, ValidationError

from tasks.clean_text import cleaned
from tasks.errors import ConfigError
from tasks.language.messages import message
from tasks.report.corrections import ItemCorrection, with_entries
from tasks.report.review import ReviewItem
from tasks.schema import Message, Model, PossibleKind
from tasks.strict_yaml import WordsLoader, load_yaml, reason_of

_CHANGEABLE = ("text", "owner", "due", "kind", "at")


class ReviewVerdict(StrEnum):
    """What a person says about an item."""

    ACCEPT = "accept"
    CORRECT = "correct"
    DROP = "drop"


def _written(value: object) -> object:
    return value.strip().casefold() or None if isinstance(value, str) else value


class ReviewAnswer(Model):
    """One item of a review with the answer of a person. A field that is missing is as it was."""

    id: str
    answer: Annotated[ReviewVerdict | None, BeforeValidator(_written)] = None
    text: str | None = None
    owner: str | None = None
    due: str | None = None
    kind: PossibleKind | None = None
    at: str | None = None
    why: str | None = None
    said: str | None = None


def read_answers(data: bytes) -> tuple[tuple[ReviewAnswer, ...], tuple[Message, ...]]:
    """The answers of a file in `<out>/review/`, and what in it cannot be used."""
    try:
        content = cleaned(load_yaml(data.decode("utf-8-sig"), WordsLoader))
        rows = content["items"]
        if not isinstance(rows, list):
            raise TypeError("it has no list of items")
    except (ValueError, TypeError, KeyError, yaml.YAMLError, RecursionError) as error:
        why = "it has no list of items" if isinstance(error, KeyError) else reason_of(error)
        return (), (message("review_unreadable", why),)
    answers, problems = list[ReviewAnswer](), list[Message]()
    for number, row in enumerate(rows, start=1):
        try:
            answers.append(ReviewAnswer.model_validate(row))
        except ValidationError as error:
            name = row.get("id", number) if isinstance(row, dict) else number
            problems.append(_wrong(str(name), error))
    return tuple(answers), tuple(problems)


def apply_answers(folder: Path, answers: Iterable[ReviewAnswer], waiting: Sequence[ReviewItem]) -> tuple[Message, ...]:
    """Put the answers about items that still wait into the corrections of some minutes. Returns what is wrong with the others."""
    known, problems = {item.id: item for item in waiting}, list[Message]()
    for answer in answers:
        item = known.get(answer.id)
        if item is None:  # answered before, in another way
            continue
        changes = _changes(answer, item)
        if answer.answer is None:
            problems += [message("review_no_answer", where=answer.id)] if changes else []
            continue
        entry = {"delete": True} if answer.answer is ReviewVerdict.DROP else {"accept": True, **changes}
        try:
            ItemCorrection.model_validate(entry)
            with_entries(folder, [("items", answer.id, entry)])
        except ValidationError as error:
            problems.append(_wrong(answer.id, error))
        except ConfigError as error:
            problems.append(message("review_unreadable", str(error)))
            break
    return tuple(problems)


def _changes(answer: ReviewAnswer, item: ReviewItem) -> Mapping[str, Any]:
    """What the person wrote otherwise than it stood there."""
    before = {"text": item.text, "owner": item.owner, "due": item.due and item.due.isoformat(), "kind": item.kind, "at": item.at}
    given = {name: getattr(answer, name) for name in _CHANGEABLE if name in answer.model_fields_set}
    changed = {name: value for name, value in given.items() if (value or None) != before[name]}
    if not changed.get("text", item.text):
        del changed["text"]  # a task without words is none: `drop` says that
    return {name: str(value or "") for name, value in changed.items()}


def _wrong(where: str, error: ValidationError) -> Message:
    first = error.errors()[0]
    field = ".".join(map(str, (where, *first["loc"])))
    return message("review_answer_wrong", first["msg"], where=field[:100])
