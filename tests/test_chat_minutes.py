"""From a chat server to minutes: what it says truly is in, what it makes up is listed apart with the reason."""

import json
from collections import defaultdict
from collections.abc import Sequence
from typing import Any

from tasks.engine.base import Device
from tasks.schema import ActionClaim, Claim, Findings, Minutes, Transcript
from tasks.summarization.openai_chat import OpenAIChat
from tasks.summarization.summarizer import Brief
from tasks.verification.minutes import compose_minutes
from tests.chat_server import ChatServer, asked, chat
from tests.lies import claim_of, meetings, planted_lies, true_claims
from tests.misbehaving_server import Request

CODE_DECIDES = ("wrong date", "reversed bound")
"""The model gives the spoken phrase only, so it cannot lie about the day."""


def says(claims: Sequence[Claim]):
    """A model that reports these claims as action items, and sums up nothing."""

    def answer(request: Request):
        if "response_format" not in asked(request):
            return chat("", prompt_tokens=None)
        lists = asked(request)["response_format"]["json_schema"]["schema"]["properties"]
        found = {name: [as_entry(claim) for claim in claims] if name == "action_items" else [] for name in lists}
        return chat(json.dumps(found), prompt_tokens=None)

    return answer


def as_entry(claim: Claim) -> dict[str, Any]:
    assert isinstance(claim, ActionClaim)
    return {
        "segments": list(claim.segment_ids),
        "text": claim.text,
        "quote": claim.quote or "",
        "owner": claim.owner,
        "due": claim.due_phrase,
    }


def minutes_by_model(meeting: Transcript, claims: Sequence[Claim]) -> Minutes:
    """The minutes when a model reports these claims."""
    with ChatServer(otherwise=says(claims)) as server:
        options = OpenAIChat.Options(base_url=server.url, model="m", api_key_env=None)
        with OpenAIChat(options, Device("cpu", "test")) as engine:
            notes = engine.summarize(meeting, Brief(language=meeting.language))
    return compose_minutes(meeting, notes, Findings(), "test", "1")


def test_every_planted_lie_is_caught_and_named():
    lies: defaultdict[str, list[Claim]] = defaultdict(list)
    for lie in planted_lies():
        if lie.kind not in CODE_DECIDES:
            lies[lie.meeting].append(lie.claim)
    total = 0
    for name, claims in lies.items():
        for start in range(0, len(claims), 50):
            some = claims[start : start + 50]
            minutes = minutes_by_model(meetings()[name], some)
            assert not minutes.action_items, minutes.action_items
            assert all(item.reason for item in minutes.unverified)
            assert {item.text for item in minutes.unverified} == {claim.text for claim in some}
            total += len(some)
    assert total > 200


def test_true_claims_are_believed():
    truths: defaultdict[str, list[Claim]] = defaultdict(list)
    for name, truth in true_claims():
        truths[name].append(claim_of(meetings()[name], truth))
    rejected = [item for name, claims in truths.items() for item in minutes_by_model(meetings()[name], claims).unverified]
    assert len(rejected) <= 0.02 * sum(map(len, truths.values())), rejected
