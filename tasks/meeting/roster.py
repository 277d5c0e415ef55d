"""The people whom somebody wrote down for a meeting."""

from collections.abc import Sequence

from tasks.language.words import normalise
from tasks.schema import Participant


def listed_person(roster: Sequence[Participant], name: str) -> Participant | None:
    """The only participant whose names hold this one, which may be a first name alone."""
    words = set(normalise(name).split())
    found = [person for person in roster if words <= {word for known in all_names(person) for word in normalise(known).split()}]
    return found[0] if len(found) == 1 else None


def all_names(person: Participant) -> tuple[str, ...]:
    """The name and the aliases."""
    return (person.name, *person.aliases)
