"""Whether a claim says the opposite of its passage, where the words leave no doubt."""

import re
from collections.abc import Container, Iterator

from tasks.language.languages import language_or_english
from tasks.language.words import content_stems, normalise, telling

_HARMLESS = re.compile(
    r"\b(?:not only|not just|not sure|not until|not more than|no more than|not less than|no later than|not later than|no problem|"
    r"no doubt|why not|why don't|don't forget|do not forget|don't mind|don't worry|can't wait|not bad|isn't it|aren't we|"
    r"won't we|don't we|doesn't it|if not|or not|don't you|can't we|couldn't we|wouldn't|whether|không chỉ|được không|phải không|"
    r"đúng không|có \w+(?: \w+)? không|hay không|chưa biết|không biết|chưa rõ|"
    r"do not know|don't know|didn't know|not clear|không sao|không những)\b"
)
_OTHERWISE = re.compile(
    r"\b(?:only|drop\w*|remov\w*|exclud\w*|avoid\w*|reject\w*|refus\w*|cancel\w*|skip\w*|stop\w*|scrap\w*|leav\w* out|instead|"
    r"rather|fail\w*|lack\w*|miss\w*|unable|against|den(?:y|ied|ies)|declin\w*|prevent\w*|less|fewer|few|hardly|"
    r"barely|too|unless|"
    r"impossible|unlikely|forb\w+|keep\w* from|free of|rid|except|but|yet|still|hủy|bỏ|thôi|chỉ|ngoài|trừ|thay vì|"
    r"từ chối|ngừng|dừng|hoãn)\b"
)
_CLAUSE = re.compile(
    r"[.!?;,:\n]+\s*|\s+(?=(?:but|because|so that|although|while|and (?:we|i|it|they|you|he|she|the)|nhưng|vì|còn)\b)"
)
_LONGEST_CLAUSE = 14
"""Words beyond which a stretch without punctuation holds more than one statement."""
_LEAST_SHARED = 0.75
_LEAST_WORDS = 2


def contradicts(text: str, passage: str, language: str, people: Container[str]) -> bool:
    """Whether a clause of the passage has nearly all words of the claim and only one of the two is negated."""
    claim, said = normalise(text), normalise(passage)
    negated, denied = _is_negated(claim, language), _is_negated(said, language)
    if negated == denied:
        return False
    stems = content_stems(" ".join(word for word in claim.split() if word not in people), language) - _negations(language)
    stems = telling(stems) if negated else stems
    if len(stems) < _LEAST_WORDS or _unclear(claim) or f" {claim} " in f" {said} ":
        return False
    least = 1.0 if negated else _LEAST_SHARED
    agreeing = opposing = 0.0
    for clause in clauses(passage):
        plain = normalise(clause)
        shared = len(stems & content_stems(plain, language)) / len(stems)
        unclear = _unclear(plain) or clause.rstrip().endswith("?") or len(plain.split()) > _LONGEST_CLAUSE
        if unclear or _is_negated(plain, language) == negated:
            agreeing = max(agreeing, shared)
        else:
            opposing = max(opposing, shared)
    return opposing >= least and opposing > agreeing


def negates(text: str, language: str) -> bool:
    """Whether a sentence says that something is not so, or is not done: `do not forget` does not."""
    return _is_negated(_HARMLESS.sub(" ", normalise(text)), language)


def count_negations(text: str, language: str) -> int:
    """How many words of a sentence deny something."""
    return len(re.findall(language_or_english(language).negation, f"so {normalise(text)}"))


def clauses(passage: str) -> Iterator[str]:
    """The parts of a passage that state something each."""
    position = 0
    for match in _CLAUSE.finditer(passage):
        yield passage[position : match.end()]
        position = match.end()
    yield passage[position:]


def _is_negated(text: str, language: str) -> bool:
    return bool(re.search(language_or_english(language).negation, text))


def _unclear(text: str) -> bool:
    return bool(_HARMLESS.search(text) or _OTHERWISE.search(text))


def _negations(language: str) -> frozenset[str]:
    return content_stems(" ".join(language_or_english(language).negation_words), language)
