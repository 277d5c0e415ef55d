"""Tasks that can be read alone: what `it` means where the words prove it, else what was said before, kept apart.

A pronoun is only replaced by the one noun of the question right before, asked by somebody else. A wrong noun is worse than none.
"""

import re
from collections.abc import Sequence

from tasks.language.answers import reply_in
from tasks.language.english import ENGLISH
from tasks.language.pointing import pronoun_place
from tasks.language.words import content_stems, is_stop_word, normalise
from tasks.meeting.calendar import Calendar
from tasks.meeting.sentences import Sentence
from tasks.schema import ActionItem
from tasks.verification.agreement import Agreements

_LONGEST_CONTEXT_WORDS = 30
_LEAST_CONTEXT_WORDS = 3
_CONTEXT_S = 10.0
_CONTEXT_SENTENCES = 3
"""How far back the words before may lie, when what lies between says nothing."""
_WHICH = re.compile(r"\b(?P<which>the|our|this|that|these|those|a|an|my|your|his|her|their)\b", re.IGNORECASE)
_THING = re.compile(rf"{_WHICH.pattern} (?P<noun>[\w-]+(?: [\w-]+){{0,4}})", re.IGNORECASE)
_OF_SOMEBODY = frozenset("my your his her their".split())
_TURNED_ROUND = re.compile(r"\b(?:is|are|was|were|do|does|did|has|have|had|'s)$", re.IGNORECASE)
"""Before a noun that is no object: `is the contract ready?`"""
_SOMEBODY = ("somebody", "someone", "anybody")
_MANY = frozenset("them these those".split())
_MOST_OTHER_WORDS = 2


def stand_alone(item: ActionItem, agreements: Agreements, days: Calendar) -> ActionItem:
    """The item as it was, or with a noun for its pronoun, or with the sentence before as its context."""
    quoted = agreements.quoted(item.evidence)
    if len(quoted) != 1:
        return item
    sentence = quoted[0]
    place = pronoun_place(item.task, sentence.language)
    if place is None:
        return item
    before = _before(agreements.sentences, sentence)
    if before is None:
        return item
    noun = _referent(before, sentence, item.task[place[0] : place[1]], days)
    ids = {*item.evidence.segment_ids, *before.segment_ids}
    known = tuple(part.id for part in agreements.spoken.segments if part.id in ids)
    evidence = item.evidence.model_copy(update={"segment_ids": known})
    if noun:
        return item.model_copy(update={"task": f"{item.task[: place[0]]}{noun}{item.task[place[1] :]}", "evidence": evidence})
    return item.model_copy(update={"context": before.text, "evidence": evidence})


def _before(sentences: Sequence[Sentence], sentence: Sentence) -> Sentence | None:
    """The sentence before that says something, if it is near and not too long."""
    for other in reversed(sentences[max(0, sentence.index - _CONTEXT_SENTENCES) : sentence.index]):
        if sentence.start_s - other.end_s > _CONTEXT_S:
            return None
        count = len(other.text.split())
        tells = bool(content_stems(other.text, other.language)) and not _is_answer(other, sentences)
        if count >= _LEAST_CONTEXT_WORDS and tells:
            return other if count <= _LONGEST_CONTEXT_WORDS else None
    return None


def _is_answer(sentence: Sentence, sentences: Sequence[Sentence]) -> bool:
    """Whether it says yes or no to the question before."""
    asked = sentence.index > 0 and sentences[sentence.index - 1].is_question
    return asked and reply_in(sentence.text, sentence.language) is not None


def _referent(question: Sentence, answer: Sentence, pronoun: str, days: Calendar) -> str | None:
    """The noun that a pronoun of the answer must mean: the only one of the question right before, by somebody else."""
    asked = question.is_question and question.index == answer.index - 1
    by_another = question.speaker and answer.speaker and question.speaker != answer.speaker
    if not asked or not by_another or answer.language != ENGLISH.code:
        return None
    text = question.text.rstrip("?!. ")
    for due in days.dues(text, question.language):
        text = text.replace(due.stretch, " ").strip() if due.stretch else text
    thing = _THING.search(text)
    if not thing or len(_WHICH.findall(text)) > 1 or thing["which"].lower() in _OF_SOMEBODY:
        return None
    if _TURNED_ROUND.search(text[: thing.start()].rstrip()):
        return None
    words = _noun_words(thing["noun"])
    known = {ENGLISH.stem(normalise(word)) for word in (*words, *_SOMEBODY)}
    rest = content_stems(text, ENGLISH.code) - known
    if not words or len(rest) > _MOST_OTHER_WORDS or _is_plural(words[-1]) != (pronoun.lower() in _MANY):
        return None
    return None if pronoun.lower() in {"him", "her", "one"} else f"{thing['which'].lower()} {' '.join(words)}"


def _noun_words(text: str) -> list[str]:
    """The words up to the first that is only grammar."""
    words: list[str] = []
    for word in text.split():
        if is_stop_word(normalise(word)):
            break
        words.append(word)
    return words


def _is_plural(word: str) -> bool:
    return word.lower().endswith("s") and not word.lower().endswith(("ss", "us", "is"))
