"""Summaries by a chat server, against a real one on this machine that plays all parts."""

import json
import logging
import time
from dataclasses import replace

import pytest
from pydantic import ValidationError

from tasks.engine.base import Device
from tasks.engine.registry import find_backend
from tasks.errors import BackendError, ConfigError
from tasks.summarization.draft import draft_schema
from tasks.summarization.language_model import Reply as ModelReply
from tasks.summarization.language_model import Request
from tasks.summarization.language_models.server_answer import WithheldError, estimated_tokens, fewest_tokens, is_cut_short
from tasks.summarization.language_models.server_request import LOST, NO_TEMPERATURE
from tasks.summarization.openai_chat import OpenAIChat
from tasks.summarization.replies import read_reply
from tests.chat_server import (
    BROKEN,
    BUSY,
    DIGEST,
    SLOW,
    ChatServer,
    able,
    asked,
    chat,
    cut,
    forgetful,
    form_of,
    good,
    lying,
    thinking,
    without,
)
from tests.drafts import Digest
from tests.misbehaving_server import Reply, refused

KEY = "sk-this-is-the-secret-1234"
CPU = Device("cpu", "asked for")
IDS = ("S0001", "S0002")
QUESTION = Request(
    "You write minutes.", "[S0001] Lan: The budget is agreed.", "Write JSON.", draft_schema(Digest, IDS, (), 5), 300
)
LONG = Request("You write minutes.", "[S0001] Lan: The budget is agreed.\n" * 800, "Write JSON.", QUESTION.schema, 300)
PLAIN = replace(QUESTION, question="Write a sentence.", schema=None)
CHECK_KEY = "Check the key in OPENAI_API_KEY and what it may use."
MORE_ROOM = "Give the server a longer context (Ollama: OLLAMA_CONTEXT_LENGTH, vLLM: --max-model-len), or lower context_tokens."


@pytest.fixture(autouse=True)
def key(monkeypatch) -> None:
    monkeypatch.setenv("OPENAI_API_KEY", KEY)


def opened(url: str, **options) -> OpenAIChat:
    """The backend, whose waits take no time."""
    backend = OpenAIChat(OpenAIChat.Options(**{"base_url": url, "model": "tiny", **options}), CPU)
    backend.client.wait = lambda seconds: None
    return backend


def ask(*script, requests=(QUESTION,), otherwise=good, **options):
    """The results, the backend and the server after these requests."""
    with ChatServer(script, otherwise) as server, opened(server.url, **options) as backend:
        return backend.answer(requests), backend, server


def failure(*script, requests=(QUESTION,), otherwise=good, **options) -> str:
    """What is said when the server is given up."""
    with ChatServer(script, otherwise) as server, opened(server.url, **options) as backend:
        with pytest.raises(BackendError) as caught:
            backend.answer(requests)
        failure.requests = len(server.requests)
        return str(caught.value).replace(server.url.removeprefix("http://").removesuffix("/v1"), "HOST")


def only_error(*script, **options) -> BackendError:
    [result], _, _ = ask(*script, **options)
    assert isinstance(result, BackendError)
    return result


# What is sent


def test_request_is_sent_as_the_protocol_wants_it():
    _, _, server = ask(seed=7)
    sent = asked(server.requests[0])
    assert server.requests[0].path == "/v1/chat/completions"
    assert server.requests[0].headers["Authorization"] == f"Bearer {KEY}"
    assert sent.pop("response_format")["json_schema"] == {"name": "minutes", "strict": True, "schema": QUESTION.schema}
    assert sent == {
        "model": "tiny",
        "messages": [
            {"role": "system", "content": "You write minutes."},
            {"role": "user", "content": "[S0001] Lan: The budget is agreed.\nWrite JSON."},
        ],
        "max_tokens": 300,
        "temperature": 0,
        "seed": 7,
    }


@pytest.mark.parametrize(
    ("structured", "form"), [("json_object", "json_object"), ("none", "none"), ("json_schema", "json_schema")]
)
def test_form_can_be_chosen(structured, form):
    _, backend, server = ask(structured=structured)
    assert [form_of(request) for request in server.requests] == [form]
    assert backend.steps == ((LOST[form],) if form in LOST else ())


