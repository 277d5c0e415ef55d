"""The network CAM++: from mel bands to a direction that stands for a voice.

    frames = network.hear(features)         # (frames, 80) -> (512, frames / 2)
    network.embed(frames, [slice(0, 100)])  # the embedding of each window, shape (windows, 192)

A front of two-dimensional convolutions, then three blocks of densely connected time-delay layers, each of which masks what it
heard by the context around it; the mean and the deviation over time give the embedding (Wang et al. 2023, CAM++: A Fast and
Efficient Network for Speaker Verification Using Context-Aware Masking). The tensors are those of the published checkpoint.

What is heard is computed once for all windows over it. Batch normalisation is multiplied into the weights beside it:
relu(s * x + b) is s * x + b with x kept on the side of -b / s where that is positive.
"""

from collections.abc import Mapping, Sequence
from typing import Any, NamedTuple

Weights = Mapping[str, Any]
FRAME_S = 0.02
"""What a frame that was heard stands for."""
_BLOCKS = ((12, 1), (24, 2), (16, 2))
"""Layers of a block, and how far apart in time their inputs lie."""
_GROWTH = 32
_CONTEXT = 100
"""Frames over which a layer looks for its context."""
_TINY = 1e-5
"""What batch normalisation adds to a variance, as in training."""


class _Affine(NamedTuple):
    """Batch normalisation as one multiplication and one addition for each channel."""

    scale: Any
    shift: Any


class _Rectified(NamedTuple):
    """Batch normalisation, relu and the 1x1 convolution after them: limits of the input, then a matrix and what is added."""

    least: Any
    most: Any
    matrix: Any
    added: Any

    def __call__(self, given: Any) -> Any:
        import torch

        return torch.addmm(self.added, self.matrix, torch.clamp(given, self.least, self.most))


class _Layer(NamedTuple):
    """A densely connected layer, without and with its mask."""

    squeeze: _Rectified
    local: Any
    """The kernel as a matrix, (channels, what is heard before, at and after a frame)."""
    dilation: int
    context: tuple[Any, Any, Any, Any]

    def __call__(self, given: Any) -> Any:
        import torch
        from torch.nn.functional import avg_pool1d, pad

        hidden = self.squeeze(given).relu_()
        means = avg_pool1d(hidden[None], _CONTEXT, stride=_CONTEXT, ceil_mode=True)[0] + hidden.mean(dim=1, keepdim=True)
        first, first_added, second, second_added = self.context
        mask = torch.addmm(second_added, second, torch.addmm(first_added, first, means).relu_()).sigmoid_()
        padded, count = pad(hidden, (self.dilation, self.dilation)), hidden.shape[1]
        around = [padded[:, start : start + count] for start in range(0, 2 * self.dilation + 1, self.dilation)]
        heard = self.local @ torch.cat(around)
        return heard.mul_(mask.repeat_interleave(_CONTEXT, dim=1)[:, :count])


