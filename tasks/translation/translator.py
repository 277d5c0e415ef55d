"""The seam between the translation stage and the engines."""

from abc import abstractmethod
from collections.abc import Sequence

from tasks.engine.base import Backend, Progress, untold
from tasks.schema import Translations


class Translator(Backend):
    """Puts sentences into another language."""

    stage = "translation"

    @abstractmethod
    def translate(self, texts: Sequence[str], source: str, target: str, progress: Progress = untold) -> Translations:
        """What the engine makes of each text, nothing checked; languages are ISO 639 codes.

        Raises:
            BackendError: the engine failed.
        """
