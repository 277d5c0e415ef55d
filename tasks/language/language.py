"""What the code knows of one language, in one value. `languages.py` lists them; to add one is to write another."""

from collections.abc import Callable
from dataclasses import dataclass

from tasks.language.answer_words import AnswerWords
from tasks.language.cues import Words
from tasks.language.date_words import DateWords
from tasks.language.qualifier_words import QualifierWords


@dataclass(frozen=True)
class Language:
    """Patterns are regular expressions, read without regard to case."""

    code: str
    """ISO 639."""
    stop_words: frozenset[str]
    """Words that say nothing by themselves."""
    plain_words: frozenset[str]
    """Words, and with `letters` letters, by which a text is known to be in this language."""
    dates: DateWords
    answers: AnswerWords
    cues: Words
    negation: str
    """What denies, in words that are normalised."""
    pointing: str
    """A task that only points to its object, which is the group `pronoun`."""
    task_lead: str
    """What stands before a task in a whole sentence."""
    conjunction: str
    """Between two names."""
    because: str = ""
    """What gives a reason and means little else; empty where no reason is looked for."""
    letters: str = ""
    """Small letters, with their accents, of no other language that is known here."""
    accented: str = ""
    """Letters of which a long text holds some; empty where there may be none."""
    syllabic: bool = False
    """Whether each syllable is a written word, so that most words stand in many others."""
    stem: Callable[[str], str] = str
    """The part that the forms of a word share."""
    negation_words: frozenset[str] = frozenset()
    """What denies and is no stop word."""
    word_names: frozenset[str] = frozenset()
    """Given names that are words too."""
    does: str = ""
    """What stands behind a name at the start of a sentence when its bearer does something; empty if that cannot be told."""
    qualifiers: QualifierWords | None = None
    """The small words by which a sentence in other words is compared; without them none is asked for."""
    code_page: str | None = None
    """In which programs for tables write it where they do not write Unicode."""
