"""The mood of a topic: what a classifier says of each passage in it, the longer ones counting more."""

from collections import defaultdict
from collections.abc import Sequence

from tasks.engine.base import Progress, untold
from tasks.schema import Minutes, Moods, TopicMood, Transcript
from tasks.sentiment.classifier import MoodClassifier

STAGE = "sentiment"
Stretch = tuple[float, float]


def guess_moods(classifier: MoodClassifier, transcript: Transcript, minutes: Minutes, progress: Progress = untold) -> Moods:
    """The likeliest label of each topic in which somebody spoke."""
    stretches = topic_stretches(minutes)
    said = [_said(transcript, stretch) for stretch in stretches]
    answers = iter(classifier.classify([text for texts in said for text in texts], progress))
    moods = []
    for (start_s, end_s), texts in zip(stretches, said, strict=True):
        if texts:
            label, share = likeliest(texts, [next(answers) for _ in texts])
            moods.append(TopicMood(start_s=start_s, end_s=end_s, label=label, share=share))
    engine = classifier.engine(classifier.options.model)
    return Moods(moods=tuple(moods), engine=engine, notices=classifier.fallbacks())


def topic_stretches(minutes: Minutes) -> list[Stretch]:
    """Where each topic lies in the meeting, if the minutes say so."""
    found = ((topic.start_s, topic.end_s) for topic in minutes.topics)
    return list(dict.fromkeys((start, end) for start, end in found if start is not None and end is not None))


def likeliest(texts: Sequence[str], answers: Sequence[dict[str, float]]) -> tuple[str, float]:
    """The label that is most probable over all texts, each counted by its length, and how probable it is."""
    totals: defaultdict[str, float] = defaultdict(float)
    for text, answer in zip(texts, answers, strict=True):
        for label, share in answer.items():
            totals[label] += share * len(text)
    label = max(totals, key=totals.__getitem__)
    return label, min(1.0, totals[label] / sum(map(len, texts)))


def with_moods(minutes: Minutes, made: Moods) -> Minutes:
    """The minutes with the moods of their topics."""
    return minutes.enriched(made.engine, made.notices, moods=made.moods)


def _said(transcript: Transcript, stretch: Stretch) -> list[str]:
    """The words of the segments that begin within a stretch."""
    start_s, end_s = stretch
    return [part.text for part in transcript.spoken.segments if start_s <= part.start_s < end_s and part.text.strip()]
