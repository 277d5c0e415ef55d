"""Which texts of the minutes are translated: what they say of the meeting, each once. Owners and days are put in by code."""

from collections.abc import Iterator

from tasks.schema import Minutes


def texts_of(minutes: Minutes) -> tuple[str, ...]:
    """Every sentence of the summary, decisions, tasks, questions, and topics, in this order."""
    return tuple(dict.fromkeys(_texts(minutes)))


def _texts(minutes: Minutes) -> Iterator[str]:
    yield from (point.text for point in minutes.summary)
    yield from (decision.text for decision in minutes.decisions)
    yield from (item.task for item in minutes.action_items)
    yield from (question.text for question in minutes.open_questions)
    for topic in minutes.topics:
        yield topic.title
        yield from [point.text for point in topic.points] or [topic.text]
