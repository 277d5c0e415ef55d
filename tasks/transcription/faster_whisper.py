"""faster-whisper: Whisper on CTranslate2, several times as fast as openai-whisper on a CPU, with 8-bit weights.

    model.generate(encoded, prompts)[0].sequences_ids[0]   # [50364, 8257, 9500, 13, 50514]: <|0.00|> Good morning. <|3.00|>
    model.align(encoded, start, tokens, frames)[0]         # token 0 at frame 4, token 1 at frame 21, ... (50 frames a second)

The library's batched pipeline runs its own VAD, reports nothing for silent windows, fills them up with a sound that is louder
than silence, and lets the word times of a window depend on the one before. So its pieces are called one by one here: the windows
of the stage in, one result for each.
"""

from collections.abc import Callable, Iterator, Sequence
from itertools import groupby
from math import ceil
from typing import TYPE_CHECKING, Any, Literal, TypeVar, cast

import numpy as np
from pydantic import Field

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.engine.base import Device, ModelNeed
from tasks.engine.base import Options as BaseOptions
from tasks.errors import BackendError
from tasks.language.messages import message
from tasks.models.ctranslate import folder_revision, need_of
from tasks.models.step_down import Load, is_of_the_device
from tasks.models.torch_backend import SteppingBackend
from tasks.transcription.recognizer import Hint, Recognizer, WindowResult, likeliest_of
from tasks.transcription.whisper.alignment import starts_on_path, time_pieces
from tasks.transcription.whisper.ctranslate_engine import (
    FasterWhisperFit,
    choose_compute_type,
    first_line,
    join_encoded,
    known_language,
    missing_library,
    open_model,
)
from tasks.transcription.whisper.decoding import DecodedWindow
from tasks.transcription.whisper.kept_views import KeptViews
from tasks.transcription.whisper.segments import Text, WordTiming, words_of

if TYPE_CHECKING:
    from faster_whisper.tokenizer import Tokenizer

ComputeType = Literal["auto", "int8", "int8_float16", "int8_bfloat16", "float16", "bfloat16", "float32"]
_Result = TypeVar("_Result")
_FEWEST_FRAMES = 20
"""The alignment smooths over 7 steps of two frames; shorter windows have fewer."""
_FRAME_STEP = 2
"""The encoder makes one frame of two."""
_FULL_S = 30.0
_CPU_SILENCE_S = 4.0
"""The encoder's time grows faster than with what it sees (base, int8: 10 s 0.07 s of CPU time, 20 s 0.19 s, 30 s 0.57 s), so on
a CPU short windows are not filled up to 30 s. Less silence than this lets the model go on inventing at the end. Figures of both,
and of shorter windows, are in docs/experiments/recognition.md. On a GPU windows are as the model was trained."""
_LENGTH_STEP_S = 4.0
"""Windows are made equally long in steps of this, so that what one says does not depend on which others are beside it; chosen by
hand: smaller steps are closer to the window, and leave fewer windows for a batch."""
_SORTED_BATCHES = 4
"""Over so many batches the windows of about the same length are looked for."""
_BEST_OF = 5
"""Samples drawn where chance is allowed; the most probable counts. As in openai-whisper."""


