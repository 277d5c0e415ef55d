"""What second thoughts are worth, and whether the guards are right.

    python benchmarks/retries.py --model FOLDER --speech FOLDER

`--model` is a CTranslate2 folder of Whisper, `--speech` a folder with `refs.jsonl` (see `speech_set.py`); `--samples` adds the
samples of the project, `--worse` each recording in noise, in a room and beside another one. Printed are

1. each way to try again: on how many windows it was tried, how often its answer was taken, the word errors of these windows
   before and after, and what it took;
2. each stretch without words in which somebody may speak: what sound and belief say, and whether words were missing;
3. each piece that a guard doubts: what was written and what was really said, and how often each flag is right;
4. word errors and time of everything together, and without any second thought;
5. how many recordings with few, some and many errors the minutes warn of.

Time is processor time, so that it means the same beside other work.
"""

import argparse
import re
import sys
import tempfile
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator, Sequence
from functools import partial
from pathlib import Path
from statistics import median
from time import process_time
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))
from speech_set import (
    Clip,
    print_head,
    print_row,
    read_clips,
    said_at,
    sample_clips,
    worse_clips,
    wrong_words,
)
from warned import Result, report_warnings

from tasks.audio.decode import SAMPLE_RATE
from tasks.audio.levels import read_wav
from tasks.audio.options import AudioOptions
from tasks.audio.split import split_recording
from tasks.engine.base import Device
from tasks.errors import BackendError
from tasks.evaluation.words import Count, word_errors, words_of
from tasks.inspection import inspect_recording
from tasks.meeting.segments import mean_confidence
from tasks.models.cpu_threads import wait_idly
from tasks.models.processor import processor_line
from tasks.schema import Word
from tasks.transcription.faster_whisper import FasterWhisper
from tasks.transcription.guards import retries
from tasks.transcription.guards.sound import Sound
from tasks.transcription.guards.verdicts import GuardOptions, Verdict, believed, removable
from tasks.transcription.holes import Answer, fill_holes, find_holes
from tasks.transcription.language import choose_voters, count_votes
from tasks.transcription.recognizer import Hint, Recognizer
from tasks.transcription.stage import cut_windows
from tasks.transcription.windows import Window

SAMPLES = Path(__file__).parent.parent / "sample_audio"
GUARDS = GuardOptions()
SHORT_S, EDGE_S = 0.4, 0.15
CHANCE = 0.4
FEW, HALF = 3, 0.5


class Heard(NamedTuple):
    """A recording's windows and what was heard in each at first."""

    clip: Clip
    windows: list[Window]
    hint: Hint
    plain: list[Answer]
    filled: list[Answer]

    def written(self, answers: Sequence[Answer]) -> list[list[str]]:
        """The words of each window, as they are compared."""
        return [words_of(text_of(words_in(answer)), self.clip.language) for answer in answers]

    @property
    def title(self) -> str:
        return f"{self.clip.name}{', ' if self.clip.kind else ''}{self.clip.kind}"

    @property
    def said(self) -> list[str]:
        return words_of(self.clip.text, self.clip.language)

    def said_in(self, number: int) -> list[str]:
        """What was really said in a window."""
        written = self.written(self.filled)
        first = sum(map(len, written[:number]))
        everything = [word for words in written for word in words]
        return said_at(self.said, everything, first, first + len(written[number]))


class Tried(NamedTuple):
    """One window recognised in another way."""

    name: str
    way: str
    flags: tuple[str, ...]
    taken: bool
    before: Count
    after: Count
    belief: float
    """In the new words."""


class Gap(NamedTuple):
    """A stretch without words and what was found there; `gained` errors are gone with it."""

    name: str
    at_s: float
    spoken_s: float
    bursts: int
    belief: float
    gained: int
    text: str

    @property
    def helps(self) -> bool:
        return self.gained > 0


class Piece(NamedTuple):
    """Words that a guard doubts, and what was said there."""

    flag: str
    right: bool
    name: str
    at_s: float
    written: str
    said: str


class Clock:
    """Processor time by what it was spent on."""

    def __init__(self) -> None:
        self.seconds: defaultdict[str, float] = defaultdict(float)

    def run(self, what: str, work: Callable[[], Any]) -> Any:
        started = process_time()
        try:
            return work()
        finally:
            self.seconds[what] += process_time() - started


