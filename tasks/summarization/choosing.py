"""Which of several sentences about a passage say most of it."""

from collections import Counter
from collections.abc import Sequence
from math import fsum, sqrt

from tasks.language.codes import base_language
from tasks.language.words import content_stems, normalise, stems_of, telling
from tasks.schema import Claim, Segment


def choose_telling(claims: Sequence[Claim], segments: Sequence[Segment], most: int) -> list[Claim]:
    """At most so many of the claims in their order, which together cover most of the words that the passage says often.

    Greedy maximum coverage (Filatova and Hatzivassiloglou 2004); a long sentence must cover more than a short one.
    """
    said = Counter(
        stem
        for segment in segments
        for word in normalise(segment.text).split()
        for stem in stems_of(word, base_language(segment.language))
    )
    languages = {base_language(segment.language) for segment in segments}
    covers = [
        telling(frozenset[str]().union(*(content_stems(claim.text, language) for language in languages))) for claim in claims
    ]
    chosen, covered = list[int](), frozenset[str]()
    while len(chosen) < min(most, len(claims)):
        left = [at for at in range(len(claims)) if at not in chosen]
        best = max(left, key=lambda at: fsum(said[stem] for stem in covers[at] - covered) / sqrt(len(claims[at].text.split())))
        chosen.append(best)
        covered |= covers[best]
    return [claims[at] for at in sorted(chosen)]
