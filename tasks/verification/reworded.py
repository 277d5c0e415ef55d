"""Minutes whose tasks, decisions and spoken sentences can be read alone, where other words are proved."""

import re

from tasks.language.messages import message
from tasks.language.pointing import pronoun_place
from tasks.language.trimming import without_phrase
from tasks.schema import ActionItem, Decision, Minutes, Notice, NoticeKind, Rewordings, Status, SummaryPoint, Topic, Transcript
from tasks.verification.rewording import RewordingChecker, Unchanged, Unproved
from tasks.verification.spoken_item import Item

STAGE = "rewriting"


def with_rewordings(transcript: Transcript, minutes: Minutes, made: Rewordings) -> Minutes:
    """The minutes with every rewriting that is proved. Ids, owners, days and evidence stay as they are."""
    checker, unproved = RewordingChecker(transcript), set[str]()
    tasks = tuple(_reworded_task(checker, item, made, unproved) for item in minutes.action_items)
    decisions = tuple(_reworded_decision(checker, item, made, unproved) for item in minutes.decisions)
    summary = tuple(_reworded_point(checker, point, made, unproved) for point in minutes.summary)
    topics = tuple(_reworded_topic(checker, topic, made, unproved) for topic in minutes.topics)
    failed = any(notice.kind is NoticeKind.FAILED for notice in made.notices)
    notices = (*made.notices, *_kept(len(unproved), made))
    return minutes.model_copy(
        update={
            "summary": summary,
            "topics": topics,
            "action_items": tasks,
            "decisions": decisions,
            "warnings": (*minutes.warnings, *notices),
            "engines": (*minutes.engines, *([made.engine] if made.engine else [])),
            "status": Status.COMPLETED_WITH_WARNINGS if failed and minutes.status is Status.COMPLETED else minutes.status,
        }
    )


def _reworded_task(checker: RewordingChecker, item: ActionItem, made: Rewordings, unproved: set[str]) -> ActionItem:
    text = _proved(checker, item, made, unproved)
    if text is None or (text := _without_due(text, item)) == item.task:
        return item
    points_back = pronoun_place(text, checker.transcript.language) is not None
    changes = {"task": text, "spoken": item.task, "reworded": True, "context": item.context if points_back else None}
    return item.model_copy(update=changes)


def _without_due(text: str, item: ActionItem) -> str:
    """The day stands beside the task, not in it."""
    phrase = re.search(re.escape(item.due_phrase), text, re.IGNORECASE) if item.due_phrase else None
    return without_phrase(text, phrase[0]) if phrase else text


def _reworded_decision(checker: RewordingChecker, item: Decision, made: Rewordings, unproved: set[str]) -> Decision:
    text = _proved(checker, item, made, unproved)
    return item if text is None else item.model_copy(update={"text": text, "spoken": item.text, "reworded": True})


def _reworded_point(checker: RewordingChecker, point: SummaryPoint, made: Rewordings, unproved: set[str]) -> SummaryPoint:
    text = _proved(checker, point, made, unproved)
    return point if text is None else point.model_copy(update={"text": text, "spoken": point.text, "reworded": True})


def _reworded_topic(checker: RewordingChecker, topic: Topic, made: Rewordings, unproved: set[str]) -> Topic:
    points = tuple(_reworded_point(checker, point, made, unproved) for point in topic.points)
    if points == topic.points:
        return topic
    return topic.model_copy(update={"points": points, "text": " ".join(point.shown for point in points)})


def _proved(checker: RewordingChecker, item: Item, made: Rewordings, unproved: set[str]) -> str | None:
    if item.id not in made.texts:
        return None
    try:
        return checker.prove(item, made.texts[item.id])
    except Unchanged:
        return None
    except Unproved:
        unproved.add(item.id)
        return None


def _kept(count: int, made: Rewordings) -> tuple[Notice, ...]:
    if not count:
        return ()
    return (Notice.of(NoticeKind.INFO, STAGE, message("spoken_words_kept", number=count, all=len(made.texts))),)
