"""Who took part: who spoke, who of the list was not heard, and what was said about who came, when, and who did not.

Only what is said in so many words counts. While a voice has no name nobody can be said to have been silent.
"""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from itertools import chain

from tasks.meeting.people import People, is_punctuated, people_of
from tasks.meeting.roster import listed_person
from tasks.schema import Participant, Segment, Transcript

_TODAY = (
    r"(?: (?:today|tonight|this (?:morning|afternoon|evening)|(?:to )?(?:the|this|today's|our) (?:meeting|call)|hôm nay|tối nay|"
    r"sáng nay|chiều nay|buổi (?:họp )?này|cuộc họp này|nữa|ạ|nhé|rồi))*"
)
_ENDS = r"(?=\s*(?:[.,;!…]|$|\b(?:because|since|so|and|but|as|vì|nên|do|và|nhưng)\b))"
_NOT_THERE = (
    r"(?: (?:can't|cannot|can not|couldn't|won't|will not|isn't able to|is not able to|is unable to|won't be able to|"
    r"will not be able to) (?:make it|come|join(?: us)?|attend|be (?:here|there|with us|joining(?: us)?|coming))"
    r"|(?: is|'s) (?:absent|away|(?:off )?sick|ill|off|on (?:holiday|vacation|leave))"
    r"|(?: is not| isn't|'s not) (?:here|with us|coming|joining(?: us)?)"
    r"|(?: has| have)? (?:sends?|sent|given|gives) (?:his|her|their) (?:apologies|regrets)"
    r"|(?: hôm nay| tối nay)? (?:xin (?:phép )?)?(?:vắng(?: mặt)?|nghỉ(?: họp| phép| ốm)?)"
    r"|(?: hôm nay| tối nay)? không (?:đến|tới|dự|họp|tham gia|tham dự)(?: họp)? được)"
)
_APOLOGIES = r"\b(?:apologies|regrets)(?: for absence)? from "
_IF = re.compile(r"\b(?:if|whether|in case|unless|when|last (?:time|week|month)|nếu|khi|lần trước|tuần trước)\b", re.IGNORECASE)
_LATE = re.compile(
    r"\b(?:sorry|apologies)\b[^.?!]{0,20}\b(?:I'm|I am|I was|for being|for joining|for coming|to be) (?:a (?:bit|little) )?late"
    rf"(?: (?:to|for))?{_TODAY}{_ENDS}|\bxin lỗi[^.?!]{{0,25}}\b(?:đến|vào|tới) (?:họp )?(?:muộn|trễ){_TODAY}{_ENDS}",
    re.IGNORECASE,
)
_LEAVES = re.compile(
    r"\bI(?:'ve got to| have to| need to| must|'m afraid I have to|'ll have to) (?:leave|go|drop(?: off)?|run|jump off)"
    rf"(?: (?:now|early|already))*{_TODAY}{_ENDS}"
    r"|\b(?:em|tôi|mình|anh|chị)(?: xin| phép| phải)* (?:rời|đi|ra|về|thoát)(?: cuộc họp| họp)? (?:trước|sớm)"
    rf"{_TODAY}{_ENDS}",
    re.IGNORECASE,
)
_FAREWELL_S = 60.0
"""For so long somebody may still say goodbye, and for so long at least the others go on without them. Chosen by hand."""


@dataclass(frozen=True)
class Attendance:
    """Names, each once: of the list in its order, then as they are first heard."""

    participants: tuple[str, ...]
    """Who spoke; with voices that have no name, also those of the list who may be behind them."""
    not_heard: tuple[str, ...]
    absent: tuple[str, ...]
    joined_late: tuple[str, ...]
    left_early: tuple[str, ...]


def attendance(transcript: Transcript) -> Attendance:
    """Who was there, by the list in the sidecar, the voices, and what was said."""
    roster = transcript.recording.sidecar.participants
    heard = dict.fromkeys(_listed(name, roster) for part in transcript.segments if (name := transcript.name_of(part.speaker)))
    silent = [person.name for person in roster if person.name not in heard]
    absent = _said_absent(transcript, silent) if silent else ()
    rest = [name for name in silent if name not in absent]
    unknown = any(part.speaker not in transcript.speakers for part in transcript.segments)
    there = [person.name for person in roster if person.name in heard or (unknown and person.name in rest)]
    return Attendance(
        participants=tuple(dict.fromkeys([*there, *heard])),
        not_heard=() if unknown else tuple(rest),
        absent=absent,
        joined_late=tuple(dict.fromkeys(_listed(name, roster) for name in _late(transcript))),
        left_early=tuple(dict.fromkeys(_listed(name, roster) for name in _left(transcript))),
    )


def _listed(name: str, roster: tuple[Participant, ...]) -> str:
    """The name on the list of whom this name can mean nobody else on it, else the name itself."""
    person = None if any(person.name == name for person in roster) else listed_person(roster, name)
    return person.name if person else name


def _said_absent(transcript: Transcript, silent: list[str]) -> tuple[str, ...]:
    """Who of those who never spoke is said not to be there."""
    people = people_of(transcript, is_punctuated(transcript.segments))
    names = rf"(?:(?:anh|chị|em|bạn|cô|chú|bác) )?(?P<one>{people.pattern})(?:,? (?:and|và) (?P<two>{people.pattern}))?"
    said = re.compile(rf"(?<!\w){names}{_NOT_THERE}{_TODAY}{_ENDS}|{_APOLOGIES}{_again(names)}(?!\w)", re.IGNORECASE)
    found = set(chain.from_iterable(_meant(match, people, silent) for match in _statements(transcript, said)))
    return tuple(name for name in silent if name in found)


def _again(names: str) -> str:
    return names.replace("?P<one>", "?P<three>").replace("?P<two>", "?P<four>")


def _statements(transcript: Transcript, pattern: re.Pattern[str]) -> Iterator[re.Match[str]]:
    for segment in transcript.segments:
        for match in pattern.finditer(segment.text):
            start = max(segment.text.rfind(mark, 0, match.start()) for mark in ".?!") + 1
            asks = re.match(r"[^.!]*\?", segment.text[match.end() :])
            if not asks and not _IF.search(segment.text[start : match.start()]):
                yield match


def _meant(match: re.Match[str], people: People, silent: list[str]) -> Iterator[str]:
    """The silent people who are named; a name that several people have means the only one of them who is silent."""
    for spoken in match.groups():
        person = people.person(spoken) if spoken else None
        if person:
            bearers = people.bearers.get(person.lower(), frozenset((person,)))
            candidates = [name for name in silent if name in bearers]
            if len(candidates) == 1:
                yield candidates[0]


def _late(transcript: Transcript) -> Iterator[str]:
    for segment in transcript.segments:
        name = transcript.name_of(segment.speaker)
        if name and _LATE.search(segment.text):
            yield name


def _left(transcript: Transcript) -> Iterator[str]:
    """Who said that they had to go, and then did, while the others went on."""
    last: dict[str, Segment] = {part.speaker: part for part in transcript.segments if part.speaker}
    end_s = max((part.end_s for part in transcript.segments), default=0.0)
    for segment in transcript.segments:
        name, label = transcript.name_of(segment.speaker), segment.speaker
        if name and label and _LEAVES.search(segment.text):
            gone_s = last[label].end_s
            if gone_s - segment.end_s <= _FAREWELL_S <= end_s - gone_s:
                yield name
