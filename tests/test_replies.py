"""What is made of the replies of language models, good and bad."""

import json
from time import perf_counter

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from tasks.summarization.draft import DraftAction, DraftClaim, Facts
from tasks.summarization.language_model import Reply
from tasks.summarization.loose_json import NestedError, read_json
from tasks.summarization.replies import ReplyError, read_reply, repair_request
from tests.drafts import Digest, Discussion, DraftTopic

IDS = tuple(f"S{number:04d}" for number in range(1, 31))
PEOPLE = ("Lan", "Minh Trần")
TOPIC = {"segments": ["S0001"], "text": "The roof leaks.", "quote": "Roof"}
POINT = {"segments": ["S0002"], "text": "It will be mended."}
TASK = {"segments": ["S0003"], "text": "Call the roofer", "quote": "I'll call the roofer", "owner": "Lan", "due": "by Friday"}
DISCUSSION = {"topics": [TOPIC], "summary": [POINT]}
FACTS = {"decisions": [], "action_items": [TASK], "open_questions": []}
READ = Discussion(topics=(DraftTopic(**TOPIC),), summary=(DraftClaim(**POINT),))


def read(reply: object, kind=Discussion, *, cut: bool = False):
    text = reply if isinstance(reply, str) else json.dumps(reply, ensure_ascii=False)
    return read_reply(Reply(text, cut=cut), kind, IDS, PEOPLE)


def failure(reply: object, kind=Discussion, *, cut: bool = False) -> str:
    with pytest.raises(ReplyError) as caught:
        read(reply, kind, cut=cut)
    return str(caught.value)


def task(**changes: object):
    """The task of an answer in which these fields are different, and what was left out."""
    draft, reasons = read({"action_items": [TASK | changes]}, Facts)
    return (draft.action_items[0] if draft.action_items else None), reasons


def cited(segments: object) -> tuple[str, ...]:
    return read({"summary": [POINT | {"segments": segments}]}, Digest)[0].summary[0].segments


# Around the JSON


@pytest.mark.parametrize(
    "around",
    [
        "{}",
        "```json\n{}\n```",
        "```\n{}\n```\nI hope this helps!",
        "Sure! Here are {{the}} minutes [as asked]:\n{}",
        "<think>They said {{\"topics\": []}}. Hmm.</think>{}",
        "They said {{\"topics\": []}}. Hmm.</think>\n{}",
        "<THINKING>a</THINKING><think>b</think>\n{}",
        "[THINK]{{[/THINK]{}",
        "\ufeff  {}",
        "{{\"topics\": [], \"summary\": []}} Wait, better:\n{}",
        "{}\nFor example: {{\"topics\": []}}",
        '{{"minutes": {}}}',
        "[{}]",
        "<think>Not finished? No:</think>{} <think>",
    ],
)  # fmt: skip
def test_answer_is_found_whatever_stands_around_it(around):
    assert read(around.format(json.dumps(DISCUSSION))) == (READ, [])


@pytest.mark.parametrize(
    ("reply", "reason"),
    [
        ("", "it is empty."),
        (" \n\t", "it is empty."),
        ("<think>So they said", "it is empty."),
        ("<think>{} {</think>", "it is empty."),
        ("I cannot help with that.", "there is no JSON object with 'topics' or 'summary' in it."),
        ("{}", "there is no JSON object with 'topics' or 'summary' in it."),
        ('{"decisions": []}', "there is no JSON object with 'topics' or 'summary' in it."),
        ("null", "there is no JSON object with 'topics' or 'summary' in it."),
        ("[1, 2]", "there is no JSON object with 'topics' or 'summary' in it."),
        ("[" * 100_000, "it is nested too deeply."),
        ('{"topics":' * 100_000, "it is longer than 400000 characters."),
        ('{"topic":' * 30_000, "it is nested too deeply."),
        ('{"topics":' * 30_000, "entry 1 of 'topics' cites no segment."),
        ("x" * 500_000, "it is longer than 400000 characters."),
        ('{"topics": ["roof"]}', "entry 1 of 'topics' is no object."),
    ],
)
def test_reply_without_an_answer_is_refused_with_the_reason(reply, reason):
    assert failure(reply) == reason


