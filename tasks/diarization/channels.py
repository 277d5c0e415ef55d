"""Speakers by channel: telephone and call-centre recordings carry each party on a channel of its own."""

from tasks.diarization.diarizer import Diarizer, SpanReader
from tasks.errors import BackendError
from tasks.meeting.labels import channel_label
from tasks.schema import SplitAudio, Turn


class Channels(Diarizer):
    """`Channel 1` is the left one, `Channel 2` the right one; the sidecar's `speakers` may name them."""

    name = "channels"
    summary = "each channel of a two-party recording is a speaker; chosen by itself for such recordings"
    by_voice = False

    def diarize(self, audio: SplitAudio, read: SpanReader) -> list[Turn]:
        turns = [
            Turn(start_s=region.start_s, end_s=region.end_s, speaker=channel_label(region.channel), channel=region.channel)
            for region in audio.speech
            if region.channel is not None
        ]
        if audio.speech and not turns:
            raise BackendError(
                "the recording does not carry each speaker on a channel of its own.",
                fix="Choose another diarization, or set audio.channels: separate if it does.",
            )
        return turns
