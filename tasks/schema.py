"""The data that crosses stages: frozen models that write to JSON and read back equal.

Times are seconds from the start of the original file; dates are ISO 8601. Constructors enforce what the
rest of the code relies on: a start before its end, segments in order with unique ids, a coverage that adds up.
"""

import datetime as dt
from collections.abc import Iterable, Sequence
from enum import StrEnum
from itertools import pairwise
from typing import Annotated, Literal, Self

from pydantic import BaseModel, BeforeValidator, ConfigDict, Field, model_validator

from tasks.clean_text import Text


class Model(BaseModel):
    """A frozen value that refuses unknown fields."""

    model_config = ConfigDict(frozen=True, extra="forbid", allow_inf_nan=False)


class Interval(Model):
    """A stretch of time, start before end."""

    start_s: float = Field(ge=0)
    end_s: float = Field(ge=0)

    @model_validator(mode="after")
    def _start_before_end(self) -> Self:
        if self.start_s > self.end_s:
            raise ValueError(f"starts at {self.start_s} s, after its end at {self.end_s} s")
        return self

    @property
    def duration_s(self) -> float:
        return self.end_s - self.start_s

    def overlap_s(self, other: "Interval") -> float:
        """Seconds shared with another interval."""
        return max(0.0, min(self.end_s, other.end_s) - max(self.start_s, other.start_s))


class Status(StrEnum):
    """How a recording ended."""

    COMPLETED = "completed"
    COMPLETED_WITH_WARNINGS = "completed_with_warnings"
    NO_SPEECH = "no_speech"
    FAILED = "failed"


class DateSource(StrEnum):
    """Where the recording's date comes from, the most trusted first. Never the clock of the processing machine."""

    SIDECAR = "sidecar"
    CONTAINER = "container"
    FILE_NAME = "file_name"
    MTIME = "mtime"


class NoticeKind(StrEnum):
    """Why a notice stands in the report."""

    FALLBACK = "fallback"
    FAILED = "failed"
    FILTERED = "filtered"
    WARNING = "warning"
    INFO = "info"


class Message(Model):
    """A sentence for people. Every language makes its own of the code and the values; see tasks/language/messages.py."""

    message: Text = Field(description="in English")
    code: str | None = Field(default=None, description="what is said; None in what was stored before there were codes")
    values: "dict[str, MessageValue]" = Field(default_factory=dict, description="of whom, of how many")
    detail: Text | None = Field(default=None, description="why, in the words of a library or a server")

    def __hash__(self) -> int:
        return hash((self.message, self.code))

    def __str__(self) -> str:
        return self.message


MessageValue = Text | int | float | Message | tuple[Message, ...]
"""What fills in a message: numbers as they are, dates in ISO 8601, other messages as parts of it."""


class Notice(Message):
    """One thing that did not go as planned, or that the reader should know; all but `info` are warnings."""

    kind: NoticeKind
    stage: str

    @classmethod
    def of(cls, kind: NoticeKind, stage: str, said: Message) -> "Notice":
        """A message as a notice."""
        return cls(kind=kind, stage=stage, message=said.message, code=said.code, values=said.values, detail=said.detail)


def _no_number(value: object) -> object:
    if isinstance(value, int | float):
        raise ValueError("a date written as 2026-03-02 or 2026-03-02 10:15")
    return value


class Participant(Model):
    """A person who was there, as the sidecar names them."""

    name: Text = Field(min_length=1)
    aliases: tuple[Text, ...] = ()
    role: Text | None = None


class Sidecar(Model):
    """What a person wrote down about a recording in `<recording>.meta.yaml` beside it. Read, never written."""

    title: Text | None = None
    recorded_at: Annotated[dt.datetime, BeforeValidator(_no_number)] | None = None
    participants: tuple[Participant, ...] = ()
    speakers: dict[Text, Text] = Field(default_factory=dict, description="speaker label or channel -> name")
    language: Text | None = None
    agenda: tuple[Text, ...] = ()
    vocabulary: tuple[Text, ...] = ()
    parts: tuple[Text, ...] = Field(default=(), description="names of the files of the meeting, in order, this recording first")


class Part(Model):
    """One file of a meeting that came in several."""

    name: Text
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$")
    track: int = Field(ge=0, description="which audio track was used, counted from 1; 0 if none can be")
    channels: int = Field(ge=0)
    duration_s: float | None = Field(description="as decoded; before that as the container says it")
    start_s: float | None = Field(default=None, description="where it begins in the meeting; None before it is decoded")
    problem: Text | None = Field(default=None, description="why nothing of it can be heard")


