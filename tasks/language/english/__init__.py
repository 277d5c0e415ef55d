"""English."""

from tasks.language.english.answers import WORDS
from tasks.language.english.cues import EN as CUES
from tasks.language.english.dates import EN as DATES
from tasks.language.english.names import WORD_NAMES
from tasks.language.english.qualifiers import WORDS as QUALIFIERS
from tasks.language.english.words import BECAUSE, NEGATION, NEGATION_WORDS, PLAIN_WORDS, POINTING, STOP_WORDS, TASK_LEAD, stem
from tasks.language.language import Language

ENGLISH = Language(
    code="en",
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
    conjunction=" and ",
    stem=stem,
    negation_words=NEGATION_WORDS,
    word_names=WORD_NAMES,
)
