"""Questions that the meeting leaves open: somebody says that nobody knows yet, or that it waits for another day."""

from collections.abc import Sequence

from tasks.actions.decisions import Settled
from tasks.actions.wording import clause_text
from tasks.language.cues import Words, compiled
from tasks.meeting.sentences import Sentence

_ANSWER_SENTENCES = 3
_ANSWER_S = 12.0
_SHORTEST_WORDS = 4


def open_question_at(sentences: Sequence[Sentence], index: int, words: Words) -> Settled | None:
    """The open question that this sentence states or asks."""
    sentence = sentences[index]
    for pattern in words.open_statement:
        match = compiled(pattern).search(sentence.text)
        if match and len(match["what"].split()) >= _SHORTEST_WORDS and not sentence.is_question:
            return Settled(clause_text(match["what"], words), (sentence,), index)
    if not _asks(sentence, words) or len(sentence.text.split()) < _SHORTEST_WORDS:
        return None
    answer = _left_open(sentences, index, words)
    if answer is None:
        return None
    text = clause_text(_question_words(sentence.text, words), words)
    return Settled(f"{text}?", (sentence,), index, support=(sentences[answer],))


def _asks(sentence: Sentence, words: Words) -> bool:
    return sentence.is_question if sentence.marked else bool(compiled(words.question).search(sentence.text))


def _question_words(text: str, words: Words) -> str:
    """The question from its first question word on."""
    match = compiled(words.question_lead).match(text)
    return text[match.end() :] if match else text


def _left_open(sentences: Sequence[Sentence], index: int, words: Words) -> int | None:
    """Which of the next sentences leaves the question open; a follow-up question by the same person is skipped."""
    asked = sentences[index]
    for number in range(index + 1, min(index + 1 + _ANSWER_SENTENCES, len(sentences))):
        sentence = sentences[number]
        if sentence.start_s - asked.end_s > _ANSWER_S:
            return None
        if compiled(words.open_answer).search(sentence.text):
            return number
        if _asks(sentence, words) and sentence.speaker != asked.speaker:
            return None
    return None