@pytest.mark.parametrize("structured", ["auto", "json_schema", "json_object", "none"])
def test_plain_text_is_asked_for_without_a_form_in_every_dialect(structured):
    [reply], backend, server = ask(chat("They met."), requests=[PLAIN], structured=structured)
    assert [form_of(request) for request in server.requests] == ["none"]
    assert (reply, backend.steps) == (ModelReply("They met."), ())


def test_cut_plain_text_is_marked():
    [reply], _, _ = ask(chat("They m", ended="length"), requests=[PLAIN])
    assert reply == ModelReply("They m", cut=True)


def test_server_that_answered_in_plain_text_has_not_agreed_to_a_schema():
    script = [chat("They met."), refused("no idea what you mean"), *[good] * 9]
    [_, reply, again], _, server = ask(*script, requests=[PLAIN, QUESTION, PLAIN])
    assert [form_of(request) for request in server.requests] == ["none", "json_schema", "plain_schema", "none"]
    assert json.loads(reply.text) == DIGEST
    assert isinstance(again, ModelReply)


def test_no_requests_nothing_sent():
    results, _, server = ask(requests=[])
    assert (results, server.requests) == ([], [])


# What comes back


def test_good_answer_comes_as_it_is():
    [reply], backend, _ = ask()
    assert (json.loads(reply.text), reply.cut, backend.steps) == (DIGEST, False, ())


def test_cut_answer_is_marked():
    [reply], _, _ = ask(cut)
    assert reply.cut
    assert len(read_reply(reply, Digest, IDS, ())[0].summary) == 1


@pytest.mark.parametrize("part", [thinking, lying])
def test_answers_of_all_kinds_can_be_read(part):
    [reply], _, _ = ask(part)
    assert "secret thoughts" not in reply.text
    assert len(read_reply(reply, Digest, IDS, ())[0].summary) == 1


@pytest.mark.parametrize("content", [None, "", [], 5, {"a": 1}])
def test_answer_without_content_is_empty(content):
    [reply], _, _ = ask(chat(content, ended="length"))
    assert reply == ModelReply("", cut=True)


def test_content_in_parts_is_put_together():
    [reply], _, _ = ask(chat([{"type": "text", "text": "a"}, {"type": "text", "text": "b"}]))
    assert reply.text == "ab"


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (BROKEN, "the server answered with no JSON, or only a part of it."),
        (Reply(b"\xff"), "the server answered with no JSON, or only a part of it."),
        (Reply("[" * 100_000), "the server answered with no JSON, or only a part of it."),
        (Reply({"choices": []}), "the server answered without a choice."),
        (Reply([]), "the server answered without a choice."),
        (Reply({"error": {"message": "No provider is free."}}), "the server answered without a choice: No provider is free."),
        (Reply({"choices": [{"text": "{}"}]}), "the server answered without a message."),
    ],
)
def test_answer_that_is_none_is_an_error_of_its_request(answer, reason):
    results, _, _ = ask(answer, requests=[QUESTION] * 2)
    assert (results[0].what, type(results[1])) == (reason, ModelReply)


@pytest.mark.parametrize(
    ("answer", "reason"),
    [
        (chat("", ended="content_filter"), "the server's filter withheld the answer."),
        (chat(None, refusal="I can't help with that."), "the model declined to answer: I can't help with that."),
        (refused("Against our content policy."), "the server answered with status 400: Against our content policy."),
    ],
)
def test_declined_answer_is_an_error_and_no_sign_of_a_broken_server(answer, reason):
    results, _, server = ask(requests=[QUESTION] * 5, otherwise=answer)
    assert [(type(result), result.what) for result in results] == [(WithheldError, reason)] * 5
    assert len(server.requests) == 5


def test_usage_is_counted_and_priced():
    _, backend, _ = ask(
        chat("{}", prompt_tokens=4000, answer_tokens=500),
        chat("{}", prompt_tokens=6000, answer_tokens=1500),
        requests=[QUESTION] * 2,
        price_per_million_prompt_tokens=0.5,
        price_per_million_answer_tokens=2,
    )
    assert backend.usage.model_dump() == {
        "requests": 2,
        "prompt_tokens": 10000,
        "answer_tokens": 2000,
        "cost": pytest.approx(0.009),
    }


def test_cost_is_unknown_without_prices():
    _, backend, _ = ask()
    assert (backend.usage.requests, backend.usage.cost) == (1, None)


