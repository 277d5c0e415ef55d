"""What the meeting settled."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.actions.wording import clause_text
from tasks.language.cues import Words, compiled
from tasks.meeting.people import People
from tasks.meeting.sentences import Sentence

_SHORTEST_WORDS = 3
_SHORTEST_NAMED = 2
"""Words, as in `we agreed on option C`."""
_LONGEST_CLOSE_WORDS = 1
"""`We hire nobody, we decided that` settles what stands before it; `we wanted to hire, but we decided against it` does not."""


@dataclass(frozen=True)
class Settled:
    """One decision and the sentences that say it."""

    text: str
    quoted: tuple[Sentence, ...]
    index: int
    support: tuple[Sentence, ...] = ()


def decision_in(sentences: Sequence[Sentence], index: int, words: Words, people: People) -> Settled | None:
    """The decision that the sentence announces; `it is decided` alone announces the sentence next to it."""
    sentence = sentences[index]
    if sentence.is_question or compiled(words.hypothetical).search(sentence.text) or compiled(words.recap).search(sentence.text):
        return None
    for pattern in words.decision:
        match = compiled(pattern, people.pattern).search(sentence.text)
        if not match or compiled(words.decision_question).search(sentence.text[: match.start()]):
            continue
        rest = sentence.text[match.end() :].lstrip(" ,:;")
        if compiled(words.negated).match(rest) and not rest.lower().startswith(("not to", "never to", "không ")):
            continue
        text = clause_text(_without_reason(rest, words), words)
        if len(text.split()) >= (_SHORTEST_NAMED if _names_it(match, text, words) else _SHORTEST_WORDS):
            return Settled(text, (sentence,), index)
        if (announced := _announced(sentences, index, words)) is not None:
            return announced
        return _concluded(sentence, match.start(), words) if len(rest.split()) <= _LONGEST_CLOSE_WORDS else None
    return None


def _names_it(match: re.Match[str], text: str, words: Words) -> bool:
    """`We agreed on option C`, and neither `we agreed on that one` nor `that's settled, good`."""
    return match.groupdict().get("of") is not None and text.partition(" ")[0].lower() not in words.stopwords


def _concluded(sentence: Sentence, end: int, words: Words) -> Settled | None:
    """`We hire nobody this year, that's decided.`"""
    text = clause_text(sentence.text[:end], words)
    known = compiled(words.decision_statement).search(text)
    return Settled(text, (sentence,), sentence.index) if known and len(text.split()) > _SHORTEST_WORDS else None


def _without_reason(text: str, words: Words) -> str:
    reason = compiled(words.reason).search(f" {text}")
    return text[: max(0, reason.start() - 1)] if reason else text


def _announced(sentences: Sequence[Sentence], index: int, words: Words) -> Settled | None:
    """The statement right after an empty announcement, by the same person."""
    following = sentences[index + 1] if index + 1 < len(sentences) else None
    sentence = sentences[index]
    if following is None or following.speaker != sentence.speaker or following.is_question:
        return None
    if not compiled(words.decision_statement).search(following.text):
        return None
    text = re.sub(r"^(?:so|then|and|okay|that) ", "", following.text, flags=re.IGNORECASE)
    return Settled(clause_text(_without_reason(text, words), words), (sentence, following), index + 1)
