"""The people of a meeting: which spoken names and roles stand for whom.

A name counts when a speaker has it, the roster lists it, or somebody in the meeting is introduced or addressed by it.
Everybody else who is mentioned is a third party and owns nothing.
"""

import re
from collections import defaultdict
from collections.abc import Container, Iterable, Iterator
from dataclasses import dataclass, field
from functools import cached_property

from tasks.language.word_names import WORD_NAMES, name_pattern
from tasks.meeting.roster import listed_person
from tasks.schema import Segment, Transcript

_TITLE = r"(?:anh|chị|em|bạn|cô|chú|bác|ông|bà|thầy|cậu)"
_CAPITALISED = r"(?-i:(?P<name>[^\W\d_a-zà-ỹ][^\W\d_]+))"
_VOCATIVES = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        rf"(?:^|[.?!,] )(?:(?:so|okay|ok|and|then|now|well|yes|no|thanks|thank you)[, ]+)*{_CAPITALISED}, "
        r"(?:could|can|would|will|please|you|do you|are you|did you|have you|what do you|how about you)\b",
        rf"\b(?:thanks|thank you|hi|hello|sorry|welcome|good morning),? {_CAPITALISED}(?=[.,!?])",
        rf"\b(?:could|can|would|will) you\b[^.?!]*, {_CAPITALISED}\?",
        rf"(?:^|[.?!,] ){_CAPITALISED} ơi\b",
        rf"\b{_TITLE} {_CAPITALISED}\b",
    )
)
_INTRODUCTIONS = tuple(
    re.compile(pattern, re.IGNORECASE)
    for pattern in (
        r"\bmy name is (?P<name>[^\W\d_][\w'-]+)",
        rf"\bthis is {_CAPITALISED}(?: speaking| here|[.,!]|$)",
        r"\btên (?:tôi |em |mình )?là (?P<name>[^\W\d_]+)",
        rf"\b(?:tôi|em|mình|anh|chị) là {_CAPITALISED}",
    )
)
_PLAIN_INTRODUCTION = re.compile(r"\bthis is (?P<name>[^\W\d_][\w'-]+)", re.IGNORECASE)
_PLAIN_VOCATIVE = re.compile(
    r"(?<!\S)(?P<name>[^\W\d_][\w'-]+) (?:(?:can|could|would|will) you|please|what do you think)\b", re.IGNORECASE
)
_ROLE = re.compile(
    r"\bI(?:'m| am|'ll be| will be) (?:the|your|our) (?P<role>(?:[a-z]+ ){0,3}(?:manager|designer|expert|engineer|director|"
    r"lead|developer|analyst|officer|specialist|executive|secretary|owner|architect))\b",
    re.IGNORECASE,
)
_NOT_NAMES = frozenset(
    "like just really pretty quite about because kind sort only always never something anything nothing it's that's "
    "um uh er erm hm hmm mm mm-hmm yep yup oh ah right alright cool fine actually basically anyway sir madam mate man thing "
    "a all also and anyone are but can could do dear did everybody everyone folks for from good great guys have he hello hi "
    "how i if in is it just ladies let maybe me my next no not now of ok okay on one or people perhaps please right she so "
    "somebody someone sorry still sure team thanks that the then there they this to today tomorrow very we welcome well "
    "what when where which who why will would yeah yes you your monday tuesday wednesday thursday friday saturday sunday "
    "january february march april may june july august september october november december ai cả chào chúng có còn cũng của "
    "dạ dù đã đây đi gì hai là mình mọi một nào này người nhà ơi sẽ ta thì "
    "tôi tới và vâng việc với".split()
)


@dataclass(frozen=True)
class People:
    """Spoken spelling, in lower case -> the person; and the person behind each speaker label."""

    names: dict[str, str]
    roles: dict[str, str]
    transcript: Transcript
    exact_case: bool
    bearers: dict[str, frozenset[str]] = field(default_factory=dict)
    """Spelling that several people share, in lower case -> their names."""

    def speaker(self, label: str | None) -> str | None:
        """The name of a speaker, else the label."""
        return self.transcript.name_of(label)

    def bears(self, label: str | None, owner: str | None) -> bool:
        """Whether this speaker is the owner, or one of those whom the owner's name may mean."""
        name = self.speaker(label)
        return name is not None and owner is not None and (name == owner or name in self.bearers.get(owner.lower(), ()))

    def other_than(self, label: str | None, owner: str) -> str:
        """The owner; where the speaker has that name too, the other one who has it: nobody calls themselves."""
        others = self.bearers.get(owner.lower(), frozenset()) - {self.speaker(label)}
        return next(iter(others)) if len(others) == 1 and self.bears(label, owner) else owner

    def person(self, spoken: str) -> str | None:
        """Who is meant by a name or a role, as it was spoken."""
        words = spoken.lower().split()
        return self.names.get(" ".join(words)) or self.roles.get(" ".join(words[1:] if words[:1] == ["the"] else words))

    @cached_property
    def pattern(self) -> str:
        """A regular expression for every known name and role; capitals count where the transcript has them."""
        names = sorted(self.names, key=len, reverse=True)
        roles = [rf"(?:the )?{re.escape(role)}" for role in sorted(self.roles, key=len, reverse=True)]
        return "|".join([*(name_pattern(name, self.transcript.language, self.exact_case) for name in names), *roles]) or r"(?!)"