@pytest.mark.parametrize("counts", [{"prompt_tokens": None}, {"prompt_tokens": "many"}, {"answer_tokens": -1}])
def test_server_that_does_not_count_is_estimated_and_that_is_said(counts):
    _, backend, _ = ask(chat("{}", **counts))
    assert backend.usage.prompt_tokens >= 15
    assert backend.usage.answer_tokens >= 1
    assert tuple(map(str, backend.steps)) == ("the server does not count its tokens, so their numbers are estimates from above",)


# Tokens

ENGLISH = "[S0001] Lan: I think we should agree on the budget before Friday, because Tom needs 1,250 euros.\n"
VIETNAMESE = "[S0001] Lan: Chúng ta cần thống nhất ngân sách trước thứ sáu, vì anh Minh cần 1.250 euro.\n"


@pytest.mark.parametrize(
    ("text", "fewest_real", "most_real"),
    [(ENGLISH, 26, 33), (VIETNAMESE, 27, 56)],  # counted with ten tokenizers of chat models
)
def test_estimates_lie_around_what_real_tokenizers_count(text, fewest_real, most_real):
    assert most_real * 20 <= estimated_tokens(text * 20) <= 2.6 * fewest_real * 20
    assert fewest_tokens(text * 20) < fewest_real * 20


@pytest.mark.parametrize("context", [2050, 4096])
def test_prompt_that_the_server_read_only_in_part_is_an_error(context):
    error = only_error(requests=[LONG], otherwise=forgetful(context))
    assert error.what == f"the server read only {context} tokens of a much longer request."
    assert error.fix == MORE_ROOM


def test_prompt_that_was_read_whole_is_none():
    assert fewest_tokens(LONG.material) > 4000
    assert isinstance(ask(requests=[LONG])[0][0], ModelReply)
    assert not is_cut_short(LONG.material, 0)
    assert not is_cut_short(QUESTION.material, 3)


# What servers cannot do


@pytest.mark.parametrize(
    ("form", "steps"),
    [
        ("plain_schema", ()),
        ("json_object", (LOST["json_object"],)),
        ("none", (LOST["none"],)),
    ],
)
def test_server_that_refuses_a_form_is_asked_for_less_and_that_is_said(form, steps):
    results, backend, server = ask(requests=[QUESTION] * 3, otherwise=able(form))
    assert [json.loads(reply.text) for reply in results] == [DIGEST] * 3
    assert backend.steps == steps
    assert [form_of(request) for request in server.requests[-3:]] == [form] * 3


def test_schema_that_is_insisted_on_is_not_given_up():
    error = only_error(otherwise=able("json_object"), structured="json_schema")
    assert error.what == "the server answered with status 400: 'response_format' is not supported here."


def test_server_that_breaks_on_a_schema_is_asked_for_less_at_once():
    _, backend, server = ask(refused("failed to parse grammar", 500), refused("failed to parse grammar", 500))
    assert backend.steps == (LOST["json_object"],)
    assert len(server.requests) == 3


@pytest.mark.parametrize(
    ("parameter", "message", "instead", "steps"),
    [
        (
            "max_tokens",
            "Unsupported parameter: 'max_tokens' is not supported with this model. Use 'max_completion_tokens' instead.",
            {"max_completion_tokens": 300, "temperature": 0, "seed": 0},
            (),
        ),
        (
            "temperature",
            "Unsupported value: 'temperature' does not support 0 with this model. Only the default (1) value is supported.",
            {"max_tokens": 300, "seed": 0},
            (NO_TEMPERATURE,),
        ),
        ("seed", "Extra inputs are not permitted: seed", {"max_tokens": 300, "temperature": 0}, ()),
    ],
)
def test_parameter_that_a_model_refuses_is_not_sent_again(parameter, message, instead, steps):
    results, backend, server = ask(requests=[QUESTION] * 3, otherwise=without(parameter, message))
    assert [type(result) for result in results] == [ModelReply] * 3
    assert (len(server.requests), backend.steps) == (4, steps)
    sent = asked(server.requests[-1])
    assert {name: sent[name] for name in sent if name not in ("model", "messages", "response_format")} == instead


