"""Media files made by somebody hostile: small ones, that would open other files, hang, crash or fill memory and disk.

What takes too long or too much is not measured with a watch: the inspector's own limits, or a limit on the memory of a process,
end it.
"""

import os
import struct
import subprocess
import sys
import zlib
from pathlib import Path

import av
import numpy as np
import pytest

from tasks.audio.decode import SAMPLE_RATE, Decoder
from tasks.audio.inspector import Inspector, look_at
from tasks.audio.options import AudioOptions
from tasks.errors import AudioError
from tasks.inspection import inspect_recording
from tasks.source_file import LONGEST_S, open_source
from tests.builders import fill_track, tone, write_audio

HLS = "#EXTM3U\n#EXT-X-VERSION:3\n#EXT-X-TARGETDURATION:10\n#EXTINF:10,\n{}\n#EXT-X-ENDLIST\n"
DASH = (
    '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011" type="static"><Period><BaseURL>{}</BaseURL></Period></MPD>'
)
SDP = "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=audio 9 RTP/AVP 0\n"
VOBSUB = "# VobSub index file, v7 (do not modify this line!)\nid: en, index: 0\ntimestamp: 00:00:01:000, filepos: 000000000\n"


@pytest.fixture
def opened(tmp_path):
    """Whether the file that playlists name was opened: a pipe at whose other end somebody waits sees that."""
    os.mkfifo(tmp_path / "other.wav")
    reader = os.open(tmp_path / "other.wav", os.O_RDWR | os.O_NONBLOCK)
    yield tmp_path / "other.wav"
    os.close(reader)


@pytest.mark.parametrize("name", ["talk.wav", "talk.mp3", "talk.m4a", "talk.mkv", "talk.ts"])
@pytest.mark.parametrize(
    "content",
    [
        pytest.param("ffconcat version 1.0\nfile '{itself}'\n", id="ffconcat of itself"),
        pytest.param("ffconcat version 1.0\nfile '{other}'\n", id="ffconcat of a pipe"),
        pytest.param("ffconcat version 1.0\nfile '/etc/hostname'\n", id="ffconcat, absolute"),
        pytest.param("ffconcat version 1.0\nfile 'file:/etc/hostname'\noption safe 0\n", id="ffconcat, protocol"),
        pytest.param(HLS.format("{itself}"), id="m3u8 of itself"),
        pytest.param(HLS.format("file:///etc/hostname"), id="m3u8, absolute"),
        pytest.param(HLS.format("http://127.0.0.1:9/x.ts"), id="m3u8, network"),
        pytest.param(DASH.format("{itself}"), id="dash of itself"),
        pytest.param(SDP, id="sdp"),
        pytest.param(VOBSUB, id="vobsub"),
    ],
)
def test_what_names_other_files_is_refused_and_nothing_else_opened(tmp_path, opened, content, name):
    path = tmp_path / name
    path.write_text(content.replace("{itself}", name).replace("{other}", opened.name))
    (tmp_path / "talk.sub").symlink_to(name)
    with pytest.raises(AudioError, match="is not a recording"):
        inspect_recording(path, AudioOptions())
    with pytest.raises(AudioError, match="is not a recording"):
        list(Decoder(path))


@pytest.mark.parametrize("kind", ["pipe", "socket", "device", "link", "folder"])
def test_what_is_no_regular_file_is_refused_at_the_moment_of_opening(tmp_path, kind):
    """The scan looked at it before; here it was exchanged since."""
    import socket

    path = tmp_path / "talk.wav"
    made = {
        "pipe": lambda: os.mkfifo(path),
        "link": lambda: path.symlink_to(write_audio(tmp_path / "other.wav", tone(1))),
        "folder": path.mkdir,
        "device": lambda: None,
        "socket": lambda: None,
    }
    made[kind]()
    server = socket.socket(socket.AF_UNIX)
    if kind == "socket":
        server.bind(str(path))
    with server, pytest.raises(AudioError, match="is a link, and links are not followed" if kind == "link" else "is not a file"):
        open_source(Path("/dev/zero") if kind == "device" else path)


