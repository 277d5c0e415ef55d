"""The topics of a meeting: each with the time of its section, and with those of its sentences that are proved.

A title that is not proved gives way to the one that code made. Where none of the sentences is proved, the most telling spoken one
stands in, and the report says so.
"""

from collections.abc import Callable, Iterable, Sequence

from tasks.language.messages import message
from tasks.schema import Claim, Evidence, Interval, Notice, NoticeKind, SummaryPoint, Topic, TopicClaim, Transcript

Prove = Callable[[Iterable[Claim]], tuple[SummaryPoint, ...]]
"""The claims that are proved; the others are listed as unverified."""
_MOST_POINTS = 5
"""Of a summary that stands in for another."""


def prove_topics(transcript: Transcript, claims: Iterable[TopicClaim], prove: Prove) -> tuple[list[Topic], list[Notice]]:
    """The topics of which something is proved, and what had to stand in."""
    topics, replaced = list[Topic](), 0
    for claim in claims:
        title = _proved_title(claim, prove)
        points = prove(claim.points or (claim,))
        if not points and claim.central:
            points = prove([claim.central])
            replaced += 1
        if points:
            topics.append(_topic(transcript, claim, title or points[0].text, points))
    if not replaced:
        return topics, []
    told = message("topics_unproved", number=replaced)
    return topics, [Notice.of(NoticeKind.WARNING, "summarization", told)]


def standing_in(topics: Sequence[Topic]) -> tuple[tuple[SummaryPoint, ...], Notice]:
    """A summary for a meeting of whose own none is proved: the first sentences about its topics."""
    count = min(_MOST_POINTS, len(topics))
    chosen = (topics[number * len(topics) // count] for number in range(count))
    points = ((topic.points or (SummaryPoint(text=topic.text, evidence=topic.evidence),))[0] for topic in chosen)
    return tuple(points), Notice.of(NoticeKind.WARNING, "summarization", message("summary_unproved"))


def _proved_title(claim: TopicClaim, prove: Prove) -> str | None:
    """The title if it is proved by the passages of the topic, else that of code; without points both are proved as one."""
    if not claim.points or claim.title == claim.plain_title:
        return claim.title
    proved = prove([Claim(text=claim.title, segment_ids=claim.segment_ids)])
    return claim.title if proved else claim.plain_title


def _topic(transcript: Transcript, claim: TopicClaim, title: str, points: Sequence[SummaryPoint]) -> Topic:
    place = _section(transcript, claim) or Interval(
        start_s=min(point.evidence.start_s for point in points), end_s=max(point.evidence.end_s for point in points)
    )
    return Topic(
        title=title,
        text=" ".join(point.text for point in points),
        start_s=place.start_s,
        end_s=place.end_s,
        evidence=_of_all([point.evidence for point in points]),
        points=tuple(points),
    )


def _section(transcript: Transcript, claim: TopicClaim) -> Interval | None:
    """From the first to the last segment of the claim's section, if it names one."""
    position = {segment.id: place for place, segment in enumerate(transcript.segments)}
    first, last = (position.get(name) for name in claim.section or ("", ""))
    if first is None or last is None or first > last:
        return None
    said = transcript.segments[first : last + 1]
    return Interval(start_s=said[0].start_s, end_s=max(segment.end_s for segment in said))


def _of_all(found: Sequence[Evidence]) -> Evidence:
    """The first evidence, with the passages of all."""
    ids = sorted({name for evidence in found for name in evidence.segment_ids}, key=lambda name: (len(name), name))
    return found[0].model_copy(update={"segment_ids": tuple(ids)})
