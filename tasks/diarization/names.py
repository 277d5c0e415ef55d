"""Names for speaker labels: from the sidecar, or because a person said who they are. Never otherwise."""

import re
from collections import Counter, defaultdict
from collections.abc import Iterable

from tasks.schema import Segment, Sidecar

_NAME = r"(?P<name>[^\W\d_][\w'-]+)"
_GREETING = r"(?:hi|hello|good (?:morning|afternoon|evening)|and|everyone|everybody|all|okay|so)"
_INTRODUCTIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"\bmy name is {_NAME}",
        rf"^(?:{_GREETING}\b,? *)*this is {_NAME}(?: here| speaking)?\b",
        rf"\b{_NAME} (?:here|speaking)$",
        rf"\btôi (?:tên )?là {_NAME}",
        rf"\btên tôi là {_NAME}",
    )
)
_NOT_NAMES = frozenset(
    "a an the and my our your his her their its it that this is was not what where when how why who just like all"
    " one great good nice fine okay important right very so really still only about also because everyone i you we he she they"
    " from for in on at to with over out up down here there some any no more going getting being now then"
    " người một cái việc vấn đề".split()
)


def names_of_speakers(segments: Iterable[Segment], sidecar: Sidecar) -> dict[str, str]:
    """Speaker label -> name, for the labels that have one.

    A name goes to one label only: if two voices claim it, neither gets it.
    """
    votes: defaultdict[str, Counter[str]] = defaultdict(Counter)
    for segment in segments:
        if segment.speaker and (name := introduced_name(segment.text)):
            votes[segment.speaker][_spelled(name, sidecar)] += 1
    found = {label: counter.most_common(1)[0][0] for label, counter in votes.items()}
    claimed = Counter(found.values())
    return {label: name for label, name in found.items() if claimed[name] == 1} | sidecar.speakers


def introduced_name(text: str) -> str | None:
    """The name by which a speaker introduces themselves in this text."""
    for pattern in _INTRODUCTIONS:
        if (match := pattern.search(text.strip(" .!"))) and match["name"].lower() not in _NOT_NAMES:
            return match["name"]
    return None


def _spelled(name: str, sidecar: Sidecar) -> str:
    """The roster's spelling of a name or alias, else the name with a capital."""
    for person in sidecar.participants:
        if name.lower() in {word.lower() for spelling in (person.name, *person.aliases) for word in spelling.split()}:
            return person.name
    return name[:1].upper() + name[1:]
