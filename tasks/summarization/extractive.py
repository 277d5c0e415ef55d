"""The most central sentences of the meeting, as they were said. No model, no download, nothing invented."""

from math import ceil
from typing import Any

from pydantic import Field

from tasks.engine.base import Device, Progress, untold
from tasks.engine.base import Options as BaseOptions
from tasks.schema import Notes, TopicClaim, Transcript
from tasks.summarization.central import MIN_WORDS, central_quote, choose_central, quotable, quote, text_of
from tasks.summarization.people import known_people
from tasks.summarization.sections import Section, cut_sections, topic_words
from tasks.summarization.summarizer import Brief, Summarizer
from tasks.summarization.titles import Titles

_SHARE = {"low": 0.5, "normal": 1.0, "high": 2.0}
"""Of the sentences asked for, by the detail that is wanted."""


class Extractive(Summarizer):
    """Quotes instead of prose."""

    name = "extractive"
    summary = "the most central sentences of the meeting and of its topics, verbatim; no model, draft quality"
    packages = ("sklearn",)
    install = "pip install audio-minutes"
    distribution = "scikit-learn"
    draft = True

    class Options(BaseOptions):
        """How much is kept."""

        sentences: int = Field(5, ge=1, le=50, description="how many sentences the summary has at normal detail")
        min_words: int = Field(MIN_WORDS, ge=1, le=50, description="shorter segments are not quoted")

    def __init__(self, options: Any, device: Device) -> None:
        super().__init__(options, device)
        import sklearn.feature_extraction.text  # noqa: F401 - loaded before the clock of a run starts

    def summarize(self, transcript: Transcript, brief: Brief, progress: Progress = untold) -> Notes:
        candidates = quotable(transcript.segments, self.options.min_words)
        chosen = choose_central(
            [text_of(sentence) for sentence in candidates], ceil(self.options.sentences * _SHARE[brief.detail])
        )
        return Notes(
            summary=tuple(quote(candidates[index]) for index in sorted(chosen)),
            topics=_topics(transcript),
            segments_read=tuple(segment.id for segment in transcript.segments),
            engine=self.engine("lexrank"),
        )


def _topics(transcript: Transcript) -> tuple[TopicClaim, ...]:
    """The sections under titles made by code, each with its most central sentence; none where there is only one."""
    sections = cut_sections(transcript, topic_words(transcript))
    if len(sections) < 2:
        return ()
    titles = Titles(sections, transcript.language, known_people(transcript))
    topics = (_topic(section, titles.of(number)) for number, section in enumerate(sections))
    return tuple(topic for topic in topics if topic)


def _topic(section: Section, title: str | None) -> TopicClaim | None:
    central = central_quote(section.segments)
    if central is None or title is None:
        return None
    place = (section.ids[0], section.ids[-1])
    return TopicClaim(title=title, plain_title=title, section=place, points=(central,), **central.model_dump())
