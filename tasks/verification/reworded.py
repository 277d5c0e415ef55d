"""Minutes whose tasks and decisions can be read alone, where the other words are proved; elsewhere the spoken words stay."""

from tasks.language.messages import message
from tasks.language.pointing import pronoun_place
from tasks.schema import ActionItem, Decision, Minutes, Notice, NoticeKind, Rewordings, Status, Transcript
from tasks.verification.rewording import RewordingChecker, Unchanged, Unproved

STAGE = "rewriting"


def with_rewordings(transcript: Transcript, minutes: Minutes, made: Rewordings) -> Minutes:
    """The minutes with every rewriting that is proved. Ids, owners, days and evidence stay as they are."""
    checker, unproved = RewordingChecker(transcript), list[str]()
    tasks = tuple(_reworded_task(checker, item, made, unproved) for item in minutes.action_items)
    decisions = tuple(_reworded_decision(checker, item, made, unproved) for item in minutes.decisions)
    failed = any(notice.kind is NoticeKind.FAILED for notice in made.notices)
    notices = (*made.notices, *_kept(len(unproved), len(tasks) + len(decisions)))
    return minutes.model_copy(
        update={
            "action_items": tasks,
            "decisions": decisions,
            "warnings": (*minutes.warnings, *notices),
            "engines": (*minutes.engines, *([made.engine] if made.engine else [])),
            "status": Status.COMPLETED_WITH_WARNINGS if failed and minutes.status is Status.COMPLETED else minutes.status,
        }
    )


def _reworded_task(checker: RewordingChecker, item: ActionItem, made: Rewordings, unproved: list[str]) -> ActionItem:
    text = _proved(checker, item, made, unproved)
    if text is None:
        return item
    points_back = pronoun_place(text, checker.transcript.language) is not None
    changes = {"task": text, "spoken": item.task, "reworded": True, "context": item.context if points_back else None}
    return item.model_copy(update=changes)


def _reworded_decision(checker: RewordingChecker, item: Decision, made: Rewordings, unproved: list[str]) -> Decision:
    text = _proved(checker, item, made, unproved)
    return item if text is None else item.model_copy(update={"text": text, "spoken": item.text, "reworded": True})


def _proved(checker: RewordingChecker, item: ActionItem | Decision, made: Rewordings, unproved: list[str]) -> str | None:
    if item.id not in made.texts:
        return None
    try:
        return checker.prove(item, made.texts[item.id])
    except Unchanged:
        return None
    except Unproved:
        unproved.append(item.id)
        return None


def _kept(count: int, of: int) -> tuple[Notice, ...]:
    if not count:
        return ()
    return (Notice.of(NoticeKind.INFO, STAGE, message("spoken_words_kept", number=count, all=of)),)
