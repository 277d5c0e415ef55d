"""Damage in MPEG audio (MP1, MP2, MP3), whose frames carry no time stamps."""

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import av


class Junk:
    """Finds damage by its size: what lies between two frames comes as one big packet that ends with the second one."""

    def __init__(self, codec: str) -> None:
        self._looking = codec.startswith(("mp1", "mp2", "mp3"))
        self._bytes = self._seconds = 0.0

    def lost_s(self, packet: "av.Packet[av.AudioStream]") -> float:
        """Seconds lost in front of the frame that a packet ends with, by the mean bit rate until then."""
        if not self._looking or not packet.size:
            return 0.0
        frame_s, start = duration_s(packet), bytes(memoryview(packet)[:4])
        if _begins_frame(start) or start[:3] in (b"ID3", b"TAG"):
            self._bytes, self._seconds = self._bytes + packet.size, self._seconds + frame_s
            return 0.0
        return max(0.0, packet.size * self._seconds / self._bytes - frame_s) if self._bytes else 0.0


def _begins_frame(start: bytes) -> bool:
    """Whether these are the first bytes of an MPEG audio frame: sync, layer, bit rate and sample rate are valid."""
    synced = start[0] == 0xFF and start[1] & 0xE0 == 0xE0 and start[1] & 0x06 != 0
    return len(start) == 4 and synced and start[2] >> 4 != 0xF and start[2] & 0x0C != 0x0C


def duration_s(packet: "av.Packet[av.AudioStream]") -> float:
    """How long a packet lasts, as the container says; 0 where it does not."""
    return float(packet.duration * packet.time_base) if packet.duration and packet.time_base else 0.0
