"""The figures of one recording: its minutes beside what people wrote down of it."""

from collections.abc import Iterator
from typing import NamedTuple

from tasks.evaluation.bootstrap import Range, Ratio
from tasks.evaluation.passages import Matches, Place, same_place
from tasks.evaluation.references import Reference, ReferenceTask
from tasks.evaluation.speakers import COLLARS, KINDS, speaker_errors
from tasks.evaluation.summary import ROUGE, rouge, summary_text, told_points
from tasks.evaluation.words import character_errors, errors_by_speaker, word_errors, words_of
from tasks.language.codes import base_language
from tasks.schema import ActionItem, Minutes, Transcript
from tasks.transcription.belief import doubtful_places


class FigureKind(NamedTuple):
    """What is measured, and how it is shown."""

    title: str
    less_is_better: bool | None = False
    """None for what is neither good nor bad."""
    percent: bool = True


KINDS_OF_FIGURES = {
    "wer": FigureKind("WER", True),
    "cer": FigureKind("CER", True),
    "der": FigureKind("DER", True),
    "der_missed": FigureKind("DER, missed", True),
    "der_false_alarm": FigureKind("DER, false alarm", True),
    "der_confusion": FigureKind("DER, confusion", True),
    "der_collar": FigureKind(f"DER, collar {COLLARS[1]} s", True),
    "tasks_recall": FigureKind("tasks, recall"),
    "tasks_precision": FigureKind("tasks, precision"),
    "owners_right": FigureKind("owners right"),
    "dates_right": FigureKind("dates right"),
    "decisions_recall": FigureKind("decisions, recall"),
    "decisions_precision": FigureKind("decisions, precision"),
    "proved": FigureKind("claims proved"),
    "abstract_touched": FigureKind("abstract touched"),
    "rouge1": FigureKind("ROUGE-1"),
    "rouge2": FigureKind("ROUGE-2"),
    "rougeL": FigureKind("ROUGE-L"),
    "coverage": FigureKind("coverage"),
    "doubted": FigureKind("doubted speech", None),
    "real_time_factor": FigureKind("real-time factor", True, percent=False),
}
"""Key in evaluation.json -> what it is, in the order of the tables."""
CHIEF = ("wer", "der", "tasks_recall", "tasks_precision", "decisions_recall", "decisions_precision", "rouge1", "coverage",
         "real_time_factor")  # fmt: skip
"""What the table has for each recording."""
Figures = dict[str, Ratio]


def shown_value(key: str, value: float | None) -> str:
    """A figure as people read it."""
    if value is None:
        return "-"
    return f"{100 * value:.1f} %" if KINDS_OF_FIGURES[key].percent else f"{value:.3f}"


def shown_difference(key: str, change: float) -> str:
    """By how much a figure differs, as people read it: percentages by points."""
    return f"{100 * change:+.1f}" if KINDS_OF_FIGURES[key].percent else f"{change:+.3f}"


def shown_range(key: str, found: Range | None) -> str:
    """An interval as people read it."""
    return f"{shown_value(key, found.low)} to {shown_value(key, found.high)}" if found else "-"


def figures_of(reference: Reference, minutes: Minutes, transcript: Transcript) -> Figures:
    """Every figure that the reference allows, time aside; those that need no reference always."""
    spoken = transcript.spoken
    found = dict(_of_words(reference, spoken)) | dict(_of_speakers(reference, spoken)) | dict(_of_items(reference, minutes))
    return found | dict(_of_summary(reference, minutes, spoken.language)) | dict(_without_reference(minutes, spoken))


def errors_of_speakers(reference: Reference, transcript: Transcript) -> dict[str, Ratio]:
    """Word errors of each speaker whom the reference names."""
    language = base_language(reference.language or transcript.language)
    said = [(line.speaker, words_of(line.text, language)) for line in reference.lines]
    found = errors_by_speaker(said, _written(transcript.spoken, language))
    return {name: Ratio(*count) for name, count in found.items()}


def _written(transcript: Transcript, language: str) -> list[str]:
    return words_of(" ".join(segment.text for segment in transcript.segments), language)


