"""Where somebody speaks: Silero VAD over decoded samples."""

import threading
import warnings
from functools import cache
from typing import Any

import numpy as np

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.audio.levels import amplify, level_dbfs
from tasks.audio.options import AudioOptions

_QUIET_DBFS = -40.0
_TARGET_DBFS = -25.0
_FULL_SCALE = 32768.0
_one_at_a_time = threading.Lock()


def speech_regions(samples: Samples, options: AudioOptions) -> list[tuple[int, int]]:
    """(start, end) in samples of each speech region, in order. Very quiet audio is made louder first."""
    level = level_dbfs(samples)
    if level is None:
        return []
    if level < _QUIET_DBFS:
        samples = amplify(samples, _TARGET_DBFS - level)
    with _one_at_a_time:  # the model keeps state between windows
        model = _model()
        from silero_vad import get_speech_timestamps

        found = get_speech_timestamps(
            _as_tensor(samples),
            model,
            threshold=options.speech_threshold,
            sampling_rate=SAMPLE_RATE,
            min_silence_duration_ms=options.min_silence_ms,
            speech_pad_ms=options.pad_ms,
        )
    return [(region["start"], region["end"]) for region in found]


def _as_tensor(samples: Samples) -> Any:
    import torch

    return torch.from_numpy(samples.astype(np.float32) / _FULL_SCALE)


@cache
def _model() -> Any:
    import torch

    threads = torch.get_num_threads()
    from silero_vad import load_silero_vad

    torch.set_num_threads(threads)  # importing silero_vad sets it to 1 for the whole process
    with warnings.catch_warnings():
        warnings.simplefilter("ignore", DeprecationWarning)  # it is stored as TorchScript, which torch will drop one day
        return load_silero_vad()
