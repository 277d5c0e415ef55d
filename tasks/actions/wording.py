"""The wording of a claim: a clean imperative or clause cut out of speech. Words are left out, never added."""

import re

from tasks.language.cues import Words, compiled
from tasks.language.trimming import without_phrase

_HESITATION = re.compile(r",? ?\b(?:um|uh|erm|er|uhm|hmm|mm|ừm|ờm|ờ|you know|I mean)\b,?(?= |$)", re.IGNORECASE)
_STUTTER = re.compile(r"\b(\w+(?: \w+){0,2})(?:,? \1\b)+", re.IGNORECASE)
_TITLE = r"(?:(?:anh|chị|em|bạn|cô|chú|bác) )?"
_LONGEST_WORDS = 30


def task_text(said: str, due: str | None, words: Words, names: str) -> str:
    """The task in what was said after its cue: without the due phrase, hesitations, courtesies and the next clause."""
    said = re.sub(rf"(?:{words.called_last})\s*{_TITLE}(?:{names})[\s?.!]*$", "", said)
    text = without_phrase(said, due) if due else said
    text = plain(text)
    if tail := compiled(words.tail, names).search(text, 4):
        text = text[: tail.start()]
    return sentence_case(_trimmed(text, words))


def clause_text(said: str, words: Words) -> str:
    """A decision or question as it was said, with a capital and without what hangs at its end."""
    return sentence_case(_trimmed(plain(said), words))


def plain(text: str) -> str:
    """Without hesitations and doubled words."""
    text = _STUTTER.sub(r"\1", _HESITATION.sub("", text))
    return re.sub(r"\s+", " ", text).strip(" ,;:-")


def sentence_case(text: str) -> str:
    """With a capital first letter."""
    return text[:1].upper() + text[1:]


def _trimmed(text: str, words: Words) -> str:
    text = text.strip(' ,;:.!?…-"”')
    text = compiled(words.trim).sub("", text).strip(" ,;:.!?-")
    return " ".join(text.split()[:_LONGEST_WORDS])


def content_words(text: str, words: Words) -> frozenset[str]:
    """The words that carry the meaning, without their endings: what two wordings of one task share."""
    found = re.findall(r"\w+", text.lower())
    return frozenset(_stem(word) for word in found if word not in words.stopwords and (len(word) > 1 or word.isdigit()))


def _stem(word: str) -> str:
    for ending in ("ing", "ed", "es", "s"):
        if word.endswith(ending) and len(word) - len(ending) >= 4:
            return word.removesuffix(ending)
    return word


def overlap(one: frozenset[str], other: frozenset[str]) -> float:
    """The share of the smaller set of words that the other contains."""
    return len(one & other) / min(len(one), len(other)) if one and other else 0.0