class Recording(Model):
    """One source, judged by its content: a file, or the files of one meeting in order, named by the first."""

    path: Text
    name: Text
    sha256: str = Field(pattern=r"^[0-9a-f]{64}$", description="of the file; with parts, of their hashes one after the other")
    duration_s: float | None = Field(description="as the container says it; the decoded length is in the coverage")
    container: str
    codec: str = Field(description="`text` for a source that already holds the words")
    track: int = Field(default=1, ge=0, description="which audio track was used, counted from 1; 0 for text")
    channels: int
    sample_rate: int
    recorded_at: dt.datetime
    recorded_at_source: DateSource
    start_time_known: bool = Field(description="False when only the day is known")
    sidecar: Sidecar = Sidecar()
    notices: tuple[Notice, ...] = ()
    parts: tuple[Part, ...] = Field(default=(), description="the files of the meeting, if it came in several")

    def placed(self, places: "Sequence[PartAudio]") -> Self:
        """The same with the places that its parts have in the meeting since they were decoded."""
        if not self.parts:
            return self
        found = [
            part.model_copy(update={"start_s": place.start_s, "duration_s": place.duration_s})
            for part, place in zip(self.parts, places, strict=True)
        ]
        return self.model_copy(update={"parts": tuple(found)})


class Region(Interval):
    """A stretch of speech, in one channel of a recording whose channels are kept apart."""

    channel: int | None = Field(default=None, ge=1, description="counted from 1; None where the channels were mixed")


class Layout(StrEnum):
    """What was made of the two channels of a stretch of audio."""

    MIX = "mix"
    DIFFERENCE = "difference"
    LEFT = "left"
    RIGHT = "right"
    SEPARATE = "separate"


class Span(Interval):
    """Up to about ten minutes of decoded 16 kHz audio, cut in silence: the unit of saving and resuming."""

    index: int = Field(ge=0)
    audio_path: str
    sha256: str
    layout: Layout = Layout.MIX
    level_dbfs: float | None = Field(description="RMS level; None for digital silence")
    speech: tuple[Region, ...]


class PartAudio(Interval):
    """Where one file of a meeting lies in it, and what of the file was decoded."""

    track: int = Field(ge=0, description="0 if nothing could be decoded, so that silence stands for it")
    channels: int = Field(ge=0)


class SplitAudio(Model):
    """A recording decoded once: spans that tile it, speech regions inside them, and what could not be decoded."""

    duration_s: float
    track: int = Field(default=1, ge=1)
    parts: tuple[PartAudio, ...] = ()
    spans: tuple[Span, ...]
    undecodable: tuple[Interval, ...] = ()
    notices: tuple[Notice, ...] = ()

    @model_validator(mode="after")
    def _spans_tile_the_recording(self) -> Self:
        edges = [0.0, *(span.end_s for span in self.spans)]
        starts = [*(span.start_s for span in self.spans), self.duration_s]
        if edges != starts:
            raise ValueError("spans must tile the recording without gap or overlap")
        return self

    @property
    def speech(self) -> tuple[Region, ...]:
        return tuple(region for span in self.spans for region in span.speech)

    @property
    def one_party_a_channel(self) -> bool:
        """True when all speech lies in channels that were kept apart, and more than one of them speaks."""
        channels = {region.channel for region in self.speech}
        return len(channels) > 1 and None not in channels


class Word(Interval):
    """One recognised word, with the engine's own belief in it where it has one."""

    text: Text
    confidence: float | None = Field(default=None, ge=0, le=1)
    overlap: bool = Field(default=False, description="spoken while another person spoke too")
    speakers: tuple[Text, ...] = Field(default=(), description="of an overlapped word: the labels of all who spoke")


UNCLEAR = "unclear"
"""The flag of a segment that stands for words which could not be made out."""
CORRECTED = "corrected"
"""The flag of a segment whose words a person set right."""


class Segment(Interval):
    """A short stretch of one person's speech: the smallest thing that evidence can point to."""

    id: str
    text: Text
    language: str
    speaker: Text | None = None
    overlap: bool = Field(default=False, description="another person spoke during some of its words")
    channel: int | None = Field(default=None, ge=1, description="where it was heard, if the channels were kept apart")
    words: tuple[Word, ...] = ()
    confidence: float | None = Field(default=None, ge=0, le=1)
    flags: tuple[str, ...] = ()


