"""What of a plain answer can be used: sentences about what was asked, in the right language, none of them copied or repeated.

Weak models answer with nothing, with the question, with one sentence again and again, or decline. None of that is told by
what it says, but by what it shares: with the passage too little, with the question or the passage too much.
"""

import re
from dataclasses import dataclass, field

from tasks.language.codes import base_language
from tasks.language.detection import language_of
from tasks.language.due_dates import named_days
from tasks.language.languages import known_language, language_or_english
from tasks.language.messages import message
from tasks.language.scripts import foreign_script
from tasks.language.words import content_stems, normalise, telling
from tasks.schema import Message
from tasks.summarization.language_model import Reply
from tasks.summarization.replies import without_thinking

_SENTENCE = re.compile(r"(?<=[.!?…。！？])[\"'”’)]*\s+(?=[\"'“(]?[\w])")
_MARKUP = re.compile(r"^\s*(?:#+\s*|>\s*|[-*•·–]\s+|\(?\d{1,2}[.)]\s+)|[*_`]{1,3}(?=\S)|(?<=\S)[*_`]{1,3}")
_OWNER = re.compile(r"\w+['’]s\b")
_WORD = re.compile(r"[^\W_]+(?:['’-][^\W_]+)*")
_ENDS = (".", "!", "?", "…", "。", "！", "？")
_LONGEST_SENTENCE = 60
"""Words; a flood without a full stop is no sentence."""
_LONGEST_TITLE = 7
"""Words; twice as many syllables where each is written as a word. Five are asked for."""
_PIECE = 4
"""Words in a row by which copies are told."""
_COPIED_SHARE = 0.5
_LEAST_TELLING = 2
_LEAST_SHARED = 0.25
_LEAST_SHARED_SYLLABLES = 0.4
"""Of a sentence's telling words, that must stand in the passage. By `benchmarks/minutes.py`; see docs/experiments/sections.md."""


class UnusableError(Exception):
    """Nothing of the answer can be used."""

    def __init__(self, why: Message) -> None:
        super().__init__(why.message)
        self.why = why


