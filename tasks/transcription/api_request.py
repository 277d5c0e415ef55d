"""What is sent to a transcription server."""

import io
import wave

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.engine.hosted import ABOUT_THE_FORM
from tasks.engine.http_retry import Answer
from tasks.language.messages import message
from tasks.transcription.recognizer import Hint

FORMS = ("words", "segments", "json", "text")
"""What a server is asked for, the best first."""
LOST = {
    "segments": message("server_times_sentences"),
    "json": message("server_times_nothing"),
    "text": message("server_times_nothing"),
}
"""What is given up with each form but the best."""
_SHORTEST = SAMPLE_RATE // 2
"""Servers refuse shorter sounds, so silence is added up to here."""


def as_wav(window: Samples) -> bytes:
    """The samples as a WAV file, at least half a second long."""
    silence = bytes(2 * max(0, _SHORTEST - window.size))
    file = io.BytesIO()
    with wave.open(file, "wb") as audio:
        audio.setnchannels(1)
        audio.setsampwidth(2)
        audio.setframerate(SAMPLE_RATE)
        audio.writeframes(window.astype("<i2").tobytes() + silence)
    return file.getvalue()


def fields(form: str, model: str, hint: Hint) -> dict[str, str | list[str]]:
    """The form fields beside the file."""
    asked: dict[str, str | list[str]] = {"model": model, "response_format": "verbose_json"}
    if form == "words":
        asked["timestamp_granularities[]"] = ["word", "segment"]
    elif form != "segments":
        asked["response_format"] = form
    if hint.language:
        asked["language"] = hint.language
    if hint.prompt:
        asked["prompt"] = hint.prompt
    if hint.temperature:
        asked["temperature"] = f"{hint.temperature:g}"
    return asked


def refuses_form(answer: Answer) -> bool:
    """Whether the refusal may be about what was asked for, and not about the sound."""
    return answer.status in ABOUT_THE_FORM
