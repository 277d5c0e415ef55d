"""Any server that speaks OpenAI's transcription protocol: OpenAI itself, and what others host or you run (vLLM, Speaches, ...).

    POST {base_url}/audio/transcriptions      multipart: file, model, response_format, timestamp_granularities[], language, prompt
    -> 200 {"text": "Good morning, all.", "words": [...], "segments": [...]}      as `api_reply.py` shows

One request a window. The audio leaves the machine. The key comes from the environment and stands nowhere else.
"""

import threading
from collections.abc import Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor

from pydantic import Field

from tasks.audio.decode import SAMPLE_RATE, Samples
from tasks.engine.base import Device
from tasks.engine.hosted import RefusedError, is_final, refusal, without_key
from tasks.engine.hosted_backend import TRUST_ENVIRONMENT, HostedBackend, HostedOptions
from tasks.engine.http_retry import Answer
from tasks.errors import BackendError
from tasks.schema import Message
from tasks.transcription.api_reply import read_reply
from tasks.transcription.api_request import FORMS, LOST, as_wav, fields, refuses_form
from tasks.transcription.recognizer import Hint, Recognizer, WindowResult

_PATIENCE = 3
"""So many windows in a row without an answer: it is the server, not the sound."""


class OpenAIApi(HostedBackend, Recognizer):
    """Recognition by a server, to which the audio is sent."""

    name = "openai-api"
    summary = "any OpenAI-compatible transcription server; the audio is sent to it"

    class Options(HostedOptions):
        """Which server, and how patient to be with it."""

        model: str = Field("whisper-1", min_length=1, description="as the server names it")
        timeout_s: float = Field(120.0, gt=0, le=3600, description="longest wait for the answer to one window, in seconds")
        attempts: int = Field(5, ge=1, le=20, description="how often a window is sent to a server that is busy or out of reach")
        concurrency: int = Field(4, ge=1, le=64, description="windows that are under way at once")
        max_upload_mb: float = Field(25.0, ge=0.1, le=1000, description="a larger window is not sent; 30 s are 1 MB")
        trust_environment: bool = TRUST_ENVIRONMENT

    def __init__(self, options: "OpenAIApi.Options", device: Device) -> None:
        super().__init__(options, device)
        self._form = FORMS[0]
        self._agreed = False
        self._lock = threading.Lock()
        self.audio_s = 0.0
        """Seconds of audio that the server has transcribed, which is what servers charge for."""

    def recognize(self, windows: Sequence[Samples], hint: Hint) -> Iterator[WindowResult | BackendError]:
        failed_in_a_row = 0
        for result in self._in_order(windows, hint):
            failed_in_a_row = failed_in_a_row + 1 if isinstance(result, BackendError) else 0
            if isinstance(result, BackendError) and failed_in_a_row == _PATIENCE:
                raise BackendError(
                    f"{_PATIENCE} windows in a row got no answer, the last because: {result.what}", where=self.where
                )
            yield result

    def _in_order(self, windows: Sequence[Samples], hint: Hint) -> Iterator[WindowResult | BackendError]:
        """One by one until an answer has shown what the server can do, then several at once."""
        alone = 0
        while alone < len(windows) and not self._agreed:
            yield self._recognize_one(windows[alone], hint)
            alone += 1
        with ThreadPoolExecutor(self.options.concurrency, self.name) as pool:
            try:
                yield from pool.map(lambda window: self._recognize_one(window, hint), windows[alone:])
            finally:
                pool.shutdown(wait=False, cancel_futures=True)

    def _recognize_one(self, window: Samples, hint: Hint) -> WindowResult | BackendError:
        duration_s = window.size / SAMPLE_RATE
        audio = as_wav(window)
        if len(audio) > self.options.max_upload_mb * 1e6:
            return BackendError(f"{duration_s:.0f} s of audio are more than max_upload_mb allows.", where=self.where)
        try:
            form, body = self._ask(audio, hint)
            heard, step = read_reply(body, form, duration_s, hint.language)
        except BackendError as error:
            located = type(error)(error.what, where=self.where, fix=error.fix)
            if isinstance(error, RefusedError):
                raise located from error
            return located
        self._note(form, step, duration_s)
        return heard

    def _ask(self, audio: bytes, hint: Hint) -> tuple[str, bytes]:
        """The answer in the best form that the server agrees to; once it has agreed to one, only that is asked for."""
        forms = (self._form,) if self._agreed else FORMS
        for form in forms:
            answer = self._send(form, audio, hint)
            body = without_key(answer.body, self._key)
            if answer.status // 100 == 2:
                return form, body
            if not refuses_form(answer):
                break
        raise refusal(answer, body, self.options.api_key_env)

    def _send(self, form: str, audio: bytes, hint: Hint) -> Answer:
        return self.client.post(
            "audio/transcriptions",
            data=fields(form, self.options.model, hint),
            files={"file": ("window.wav", audio, "audio/wav")},
            final=is_final,
        )

    def _note(self, form: str, step: Message | None, duration_s: float) -> None:
        with self._lock:
            self._form, self._agreed = form, True
            self.audio_s += duration_s
            for given_up in (LOST.get(form), step):
                if given_up:
                    self.give_up(given_up)
