"""How well a transcript is cut by topic: `python benchmarks/sections.py`.

Pieces of different meetings one after the other (Choi 2000), of which the true borders are known: 40 to 120 utterances of AMI
meetings (CC BY 4.0, not part of this repository), and 6 to 25 lines of written meetings in English and in Vietnamese.
Pk (Beeferman et al. 1999) and WindowDiff (Pevzner and Hearst 2002), 0 is best, in units of a segment; beside ours as many cuts
at even distance, and no cut at all. The wanted length of a section is the true mean, which no real meeting tells.
"""

import argparse
import random
import sys
from collections import defaultdict
from collections.abc import Sequence
from itertools import accumulate
from pathlib import Path

sys.path.insert(0, str(Path(__file__).parent.parent))
from annotated_meetings import DATA, read_meeting
from as_captions import Line, transcript_of_lines
from written_truth import FOLDER, written_meetings

from tasks.schema import Segment, Transcript, segment_id
from tasks.summarization.sections import count_words, cut_sections

Pieces = list[Sequence[Segment]]


def main() -> None:
    """Print the table."""
    said = arguments()
    print("| material | pieces | cuts | Pk | WindowDiff | even: Pk | WindowDiff | none: Pk |\n|---|---|---|---|---|---|---|---|")
    for name, documents, language in (
        ("AMI", from_ami(said.data, said.documents), "en"),
        ("written, English", from_written("en", said.documents), "en"),
        ("written, Vietnamese", from_written("vi", said.documents), "vi"),
    ):
        if documents:
            print(f"| {name} | {sum(map(len, documents))} | {' | '.join(judge(documents, language))} |", flush=True)


def judge(documents: Sequence[Pieces], language: str) -> list[str]:
    """The cells of one row: cuts made, then means over the documents."""
    made, sums = 0, [0.0] * 5
    for pieces in documents:
        content = joined(pieces, language)
        true = list(accumulate(len(piece) for piece in pieces))[:-1]
        words = sum(map(count_words, content.segments))
        ours = list(accumulate(len(section.segments) for section in cut_sections(content, words / len(pieces))))[:-1]
        figures = (*errors(true, ours, content), *errors(true, even(content, len(ours)), content), errors(true, [], content)[0])
        made, sums = made + len(ours), [total + figure for total, figure in zip(sums, figures, strict=True)]
    return [str(made), *(f"{total / len(documents):.3f}" for total in sums)]


def errors(true: Sequence[int], found: Sequence[int], content: Transcript) -> tuple[float, float]:
    """Pk and WindowDiff."""
    count = len(content.segments)
    window = max(2, round(count / (len(true) + 1) / 2))
    before = [list(accumulate(at in cuts for at in range(count))) for cuts in (set(true), set(found))]
    crossed = [[sums[at + window] - sums[at] for at in range(count - window)] for sums in before]
    pairs = list(zip(*crossed, strict=True))
    return sum((a == 0) != (b == 0) for a, b in pairs) / len(pairs), sum(a != b for a, b in pairs) / len(pairs)


def even(content: Transcript, cuts: int) -> list[int]:
    """So many cuts at even distance in words."""
    so_far = list(accumulate(count_words(segment) for segment in content.segments))
    return [next(at for at, words in enumerate(so_far) if words >= so_far[-1] * n / (cuts + 1)) for n in range(1, cuts + 1)]


def joined(pieces: Pieces, language: str) -> Transcript:
    """One transcript of all pieces, which nobody but the words tells apart."""
    texts = [segment.text for piece in pieces for segment in piece]
    lines = [Line(float(at), at + 0.9, "A", text) for at, text in enumerate(texts)]
    content = transcript_of_lines([Line(0.0, 0.9, "A", "x")], "2026-01-01-joined")
    segments = tuple(
        Segment(id=segment_id(n), start_s=line.start_s, end_s=line.end_s, text=line.text, language=language, speaker="A")
        for n, line in enumerate(lines, 1)
    )
    return content.model_copy(update={"segments": segments, "language": language})


def from_ami(folder: Path, documents: int) -> list[Pieces]:
    """Documents of five stretches, each of another series of meetings."""
    series = defaultdict[str, list[Path]](list)
    for path in sorted(folder.glob("*.json")):
        series[path.stem[:-1]].append(path)
    pick = random.Random("ami")
    return [
        [
            stretch(read_meeting(pick.choice(series[name])).transcript.segments, 40, 120, pick)
            for name in pick.sample(sorted(series), 5)
        ]
        for _ in range(documents if len(series) >= 5 else 0)
    ]


def from_written(language: str, documents: int) -> list[Pieces]:
    """Documents of four to eight stretches, each of another written meeting."""
    meetings = [meeting for meeting in written_meetings(FOLDER.with_name("training_meetings")) if meeting.language == language]
    pick = random.Random(language)
    return [
        [stretch(segments_of(meeting.lines), 6, 25, pick) for meeting in pick.sample(meetings, pick.randint(4, 8))]
        for _ in range(documents)
    ]


def segments_of(lines: Sequence[Line]) -> list[Segment]:
    """Lines of a written meeting."""
    return [
        Segment(id=segment_id(n), start_s=line.start_s, end_s=line.end_s, text=line.text, language="und", speaker=line.speaker)
        for n, line in enumerate(lines, 1)
    ]


def stretch(segments: Sequence[Segment], least: int, most: int, pick: random.Random) -> Sequence[Segment]:
    """Some of the segments in a row."""
    length = min(len(segments), pick.randint(least, most))
    start = pick.randint(0, len(segments) - length)
    return segments[start : start + length]


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of AMI meetings, one JSON file each")
    parser.add_argument("--documents", type=int, default=40, help="of each material")
    return parser.parse_args()


if __name__ == "__main__":
    main()
