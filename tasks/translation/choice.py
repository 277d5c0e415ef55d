"""The `translation` block of a configuration."""

from typing import Any

from pydantic import Field

from tasks.engine.base import BackendChoice, Options


class TranslationChoice(Options):
    """Into which language, and by which engine."""

    language: str = Field(pattern=r"^[a-z]{2,3}$", description="of the translation: vi, en, ...")
    backend: str | None = Field(None, description="a translation engine; empty: the language model that writes the summary")
    options: dict[str, Any] = Field(default_factory=dict, description="those of the engine")

    @property
    def engine(self) -> BackendChoice | None:
        """The engine that is named; None for the language model of the summary."""
        return BackendChoice(backend=self.backend, options=self.options) if self.backend else None
