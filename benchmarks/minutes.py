"""How faithful the minutes are to what people wrote about real meetings: `python benchmarks/minutes.py --backend extractive`.

Meetings come as JSON files: timed utterances, and what people wrote about them, every sentence linked to the utterances that
prove it (the AMI corpus, CC BY 4.0, is meant; it is not part of this repository). Each becomes a transcript with one segment an
utterance, then minutes by the stages' own code. A decision, action or sentence of the abstract is found when the minutes hold
one whose cited segments touch its linked utterances; those without a link cannot be found and are not counted. Precision is the
share of the minutes' own that touch one of the people's. ROUGE is F1 with stemming between summary and abstract; it grows with
length, hence the words.

Baselines in the same run: the first five long utterances; five random ones, with as many random decisions and actions as the
minutes have; and the first ones, and random ones, until they are as long as the summary. `told` are the sentences of summary and
topics together, `touched` the share of the abstract's sentences that one of them touches, `blank` how many parts a reader would
miss: a summary or a topic without a sentence. Where the configuration lets a model word sentences anew, that is in the seconds.

`--readings FILE` writes for people who judge by eye: `--draw N` sentences of the summaries and topics and as many tasks, drawn by
chance from all meetings, each as it is printed, with the talk around it and what the model wrote.
"""

import argparse
import json
import random
import sys
from collections import defaultdict
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import asdict, dataclass
from itertools import accumulate
from pathlib import Path
from time import perf_counter
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))
from annotated_meetings import DATA, Meeting, Parts, chosen_files, read_meeting

from configs.load import LoadedConfig, load_config
from flows.device import resolve_device
from tasks.actions.extractor import ActionExtractor
from tasks.engine.pool import ModelPool
from tasks.enrichment import enrich
from tasks.errors import MinutesError
from tasks.evaluation.passages import Matches
from tasks.evaluation.summary import rouge, summary_text, told_points
from tasks.meeting.passages import passage_before
from tasks.schema import (
    ActionItem,
    Evidence,
    Findings,
    Minutes,
    Notes,
    NoticeKind,
    Rewordings,
    Segment,
    SummaryPoint,
    Transcript,
)
from tasks.summarization.chat import ChatSummarizer
from tasks.summarization.summarizer import Brief, Summarizer
from tasks.verification.minutes import compose_minutes
from tasks.verification.reworded import with_rewordings

SENTENCES = 5
"""Of a baseline."""
SEED = 2026
"""Of what is drawn for the readings."""
COLUMNS = ("meeting", "segments", "read", "points", "words", "abstract recall", "precision", "decisions", "recall", "precision",
           "actions", "recall", "precision", "proved", "told", "touched", "blank", "ROUGE-1", "ROUGE-2", "ROUGE-L", "seconds",
           "s an hour")  # fmt: skip
Segments = Sequence[Segment]
NOTHING = Matches()


@dataclass(frozen=True)
class Row:
    """What was measured in one meeting."""

    meeting: str
    segments: int
    points: int
    words: int
    summary: Matches
    decisions: Matches
    actions: Matches
    rouge: tuple[float, ...]
    read: int = 0
    proved: int = 0
    claims: int = 0
    seconds: float = 0.0
    failures: tuple[str, ...] = ()
    told: Matches = NOTHING
    blank: int = 0
    hours: float = 0.0


class Printed(NamedTuple):
    """A sentence or a task of the minutes as a reader gets it, and where it comes from."""

    is_task: bool
    meeting: str
    shown: str
    spoken: str
    written: str | None
    """By the model; None if it was not asked or gave no answer."""
    talk: tuple[str, ...]


def main() -> int:
    """Print the table; 1 if a stage failed in a meeting."""
    said = arguments()
    backend = [f"summarization.backend={said.backend}"] if said.backend else []
    loaded = load_config(said.config, [*backend, *said.overrides])
    rows, baselines, printed = measure(chosen_files(said.data, said.meetings, said.limit), loaded)
    if said.readings:
        said.readings.write_text("\n".join(drawn(printed, said.draw)), encoding="utf-8")
    if said.json:
        content = {"config": loaded.config.model_dump(mode="json"), "meetings": [asdict(row) for row in rows]}
        said.json.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
    report(rows, baselines)
    return 1 if any(row.failures for row in rows) else 0


def measure(paths: Sequence[Path], loaded: LoadedConfig) -> tuple[list[Row], dict[str, list[Row]], list[Printed]]:
    """Rows of the minutes and of each baseline, and what is printed; engines are opened before the clock starts."""
    config, rows, baselines, printed = loaded.config, list[Row](), defaultdict[str, list[Row]](list), list[Printed]()
    device, started = resolve_device(config.hardware.device), perf_counter()
    with (
        ModelPool() as pool,
        pool.backend("summarization", config.summarization, device, Summarizer) as summarizer,
        pool.backend("actions", config.actions, device, ActionExtractor) as extractor,
    ):
        print_head(loaded, perf_counter() - started)
        for meeting in map(read_meeting, paths):
            brief, started = config.summarization.brief(meeting.transcript), perf_counter()
            minutes, written = make_minutes(meeting.transcript, summarizer, extractor, brief, config.summarization.rewrite)
            rows.append(judge(meeting, minutes, perf_counter() - started))
            printed += printed_in(meeting, minutes, written)
            print_row(rows[-1])
            for name, row in compare(meeting, rows[-1]).items():
                baselines[name].append(row)
    return rows, baselines, printed


