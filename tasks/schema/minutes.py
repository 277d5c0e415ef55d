"""What the transcript proves: the content of `minutes.json`."""

import datetime as dt
from enum import StrEnum
from typing import Any, Self

from pydantic import Field

from tasks.clean_text import Text
from tasks.schema.base import Interval, Message, MessageValue, Model, Notice, NoticeKind, Status
from tasks.schema.claims import Agreed, DueRelation, Entity, OwnerSource, PossibleKind
from tasks.schema.enrichments import TopicMood, Translation
from tasks.schema.recording import Recording
from tasks.schema.transcript import Coverage, Engine


class MatchMethod(StrEnum):
    """How a quote was found in the cited segments."""

    EXACT = "exact"
    NORMALISED = "normalised"
    FUZZY = "fuzzy"


class Evidence(Interval):
    """The passage that proves a claim, found in the transcript by code."""

    segment_ids: tuple[str, ...] = Field(min_length=1)
    quote: Text
    speaker: Text | None = None
    verified: bool = True
    method: MatchMethod


class Decision(Model):
    """Something the meeting settled."""

    id: str
    text: Text
    reworded: bool = Field(False, description="`text` says in other words what was said, as code has checked")
    spoken: Text | None = Field(None, description="the decision in the words of the meeting, if it was reworded or corrected")
    evidence: Evidence
    reason: Evidence | None = Field(default=None, description="the words that say why, where that was said")
    corrected: tuple[str, ...] = Field(
        default=(), description="what people changed: `text`; `accepted` if they said that it is right"
    )

    @property
    def said(self) -> str:
        """The decision in the words of the meeting."""
        return self.spoken or self.text


class ActionItem(Model):
    """Who does what by when. Owner and date are empty unless they were said."""

    id: str
    task: Text
    reworded: bool = Field(False, description="`task` says in other words what was said, as code has checked")
    spoken: Text | None = Field(None, description="the task in the words of the meeting, if it was reworded or corrected")
    context: Text | None = Field(None, description="what was said before, where the task cannot be understood without it")
    owner: Text | None
    owner_source: OwnerSource | None
    agreed: Agreed | None = Field(
        None, description="self: the owner said it; accepted: was asked and said yes; asked: no answer of theirs was heard"
    )
    due_phrase: Text | None
    due_date: dt.date | None = Field(description="the last day, or the only one; see docs/due-dates.md")
    due_relation: DueRelation | None = Field(
        None, description="how the words bound the time; empty when they were not understood"
    )
    due_from: dt.date | None = Field(None, description="the first day, where the words name one")
    status: Text = Field(default="open", description="open until a person writes something else into the register")
    evidence: Evidence
    accepted: Evidence | None = Field(None, description="the words with which the owner said yes to what somebody else had asked")
    corrected: tuple[str, ...] = Field(
        default=(),
        description="what people changed: `text`, `owner`, `due`, `merged`; `accepted` if they said that it is right;"
        " `added` for what they wrote themselves",
    )

    @property
    def said(self) -> str:
        """The task in the words of the meeting."""
        return self.spoken or self.task


class Topic(Model):
    """A subject with its place in the meeting."""

    title: Text
    text: Text
    start_s: float | None = Field(default=None, ge=0, description="of the part of the meeting it is about; not in old minutes")
    end_s: float | None = Field(default=None, ge=0)
    evidence: Evidence
    points: tuple["SummaryPoint", ...] = Field(default=(), description="the sentences of the text, each with its own evidence")


class SummaryPoint(Model):
    """One sentence of the summary."""

    text: Text
    reworded: bool = Field(False, description="`text` says in other words what one person said, as code has checked")
    spoken: Text | None = Field(None, description="the sentence in the words of the meeting, if it was reworded")
    evidence: Evidence

    @property
    def said(self) -> str:
        """The sentence in the words of the meeting."""
        return self.spoken or self.text

    @property
    def id(self) -> str:
        """Of what was said: two points that quote the same passage say the same."""
        return "-".join(("p", *self.evidence.segment_ids))

    @property
    def shown(self) -> str:
        """The sentence, and whose words they are if it does not say so itself."""
        speaker = self.evidence.speaker
        if not self.reworded or not speaker or self.text.startswith(speaker):
            return self.text
        return f"{self.text.rstrip('.')} ({speaker})"


