"""Translation models of the Hugging Face Hub by transformers: Marian, M2M100, NLLB, mBART, T5, MADLAD.

    model.generate(input_ids, attention_mask, num_beams=4)   # (texts, tokens): 2, 512, 88, ..., 2, 1, 1
    tokenizer.batch_decode(...)                              # ["Gọi thợ mộc.", ...]

The pipeline for translation left transformers with version 5, so the model class is called: batches are of our size, and an
answer that was cut off is seen. Nothing is downloaded, nothing is unpickled, and no code of a repository is run.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any, NamedTuple

from pydantic import Field

from tasks.engine.base import Progress, untold
from tasks.engine.hub_options import PRECISION, THREADS, HubOptions, Wanted, batch_size
from tasks.errors import BackendError, DependencyError
from tasks.models.pretrained import load_pretrained
from tasks.models.step_down import DTYPES, Load, is_of_the_device
from tasks.models.torch_backend import HubBackend
from tasks.schema import Translated, Translations
from tasks.translation.translator import Translator


class _OpenedSeq2Seq(NamedTuple):
    model: Any
    tokenizer: Any


class Seq2Seq(HubBackend[_OpenedSeq2Seq], Translator):
    """Any encoder-decoder model for translation, of the Hub or of a local folder."""

    name = "seq2seq"
    summary = "a translation model of the Hugging Face Hub (Marian, M2M100, NLLB, MADLAD), batched"
    packages = ("transformers", "torch")
    install = "pip install 'audio-minutes[local]'"
    distribution = "transformers"

    class Options(HubOptions):
        """Which weights, how languages are named to them, and how they are run."""

        example = "google/madlad400-3b-mt"

        prefix: str = Field("", max_length=40, description="what the model wants before each text, as `<2vi> ` for MADLAD")
        source_code: str | None = Field(
            None,
            description="what its tokenizer calls the language of the minutes, as `eng_Latn` for NLLB; null if it asks for none",
        )
        target_token: str | None = Field(
            None, description="the token with which the answer begins, as `vie_Latn` for NLLB, `__vi__` for M2M100; null for none"
        )
        beams: int = Field(4, ge=1, le=16, description="drafts that are followed at once")
        batch_size: int = batch_size(16, 512, "texts translated")
        precision: Wanted = PRECISION
        threads: int | None = THREADS

    def translate(self, texts: Sequence[str], source: str, target: str, progress: Progress = untold) -> Translations:
        made: list[Translated] = []
        whole = [text for text in texts if self._fits(text)]
        for number, (text, answer) in enumerate(zip(whole, self.fit.batches(whole, self._answers), strict=True), start=1):
            if answer:
                made.append(Translated(text=text, translation=answer))
            progress(number / len(whole))
        engine = self.engine(self.options.model)
        return Translations(language=target, texts=tuple(made), engine=engine, notices=self.fallbacks())

    def open_model(self, load: Load) -> _OpenedSeq2Seq:
        opened = _load(self.folder, DTYPES[load.precision], load.device)
        if self.options.source_code:
            opened.tokenizer.src_lang = self.options.source_code
        return opened

    def _fits(self, text: str) -> bool:
        """Whether the model reads the whole text: half of one would be translated without a word about the rest."""
        tokenizer = self.model.tokenizer
        return len(tokenizer(f"{self.options.prefix}{text}")["input_ids"]) <= int(tokenizer.model_max_length)

    def _answers(self, texts: Sequence[str]) -> list[str]:
        try:
            return self._generated(texts)
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            if is_of_the_device(error):
                raise
            raise BackendError(f"transformers stopped: {str(error).split(chr(10), 1)[0]}.") from error

    def _generated(self, texts: Sequence[str]) -> list[str]:
        """One answer a text; empty where it did not come to an end."""
        import torch

        model, tokenizer = self.model
        asked = tokenizer([f"{self.options.prefix}{text}" for text in texts], return_tensors="pt", padding=True)
        room = 2 * asked["input_ids"].shape[1] + 16  # no translation of a sentence is longer
        first = self.options.target_token and tokenizer.convert_tokens_to_ids(self.options.target_token)
        with torch.inference_mode():
            written = model.generate(
                input_ids=asked["input_ids"].to(model.device),
                attention_mask=asked["attention_mask"].to(model.device),
                num_beams=self.options.beams,
                do_sample=False,
                max_new_tokens=room,
                **({"forced_bos_token_id": first} if first is not None else {}),
            )
        ends = torch.tensor(model.generation_config.eos_token_id, device=written.device)
        ended = torch.isin(written[:, 1:], ends).any(dim=1).tolist()
        answers = tokenizer.batch_decode(written, skip_special_tokens=True)
        return [answer.strip() if whole else "" for answer, whole in zip(answers, ended, strict=True)]


def _load(folder: Path, dtype: str, device: str) -> _OpenedSeq2Seq:
    """The model and its tokenizer. Missing weights are refused, not filled with random numbers."""
    model, tokenizer = load_pretrained("AutoModelForSeq2SeqLM", folder, dtype, _unusable)
    return _OpenedSeq2Seq(model.to(device).eval().requires_grad_(False), tokenizer)


def _unusable(folder: Path, why: str) -> DependencyError:
    return DependencyError(
        f"is no translation model that can be loaded: {why}.",
        where=str(folder),
        fix="Choose an encoder-decoder model with safetensors, and fetch it with `minutes models pull`.",
    )
