"""The network of pyannote segmentation-3.0: which of up to three people speak, every 17 ms of ten seconds.

    segment(opened(weights), waves)  # (batch, 160000) -> (batch, 589, 3), bool: at most two of them at once

Band-pass filters that were learnt (SincNet, Ravanelli and Bengio 2018), four recurrent layers that look both ways, two linear
ones, and a class for each set of people (Plaquet and Bredin 2023, Powerset multi-class cross entropy loss for neural speaker
diarization). `weights` are the tensors of the published checkpoint by their names.
"""

from collections.abc import Mapping
from typing import Any, NamedTuple

from tasks.audio.decode import SAMPLE_RATE

Weights = Mapping[str, Any]
PEOPLE = 3
STEP = 270
"""Samples from a frame to the next."""
FIELD = 991
"""Samples that a frame hears."""
_SETS = ((), (0,), (1,), (2,), (0, 1), (0, 2), (1, 2))
"""Who speaks in each class."""
_LOWEST_HZ = 50.0
_HIDDEN = 128
_LAYERS = 4


class SegmentationNetwork(NamedTuple):
    """The tensors, and what is made of them once."""

    weights: Weights
    filters: Any
    recurrent: Any
    sets: Any


def opened(weights: Weights) -> SegmentationNetwork:
    """The network of a checkpoint."""
    import torch

    recurrent = torch.nn.LSTM(60, _HIDDEN, _LAYERS, batch_first=True, bidirectional=True)
    recurrent.load_state_dict({name.removeprefix("lstm."): value for name, value in weights.items() if name.startswith("lstm.")})
    sets = torch.tensor([[person in people for person in range(PEOPLE)] for people in _SETS])
    device = weights["classifier.weight"].device
    return SegmentationNetwork(weights, _band_passes(weights), recurrent.to(device).eval().requires_grad_(False), sets.to(device))


def segment(network: SegmentationNetwork, waves: Any) -> Any:
    """Who speaks in each frame of waves of equal length."""
    import torch
    from torch.nn.functional import leaky_relu, linear

    hidden, _ = network.recurrent(_filtered(network, waves).transpose(1, 2))
    for name in ("linear.0", "linear.1"):
        hidden = leaky_relu(linear(hidden, network.weights[f"{name}.weight"], network.weights[f"{name}.bias"]))
    classes = linear(hidden, network.weights["classifier.weight"], network.weights["classifier.bias"])
    return network.sets[torch.argmax(classes, dim=-1)]


def frame_count(samples: int) -> int:
    """How many frames so many samples give."""
    return 1 + (samples - FIELD) // STEP


def _filtered(network: SegmentationNetwork, waves: Any) -> Any:
    from torch.nn.functional import conv1d

    weights = network.weights
    hidden = conv1d(_instance_norm(weights, "sincnet.wav_norm1d", waves[:, None]), network.filters, stride=10).abs()
    hidden = _pooled(weights, 0, hidden)
    for layer in (1, 2):
        name = f"sincnet.conv1d.{layer}"
        hidden = _pooled(weights, layer, conv1d(hidden, weights[f"{name}.weight"], weights[f"{name}.bias"]))
    return hidden


def _pooled(weights: Weights, layer: int, given: Any) -> Any:
    from torch.nn.functional import leaky_relu, max_pool1d

    return leaky_relu(_instance_norm(weights, f"sincnet.norm1d.{layer}", max_pool1d(given, 3)))


def _instance_norm(weights: Weights, name: str, given: Any) -> Any:
    from torch.nn.functional import instance_norm

    return instance_norm(given, weight=weights[f"{name}.weight"], bias=weights[f"{name}.bias"])


def _band_passes(weights: Weights) -> Any:
    """The filters of the first layer, even ones and then odd ones, from the edges of their bands, shape (80, 1, 251)."""
    import torch

    name = "sincnet.conv1d.0.filterbank"
    window, places = weights[f"{name}.window_"], weights[f"{name}.n_"]
    low = _LOWEST_HZ + weights[f"{name}.low_hz_"].abs()
    high = (low + _LOWEST_HZ + weights[f"{name}.band_hz_"].abs()).clamp(_LOWEST_HZ, SAMPLE_RATE / 2)
    width = high - low
    even = (torch.sin(high @ places) - torch.sin(low @ places)) / (places / 2) * window
    odd = (torch.cos(low @ places) - torch.cos(high @ places)) / (places / 2) * window
    even = torch.cat([even, 2 * width, even.flip(1)], dim=1)
    odd = torch.cat([odd, torch.zeros_like(width), -odd.flip(1)], dim=1)
    return (torch.cat([even, odd]) / (2 * width).repeat(2, 1))[:, None]
