"""Recognition by a server, against a real one on this machine that misbehaves."""

import io
import json
import logging
import wave

import numpy as np
import pytest
from pydantic import ValidationError
from whisper.tokenizer import LANGUAGES

from tasks.audio.decode import SAMPLE_RATE
from tasks.engine.base import Device
from tasks.errors import BackendError, ConfigError
from tasks.language.codes import CODE_OF, language_code
from tasks.transcription.api_reply import ESTIMATED, NO_WORDS, read_reply
from tasks.transcription.api_request import LOST
from tasks.transcription.openai_api import OpenAIApi
from tasks.transcription.recognizer import Hint, WindowResult
from tests.builders import tone
from tests.misbehaving_server import MisbehavingServer, Reply, Request, refused, spoken, well_behaved

KEY = "sk-this-is-the-secret-1234"
CPU = Device("cpu", "asked for")
WINDOW = tone(2)
BUSY = Reply("busy", 503)
PLAIN = Hint()
CHECK_KEY = "Check the key in OPENAI_API_KEY and what it may use."


@pytest.fixture(autouse=True)
def key(monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def opened(url: str, **options) -> OpenAIApi:
    """The backend, whose waits take no time."""
    backend = OpenAIApi(OpenAIApi.Options(base_url=url, **options), CPU)
    backend.client.wait = lambda seconds: None
    return backend


def recognize(*script, windows=(WINDOW,), hint=PLAIN, otherwise=well_behaved, **options):
    """The results, the backend and the server after these windows."""
    with MisbehavingServer(script, otherwise) as server, opened(server.url, **options) as backend:
        return list(backend.recognize(windows, hint)), backend, server


def failure(*script, windows=(WINDOW,), otherwise=well_behaved, **options) -> str:
    """What is said when the whole recording is given up."""
    with MisbehavingServer(script, otherwise) as server, opened(server.url, **options) as backend:
        with pytest.raises(BackendError) as caught:
            list(backend.recognize(windows, PLAIN))
        failure.requests = len(server.requests)
        return str(caught.value).replace(server.url.removeprefix("http://").removesuffix("/v1"), "HOST")


def text(heard: WindowResult) -> str:
    return " ".join(word.text for word in heard.words)


def times(heard: WindowResult) -> list[tuple[float, float]]:
    return [(word.start_s, word.end_s) for word in heard.words]


def read(reply: object, duration_s: float = 2.0, form: str = "words", language: str | None = None):
    return read_reply(json.dumps(reply).encode(), form, duration_s, language)


# What is sent


def test_window_is_sent_as_a_wav_with_model_and_form():
    _, _, server = recognize(model="large")
    request = server.requests[0]
    assert request.path == "/v1/audio/transcriptions"
    assert request.headers["Authorization"] == f"Bearer {KEY}"
    assert request.fields == {
        "model": ["large"],
        "response_format": ["verbose_json"],
        "timestamp_granularities[]": ["word", "segment"],
    }
    with wave.open(io.BytesIO(request.audio)) as audio:
        assert (audio.getframerate(), audio.getnchannels(), audio.getsampwidth()) == (SAMPLE_RATE, 1, 2)
        assert np.array_equal(np.frombuffer(audio.readframes(audio.getnframes()), "<i2"), WINDOW)


def test_hints_are_passed_on():
    _, _, server = recognize(hint=Hint(language="vi", prompt="Lan, Minh", temperature=0.4))
    fields = server.requests[0].fields
    assert (fields["language"], fields["prompt"], fields["temperature"]) == (["vi"], ["Lan, Minh"], ["0.4"])


def test_short_sound_is_made_longer_and_its_words_stay_inside_it():
    [heard], _, server = recognize(windows=[tone(0.1)])
    with wave.open(io.BytesIO(server.requests[0].audio)) as audio:
        assert audio.getnframes() == SAMPLE_RATE // 2
    assert max(word.end_s for word in heard.words) <= 0.1


def test_window_above_the_limit_is_not_sent():
    [error], _, server = recognize(windows=[tone(4)], max_upload_mb=0.1)
    assert str(error).endswith("4 s of audio are more than max_upload_mb allows.")
    assert server.requests == []


def test_no_windows_no_requests():
    results, _, server = recognize(windows=[])
    assert (results, server.requests) == ([], [])


# What is understood


def test_words_have_the_servers_times_and_the_texts_punctuation():
    [heard], backend, _ = recognize()
    assert (text(heard), heard.language) == ("Good morning, all.", "en")
    assert times(heard) == [(0, 0.25), (0.25, 0.5), (0.5, 0.75)]
    assert heard.words[0].confidence == pytest.approx(0.905, abs=0.001)
    assert (heard.no_speech, backend.steps) == (0.02, ())


def test_words_that_the_server_splits_otherwise_are_put_together():
    words = [{"word": w, "start": n / 2, "end": n / 2 + 0.5} for n, w in enumerate(["twenty", "five", "euros"])]
    heard, step = read(spoken("Twenty-five – euros!") | {"words": words})
    assert times(heard) == [(0, 1), (1, 1), (1, 1.5)]
    assert (text(heard), step) == ("Twenty-five – euros!", None)


def test_text_in_one_piece_without_spaces_is_split_into_characters():
    heard, _ = read({"text": "今天开会。", "language": "chinese"})
    assert [word.text for word in heard.words] == ["今", "天", "开", "会。"]


def test_nothing_said_gives_no_words():
    heard, step = read({"text": " ", "language": "english", "words": [], "segments": []})
    assert (heard.words, step) == ((), None)


def test_segments_alone_give_times_within_them():
    reply = {"text": "Hi all. Bye now.", "segments": [segment("Hi all.", 0, 0.6), segment("Bye now.", 1, 1.7)]}
    heard, step = read(reply, form="segments")
    assert np.array(times(heard)) == pytest.approx(np.array([(0, 0.2), (0.2, 0.6), (1, 1.3), (1.3, 1.7)]))
    assert step == NO_WORDS


def segment(words: str, start: float, end: float) -> dict[str, object]:
    return {"text": f" {words}", "start": start, "end": end}


@pytest.mark.parametrize(
    ("start", "end"),
    [(float("nan"), 1), (0, float("inf")), (-3, 1), (1, 0.5), (0, 500), ("0", "1"), (None, 1), ([], {}), (0, 1e300), (True, "x")],
)
def test_text_stays_when_times_cannot_be(start, end):
    reply = spoken("Good morning.")
    for item in (*reply["words"], *reply["segments"]):
        item |= {"start": start, "end": end}
    heard, step = read(reply)
    assert (text(heard), step) == ("Good morning.", ESTIMATED)
    assert times(heard)[0][0] == 0
    assert times(heard)[-1][1] == 2


@pytest.mark.parametrize(
    "words", [[], None, "Good", [1, 2], [{"word": 5}], {"0": {}}, [{"word": "Bad", "start": 0.0, "end": 1.0}]]
)
def test_words_that_are_none_or_of_another_text_are_looked_up_in_the_segments(words):
    heard, _ = read(spoken("Good morning.", words=words))
    assert text(heard) == "Good morning."
    assert times(heard)[-1][1] == 0.5


def test_words_out_of_order_are_not_believed():
    reply = spoken("One two three.")
    reply["words"][0], reply["words"][2] = reply["words"][2] | {"word": "One"}, reply["words"][0] | {"word": "three"}
    assert read(reply).step == ESTIMATED


def test_times_a_little_beyond_the_window_are_cut():
    heard, step = read(spoken("Good morning.", each_s=1.2), duration_s=2.0)
    assert (times(heard), step) == ([(0, 1.2), (1.2, 2.0)], None)


@pytest.mark.parametrize(
    ("body", "reason"),
    [
        (b"", "no JSON, or only a part of it"),
        (b"<html>maintenance</html>", "no JSON, or only a part of it"),
        (b'{"text": "Good mor', "no JSON, or only a part of it"),
        (b"[" * 100_000, "no JSON, or only a part of it"),
        (b"[]", "JSON of another kind"),
        (b"null", "JSON of another kind"),
        (b"{}", "JSON without a 'text'"),
        (b'{"text": null}', "JSON without a 'text'"),
        (b'{"text": ["Good"]}', "JSON without a 'text'"),
        (b'{"text": "\xff"}', "no UTF-8 text"),
    ],
)
def test_answer_that_is_none_is_an_error_of_its_window(body, reason):
    results, backend, _ = recognize(Reply(body), windows=[WINDOW] * 2)
    assert isinstance(results[0], BackendError)
    assert results[0].what == f"the server answered with {reason}."
    assert text(results[1]) == "Good morning, all."
    assert backend.audio_s == 2


def test_lone_surrogates_do_not_reach_the_transcript():
    heard, _ = read_reply(b'{"text": "Good \\ud800 morning"}', "json", 2.0, None)
    assert text(heard).encode() == "Good \ufffd morning".encode()


@pytest.mark.parametrize(
    ("told", "hint", "code"),
    [
        ("english", None, "en"),
        ("Vietnamese", None, "vi"),
        ("vi", None, "vi"),
        ("pt-BR", None, "pt"),
        ("klingon", "en", "en"),
        (7, None, "und"),
    ],
)
def test_language_is_a_code(told, hint, code):
    assert read(spoken(language=told), language=hint).heard.language == code


def test_language_names_are_those_of_whisper():
    assert {code: name for name, code in CODE_OF.items()} == LANGUAGES
    assert language_code(None) is None


# What servers cannot do


@pytest.mark.parametrize(
    ("able", "step"),
    [("verbose_json", LOST["segments"]), ("json", LOST["json"]), ("text", LOST["text"])],
)
def test_server_that_refuses_a_form_is_asked_for_less_and_that_is_said(able, step):
    def limited(request: Request) -> Reply:
        return well_behaved(request) if request.form == able else refused("response_format is not supported")

    results, backend, server = recognize(windows=[WINDOW] * 3, otherwise=limited)
    assert [text(heard) for heard in results] == ["Good morning, all."] * 3
    assert backend.steps[0] == step
    assert [request.form for request in server.requests[-2:]] == [able] * 2


def test_json_where_plain_text_was_asked_for_is_understood():
    heard, _ = read({"text": "Good morning."}, form="text")
    assert text(heard) == "Good morning."


def test_server_that_gives_less_than_it_was_asked_for_is_noticed():
    _, backend, _ = recognize(otherwise=Reply({"text": "Good morning."}))
    assert backend.steps == (NO_WORDS,)


def test_refusal_of_one_window_later_is_its_own():
    results, backend, server = recognize(well_behaved, refused("too noisy"), windows=[WINDOW] * 3, concurrency=1)
    assert [type(result) for result in results] == [WindowResult, BackendError, WindowResult]
    assert results[1].what == "the server answered with status 400: too noisy."
    assert (len(server.requests), backend.steps) == (3, ())


# Patience and its end


def test_busy_server_is_asked_again():
    [heard], backend, _ = recognize(BUSY, Reply("", 429, {"Retry-After": "2"}), Reply(hang_up=True))
    assert text(heard) == "Good morning, all."
    assert (backend.requests, backend.audio_s) == (4, 2)


def test_window_on_which_the_server_always_fails_is_an_error_of_its_own():
    results, _, _ = recognize(well_behaved, *[BUSY] * 3, windows=[WINDOW] * 3, attempts=3, concurrency=1)
    assert [type(result) for result in results] == [WindowResult, BackendError, WindowResult]
    assert results[1].what == "the server answered with status 503 after 3 attempts."


def test_server_that_fails_on_window_after_window_is_given_up():
    message = failure(windows=[WINDOW] * 50, otherwise=BUSY, attempts=2)
    assert message == (
        "openai-api at HOST: 3 windows in a row got no answer, the last because: "
        "the server answered with status 503 after 2 attempts."
    )
    assert failure.requests == 6


def test_server_that_has_gone_is_given_up():
    with MisbehavingServer() as server:
        backend = opened(server.url, attempts=2)
    with backend, pytest.raises(BackendError, match="cannot be reached"):
        list(backend.recognize([WINDOW] * 9, PLAIN))


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (
            refused("Incorrect API key provided", 401),
            f"the server refuses the key (status 401: Incorrect API key provided). {CHECK_KEY}",
        ),
        (
            refused("The model 'whisper-9' does not exist.", 404),
            "the server knows no such model or address (status 404: The model 'whisper-9' does not exist)."
            " Check the options 'model' and 'base_url'.",
        ),
        (
            refused("You exceeded your current quota", 429, "insufficient_quota"),
            f"the server refuses the key (status 429: You exceeded your current quota). {CHECK_KEY}",
        ),
        (
            Reply("", 302, {"Location": "https://elsewhere.example/v1"}),
            "the server redirects to 'elsewhere.example', which is not followed."
            " Set base_url to where it leads, if you trust that server.",
        ),
    ],
)
def test_permanent_refusal_ends_the_recording_with_the_sentence_that_helps(reply, message):
    assert failure(windows=[WINDOW] * 50, otherwise=reply) == f"openai-api at HOST: {message}"
    assert failure.requests == 1


