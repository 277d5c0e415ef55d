"""Everything that can go wrong, as one small tree.

    MinutesError
    ├── ConfigError        the command line or a YAML file: nothing was started        (exit code 2)
    ├── DependencyError    a package or a model is not installed, or not reachable     (exit code 2)
    ├── AudioError         the file itself; permanent, never retried
    ├── BackendError       an engine failed or refused on this input
    └── ResourceError      memory, disk or device ran out

A message says what failed, where, what was expected and what to do; it fits on one or two lines.
Stages raise these, and only the command line catches them and chooses an exit code.
"""

import difflib
from collections.abc import Iterable, Mapping
from typing import Any


class MinutesError(Exception):
    """Base of every error this package raises on purpose."""

    exit_code = 1

    def __init__(self, what: str, *, where: str | None = None, fix: str | None = None) -> None:
        self.what, self.where, self.fix = what, where, fix
        super().__init__(what)  # one argument, so that a copy can be made of it in another process

    def __str__(self) -> str:
        place = f"{one_line(self.where)}: " if self.where else ""
        advice = f" {self.fix}" if self.fix else ""
        return f"{place}{self.what}{advice}"


class ConfigError(MinutesError):
    """Wrong usage or configuration. Several problems are joined, one a line."""

    exit_code = 2

    @classmethod
    def joined(cls, problems: Iterable[str]) -> "ConfigError":
        """One error that reports every problem found."""
        return cls("\n".join(problems))


class DependencyError(MinutesError):
    """A package or a model that the configuration asks for is missing."""

    exit_code = 2


class AudioError(MinutesError):
    """The recording cannot be used, now or later; an `incomplete` one perhaps later, when its end has been written."""

    def __init__(self, what: str, *, where: str | None = None, fix: str | None = None, incomplete: bool = False) -> None:
        super().__init__(what, where=where, fix=fix)
        self.incomplete = incomplete


class BackendError(MinutesError):
    """An engine failed on this input."""


class ResourceError(MinutesError):
    """Memory, disk space or a device is not enough.

    After a `fatal` one this process can do no more work; one of `surroundings` says nothing about what was worked on.
    """

    def __init__(
        self,
        what: str,
        *,
        where: str | None = None,
        fix: str | None = None,
        fatal: bool = False,
        surroundings: bool = False,
    ) -> None:
        super().__init__(what, where=where, fix=fix)
        self.fatal, self.surroundings = fatal, surroundings


def one_line(name: str) -> str:
    """A file's name as a terminal can show it: control characters, and bytes that are no text, as escapes."""
    return "".join(letter if letter.isprintable() else ascii(letter)[1:-1] for letter in name)


def did_you_mean(word: str, known: Iterable[str]) -> str:
    """` Did you mean 'x'?` for the closest known word, or an empty string."""
    close = difflib.get_close_matches(word, list(known), n=1, cutoff=0.6)
    return f" Did you mean '{close[0]}'?" if close else ""


_PLAIN = {
    "tuple_type": "be a list",
    "list_type": "be a list",
    "dict_type": "be a block of settings",
    "model_type": "be a block of settings",
    "too_short": "not be empty",
    "string_too_short": "not be empty",
    "string_type": "be text",
    "bool_type": "be true or false",
    "bool_parsing": "be true or false",
    "int_type": "be a whole number",
    "int_parsing": "be a whole number",
    "int_from_float": "be a whole number",
    "float_type": "be a number",
    "float_parsing": "be a number",
    "datetime_type": "be a date, such as 2026-03-02",
    "datetime_parsing": "be a date, such as 2026-03-02",
    "datetime_from_date_parsing": "be a date, such as 2026-03-02",
    "finite_number": "be a finite number",
    "greater_than": "be more than {gt:g}",
    "greater_than_equal": "be at least {ge:g}",
    "less_than": "be less than {lt:g}",
    "less_than_equal": "be at most {le:g}",
}
"""Our words for what pydantic says in Python's."""


_BRIEF = {"extra_forbidden": "is unknown", "missing": "is missing"}


def wish(detail: Mapping[str, Any]) -> str:
    """`should be at least 1`: what a value should be, of one of pydantic's errors."""
    if detail["type"] in _BRIEF:
        return _BRIEF[detail["type"]]
    if plain := _PLAIN.get(detail["type"]):
        return f"should {plain.format(**detail.get('ctx', {}))}"
    said = str(detail["msg"]).removeprefix("Value error, ").removeprefix("Input ").removeprefix("should ").removeprefix("be ")
    return f"should be {said}"
