"""The entries of a draft as claims, with what code adds: the day that a spoken date means, and why somebody owns a task."""

from tasks.language.due_dates import Due
from tasks.meeting.calendar import Calendar, due_fields
from tasks.schema import ActionClaim, Claim, Transcript
from tasks.summarization.draft import DraftAction, DraftFact
from tasks.summarization.people import owner_source


def fact_claim(draft: DraftFact) -> Claim:
    """A decision or an open question."""
    return Claim(text=draft.text, segment_ids=draft.segments, quote=draft.quote)


def action_claim(transcript: Transcript, days: Calendar, draft: DraftAction) -> ActionClaim:
    """A task; its days are computed from the phrase where it was said, whatever the model may think it means."""
    cited = [index for index, segment in enumerate(transcript.segments) if segment.id in draft.segments]
    language = transcript.segments[cited[0]].language if cited else transcript.language
    said = " ".join(transcript.segments[index].text for index in cited)
    due = _due(draft.due, said, language, days) if draft.due else None
    return ActionClaim(
        text=draft.text,
        segment_ids=draft.segments,
        quote=draft.quote,
        owner=draft.owner,
        owner_source=owner_source(draft.owner, transcript, cited) if draft.owner else None,
        **due_fields(due),
    )


def _due(phrase: str, said: str, language: str, days: Calendar) -> Due:
    """What the phrase means in the cited passage, or by itself; without days where that is not certain."""
    return next(iter(days.meanings(phrase, said, language)), None) or days.due(phrase, language) or Due(phrase)