class CamPlusPlusNetwork:
    """The network of a checkpoint, on the device of its tensors."""

    def __init__(self, weights: Weights) -> None:
        self._weights = weights
        self.device = weights["xvector.dense.linear.weight"].device
        self._front = {name: _folded(weights, name) for name in weights if name.startswith("head.") and weights[name].dim() == 4}
        self._first = _folded(weights, "xvector.tdnn.linear.weight", "xvector.tdnn.nonlinear.batchnorm")
        self._blocks = [
            (
                [_layer(weights, f"xvector.block{block}.tdnnd{layer}", dilation) for layer in range(1, layers + 1)],
                _rectified(weights, f"xvector.transit{block}.nonlinear", f"xvector.transit{block}.linear"),
            )
            for block, (layers, dilation) in enumerate(_BLOCKS, start=1)
        ]
        self._last = _affine(weights, "xvector.out_nonlinear.batchnorm")
        self._dense = _affine(weights, "xvector.dense.nonlinear.batchnorm")

    def hear(self, features: Any) -> Any:
        """What is heard in each frame of 20 ms of one voice. The mean of the features is taken off first."""
        from torch.nn.functional import conv1d

        kernel, added = self._first
        heard = (features - features.mean(dim=0)).T[None, None]
        hidden = conv1d(self._patterns(heard).flatten(1, 2), kernel, added, stride=2, padding=2)[0].relu_()
        for layers, transit in self._blocks:
            hidden = transit(_dense_block(layers, hidden))
        return (hidden * self._last.scale + self._last.shift).relu_()

    def embed(self, heard: Any, windows: Sequence[slice]) -> Any:
        """The embeddings of windows of frames, not normalised."""
        import torch

        parts = [heard[:, window] for window in windows]
        pooled = torch.stack([torch.cat([part.mean(dim=1), part.std(dim=1)]) for part in parts])
        found = pooled @ self._weights["xvector.dense.linear.weight"][..., 0].T
        return found * self._dense.scale[:, 0] + self._dense.shift[:, 0]

    def _patterns(self, bands: Any) -> Any:
        """Patterns over frequency, which is halved three times, and time, shape (1, 32, 10, frames)."""
        import torch

        bands = bands.contiguous(memory_format=torch.channels_last)  # twice as fast on a CPU
        hidden = self._convolved("head.conv1", bands, 1).relu_()
        for layer in ("head.layer1", "head.layer2"):
            hidden = self._residual(f"{layer}.0", hidden, 2)
            hidden = self._residual(f"{layer}.1", hidden, 1)
        return self._convolved("head.conv2", hidden, 2).relu_()

    def _residual(self, name: str, given: Any, stride: int) -> Any:
        hidden = self._convolved(f"{name}.conv2", self._convolved(f"{name}.conv1", given, stride).relu_(), 1)
        shortcut = f"{name}.shortcut.0"
        passed = self._convolved(shortcut, given, stride) if f"{shortcut}.weight" in self._front else given
        return hidden.add_(passed).relu_()

    def _convolved(self, name: str, given: Any, stride: int) -> Any:
        from torch.nn.functional import conv2d

        kernel, added = self._front[f"{name}.weight"]
        return conv2d(given, kernel, added, stride=(stride, 1), padding=kernel.shape[-1] // 2)


def _dense_block(layers: Sequence[_Layer], given: Any) -> Any:
    """What was given, and after it what each layer adds that reads all before it."""
    hidden = given.new_empty(given.shape[0] + _GROWTH * len(layers), given.shape[1])
    hidden[: given.shape[0]] = given
    for number, layer in enumerate(layers):
        known = given.shape[0] + _GROWTH * number
        hidden[known : known + _GROWTH] = layer(hidden[:known])
    return hidden


def _layer(weights: Weights, name: str, dilation: int) -> _Layer:
    squeeze = _rectified(weights, f"{name}.nonlinear1", f"{name}.linear1")
    after = _affine(weights, f"{name}.nonlinear2.batchnorm")
    squeeze = squeeze._replace(matrix=after.scale * squeeze.matrix, added=after.scale * squeeze.added + after.shift)
    cam = f"{name}.cam_layer"
    context = [
        part
        for each in ("linear1", "linear2")
        for part in (weights[f"{cam}.{each}.weight"][..., 0], weights[f"{cam}.{each}.bias"][:, None])
    ]
    local = weights[f"{cam}.linear_local.weight"].transpose(1, 2).flatten(1)
    return _Layer(squeeze, local, dilation, (context[0], context[1], context[2], context[3]))


def _rectified(weights: Weights, norm: str, linear: str) -> _Rectified:
    import torch

    scale, shift = _affine(weights, f"{norm}.batchnorm")
    turn = -shift / scale
    least = torch.where(scale > 0, turn, -torch.inf)
    most = torch.where(scale > 0, torch.inf, turn)
    matrix = weights[f"{linear}.weight"][..., 0]
    return _Rectified(least, most, matrix * scale.T, matrix @ shift)


def _folded(weights: Weights, conv: str, norm: str | None = None) -> tuple[Any, Any]:
    """The kernel of a convolution with the normalisation after it, and what is added."""
    import torch

    known = norm or conv.removesuffix(".weight").replace("conv", "bn").replace("shortcut.0", "shortcut.1")
    scale, shift = _affine(weights, known)
    kernel = weights[conv]
    scaled = kernel * scale.reshape(-1, *[1] * (kernel.dim() - 1))
    return scaled.contiguous(memory_format=torch.channels_last) if kernel.dim() == 4 else scaled, shift[:, 0]


def _affine(weights: Weights, name: str) -> _Affine:
    """Of shape (channels, 1)."""
    mean, variance = weights[f"{name}.running_mean"], weights[f"{name}.running_var"]
    scale = (variance + _TINY).rsqrt() * weights.get(f"{name}.weight", 1.0)
    return _Affine(scale[:, None], (weights.get(f"{name}.bias", 0.0) - mean * scale)[:, None])