def _of_words(reference: Reference, transcript: Transcript) -> Iterator[tuple[str, Ratio]]:
    if reference.words is None:
        return
    language = base_language(reference.language or transcript.language)
    said = words_of(reference.words, language)
    written = _written(transcript, language)
    for name, errors in (("wer", word_errors(said, written)), ("cer", character_errors(said, written))):
        yield name, Ratio(*errors)


def _of_speakers(reference: Reference, transcript: Transcript) -> Iterator[tuple[str, Ratio]]:
    if not reference.turns:
        return
    exact, wide = (speaker_errors(reference.turns, transcript.turns, collar) for collar in COLLARS)
    yield "der", Ratio(sum(exact[kind] for kind in KINDS), exact["total"])
    for name, kind in zip(("der_missed", "der_false_alarm", "der_confusion"), KINDS, strict=True):
        yield name, Ratio(exact[kind], exact["total"])
    yield "der_collar", Ratio(sum(wide[kind] for kind in KINDS), wide["total"])


def _of_items(reference: Reference, minutes: Minutes) -> Iterator[tuple[str, Ratio]]:
    if reference.tasks is not None:
        yield from _found("tasks", Matches.between(minutes.action_items, reference.tasks, _is_task))
        yield from _details(reference.tasks, minutes.action_items)
    if reference.decisions is not None:
        ours = [(decision.evidence,) for decision in minutes.decisions]
        human = [decision.at for decision in reference.decisions]
        yield from _found("decisions", Matches.between(ours, human, same_place))


def _found(what: str, told: Matches) -> Iterator[tuple[str, Ratio]]:
    yield f"{what}_recall", Ratio(told.found, told.human)
    yield f"{what}_precision", Ratio(told.right, told.ours)


def _is_task(item: ActionItem, true: ReferenceTask) -> bool:
    return same_place(said_at(item), true.at)


def said_at(item: ActionItem) -> Place:
    """Where a task was asked for and promised."""
    return (item.evidence, item.accepted) if item.accepted else (item.evidence,)


def _details(tasks: tuple[ReferenceTask, ...], items: tuple[ActionItem, ...]) -> Iterator[tuple[str, Ratio]]:
    """Of the tasks that were found, those with the right owner and the right day."""
    found = [(true, near) for true in tasks if (near := [item for item in items if _is_task(item, true)])]
    owners = [any(_same_person(item.owner, true.owner) for item in near) for true, near in found if true.says("owner")]
    days = [any(item.due_date == true.due for item in near) for true, near in found if true.says("due")]
    yield "owners_right", Ratio(sum(owners), len(owners))
    yield "dates_right", Ratio(sum(days), len(days))


def _same_person(found: str | None, true: str | None) -> bool:
    """Whether two names may be of one person: `Helen` and `Helen Brown`."""
    one, other = (frozenset((name or "").casefold().split()) for name in (found, true))
    return one <= other or other <= one if one and other else one == other


def _of_summary(reference: Reference, minutes: Minutes, language: str) -> Iterator[tuple[str, Ratio]]:
    if not reference.abstract:
        return
    abstract = " ".join(sentence.text for sentence in reference.abstract)
    scores = rouge(abstract, summary_text(minutes), base_language(reference.language or language))
    yield from ((name, Ratio(score, 1)) for name, score in zip(ROUGE, scores, strict=True))
    if placed := [sentence.at for sentence in reference.abstract if sentence.at]:
        told = Matches.between([(point.evidence,) for point in told_points(minutes)], placed, same_place)
        yield "abstract_touched", Ratio(told.found, told.human)


def _without_reference(minutes: Minutes, transcript: Transcript) -> Iterator[tuple[str, Ratio]]:
    printed = sum(map(len, (minutes.summary, minutes.topics, minutes.decisions, minutes.action_items, minutes.open_questions)))
    yield "proved", Ratio(printed, printed + len(minutes.unverified))
    coverage = minutes.coverage
    yield "coverage", Ratio(coverage.transcribed_ms + coverage.silence_ms, coverage.duration_ms)
    words = [word for segment in transcript.segments for word in segment.words if word.confidence is not None]
    yield "doubted", Ratio(sum(place.duration_s for place in doubtful_places(words)), sum(word.duration_s for word in words))
