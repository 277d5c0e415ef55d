"""What `qualifiers` must know of one language."""

import re
from collections.abc import Mapping
from dataclasses import dataclass, field


@dataclass(frozen=True, eq=False)
class QualifierWords:
    """The tables of one language, to be matched against normalised text."""

    kept: Mapping[str, str]
    """Name -> pattern of what a sentence in other words must have too, and may not have by itself: `only`, `if`."""
    kept_of_statements: Mapping[str, str]
    """The same for what is stated; where a task is asked for, these words ask."""
    never_added: str
    """Words that may fall away but not come in: of reasons, additions, what is done already."""
    personal: str
    """Words for who speaks and who is spoken to, which nobody understands elsewhere."""
    first_person: frozenset[str]
    """Words by which somebody speaks of nobody but themselves, with the verbs that grow together with them."""
    second_person: frozenset[str]
    """Words by which somebody is spoken to, and nobody else is meant."""
    reports: str
    """After the name of who speaks, before what they said, without a judgement of it."""
    subject: str
    """Before the verb, after the name of who is to do it."""
    things: Mapping[str, bool | None]
    """Words that point to a thing said before -> whether to several; None where the language does not tell."""
    persons: Mapping[str, bool | None]
    """The same for words that point to people."""
    directions: Mapping[str, str]
    """Before a noun: words with different values turn the sense."""
    past: re.Pattern[str]
    """A word in a form that tells of the past, unless it follows one of `passive`."""
    passive: frozenset[str]
    about: frozenset[str]
    """Before what something is about."""
    to_come: frozenset[str]
    """Words before a verb that say it is planned, asked or only possible."""
    done: frozenset[str] = frozenset()
    """Words right before a verb that say it is done, where verbs have no forms."""
    irregular_past: Mapping[str, str] = field(default_factory=dict)
    """Forms of the past that `past` does not match -> the verb."""
    drops_pronouns: bool = False
    """Whether a sentence without a pronoun may still point to what was said before."""