def test_refusal_in_the_middle_ends_the_recording():
    message = failure(well_behaved, windows=[WINDOW] * 50, otherwise=refused("revoked", 401), concurrency=2)
    assert "refuses the key" in message
    assert failure.requests < 10


def test_recording_does_not_go_where_a_redirect_leads():
    with MisbehavingServer() as other:
        failure(otherwise=Reply("", 307, {"Location": f"{other.url}/audio/transcriptions"}))
        assert other.requests == []


# Several at once


def number_of(request: Request) -> Reply:
    """An answer that says how loud the window was, after a while that is shorter the later the window."""
    with wave.open(io.BytesIO(request.audio)) as audio:
        loudness = int(np.frombuffer(audio.readframes(1), "<i2")[0])
    return Reply(spoken(f"Number {loudness}."), pause_s=0.02 * (8 - loudness))


def test_results_come_in_order_however_many_are_under_way():
    windows = [np.full(SAMPLE_RATE, number, dtype=np.int16) for number in range(8)]
    results, _, server = recognize(windows=windows, otherwise=number_of, concurrency=4)
    assert [text(heard) for heard in results] == [f"Number {number}." for number in range(8)]
    assert 2 <= server.most_at_once <= 4


def test_who_stops_listening_stops_the_requests():
    with MisbehavingServer() as server, opened(server.url, concurrency=1) as backend:
        results = backend.recognize([WINDOW] * 50, PLAIN)
        next(results)
        next(results)
        results.close()
    assert len(server.requests) < 10


