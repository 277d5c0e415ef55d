"""Loudness, slicing and WAV files, with pydub."""

import math
import warnings
from contextlib import suppress
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.files import as_resource_error

if TYPE_CHECKING:
    from pydub import AudioSegment

_BYTES_PER_SAMPLE = 2
_FULL_SCALE = 32_700


def level_dbfs(samples: Samples) -> float | None:
    """RMS level in dB below full scale over all channels; None for digital silence."""
    level = float(_segment(samples).dBFS)
    return None if math.isinf(level) else round(level, 1)


def amplify(samples: Samples, gain_db: float) -> Samples:
    """Samples of one channel made louder (or quieter), clipped at full scale."""
    return np.frombuffer(_segment(samples).apply_gain(gain_db).raw_data, dtype=np.int16)


def clipped_samples(samples: Samples) -> int:
    """How many samples stand at full scale beside another one that does: single peaks are no distortion."""
    full = (samples >= _FULL_SCALE) | (samples <= -_FULL_SCALE)
    return int((full[..., 1:] & full[..., :-1]).sum())


def write_wav(path: Path, samples: Samples) -> None:
    """A 16 kHz WAV file of samples, shape (n,) or (channels, n); there whole or not at all."""
    temporary = path.with_suffix(".partial")
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        temporary.unlink(missing_ok=True)
        _segment(samples).export(str(temporary), format="wav").close()
        temporary.replace(path)
    except OSError as error:
        with suppress(OSError):
            temporary.unlink()
        raise as_resource_error(error, path) from error


def read_wav(path: Path) -> Samples:
    """The samples of a file that `write_wav` wrote, shape (channels, n)."""
    with path.open("rb") as file:
        audio = _pydub().from_wav(file)
    return np.frombuffer(audio.raw_data, dtype=np.int16).reshape(-1, audio.channels).T


def _segment(samples: Samples) -> "AudioSegment":
    rows = np.atleast_2d(samples)
    return _pydub()(data=rows.T.tobytes(), sample_width=_BYTES_PER_SAMPLE, frame_rate=SAMPLE_RATE, channels=len(rows))


def _pydub() -> Any:
    with warnings.catch_warnings():
        warnings.simplefilter("ignore")  # it warns about a missing ffmpeg binary, which is not used here, and about audioop
        from pydub import AudioSegment
    return AudioSegment
