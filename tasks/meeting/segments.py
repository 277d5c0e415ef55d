"""Words to segments: short stretches that break where the speaker pauses."""

from collections.abc import Iterable, Sequence

from tasks.language.codes import base_language
from tasks.language.scripts import UNSPACED
from tasks.schema import Segment, Word, segment_id

PAUSE_S = 0.45
SENTENCE_PAUSE_S = 0.1
"""After a sentence a shorter pause is enough; none at all is an abbreviation, or a decimal point."""
LONGEST_S = 20.0
SENTENCE_ENDS = (".", "!", "?", "…", "。", "！", "？")


def to_segments(words: Iterable[Word], language: str) -> list[Segment]:
    """Segments numbered from 1; every word is in exactly one."""
    return [make_segment(number, group, language) for number, group in enumerate(_groups(words), start=1)]


def in_order(segments: Iterable[Segment]) -> list[Segment]:
    """Segments sorted by their start and numbered anew."""
    ordered = sorted(segments, key=lambda segment: segment.start_s)
    return [segment.model_copy(update={"id": segment_id(number)}) for number, segment in enumerate(ordered, start=1)]


def make_segment(number: int, words: Sequence[Word], language: str, speaker: str | None = None) -> Segment:
    """One segment over these words."""
    return Segment(
        id=segment_id(number),
        start_s=words[0].start_s,
        end_s=words[-1].end_s,
        text=readable([word.text for word in words], language),
        language=language,
        speaker=speaker,
        words=tuple(words),
        confidence=mean_confidence(words),
    )


def mean_confidence(words: Iterable[Word]) -> float | None:
    """The engine's belief in these words, weighted by their length; None if it does not say."""
    known = [(word.confidence, max(word.duration_s, 1e-3)) for word in words if word.confidence is not None]
    total = sum(seconds for _, seconds in known)
    return round(sum(belief * seconds for belief, seconds in known) / total, 3) if known else None


def readable(words: Sequence[str], language: str = "en") -> str:
    """Words as a line of text: first letter and a lone `i` in capitals, nothing else changed."""
    between = "" if base_language(language) in UNSPACED else " "
    text = between.join("I" + word[1:] if word == "i" or word.startswith("i'") else word for word in words).strip()
    return text[:1].upper() + text[1:]


def _groups(words: Iterable[Word]) -> list[list[Word]]:
    groups: list[list[Word]] = []
    for word in words:
        if groups and _goes_on(groups[-1], word):
            groups[-1].append(word)
        else:
            groups.append([word])
    return groups


def _goes_on(group: Sequence[Word], word: Word) -> bool:
    pause_s = word.start_s - group[-1].end_s
    ended = group[-1].text.endswith(SENTENCE_ENDS) and len(group) > 1
    return pause_s < (SENTENCE_PAUSE_S if ended else PAUSE_S) and word.end_s - group[0].start_s < LONGEST_S
