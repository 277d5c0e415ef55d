"""Vietnamese."""

from tasks.language.language import Language
from tasks.language.vietnamese.answers import WORDS
from tasks.language.vietnamese.cues import VI as CUES
from tasks.language.vietnamese.dates import VI as DATES
from tasks.language.vietnamese.qualifiers import WORDS as QUALIFIERS
from tasks.language.vietnamese.words import (
    ACCENTED,
    BECAUSE,
    DOES,
    LETTERS,
    NEGATION,
    PLAIN_WORDS,
    POINTING,
    STOP_WORDS,
    TASK_LEAD,
)

VIETNAMESE = Language(
    code="vi",
    stop_words=STOP_WORDS,
    plain_words=PLAIN_WORDS,
    dates=DATES,
    answers=WORDS,
    cues=CUES,
    negation=NEGATION,
    pointing=POINTING,
    task_lead=TASK_LEAD,
    because=BECAUSE,
    qualifiers=QUALIFIERS,
    conjunction=" và ",
    letters=LETTERS,
    accented=ACCENTED,
    syllabic=True,
    word_names=frozenset({"mai"}),
    does=DOES,
    code_page="cp1258",
)
