"""Rewritings that must not stand: each made from an honest one by one change, in a talk where others take on other things.

Nothing here knows the checker. A few changes only spoil the sentence; that they do not stand is right too.
"""

from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path

import yaml

from tasks.schema import ActionItem, Decision, Transcript
from tests.rewritings import Case, cases, placed

_FORMS = yaml.safe_load((Path(__file__).parent / "data" / "lies_of_rewording.yaml").read_text(encoding="utf-8"))
_DENIALS = {"en": ("Do not ", "No ", " not ", " no ", " never "), "vi": ("Không ", "Chưa ", " không ", " chưa ")}
_LIMITS = {
    "en": (" only", " until ", " if ", " whether ", " before ", " after "),
    "vi": (" chỉ", "Chỉ ", " nếu ", " trước ", " sau ", " đến "),
}
_CONDITIONS = {
    "en": ("If it rains, ", "Unless the boss objects, ", "Only if we get the money, ", "Maybe "),
    "vi": ("Nếu trời mưa thì ", "Trừ khi sếp phản đối, ", "Chỉ khi có tiền, ", "Có lẽ "),
}
_ALSO = {"en": " And I'll {more}.", "vi": " Và em sẽ {more}."}
_OTHER_NUMBERS = {
    **{"one": "two", "two": "three", "three": "four", "ten": "nine", "twelve": "thirteen", "sixteen": "fifteen"},
    **{"một": "hai", "hai": "ba", "ba": "năm", "tư": "sáu", "tám": "bảy", "mười": "chín"},
}


@dataclass(frozen=True)
class RewordedLie:
    """A rewriting that must not stand, and what is wrong with it."""

    kind: str
    meeting: Transcript
    item: ActionItem | Decision
    text: str


def lies(language: str) -> Iterator[RewordedLie]:
    """Lies of every kind about every case of a language."""
    known = cases(language)
    for number, case in enumerate(known):
        near = [known[(number + step) % len(known)] for step in (7, 13, 22)]
        meeting, item = _among(case, near, language)
        told = [*_by_form(case, near, language, number), *_by_leaving_out(case, language), *_by_mixing(case, near)]
        yield from (RewordedLie(kind, meeting, item, text) for kind, text in told if text != case.text)
        yield from _in_other_talks(case, near, language, number)


def _among(case: Case, near: list[Case], language: str) -> tuple[Transcript, ActionItem | Decision]:
    """The case with what others say before and after."""
    return placed(case, [one.said[one.place] for one in near[:2]], [one.said[one.place] for one in near[2:]], language)


def _by_form(case: Case, near: list[Case], language: str, number: int) -> Iterator[tuple[str, str]]:
    owner = _owner(case)
    others = [name for line in case.said if (name := line.partition(": ")[0]) != owner] + [_owner(near[0])]
    task = _lower(case.text)
    verb, _, rest = task.partition(" ")
    parts = {
        "task": task,
        "owner": owner,
        "other": others[number % len(others)],
        "more": _lower(near[number % 3].text),
        "line": _words(case.said[0]),
        "verb": verb,
        "rest": rest,
        "past": f"{verb.removesuffix('e')}ed",
    }
    for kind, forms in _FORMS[language].items():
        yield from ((kind, form.format(**parts)) for form in forms)


def _by_leaving_out(case: Case, language: str) -> Iterator[tuple[str, str]]:
    for kind, words in (("dropped not", _DENIALS[language]), ("dropped limit", _LIMITS[language])):
        yield from ((kind, case.text.replace(word, " ", 1).strip()) for word in words if word in case.text)
    parts = case.text.split()
    for place, word in enumerate(parts):
        if changed := str(int(word) + 3) if word.isdigit() else _OTHER_NUMBERS.get(word):
            yield "changed number", " ".join([*parts[:place], changed, *parts[place + 1 :]])


def _by_mixing(case: Case, near: list[Case]) -> Iterator[tuple[str, str]]:
    """One half of the task with the other half of what somebody else takes on; and what others say."""
    verb, _, rest = case.text.partition(" ")
    for one in near:
        other, _, thing = one.text.partition(" ")
        yield "thing of another", f"{verb} {thing}"
        if len(one.told) == len(case.told) == 2:
            yield "verb of another", f"{other} {rest}"
    for line in (*case.said, *(one.said[one.place] for one in near)):
        if line != case.said[case.place]:
            yield "another line", _words(line)


def _in_other_talks(case: Case, near: list[Case], language: str, number: int) -> Iterator[RewordedLie]:
    """The honest rewriting where what was said has a condition, or is said of two things at once."""
    speaker, _, words = case.said[case.place].partition(": ")
    if ". " in words or "? " in words:
        return
    condition = _CONDITIONS[language][number % 4]
    more = _lower(near[0].text)
    for kind, line, text in (
        ("dropped condition", f"{condition}{_lower(words)}", case.text),
        ("merged", f"{words}{_ALSO[language].format(more=more)}", f"{case.text} and {more}"),
        ("thing of another", f"{words}{_ALSO[language].format(more=more)}", f"{case.text.split()[0]} {more.partition(' ')[2]}"),
    ):
        said = (*case.said[: case.place], f"{speaker}: {line}", *case.said[case.place + 1 :])
        whole = (*case.told[:-1], line)
        for told in (whole, case.told) if kind == "dropped condition" else (case.told,):
            meeting, item = _among(replace(case, said=said, told=told), near, language)
            yield RewordedLie(kind, meeting, item, text)


def _owner(case: Case) -> str:
    return case.told[0] if len(case.told) == 2 else case.said[case.place].partition(": ")[0]


def _words(line: str) -> str:
    return line.partition(": ")[2].rstrip(".?!")


def _lower(text: str) -> str:
    return text[:1].lower() + text[1:] if not text.startswith(("I ", "I'")) else text
