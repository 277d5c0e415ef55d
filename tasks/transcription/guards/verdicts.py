"""Whether a window's words can have been said in it: loops, text over silence, invented courtesies, lost speech.

Every engine's words pass here. Nothing is removed: each doubt is a flag and the stretch that it concerns, and the
stage decides what to try again and what to mark as unclear.
"""

from collections.abc import Iterator, Sequence
from itertools import groupby
from typing import NamedTuple

from pydantic import Field

from tasks.audio.decode import Samples
from tasks.engine.base import Options
from tasks.language.codes import base_language
from tasks.language.scripts import foreign_script, syllables, unlike_language
from tasks.schema import Word
from tasks.transcription.guards.loops import Bounds, find_loop
from tasks.transcription.guards.phrases import is_courtesy, is_credit
from tasks.transcription.guards.sound import Sound
from tasks.transcription.guards.times import in_time
from tasks.transcription.recognizer import WindowResult

REMOVING = frozenset({"loop", "silence", "silence_phrase", "too_fast", "script"})
"""What a text may be removed for. The other flags, `sparse` and `language`, only ask for another try."""
_SENTENCE_ENDS = tuple(".!?…。！？")
_PAUSE_S = 0.8
_NEAR_S = 0.35
"""How far the times of engines are off."""
_PADDING_S = 0.4
"""What voice detectors add around speech, before and after together."""
_FEW = 3
_HELD_DB = 12.0
"""A vowel may be held, without a rise, if it is about as loud as the rest."""
_CLUMP = 12
_CLEAR_S, _CLEAR_BURSTS = 1.5, 5
"""A short sentence. Chosen by hand: of what base left open on AMI heads the stretch without words had 2.0 s and 4 bursts."""
_LEAST_BURSTS = 12
"""Of fewer it cannot be said that speech was lost: they may be laughter, or a cough."""


class GuardOptions(Options):
    """When words are not believed."""

    enabled: bool = Field(True, description="false: only the times are put right, and every text stays without a flag")
    most_repeats: int = Field(
        16, ge=3, le=100, description="a phrase that follows itself more often in a window must have a pause before each"
    )
    compression_ratio: float = Field(
        2.6, ge=1.5, le=10, description="text that packs better than this, real repetition aside, is a loop"
    )
    fastest_syllables_per_s: float = Field(
        11.0, ge=5, le=30, description="more syllables per second of speech are invented; an English word has about 1.4"
    )
    # In noise texts that were at least half right had 0.30 or more of it, invented ones 0.06 to 0.23: `benchmarks/retries.py`.
    least_heard: float = Field(
        0.25, ge=0, le=1, description="rises of the loudness for each syllable of the text; fewer and the text is invented"
    )
    least_written: float = Field(
        0.25, ge=0, le=1, description="syllables of text for each rise of the loudness in speech; fewer and speech was lost"
    )
    far_below_db: float = Field(
        25.0, ge=6, le=60, description="a courtesy this much quieter than the loud speech around it was not said"
    )
    no_speech: float = Field(0.6, ge=0, le=1, description="from here on the engine's own belief that nobody speaks counts")
    most_removed: float = Field(
        0.5,
        ge=0,
        le=1,
        description="above this share of a file's speech nothing is removed: the text stays, with flags",
    )
    least_speech_s: float = Field(
        10.0, ge=0, description="files with less real speech than this are not spared by `most_removed`"
    )


class Doubt(NamedTuple):
    """Why the words from `first` up to `last` (not among them) are not believed; for `sparse` the words around the loss."""

    flag: str
    first: int
    last: int


class Verdict(NamedTuple):
    """The words of a window with their times put right, and what speaks against them."""

    heard: WindowResult
    flags: tuple[str, ...]
    doubts: tuple[Doubt, ...] = ()
    speech_s: float = 0.0
    """Seconds in which the voice detector and the loudness agree that somebody speaks."""
    unheard: tuple[tuple[float, float], ...] = ()
    """Clear speech without words, in seconds from the window's start."""