def test_a_file_exchanged_for_a_link_gives_nothing_of_what_it_leads_to(tmp_path):
    path = write_audio(tmp_path / "talk.wav", tone(1))
    inspect_recording(path, AudioOptions())
    secret = path.rename(tmp_path / "secret.wav")
    path.symlink_to(secret)
    with pytest.raises(AudioError, match="is a link"):
        list(Decoder(path))
    with pytest.raises(AudioError, match="is a link"):
        look_at(path)


# What happens to the process that looks


PROGRAM = """
import sys, os, time
from tasks.audio import probe
for line in sys.stdin:
    {}
    print(probe.json.dumps(probe._answer(probe.Path(probe.json.loads(line)))), flush=True)
"""


@pytest.fixture
def child():
    """Makes inspectors whose child does something with a `line` that holds a path, and then answers like the real one."""
    made: list[Inspector] = []

    def make(code: str, time_s: float = 60) -> Inspector:
        made.append(Inspector([sys.executable, "-c", PROGRAM.format(code)], time_s))
        return made[-1]

    yield make
    for inspector in made:
        inspector.close()


@pytest.mark.parametrize("code", ["os.kill(os.getpid(), 11) if 'bad' in line else None", "sys.exit() if 'bad' in line else None"])
def test_a_file_that_kills_who_looks_at_it_is_refused_and_the_next_is_looked_at(tmp_path, child, code):
    inspector = child(code)
    with pytest.raises(AudioError, match="makes the program that reads media files fail"):
        inspector.look_at(write_audio(tmp_path / "bad.wav", tone(1)))
    assert inspector.look_at(write_audio(tmp_path / "good.wav", tone(1))).duration_s == 1.0


@pytest.mark.slow
def test_a_file_that_takes_for_ever_is_refused_and_the_next_is_looked_at(tmp_path, child):
    inspector = child("time.sleep(3600) if 'bad' in line else None", time_s=10)
    with pytest.raises(AudioError, match="takes longer than 10 s to look at"):
        inspector.look_at(write_audio(tmp_path / "bad.wav", tone(1)))
    assert inspector.look_at(write_audio(tmp_path / "good.wav", tone(1))).duration_s == 1.0


def test_a_file_that_fills_the_memory_of_who_looks_at_it_is_refused(tmp_path, child):
    inspector = child("probe._limit(); bytearray(probe.MEMORY_BYTES) if 'bad' in line else None")
    with pytest.raises(AudioError, match="makes the program that reads media files fail"):
        inspector.look_at(write_audio(tmp_path / "bad.wav", tone(1)))


def test_the_process_that_looks_may_write_nothing(tmp_path, child):
    inspector = child(f"probe._limit(); os.write(os.open({str(tmp_path / 'made')!r}, os.O_WRONLY | os.O_CREAT), b'x')")
    with pytest.raises(AudioError):
        inspector.look_at(write_audio(tmp_path / "talk.wav", tone(1)))
    assert (tmp_path / "made").stat().st_size == 0


# Bombs


def within_memory(code: str, megabytes: int = 1200) -> str:
    """What a program prints that may take so much address space, Python, numpy and FFmpeg (700 MB) included."""

    allowed = {"RLIMIT_AS": megabytes << 20, "RLIMIT_CPU": 60}
    limits = "".join(f"resource.setrlimit(resource.{name}, ({most}, {most}))\n" for name, most in allowed.items())
    environment = {**os.environ, "OPENBLAS_NUM_THREADS": "1"}
    done = subprocess.run(
        [sys.executable, "-c", f"import resource\n{limits}{code}"],
        capture_output=True,
        text=True,
        check=False,
        env=environment,
        timeout=300,
    )
    return done.stdout + done.stderr[-500:]


DECODE = """
from pathlib import Path
from tasks.audio.decode import Decoder
from tasks.errors import MinutesError
try:
    print(sum(block.shape[1] for block in Decoder(Path({!r}))))
except MinutesError as error:
    print(type(error).__name__, error.what)
"""


def wav(path: Path, rate: int, channels: int, data: bytes) -> Path:
    form = struct.pack("<HHIIHH", 1, channels, rate, (rate * channels * 2) & 0xFFFFFFFF, channels * 2, 16)
    body = b"WAVEfmt " + struct.pack("<I", len(form)) + form + b"data" + struct.pack("<I", len(data)) + data
    path.write_bytes(b"RIFF" + struct.pack("<I", len(body)) + body)
    return path


