"""The bars of a command on a terminal."""

import io

from rich.console import Console

from flows.cli.progress import Bars


def test_who_waits_is_told_for_what():
    """A bar once stood still at 0 % while the server came up."""
    bars = Bars(Console(file=io.StringIO(), force_terminal=True))
    seen: list[tuple[str, float | None, float]] = []

    def look() -> None:
        [shown] = [task for task in bars.shown.tasks if task.visible]
        seen.append((shown.fields["name"], shown.total, shown.completed))

    for what in ("looking at the recordings", "waiting for the Prefect server"):
        bars.waiting(what)
        look()
    bars.started("/in/talk.wav")
    look()
    for share in (0.0, 0.5, 1.0):
        bars.progress("/in/talk.wav", "transcription", share)
        look()
    bars.stop()
    names, totals, done = zip(*seen, strict=True)
    assert names == ("looking at the recordings", "waiting for the Prefect server", *["talk.wav"] * 4)
    assert totals[:2] == (None, None)
    assert 0 == done[2] < done[3] < done[4] < done[5]
