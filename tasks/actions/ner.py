"""The rules with a model that finds names: who is called by name may own a task, though nobody addressed them.

    AutoModelForTokenClassification(input_ids, attention_mask).logits   # (windows, tokens, labels)
    # labels: O, B-PER, I-PER, B-ORG, I-ORG, B-LOC, I-LOC, ...

Nothing is downloaded, nothing is unpickled, no code of a repository is run, and no text leaves the machine.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate
from typing import Any, Self

from pydantic import Field, model_validator

from tasks.actions.entities import Mention, united
from tasks.actions.extractor import ActionExtractor
from tasks.actions.ner_weights import Tagger, load_tagger
from tasks.actions.ner_windows import Named, Scores, TextWindow, names_in, scores_of, windows_of
from tasks.actions.rules import DETECTOR, find_by_rules, learnt
from tasks.engine.base import Device, ModelNeed
from tasks.engine.base import Options as BaseOptions
from tasks.errors import BackendError, DependencyError
from tasks.models.cpu_threads import limit_torch
from tasks.models.pinned import need_of, pin_of, place_of, require_pin
from tasks.models.step_down import Load, StepDown, Wanted, choose_precision, is_of_the_device
from tasks.schema import EntityKind, Findings, Notice, NoticeKind, Segment, Transcript

_DEFAULT_MODEL = "dslim/bert-base-NER"
_DEFAULT_REVISION = "d1a3e8f13f8c3566299d95fcfc9a8d2382a9affc"
_OUTSIDE = re.compile(r"^,? (?:from|at|of|bên|của|ở) ")
"""After the name of somebody who belongs elsewhere: `Mr. Jones from the supplier`."""


class NerExtractor(ActionExtractor):
    """Any token classification model of the Hub or of a local folder, and the rules."""

    name = "ner"
    summary = "the rules, with names found by a token classification model of the Hugging Face Hub"
    packages = ("transformers", "torch")
    install = "pip install 'audio-minutes[local]'"
    distribution = "transformers"

    class Options(BaseOptions):
        """Which weights, and how they are run."""

        model: str = Field(_DEFAULT_MODEL, min_length=1, description="a Hub id (OWNER/NAME), or the path of a folder")
        revision: str | None = Field(
            None, pattern=r"^[\w./-]+$", description="of a Hub id: the commit, required for all but the default model"
        )
        detector: bool = DETECTOR
        min_confidence: float = Field(0.6, ge=0, le=1, description="names of which the model is less sure are left out")
        window_tokens: int | None = Field(None, ge=16, le=8192, description="tokens read at once; null for what the model takes")
        batch_size: int = Field(16, ge=1, le=512, description="windows read at once; halved when memory runs out")
        precision: Wanted = Field("auto", description="fp32, fp16 or bf16; auto is fp16 on CUDA and fp32 elsewhere")
        threads: int | None = Field(None, ge=1, le=256, description="CPU threads; null for the cores this process may use")

        @model_validator(mode="after")
        def _is_pinned(self) -> Self:
            require_pin(
                self.model, self.revision or (_DEFAULT_REVISION if self.model == _DEFAULT_MODEL else None), _DEFAULT_MODEL
            )
            return self

    def __init__(self, options: "NerExtractor.Options", device: Device) -> None:
        super().__init__(options, device)
        limit_torch(options.threads)
        precision = choose_precision(options.precision, device.name, "actions.options.precision")
        self._fit: StepDown[Tagger] = StepDown(Load(options.batch_size, precision, device.name), self._open)

    @classmethod
    def models(cls, options: Any) -> tuple[ModelNeed, ...]:
        return (need_of(options.model, options.revision or _DEFAULT_REVISION),)

    @classmethod
    def revision(cls, options: Any) -> str:
        (need,) = cls.models(options)
        return f"{super().revision(options)}, {pin_of(need)}"

    def extract(self, transcript: Transcript) -> Findings:
        """Claims and names in the order in which they came up."""
        text, starts = _joined(transcript.segments)
        named = [name for name in self._names(text) if name.confidence >= self.options.min_confidence]
        found = find_by_rules(transcript, _persons(text, named), **learnt(wanted=self.options.detector))
        known = [(entity.kind, entity.text, entity.segment_ids) for entity in found.entities]
        entities = united((*known, *_new(_mentions(text, named, transcript.segments, starts), known)), transcript)
        steps = tuple(Notice(kind=NoticeKind.FALLBACK, stage=self.stage, message=step) for step in self._fit.steps)
        engine = self.engine(self.options.model)
        return found.model_copy(update={"entities": entities, "engine": engine, "notices": (*found.notices, *steps)})

    def close(self) -> None:
        self._fit.close()

    def _open(self, load: Load) -> Tagger:
        (need,) = self.models(self.options)
        folder = place_of(need)
        if not folder.is_dir():
            raise DependencyError(f"there is no folder '{need.id}'.", where="actions.options.model", fix="Correct the path.")
        return load_tagger(folder, load.precision, load.device)

    def _names(self, text: str) -> list[Named]:
        windows = windows_of(text, self._fit.model, self.options.window_tokens)
        scores = list(self._fit.batches(windows, self._scores))
        return names_in(text, windows, scores, self._fit.model.labels)

    def _scores(self, windows: Sequence[TextWindow]) -> list[Scores]:
        try:
            return scores_of(windows, self._fit.model)
        except (RuntimeError, ValueError, IndexError) as error:
            if is_of_the_device(error):
                raise
            reason = str(error).split("\n", 1)[0]
        raise BackendError(f"the model that finds names stopped: {reason}.")


def _joined(segments: Iterable[Segment]) -> tuple[str, list[int]]:
    """All words as one text, and where each segment starts in it."""
    texts = [segment.text.strip() for segment in segments]
    return " ".join(texts), [0, *accumulate(len(text) + 1 for text in texts)][: len(texts)]


def _mentions(text: str, named: Iterable[Named], segments: Sequence[Segment], starts: Sequence[int]) -> Iterator[Mention]:
    for name in named:
        first, last = bisect_right(starts, name.start) - 1, bisect_right(starts, name.end - 1) - 1
        yield name.kind, _plain(text, name), tuple(segment.id for segment in segments[first : last + 1])


def _new(mentions: Iterable[Mention], known: Sequence[Mention]) -> Iterator[Mention]:
    """What is not there yet under a longer or another name: `Lan` is part of `Nguyễn Thị Lan`."""
    for kind, text, ids in mentions:
        words = set(text.casefold().split())
        if not any(words <= set(other.casefold().split()) and set(ids) <= set(there) for _, other, there in known):
            yield kind, text, ids


def _persons(text: str, named: Iterable[Named]) -> list[str]:
    """Who may own a task: persons who are nowhere said to belong elsewhere. Longer names come first."""
    outside = {_plain(text, name) for name in named if _OUTSIDE.match(text[name.end :])}
    persons = {_plain(text, name) for name in named if name.kind is EntityKind.PERSON} - outside
    return sorted(persons, key=lambda person: (-len(person.split()), person))


def _plain(text: str, name: Named) -> str:
    return " ".join(text[name.start : name.end].split())