@dataclass
class Passage:
    """What an answer is about, and what it must not copy."""

    said: str
    prompt: str
    """Instructions and question."""
    language: str
    """To write in."""
    spoken: str
    """That of the passage."""
    before: set[str] = field(default_factory=set)
    """What was answered about other parts, normalised."""

    def sentences(self, reply: Reply) -> tuple[str, ...]:
        """The sentences of an answer that can be used. Raises `UnusableError` if there is none."""
        if self._goes_on_talking(reply.text):
            raise UnusableError(message("answer_talk"))
        found = split_answer(reply.text)
        if reply.cut and found and not found[-1].endswith(_ENDS):
            found.pop()
        if not found:
            raise UnusableError(message("answer_empty"))
        kept: dict[str, str] = {}
        reasons = list[Message]()
        for sentence in found:
            normal = normalise(sentence)
            reason = message("answer_repeats") if normal in kept else self._objection(sentence, normal)
            if reason:
                reasons.append(reason)
            else:
                kept[normal] = sentence
        if not kept or reasons.count(message("answer_repeats")) > len(kept):
            raise UnusableError(reasons[-1] if kept else reasons[0])
        self.before.update(kept)
        return tuple(kept.values())

    def title(self, reply: Reply) -> tuple[str, ...]:
        """The title in an answer. Raises `UnusableError` if there is none."""
        found = split_answer(reply.text)
        if not found:
            raise UnusableError(message("answer_empty"))
        title = found[0].strip(" \"'“”‘’").rstrip(".:;,")
        title = self._without_days(title.partition(": ")[2] or title)
        normal = normalise(title)
        longest = _LONGEST_TITLE * (2 if language_or_english(self.language).syllabic else 1)
        if not 1 <= len(normal.split()) <= longest:
            raise UnusableError(message("answer_no_title"))
        if reason := self._objection(title, normal) or self._unsaid(title) or self._prompted(title):
            raise UnusableError(reason)
        self.before.add(normal)
        title = self._in_sentence_case(title)
        return (title[:1].upper() + title[1:],)

    def _without_days(self, title: str) -> str:
        """A heading says no day: it may have been corrected since, and code tells it where it matters."""
        for day in named_days(title, self.language):
            title = " ".join(title.replace(day, " ").split())
        return title

    def _goes_on_talking(self, answer: str) -> bool:
        """Whether most of its lines begin as those of the talk do, with a speaker: it copies the talk, or makes up more of it."""
        speakers = tuple(f"{speaker}:" for line in self.said.splitlines() if (speaker := line.partition(": ")[0]) != line)
        lines = [line for line in answer.splitlines() if line.strip()]
        return 2 * sum(line.lstrip().startswith(speakers) for line in lines) > len(lines)

    def _unsaid(self, title: str) -> Message | None:
        """A heading states what was spoken of: in the language of the talk each of its telling words must have been said.

        `Jennifer's machine` says that it is hers, so somebody must have said it so.
        """
        if base_language(self.language) != base_language(self.spoken):
            return self._unsaid_name(title)
        words, said = (content_stems(text, base_language(self.spoken)) for text in (title, self.said))
        owners = {owner.casefold() for owner in _OWNER.findall(title)} - {owner.casefold() for owner in _OWNER.findall(self.said)}
        return message("answer_foreign") if telling(words) - said or owners else None

    def _unsaid_name(self, title: str) -> Message | None:
        """Nobody can tell a name from a word in a title with capitals, so what has one and was not said is taken for a name."""
        language, said = base_language(self.spoken), set(normalise(self.said).split())
        stems = content_stems(self.said, language)
        for word in _WORD.findall(title)[1:]:
            if word[0].isupper() and normalise(word) not in said and not telling(content_stems(word, language)) <= stems:
                return message("answer_names")
        return None

    def _prompted(self, title: str) -> Message | None:
        """Whether a word of a title stands in the prompt only: of `Covers of coffee machines`, `covers` is from an example."""
        words, said = (content_stems(text, base_language(self.language)) for text in (title, self.said))
        own = content_stems(self.prompt, base_language(self.language))
        return message("answer_copies") if telling(words) & own - said else None

    def _in_sentence_case(self, title: str) -> str:
        """Small letters where the passage has them, too."""
        said = set(_WORD.findall(self.said))
        small = (word.lower() if word.lower() in said else word for word in title.split(" "))
        return " ".join(small)

    def _objection(self, text: str, normal: str) -> Message | None:
        if normal in self.before:
            return message("answer_repeats_part")
        if len(normal.split()) > _LONGEST_SENTENCE:
            return message("answer_flood")
        if is_copy(normal, normalise(self.prompt)):
            return message("answer_copies")
        if self._is_foreign_language(text):
            return message("answer_language")
        if base_language(self.language) == base_language(self.spoken) and not self._is_about(text):
            return message("answer_foreign")
        return None

    def _is_foreign_language(self, text: str) -> bool:
        wanted = base_language(self.language)
        if known_language(wanted):
            return len(text.split()) >= _PIECE and language_of(text) != wanted
        return foreign_script([text], wanted)

    def _is_about(self, text: str) -> bool:
        """Whether enough of its words were said; a refusal shares none but by chance."""
        language = base_language(self.spoken)
        words, said = content_stems(text, language), content_stems(self.said, language)
        own = telling(words)
        least = _LEAST_SHARED_SYLLABLES if language_or_english(language).syllabic else _LEAST_SHARED
        return bool(words & said) and (len(own) < _LEAST_TELLING or len(own & said) >= least * len(own))


def split_answer(answer: str) -> list[str]:
    """The sentences of an answer without marks of lists, headings and emphasis."""
    text = without_thinking(answer)
    sentences = list[str]()
    for line in text.splitlines():
        plain = _MARKUP.sub("", line).strip()
        if plain and not plain.endswith(":"):
            sentences += [part.strip() for part in _SENTENCE.split(plain) if normalise(part)]
    return sentences


def is_copy(normal: str, other: str) -> bool:
    """Whether most of a text stands in another in the same order, or all of a short one."""
    words = normal.split()
    if len(words) < _PIECE:
        return False
    padded = f" {other} "
    pieces = [" ".join(words[at : at + _PIECE]) for at in range(len(words) - _PIECE + 1)]
    return sum(f" {piece} " in padded for piece in pieces) >= max(1, _COPIED_SHARE * len(pieces))