def test_thoughts_that_used_up_the_room_are_named():
    assert failure("<think>First I consider", cut=True) == "it is empty, as there was no room left for it."


def test_nothing_to_report_is_an_answer():
    assert read({"topics": [], "summary": []}) == (Discussion(), [])
    assert read({"summary": None}, Digest) == (Digest(), [])


def test_answer_beside_deep_nesting_is_found():
    assert read(json.dumps(DISCUSSION) + '{"topics": ' + "[" * 1000) == (READ, [])


def test_list_alone_is_the_only_list_there_can_be():
    assert read([POINT], Digest)[0].summary == READ.summary


# JSON that is nearly right


@pytest.mark.parametrize(
    "reply",
    [
        '{"summary": [{"segments": ["S0002",], "text": "It will be mended.",},],}',
        "{'summary': [{'segments': ['S0002'], 'text': 'It will be mended.'}]}",
        '{“summary”: [{“segments”: [“S0002”], “text”: “It will be mended.”}]}',
        '{summary: [{segments: [S0002], text: "It will be mended."}]}',
        '{"summary": [{"segments": ["S0002"] "text": "It will be mended."}]}',
        '{"summary": [{"segments": ["S0002"], "text": "It will be mended.", "sure": True, "by": None, "score": NaN}]}',
        '{"summary": [ // points\n {"segments": ["S0002"], /* one */ "text": "It will be mended."}]}',
        '{"summary": [{"segments": ["S0002"], "text": "It will be mended."]}',
        '{"summary": [{"segments": ["S0002"], "text": "It will be mended."}}',
        '{"summary": [{"segments": ["S0002"]\n"text": "It will be mended."\n"by": "x"}]}',
        '{"summary": {"segments": "S0002", "text": "It will\nbe mended."}}',
        '{"summary": [{"segments": ["S0002"], "text": "\\u0049t will be mended.",}]}',
        '{"summary": [{"segments": [], "text": "", "text": "It will be mended.", "segments": ["S0002"], "n": 1e999}]}',
    ],
)  # fmt: skip
def test_json_that_is_nearly_right_is_understood(reply):
    assert read(reply, Digest) == (Digest(summary=READ.summary), [])


def test_quotes_inside_a_string_need_no_escape():
    reply = '{"summary": [{"segments": ["S0001"], "text": "Lan said "yes" to it, \'fully\'",}]}'
    assert read(reply, Digest)[0].summary[0].text == "Lan said \"yes\" to it, 'fully'"


def test_vietnamese_survives():
    reply = '{"summary": [{"segments": ["S0001"], "text": "Chị Lan nói “được” và mái nhà bị dột.",}]}'
    assert read(reply, Digest)[0].summary[0].text == "Chị Lan nói “được” và mái nhà bị dột."


