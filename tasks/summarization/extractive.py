"""The sentences that say most of the meeting and of its topics, as they were said. No model, no download, nothing invented."""

from collections.abc import Sequence
from math import ceil

from pydantic import Field

from tasks.engine.base import Options as BaseOptions
from tasks.engine.base import Progress, untold
from tasks.schema import Notes, TopicClaim, Transcript
from tasks.summarization.people import known_people
from tasks.summarization.sections import Section, cut_sections, topic_words
from tasks.summarization.spoken import MIN_WORDS, Quotable, choose_spoken, spoken_points, spoken_sentences
from tasks.summarization.summarizer import Brief, Summarizer
from tasks.summarization.titles import Titles

_SHARE = {"low": 0.5, "normal": 1.0, "high": 2.0}
"""Of the sentences asked for, by the detail that is wanted."""
_POINTS = 2
"""Sentences about a topic."""


class Extractive(Summarizer):
    """Quotes instead of prose."""

    name = "extractive"
    summary = "the sentences that say most of the meeting and of its topics, verbatim; no model, draft quality"
    draft = True

    class Options(BaseOptions):
        """How much is kept."""

        sentences: int = Field(5, ge=1, le=50, description="how many sentences the summary has at normal detail")
        min_words: int = Field(MIN_WORDS, ge=1, le=50, description="shorter sentences are not quoted")

    def summarize(self, transcript: Transcript, brief: Brief, progress: Progress = untold) -> Notes:
        most = ceil(self.options.sentences * _SHARE[brief.detail])
        said = spoken_sentences(transcript)
        return Notes(
            summary=tuple(choose_spoken(said, transcript.segments, most, self.options.min_words)),
            topics=_topics(transcript, said),
            segments_read=tuple(segment.id for segment in transcript.segments),
            engine=self.engine("telling"),
        )


def _topics(transcript: Transcript, said: Sequence[Quotable]) -> tuple[TopicClaim, ...]:
    """The sections under titles made by code, each with what it says most; none where there is only one."""
    sections = cut_sections(transcript, topic_words(transcript))
    if len(sections) < 2:
        return ()
    titles = Titles(sections, transcript.language, known_people(transcript), said)
    topics = (_topic(section, said, titles.of(number)) for number, section in enumerate(sections))
    return tuple(topic for topic in topics if topic)


def _topic(section: Section, said: Sequence[Quotable], title: str | None) -> TopicClaim | None:
    points = spoken_points(section, said, _POINTS)
    if not points or title is None:
        return None
    place = (section.ids[0], section.ids[-1])
    ids = tuple(dict.fromkeys(name for point in points for name in point.segment_ids))
    text = " ".join(point.text for point in points)
    return TopicClaim(title=title, plain_title=title, text=text, segment_ids=ids, section=place, points=tuple(points))
