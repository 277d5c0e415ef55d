"""The whole meeting in two to five sentences, made from the sentences about its sections.

A model that reads little at a time sums up one stretch of the meeting after the other; one that reads more has all at once. Code
cites: the segments behind the sentences that share the words.
"""

from collections.abc import Sequence

from tasks.schema import Claim, Segment
from tasks.summarization.choosing import choose_telling
from tasks.summarization.citing import cite
from tasks.summarization.material import as_data
from tasks.summarization.plain_asking import Failure, PlainQuestion, ask_plain
from tasks.summarization.section_notes import SENTENCE_TOKENS, SectionNotes, passage
from tasks.summarization.summarizer import Detail

_MOST: dict[Detail, int] = {"low": 3, "normal": 5, "high": 8}
"""Sentences."""


def write_whole(notes: SectionNotes) -> tuple[tuple[Claim, ...], Failure | None]:
    """The summary, and why another stands in where the model gave none: the most telling sentences about the sections."""
    most = _MOST[notes.reading.brief.detail]
    points = [point for topic in notes.topics for point in topic.points]
    if len(notes.topics) < 2 or all(point.quote for point in points):
        return tuple(choose_telling(points, notes.transcript.segments, most)), None
    groups = _stretches(points, notes.reading.words_at_a_time, most)
    each = most if len(groups) == 1 else 1
    answers = ask_plain(notes.reading, notes.wording, [_asked(notes, group, each) for group in groups], lambda _: None)
    summary = list[Claim]()
    for group, answer in zip(groups, answers, strict=True):
        if isinstance(answer, Failure):
            summary += choose_telling(group, _behind(notes, group), each)
        else:
            summary += [
                Claim(text=text, segment_ids=cite(text, notes.transcript, _behind(notes, group))) for text in answer[:each]
            ]
    return tuple(summary), next((answer for answer in answers if isinstance(answer, Failure)), None)


def _stretches(points: Sequence[Claim], words: int, most: int) -> list[list[Claim]]:
    """Neighbouring points in as many groups as the model needs to read them, but no more than there may be sentences."""
    lengths = [len(point.text.split()) for point in points]
    count = min(most, len(points), max(1, round(sum(lengths) / words)))
    groups: list[list[Claim]] = [[] for _ in range(count)]
    so_far = 0
    for point, length in zip(points, lengths, strict=True):
        groups[min(count - 1, so_far * count // sum(lengths))].append(point)
        so_far += length
    return [group for group in groups if group]


def _asked(notes: SectionNotes, group: Sequence[Claim], most: int) -> PlainQuestion:
    text, question = "\n".join(as_data(point.text) for point in group), notes.wording.whole(most)
    read = passage(notes, text, question, seen=set()).sentences
    return PlainQuestion(notes.wording.written(text), question, most * SENTENCE_TOKENS, read)


def _behind(notes: SectionNotes, group: Sequence[Claim]) -> list[Segment]:
    ids = {name for point in group for name in point.segment_ids}
    return [segment for segment in notes.transcript.segments if segment.id in ids]
