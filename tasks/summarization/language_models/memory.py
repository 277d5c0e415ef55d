"""With less when memory runs out: fewer answers at once, weights in 8 and then 4 bits, a shorter context, at last the CPU."""

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Protocol, TypeVar

from tasks.errors import ResourceError
from tasks.language.messages import message
from tasks.models.step_down import Load, StepDown
from tasks.summarization.language_models.weights import Quantization

MIN_CONTEXT = 2048
"""Tokens below which no window of a meeting is worth a question."""
_FEWER_BITS: dict[Quantization, Quantization] = {"none": "int8", "int8": "nf4"}


@dataclass(frozen=True)
class ChatLoad(Load):
    """How much is asked of a device."""

    quantization: Quantization
    context_tokens: int


class ChatOpened(Protocol):
    """What must be known of an opened model."""

    @property
    def longest(self) -> int:
        """Tokens that it was made for."""


AnyOpened = TypeVar("AnyOpened", bound=ChatOpened)


class ChatStepDown(StepDown[AnyOpened]):
    """An opened language model and its load."""

    load: ChatLoad
    _wanted: ChatLoad
    _loaded: tuple[str, str, str] | None = None

    def __init__(self, load: ChatLoad, open_model: Callable[[Load], AnyOpened], may_quantize: bool) -> None:
        self._may_quantize = may_quantize
        super().__init__(load, open_model)

    @property
    def context_tokens(self) -> int:
        """The longest prompt and answer together."""
        return min(self.load.context_tokens, self.model.longest)

    def _lighter(self) -> ChatLoad:
        load, device = self.load, self.load.device
        if (fewer := _FEWER_BITS.get(load.quantization)) and device != "mps" and self._may_quantize:
            self._note(message("fewer_bits", device=device, quantization=fewer))
            return replace(load, quantization=fewer)
        if self._opened is not None and (half := self.context_tokens // 2) >= MIN_CONTEXT:
            self._note(message("shorter_context", device=device, tokens=half))
            return replace(load, context_tokens=half)
        if device == "cpu":
            raise ResourceError(
                f"memory ran out on the CPU with one answer at a time, as {load.quantization} in {load.precision}.",
                fix="Choose a smaller model, or close other programs.",
            )
        self._note(message("cpu_instead", device=device))
        return replace(self._wanted, precision="fp32", device="cpu")

    def _reopen(self) -> None:
        """Load the weights, unless they are those that are there."""
        if self._opened is None or _held(self.load) != self._loaded:
            super()._reopen()
            self._loaded = _held(self.load)


def _held(load: ChatLoad) -> tuple[str, str, str]:
    """What decides how the weights lie in memory."""
    return load.precision, load.quantization, load.device
