"""openai-whisper, batched: many windows at once, with the tokens that `whisper.decode` gives for each alone.

    whisper.decode(model, mel, DecodingOptions(language="en"))
    DecodingResult(language="en", tokens=[50364, 2425, 11, 1002, 13, 50434, ...], no_speech_prob=0.02, ...)
    tokenizer.decode_with_timestamps(tokens)   # '<|0.00|> Hello, world.<|1.40|>'

Nothing of what was said before is told to the model: a loop or an invention stays in its window.
"""

import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any

from pydantic import Field

from tasks.audio.decode import Samples
from tasks.engine.base import Device, ModelNeed
from tasks.engine.base import Options as BaseOptions
from tasks.engine.hub_options import PRECISION, THREADS, Wanted, batch_size
from tasks.errors import BackendError
from tasks.language.codes import common_code, whisper_code
from tasks.models.step_down import DTYPES, Load, is_of_the_device
from tasks.models.torch_backend import TorchBackend
from tasks.models.whisper_weights import known_models, load_weights, weights_revision
from tasks.transcription.recognizer import Hint, Recognizer, WindowResult
from tasks.transcription.whisper.alignment import align
from tasks.transcription.whisper.decoding import Prompting, decode, encode
from tasks.transcription.whisper.kept_views import KeptViews
from tasks.transcription.whisper.segments import Text, WordTiming, words_of

if TYPE_CHECKING:
    from torch import Tensor


class OpenAIWhisper(TorchBackend[Any], Recognizer):
    """Whisper by its makers' own package, on a CPU or GPU."""

    name = "openai-whisper"
    summary = "Whisper on CPU or GPU, batched, about a hundred languages"
    packages = ("whisper",)
    install = "pip install 'audio-minutes[local]'"
    on_amx = "bf16"
    distribution = "openai-whisper"

    class Options(BaseOptions):
        """Which weights, and how they are run."""

        model: str = Field("large-v3-turbo", min_length=1, description="a name of openai-whisper, or the path of a .pt file")
        sha256: str | None = Field(
            None, pattern="^[0-9a-f]{64}$", description="the hash that the weights must have; null for any"
        )
        batch_size: int = batch_size(8, 512, "windows decoded")
        precision: Wanted = PRECISION
        word_timestamps: bool = Field(True, description="find each word in the sound; false spreads the words over their segment")
        threads: int | None = THREADS

    @classmethod
    def revision(cls, options: Any) -> str:
        return f"{super().revision(options)}, {weights_revision(options.model)}"

    @classmethod
    def models(cls, options: Any) -> tuple[ModelNeed, ...]:
        return (ModelNeed("whisper-weights" if options.model in known_models() else "local", options.model, options.sha256),)

    def __init__(self, options: "OpenAIWhisper.Options", device: Device) -> None:
        super().__init__(options, device)
        self._voters = KeptViews()

    def recognize(self, windows: Sequence[Samples], hint: Hint) -> Iterator[WindowResult | BackendError]:
        hint = hint.model_copy(update={"language": self.language_of(hint.language)})
        yield from self.fit.batches(windows, lambda batch: self._hear(batch, hint))

    def language_probabilities(self, windows: Sequence[Samples]) -> list[dict[str, float]]:
        if not self.model.is_multilingual:
            return []
        self._voters.forget()
        return list(self.fit.batches(windows, self._languages))

    def open_model(self, load: Load) -> Any:
        import torch

        model = load_weights(self.options.model, self.options.sha256)
        model.to(device=load.device, dtype=getattr(torch, DTYPES[load.precision]))
        for module in model.modules():
            if isinstance(module, torch.nn.LayerNorm):  # these compute in fp32 whatever the rest does
                module.float()
        return model

    def _hear(self, windows: Sequence[Samples], hint: Hint) -> list[WindowResult | BackendError]:
        import torch

        model, seeds = self.model, [zlib.crc32(window.tobytes()) for window in windows]
        prompting = Prompting(hint.language, hint.prompt, hint.temperature, seeds, hint.languages)
        try:
            with torch.inference_mode():
                said, decoder = decode(model, self._encode(windows), prompting)
                texts = [
                    Text(each, self._tokenizer(each.language), window.size) for each, window in zip(said, windows, strict=True)
                ]
                timings = align(decoder, model.alignment_heads, texts) if self.options.word_timestamps else [[]] * len(texts)
        except RuntimeError as error:
            if is_of_the_device(error):
                raise
            reason = str(error).split("\n", 1)[0]
            return [BackendError(f"Whisper stopped: {reason}") for _ in windows]
        return [_heard(text, found) for text, found in zip(texts, timings, strict=True)]

    def _encode(self, windows: Sequence[Samples], *, keep: bool = False) -> "Tensor":
        """The encoder's view of each window; what was kept for the vote on the language is taken for the words."""
        import torch

        model, load = self.model, self.fit.load
        views = self._voters.of(windows, lambda left: list(encode(model, left)), load.device, load.precision, keep=keep)
        return torch.stack(views)

    def _languages(self, windows: Sequence[Samples]) -> list[dict[str, float]]:
        import torch

        model = self.model
        with torch.inference_mode():
            _, found = model.detect_language(self._encode(windows, keep=True), self._tokenizer("en"))
        return [{common_code(code): share for code, share in each.items()} for each in found]

    def _tokenizer(self, language: str) -> Any:
        from whisper.tokenizer import get_tokenizer

        model = self.model
        return get_tokenizer(model.is_multilingual, num_languages=model.num_languages, language=language, task="transcribe")

    def language_of(self, wanted: str | None) -> str | None:
        """Whisper's code for a language; None if the model is to find it."""
        from whisper.tokenizer import LANGUAGES

        model = self.model
        known = list(LANGUAGES)[: model.num_languages] if model.is_multilingual else ["en"]
        if wanted is None:
            return None if model.is_multilingual else "en"
        code = whisper_code(wanted)
        if code not in known:
            raise BackendError(
                f"the Whisper model '{self.options.model}' does not know the language '{wanted}'.",
                fix="Choose a multilingual model."
                if len(known) == 1
                else "Correct the language, or leave it out to let the model find it.",
            )
        return code


def _heard(text: Text, timings: list[WordTiming]) -> WindowResult | BackendError:
    said = text.said
    if not said.is_finite:
        return BackendError("Whisper's numbers overflowed.", fix="Use precision: bf16 or fp32.")
    language = common_code(said.language)
    return WindowResult(words=words_of(text, timings), language=language, no_speech=said.no_speech, stopped_s=text.stopped_s)