def test_reading_takes_no_longer_than_the_text_is_long():
    def seconds(text: str) -> float:
        started = perf_counter()
        with pytest.raises(ReplyError):
            read(text)
        return perf_counter() - started

    pieces = ["'null", '"\n\n', "/*/", '{"topics"', "“", '\\"', "<think>", "</think>", "S1-", ",", " ", '"\n']
    assert [piece for piece in pieces if seconds('{"topics": ["' + piece * (100_000 // len(piece))) > 2] == []


def test_deep_nesting_is_an_error_of_its_own():
    with pytest.raises(NestedError):
        read_json("{'a':" * 50)


# Cut off


LONG = {"topics": [TOPIC, TOPIC | {"quote": "Cellar", "segments": ["S0004"]}], "summary": [POINT]}
CUT = "the answer was cut off, and what follows its last complete entry is missing"


@pytest.mark.parametrize("told", [True, False])
@pytest.mark.parametrize("length", range(12, len(json.dumps(LONG)), 7))
def test_complete_entries_of_a_cut_answer_count(length, told):
    text = json.dumps(LONG)[:length]
    whole = text.count("}")
    if not whole:
        assert failure(text, cut=told) == "it was cut off before its first entry was complete."
        return
    draft, reasons = read(text, cut=told)
    assert len(draft.topics) + len(draft.summary) == whole
    assert reasons == [CUT]


def test_cut_fenced_answer_counts_too():
    draft, reasons = read('```json\n{"minutes": {"topics": [' + json.dumps(TOPIC) + ', {"segments": ["S0001"], "tex', cut=True)
    assert (draft.topics, reasons) == (READ.topics, [CUT])


def test_answer_that_is_whole_is_not_cut_whatever_the_server_says():
    assert read(json.dumps(DISCUSSION) + "\n\n\n", cut=True) == (READ, [])


# Values


def test_right_answer_is_read_as_it_is():
    assert read(FACTS, Facts) == (Facts(action_items=(DraftAction(**TASK),)), [])


@pytest.mark.parametrize(
    ("given", "meant"),
    [
        ("S0012", ("S0012",)),
        (["[S0012]"], ("S0012",)),
        ("S12", ("S0012",)),
        (["s0012", "S0012"], ("S0012",)),
        (12, ("S0012",)),
        ([12.0, "7"], ("S0012", "S0007")),
        ("S0012, S0007", ("S0012", "S0007")),
        ("segments S0012 and S0007", ("S0012", "S0007")),
        ("Segment 12", ("S0012",)),
        ("S0007-S0009", ("S0007", "S0008", "S0009")),
        (["S0009–S0007"], ("S0009", "S0007")),
        ([{"id": "S0012"}], ("S0012",)),
    ],
)
def test_ids_are_understood(given, meant):
    assert cited(given) == meant


@pytest.mark.parametrize("given", ["S9999", ["S0001", "S9999"], "S0001-S9999", 99, "the end", "x" * 5000])
def test_ids_that_do_not_exist_stay_for_the_evidence_check(given):
    assert set(cited(given)) - set(IDS)
    assert max(map(len, cited(given))) <= 40


@pytest.mark.parametrize("given", [None, [], "", "none", [None], {}, True, [[]]])
def test_entry_that_cites_nothing_is_left_out_alone(given):
    draft, reasons = read({"summary": [POINT | {"segments": given}, POINT]}, Digest)
    assert (draft.summary, reasons) == (READ.summary, ["entry 1 of 'summary' cites no segment"])


def test_too_many_ids_are_cut_and_that_is_said():
    draft, reasons = read({"summary": [POINT | {"segments": "S0001-S0009"}]}, Digest)
    assert draft.summary[0].segments == IDS[:6]
    assert reasons == ["entry 1 of 'summary' cites 9 segments, of which the first 6 count"]


@pytest.mark.parametrize("nobody", [None, "", " none ", "N/A", "Unknown", "null", "-", "không rõ", "[None]", [], [None], "TBD."])
def test_nobody_owns_it_and_no_date_is_given(nobody):
    found, _ = task(owner=nobody, due=nobody)
    assert (found.owner, found.due) == (None, None)


@pytest.mark.parametrize(("given", "owner"), [("lan", "Lan"), (["Lan"], "Lan"), (" minh  trần", "Minh Trần"), ("Zoe", "Zoe")])
def test_owner_is_written_as_they_are_known(given, owner):
    found, reasons = task(owner=given)
    assert (found.owner, reasons) == (owner, [])


@pytest.mark.parametrize("given", [["Lan", "Minh"], {"name": "Lan"}, True])
def test_owner_who_is_not_plain_is_left_empty_and_that_is_said(given):
    found, reasons = task(owner=given)
    assert (found.owner, reasons) == (None, ["entry 1 of 'action_items' has no usable 'owner'"])


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"quote": None}, "has no 'quote'"),
        ({"text": " \x00 "}, "has no 'text'"),
        ({"text": {"en": "Call"}}, "has no 'text'"),
        ({"quote": "x" * 1601}, "has a 'quote' of more than 1600 characters"),
    ],
)
def test_wrong_entry_is_left_out_and_the_others_count(changes, reason):
    draft, reasons = read({"action_items": [TASK | changes, TASK], "mood": 3}, Facts)
    assert draft.action_items == (DraftAction(**TASK),)
    assert reasons == [f"entry 1 of 'action_items' {reason}"]


