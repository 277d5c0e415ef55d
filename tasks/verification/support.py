"""Whether the words of a claim have to do with the words of its passage."""

from collections.abc import Sequence
from dataclasses import dataclass

from tasks.language.languages import language_or_english
from tasks.language.messages import message
from tasks.language.tense import told_as_done
from tasks.language.words import content_stems, telling
from tasks.schema import Message, Segment
from tasks.verification.spoken import Spoken

_GAP_S = 10.0
_SUMMARY_GAP_S = 30.0
"""How far around the cited segments the words may lie: for a claim that quotes, and for one that sums up without a quote."""
_LEAST_TELLING = 2
"""Words that a claim must have before their absence says anything."""
_HARDLY_SAID = 1 / 3
_LEAST_SHARE = 0.25
_SHARE_OF_SYLLABLES = 0.3
_CLEARLY_ELSEWHERE = 1.4
"""Weight of a claim's words in another stretch, in words that were said once, from which on it belongs there."""


@dataclass(frozen=True)
class Support:
    """Compares the words of claims with the words of the meeting."""

    spoken: Spoken

    def objection(self, text: str, language: str, cited: Sequence[Segment], quoted: bool) -> Message | None:
        """Why the passage does not carry the claim, or None. Only for claims in the language of the passage."""
        claimed = content_stems(text, language)
        around = claimed & self._said(cited, _SUMMARY_GAP_S)
        shared = claimed & self._said(cited, _GAP_S) if quoted else around
        strange = telling(claimed)
        foreign = len(strange) >= self._least(language) and len(shared) < self._enough(claimed, language)
        if foreign and (quoted or self.spoken.share_said(strange) < _HARDLY_SAID):
            return message("not_said")
        if self._is_from_elsewhere(claimed, around):
            return message("said_elsewhere")
        near = [self.spoken.segments[place].text for place in self.spoken.around(cited)]
        if not quoted and (verb := told_as_done(text, near, language)):
            return message("told_as_done", verb=verb)
        return None

    def carries(self, text: str, language: str, cited: Sequence[Segment], same_language: bool) -> bool:
        """Whether the passage proves the claim without a quote: two of its words stand there, or all if it has fewer."""
        claimed = content_stems(text, language)
        return same_language and len(claimed & self._said(cited, 0.0)) >= min(_LEAST_TELLING, max(1, len(claimed)))

    def _said(self, cited: Sequence[Segment], gap_s: float) -> frozenset[str]:
        """What was said in the cited segments and around them."""
        return frozenset().union(*(self.spoken.stems(place) for place in self.spoken.around(cited, gap_s=gap_s)))

    def _least(self, language: str) -> int:
        return 2 * _LEAST_TELLING if language_or_english(language).syllabic else _LEAST_TELLING

    def _enough(self, claimed: frozenset[str], language: str) -> float:
        """How many words must be shared: one, but of syllables, of which most stand in many words, a share."""
        return max(2.0, _SHARE_OF_SYLLABLES * len(claimed)) if language_or_english(language).syllabic else 1

    def _is_from_elsewhere(self, claimed: frozenset[str], shared: frozenset[str]) -> bool:
        here = sum(self.spoken.weight(stem) for stem in shared)
        if here >= _LEAST_SHARE * sum(self.spoken.weight(stem) for stem in claimed):
            return False
        best = self.spoken.best_stretch(claimed)
        return best >= _CLEARLY_ELSEWHERE and here < _LEAST_SHARE * best
