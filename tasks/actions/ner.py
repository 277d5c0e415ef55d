"""The rules with a model that finds names: who is called by name may own a task, though nobody addressed them.

    AutoModelForTokenClassification(input_ids, attention_mask).logits   # (windows, tokens, labels)
    # labels: O, B-PER, I-PER, B-ORG, I-ORG, B-LOC, I-LOC, ...

Nothing is downloaded, nothing is unpickled, no code of a repository is run, and no text leaves the machine.
"""

import re
from bisect import bisect_right
from collections.abc import Iterable, Iterator, Sequence
from itertools import accumulate

from pydantic import Field

from tasks.actions.entities import Mention, united
from tasks.actions.extractor import ActionExtractor
from tasks.actions.ner_weights import Tagger, load_tagger
from tasks.actions.ner_windows import Named, Scores, TextWindow, names_in, scores_of, windows_of
from tasks.actions.rules import DETECTOR, find_by_rules, learnt
from tasks.engine.hub_options import PRECISION, THREADS, DefaultHubOptions, Wanted, batch_size, default_model
from tasks.errors import BackendError
from tasks.models.step_down import Load, is_of_the_device
from tasks.models.torch_backend import HubBackend
from tasks.schema import EntityKind, Findings, Segment, Transcript

_OUTSIDE = re.compile(r"^,? (?:from|at|of|bên|của|ở) ")
"""After the name of somebody who belongs elsewhere: `Mr. Jones from the supplier`."""


class NerExtractor(HubBackend[Tagger], ActionExtractor):
    """Any token classification model of the Hub or of a local folder, and the rules."""

    name = "ner"
    summary = "the rules, with names found by a token classification model of the Hugging Face Hub"
    packages = ("transformers", "torch")
    install = "pip install 'audio-minutes[local]'"
    distribution = "transformers"

    class Options(DefaultHubOptions):
        """Which weights, and how they are run."""

        example = "dslim/bert-base-NER"
        example_commit = "d1a3e8f13f8c3566299d95fcfc9a8d2382a9affc"

        model: str = default_model(example)
        detector: bool = DETECTOR
        min_confidence: float = Field(0.6, ge=0, le=1, description="names of which the model is less sure are left out")
        window_tokens: int | None = Field(None, ge=16, le=8192, description="tokens read at once; null for what the model takes")
        batch_size: int = batch_size(16, 512, "windows read")
        precision: Wanted = PRECISION
        threads: int | None = THREADS

    def extract(self, transcript: Transcript) -> Findings:
        """Claims and names in the order in which they came up."""
        text, starts = _joined(transcript.segments)
        named = [name for name in self.names(text) if name.confidence >= self.options.min_confidence]
        found = find_by_rules(transcript, _persons(text, named), **learnt(wanted=self.options.detector))
        known = [(entity.kind, entity.text, entity.segment_ids) for entity in found.entities]
        entities = united((*known, *_new(_mentions(text, named, transcript.segments, starts), known)), transcript)
        engine = self.engine(self.options.model)
        return found.model_copy(update={"entities": entities, "engine": engine, "notices": (*found.notices, *self.fallbacks())})

    def open_model(self, load: Load) -> Tagger:
        return load_tagger(self.folder, load.precision, load.device)

    def names(self, text: str) -> list[Named]:
        windows = windows_of(text, self.model, self.options.window_tokens)
        scores = list(self.fit.batches(windows, self._scores))
        return names_in(text, windows, scores, self.model.labels)

    def _scores(self, windows: Sequence[TextWindow]) -> list[Scores]:
        try:
            return scores_of(windows, self.model)
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
