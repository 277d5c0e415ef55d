"""Notes of a meeting of any length: read in one go where it fits, else window by window, and the summaries summarised.

Two questions are asked about each window: what was talked about, and what came of it. Every entry keeps the ids of the segments
that carry it through all levels. A window whose answer cannot be used is named; the others count. What two windows both found
is united after each claim has been checked, lest a false one hide a true one.
"""

from collections.abc import Iterable, Sequence

from tasks.engine.base import Progress, untold
from tasks.errors import BackendError
from tasks.language.messages import message
from tasks.meeting.calendar import calendar_of
from tasks.schema import Claim, Notes, Transcript
from tasks.summarization.asking import Question, Reading, ask
from tasks.summarization.draft import MAX_CITED, Digest, Discussion, Draft, Facts
from tasks.summarization.entries import action_claim, claim, fact_claim, topic_claim
from tasks.summarization.language_model import LanguageModel
from tasks.summarization.material import MaterialWindow, as_data, cut_windows
from tasks.summarization.merge import without_repeats
from tasks.summarization.people import known_people
from tasks.summarization.summarizer import Brief


def write_notes(model: LanguageModel, transcript: Transcript, brief: Brief, progress: Progress = untold) -> Notes:
    """The notes of one meeting, without the engine that wrote them.

    Raises:
        BackendError: the engine fails on everything, or gave no answer that could be used.
    """
    reading = Reading(model, brief, known_people(transcript), progress)
    windows = cut_windows(transcript, model.count_tokens, reading.material_tokens)
    drafts = ask(reading, [asked for window in windows for asked in _asked_about(reading, window)])
    discussions = [draft for draft in drafts if isinstance(draft, Discussion)]
    facts = [draft for draft in drafts if isinstance(draft, Facts)]
    if not discussions and not facts:
        raise BackendError(f"gave no answer that could be used: {reading.notices[0].message}")
    days = calendar_of(transcript)
    return Notes(
        summary=_overall(reading, [tuple(map(claim, discussion.summary)) for discussion in discussions]),
        topics=without_repeats((topic_claim(topic) for part in discussions for topic in part.topics), MAX_CITED),
        decisions=tuple(fact_claim(fact) for part in facts for fact in part.decisions),
        action_items=tuple(action_claim(transcript, days, item) for part in facts for item in part.action_items),
        open_questions=tuple(fact_claim(fact) for part in facts for fact in part.open_questions),
        segments_read=_segments_read(reading, transcript, windows, drafts),
        notices=tuple(reading.notices),
    )


def _asked_about(reading: Reading, window: MaterialWindow) -> tuple[Question, Question]:
    """The discussion first, then the facts, as `_segments_read` expects."""
    material = reading.wording.material(window.text)
    place = message("from_to", start=window.place.start_s, end=window.place.end_s)
    return Question(Discussion, material, window.ids, place), Question(Facts, material, window.ids, place)


def _segments_read(
    reading: Reading, transcript: Transcript, windows: Sequence[MaterialWindow], drafts: Sequence[Draft | None]
) -> tuple[str, ...]:
    """The segments of windows about which both questions were answered, except those that did not fit whole."""
    answered = [window for number, window in enumerate(windows) if all(drafts[2 * number : 2 * number + 2])]
    read = {line.segment.id for window in answered for line in window.lines if line.whole}
    if cut := {line.segment.id for window in windows for line in window.lines if not line.whole}:
        reading.warn(message("segments_cut", number=len(cut), segment=min(cut)))
    return tuple(segment.id for segment in transcript.segments if segment.id in read)


def _overall(reading: Reading, parts: Sequence[tuple[Claim, ...]]) -> tuple[Claim, ...]:
    """One summary made of the summaries of the parts, in as many rounds as it takes."""
    points = [point for part in parts for point in part]
    if len(parts) < 2:
        return without_repeats(points, MAX_CITED)
    while True:
        groups = _groups(reading, points)
        drafts = ask(reading, [_asked_to_reduce(reading, group) for group in groups])
        made = [
            list(map(claim, draft.summary)) if isinstance(draft, Digest) and draft.summary else _spread(group, reading.most)
            for draft, group in zip(drafts, groups, strict=True)
        ]
        fewer = [point for group in made for point in group]
        if len(groups) == 1 or len(fewer) >= len(points):
            return without_repeats(_spread(fewer, 2 * reading.most), MAX_CITED)
        points = fewer


def _groups(reading: Reading, points: Sequence[Claim]) -> list[list[Claim]]:
    """Neighbouring points that fit together."""
    groups: list[list[Claim]] = [[]]
    room = reading.material_tokens
    for point in points:
        tokens = reading.model.count_tokens(_as_lines([point])) + 1
        if groups[-1] and tokens > room:
            groups.append([])
            room = reading.material_tokens
        groups[-1].append(point)
        room -= tokens
    return groups


def _asked_to_reduce(reading: Reading, points: Sequence[Claim]) -> Question:
    ids = tuple(dict.fromkeys(name for point in points for name in point.segment_ids))
    return Question(Digest, reading.wording.parts(_as_lines(points)), ids, message("whole_meeting"))


def _as_lines(points: Iterable[Claim]) -> str:
    return "\n".join(f"[{' '.join(point.segment_ids)}] {as_data(point.text)}" for point in points)


def _spread(points: Sequence[Claim], most: int) -> list[Claim]:
    """At most so many of the points, from all over the meeting."""
    count = min(most, len(points))
    return [points[number * len(points) // count] for number in range(count)]