# Keys and addresses


@pytest.mark.parametrize("value", [None, "", "  \n"])
def test_missing_key_is_refused_with_the_sentence_that_helps(monkeypatch, value):
    monkeypatch.setenv("OPENAI_API_KEY", value) if value is not None else monkeypatch.delenv("OPENAI_API_KEY")
    with pytest.raises(ConfigError) as caught:
        OpenAIApi(OpenAIApi.Options(), CPU)
    assert str(caught.value) == (
        "transcription.options.api_key_env: the environment variable 'OPENAI_API_KEY' is not set."
        " Run: export OPENAI_API_KEY=<your key>, or set api_key_env to null for a server that wants none."
    )


@pytest.mark.parametrize("value", ["sk-one\nsk-two", "sk-ключ", "Bearer sk-one"])
def test_key_that_is_none_is_refused_and_not_shown(monkeypatch, value):
    monkeypatch.setenv("OPENAI_API_KEY", value)
    with pytest.raises(ConfigError, match="holds characters that no key has") as caught:
        OpenAIApi(OpenAIApi.Options(), CPU)
    assert "sk-" not in str(caught.value)


def test_key_may_come_from_another_variable(monkeypatch):
    monkeypatch.setenv("GROQ_API_KEY", "gsk-other-key")
    _, _, server = recognize(api_key_env="GROQ_API_KEY")
    assert server.requests[0].headers["Authorization"] == "Bearer gsk-other-key"


