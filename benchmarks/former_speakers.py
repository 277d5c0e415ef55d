"""What heard voices here until November 2026, to compare: `pip install --no-deps resemblyzer`, librosa, webrtcvad-wheels.

    encoder(mels)  # (batch, 160, 40) float32: power of 40 mel bands, 10 ms apart
    -> (batch, 256), one unit vector per window of 1.6 s

Method: sliding-window d-vectors (Wan et al. 2018, Generalized End-to-End Loss for Speaker Verification).
"""

import warnings
from collections.abc import Sequence
from typing import Any, ClassVar

import numpy as np

from tasks.audio.decode import SAMPLE_RATE
from tasks.diarization.by_voice import ByVoice, Wave, unit_vectors
from tasks.diarization.clustering import Vectors, VoiceOptions
from tasks.engine.base import Device

_BATCH = 128
_FRAMES = 160
_HOP = SAMPLE_RATE // 100


class Resemblyzer(ByVoice):
    """Speakers by voice on any CPU; its weights come in its package."""

    name = "resemblyzer"
    summary = "voice embeddings and clustering, weights included"
    packages = ("resemblyzer", "webrtcvad", "sklearn")
    install = "pip install 'audio-minutes[local,embedded]' && pip install --no-deps resemblyzer"
    distribution = "Resemblyzer"
    window_s: ClassVar[float] = 1.6

    class Options(VoiceOptions):
        """The settings of the clustering, measured with these embeddings."""

    def __init__(self, options: "Resemblyzer.Options", device: Device) -> None:
        super().__init__(options, device)
        with warnings.catch_warnings():
            warnings.simplefilter("ignore", DeprecationWarning)  # it imports from a place that scipy 2 will drop
            from resemblyzer import VoiceEncoder
        self._encoder: Any = VoiceEncoder(device=device.name, verbose=False)

    def embed(self, waves: Sequence[Wave], starts: Sequence[range]) -> Vectors:
        import torch
        from resemblyzer.audio import wav_to_mel_spectrogram

        windows: list[Any] = []
        for wave, each in zip(waves, starts, strict=True):
            mels = wav_to_mel_spectrogram(wave)
            windows += [mels[start // _HOP : start // _HOP + _FRAMES] for start in each]
        found = []
        with torch.inference_mode():
            for first in range(0, len(windows), _BATCH):
                batch = torch.from_numpy(np.stack(windows[first : first + _BATCH])).to(self._encoder.device)
                found.append(self._encoder(batch).cpu().numpy())
        return unit_vectors(np.concatenate(found))
