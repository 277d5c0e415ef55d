"""What the evidence check costs: `python benchmarks/evidence.py`.

A thousand claims against a transcript of ten hours, made from the turns of a sample meeting said again and again with other
words between them. The baseline of the same run is what any check must do: normalise what was said in and next to the cited
segments, anew for each claim, and look for the quote letter by letter.
"""

import json
import random
import sys
import time
from collections.abc import Callable
from pathlib import Path

from rapidfuzz import fuzz

ROOT = Path(__file__).parent.parent
sys.path.insert(0, str(ROOT))

from tasks.language.words import normalise  # noqa: E402
from tasks.schema import Claim, Segment, Transcript, Word, segment_id  # noqa: E402
from tasks.verification.evidence import Checker, Rejected  # noqa: E402
from tests.builders import coverage, recording, transcript  # noqa: E402

SAMPLE = ROOT / "sample_audio" / "2026-04-14-product-launch.truth.json"
SEGMENTS, EACH_S = 9000, 4.0
CLAIMS = 1000
ROUNDS = 5


def main() -> None:
    """Print the table."""
    content = meeting()
    claims = statements(content)
    words = sum(len(segment.words) for segment in content.segments)
    naive = best_of(lambda: naive_check(content, claims))
    cold = best_of(lambda: check(Checker(content), claims))
    warm_checker = Checker(content)
    check(warm_checker, claims)
    warm = best_of(lambda: check(warm_checker, claims))
    print(f"{SEGMENTS} segments, {words} words, {content.segments[-1].end_s / 3600:.1f} h; {CLAIMS} claims")
    print("| what | CPU s | ratio |\n|---|---|---|")
    for name, seconds in (("naive baseline", naive), ("check, first time", cold), ("check, prepared", warm)):
        print(f"| {name} | {seconds:.2f} | {seconds / naive:.2f} |")


def meeting() -> Transcript:
    """Ten hours of talk in which no two turns are the same."""
    pick = random.Random(1)
    turns = [turn for turn in json.loads(SAMPLE.read_text(encoding="utf-8"))["turns"] if len(turn["text"].split()) > 4]
    vocabulary = [
        f"{start}{middle}{end}" for start in "bdfgklmnpr" for middle in ("ana", "elo", "iru", "oma") for end in "dklmnrst"
    ]
    segments = [segment(number, turns[number % len(turns)], pick.choices(vocabulary, k=4)) for number in range(1, SEGMENTS + 1)]
    return transcript(*segments, recording=recording(), coverage=coverage(segments=SEGMENTS))


def segment(number: int, turn: dict[str, str], extra: list[str]) -> Segment:
    """One turn with words of its own, every word with its times."""
    spoken = [*turn["text"].split(), *extra]
    start_s, each_s = EACH_S * number, EACH_S / len(spoken)
    words = tuple(
        Word(text=text, start_s=start_s + each_s * place, end_s=start_s + each_s * (place + 1))
        for place, text in enumerate(spoken)
    )
    text = " ".join(spoken)
    return Segment(
        id=segment_id(number),
        start_s=start_s,
        end_s=words[-1].end_s,
        text=text,
        language="en",
        speaker=turn["speaker"],
        words=words,
    )


def statements(content: Transcript) -> list[Claim]:
    """Claims with exact, normalised, slightly wrong and invented quotes, and some without any."""
    pick = random.Random(2)
    return [statement(pick.randrange(SEGMENTS - 2), number, content) for number in range(CLAIMS)]


def statement(place: int, number: int, content: Transcript) -> Claim:
    """One claim about two turns."""
    first, second = content.segments[place : place + 2]
    quotes = (first.text, first.text.upper(), f"{first.text[:20]}x{first.text[21:]}", "we should buy a helicopter", None)
    text = second.text if number % 7 == 0 else f"They said that {first.text.lower()}"
    return Claim(text=text, segment_ids=(first.id, second.id), quote=quotes[number % len(quotes)])


def check(checker: Checker, claims: list[Claim]) -> int:
    """How many claims are proved."""
    return sum(is_proved(checker, claim) for claim in claims)


def is_proved(checker: Checker, claim: Claim) -> bool:
    """Whether the check lets it through."""
    try:
        checker.prove(claim)
    except Rejected:
        return False
    return True


def naive_check(content: Transcript, claims: list[Claim]) -> int:
    """How many quotes stand near their segments, everything computed anew for each claim."""
    found = 0
    for claim in claims:
        place = next(index for index, segment in enumerate(content.segments) if segment.id == claim.segment_ids[0])
        nearby = " ".join(normalise.__wrapped__(segment.text) for segment in content.segments[max(0, place - 2) : place + 4])
        found += fuzz.partial_ratio(normalise.__wrapped__(claim.quote or claim.text), nearby) >= 90
    return found


def best_of(work: Callable[[], int]) -> float:
    """Least processor seconds of some rounds."""
    taken = []
    for _ in range(ROUNDS):
        normalise.cache_clear()
        started = time.process_time()
        work()
        taken.append(time.process_time() - started)
    return min(taken)


if __name__ == "__main__":
    main()