@pytest.mark.parametrize(("rate", "channels"), [(100_000_000, 1), (2_000_000_000, 8), (1, 1), (1000, 2), (48_000, 4096)])
def test_sound_in_a_form_in_which_nobody_records_is_refused(tmp_path, rate, channels):
    path = wav(tmp_path / "talk.wav", rate, channels, bytes(36_000))
    with pytest.raises(AudioError, match=r"which no recorder makes|is not a recording"):
        inspect_recording(path, AudioOptions())
    assert "AudioError" in within_memory(DECODE.format(str(path)))


def test_the_most_that_is_taken_needs_little_memory(tmp_path):
    path = wav(tmp_path / "talk.wav", 768_000, 64, bytes(96 << 20))
    assert within_memory(DECODE.format(str(path))).strip() == str(round((96 << 20) / 64 / 2 / 768_000 * SAMPLE_RATE))


def test_decoding_ends_where_no_meeting_goes_on(tmp_path, monkeypatch):
    monkeypatch.setattr("tasks.source_file.LONGEST_S", 2.0)
    with pytest.raises(AudioError, match="is longer than"):
        list(Decoder(write_audio(tmp_path / "talk.wav", tone(5))))
    assert LONGEST_S == 48 * 3600


def png(width: int, height: int) -> bytes:
    """A picture of one colour: a few kilobytes a billion pixels."""

    def chunk(kind: bytes, data: bytes) -> bytes:
        return struct.pack(">I", len(data)) + kind + data + struct.pack(">I", zlib.crc32(kind + data))

    packer = zlib.compressobj(9)
    rows = b"".join(packer.compress(bytes(1 + width)) for _ in range(height)) + packer.flush()
    head = struct.pack(">IIBBBBB", width, height, 8, 0, 0, 0, 0)
    return b"\x89PNG\r\n\x1a\n" + chunk(b"IHDR", head) + chunk(b"IDAT", rows) + chunk(b"IEND", b"")


def with_pictures(path: Path, count: int) -> Path:
    """A second of sound beside tracks of one large picture each."""
    picture = png(16_000, 16_000)
    with av.open(str(path), "w") as file:
        sound = file.add_stream("aac", rate=SAMPLE_RATE, layout="mono")
        tracks = [file.add_stream("png", rate=1) for _ in range(count)]
        for track in tracks:
            track.width, track.height, track.pix_fmt = 16_000, 16_000, "gray"
        file.start_encoding()
        for track in tracks:
            packet = av.Packet(picture)
            packet.stream, packet.pts, packet.dts, packet.time_base = track, 0, 0, track.time_base
            file.mux(packet)
        fill_track(file, sound, tone(1))
    return path


def test_pictures_beside_the_sound_are_not_decoded(tmp_path):
    path = with_pictures(tmp_path / "talk.mov", 8)
    assert path.stat().st_size < 8 << 20
    assert inspect_recording(path, AudioOptions()).codec == "aac"
    assert int(within_memory(DECODE.format(str(path)))) >= SAMPLE_RATE


def test_a_cover_is_not_decoded(tmp_path):
    plain = write_audio(tmp_path / "plain.flac", tone(1), codec="flac").read_bytes()
    cover = png(16_000, 16_000)
    block = struct.pack(">II", 3, 9) + b"image/png" + struct.pack(">IIIIII", 0, 16_000, 16_000, 8, 0, len(cover)) + cover
    first_ends = 8 + int.from_bytes(plain[5:8], "big")
    path = tmp_path / "talk.flac"
    path.write_bytes(plain[:first_ends] + b"\x06" + len(block).to_bytes(3, "big") + block + plain[first_ends:])
    assert inspect_recording(path, AudioOptions()).duration_s == pytest.approx(1)
    assert within_memory(DECODE.format(str(path))).strip() == str(SAMPLE_RATE)


def test_a_thousand_tracks_are_refused(tmp_path):
    path = tmp_path / "talk.mkv"
    with av.open(str(path), "w") as file:
        tracks = [file.add_stream("pcm_s16le", rate=SAMPLE_RATE, layout="mono") for _ in range(120)]
        for track in tracks:
            fill_track(file, track, np.zeros(160, np.int16))
    with pytest.raises(AudioError, match="has 120 audio tracks"):
        inspect_recording(path, AudioOptions())
