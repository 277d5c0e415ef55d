"""Names for speaker labels: from the sidecar, because a person said who they are, or answered to a name. Never otherwise."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable
from itertools import takewhile

from tasks.meeting.answers import names_answered_to
from tasks.meeting.labels import label_meant
from tasks.schema import Segment, Sidecar

_NAME = r"(?P<name>[^\W\d_][\w'-]+)(?P<more>(?: [^\W\d_][\w'-]*)*)"
_GREETING = r"(?:hi|hello|good (?:morning|afternoon|evening)|and|everyone|everybody|all|okay|so)"
_INTRODUCTIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bmy name is {_NAME}",
        rf"^(?:{_GREETING}\b[,.!]? *)*this is {_NAME}",
        rf"^(?:{_GREETING}\b[,.!]? *)*(?P<name>[^\W\d_][\w'-]+)(?P<more>) (?:here|speaking)$",
        rf"\btôi (?:tên )?là {_NAME}",
        rf"\btên tôi là {_NAME}",
    )
)
_NOT_CALLED = frozenset(
    "okay ok yes yeah well now so thanks thank hello hi hey please sorry sure right guys folks team everybody anybody someone"
    " sir madam anh chị em bạn mọi cả".split()
)
_NOT_NAMES = frozenset(
    "a an the and my our your his her their its it that this is was not what where when how why who just like all"
    " one great good nice fine okay important right very so really still only about also because everyone i you we he she they"
    " from for in on at to with over out up down here there some any no more going getting being now then"
    " người một cái việc vấn đề".split()
)


def names_of_speakers(segments: Iterable[Segment], sidecar: Sidecar, labels: Iterable[str] = ()) -> dict[str, str]:
    """Speaker label -> name, for the labels that have one.

    A name goes to one label only: if two voices claim it, neither gets it. Who says their own name is believed before others.

    Args:
        labels: those of speakers who are not in these segments, but whom the sidecar may name as well.
    """
    segments = tuple(segments)
    known = dict.fromkeys((*labels, *(segment.speaker for segment in segments if segment.speaker)))
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for segment in segments:
        if segment.speaker and (name := introduced_name(segment.text)):
            votes[segment.speaker][_spelled(name, sidecar)] += 1
    found = {label: counter.most_common(1)[0][0] for label, counter in votes.items()}
    given = {label_meant(key, known): name for key, name in sidecar.speakers.items()}
    introduced = _undisputed(found, set(given.values())) | given
    answered = names_answered_to(segments, lambda word, text: _is_called(word, text, sidecar))
    called = {label: _spelled(name, sidecar) for label, name in answered.items() if label not in {*found, *given}}
    return _undisputed(called, {*found.values(), *given.values()}) | introduced


def _undisputed(found: dict[str, str], taken: set[str]) -> dict[str, str]:
    """Those whose name nobody else has."""
    claimed = Counter(found.values())
    return {label: name for label, name in found.items() if claimed[name] == 1 and name not in taken}


def _is_called(word: str, text: str, sidecar: Sidecar) -> bool:
    """A name of the roster, or one that a capital tells from other words."""
    if word.lower() in {part.lower() for person in sidecar.participants for part in (*person.name.split(), *person.aliases)}:
        return True
    return bool(re.search(r"[.,?!]", text)) and word[0].isupper() and word.lower() not in _NOT_NAMES | _NOT_CALLED


def introduced_name(text: str) -> str | None:
    """The name by which a speaker introduces themselves in this text."""
    for pattern in _INTRODUCTIONS:
        if (match := pattern.search(text.strip(" .!"))) and _is_name(match["name"], text):
            family = takewhile(_is_family_name, match["more"].split())
            return " ".join((match["name"], *family))
    return None


def _is_family_name(word: str) -> bool:
    """Capital, and not the `I` that recognizers without punctuation write as well."""
    return word[:1].isupper() and word != "I" and not word.startswith("I'")


def _is_name(word: str, text: str) -> bool:
    """Recognizers that punctuate also write names with a capital; from the others any unknown word may be one."""
    punctuated = re.search(r"[.,?!]", text)
    return word.lower() not in _NOT_NAMES and not word.endswith("'s") and (word[0].isupper() or not punctuated)


def _spelled(name: str, sidecar: Sidecar) -> str:
    """The roster's spelling of a name or alias, else the name with a capital."""
    spellings = [(person.name, [form.lower() for form in (person.name, *person.aliases)]) for person in sidecar.participants]
    exact = [full for full, forms in spellings if name.lower() in forms]
    partial = [full for full, forms in spellings if any(set(name.lower().split()) <= set(form.split()) for form in forms)]
    for people in (exact, partial):
        if len(people) == 1:  # a first name that two people share is not completed
            return people[0]
    return name[:1].upper() + name[1:]
