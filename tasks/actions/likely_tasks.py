"""Tasks that no rule recognised by their wording, but that the detector hears in what is said around them."""

from collections.abc import Collection, Iterator, Sequence

from tasks.actions.detector import action_model, score_actions
from tasks.actions.meeting_days import Calendar
from tasks.language.due_dates import find_due_phrase
from tasks.schema import ActionClaim, Segment, Transcript

_LEAST_WORDS = 4
_MOST_SEGMENTS = 6
"""Longer runs are talk about a task; each stretch of this length is listed for itself."""


def likely_tasks(transcript: Transcript, known: Collection[str], days: Calendar) -> Iterator[ActionClaim]:
    """Stretches of one speaker that are probably a task and cite none of the known segments, in the words that were said.

    Who owns them was not recognised, so nobody does.
    """
    scores = score_actions(transcript.segments)
    likely = scores >= action_model().threshold
    run: list[Segment] = []
    for segment, is_task in zip(transcript.segments, likely, strict=True):
        if run and (not is_task or segment.speaker != run[-1].speaker or len(run) == _MOST_SEGMENTS):
            yield from _claims(run, known, days)
            run = []
        if is_task:
            run.append(segment)
    yield from _claims(run, known, days)


def _claims(run: Sequence[Segment], known: Collection[str], days: Calendar) -> Iterator[ActionClaim]:
    text = " ".join(segment.text.strip() for segment in run)
    if len(text.split()) < _LEAST_WORDS or any(segment.id in known for segment in run):
        return
    due = find_due_phrase(text, run[0].language)
    yield ActionClaim(
        text=text,
        segment_ids=tuple(segment.id for segment in run),
        quote=text,
        due_phrase=due,
        due_date=days.at(run[0].start_s).due(due, run[0].language) if due else None,
    )