def people_of(transcript: Transcript, punctuated: bool, persons: Iterable[str] = ()) -> People:
    """Everybody who is known by name in this meeting; `persons` are names that a model found in it."""
    names: dict[str, str] = {}
    for person in persons:
        names |= {spelling: name for spelling, name in _spellings(person, ()).items() if spelling not in names}
    for segment in transcript.segments:
        for name in _named_in(segment.text):
            names.setdefault(name.lower(), name[:1].upper() + name[1:])
    if not punctuated:
        names |= _named_without_capitals(transcript)
    by_spelling, bearers = _persons_by_spelling(transcript)
    names |= by_spelling
    roles = {
        participant.role.lower(): participant.name
        for participant in transcript.recording.sidecar.participants
        if participant.role
    }
    return People(names, _introduced_roles(transcript) | roles, transcript, exact_case=punctuated, bearers=bearers)


def _persons_by_spelling(transcript: Transcript) -> tuple[dict[str, str], dict[str, frozenset[str]]]:
    """How speakers and the roster are called; a spelling that people share stands for itself, and who they are."""
    roster = transcript.recording.sidecar.participants
    forms = [_spellings(name, (), WORD_NAMES) for name in transcript.speakers.values()]
    forms += [_spellings(person.name, person.aliases, WORD_NAMES) for person in roster]
    found: dict[str, str] = {}
    bearers: defaultdict[str, set[str]] = defaultdict(set)
    for spelling, name in (pair for form in forms for pair in form.items()):
        person = listed_person(roster, name)
        bearers[spelling].add(person.name if person else name)
        if found.get(spelling, name) == name or spelling == name.lower():
            found[spelling] = name
        elif spelling != found[spelling].lower():
            found[spelling] = spelling[:1].upper() + spelling[1:]
    return found, {spelling: frozenset(names) for spelling, names in bearers.items() if len(names) > 1}


def _spellings(name: str, aliases: Iterable[str], allowed: Container[str] = ()) -> dict[str, str]:
    """The full name, its first word (in Vietnamese the last) and the aliases, all for the same person.

    Args:
        allowed: words that may be names here.
    """
    words = name.split()
    forms = [spelling.lower() for spelling in (words[-1], words[0], *aliases, name)]
    return {spelling: name for spelling in forms if spelling not in _NOT_NAMES or spelling in allowed}


def _named_in(text: str) -> Iterator[str]:
    for pattern in (*_VOCATIVES, *_INTRODUCTIONS):
        for match in pattern.finditer(text):
            if match["name"].lower() not in _NOT_NAMES:
                yield match["name"]


def _named_without_capitals(transcript: Transcript) -> dict[str, str]:
    """Names without capitals to tell them: words by which somebody is introduced and also addressed."""
    introduced, addressed = (
        {match["name"].lower() for segment in transcript.segments for match in pattern.finditer(segment.text)}
        for pattern in (_PLAIN_INTRODUCTION, _PLAIN_VOCATIVE)
    )
    return {name: name[:1].upper() + name[1:] for name in (introduced & addressed) - _NOT_NAMES}


def _introduced_roles(transcript: Transcript) -> dict[str, str]:
    """Roles that speakers gave themselves: `I'm the project manager`."""
    found: dict[str, str] = {}
    for segment in transcript.segments:
        owner = transcript.name_of(segment.speaker)
        if owner and (match := _ROLE.search(segment.text)):
            found.setdefault(match["role"].lower(), owner)
    return found


def is_punctuated(segments: Iterable[Segment]) -> bool:
    """Whether the recognizer writes sentence marks: then they say where sentences end, else pauses must."""
    text = " ".join(segment.text for segment in segments)
    return len(re.findall(r"[.?!]", text)) * 40 > len(text.split())
