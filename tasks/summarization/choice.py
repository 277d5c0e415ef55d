"""The `summarization` block of a configuration."""

from typing import Literal

from pydantic import Field

from tasks.engine.base import BackendChoice
from tasks.schema import Transcript
from tasks.summarization.summarizer import Brief, Detail


class SummarizationChoice(BackendChoice):
    """Which engine, in which language, how much, and from how many words on."""

    language: str = Field("auto", pattern=r"^(auto|[a-z]{2,3})$", description="auto: the meeting's own; or en, vi, ...")
    detail: Detail = Field("normal", description="how much is written down: low, normal or high")
    min_words: int = Field(
        12,
        ge=0,
        le=1000,
        description="with fewer different words than this nothing is summarised, whatever the engine would make of it",
    )
    words_at_a_time: int | None = Field(
        None, ge=40, le=5000, description="how much of the meeting a language model reads in one go; empty: as the catalogue says"
    )
    prose: bool | Literal["auto"] = Field(
        "auto",
        description="whether a language model writes sentences of its own about each part of the meeting; else code chooses what"
        " was said, and the model words it; auto: those whose sentences are true",
    )
    find: bool | Literal["auto"] = Field(
        "auto", description="whether a language model is asked for decisions and tasks as well; auto: those that can find them"
    )

    rewrite: bool = Field(
        True,
        description="have a language model write each task and decision as a sentence that can be read alone; it stands only if"
        " code can prove it from what was said",
    )

    @property
    def of_notes(self) -> BackendChoice:
        """Without what decides nothing of the notes."""
        return self.model_copy(update={"rewrite": True})

    def brief(self, transcript: Transcript) -> Brief:
        """What is wanted for one meeting."""
        return Brief(
            language=transcript.language if self.language == "auto" else self.language,
            detail=self.detail,
            words_at_a_time=self.words_at_a_time,
            prose=self.prose,
            find=self.find,
        )