def main() -> None:
    """Measure and print."""
    wait_idly()
    chosen = arguments()
    clock = Clock()
    options = FasterWhisper.Options(model=str(chosen.model), compute_type=chosen.compute_type, cpu_threads=chosen.threads)
    with tempfile.TemporaryDirectory() as folder, FasterWhisper(options, Device("cpu", "benchmark")) as engine:
        heard = [hear(engine, clip, chosen.prompt, clock) for clip in chosen_clips(chosen, Path(folder))]
        print(f"{chosen.model.name}, {options.compute_type}, {chosen.threads} threads; {processor_line()}")
        print(f"{len(heard)} recordings; prompt: {chosen.prompt or 'none'}\n")
        report_ways(engine, heard, clock)
        report_gaps(engine, heard, chosen.most)
        report_pieces(heard, chosen.most)
        report_whole(engine, heard, clock)


def arguments() -> argparse.Namespace:
    """The command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--model", type=Path, required=True, help="a CTranslate2 folder of Whisper")
    parser.add_argument("--speech", type=Path, nargs="*", default=[], help="folders with refs.jsonl")
    parser.add_argument("--samples", action="store_true", help="the samples of the project too")
    parser.add_argument("--worse", action="store_true", help="worse versions of all of them too")
    parser.add_argument("--only", default="", help="only recordings whose folder/file matches this")
    parser.add_argument("--prompt", help="names and words to expect, as a sidecar gives them")
    parser.add_argument("--compute-type", default="int8")
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--most", type=int, default=40, help="pieces and gaps that are printed; all are counted")
    return parser.parse_args()


def chosen_clips(chosen: argparse.Namespace, folder: Path) -> Iterator[Clip]:
    """The recordings that the command line asks for."""
    clips = [clip for speech in chosen.speech for clip in read_clips(speech)]
    clips += sample_clips(SAMPLES) if chosen.samples else []
    clips = [clip for clip in clips if re.search(chosen.only, f"{clip.group}/{clip.name}")]
    yield from clips
    if chosen.worse:
        yield from worse_clips([clip for clip in clips if clip.text], folder)


def hear(engine: Recognizer, clip: Clip, prompt: str | None, clock: Clock) -> Heard:
    """A recording cut, its language chosen and its windows recognised once, as the product does."""
    with tempfile.TemporaryDirectory() as folder:
        work = Path(folder)
        recording = inspect_recording(clip.path, AudioOptions())
        audio = split_recording(clip.path, recording, work, AudioOptions())
        windows = []
        for span in audio.spans:
            samples = read_wav(work / span.audio_path)
            windows += cut_windows(samples, span, engine.pack(span.speech))
    language = recording.sidecar.language or clock.run("language", lambda: vote(engine, windows))
    hint = Hint(language=language, voted=recording.sidecar.language is None, prompt=prompt)
    plain = clock.run("first answer", lambda: list(engine.recognize([window.samples for window in windows], hint)))
    filled = clock.run("holes filled", lambda: fill_holes(engine, windows, plain, hint))
    return Heard(clip, windows, hint, plain, filled)


def vote(engine: Recognizer, windows: Sequence[Window]) -> str | None:
    """The language that the windows vote for."""
    voters = set(choose_voters([window.region for window in windows]))
    sounds = [window.samples for window in windows if window.region in voters]
    return count_votes(engine.language_probabilities(sounds) if sounds else []).language


def words_in(answer: Answer | Verdict) -> tuple[Word, ...]:
    """The words of an answer or a verdict; none of an error."""
    if isinstance(answer, Verdict):
        return answer.heard.words
    return () if isinstance(answer, BackendError) else answer.words


def text_of(words: Sequence[Word]) -> str:
    """The words as a line."""
    return " ".join(word.text for word in words)


# Ways to try again


def report_ways(engine: Recognizer, heard: Sequence[Heard], clock: Clock) -> None:
    """The table of retries; each is tried on the same windows, those that a guard doubts after their first answer."""
    tried = {"holes filled": [each for one in heard for each in holes_filled(one)]}
    for name, attempt in WAYS.items():
        tried[name] = [each for one in heard for each in tried_again(engine, one, name, attempt, clock)]
    whole = clock.seconds["first answer"] + sum(clock.seconds[name] for name in tried)
    print_head(
        "tried again", "windows", "taken", "words there", "errors before", "errors after", "better, worse", "s", "share of time"
    )
    print_row("(first answer)", sum(len(one.windows) for one in heard), *[""] * 5, f"{clock.seconds['first answer']:.1f}", "")
    for name, rows in tried.items():
        taken = [row for row in rows if row.taken]
        before, after = sum_counts(row.before for row in taken), sum_counts(row.after for row in taken)
        better = sum(row.after.errors < row.before.errors for row in taken)
        worse = sum(row.after.errors > row.before.errors for row in taken)
        cells = (name, len(rows), len(taken), before.words, before.errors, after.errors, f"{better}, {worse}")
        print_row(*cells, f"{clock.seconds[name]:.1f}", f"{clock.seconds[name] / whole:.0%}")
    print("\nBefore and after are word errors, those of the windows whose new answer was taken.\n")
    print_head("recording", "flags", "tried again", "taken", "errors before", "after", "words there", "belief in the new words")
    for row in (row for rows in tried.values() for row in rows):
        what = (row.name, ", ".join(row.flags), row.way, "yes" if row.taken else "no")
        print_row(*what, row.before.errors, row.after.errors, row.after.words, f"{row.belief:.2f}")
    print()


def holes_filled(one: Heard) -> Iterator[Tried]:
    """The windows in which a hole was looked for, and what filling it did."""
    before, after = one.written(one.plain), one.written(one.filled)
    for number, (window, answer) in enumerate(zip(one.windows, one.plain, strict=True)):
        if isinstance(answer, BackendError) or not find_holes(answer, Sound(window.samples, window.speech)):
            continue
        said = one.said_in(number)
        changed = words_in(answer) != words_in(one.filled[number])
        counts = word_errors(said, before[number]), word_errors(said, after[number])
        belief = mean_confidence(words_in(one.filled[number])) or 0.0
        yield Tried(one.title, "holes filled", (), changed, *counts, belief)


def tried_again(engine: Recognizer, one: Heard, name: str, attempt: retries.Attempt, clock: Clock) -> Iterator[Tried]:
    """What another way makes of the windows that the guards doubt."""
    verdicts = judged(one)
    doubted = [number for number, verdict in enumerate(verdicts) if isinstance(verdict, Verdict) and verdict.flags]
    windows = [one.windows[number] for number in doubted]
    answers = clock.run(name, lambda: again(engine, windows, attempt, one.hint)) if windows else []
    for number, window, answer in zip(doubted, windows, answers, strict=True):
        before, now = verdicts[number], retries.judged(window, answer, GUARDS)
        best, said = retries.better(before, now), one.said_in(number)
        old, new = (word_errors(said, words_of(text_of(kept_words(verdict)), one.clip.language)) for verdict in (before, best))
        belief = mean_confidence(words_in(now)) or 0.0
        flags = before.flags if isinstance(before, Verdict) else ()
        yield Tried(one.title, name, flags, best is now, old, new, belief)


def again(engine: Recognizer, windows: Sequence[Window], attempt: retries.Attempt, hint: Hint) -> list[Answer]:
    """The answers of another way, their holes filled."""
    return fill_holes(engine, windows, list(attempt(engine, windows, hint)), hint)


def judged(one: Heard) -> list[Verdict | BackendError]:
    """What the guards think of the first answers."""
    return [retries.judged(window, answer, GUARDS) for window, answer in zip(one.windows, one.filled, strict=True)]


def kept_words(verdict: Verdict | BackendError) -> tuple[Word, ...]:
    """What the reader of the minutes sees of a window."""
    return () if isinstance(verdict, BackendError) else believed(verdict)


def sum_counts(counts: Iterable[Count]) -> Count:
    """All of them together."""
    return sum(counts, Count())


# Stretches without words


def report_gaps(engine: Recognizer, heard: Sequence[Heard], most: int) -> None:
    """What could tell that words are missing: seconds and bursts of speech, and the belief in what is found there."""
    gaps = [gap for one in heard if not one.clip.kind for gap in tried_gaps(engine, one)]
    print("Stretches without words, recognised by themselves with the bounds of a single word")
    print_head("words there", "gaps", "least, median, most speech, s", "bursts", "mean belief")
    for there in (True, False):
        alike = [gap for gap in gaps if gap.helps is there]
        ranges = [ranged([getattr(gap, name) for gap in alike]) for name in ("spoken_s", "bursts", "belief")]
        print_row("yes, fewer errors" if there else "no", len(alike), *ranges)
    print()
    print_head("recording", "at, s", "speech, s", "bursts", "belief", "errors less", "found")
    for gap in sorted(gaps, key=lambda gap: -gap.gained)[:most]:
        cells = (gap.name, f"{gap.at_s:.1f}", f"{gap.spoken_s:.1f}", gap.bursts, f"{gap.belief:.2f}", gap.gained, gap.text)
        print_row(*cells)
    print()


def tried_gaps(engine: Recognizer, one: Heard) -> Iterator[Gap]:
    """Every stretch without words that can hold one, and what filling it alone does to the errors of its window."""
    for number, (window, answer) in enumerate(zip(one.windows, one.plain, strict=True)):
        if isinstance(answer, BackendError) or not answer.words:
            continue
        sound, said = Sound(window.samples, window.speech), one.said_in(number)
        before = word_errors(said, words_of(text_of(answer.words), one.clip.language))
        for hole in find_holes(answer, sound, SHORT_S, 1):
            first, last = (round(time_s * SAMPLE_RATE) for time_s in (hole.start_s, hole.end_s))
            hint = one.hint.model_copy(update={"language": one.hint.language or answer.language})
            [found] = engine.recognize([window.samples[first:last]], hint)
            if words := words_in(found):
                whole = [*answer.words[: hole.place], *words, *answer.words[hole.place :]]
                gained = before.errors - word_errors(said, words_of(text_of(whole), one.clip.language)).errors
                heard = sound.spoken_s(hole.start_s + EDGE_S, hole.end_s - EDGE_S)
                bursts = sound.spoken_bursts(hole.start_s + EDGE_S, hole.end_s - EDGE_S)
                at_s, belief = window.region.start_s + hole.start_s, mean_confidence(words) or 0.0
                yield Gap(one.title, at_s, heard, bursts, belief, gained, text_of(words))


def ranged(values: Sequence[float]) -> str:
    """Least, median and most."""
    return f"{min(values):.2f}, {median(values):.2f}, {max(values):.2f}" if values else ""


# What the guards doubt


def report_pieces(heard: Sequence[Heard], most: int) -> None:
    """Each doubted piece, and how often each flag is right."""
    pieces = [piece for one in heard for piece in pieces_of(one)]
    print("Pieces that a guard doubts after the first answer")
    print_head("flag", "right", "recording", "at, s", "written", "said")
    for piece in pieces[:most]:
        right = "yes" if piece.right else "no"
        print_row(piece.flag, right, piece.name, f"{piece.at_s:.1f}", piece.written[:90], piece.said[:90])
    print()
    print_head("flag", "pieces", "right", "wrong")
    for flag in sorted({piece.flag for piece in pieces}):
        alike = [piece.right for piece in pieces if piece.flag == flag]
        print_row(flag, len(alike), sum(alike), len(alike) - sum(alike))
    print()


def pieces_of(one: Heard) -> Iterator[Piece]:
    """The doubts of a recording. To remove words is right if it costs no error; to miss some, if three or more are missing."""
    for number, verdict in enumerate(judged(one)):
        if isinstance(verdict, BackendError):
            continue
        words, said = verdict.heard.words, one.said_in(number)
        written = [words_of(word.text, one.clip.language) for word in words]
        everything = [part for word in written for part in word]
        for flag, first, last in verdict.doubts:
            before, inside = sum(map(len, written[:first])), sum(map(len, written[first:last]))
            there = said_at(said, everything, before, before + inside)
            rest = [*everything[:before], *everything[before + inside :]]
            whole = word_errors(said, everything)
            if removable((flag,)):
                right = word_errors(said, rest).errors <= whole.errors
            else:
                right = len(said) >= len(everything) + FEW if flag == "sparse" else whole.rate > HALF
                there = said
            at_s = one.windows[number].region.start_s + (words[first].start_s if first < len(words) else 0.0)
            yield Piece(flag, right, one.title, at_s, text_of(words[first:last]), " ".join(there))


# Everything together


def report_whole(engine: Recognizer, heard: Sequence[Heard], clock: Clock) -> None:
    """Word error rate by folder: of the first answers, with holes filled, and of the product; then who is warned."""
    groups: dict[str, list[Count]] = defaultdict(lambda: [Count(), Count(), Count()])
    results = []
    for one in heard:
        verdicts = clock.run("product", partial(recognize, engine, one))
        kept = [word for window, verdict in zip(one.windows, verdicts, strict=True) for word in placed_words(window, verdict)]
        texts = [[word for words in one.written(answers) for word in words] for answers in (one.plain, one.filled)]
        counts = [word_errors(one.said, text) for text in (*texts, words_of(text_of(kept), one.clip.language))]
        key = f"{one.clip.group}{', ' if one.clip.kind else ''}{one.clip.kind}"
        groups[key] = [count + more for count, more in zip(groups[key], counts, strict=True)]
        results.append(Result(one.title, counts[-1], kept, mistaken(one, kept)))
    print_head("recordings", "words", "errors of the first answer", "holes filled", "with all retries and guards")
    for key, counts in groups.items():
        print_row(key, counts[0].words, *(f"{count.errors} ({count.rate:.1%})" for count in counts))
    first, filled, whole = clock.seconds["first answer"], clock.seconds["holes filled"], clock.seconds["product"]
    print(f"\nProcessor seconds: first answers {first:.1f}, with holes {first + filled:.1f}, everything {whole:.1f}\n")
    report_warnings([result for result in results if result.wrong.words and result.kept])


def placed_words(window: Window, verdict: Verdict | BackendError) -> list[Word]:
    """The words that stay, in the time of the recording."""
    by_s = window.region.start_s
    words = kept_words(verdict)
    return [word.model_copy(update={"start_s": word.start_s + by_s, "end_s": word.end_s + by_s}) for word in words]


def mistaken(one: Heard, kept: Sequence[Word]) -> list[bool]:
    """Of each word whether it, or a part of it, is wrong."""
    parts = [words_of(word.text, one.clip.language) for word in kept]
    wrong = iter(wrong_words(one.said, [part for word in parts for part in word]))
    return [any([next(wrong) for _ in word]) for word in parts]


def recognize(engine: Recognizer, one: Heard) -> list[Verdict | BackendError]:
    """As the stage does."""
    return retries.recognize_guarded(engine, one.windows, one.hint, GUARDS, lambda _: None)


# What is not in the product, for comparison


def without_prompt(engine: Recognizer, windows: Sequence[Window], hint: Hint) -> Iterator[Answer]:
    """Each window as before, but without words to expect."""
    return engine.recognize([window.samples for window in windows], hint.model_copy(update={"prompt": None}))


def with_chance(engine: Recognizer, windows: Sequence[Window], hint: Hint) -> Iterator[Answer]:
    """Each window with answers drawn by chance."""
    return without_prompt(engine, windows, hint.model_copy(update={"temperature": CHANCE}))


def in_next_language(engine: Recognizer, windows: Sequence[Window], hint: Hint) -> Iterator[Answer]:
    """Each window in the likeliest language but that of before."""
    for window in windows:
        [beliefs] = engine.language_probabilities([window.samples]) or [{}]
        others = {code: belief for code, belief in beliefs.items() if code != hint.language}
        language = max(others, key=lambda code: others[code], default=hint.language)
        yield from without_prompt(engine, [window], hint.model_copy(update={"language": language}))


def in_halves_of_one_language(engine: Recognizer, windows: Sequence[Window], hint: Hint) -> Iterator[Answer]:
    """The two halves of each window in the language of all."""
    return retries.in_halves(engine, windows, hint.model_copy(update={"voted": False}))


WAYS: dict[str, retries.Attempt] = {
    "in halves, each in its own language": retries.in_halves,
    "in halves": in_halves_of_one_language,
    "in the next language": in_next_language,
    "without prompt": without_prompt,
    "with chance": with_chance,
}


if __name__ == "__main__":
    main()
