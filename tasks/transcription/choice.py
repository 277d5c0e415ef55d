"""The `transcription` block of a configuration."""

from pydantic import Field

from tasks.clean_text import Text
from tasks.engine.base import BackendChoice
from tasks.language.codes import base_language
from tasks.schema import Sidecar
from tasks.transcription.guards.verdicts import GuardOptions


class TranscriptionChoice(BackendChoice):
    """Which engine, in which language, and how its answers are doubted."""

    language: str = Field(
        "auto", pattern=r"^(auto|[a-z]{2,3})$", description="auto: the sidecar's, else by a vote of the recording; or en, vi, ..."
    )
    vocabulary: tuple[Text, ...] = Field(
        (), description="names and words to expect in every recording, besides those of its sidecar"
    )
    remember_names: bool = Field(
        False, description="expect the names too that people wrote into the corrections of other meetings in the same folder"
    )
    guards: GuardOptions = GuardOptions()

    def said(self, sidecar: Sidecar) -> str | None:
        """The language that a person named, as an ISO 639 code; None when it must be heard."""
        if sidecar.language:
            return base_language(sidecar.language)
        return None if self.language == "auto" else self.language
