"""A small copy of a recording that browsers play: Opus in an Ogg file."""

import os
import tempfile
from collections.abc import Iterable
from contextlib import suppress
from pathlib import Path

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.files import as_resource_error

_BITS_PER_S = 20_000
"""For each channel. Chosen by hand: speech at 16 kHz is told from the original by nobody who works with it."""
_OPTIONS = {"application": "voip", "compression_level": "5"}
"""A higher level takes longer and makes no smaller file: 4.1 s instead of 2.9 s of a core for the product launch (4:36)."""
_MARK = "comment"


def write_opus(path: Path, blocks: Iterable[Samples], mark: str) -> Path:
    """Write blocks of (channels, n) samples at 16 kHz, whole or not at all.

    Args:
        mark: kept in the file, to tell later what it is a copy of.
    """
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        handle, temporary = tempfile.mkstemp(dir=path.parent, prefix=".partial-", suffix=".opus")
        os.close(handle)
        try:
            _encode(Path(temporary), blocks, mark)
            Path(temporary).chmod(0o644)
            Path(temporary).replace(path)
        finally:
            Path(temporary).unlink(missing_ok=True)
    except OSError as error:
        raise as_resource_error(error, path) from error
    return path


def mark_of(path: Path) -> str | None:
    """What `write_opus` was told to keep in a file; None if there is no such file."""
    import av

    with suppress(OSError, av.error.FFmpegError), av.open(str(path.absolute())) as container:
        return {**container.metadata, **container.streams.audio[0].metadata}.get(_MARK)
    return None


def _encode(path: Path, blocks: Iterable[Samples], mark: str) -> None:
    import av

    stream = None
    with av.open(str(path.absolute()), "w", format="ogg") as container:
        container.metadata[_MARK] = mark
        for block in blocks:
            layout = "mono" if len(block) == 1 else "stereo"
            if stream is None:
                stream = container.add_stream("libopus", rate=SAMPLE_RATE, layout=layout, options=_OPTIONS)
                stream.bit_rate = _BITS_PER_S * len(block)
            frame = av.AudioFrame.from_ndarray(block.T.reshape(1, -1), format="s16", layout=layout)
            frame.sample_rate = SAMPLE_RATE
            container.mux(stream.encode(frame))
        if stream is not None:
            container.mux(stream.encode(None))