def make_minutes(
    content: Transcript, summarizer: Summarizer, extractor: ActionExtractor, brief: Brief, rewrite: bool
) -> tuple[Minutes, Rewordings]:
    """The minutes as the product makes them, and what a model wrote anew. A stage that fails leaves its part empty."""
    notes = enrich("summarization", lambda: summarizer.summarize(content.spoken, brief), Notes(), "so the summary is missing")
    findings = enrich("actions", lambda: extractor.extract(content.spoken), Findings(), "so its findings are missing")
    minutes = compose_minutes(content, notes, findings, "benchmark", "benchmark")
    if not rewrite or not isinstance(summarizer, ChatSummarizer):
        return minutes, Rewordings()
    written = enrich("rewriting", lambda: summarizer.rewrite(content, minutes), Rewordings(), "so the spoken words stay")
    return with_rewordings(content, minutes, written), written


# Reading


def printed_in(meeting: Meeting, minutes: Minutes, written: Rewordings) -> Iterator[Printed]:
    """Each sentence of summary and topics once, and each task."""
    points = (*minutes.summary, *(point for topic in minutes.topics for point in topic.points))
    items: dict[str, ActionItem | SummaryPoint] = {item.id: item for item in (*points, *minutes.action_items)}
    for item in items.values():
        if isinstance(item, ActionItem):
            shown = f"{item.owner or 'nobody'}: {item.task}, {item.due_phrase or 'no day'}"
        else:
            shown = item.text
        passage = passage_before(meeting.transcript, item.evidence.segment_ids)
        talk = tuple(f"{meeting.transcript.name_of(part.speaker) or part.speaker}: {part.text}" for part in passage)
        yield Printed(isinstance(item, ActionItem), meeting.name, shown, item.evidence.quote, written.texts.get(item.id), talk)


def drawn(printed: Sequence[Printed], count: int) -> Iterator[str]:
    """So many sentences and so many tasks, drawn by chance, as text for people."""
    pick = random.Random(SEED)
    for is_task in (False, True):
        some = [each for each in printed if each.is_task is is_task]
        for number, each in enumerate(pick.sample(some, min(count, len(some))), start=1):
            yield f"## {'task' if is_task else 'sentence'} {number} ({each.meeting})\n"
            yield from (f"    {line}" for line in each.talk)
            yield f"\nsaid: {each.spoken}\nmodel: {each.written or '-'}\nprinted: {each.shown}\n"


# Judging


def judge(meeting: Meeting, minutes: Minutes, seconds: float) -> Row:
    """Minutes beside what people wrote."""
    proved = sum(map(len, (minutes.summary, minutes.topics, minutes.decisions, minutes.action_items, minutes.open_questions)))
    text = summary_text(minutes)
    return Row(
        meeting=meeting.name,
        segments=minutes.coverage.segments,
        points=len(minutes.summary),
        words=len(text.split()),
        summary=touching(cited(point.evidence for point in minutes.summary), meeting.sentences),
        decisions=touching(cited(item.evidence for item in minutes.decisions), meeting.decisions),
        actions=touching(cited(item.evidence for item in minutes.action_items), meeting.actions),
        rouge=rouge(meeting.abstract, text, "en"),
        read=minutes.coverage.segments_read,
        told=touching(cited(point.evidence for point in told_points(minutes)), meeting.sentences),
        blank=(not minutes.summary) + sum(not topic.text for topic in minutes.topics),
        hours=minutes.coverage.duration_ms / 3_600_000,
        proved=proved,
        claims=proved + len(minutes.unverified),
        seconds=seconds,
        failures=tuple(notice.message for notice in minutes.warnings if notice.kind is NoticeKind.FAILED),
    )


def compare(meeting: Meeting, row: Row) -> dict[str, Row]:
    """What somebody would have done who does not understand a word."""
    pick, long = random.Random(meeting.name), meeting.long
    sample = [pick.sample(long, min(count, len(long))) for count in (SENTENCES, row.decisions.ours, row.actions.ours)]
    shuffled = pick.sample(long, len(long))
    return {
        f"first {SENTENCES}": guess(meeting, long[:SENTENCES]),
        f"random {SENTENCES}": guess(meeting, *sample),
        "first, as long": guess(meeting, as_long(long, row.words)),
        "random, as long": guess(meeting, as_long(shuffled, row.words)),
    }


def as_long(segments: Segments, words: int) -> Segments:
    """As many of them as it takes to reach a number of words."""
    so_far = accumulate((len(segment.text.split()) for segment in segments), initial=0)
    return [segment for segment, before in zip(segments, so_far, strict=False) if before < words]


