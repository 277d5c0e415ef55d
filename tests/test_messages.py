"""What code says to people: every sentence is there in every language, and says the same of the same values."""

import ast
from collections.abc import Iterator
from pathlib import Path
from string import Formatter

import pytest

import tasks
from tasks.language.messages import in_words, message
from tasks.language.wording import Counted, languages, wording_for
from tasks.schema import Message, Notice, NoticeKind, Unverified

SOURCES = {path: ast.parse(path.read_text(encoding="utf-8")) for path in Path(tasks.__file__).parent.rglob("*.py")}
ENGLISH = wording_for("en", "").messages
each_language = pytest.mark.parametrize("language", languages())


def calls(*names: str) -> Iterator[tuple[Path, ast.Call]]:
    """Where the product calls something by one of these names."""
    for path, tree in SOURCES.items():
        for node in ast.walk(tree):
            if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id in names:
                yield path, node


def forms(form: str | Counted) -> list[str]:
    return [form.one, form.many] if isinstance(form, Counted) else [form]


def filled_in(text: str) -> set[tuple[str, str]]:
    """The values of a sentence, and how they are written."""
    return {(name, spec or "") for _, name, spec, _ in Formatter().parse(text) if name}


MADE = [(path, node) for path, node in calls("message") if path.name != "messages.py"]


def test_each_message_has_a_sentence_and_gives_it_what_it_needs():
    wrong = []
    for path, node in MADE:
        code = node.args[0].value if node.args and isinstance(node.args[0], ast.Constant) else None
        needed = {name for form in forms(ENGLISH.get(code, "")) for name, _ in filled_in(form)}
        given = {keyword.arg for keyword in node.keywords}
        if code not in ENGLISH or needed - given or given - needed - {"number"}:
            wrong.append(f"{path.name}:{node.lineno}: {code} with {sorted(map(str, given))}")
    assert len(MADE) > 60
    assert wrong == []


def test_each_sentence_is_said_somewhere():
    assert set(ENGLISH) == {node.args[0].value for _, node in MADE}


def test_nobody_says_a_notice_in_one_language_only():
    """By `Notice.of`, or as a copy; a reason by `why`."""
    assert [
        (path.name, node.lineno)
        for path, node in calls("Notice", "Message")
        if path.parent.name != "schema" and path.name != "messages.py"
    ] == []


@each_language
def test_every_language_says_everything_with_the_same_values(language):
    said = wording_for(language, "").messages
    assert said.keys() == ENGLISH.keys()
    values = {code: {name for form in forms(said[code]) for name, _ in filled_in(form)} for code in said}
    assert [
        code
        for code in said
        if values[code] - {"number"} != {n for f in forms(ENGLISH[code]) for n, _ in filled_in(f)} - {"number"}
    ] == []


@pytest.mark.parametrize("language", [name for name in languages() if name != "en"])
def test_no_sentence_is_left_in_english(language):
    said = wording_for(language, "").messages
    same = {code for code in said if set(forms(said[code])) & set(forms(ENGLISH[code]))}
    assert same == {"day"}, "which is only a day"


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "somebody speaks in 2 places for which no words were found (12 s, first at 00:01:05)"),
        ("vi", "có 2 chỗ có người nói nhưng không nhận ra lời (12 giây, chỗ đầu tiên tại 00:01:05)"),
    ],
)
def test_sentence_follows_from_the_code_and_its_values(language, sentence):
    said = message("no_words", number=2, seconds=12.3, first=65.4)
    assert in_words(said, wording_for(language, "")) == sentence


@pytest.mark.parametrize(
    ("language", "sentence"),
    [
        ("en", "'before Friday' means by Thu 5 March 2026, not no day"),
        ("vi", "'before Friday' nghĩa là chậm nhất thứ Năm, 5 tháng 3 năm 2026, không phải không có ngày"),
    ],
)
def test_a_message_may_hold_others_and_days(language, sentence):
    said = message("due_otherwise", phrase="before Friday", meant=message("day", due="by 2026-03-05"), claimed=message("no_day"))
    assert in_words(said, wording_for(language, "")) == sentence


def test_decimals_are_those_of_the_language():
    said = message("undecodable", seconds=12.34, first=3.0)
    assert [in_words(said, wording_for(name, "")).split()[0] for name in ("en", "vi")] == ["12.3", "12,3"]


def test_what_a_library_said_is_told_apart():
    said = message("diarization_failed", "CUDA error 7")
    assert said.message == "diarization failed, so nobody is named: CUDA error 7"
    assert "CUDA" not in in_words(said, wording_for("vi", ""))


def test_notice_comes_back_from_json():
    told = Notice.of(NoticeKind.WARNING, "audio", message("breaks_off", what=message("the_recording"), seconds=1.0, promised=2.0))
    assert Notice.model_validate_json(told.model_dump_json()) == told


def test_what_was_stored_before_there_were_codes_is_said_as_it_was():
    old = Notice.model_validate_json('{"kind": "warning", "stage": "audio", "message": "the tape was torn"}')
    claim = Unverified.model_validate_json('{"kind": "decision", "text": "Sell.", "reason": "not said"}')
    assert [in_words(said, wording_for("vi", "")) for said in (old, claim.why)] == ["the tape was torn", "not said"]


@pytest.mark.parametrize("values", [{}, {"other": 1}])
def test_what_another_version_said_with_other_values_is_said_as_it_was(values):
    assert in_words(Message(message="as it was", code="undecodable", values=values), wording_for("vi", "")) == "as it was"


@each_language
def test_no_sentence_is_empty_or_breaks_the_line_or_ends(language):
    """A full stop is put where one is wanted."""
    said = [form for each in wording_for(language, "").messages.values() for form in forms(each)]
    assert [form for form in said if not form or form != form.strip() or "\n" in form or form.endswith(".")] == []