def judge(heard: WindowResult, samples: Samples, speech: Sequence[tuple[float, float]], options: GuardOptions) -> Verdict:
    """What is to be thought of the words of one window.

    Args:
        samples: the window, int16 at 16 kHz, shape (n,).
        speech: what the voice detector calls speech, in seconds from the window's start.
    """
    sound = Sound(samples, speech)
    heard = heard.model_copy(update={"words": in_time(heard.words, sound.duration_s)})
    if not options.enabled:
        return Verdict(heard, (), (), sound.voice_s)
    doubts = tuple(_Window(heard, sound, options).doubts())
    flags = tuple(dict.fromkeys(doubt.flag for doubt in doubts))
    return Verdict(heard, flags, doubts, sound.voice_s, unheard(heard.words, sound))


def unheard(words: Sequence[Word], sound: Sound) -> tuple[tuple[float, float], ...]:
    """The stretches without words in which somebody clearly says something."""
    ends = [0.0, *(word.end_s for word in words)]
    starts = [*(word.start_s for word in words), sound.duration_s]
    return tuple((a, b) for a, b in zip(ends, starts, strict=True) if _is_clear_speech(sound, a + _NEAR_S, b - _NEAR_S))


def _is_clear_speech(sound: Sound, start_s: float, end_s: float) -> bool:
    return sound.spoken_s(start_s, end_s) >= _CLEAR_S and sound.spoken_bursts(start_s, end_s) >= _CLEAR_BURSTS


def removable(flags: Sequence[str]) -> bool:
    """Whether a text with these flags may be removed, and not only be tried again."""
    return not REMOVING.isdisjoint(flags)


def believed(verdict: Verdict) -> tuple[Word, ...]:
    """The words against which nothing speaks for which they may be removed."""
    doubted = {place for flag, first, last in verdict.doubts if flag in REMOVING for place in range(first, last)}
    return tuple(word for place, word in enumerate(verdict.heard.words) if place not in doubted)


def too_much_removed(removed_s: float, speech_s: float, options: GuardOptions) -> bool:
    """Whether so much of a file's real speech would lose its text that the guards themselves are in doubt.

    Args:
        removed_s: seconds of speech (`Verdict.speech_s`) in the windows whose text would go.
        speech_s: the same of all windows.
    """
    return speech_s >= options.least_speech_s and removed_s > options.most_removed * speech_s