def guess(meeting: Meeting, summary: Segments, decisions: Segments = (), actions: Segments = ()) -> Row:
    """A row for utterances that were picked blindly."""
    text = " ".join(segment.text for segment in summary)
    kinds = ((summary, meeting.sentences), (decisions, meeting.decisions), (actions, meeting.actions))
    told = [touching([frozenset({segment.id}) for segment in picked], human) for picked, human in kinds]
    return Row(
        meeting.name,
        len(meeting.transcript.segments),
        len(summary),
        len(text.split()),
        *told,
        rouge(meeting.abstract, text, "en"),
    )


def touching(ours: Parts, human: Parts) -> Matches:
    """Two passages touch when they share a segment."""
    return Matches.between(ours, human, frozenset.__and__)


def cited(proofs: Iterable[Evidence]) -> Parts:
    """The segments of each proof."""
    return [frozenset(proof.segment_ids) for proof in proofs]


# The table


def print_head(loaded: LoadedConfig, seconds: float) -> None:
    """What is measured, and the names of the columns."""
    choice, actions = loaded.config.summarization, loaded.config.actions
    print(f"config {loaded.name}: summary by {choice.backend} {json.dumps(choice.options)}, detail {choice.detail};", end=" ")
    print(f"decisions and actions by {actions.backend} and by the summary's engine if it gives any; opened in {seconds:.1f} s\n")
    print(f"| {' | '.join(COLUMNS)} |\n|{'---|' * len(COLUMNS)}", flush=True)


def report(rows: list[Row], baselines: dict[str, list[Row]]) -> None:
    """The sums under the table, the baselines, the ratios to them, and what failed."""
    total, blind = summed("all", rows), [summed(name, others) for name, others in baselines.items()]
    for row in (total, *blind):
        print_row(row)
    print(f"\n{len(rows)} meetings, the slowest {max(row.seconds for row in rows):.2f} s")
    for row in blind:
        ratios = ", ".join(ratio(ours, theirs) for ours, theirs in zip(total.rouge, row.rouge, strict=True))
        print(f"ROUGE-1, -2, -L of '{row.meeting}' times {ratios}")
    for row in rows:
        for failure in row.failures:
            print(f"{row.meeting}: {failure}")


def summed(name: str, rows: list[Row]) -> Row:
    """One row for many: counts added up, ROUGE and seconds averaged over meetings."""
    counts = {
        field: sum(getattr(row, field) for row in rows)
        for field in ("segments", "points", "words", "read", "proved", "claims", "blank")
    }
    told = {field: sum((getattr(row, field) for row in rows), Matches()) for field in ("summary", "decisions", "actions", "told")}
    means = tuple(sum(values) / len(rows) for values in zip(*(row.rouge for row in rows), strict=True))
    return Row(
        meeting=name,
        rouge=means,
        seconds=sum(row.seconds for row in rows) / len(rows),
        hours=sum(row.hours for row in rows) / len(rows),
        **counts,
        **told,
    )


def print_row(row: Row) -> None:
    """One line of the table."""
    cells = [row.meeting, f"{row.segments}", share(row.read, row.segments), f"{row.points}", f"{row.words}", *shares(row.summary)]
    cells += [f"{row.decisions.ours}", *shares(row.decisions), f"{row.actions.ours}", *shares(row.actions)]
    cells += [share(row.proved, row.claims), f"{row.told.ours}", share(row.told.found, row.told.human), f"{row.blank}"]
    cells += [*(f"{value:.3f}" for value in row.rouge), f"{row.seconds:.2f}", pace(row)]
    print(f"| {' | '.join(cells)} |", flush=True)


def pace(row: Row) -> str:
    """Seconds for an hour of meeting."""
    return f"{row.seconds / row.hours:.0f}" if row.hours else "-"


def shares(told: Matches) -> tuple[str, str]:
    """Recall and precision."""
    return share(told.found, told.human), share(told.right, told.ours)


def ratio(ours: float, theirs: float) -> str:
    """How many times as much."""
    return f"{ours / theirs:.2f}" if theirs else "-"


def share(part: int, whole: int) -> str:
    """Percent, or a dash where there is nothing to share."""
    return f"{100 * part / whole:.0f} %" if whole else "-"


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--data", type=Path, default=DATA, help="folder of meetings, one JSON file each")
    parser.add_argument("--config", default="embedded", help="configuration: a packaged name or a path")
    parser.add_argument("--backend", help="summarization backend, instead of the configuration's")
    parser.add_argument("--set", action="append", default=[], dest="overrides", metavar="KEY=VALUE", help="as for `minutes run`")
    parser.add_argument("--meetings", nargs="+", metavar="NAME", help="only these")
    parser.add_argument("--limit", type=int, metavar="N", help="only the first N")
    parser.add_argument("--readings", type=Path, metavar="FILE", help="write there what people read")
    parser.add_argument("--draw", type=int, default=60, metavar="N", help="sentences, and tasks, in that file (60)")
    parser.add_argument("--json", type=Path, metavar="FILE", help="write the figures of every meeting there too")
    return parser.parse_args()


if __name__ == "__main__":
    try:
        sys.exit(main())
    except MinutesError as error:
        sys.exit(str(error))