def segment_id(number: int) -> str:
    """`S0001` for 1."""
    return f"S{number:04d}"


def _check_segments(segments: Iterable[Segment]) -> None:
    for before, after in pairwise(segments):
        if before.start_s > after.start_s:
            raise ValueError(f"segments out of order: {before.id} starts after {after.id}")
        if (len(before.id), before.id) >= (len(after.id), after.id):
            raise ValueError(f"segment ids must be unique and ascending: {before.id}, {after.id}")


class Usage(Model):
    """How much was asked of a language model, and what its server charges for that if the configuration says so."""

    requests: int = Field(default=0, ge=0)
    prompt_tokens: int = Field(default=0, ge=0)
    answer_tokens: int = Field(default=0, ge=0)
    cost: float | None = Field(default=None, ge=0, description="in the currency of the configured prices")

    def since(self, earlier: "Usage") -> "Usage":
        """What came after an earlier reading."""
        both = self.cost is not None and earlier.cost is not None
        return Usage(
            requests=self.requests - earlier.requests,
            prompt_tokens=self.prompt_tokens - earlier.prompt_tokens,
            answer_tokens=self.answer_tokens - earlier.answer_tokens,
            cost=(self.cost or 0) - (earlier.cost or 0) if both else self.cost,
        )


class Engine(Model):
    """Which engine made a result: the provenance that the report prints."""

    stage: str
    backend: str
    model: str
    revision: str
    device: str = "cpu"
    draft: bool = False
    usage: Usage | None = None


class Recognition(Model):
    """What was said, without speakers yet."""

    segments: tuple[Segment, ...]
    failed: tuple[Interval, ...] = ()
    filtered: tuple[Interval, ...] = ()
    unheard: tuple[Interval, ...] = Field(default=(), description="clear speech for which no words were found")
    filters: dict[str, int] = Field(default_factory=dict, description="how often each guard fired")
    engine: Engine
    notices: tuple[Notice, ...] = ()

    @model_validator(mode="after")
    def _segments_in_order(self) -> Self:
        _check_segments(self.segments)
        return self


class Turn(Interval):
    """One speaker holding the floor, in one channel if the channels were kept apart."""

    speaker: Text
    channel: int | None = Field(default=None, ge=1)


class Diarization(Model):
    """Who spoke when. Empty with a notice when it failed or was switched off."""

    turns: tuple[Turn, ...] = ()
    engine: Engine | None = None
    notices: tuple[Notice, ...] = ()


class Coverage(Model):
    """Where every second of the recording went, and how much of the transcript the summary read.

    Kept in whole milliseconds so that the parts add up to the duration exactly.
    """

    duration_ms: int = Field(ge=0)
    transcribed_ms: int = Field(ge=0)
    silence_ms: int = Field(ge=0)
    undecodable_ms: int = Field(default=0, ge=0)
    filtered_ms: int = Field(default=0, ge=0)
    failed_ms: int = Field(default=0, ge=0)
    unheard_ms: int = Field(default=0, ge=0, description="clear speech for which no words were found")
    segments: int = Field(default=0, ge=0)
    segments_read: int = Field(default=0, ge=0)
    undecodable: tuple[Interval, ...] = ()
    failed: tuple[Interval, ...] = ()
    filtered: tuple[Interval, ...] = ()
    unheard: tuple[Interval, ...] = ()
    filters: dict[str, int] = Field(default_factory=dict, description="how often each guard fired")

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        parts = self.transcribed_ms + self.silence_ms + self._holes_ms
        if parts != self.duration_ms:
            raise ValueError(f"coverage adds up to {parts} ms of {self.duration_ms} ms")
        if self.segments_read > self.segments:
            raise ValueError(f"{self.segments_read} of {self.segments} segments read")
        return self

    @property
    def complete(self) -> bool:
        return self._holes_ms == 0 and self.segments_read == self.segments

    @property
    def _holes_ms(self) -> int:
        return self.undecodable_ms + self.filtered_ms + self.failed_ms + self.unheard_ms


