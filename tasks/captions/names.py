"""Names as meeting programs print them, and the people behind them.

`Berg, Anna (DE)`, `Dr. Anna Berg`, `anna.berg@acme.org`, `Anna Berg (iPad)` and `Anna's iPhone` are display names: a company's
directory, a title, a login, a device. What remains without them is what colleagues call the person.
"""

import re
from collections import defaultdict
from collections.abc import Iterable, Mapping
from typing import NamedTuple

from tasks.language.messages import message
from tasks.meeting.labels import is_nameless
from tasks.schema import Message

_TITLE = r"(?:dr|prof|mr|mrs|ms|miss|mx|rev|hon|sir|ing|dipl|mag|eng|ts|ths|pgs|gs|bs|ks|cn)"
_TITLES = re.compile(rf"(?:{_TITLE}(?:\.(?:-?{_TITLE}\.)*|(?=\s))[\s-]*)+", re.IGNORECASE)
_INITIALS = re.compile(rf"\b(?:{_TITLE}|st|jr|sr|[^\W\d_])\.", re.IGNORECASE)
_SENTENCE_MARK = re.compile(r"""[?!;…"“”]|[.,]$|\.\s""")
_MOST_WORDS = 5
_NO_NAME = re.compile(
    r"(?:.*\s)?(?:actions?|agenda|answer|budget|conclusion|date|deadline|decisions?|example|fact|fyi|goal|idea|items?|link|memo"
    r"|notes?|outcome|plan|points?|problem|ps|questions?|re|reason|reminder|result|steps?|subject|summary|tasks?|time|todo"
    r"|topic|update|warning)|chú ý|ghi chú|lưu ý|ví dụ|câu hỏi|kết luận",
    re.IGNORECASE,
)
"""What stands before a colon without being a person."""
_PHONE = re.compile(r"\+?\(?[\d*•][\d\s().*•xX/-]*")
_LEAST_DIGITS = 6
_BADGES = re.compile(r"(?:\s*(?:\([^()]*\)|\[[^\[\]]*\]))+$")
_AFTER_BAR = re.compile(r"\s+[|@/•·].*$")
_AFTER_DASH = re.compile(r"^([^\d-]*\s[^\d-]*[^\d\s-])\s+[-\u2013\u2014]\s+.*$")
_OWNED = re.compile(r"^(.*\S)['’]s\s+\S.*$")
_LOGIN = re.compile(r"([^\W\d_]{2,}(?:[._][^\W\d_]{2,})+|[^\W\d_]{2,}(?=@))(?:@[\w.-]+)?")
_DEVICE = re.compile(
    r"i?(?:pad|phone|mac|pod)\b.*|(?:cell|mobile|smart)?phone|mobile|handy|android|galaxy.*|pixel.*|laptop|tablet|desktop|pc|web|browser|chrome"
    r"|guest|unverified|external|ext|host|co-?host|me|you|away|remote|audio|dial-?in|call-?in|\d+|điện thoại|khách",
    re.IGNORECASE,
)
"""What says how somebody takes part, not who: two of them can be one person."""

_LEAST_TIMES = 2
"""So often somebody speaks under each of two names; who speaks once may be anybody. Chosen by hand."""


class Presence(NamedTuple):
    """When a label is heard first and last, and how often."""

    first_s: float
    last_s: float
    times: int = 1


def can_be_name(text: str) -> bool:
    """Whether somebody may be called so: something with a letter, at most five words, no end of a sentence, no heading."""
    plain = _BADGES.sub("", text) or text
    return is_phone(text) or (
        any(letter.isalpha() for letter in plain)
        and len(plain.split()) <= _MOST_WORDS
        and not _SENTENCE_MARK.search(_INITIALS.sub("", plain))
        and not _NO_NAME.fullmatch(plain)
    )


def is_phone(text: str) -> bool:
    """Whether it is the number of somebody who calls in, hidden digits included: `+49 170 *****12`."""
    return bool(_PHONE.fullmatch(text)) and sum(mark.isdigit() or mark in "*•xX" for mark in text) >= _LEAST_DIGITS


