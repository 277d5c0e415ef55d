"""The topics of a meeting: each with the time of its section, and with those of its sentences that are proved."""

from collections.abc import Sequence

from tasks.schema import Evidence, Interval, SummaryPoint, Topic, TopicClaim, Transcript


def claims_of(topic: TopicClaim) -> tuple[TopicClaim, ...]:
    """What is to be proved of a topic: its sentences one by one under its title, or its text as a whole."""
    if not topic.points:
        return (topic,)
    return tuple(TopicClaim(title=topic.title, **point.model_dump()) for point in topic.points)


def as_topic(transcript: Transcript, claim: TopicClaim, points: Sequence[SummaryPoint]) -> Topic:
    """The topic of the points that were proved, one at least."""
    place = _section(transcript, claim) or Interval(
        start_s=min(point.evidence.start_s for point in points), end_s=max(point.evidence.end_s for point in points)
    )
    return Topic(
        title=claim.title,
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
