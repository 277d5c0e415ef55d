"""A language model writes each task, decision and spoken sentence of the summary anew as a sentence that can be read alone.

One request an item: the talk around it, who says what, and the item in spoken words. The answer is plain text and nothing is
believed of it here; `tasks/verification/rewording.py` checks it. Owner and date are not asked for, and not told.
"""

import re
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from tasks.engine.base import Progress, untold
from tasks.errors import BackendError
from tasks.language.codes import base_language
from tasks.language.messages import message
from tasks.language.words import normalise
from tasks.meeting.passages import passage_before
from tasks.schema import ActionItem, Decision, Minutes, Notice, NoticeKind, Rewordings, Segment, SummaryPoint, Transcript
from tasks.summarization.language_model import LanguageModel, Reply, Request
from tasks.summarization.material import as_data
from tasks.summarization.prompts.rewriting_prompts import PROMPTS, RewritingPrompts

STAGE = "rewriting"
Item = ActionItem | Decision | SummaryPoint
_AT_ONCE = 16
_ANSWER_TOKENS = 80
_TEMPLATE_TOKENS = 64
"""For the marks that a chat template puts around the messages."""
_LABEL = re.compile(
    r"^(?:[-*•]+\s+)?(?:\*\*)?(?:(?:sentence|task|decision|words|câu|việc|quyết định|lời)\s*(?:\([^)]*\))?\s*:(?:\*\*)?\s*)?",
    re.IGNORECASE,
)
_QUOTES = "\"'“”‘’*` "


@dataclass(frozen=True)
class _Asked:
    """One item and the talk around it."""

    item: Item
    passage: list[Segment]
    prompts: RewritingPrompts


def write_rewordings(model: LanguageModel, transcript: Transcript, minutes: Minutes, progress: Progress = untold) -> Rewordings:
    """What the model writes, by the ids of the items; nothing where it gave no answer.

    Items are asked about in the language in which they were said, if the minutes are in that language.

    Raises:
        BackendError: the engine fails on everything.
    """
    asked = list(_asked(transcript, minutes))
    texts, failures = dict[str, str](), list[BackendError]()
    for start in range(0, len(asked), _AT_ONCE):
        some = asked[start : start + _AT_ONCE]
        for one, reply in zip(some, model.answer([_request(model, transcript, one) for one in some]), strict=True):
            if isinstance(reply, BackendError):
                failures.append(reply)
            elif text := read_sentence(reply, {part.speaker: transcript.name_of(part.speaker) for part in one.passage}.values()):
                texts[one.item.id] = text
        progress((start + len(some)) / (len(asked) + 1))
    if failures and len(failures) == len(asked):
        raise failures[0]
    return Rewordings(texts=texts, notices=tuple(_notices(failures, len(asked))))


def read_sentence(reply: Reply, speakers: Iterable[str | None] = ()) -> str | None:
    """The sentence of an answer without what models put around it; None if it was cut off or says nothing.

    Args:
        speakers: who speaks in the talk; `Omar: I'll call them` is a line of it.
    """
    if reply.cut:
        return None
    lines = [line.strip() for line in reply.text.splitlines() if line.strip()]
    text = _LABEL.sub("", lines[0]).strip(_QUOTES) if lines else ""
    label, colon, rest = text.partition(":")
    return (rest.strip(_QUOTES) if colon and label in set(speakers) else text) or None


def _asked(transcript: Transcript, minutes: Minutes) -> Iterator[_Asked]:
    items: tuple[Item, ...] = (*minutes.action_items, *minutes.decisions, *_spoken_points(minutes))
    for item in items:
        passage = passage_before(transcript, item.evidence.segment_ids)
        spoken = {base_language(part.language) for part in passage if part.id in item.evidence.segment_ids}
        if spoken == {base_language(minutes.language)} and (prompts := PROMPTS.get(base_language(minutes.language))):
            yield _Asked(item, passage, prompts)


def _spoken_points(minutes: Minutes) -> Iterable[SummaryPoint]:
    """Each sentence that stands in the summary or under a topic as it was said, once."""
    points = (*minutes.summary, *(point for topic in minutes.topics for point in topic.points))
    return {point.id: point for point in points if normalise(point.text) == normalise(point.evidence.quote)}.values()


def _request(model: LanguageModel, transcript: Transcript, asked: _Asked) -> Request:
    prompts, item = asked.prompts, asked.item
    if isinstance(item, ActionItem):
        question = prompts.task.format(owner=f" ({as_data(item.owner)})" if item.owner else "", text=as_data(item.task))
        instructions = prompts.instructions
    elif isinstance(item, SummaryPoint):
        question = prompts.words.format(speaker=as_data(item.evidence.speaker or "?"), text=as_data(item.text))
        instructions = prompts.statement_instructions
    else:
        instructions = prompts.instructions
        question = prompts.decision.format(text=as_data(item.text))
    room = model.context_tokens - _ANSWER_TOKENS - _TEMPLATE_TOKENS - model.count_tokens(f"{instructions}{question}")
    return Request(instructions, prompts.talk.format(text=_talk(model, transcript, asked, room)), question, None, _ANSWER_TOKENS)


def _talk(model: LanguageModel, transcript: Transcript, asked: _Asked, room: int) -> str:
    """The passage as lines; what is farthest from the item is left out where there is no room for it."""
    lines = [_line(transcript, part) for part in asked.passage]
    while len(lines) > 1 and model.count_tokens("\n".join(lines)) > room:
        lines = lines[1:]
    return "\n".join(lines)


def _line(transcript: Transcript, segment: Segment) -> str:
    return f"{as_data(transcript.name_of(segment.speaker) or '?')}: {as_data(segment.text)}"


def _notices(failures: Sequence[BackendError], count: int) -> Iterator[Notice]:
    if failures:
        told = message("not_all_rewritten", str(failures[0]), number=len(failures), all=count)
        yield Notice.of(NoticeKind.FAILED, STAGE, told)
