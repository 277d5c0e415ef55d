"""A page for each recording that failed, in `<out>/failed/`: what happened and what to do. Gone when it succeeds."""

from pathlib import Path

from flows.folder.ledger import Entry
from tasks.errors import one_line
from tasks.files import displayable, folder_name, write_atomic

FOLDER = "failed"


def write_note(out: Path, entry: Entry, attempts_allowed: int | None) -> Path:
    """Leave the page of a recording that failed; no number of attempts stands for a run that nobody repeats by itself."""
    lines = [
        f"# No minutes of {_code(entry.name)}",
        "",
        f"- File: {_code(entry.path or entry.name)}",
        f"- Last tried: {entry.at.astimezone():%Y-%m-%d %H:%M}, attempt {entry.attempts}",
        f"- What happened and what to do: {_code(entry.error or '')}",
        f"- What comes next: {_next(entry, attempts_allowed)}",
    ]
    return write_atomic(_path(out, entry), "\n".join(lines) + "\n")


def remove_note(out: Path, sha256: str) -> None:
    """Take the pages of a content away, whatever its name was."""
    for path in (out / FOLDER).glob(f"*-{sha256[:8]}*.md"):
        if sha256.startswith(path.stem.rpartition("-")[2]):
            path.unlink(missing_ok=True)


def _path(out: Path, entry: Entry) -> Path:
    return out / FOLDER / f"{folder_name(entry.name, entry.sha256)}.md"


def _next(entry: Entry, allowed: int | None) -> str:
    if allowed is None:
        return "start it again in the Prefect UI, or with `minutes run RECORDING`."
    by_hand = "or at once with `minutes batch FOLDER --retry-failed`"
    if entry.permanent:
        return f"it is tried again when the file or the configuration changes, {by_hand}."
    if entry.attempts >= allowed:
        return f"no further attempt by itself, since {entry.attempts} failed; when the configuration changes, {by_hand}."
    return f"the next run tries it again, {allowed - entry.attempts} more times at most."


def _code(text: str) -> str:
    """Text that stays what it is in Markdown, whatever a file is called."""
    line = one_line(displayable(text))
    return f"`` {line} ``" if "`" in line else f"`{line}`"
