"""What code says to people: a code and values, from which every language makes its own sentence.

    message("words_missing", number=3, first=200.0).message      # "3 parts were recognised with far fewer words than ..."
    in_words(notice, wording_for("vi", ""))                      # the same in Vietnamese

The sentences are the `messages` of `wording_<language>.py`; tests/test_messages.py finds a code or a value without its sentence.
A sentence may write a time in seconds as `{first:clock}`, a date in ISO 8601 as `{day:date}`, when a
task is due as `{due:due}`; of two forms `number` chooses.
"""

import datetime as dt
from collections.abc import Callable, Mapping
from string import Formatter
from typing import Any

from tasks.language.clock import clock, short_date
from tasks.language.wording import FALLBACK, Counted, Wording, wording_for
from tasks.schema import Message, MessageValue


def message(code: str, detail: str | None = None, **values: MessageValue) -> Message:
    """A sentence for people, with what a library or server said as its detail."""
    said = Message(message="", code=code, values=values, detail=detail)
    wording = wording_for(FALLBACK, "")
    sentence = _filled(wording.messages[code], said, wording)
    return said.model_copy(update={"message": f"{sentence}: {detail}" if detail else sentence})


def in_words(said: Message, wording: Wording) -> str:
    """The sentence in a language, without the detail; in English where it was stored by a version that said it otherwise."""
    try:
        return _filled(wording.messages[said.code or ""], said, wording)
    except LookupError:
        return said.message


def _filled(form: str | Counted, said: Message, wording: Wording) -> str:
    if isinstance(form, Counted):
        form = form.one if said.values["number"] == 1 else form.many
    return _Filler(wording).vformat(form, (), said.values)


class _Filler(Formatter):
    """Fills in the values of a message as a language writes them."""

    def __init__(self, wording: Wording) -> None:
        self._wording = wording
        self._forms: dict[str, Callable[[Any], str]] = {"clock": clock, "date": self._date, "due": self._due}

    def format_field(self, value: Any, format_spec: str) -> str:
        if isinstance(value, Message | tuple):
            parts = value if isinstance(value, tuple) else (value,)
            return ", ".join(in_words(part, self._wording) for part in parts)
        if format_spec in self._forms:
            return self._forms[format_spec](value)
        text: str = format(value, format_spec)
        return text.replace(".", self._wording.decimal) if isinstance(value, float) else text

    def _date(self, day: str) -> str:
        return short_date(dt.date.fromisoformat(day), self._wording)

    def _due(self, words: str) -> str:
        """`not_before 2026-03-09` as the language says it; the bare day where nothing bounds it."""
        relation, *days = words.split() if words[:1].isalpha() else ["", *words.split()]
        dates = [self._date(day) for day in days]
        forms: Mapping[str, str] = {str(bound): form for bound, form in self._wording.due_forms.items()}
        return forms.get(relation, "{last}").format(first=dates[0], last=dates[-1])
