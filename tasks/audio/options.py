"""Settings of the audio stage."""

from typing import Literal

from pydantic import Field

from tasks.engine.base import Options


class AudioOptions(Options):
    """How a recording is cut up."""

    track: Literal["auto"] | int = Field(
        "auto", description="which audio track, counted from 1; auto: the default, else the longest"
    )
    channels: Literal["auto", "mix", "separate"] = Field(
        "auto",
        description="auto: two people on two channels stay apart, each channel a speaker; mix: one channel of all; separate",
    )
    max_span_s: float = Field(600.0, ge=30, le=1800, description="longest stretch that is saved and resumed as one, in seconds")
    speech_threshold: float = Field(0.5, gt=0, lt=1, description="speech probability above which the detector says speech")
    min_silence_ms: int = Field(400, ge=50, le=5000, description="shorter pauses do not split a speech region")
    pad_ms: int = Field(200, ge=0, le=1000, description="kept before and after each speech region, so that no word start is lost")
