"""What engines say was said: claims, nothing checked yet."""

import datetime as dt
from enum import StrEnum
from typing import Literal

from pydantic import Field

from tasks.clean_text import Text
from tasks.schema.base import Model, Notice
from tasks.schema.transcript import Engine


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
