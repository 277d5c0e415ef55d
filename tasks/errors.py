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
from collections.abc import Iterable


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