@pytest.mark.parametrize(
    "reply",
    [
        Reply({"detail": [{"type": "extra_forbidden", "loc": ["body", "seed"], "msg": "Extra inputs are not permitted"}]}, 422),
        Reply([{"error": {"code": 400, "message": 'Unknown name "seed": Cannot find field.'}}], 400),
        Reply({"object": "error", "message": "seed is not supported"}, 400),
        Reply("bad parameter: seed", 400),
    ],
)
def test_refusals_of_many_servers_are_understood(reply):
    _, _, server = ask(reply)
    assert [("seed" in asked(request), form_of(request)) for request in server.requests] == [
        (True, "json_schema"),
        (False, "json_schema"),
    ]


def test_text_that_no_file_can_hold_is_sent_as_far_as_it_can():
    [reply], _, server = ask(requests=[Request("Write.", "Good \ud800 morning", "?", QUESTION.schema, 9)])
    assert asked(server.requests[0])["messages"][1]["content"] == "Good ? morning\n?"
    assert json.loads(reply.text) == DIGEST


def test_several_refusals_one_after_the_other_are_met():
    script = [refused("Use 'max_completion_tokens' instead."), refused("temperature"), refused("minLength is not in our schema")]
    _, _, server = ask(*script)
    assert list(asked(server.requests[-1])) == ["model", "messages", "max_completion_tokens", "seed", "response_format"]
    assert form_of(server.requests[-1]) == "plain_schema"


def test_server_that_refuses_without_end_is_not_asked_without_end():
    error = only_error(otherwise=refused("no"))
    assert error.what == "the server answered with status 400: no."


def test_request_that_is_too_long_says_what_to_do():
    message = "This model's maximum context length is 4096 tokens. Please reduce max_tokens or temperature or response length."
    results, _, server = ask(refused(message), requests=[QUESTION] * 2)
    assert results[0].what.startswith("the server answered with status 400: This model's maximum context length is 4096")
    assert (results[0].fix, len(server.requests)) == (MORE_ROOM, 2)


def test_refusal_of_one_request_later_is_its_own():
    results, _, server = ask(good, refused("strange words"), requests=[QUESTION] * 3, concurrency=1)
    assert [type(result) for result in results] == [ModelReply, BackendError, ModelReply]
    assert len(server.requests) == 3


# Patience and its end


def test_busy_server_is_asked_again():
    [reply], backend, _ = ask(BUSY, Reply("", 429, {"Retry-After": "2"}), Reply(hang_up=True))
    assert json.loads(reply.text) == DIGEST
    assert backend.usage.requests == 4


def test_slow_server_is_not_waited_for_for_ever():
    started = time.perf_counter()
    error = only_error(SLOW, timeout_s=0.1, attempts=1)
    assert error.what == "no complete answer within 0.1 s."
    assert time.perf_counter() - started < 5


def test_server_that_fails_on_request_after_request_is_given_up():
    message = failure(requests=[QUESTION] * 50, otherwise=BUSY, attempts=2)
    assert message == (
        "openai at HOST: 3 requests in a row got no answer, the last because: "
        "the server answered with status 503 after 2 attempts."
    )
    assert failure.requests == 6


def test_failures_are_counted_from_call_to_call_and_anew_after_the_end():
    with ChatServer(otherwise=BUSY) as server, opened(server.url, attempts=1) as backend:
        assert [type(backend.answer([QUESTION])[0]) for _ in range(2)] == [BackendError] * 2
        with pytest.raises(BackendError, match="3 requests in a row"):
            backend.answer([QUESTION])
        assert isinstance(backend.answer([QUESTION])[0], BackendError)


@pytest.mark.parametrize(("reply", "reason"), [(BUSY, "3 requests in a row"), (refused("revoked", 401), "refuses the key")])
def test_what_was_answered_before_the_server_failed_is_not_lost(reply, reason):
    with ChatServer([good] * 4, otherwise=reply) as server, opened(server.url, attempts=1, concurrency=1) as backend:
        results = backend.answer([QUESTION] * 30)
        assert [isinstance(result, ModelReply) for result in results] == [True] * 4 + [False] * 26
        assert reason in results[-1].what
        assert len(server.requests) < 12
        with pytest.raises(BackendError, match=reason):
            backend.answer([QUESTION])


