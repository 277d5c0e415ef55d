"""A summarizer that asks a language model: the base of the backends that bring one."""

from abc import abstractmethod
from collections.abc import Sequence
from typing import ClassVar

from tasks.engine.base import Progress, untold
from tasks.enrichment import succeeded
from tasks.errors import BackendError
from tasks.language.messages import message
from tasks.models.catalogue import Skill, skill_of
from tasks.schema import Minutes, Notes, Notice, NoticeKind, Rewordings, Transcript, Translations, Usage
from tasks.summarization.language_model import Reply, Request
from tasks.summarization.notes_by_model import write_notes
from tasks.summarization.rewriting import STAGE as REWRITING
from tasks.summarization.rewriting import write_rewordings
from tasks.summarization.summarizer import Brief, Summarizer
from tasks.summarization.translating import STAGE as TRANSLATION
from tasks.summarization.translating import write_translations


class ChatSummarizer(Summarizer):
    """What to ask, how to cut a long meeting and what to do with the answers is the same for every model."""

    unknown_skill: ClassVar[Skill] = Skill(words_at_a_time=150, prose=False, finds=False)
    """Of a model that the catalogue does not know: little, since local models are small more often than not."""

    @property
    def skill(self) -> Skill:
        """How much of a meeting is read at a time, and whether the model is asked to find."""
        return skill_of(self.options.model) or self.unknown_skill

    @property
    @abstractmethod
    def context_tokens(self) -> int:
        """The longest prompt and answer together that the model takes, in tokens."""

    @abstractmethod
    def count_tokens(self, text: str) -> int:
        """Tokens of a text by the model's own tokenizer, or an upper estimate where the tokenizer is not known."""

    @abstractmethod
    def answer(self, requests: Sequence[Request]) -> list[Reply | BackendError]:
        """One reply a request, in order, or the error if the engine failed on it. The requests may be batched.

        Raises:
            ResourceError: the device is lost, or memory ran out whatever was tried.
            BackendError: the engine fails on everything.
        """

    @property
    @abstractmethod
    def usage(self) -> Usage:
        """What was asked and answered since the engine was opened."""

    def summarize(self, transcript: Transcript, brief: Brief, progress: Progress = untold) -> Notes:
        """Notes by the model. What had to be given up on the way, now or when the model was opened, is among the notices."""
        before, context = self.usage, self.context_tokens
        notes = self._write(transcript, brief, progress)
        while self.context_tokens < context and not succeeded(notes):
            context = self.context_tokens
            notes = self._write(transcript, brief, progress)
        engine = self.engine(self.options.model).model_copy(update={"usage": self.usage.since(before)})
        return notes.model_copy(update={"engine": engine, "notices": (*self.fallbacks(), *notes.notices)})

    def rewrite(self, transcript: Transcript, minutes: Minutes, progress: Progress = untold) -> Rewordings:
        """What the model makes of each task and decision, nothing checked yet."""
        before = self.usage
        made = write_rewordings(self, transcript, minutes, progress)
        engine = self.engine(self.options.model).model_copy(update={"stage": REWRITING, "usage": self.usage.since(before)})
        return made.model_copy(update={"engine": engine, "notices": (*self.fallbacks(), *made.notices)})

    def translate(self, texts: Sequence[str], source: str, target: str, progress: Progress = untold) -> Translations:
        """What the model makes of each sentence in another language, nothing checked yet."""
        before = self.usage
        made = write_translations(self, texts, source, target, progress)
        engine = self.engine(self.options.model).model_copy(update={"stage": TRANSLATION, "usage": self.usage.since(before)})
        return made.model_copy(update={"engine": engine, "notices": (*self.fallbacks(), *made.notices)})

    def _write(self, transcript: Transcript, brief: Brief, progress: Progress) -> Notes:
        """The notes; none, but the failure among the notices, when the engine has just taken to a shorter context."""
        context = self.context_tokens
        try:
            return write_notes(self, transcript, brief, self.skill, progress)
        except BackendError as error:
            if self.context_tokens == context:
                raise
            return Notes(notices=(Notice.of(NoticeKind.FAILED, self.stage, message("summarization_failed", str(error))),))