def test_text_longer_than_asked_for_is_kept():
    found, reasons = task(text="x" * 900, quote="y" * 900)
    assert (len(found.text), len(found.quote), reasons) == (900, 900, [])


def test_plain_values_of_another_type_are_taken():
    found, _ = task(text=["Call the roofer"], due=2026)
    assert (found.text, found.due) == ("Call the roofer", "2026")


def test_text_is_one_line_that_a_file_can_hold():
    draft, _ = read('{"summary": [{"segments": ["S0001"], "text": "a\\ud800\\u0000b\\n\\tc"}]}', Digest)
    assert draft.summary[0].text == "a\ufffd b c"


def test_endless_lists_end():
    draft, reasons = read({"summary": [POINT] * 500}, Digest)
    assert (len(draft.summary), reasons) == (200, ["only the first 200 of 500 entries of 'summary' count"])


def test_repair_is_asked_for_with_the_reason():
    assert repair_request(ReplyError("it is empty.")) == (
        "Your answer was not valid: it is empty. Answer again with only the JSON in the shape that was asked for:"
        " one complete object, short texts, no explanation and no code fence."
    )


# Anything at all


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=12) | st.sampled_from(["S0001", "Lan", "S12-S14"]),
    lambda inner: (
        st.lists(inner, max_size=4)
        | st.dictionaries(st.sampled_from(["topics", "summary", "segments", "text", "quote", "owner", "x"]), inner, max_size=5)
    ),
    max_leaves=25,
)
SIGNS = st.sampled_from([*"{}[]\",:'“”\\/*\n <>\x00\ud800", '"topics"', '"summary":', "<think>", "</think>", "```", "NaN", "S1-"])


def reads_or_refuses(text: str, kind: type) -> None:
    """Either a draft that a file can hold, or a `ReplyError`."""
    for cut in (False, True):
        try:
            draft, reasons = read_reply(Reply(text, cut=cut), kind, IDS, PEOPLE)
        except ReplyError:
            continue
        assert draft.model_dump_json().encode()
        assert all(reason.encode() for reason in reasons)


KINDS = st.sampled_from([Discussion, Facts, Digest])


@given(st.text(), KINDS)
@example("9" * 10_000, Digest)
@example('{"summary": [{"segments": [' + "9" * 10_000 + "]}]}", Digest)
@example('{"summary": [{"segments": [1e400, -1, 1e-400, Infinity, -NaN], "text": 1e400}]}', Digest)
@example('{"summary": [{"segments": "S²", "text": "x"}, {"segments": "S٣", "text": "x"}]}', Digest)
def test_any_text_is_read_or_refused(text, kind):
    reads_or_refuses(text, kind)


@given(st.lists(SIGNS | st.text(max_size=3), max_size=40), KINDS)
def test_any_signs_are_read_or_refused(signs, kind):
    reads_or_refuses('{"summary": [' + "".join(signs), kind)


@given(VALUES, KINDS)
def test_any_json_is_read_or_refused(value, kind):
    reads_or_refuses(json.dumps({"summary": value, "topics": [value], "action_items": value}), kind)


@settings(max_examples=200)
@given(st.data())
def test_damaged_answers_are_read_or_refused(data):
    text = json.dumps(DISCUSSION | FACTS)
    for _ in range(data.draw(st.integers(1, 4))):
        at = data.draw(st.integers(0, len(text)))
        text = text[:at] + data.draw(SIGNS | st.just("")) + text[at + data.draw(st.integers(0, 3)) :]
    reads_or_refuses(text, data.draw(KINDS))
