"""Whisper models of the Hugging Face Hub on transformers: fine-tuned ones (PhoWhisper), distilled ones, and the originals.

    model.generate(encoder_outputs=..., language=["vi"], task="transcribe", return_timestamps=True, ...)
    # [[50258, 50278, 50360, 50365, 2425, 13, 50430, 50257]]: <|startoftranscript|><|vi|><|transcribe|><|0.00|> Hello.<|1.30|>

The `chunk_length_s` pipeline of the library is not used: it loses and doubles sentences where its pieces meet. Nothing is
downloaded, nothing is unpickled, and no code of a repository is run.
"""

import zlib
from collections.abc import Iterator, Sequence
from typing import TYPE_CHECKING, Any, cast

from pydantic import Field

from tasks.audio.decode import Samples
from tasks.engine.base import Device
from tasks.engine.hub_options import PRECISION, THREADS, DefaultHubOptions, Wanted, batch_size, default_model
from tasks.errors import BackendError
from tasks.language.codes import common_code, whisper_code
from tasks.language.messages import message
from tasks.models.step_down import DTYPES, Load, is_of_the_device
from tasks.models.torch_backend import HubBackend
from tasks.transcription.recognizer import Hint, Recognizer, WindowResult
from tasks.transcription.whisper.alignment import align
from tasks.transcription.whisper.decoding import DecodedWindow
from tasks.transcription.whisper.hub_decoding import (
    Manner,
    Opened,
    beliefs,
    encode,
    first_scores,
    generate,
    is_finite,
    language_beliefs,
    likeliest,
    no_speech,
    prompt_tokens,
)
from tasks.transcription.whisper.hub_model import HubDecoder, HubTokenizer, load_whisper
from tasks.transcription.whisper.kept_views import KeptViews
from tasks.transcription.whisper.segments import Text, words_of

if TYPE_CHECKING:
    from torch import Tensor


