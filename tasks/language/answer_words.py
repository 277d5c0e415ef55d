"""How people answer in one language."""

from dataclasses import dataclass


@dataclass(frozen=True)
class AnswerWords:
    """Patterns of one language."""

    yes: str
    perhaps_yes: str
    """What also only opens a sentence: a yes if nothing else follows, or a promise."""
    after_yes: frozenset[str]
    """Words that may follow it and change nothing."""
    commit: str
    cannot: str
    done: str
    """It was done before."""
    no: str
    """A no unless a promise follows."""
    volunteer: str
    """The whole answer of somebody who takes on what nobody had."""
    withdraw: str
    """The whole sentence of somebody who takes back what they just took on."""
    own_plan: str
    """How somebody begins who says what they will do."""
    back: str
    """Words that point back to what was asked."""
    turn: str
    """Where an answer turns: `yes, but`."""
    bound: str
    """Said of when something cannot be done."""
