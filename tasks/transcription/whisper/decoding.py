"""What Whisper says about a batch of encoded windows: the rules and tokens of `whisper.decode`, computed for all rows at once.

`whisper.decode` takes batches too, and is as fast when all windows end together. Here a window leaves the batch when it has
ended, and chance is drawn for each from its own seed, so that a window says the same whatever stands beside it.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np

from tasks.audio.decode import Samples
from tasks.transcription.recognizer import likeliest_of
from tasks.transcription.whisper.attention import BatchDecoder

if TYPE_CHECKING:
    from torch import Tensor

_NEVER = -np.inf


@dataclass(frozen=True)
class Prompting:
    """How the windows of a batch are decoded."""

    language: str | None = None
    """None lets the model find it for each window."""
    prompt: str | None = None
    temperature: float = 0.0
    seeds: Sequence[int] = ()
    """One for each window; used above temperature 0."""
    languages: Sequence[str] = ()
    """Those among which it is found; all where empty."""


@dataclass(frozen=True)
class DecodedWindow:
    """The tokens of one window up to its end, how probable each was when it was chosen, and what was found besides."""

    tokens: list[int]
    probabilities: list[float]
    language: str
    no_speech: float

    @property
    def is_finite(self) -> bool:
        """Whether all numbers are numbers: half precision can overflow."""
        return bool(np.isfinite([self.no_speech, *self.probabilities]).all())


def encode(model: Any, windows: Sequence[Samples]) -> "Tensor":
    """The encoder's output, shape (windows, frames, state).

    Each window as if it were alone: its loudness is measured against its own loudest moment.
    """
    import torch
    from whisper.audio import log_mel_spectrogram, pad_or_trim

    sounds = [torch.tensor(window).to(model.device).float() / 32768 for window in windows]
    spectra = [log_mel_spectrogram(pad_or_trim(sound), model.dims.n_mels) for sound in sounds]
    precision = model.encoder.conv1.weight.dtype
    return torch.cat([model.encoder(spectrum[None].to(precision)) for spectrum in spectra])


def decode(model: Any, features: "Tensor", prompting: Prompting) -> tuple[list[DecodedWindow], BatchDecoder]:
    """What was said in each window, and the decoder, which still holds the sound for `alignment.py`.

    Args:
        features: the encoder's output, shape (windows, frames, state).
    """
    from whisper.decoding import DecodingOptions, DecodingTask

    options = DecodingOptions(language=prompting.language, prompt=prompting.prompt, fp16=False)
    task = DecodingTask(model, options)  # knows the first tokens, the limits and the rules
    start, languages = _start(task, features, prompting.languages)
    decoder = BatchDecoder(model, features, start.shape[1] + task.sample_len)
    hidden = decoder.read(start)
    no_speech = decoder.logits(hidden[:, task.sot_index]).softmax(-1)[:, task.tokenizer.no_speech].tolist()
    loop = _Loop(task, decoder, prompting)
    loop.run(decoder.logits(hidden[:, -1]))
    return [DecodedWindow(*loop.result(row), languages[row], no_speech[row]) for row in range(len(features))], decoder


def _start(task: Any, features: "Tensor", known: Sequence[str]) -> tuple["Tensor", list[str]]:
    """The first tokens of each window, and its language."""
    import torch

    tokens = torch.tensor([task.initial_tokens] * len(features), device=features.device)
    if task.options.language:
        return tokens, [task.options.language] * len(features)
    _, beliefs = task.model.detect_language(features, task.tokenizer)
    languages = [likeliest_of(each, known) for each in beliefs]
    told = [task.tokenizer.to_language_token(language) for language in languages]
    tokens[:, task.sot_index + 1] = torch.tensor(told, device=features.device)
    return tokens, languages


class _Loop:
    """One token after the other for all windows that have not ended."""

    def __init__(self, task: Any, decoder: BatchDecoder, prompting: Prompting) -> None:
        import torch

        self._decoder, self._end = decoder, task.tokenizer.eot
        self._longest = min(task.sample_len, task.n_ctx + 1 - len(task.initial_tokens))
        rows, device = decoder.active, task.model.device
        self._rules = _Rules(task, rows)
        self._tokens = torch.full((rows, self._longest), self._end, device=device)
        self._beliefs = torch.zeros((rows, self._longest), device=device)
        self._temperature = prompting.temperature
        draws = [np.random.default_rng(seed).random(self._longest) for seed in prompting.seeds]
        self._draws = torch.tensor(np.array(draws)) if prompting.temperature > 0 else None

    def run(self, logits: "Tensor") -> None:
        """Decode until every window has ended or no token more is allowed."""
        for step in range(self._longest):
            self._rules.apply(logits, first=step == 0)
            chosen = self._choose(logits, step)
            active = self._decoder.active
            self._tokens[:active, step] = chosen
            self._beliefs[:active, step] = (logits.gather(1, chosen[:, None])[:, 0] - logits.logsumexp(-1)).exp()
            self._rules.note(chosen)
            self._retire((chosen == self._end).nonzero()[:, 0].tolist())
            active = self._decoder.active
            if not active or step + 1 == self._longest:
                return
            logits = self._decoder.logits(self._decoder.read(self._tokens[:active, step, None])[:, -1])

    def result(self, window: int) -> tuple[list[int], list[float]]:
        """The tokens of a window before its end, and their probabilities."""
        row = self._decoder.rows.index(window)
        tokens = self._tokens[row].tolist()
        length = tokens.index(self._end) if self._end in tokens else len(tokens)
        return tokens[:length], self._beliefs[row, :length].tolist()

    def _choose(self, logits: "Tensor", step: int) -> "Tensor":
        import torch

        if self._draws is None:
            return logits.argmax(-1)
        shares = (logits.cpu().double() / self._temperature).softmax(-1).cumsum(-1)
        draws = self._draws[self._decoder.rows[: len(logits)], step, None] * shares[:, -1:]
        return torch.searchsorted(shares, draws, right=True)[:, 0].to(logits.device)

    def _retire(self, ended: list[int]) -> None:
        for row in reversed(ended):
            self._decoder.retire(row, self._tokens, self._beliefs, *self._rules.state)


class _Rules:
    """`SuppressBlank`, `SuppressTokens` and `ApplyTimestampRules` of whisper.decoding without a loop over rows."""

    def __init__(self, task: Any, rows: int) -> None:
        import torch
        from whisper.decoding import ApplyTimestampRules, SuppressTokens

        device, tokenizer = task.model.device, task.tokenizer
        rules = {type(rule): rule for rule in task.logit_filters}
        suppressed = [*rules[SuppressTokens].suppress_tokens, tokenizer.no_timestamps]
        self._suppressed = torch.tensor(suppressed, device=device)
        self._latest_start = rules[ApplyTimestampRules].max_initial_timestamp_index
        self._times, self._end = tokenizer.timestamp_begin, tokenizer.eot
        self._steps = torch.arange(task.model.dims.n_vocab - self._times, device=device)
        self._latest = torch.full((rows,), -1, device=device)
        self._last = torch.ones(rows, dtype=torch.bool, device=device)  # was it a time? as whisper.decode has it for no token yet
        self._before = self._last.clone()
        self.state = (self._latest, self._last, self._before)

    def apply(self, logits: "Tensor", *, first: bool) -> None:
        """Forbid what must not come next, in place."""
        logits.index_fill_(1, self._suppressed, _NEVER)
        text, times = logits[:, : self._times], logits[:, self._times :]
        if first:
            text.fill_(_NEVER)
            times[:, self._latest_start + 1 :] = _NEVER
            return
        last, before = self._last[: len(logits), None], self._before[: len(logits), None]
        ends_segment = last & ~before  # the next one opens at the same time or later, or the text is over
        earliest = self._latest[: len(logits), None] + (~ends_segment).long()
        times.masked_fill_((last & before) | (self._steps < earliest), _NEVER)
        logits[:, : self._end].masked_fill_(ends_segment, _NEVER)
        text.masked_fill_((times.logsumexp(-1) > text.amax(-1))[:, None], _NEVER)

    def note(self, chosen: "Tensor") -> None:
        """Remember what was chosen."""
        rows = slice(len(chosen))
        is_time = chosen >= self._times
        self._before[rows] = self._last[rows]
        self._last[rows] = is_time
        self._latest[rows] = (chosen - self._times).where(is_time, self._latest[rows])
