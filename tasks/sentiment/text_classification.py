"""Text classification models of the Hugging Face Hub, by the pipeline of transformers.

    pipeline(["That was a good week.", ...], top_k=None)
    # [[{"label": "POSITIVE", "score": 0.9998}, {"label": "NEGATIVE", "score": 0.0002}], ...]

One call does all: it cuts, batches, runs and gives probabilities. Nothing is downloaded, nothing is unpickled, and no code of a
repository is run.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from tasks.engine.base import Progress, untold
from tasks.engine.hub_options import PRECISION, THREADS, HubOptions, Wanted, batch_size
from tasks.errors import BackendError, DependencyError
from tasks.models.pretrained import load_pretrained
from tasks.models.step_down import DTYPES, Load, is_of_the_device
from tasks.models.torch_backend import HubBackend, quiet_transformers
from tasks.sentiment.classifier import MoodClassifier


class TextClassification(HubBackend[Any], MoodClassifier):
    """Any text classification model of the Hub or of a local folder. It knows the languages that it was trained on, no others."""

    name = "text-classification"
    summary = "a text classification model of the Hugging Face Hub, by its pipeline"
    packages = ("transformers", "torch")
    install = "pip install 'audio-minutes[local]'"
    distribution = "transformers"

    class Options(HubOptions):
        """Which weights, and how they are run."""

        example = "cardiffnlp/twitter-xlm-roberta-base-sentiment"

        batch_size: int = batch_size(16, 512, "passages read")
        precision: Wanted = PRECISION
        threads: int | None = THREADS

    def classify(self, texts: Sequence[str], progress: Progress = untold) -> list[dict[str, float]]:
        found: list[dict[str, float]] = []
        for each in self.fit.batches(texts, self._classified):
            found.append(each)
            progress(len(found) / len(texts))
        return found

    def open_model(self, load: Load) -> Any:
        return _load(self.folder, DTYPES[load.precision], load.device)

    def _classified(self, texts: Sequence[str]) -> list[dict[str, float]]:
        try:
            answers = self.model(list(texts), batch_size=len(texts), truncation=True, top_k=None)
        except (RuntimeError, ValueError, IndexError, TypeError) as error:
            if is_of_the_device(error):
                raise
            raise BackendError(f"transformers stopped: {str(error).split(chr(10), 1)[0]}.") from error
        return [{str(each["label"]): float(each["score"]) for each in answer} for answer in answers]


def _load(folder: Path, dtype: str, device: str) -> Any:
    """The pipeline. The weights are loaded first, since one that is given a name takes whatever lies there."""
    model, tokenizer = load_pretrained("AutoModelForSequenceClassification", folder, dtype, _unusable)
    return quiet_transformers().pipeline("text-classification", model=model.eval(), tokenizer=tokenizer, device=device)


def _unusable(folder: Path, why: str) -> DependencyError:
    return DependencyError(
        f"is no text classification model that can be loaded: {why}.",
        where=str(folder),
        fix="Choose one with safetensors, and fetch it with `minutes models pull`.",
    )
