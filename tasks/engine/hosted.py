"""What all backends share that talk to a hosted model: where the key comes from, and what a server's refusals mean."""

import json
import os
from http import HTTPStatus
from typing import Any
from urllib.parse import urlsplit

from tasks.engine.http_retry import Answer, RetryingClient, RetryPolicy
from tasks.errors import BackendError, ConfigError, one_line

ABOUT_THE_FORM = frozenset(
    (HTTPStatus.BAD_REQUEST, HTTPStatus.NOT_ACCEPTABLE, HTTPStatus.UNSUPPORTED_MEDIA_TYPE, HTTPStatus.UNPROCESSABLE_ENTITY)
)
"""Statuses that may be about how something was asked for, and not about what."""
_ABOUT_THE_KEY = {HTTPStatus.UNAUTHORIZED, HTTPStatus.PAYMENT_REQUIRED, HTTPStatus.FORBIDDEN}
_ABOUT_THE_ADDRESS = {HTTPStatus.NOT_FOUND, HTTPStatus.METHOD_NOT_ALLOWED, HTTPStatus.GONE}
_LONGEST_QUOTE = 200
_SHORTEST_SECRET = 8
"""A shorter key is a placeholder of a local server; hiding it would tear words apart."""


class RefusedError(BackendError):
    """The server will refuse every other request too."""


def require_no_secret(base_url: str, variable: str | None) -> None:
    """Raise `ValueError` if the configuration may hold a key, in words that do not repeat it."""
    if not _is_plain_address(base_url):
        raise ValueError("base_url of the form https://host/v1, with no user, key or query in it")
    if variable is not None and not (variable.isascii() and variable.isidentifier() and variable == variable.upper()):
        raise ValueError("api_key_env with the NAME of an environment variable in capitals, never the key itself")


def read_key(variable: str | None, stage: str) -> str | None:
    """The key that the environment holds, or None for a server that wants none."""
    if variable is None:
        return None
    where, key = f"{stage}.options.api_key_env", os.environ.get(variable, "").strip()
    if not key:
        fix = f"Run: export {variable}=<your key>, or set api_key_env to null for a server that wants none."
        raise ConfigError(f"the environment variable '{variable}' is not set.", where=where, fix=fix)
    if not (key.isascii() and key.isprintable() and " " not in key):
        fix = "Copy the key again, without line breaks."
        raise ConfigError(f"the environment variable '{variable}' holds characters that no key has.", where=where, fix=fix)
    return key


def open_client(options: Any, key: str | None) -> RetryingClient:
    """A client for the server that a hosted backend's options name, with the key in its headers."""
    return RetryingClient(
        options.base_url,
        {"Authorization": f"Bearer {key}"} if key else {},
        options.timeout_s,
        RetryPolicy(attempts=options.attempts),
        trust_environment=options.trust_environment,
    )


def key_problems(variable: str | None, stage: str) -> tuple[str, ...]:
    """What is wrong with the key, for `Backend.problems`."""
    try:
        read_key(variable, stage)
    except ConfigError as error:
        return (str(error),)
    return ()


def without_key(body: bytes, key: str | None) -> bytes:
    """An answer in which the server does not repeat the key."""
    return body.replace(key.encode(), b"[key]") if key and len(key) >= _SHORTEST_SECRET else body


def host_of(base_url: str) -> str:
    """The server as messages and the provenance name it."""
    return urlsplit(base_url).netloc


def is_final(answer: Answer) -> bool:
    """Whether a busy signal means that the account is used up."""
    return b"insufficient_quota" in answer.body


def refusal(answer: Answer, body: bytes, variable: str | None) -> BackendError:
    """What the server's status means: a `RefusedError` if it will be the same for every other request."""
    said = quoted(body)
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


def quoted(body: bytes) -> str:
    """The server's own words after a colon, if it has a sentence to say."""
    message = complaint(body)
    return f": {one_line(message[:_LONGEST_QUOTE]).rstrip('.')}" if message else ""


def complaint(body: bytes) -> str:
    """What a server says is wrong: `{"error": {"message": ...}}`, `{"error": ...}`, `{"message": ...}` or `{"detail": ...}`."""
    try:
        answer = json.loads(body)
        answer = answer[0] if isinstance(answer, list) and answer else answer
        error = answer.get("error") or answer.get("message") or answer.get("detail")
        message = error.get("message") if isinstance(error, dict) else error
    except (ValueError, AttributeError, RecursionError):
        return ""
    return message if isinstance(message, str) else ""


def _is_plain_address(url: str) -> bool:
    try:
        address = urlsplit(url)
        extras = (address.username, address.password, address.query, address.fragment)
        return address.scheme in ("http", "https") and bool(address.hostname) and (address.port or 1) > 0 and not any(extras)
    except ValueError:
        return False