class OpenQuestion(Model):
    """Something asked and not answered."""

    text: Text
    evidence: Evidence


class NextMeeting(Model):
    """When the next meeting is, as this one says it; days as in docs/due-dates.md."""

    due_phrase: str = Field(description="the words that say when, with the time of day")
    due_date: dt.date | None
    due_relation: DueRelation | None = None
    due_from: dt.date | None = None
    place: str | None = Field(default=None, description="as it was said")
    evidence: Evidence


class PossibleItem(Model):
    """What may be a task or a decision: too unsure for the tables, shown so that a reader can rescue it."""

    kind: PossibleKind
    text: Text
    score: float = Field(ge=0, le=1, description="how probable, by what was learnt from other meetings")
    evidence: Evidence


class Unverified(Model):
    """A claim that its own evidence does not carry, kept apart with the reason."""

    kind: str
    text: Text
    reason: Text = Field(description="in English")
    reason_code: str | None = None
    reason_values: dict[str, MessageValue] = Field(default_factory=dict)
    segment_ids: tuple[str, ...] = ()
    start_s: float | None = None

    @property
    def why(self) -> Message:
        """The reason, for every language."""
        return Message(message=self.reason, code=self.reason_code, values=self.reason_values)


class TalkTime(Model):
    """How long one speaker held the floor."""

    speaker: Text
    seconds: float = Field(ge=0)
    share: float = Field(ge=0, le=1)


class Repeated(Model):
    """An action item that its owner had promised in earlier meetings, and nobody had closed."""

    item_id: str
    times: int = Field(ge=2, description="how often it was promised, this meeting included")
    first_on: dt.date


class Reversal(Model):
    """A decision that says the contrary of an earlier one."""

    decision_id: str
    earlier_id: str
    earlier_text: Text
    earlier_on: dt.date
    earlier_minutes: str = Field(description="the folder of the minutes that hold the earlier decision")


class Minutes(Model):
    """The minutes of one recording: the content of `minutes.json`."""

    recording: Recording
    title: Text
    status: Status
    language: str
    participants: tuple[Text, ...] = Field(description="who spoke")
    summary: tuple[SummaryPoint, ...]
    topics: tuple[Topic, ...]
    decisions: tuple[Decision, ...]
    action_items: tuple[ActionItem, ...]
    open_questions: tuple[OpenQuestion, ...]
    unverified: tuple[Unverified, ...]
    talk_time: tuple[TalkTime, ...]
    coverage: Coverage
    warnings: tuple[Notice, ...]
    engines: tuple[Engine, ...]
    config_name: str
    version: str
    entities: tuple[Entity, ...] = ()
    not_heard: tuple[Text, ...] = Field(default=(), description="on the list, but never spoke")
    absent: tuple[Text, ...] = Field(default=(), description="on the list and, as somebody said, not there")
    joined_late: tuple[Text, ...] = Field(default=(), description="said so themselves")
    left_early: tuple[Text, ...] = Field(default=(), description="said so themselves")
    repeated: tuple[Repeated, ...] = ()
    reversals: tuple[Reversal, ...] = ()
    possible: tuple[PossibleItem, ...] = ()
    next_meeting: NextMeeting | None = None
    translation: Translation | None = Field(default=None, description="the texts in a second language, if that was asked for")
    moods: tuple[TopicMood, ...] = Field(
        default=(), description="a model's guess of the mood of each topic, if that was asked for"
    )

    def enriched(self, engine: Engine | None, notices: tuple[Notice, ...], **added: Any) -> Self:
        """The minutes with what an engine added to them, and what is to be said of it."""
        warned = any(notice.kind is not NoticeKind.INFO for notice in notices)
        return self.model_copy(
            update={
                **added,
                "warnings": (*self.warnings, *notices),
                "engines": (*self.engines, *([engine] if engine else [])),
                "status": Status.COMPLETED_WITH_WARNINGS if warned and self.status is Status.COMPLETED else self.status,
            }
        )