class _Window:
    """One window under examination."""

    def __init__(self, heard: WindowResult, sound: Sound, options: GuardOptions) -> None:
        self.words, self.sound, self.options = heard.words, sound, options
        self.language = base_language(heard.language)
        self.no_speech = heard.no_speech or 0.0
        self.syllables = [syllables(word.text, self.language) for word in heard.words]
        self.said = sum(self.syllables)
        self.sentences = list(_sentences(heard.words))

    def doubts(self) -> list[Doubt]:
        """Everything that speaks against the words, the gravest first."""
        found = [*self._loop(), *self._over_silence(), *self._invented_phrases(), *self._foreign()]
        refused = {place for _, first, last in found for place in range(first, last)}
        found += self._too_fast([place for place in range(len(self.words)) if place not in refused])
        if unlike_language(self._texts(0, len(self.words)), self.language):
            found.append(Doubt("language", 0, len(self.words)))
        return [*found, *self._lost_speech()]

    def _loop(self) -> Iterator[Doubt]:
        bounds = Bounds(self.options.fastest_syllables_per_s, self.options.most_repeats, self.options.compression_ratio)
        loop = find_loop(self.words, self.language, self.sound, bounds)
        if loop:
            yield Doubt("loop", loop.start, loop.stop)

    def _foreign(self) -> Iterator[Doubt]:
        return (Doubt("script", *place) for place in self.sentences if foreign_script(self._texts(*place), self.language))

    def _over_silence(self) -> Iterator[Doubt]:
        """Words where there is no speech near: whole sentences, or several words."""
        whole = set(self.sentences)
        for has_sound, group in groupby(range(len(self.words)), key=self._has_sound):
            places = list(group)
            first, last = places[0], places[-1] + 1
            if not has_sound and (last - first >= _FEW or any(first <= a and b <= last for a, b in whole)):
                yield Doubt("silence", first, last)

    def _has_sound(self, place: int) -> bool:
        """Whether the loudness rises near a word, in speech or at least in something that sounds like it."""
        start_s, end_s = self.words[place].start_s - _NEAR_S, self.words[place].end_s + _NEAR_S
        spoken = self.sound.spoken_s(start_s, end_s) > 0
        if self.sound.burst_count(start_s, end_s):
            return spoken or self.sound.is_varied(start_s, end_s)
        held = self.sound.loudest(start_s, end_s) > self.sound.loudness - _HELD_DB
        return spoken and held and len(self.sound.bursts) >= max(_FEW, self.sound.duration_s / 2)

    def _invented_phrases(self) -> Iterator[Doubt]:
        return (Doubt("silence_phrase", *sentence) for sentence in self.sentences if self._is_invented_phrase(*sentence))

    def _is_invented_phrase(self, first: int, last: int) -> bool:
        texts = self._texts(first, last)
        said = sum(self.syllables[first:last])
        start_s, end_s = self.words[first].start_s - _NEAR_S, self.words[last - 1].end_s + _NEAR_S
        bursts = self.sound.spoken_bursts(start_s, end_s)
        if is_credit(texts):
            return not said or not 0.45 * said <= bursts <= 1.8 * said + 2 or self._denied(start_s, end_s, said)
        if is_courtesy(texts):
            faint = self.sound.loudest(start_s, end_s) < self.sound.loudness - self.options.far_below_db
            return faint or not 0.5 * said <= bursts <= 3 * said + 4 or self._denied(start_s, end_s, said)
        return False

    def _denied(self, start_s: float, end_s: float, said: float) -> bool:
        """Whether the engine itself thinks that nobody spoke, and the voice detector heard too little to contradict."""
        return self.no_speech >= self.options.no_speech and self.sound.spoken_s(start_s, end_s) < _PADDING_S + 0.15 * said

    def _too_fast(self, places: Sequence[int]) -> Iterator[Doubt]:
        """More than can be said in the time of the speech, of the whole window or of a dozen words in a row."""
        said = sum(self.syllables[place] for place in places)
        fastest, least = self.options.fastest_syllables_per_s, self.options.least_heard
        if said >= _CLUMP and (said > fastest * self.sound.sounding_s or len(self.sound.bursts) < least * said):
            yield from (Doubt("too_fast", first, last) for first, last in _ranges(places))
            return
        for run in _ranges(places):
            yield from (Doubt("too_fast", first, last) for first, last in _ranges(self._crowded(*run)))

    def _crowded(self, first: int, last: int) -> list[int]:
        """Those of the words that stand, a dozen in a row, in less time than it takes to say them."""
        crowded: set[int] = set()
        for start in range(first, last - _CLUMP + 1):
            end = start + _CLUMP
            start_s = self.words[start - 1].end_s if start else 0.0
            end_s = self.words[end].start_s if end < len(self.words) else self.sound.duration_s
            if sum(self.syllables[start:end]) > self.options.fastest_syllables_per_s * (end_s - start_s):
                crowded.update(range(start, end))
        return sorted(crowded)

    def _lost_speech(self) -> Iterator[Doubt]:
        """Clear speech for which there are no or far too few words."""
        bursts = self.sound.spoken_bursts(0.0, self.sound.duration_s)
        if bursts >= _LEAST_BURSTS and self.said < self.options.least_written * bursts:
            yield Doubt("sparse", 0, len(self.words))
            return
        ends = [0.0, *(word.end_s for word in self.words)]
        starts = [*(word.start_s for word in self.words), self.sound.duration_s]
        for place, (end_s, start_s) in enumerate(zip(ends, starts, strict=True)):
            if self.sound.spoken_bursts(end_s + _NEAR_S, start_s - _NEAR_S) >= _LEAST_BURSTS:
                yield Doubt("sparse", max(0, place - 1), min(place + 1, len(self.words)))
                return

    def _texts(self, first: int, last: int) -> list[str]:
        return [word.text for word in self.words[first:last]]


def _sentences(words: Sequence[Word]) -> Iterator[tuple[int, int]]:
    """(first, last) of words up to the end of a sentence or a pause."""
    first = 0
    for place, word in enumerate(words):
        at_end = place + 1 == len(words)
        if at_end or word.text.endswith(_SENTENCE_ENDS) or words[place + 1].start_s - word.end_s > _PAUSE_S:
            yield first, place + 1
            first = place + 1


def _ranges(places: Sequence[int]) -> Iterator[tuple[int, int]]:
    """Runs of neighbours as (first, last)."""
    for _, group in groupby(enumerate(places), key=lambda item: item[1] - item[0]):
        numbers = [place for _, place in group]
        yield numbers[0], numbers[-1] + 1
