"""Answers that are valid JSON of the wanted shape, whatever a model would like to write."""

import json
from collections.abc import Callable

import numpy as np
import pytest
from transformers import AutoTokenizer

from tasks.errors import BackendError
from tasks.summarization.draft import Draft, Facts, draft_schema
from tasks.summarization.language_models.grammar import Grammars, Writing, whole_entries
from tasks.summarization.prompts.example_answers import example_answer
from tests.chat_weights_random import MARKS, SPECIAL, random_chat
from tests.drafts import Digest, Discussion

KINDS = (Discussion, Facts, Digest)
PEOPLE = ("Nguyễn Thị Minh Khai", 'Robert "Bob" O\'Neil', "back\\slash", "李明", "</s>")
Choose = Callable[[np.ndarray], int]


@pytest.fixture(scope="module")
def tokenizer(tmp_path_factory):
    return AutoTokenizer.from_pretrained(random_chat(tmp_path_factory.mktemp("chat") / "model"), local_files_only=True)


@pytest.fixture(scope="module")
def grammars(tokenizer) -> Grammars:
    return Grammars(tokenizer, len(tokenizer) + 8, [tokenizer.eos_token_id], tokenizer.all_special_ids)


def ids(count: int) -> list[str]:
    return [f"S{number:04d}" for number in range(1, count + 1)]


def write(grammars: Grammars, schema: dict, choose: Choose, most_tokens: int = 20_000) -> Writing:
    writing = grammars.begin(schema)
    while not writing.done and len(writing.tokens) < most_tokens:
        writing.add(choose(np.flatnonzero(grammars.allowed([writing])[0].numpy())))
    return writing


def by_chance(seed: int) -> Choose:
    chance = np.random.default_rng(seed)
    return lambda allowed: int(chance.choice(allowed))


@pytest.mark.parametrize("count", [5, 60, 400])
@pytest.mark.parametrize("kind", KINDS)
def test_answer_written_by_chance_is_a_draft(grammars, kind: type[Draft], count):
    schema = draft_schema(kind, ids(count), PEOPLE, 2)
    texts = [grammars.text(write(grammars, schema, by_chance(seed))) for seed in range(8)]
    drafts = [kind.model_validate_json(text) for text in texts]
    entries = [entry for draft in drafts for name in kind.model_fields for entry in getattr(draft, name)]
    assert entries
    assert {name for entry in entries for name in entry.segments} <= set(ids(count))
    assert {getattr(entry, "owner", None) for entry in entries} <= {None, *PEOPLE}


def test_every_name_can_be_written(grammars):
    schema = draft_schema(Facts, ids(3), PEOPLE, 2)
    for name in PEOPLE:
        action = {"quote": "b", "text": "a", "owner": name, "due": None, "segments": ["S0001"]}
        text = json.dumps({"decisions": [], "action_items": [action], "open_questions": []}, ensure_ascii=False)
        assert grammars.text(_forced(grammars, schema, text)) == text


@pytest.mark.parametrize("language", ["en", "vi"])
def test_example_is_written_as_the_grammar_wants_it(grammars, language):
    example = example_answer(language)
    assert grammars.text(_forced(grammars, draft_schema(Facts, ids(3), (), 2), example)) == example


def test_entries_are_written_in_the_order_of_thought():
    fields = draft_schema(Facts, ids(3), PEOPLE, 2)["properties"]["action_items"]["items"]["properties"]
    assert list(fields) == ["quote", "text", "owner", "due", "segments"]


def _forced(grammars: Grammars, schema: dict, text: str) -> Writing:
    """An answer of exactly this text, in the longest tokens."""
    left = text.encode()

    def choose(allowed: np.ndarray) -> int:
        nonlocal left
        spelt = {token: grammars.tokenizer.decode_bytes([int(token)]) for token in allowed}
        token = max(
            (token for token in allowed if spelt[token] and left.startswith(spelt[token])), key=lambda token: len(spelt[token])
        )
        left = left[len(spelt[token]) :]
        return int(token)

    return write(grammars, schema, choose)


