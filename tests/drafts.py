"""Shapes of answers beside the one that is asked for, so that what reads and holds answers is tried on more than one."""

from pydantic import Field

from tasks.summarization.draft import Draft, DraftClaim


class DraftTopic(DraftClaim):
    """An entry with a field of its own."""

    quote: str = Field(min_length=1, max_length=240)


class Discussion(Draft):
    """Two lists."""

    topics: tuple[DraftTopic, ...] = ()
    summary: tuple[DraftClaim, ...] = ()


class Digest(Draft):
    """One list."""

    summary: tuple[DraftClaim, ...] = ()