def test_server_that_has_gone_is_given_up():
    with ChatServer() as server:
        backend = opened(server.url, attempts=2)
    with backend, pytest.raises(BackendError, match="cannot be reached"):
        backend.answer([QUESTION] * 9)


@pytest.mark.parametrize(
    ("reply", "message"),
    [
        (refused("Incorrect API key", 401), f"the server refuses the key (status 401: Incorrect API key). {CHECK_KEY}"),
        (
            refused("model 'tiny' not found", 404),
            "the server knows no such model or address (status 404: model 'tiny' not found)."
            " Check the options 'model' and 'base_url'.",
        ),
        (refused("Used up", 429, "insufficient_quota"), f"the server refuses the key (status 429: Used up). {CHECK_KEY}"),
        (
            Reply("", 302, {"Location": "https://elsewhere.example/v1"}),
            "the server redirects to 'elsewhere.example', which is not followed."
            " Set base_url to where it leads, if you trust that server.",
        ),
    ],
)
def test_permanent_refusal_ends_it_with_the_sentence_that_helps(reply, message):
    assert failure(requests=[QUESTION] * 50, otherwise=reply) == f"openai at HOST: {message}"
    assert failure.requests == 1


def test_replies_come_in_order_however_many_are_under_way():
    def late(request) -> Reply:
        number = int(asked(request)["messages"][1]["content"].split()[0])
        return Reply(chat(str(number)).body, pause_s=0.02 * (8 - number))

    requests = [Request("", f"{number} is said.", "", QUESTION.schema, 9) for number in range(8)]
    results, _, server = ask(requests=requests, otherwise=late)
    assert [reply.text for reply in results] == [str(number) for number in range(8)]
    assert 2 <= server.most_at_once <= 4


# Keys, addresses, prices


@pytest.mark.parametrize("value", ["", "sk-one\nsk-two", "sk-ключ"])
def test_missing_or_impossible_key_is_a_problem_that_is_found_before_any_work(monkeypatch, value):
    monkeypatch.setenv("OPENAI_API_KEY", value)
    options = OpenAIChat.Options(model="tiny")
    [problem] = OpenAIChat.problems(options)
    assert problem.startswith("summarization.options.api_key_env: the environment variable 'OPENAI_API_KEY' ")
    assert "sk-" not in problem
    with pytest.raises(ConfigError):
        OpenAIChat(options, CPU)


def test_server_without_a_key_is_sent_none(monkeypatch):
    monkeypatch.delenv("OPENAI_API_KEY")
    _, backend, server = ask(api_key_env=None)
    assert "Authorization" not in server.requests[0].headers
    assert OpenAIChat.problems(backend.options) == ()


@pytest.mark.parametrize(
    "options",
    [{"base_url": "https://user:hidden@host/v1"}, {"base_url": "https://host/v1?key=hidden"}, {"api_key_env": "sk-hidden"}],
)
def test_secret_in_the_configuration_is_refused_and_not_repeated(options):
    with pytest.raises(ValidationError) as caught:
        OpenAIChat.Options(model="tiny", **options)
    assert "hidden" not in caught.value.errors()[0]["msg"]


def test_one_price_alone_is_refused():
    with pytest.raises(ValidationError, match="both prices or none"):
        OpenAIChat.Options(model="tiny", price_per_million_prompt_tokens=1)


def test_key_and_words_appear_nowhere(caplog):
    def echo(request) -> Reply:
        said = request.headers["Authorization"]
        return chat(f"Good {said}.") if len(server.requests) == 2 else refused(f"{said} is unwelcome", 401)

    caplog.set_level(logging.DEBUG)
    with ChatServer([BUSY], otherwise=echo) as server, opened(server.url) as backend:
        [reply] = backend.answer([QUESTION])
        with pytest.raises(BackendError) as caught:
            backend.answer([QUESTION])
    shown = [str(reply), repr(caught.value), repr(caught.value.__cause__), caplog.text, repr(backend.options), *backend.steps]
    assert "unwelcome" in shown[1]
    assert "attempt 1 failed" in caplog.text
    assert [item for item in shown if KEY in item or "budget" in item] == []


def test_provenance_names_the_server():
    assert OpenAIChat.revision(OpenAIChat.Options(model="tiny")) == "hosted at api.openai.com"
    assert find_backend("summarization", "openai") is OpenAIChat
