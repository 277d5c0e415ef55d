"""PocketSphinx: a small recognizer whose US English model comes in its wheel.

    for segment in decoder.seg():
        segment.word, segment.start_frame, segment.end_frame, segment.prob   # 'tomorrow(2)', 213, 264, 0.93 (100 frames a second)

Draft quality: usable on clean close speech, not on far-field meetings. It knows English only and refuses the rest.
"""

import re
from collections.abc import Iterator, Sequence
from typing import Any

from pydantic import Field

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.backend import Device
from tasks.backend import Options as BaseOptions
from tasks.errors import BackendError
from tasks.schema import Word
from tasks.transcription.recognizer import Heard, Hint, Recognizer

_FRAMES_PER_S = 100
_ALTERNATIVE = re.compile(r"\(\d+\)$")


class PocketSphinx(Recognizer):
    """Recognition on any CPU with nothing downloaded."""

    name = "pocketsphinx"
    summary = "small English recognizer, model included, draft quality"
    packages = ("pocketsphinx",)
    install = "pip install 'audio-minutes[embedded]'"
    distribution = "pocketsphinx"
    draft = True
    languages = ("en",)

    class Options(BaseOptions):
        """Settings of the decoder."""

        language_weight: float = Field(6.5, gt=0, le=50, description="how much the language model counts against the sound (-lw)")
        beam: float = Field(
            1e-48, gt=0, lt=1, description="hypotheses less likely than this share of the best are dropped (-beam)"
        )

    def __init__(self, options: "PocketSphinx.Options", device: Device) -> None:
        super().__init__(options, device)
        from pocketsphinx import Decoder

        settings = {"samprate": float(SAMPLE_RATE), "lw": options.language_weight, "beam": options.beam, "loglevel": "FATAL"}
        self._decoder: Any = Decoder(**settings)

    def recognize(self, windows: Sequence[Samples], hint: Hint) -> Iterator[Heard | BackendError]:
        return map(self._recognize_one, windows)

    def _recognize_one(self, window: Samples) -> Heard | BackendError:
        decoder = self._decoder
        try:
            decoder.reinit_feat()  # else the sound level of earlier windows colours this one
            decoder.start_utt()
            decoder.process_raw(window.tobytes(), full_utt=True)
            decoder.end_utt()
            words = tuple(_word(segment) for segment in decoder.seg() or () if _is_word(segment.word))
            return Heard(words=words, language="en")
        except RuntimeError as error:
            decoder.reinit()
            return BackendError(f"PocketSphinx stopped: {error}.")


def _is_word(text: str) -> bool:
    return not text.startswith(("<", "[", "++"))


def _word(segment: Any) -> Word:
    return Word(
        text=_ALTERNATIVE.sub("", segment.word),
        start_s=segment.start_frame / _FRAMES_PER_S,
        end_s=(segment.end_frame + 1) / _FRAMES_PER_S,
        confidence=min(1.0, max(0.0, segment.prob)),
    )