class TransformersWhisper(HubBackend[Opened], Recognizer):
    """Any Whisper of the Hub or of a local folder."""

    name = "transformers"
    summary = "any Whisper of the Hugging Face Hub (PhoWhisper, distil-whisper, ...), batched"
    packages = ("transformers", "torch")
    install = "pip install 'audio-minutes[local]'"
    on_amx = "bf16"
    distribution = "transformers"

    class Options(DefaultHubOptions):
        """Which weights, and how they are run."""

        example = "openai/whisper-large-v3-turbo"
        example_commit = "41f01f3fe87f28c78e2fbf8b568835947dd65ed9"

        model: str = default_model(example)
        batch_size: int = batch_size(8, 512, "windows decoded")
        precision: Wanted = PRECISION
        timestamps: bool = Field(True, description="false for models that were fine-tuned without timestamps")
        word_timestamps: bool = Field(True, description="find each word in the sound; false spreads the words over their segment")
        threads: int | None = THREADS

    def __init__(self, options: "TransformersWhisper.Options", device: Device) -> None:
        super().__init__(options, device)
        self._voters = KeptViews()
        if options.word_timestamps and self._heads() is None:
            self.give_up(message("word_times_estimated", model=options.model))

    def recognize(self, windows: Sequence[Samples], hint: Hint) -> Iterator[WindowResult | BackendError]:
        hint = hint.model_copy(update={"language": self._language(hint.language)})
        yield from self.fit.batches(windows, lambda batch: self._hear(batch, hint))

    def language_probabilities(self, windows: Sequence[Samples]) -> list[dict[str, float]]:
        if not self.model.settings.is_multilingual:
            return []
        self._voters.forget()
        return list(self.fit.batches(windows, self._languages))

    def open_model(self, load: Load) -> Opened:
        return Opened(*load_whisper(self.folder, DTYPES[load.precision], load.device))

    def _hear(self, windows: Sequence[Samples], hint: Hint) -> list[WindowResult | BackendError]:
        import torch

        try:
            with torch.inference_mode():
                return self._decoded(windows, hint)
        except (RuntimeError, ValueError, IndexError) as error:
            if is_of_the_device(error):
                raise
            reason = str(error).split("\n", 1)[0]
        if len(windows) == 1:
            return [BackendError(f"transformers stopped: {reason}.")]
        return [heard for window in windows for heard in self._hear([window], hint)]

    def _decoded(self, windows: Sequence[Samples], hint: Hint) -> list[WindowResult | BackendError]:
        opened = self.model
        encoded = self._encode(windows)
        scores = first_scores(opened, encoded)
        codes = [hint.language] * len(windows) if hint.language else likeliest(opened, scores, hint.languages)
        seeds = [zlib.crc32(window.tobytes()) for window in windows]
        tokens = generate(opened, encoded, codes, self._manner(hint), seeds)
        texts = self._texts(windows, encoded, tokens, codes)
        heads = self._heads()
        timings = align(cast(Any, HubDecoder(opened.model, encoded)), heads, texts) if heads is not None else [[]] * len(texts)
        return [
            WindowResult(
                words=words_of(text, found),
                language=common_code(text.said.language),
                no_speech=silent,
                stopped_s=text.stopped_s,
            )
            if sound
            else _overflow()
            for text, found, silent, sound in zip(texts, timings, no_speech(opened, scores), is_finite(scores), strict=True)
        ]

    def _texts(
        self, windows: Sequence[Samples], encoded: "Tensor", tokens: Sequence[list[int]], codes: Sequence[str]
    ) -> list[Text]:
        opened = self.model
        tokenizers = [HubTokenizer(opened.tokenizer, opened.settings, code) for code in codes]
        known = beliefs(HubDecoder(opened.model, encoded), tokens, tokenizers)
        return [
            Text(DecodedWindow(said, belief, tokenizer.language, 0.0), tokenizer, window.size)
            for said, belief, tokenizer, window in zip(tokens, known, tokenizers, windows, strict=True)
        ]

    def _manner(self, hint: Hint) -> Manner:
        opened = self.model
        prompt = prompt_tokens(opened, hint.prompt)
        if len(prompt) > opened.longest_prompt:
            self.give_up(message("prompt_cut", tokens=opened.longest_prompt))
        return Manner(prompt, hint.temperature, self.options.timestamps)

    def _encode(self, windows: Sequence[Samples], *, keep: bool = False) -> "Tensor":
        """The encoder's view of each window; what was kept for the vote on the language is taken for the words."""
        import torch

        opened, load = self.model, self.fit.load
        views = self._voters.of(windows, lambda left: list(encode(opened, left)), load.device, load.precision, keep=keep)
        return torch.stack(views)

    def _languages(self, windows: Sequence[Samples]) -> list[dict[str, float]]:
        import torch

        opened = self.model
        with torch.inference_mode():
            found = language_beliefs(opened, first_scores(opened, self._encode(windows, keep=True)))
        return [{common_code(code): share for code, share in each.items()} for each in found]

    def _language(self, asked: str | None) -> str | None:
        """Whisper's code of a language that was asked for; one that the model does not know is refused at once."""
        if asked is None:
            return None
        settings, code = self.model.settings, whisper_code(asked)
        known = [name[2:-2] for name in settings.lang_to_id] if settings.is_multilingual else ["en"]
        if code not in known:
            raise BackendError(
                f"'{self.options.model}' does not know the language '{asked}'; it knows {', '.join(known)}.",
                fix="Choose a model that knows it, or correct the language.",
            )
        return code

    def _heads(self) -> "Tensor | None":
        """The heads that follow the sound, bool, shape (layers, heads); None if word times are not wanted, or not to be had."""
        import torch

        model, settings = self.model.model, self.model.settings
        pairs = getattr(settings, "alignment_heads", None)
        if not self.options.word_timestamps or not pairs:
            return None
        heads = torch.zeros(model.config.decoder_layers, model.config.decoder_attention_heads, dtype=torch.bool)
        for layer, head in pairs:
            heads[layer, head] = True
        return heads.to(model.device)


def _overflow() -> BackendError:
    fix = "Set transcription.options.precision to fp32, or to bf16 on a GPU that has it."
    return BackendError("the numbers of the model grew beyond its precision.", fix=fix)