@pytest.mark.parametrize("kind", KINDS)
@pytest.mark.parametrize("choose", [lambda allowed: int(allowed[-1]), lambda allowed: int(allowed[len(allowed) // 2])])
def test_answer_ends_though_the_model_never_closes_anything(grammars, kind, choose):
    writing = write(grammars, draft_schema(kind, ids(5), PEOPLE, 3), choose)
    assert writing.done
    kind.model_validate_json(grammars.text(writing))


def test_marks_are_set_as_models_are_used_to(grammars):
    schema = draft_schema(Facts, ids(5), PEOPLE, 2)
    text = grammars.text(write(grammars, schema, by_chance(3)))
    assert text == json.dumps(json.loads(text), ensure_ascii=False)


def test_control_tokens_are_never_allowed(grammars, tokenizer):
    control = tokenizer.convert_tokens_to_ids([*SPECIAL])
    chance, seen = by_chance(1), []

    def watch(allowed: np.ndarray) -> int:
        seen.append(set(control) & set(allowed.tolist()))
        return chance(allowed)

    write(grammars, draft_schema(Discussion, ids(5), PEOPLE, 2), watch)
    assert len(seen) > 5
    assert not set().union(*seen)
    assert MARKS[0] in tokenizer.get_vocab()


def test_tokens_beyond_the_tokenizer_are_never_allowed(grammars, tokenizer):
    allowed = grammars.allowed([grammars.begin(draft_schema(Digest, ids(5), (), 2))])
    assert allowed.shape == (1, len(tokenizer) + 8)
    assert not allowed[0, len(tokenizer) :].any()


def test_plain_text_is_all_but_control_tokens_until_the_model_ends_it(grammars, tokenizer):
    end, control = tokenizer.eos_token_id, set(tokenizer.convert_tokens_to_ids([*SPECIAL]))
    writing = grammars.begin(None)
    allowed = set(np.flatnonzero(grammars.allowed([writing])[0].numpy()))
    assert allowed == set(range(len(tokenizer))) - (control - {end})
    for token in (*tokenizer.encode("Chào {", add_special_tokens=False), end):
        assert not writing.done
        writing.add(token)
    assert (writing.done, grammars.text(writing)) == (True, "Chào {")


def test_plain_text_that_broke_off_ends_with_a_whole_character(grammars, tokenizer):
    writing = grammars.begin(None)
    for token in tokenizer.encode("Minh \N{HOT BEVERAGE}", add_special_tokens=False)[:-1]:
        writing.add(token)
    assert grammars.text(writing) == "Minh "


def test_plain_text_and_json_are_written_side_by_side(grammars):
    schema = draft_schema(Digest, ids(5), (), 2)
    free, held = grammars.allowed([grammars.begin(None), grammars.begin(schema)])
    assert (held == grammars.allowed([grammars.begin(schema)])[0]).all()
    assert free.sum() > 100 > held.sum()


def test_several_answers_are_held_to_their_own_schemas(grammars):
    schemas = [draft_schema(kind, ids(5), PEOPLE, 2) for kind in KINDS]
    writings = [grammars.begin(schema) for schema in schemas]
    for row, schema in zip(grammars.allowed(writings), schemas, strict=True):
        assert (row == grammars.allowed([grammars.begin(schema)])[0]).all()


def test_schema_that_cannot_be_followed_is_an_error_without_the_schema(grammars):
    with pytest.raises(BackendError, match="no grammar") as caught:
        grammars.begin({"type": "object", "properties": {"secret": {"type": "no such type"}}, "required": ["secret"]})
    assert "secret" not in str(caught.value)


def test_token_that_is_not_allowed_is_an_error(grammars, tokenizer):
    writing = grammars.begin(draft_schema(Digest, ids(5), (), 2))
    with pytest.raises(BackendError, match="grammar of the answer failed"):
        writing.add(tokenizer.convert_tokens_to_ids("a"))


# Answers that broke off

WHOLE = {
    "decisions": [
        {"segments": ["S0001"], "text": 'a } ] "x" [', "quote": "q"},
        {"segments": ["S0002"], "text": "b", "quote": "}"},
    ],
    "action_items": [{"segments": ["S0003"], "text": "c", "quote": "}],", "owner": None, "due": None}],
    "open_questions": [],
}


def test_broken_off_answer_keeps_its_whole_entries():
    schema, text = draft_schema(Facts, ids(5), (), 5), json.dumps(WHOLE)
    kept = []
    for end in range(len(text) + 1):
        found = Facts.model_validate_json(whole_entries(text[:end], schema)).model_dump(mode="json")
        assert all(list(found[name]) == WHOLE[name][: len(found[name])] for name in WHOLE)
        kept.append(sum(map(len, found.values())))
    assert kept == sorted(kept)
    assert (kept[0], kept[text.index("}") + 1], kept[-1]) == (0, 0, 3)


def test_answer_that_broke_off_in_its_first_entry_is_empty():
    assert whole_entries('{"topics": [{"quo', draft_schema(Discussion, ids(5), (), 5)) == '{"topics": [], "summary": []}'