def is_full_name(text: str) -> bool:
    """Whether it can only be a name: several words, all with capitals; a telephone; a label such as `SPEAKER_00`."""
    words = person_name(text).split()
    capitals = all(word[0].isalpha() and not word[0].islower() for word in words)
    return is_phone(text) or is_nameless(text) or (len(words) > 1 and capitals and can_be_name(text))


def person_name(label: str) -> str:
    """What colleagues call the person of a display name; a label that is no name stays as it is."""
    if is_nameless(label) or is_phone(label):
        return label
    name = _AFTER_BAR.sub("", _BADGES.sub("", label.strip()))
    name = _AFTER_DASH.sub(r"\1", _OWNED.sub(r"\1", _BADGES.sub("", name)))
    if login := _LOGIN.fullmatch(name):
        name = " ".join(word.capitalize() for word in re.split(r"[._]", login[1]))
    name = _first_name_first(name)
    untitled = _TITLES.sub("", name, count=1) if _TITLES.match(name) else name
    return " ".join((untitled if len(untitled.split()) > 1 else name).split()) or label


def people_of_labels(heard: Mapping[str, Presence]) -> dict[str, str]:
    """Label -> person, so that labels of one person have one name.

    One person: names that differ only in case, title, login or device; and a shorter form of one full name, if it is gone
    before the other comes, as when somebody is renamed. Badges that are no devices tell people of one name apart.
    """
    people = {label: person_name(label) for label in heard}
    alike: defaultdict[str, list[str]] = defaultdict(list)
    for label, name in people.items():
        alike[name.casefold()].append(label)
    for labels in alike.values():
        badges = {badge for label in labels if (badge := _badge(label)) and not _DEVICE.fullmatch(badge)}
        spelled = min((people[label] for label in labels), key=lambda name: (name.isupper() or name.islower(), name))
        people |= dict.fromkeys(labels, spelled) if len(badges) < 2 else {label: label for label in labels}
    return people | _renamed(people, heard)


def _renamed(people: Mapping[str, str], heard: Mapping[str, Presence]) -> dict[str, str]:
    spans: dict[str, Presence] = {}
    for label, name in people.items():
        span, other = heard[label], spans.get(name, heard[label])
        times = span.times + (other.times if name in spans else 0)
        spans[name] = Presence(min(span.first_s, other.first_s), max(span.last_s, other.last_s), times)
    longer = {
        short: [name for name in spans if set(short.casefold().split()) < set(name.casefold().split())]
        for short in spans
        if not is_nameless(short) and not is_phone(short)
    }
    return {
        label: longer[name][0]
        for label, name in people.items()
        if len(longer.get(name, ())) == 1 and _apart(spans[name], spans[longer[name][0]])
    }


def _apart(first: Presence, second: Presence) -> bool:
    """Whether both have the floor more than once, and one is gone before the other comes."""
    return min(first.times, second.times) >= _LEAST_TIMES and (first.last_s <= second.first_s or second.last_s <= first.first_s)


def _badge(label: str) -> str:
    """`DE` of `Berg, Anna (DE)`."""
    match = _BADGES.search(label)
    return " ".join(re.sub(r"[()\[\]]", " ", match[0]).split()).casefold() if match else ""


def _first_name_first(name: str) -> str:
    """`Anna Berg` of `Berg, Anna`; letters behind the comma that are a degree or `Jr.` go."""
    last, comma, first = (part.strip() for part in name.partition(","))
    if not comma or not first or not last or "," in first:
        return last if comma and last and all(_is_degree(part.strip()) for part in first.split(",")) else name
    return last if _is_degree(first) else f"{first} {last}"


def _is_degree(text: str) -> bool:
    plain = text.replace(".", "").replace(" ", "")
    return plain in ("Jr", "Sr", "Esq") or (len(plain) > 1 and sum(letter.isupper() for letter in plain) > 1 and len(plain) < 6)


def same_person_notes(people: Mapping[str, str]) -> Iterable[Message]:
    """`'Dana Fox' and 'Dana Fox (iPad)' are taken for one person, Dana Fox`, for all of whom that is so."""
    labels: defaultdict[str, list[str]] = defaultdict(list)
    for label, name in people.items():
        labels[name].append(label)
    for name, several in labels.items():
        if len(several) > 1:
            yield message("one_person", labels=", ".join(f"'{label}'" for label in several), name=name)
