"""What CAM++ hears: 80 mel bands on a logarithmic scale, 10 ms apart, as Kaldi computes them.

Windows of 25 ms without their mean, pre-emphasis, Povey's window, power spectrum, triangles on the mel scale from 20 Hz.
"""

from functools import cache
from typing import Any

import numpy as np
from numpy.typing import NDArray

from tasks.audio.decode import SAMPLE_RATE

BANDS = 80
HOP = SAMPLE_RATE // 100
_WINDOW = SAMPLE_RATE // 40
_FFT = 512
_PRE_EMPHASIS = 0.97
_LOWEST_HZ = 20.0
_FLOOR = 1.1920928955078125e-07
"""The smallest step of a float32 above 1, as in Kaldi."""


def frame_count(samples: int) -> int:
    """How many frames so many samples give."""
    return max(0, 1 + (samples - _WINDOW) // HOP)


def log_mel(wave: Any) -> Any:
    """The features of a wave, a float32 tensor of samples between -1 and 1, shape (n,) -> (frames, 80)."""
    import torch

    frames = wave.unfold(0, _WINDOW, HOP)
    frames = frames - frames.mean(dim=1, keepdim=True)
    before = torch.cat([frames[:, :1], frames[:, :-1]], dim=1)
    shaped = (frames - _PRE_EMPHASIS * before) * torch.from_numpy(_povey()).to(wave.device)
    power = torch.fft.rfft(shaped, n=_FFT).abs().square()
    return (power @ torch.from_numpy(_triangles()).to(wave.device)).clamp_min(_FLOOR).log()


@cache
def _povey() -> NDArray[np.float32]:
    angle = 2 * np.pi * np.arange(_WINDOW) / (_WINDOW - 1)
    window: NDArray[np.float32] = ((0.5 - 0.5 * np.cos(angle)) ** 0.85).astype(np.float32)
    return window


@cache
def _triangles() -> NDArray[np.float32]:
    """The weight of each frequency in each band, shape (257, 80)."""
    frequencies = _mel(np.arange(_FFT // 2 + 1) * SAMPLE_RATE / _FFT)[:, None]
    edges = np.linspace(_mel(np.array(_LOWEST_HZ)), _mel(np.array(SAMPLE_RATE / 2)), BANDS + 2)
    left, centre, right = edges[:-2], edges[1:-1], edges[2:]
    rising, falling = (frequencies - left) / (centre - left), (right - frequencies) / (right - centre)
    weights: NDArray[np.float32] = np.maximum(0, np.minimum(rising, falling)).astype(np.float32)
    weights[-1] = 0  # Kaldi leaves the highest frequency out
    return weights


def _mel(hertz: Any) -> Any:
    return 1127.0 * np.log1p(hertz / 700.0)