class FasterWhisper(SteppingBackend[Any], Recognizer):
    """Whisper on CTranslate2. Nothing is fetched here: `minutes models pull` does that."""

    name = "faster-whisper"
    summary = "Whisper on CTranslate2: 8-bit weights, fast on CPUs and on NVIDIA GPUs"
    packages = ("faster_whisper", "ctranslate2")
    install = "pip install 'audio-minutes[faster-whisper]'"
    distribution = "faster-whisper"
    least_share = 0.5
    """With `window_s` the best on three of four recordings: docs/experiments/recognition.md."""

    class Options(BaseOptions):
        """Which model, and how it is run."""

        model: str = Field(
            "large-v3-turbo", min_length=1, description="a name of faster-whisper, a Hub id, or the path of a CTranslate2 folder"
        )
        revision: str | None = Field(None, description="commit, tag or branch of a Hub model; a commit never changes")
        compute_type: ComputeType = Field(
            "auto",
            description="precision; auto is float16 on a GPU and int8 on a CPU, with AMX int8_bfloat16 (the encoder in "
            "bfloat16), or the best that the device has",
        )
        batch_size: int = Field(8, ge=1, le=256, description="windows of up to 30 s decoded at once; more need more memory")
        beam_size: int = Field(1, ge=1, le=10, description="texts weighed against each other; 5 is slower and a little better")
        window_s: float = Field(
            26.0,
            ge=5,
            le=30,
            description="longest window, in seconds; longer ones lose words at their end, shorter ones know less",
        )
        silence_s: float | None = Field(
            None,
            ge=0,
            le=30,
            description="least silence after a window, in seconds; 30 fills it up to 30 s, as openai-whisper "
            "does; null is 4 on a CPU and 30 on a GPU",
        )
        cpu_threads: int = Field(0, ge=0, le=256, description="0 takes the cores that this process may use")

    def __init__(self, options: "FasterWhisper.Options", device: Device) -> None:
        super().__init__(options, device)
        from faster_whisper.transcribe import get_suppressed_tokens

        place = "cuda" if device.name.startswith("cuda") else "cpu"
        compute_type, step = choose_compute_type(options.compute_type, place)
        on_mac = message("no_gpu_of_mac") if device.name == "mps" else None
        need = need_of(options.model, options.revision)
        load = Load(options.batch_size, cast(Any, compute_type), place)
        self.fit = FasterWhisperFit(
            load,
            lambda load: open_model(need, load.device, load.precision, options.cpu_threads),
            tuple(filter(None, (on_mac, step))),
        )
        self.window_s = options.window_s
        usual_s = _CPU_SILENCE_S if place == "cpu" else _FULL_S
        self._silence_s = usual_s if options.silence_s is None else options.silence_s
        self._suppressed = list(get_suppressed_tokens(self.tokenizer("en"), [-1]))
        self._voters = KeptViews()

    @classmethod
    def models(cls, options: "FasterWhisper.Options") -> tuple[ModelNeed, ...]:
        return (need_of(options.model, options.revision),)

    @classmethod
    def revision(cls, options: "FasterWhisper.Options") -> str:
        return f"{super().revision(options)}, {folder_revision(need_of(options.model, options.revision))}"

    def recognize(self, windows: Sequence[Samples], hint: Hint) -> Iterator[WindowResult | BackendError]:
        language = known_language(hint.language, self.model.supported_languages, self.options.model)
        count = _SORTED_BATCHES * self.fit.load.batch_size
        for start in range(0, len(windows), count):
            yield from self._in_order_of_length(
                windows[start : start + count], lambda batch: self._attempt(batch, language, hint)
            )

    def language_probabilities(self, windows: Sequence[Samples]) -> list[dict[str, float]]:
        if not self.model.model.is_multilingual:
            return []
        self._voters.forget()
        found = self._in_order_of_length(windows, lambda batch: self.model.model.detect_language(self._encode(batch, keep=True)))
        return [{token[2:-2]: belief for token, belief in beliefs} for beliefs in found]

    def _in_order_of_length(
        self, windows: Sequence[Samples], work: Callable[[Sequence[Samples]], list[_Result]]
    ) -> list[_Result]:
        """One result a window, in the order given; the windows of a batch have the same number of frames."""
        frames = [self.frames(window.size) for window in windows]
        found: dict[int, _Result] = {}
        for length in sorted(set(frames)):
            alike = [number for number, each in enumerate(frames) if each == length]
            found |= zip(alike, self.fit.batches([windows[number] for number in alike], work), strict=True)
        return [found[number] for number in range(len(windows))]

    def _attempt(self, windows: Sequence[Samples], language: str | None, hint: Hint) -> list[WindowResult | BackendError]:
        """One result a window. A failure that is not the device's is looked for window by window."""
        try:
            return self._hear(windows, language, hint)
        except RuntimeError as error:
            if is_of_the_device(error):
                raise
            if (missing := missing_library(error)) is not None:
                raise missing from error
            if len(windows) == 1:
                return [BackendError(f"faster-whisper stopped: {first_line(error)}.")]
        return [heard for window in windows for heard in self._attempt([window], language, hint)]

    def _hear(self, windows: Sequence[Samples], language: str | None, hint: Hint) -> list[WindowResult | BackendError]:
        encoded = self._encode(windows)
        if language:
            return self._decode(encoded, windows, language, hint)
        found = self.model.model.detect_language(encoded)
        languages = [likeliest_of({token[2:-2]: belief for token, belief in beliefs}, hint.languages) for beliefs in found]
        if len(set(languages)) == 1:
            return self._decode(encoded, windows, languages[0], hint)
        heard: list[WindowResult | BackendError] = []
        for code, group in groupby(zip(languages, windows, strict=True), key=lambda pair: pair[0]):
            alike = [window for _, window in group]
            heard += self._decode(self._encode(alike), alike, code, hint)
        return heard

    def _encode(self, windows: Sequence[Samples], *, keep: bool = False) -> Any:
        """The encoder's view of windows and of the silence with which they are made equally long.

        On a CPU, where it is most of the work, what was kept for the vote on the language is taken for the words as well, once.
        """
        frames = self.frames(max(window.size for window in windows))
        if self.fit.load.device != "cpu":
            return self.model.encode(np.stack([self._features(window, frames) for window in windows]))
        precision = self.fit.load.precision
        return join_encoded(self._voters.of(windows, lambda left: self._each(left, frames), frames, precision, keep=keep))

    def _each(self, windows: Sequence[Samples], frames: int) -> list[Any]:
        return [self.model.encode(self._features(window, frames)) for window in windows]

    def _features(self, window: Samples, frames: int) -> "np.ndarray[Any, np.dtype[np.float32]]":
        extract = self.model.feature_extractor
        sound = np.zeros(frames * extract.hop_length, dtype=np.float32)
        kept = window[: sound.size]
        sound[: kept.size] = kept / np.float32(32768)
        features: np.ndarray[Any, np.dtype[np.float32]] = extract(sound)[:, :frames]
        return features

    def frames(self, size: int) -> int:
        """How many frames the encoder sees for a window of so many samples."""
        extract = self.model.feature_extractor
        rounded_s = ceil(size / SAMPLE_RATE / _LENGTH_STEP_S) * _LENGTH_STEP_S
        length_s = max(size / SAMPLE_RATE, min(rounded_s, self.window_s)) + self._silence_s
        frames = ceil(length_s * SAMPLE_RATE / (_FRAME_STEP * extract.hop_length)) * _FRAME_STEP
        return int(min(max(frames, _FEWEST_FRAMES), extract.nb_max_frames))

    def _decode(self, encoded: Any, windows: Sequence[Samples], language: str, hint: Hint) -> list[WindowResult | BackendError]:
        tokenizer = self.tokenizer(language)
        prompt = self.model.get_prompt(tokenizer, tokenizer.encode(f" {hint.prompt.strip()}") if hint.prompt else [])
        results = self.model.model.generate(
            encoded,
            [prompt] * len(windows),
            suppress_tokens=self._suppressed,
            return_scores=True,
            return_no_speech_prob=True,
            **self._search(hint.temperature),
        )
        said = [max(zip(result.scores, result.sequences_ids, strict=True))[1] for result in results]
        texts = [
            Text(DecodedWindow(tokens, [], language, min(1.0, max(0.0, result.no_speech_prob))), tokenizer, window.size)
            for tokens, result, window in zip(said, results, windows, strict=True)
        ]
        frames = [max(_FEWEST_FRAMES, window.size // self.model.feature_extractor.hop_length) for window in windows]
        aligned = self.model.model.align(encoded, tokenizer.sot_sequence, [text.tokens for text in texts], frames)
        return [
            WindowResult(
                words=words_of(text, _timings(text, found) if text.tokens else []),
                language=language,
                no_speech=text.said.no_speech,
                stopped_s=text.stopped_s,
            )
            for text, found in zip(texts, aligned, strict=True)
        ]

    def _search(self, temperature: float) -> dict[str, Any]:
        if temperature > 0:
            return {"beam_size": 1, "num_hypotheses": _BEST_OF, "sampling_topk": 0, "sampling_temperature": temperature}
        return {"beam_size": self.options.beam_size}

    def tokenizer(self, language: str) -> "Tokenizer":
        from faster_whisper.tokenizer import Tokenizer

        return Tokenizer(self.model.hf_tokenizer, self.model.model.is_multilingual, task="transcribe", language=language)


def _timings(text: Text, aligned: Any) -> list[WordTiming]:
    tokens, steps = np.array(aligned.alignments).T  # a path may begin before the sound, at step -1
    return time_pieces(text, starts_on_path(tokens, np.maximum(steps, 0)), aligned.text_token_probs)