class Transcript(Model):
    """Ordered segments with speakers, and what became of the rest of the audio."""

    recording: Recording
    segments: tuple[Segment, ...]
    speakers: dict[Text, Text] = Field(default_factory=dict, description="speaker label -> name, where it is known")
    turns: tuple[Turn, ...] = ()
    language: str
    coverage: Coverage
    engines: tuple[Engine, ...] = ()
    notices: tuple[Notice, ...] = ()

    @model_validator(mode="after")
    def _segments_in_order(self) -> Self:
        _check_segments(self.segments)
        return self

    @property
    def spoken(self) -> Self:
        """The same without the marks of what could not be made out: nobody should take them for words."""
        return self.model_copy(update={"segments": tuple(part for part in self.segments if UNCLEAR not in part.flags)})

    def name_of(self, label: str | None) -> str | None:
        """The person behind a speaker label, or the label itself while nobody has named it."""
        return self.speakers.get(label, label) if label else None


class OwnerSource(StrEnum):
    """Why somebody owns an action item; there is no `guessed`."""

    SELF_COMMITMENT = "self_commitment"
    ADDRESSED = "addressed"
    NAMED = "named"


class Agreed(StrEnum):
    """How an action item came to its owner; one that was refused is no item."""

    SELF = "self"
    ACCEPTED = "accepted"
    ASKED = "asked"
    REFUSED = "refused"


DueRelation = Literal["by", "on", "until", "not_before", "after", "from", "between", "around"]
"""How spoken words bound the time of a task; docs/due-dates.md says what each leaves in `due_from` and `due_date`."""


class Claim(Model):
    """What an engine says was said: a text, the segments that should prove it, and the words it quotes."""

    text: Text = Field(min_length=1)
    segment_ids: tuple[str, ...]
    quote: Text | None = None


class ActionClaim(Claim):
    """A task that somebody took on, as an engine found it."""

    owner: Text | None = None
    owner_source: OwnerSource | None = None
    owner_guessed: bool = False
    """Whether the claim may stand without its owner if that cannot be proved."""
    due_phrase: Text | None = None
    due_date: dt.date | None = None
    due_relation: DueRelation | None = None
    due_from: dt.date | None = None


class TopicClaim(Claim):
    """A subject that was discussed."""

    title: Text = Field(min_length=1)
    section: tuple[str, str] | None = Field(
        default=None, description="first and last segment of the part of the meeting it is about"
    )
    points: tuple[Claim, ...] = Field(default=(), description="the sentences of the text, where each has its own passage")
    plain_title: str | None = Field(default=None, min_length=1, description="made by code, for a title that is not proved")
    central: Claim | None = Field(default=None, description="what was said in so many words, if none of the points is proved")


class Notes(Model):
    """What the summarizer wrote, nothing checked yet."""

    summary: tuple[Claim, ...] = ()
    topics: tuple[TopicClaim, ...] = ()
    decisions: tuple[Claim, ...] = ()
    action_items: tuple[ActionClaim, ...] = ()
    open_questions: tuple[Claim, ...] = ()
    segments_read: tuple[str, ...] = ()
    language: str | None = Field(default=None, description="of the texts; None for the meeting's own")
    engine: Engine | None = None
    notices: tuple[Notice, ...] = ()


class EntityKind(StrEnum):
    """What a name in the transcript names."""

    PERSON = "person"
    ORGANISATION = "organisation"
    DATE = "date"
    PLACE = "place"
    PRODUCT = "product"


class Entity(Model):
    """Something that was named, and every segment that names it."""

    kind: EntityKind
    text: Text = Field(min_length=1)
    segment_ids: tuple[str, ...] = Field(min_length=1)


class PossibleKind(StrEnum):
    """What something may be that is too unsure for the tables."""

    TASK = "task"
    DECISION = "decision"


class PossibleClaim(Claim):
    """What may be a task or a decision, as an engine found it."""

    kind: PossibleKind
    score: float = Field(ge=0, le=1)


class Findings(Model):
    """What the action extractor found, nothing checked yet."""

    decisions: tuple[Claim, ...] = ()
    action_items: tuple[ActionClaim, ...] = ()
    open_questions: tuple[Claim, ...] = ()
    possible: tuple[PossibleClaim, ...] = ()
    entities: tuple[Entity, ...] = ()
    engine: Engine | None = None
    notices: tuple[Notice, ...] = ()


class Rewordings(Model):
    """What a language model wrote for tasks and decisions so that each can be read alone, nothing checked yet."""

    texts: dict[str, str] = Field(default_factory=dict, description="id of the item -> the sentence")
    engine: Engine | None = None
    notices: tuple[Notice, ...] = ()


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
    corrected: tuple[str, ...] = Field(default=(), description="what people changed: `text`")

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
        default=(), description="what people changed: `text`, `owner`, `due`, `merged`; `added` for what they wrote themselves"
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
    evidence: Evidence


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
