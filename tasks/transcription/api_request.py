"""What is sent to a transcription server, and what its refusals mean."""

import io
import json
import os
import wave
from http import HTTPStatus

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.errors import BackendError, ConfigError, one_line
from tasks.http_retry import Answer
from tasks.transcription.recognizer import Hint

FORMS = ("words", "segments", "json", "text")
"""What a server is asked for, the best first."""
LOST = {
    "segments": "the server refuses to time words, so their times were estimated within its sentences",
    "json": "the server refuses to time anything, so the times of words were estimated within each window",
    "text": "the server refuses to time anything, so the times of words were estimated within each window",
}
"""What is given up with each form but the best."""
_SHORTEST = SAMPLE_RATE // 2
"""Servers refuse shorter sounds, so silence is added up to here."""
_ABOUT_THE_FORM = {
    HTTPStatus.BAD_REQUEST,
    HTTPStatus.NOT_ACCEPTABLE,
    HTTPStatus.UNSUPPORTED_MEDIA_TYPE,
    HTTPStatus.UNPROCESSABLE_ENTITY,
}
_ABOUT_THE_KEY = {HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN}
_ABOUT_THE_ADDRESS = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE}
_LONGEST_QUOTE = 200
_SHORTEST_SECRET = 8
"""A shorter key is a placeholder of a local server; hiding it would tear words apart."""


class RefusedError(BackendError):
    """The server will refuse every other window too."""


def read_key(variable: str | None) -> str | None:
    """The key that the environment holds, or None for a server that wants none."""
    if variable is None:
        return None
    where, key = "transcription.options.api_key_env", os.environ.get(variable, "").strip()
    if not key:
        fix = f"Run: export {variable}=<your key>, or set api_key_env to null for a server that wants none."
        raise ConfigError(f"the environment variable '{variable}' is not set.", where=where, fix=fix)
    if not (key.isascii() and key.isprintable() and " " not in key):
        fix = "Copy the key again, without line breaks."
        raise ConfigError(f"the environment variable '{variable}' holds characters that no key has.", where=where, fix=fix)
    return key


def without_key(body: bytes, key: str | None) -> bytes:
    """An answer in which the server does not repeat the key."""
    return body.replace(key.encode(), b"[key]") if key and len(key) >= _SHORTEST_SECRET else body


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
    return answer.status in _ABOUT_THE_FORM


def is_final(answer: Answer) -> bool:
    """Whether a busy signal means that the account is used up."""
    return b"insufficient_quota" in answer.body


def refusal(answer: Answer, body: bytes, variable: str | None) -> BackendError:
    """What the server's status means: a `RefusedError` if it will be the same for every other window."""
    said = _quote(body)
    if answer.status // 100 == 3:
        fix = "Set base_url to where it leads, if you trust that server."
        return RefusedError(f"the server redirects to '{answer.redirects_to}', which is not followed.", fix=fix)
    if answer.status in _ABOUT_THE_KEY or is_final(answer):
        fix = f"Check the key in {variable} and what it may use." if variable else "It wants a key: set api_key_env."
        return RefusedError(f"the server refuses the key (status {answer.status}{said}).", fix=fix)
    if answer.status in _ABOUT_THE_ADDRESS:
        fix = "Check the options 'model' and 'base_url'."
        return RefusedError(f"the server knows no such model or address (status {answer.status}{said}).", fix=fix)
    if answer.wait_s is not None:
        said = f"{said}, and asks to wait {answer.wait_s:.0f} s"
    tries = f" after {answer.attempts} attempts" if answer.attempts > 1 else ""
    return BackendError(f"the server answered with status {answer.status}{tries}{said}.")


def _quote(body: bytes) -> str:
    """The server's own words, if it has a sentence to say."""
    try:
        error = json.loads(body)["error"]
        message = error if isinstance(error, str) else error["message"]
    except (ValueError, LookupError, TypeError, RecursionError):
        return ""
    return f": {one_line(message[:_LONGEST_QUOTE]).rstrip('.')}" if isinstance(message, str) and message else ""