def test_server_without_a_key_is_sent_none(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    _, _, server = recognize(api_key_env=None)
    assert "Authorization" not in server.requests[0].headers


def test_server_that_wants_a_key_after_all_is_named():
    assert failure(otherwise=refused("", 401), api_key_env=None).endswith("It wants a key: set api_key_env.")


@pytest.mark.parametrize(
    "options",
    [
        {"base_url": "https://user:hidden@host/v1"},
        {"base_url": "https://host/v1?key=hidden"},
        {"base_url": "file:///hidden"},
        {"base_url": "hidden"},
        {"base_url": "http://host:hidden/v1"},
        {"api_key_env": "sk-hidden"},
        {"api_key_env": "hidden"},
    ],
)
def test_secret_in_the_configuration_is_refused_and_not_repeated(options):
    with pytest.raises(ValidationError) as caught:
        OpenAIApi.Options(**options)
    assert [detail["loc"] for detail in caught.value.errors()] == [()]
    assert "hidden" not in caught.value.errors()[0]["msg"]


def test_key_appears_nowhere(caplog):
    def echo(request: Request) -> Reply:
        said = request.headers["Authorization"]
        return Reply(spoken(f"Good {said}.")) if len(server.requests) == 1 else refused(f"{said} is unwelcome", 401)

    caplog.set_level(logging.DEBUG)
    with MisbehavingServer(otherwise=echo) as server, opened(server.url) as backend:
        [heard] = backend.recognize([WINDOW], PLAIN)
        with pytest.raises(BackendError) as caught:
            list(backend.recognize([WINDOW], PLAIN))
    shown = [
        str(heard),
        repr(caught.value),
        repr(caught.value.__cause__),
        caplog.text,
        repr(backend.options),
        *map(str, backend.steps),
    ]
    assert "unwelcome" in shown[1]
    assert [item for item in shown if KEY in item] == []
    assert KEY not in str(backend.engine("whisper-1"))


def test_provenance_names_the_server():
    assert OpenAIApi.revision(OpenAIApi.Options()) == "hosted at api.openai.com"
