"""Names that a claim states: people, organisations, places and products that must have been said nearby."""

import re
from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from functools import cached_property

from rapidfuzz import fuzz

from tasks.language.codes import UNKNOWN
from tasks.language.english import ENGLISH
from tasks.language.given_names import GIVEN_NAMES
from tasks.language.languages import language_or_english
from tasks.language.words import REPORTING, is_stop_word, normalise
from tasks.meeting.roster import all_names, listed_person
from tasks.verification.spoken import Spoken

_WORD = re.compile(r"[^\W\d_][\w'’-]*")
_BEFORE_START = frozenset('.!?:–—•"“')
"""Marks after which any word has a capital."""
_INSIDE = re.compile(r"[\w,;] ([^\W\d_a-z][\w']*)")
_HEADLINE_SHARE = 0.6
_ALIKE = 84.0
"""Least `rapidfuzz.fuzz.ratio` at which two spellings are one name: recognizers write names by ear."""
_LONGER_THAN_A_SYLLABLE = 6
"""Letters from which on an unaccented word is no Vietnamese word, so that it stays as it is in a translation."""
_CALENDAR = frozenset(
    "january february march april may june july august september october november december monday tuesday wednesday thursday"
    " friday saturday sunday mon tue tues wed thu thur thurs fri sat sun jan feb mar apr jun jul aug sep sept oct nov dec"
    " mr mrs ms dr prof am pm euro euros dollar dollars pound pounds dong".split()
)
_ROLE_HEADS = frozenset(
    "manager designer expert director officer engineer executive lead leader developer analyst specialist team committee board"
    " department council chair chairman secretary treasurer coordinator owner architect assistant consultant representative"
    " president marketing sales finance design industrial interface user program programme project agent customer ceo cfo cto"
    " hr it ui ux qa pr id pm me phase meeting report speaker".split()
)
_SHORTHAND = frozenset(
    "api apis asap ceo cfo coo cto cv diy eod eow eta eu faq gui html http id kpi kpis lcd led nda ok okr okrs pc pcs pdf pin pm"
    " pr qa roi sms tbd tv tvs ui uk url us usa usb usd ux vat vip vn web wifi www".split()
)
_AGENT = re.compile(
    r"^\s(?:will|has to|have to|needs to|is going to|agreed to|promised|offered|volunteered|committed to|must|shall|should|sẽ|"
    r"phụ trách|nhận|cần|phải|to (?:send|call|write|prepare|check|order|ask|fix|bring|book|contact|review|update))\b(?! be\b)"
)
_COMMON_SHAPE = re.compile(
    r"(?:ing|tions?|sions?|ments?|ness|ity|ities|ances?|ences?|ers|ors|ists?|als?|ures?|ages?|(?<![uioa])s|ed|ics)$"
)
_COMMON_SUBJECTS = frozenset(
    "staff feedback research work nobody everyone everybody someone somebody production support design software hardware"
    " training security money access quality data sales finance legal engineering management leadership one two three".split()
)


@dataclass(frozen=True)
class Name:
    """A word of a claim that names somebody or something."""

    text: str
    key: str
    initials: bool = False


@dataclass(frozen=True)
class KnownNames:
    """Who is known in a meeting, under all spellings."""

    spoken: Spoken

    @cached_property
    def spellings(self) -> dict[str, frozenset[str]]:
        """Each known name, normalised -> the words by which its person may be called."""
        known: dict[str, frozenset[str]] = {}
        transcript = self.spoken.transcript
        roster = transcript.recording.sidecar.participants
        labels = {segment.speaker for segment in transcript.segments if segment.speaker} | set(transcript.speakers)
        for name in {transcript.name_of(label) or label for label in labels}:
            person = listed_person(roster, name)
            known |= _entries((name, *(all_names(person) if person else ())))
        for person in roster:
            known |= _entries(all_names(person))
        for label in labels:
            known.setdefault(normalise(label), frozenset((normalise(label),)))
        return known

    @cached_property
    def words(self) -> dict[str, frozenset[str]]:
        """One word of a known name -> all words for that person."""
        found: dict[str, frozenset[str]] = {}
        for name, called in self.spellings.items():
            for word in name.split():
                if len(word) < 2 or word in REPORTING or any(letter.isdigit() for letter in word):
                    continue
                found[word] = found.get(word, frozenset()) | called
        return found

    @cached_property
    def roles(self) -> dict[str, str]:
        """Role, normalised -> the person who has it on the roster."""
        roster = self.spoken.transcript.recording.sidecar.participants
        return {normalise(person.role): normalise(person.name) for person in roster if person.role}

    def called(self, name: str) -> frozenset[str]:
        """The words by which this person may be called."""
        return self.spellings.get(normalise(name), frozenset(normalise(name).split()))

    def speaker(self, place: int) -> frozenset[str]:
        """The words for whoever speaks in a segment."""
        label = self.spoken.segments[place].speaker
        if not label:
            return frozenset()
        return self.called(self.spoken.transcript.name_of(label) or label) | {normalise(label)}


def _entries(names: Iterable[str]) -> dict[str, frozenset[str]]:
    names = [normalise(name) for name in names]
    called = frozenset(word for name in names for word in name.split())
    return {name: called for name in names if name}


@dataclass(frozen=True)
class Names:
    """Finds the names in claims and looks for them in the passage."""

    spoken: Spoken
    people: KnownNames

    @cached_property
    def _vocabulary(self) -> tuple[frozenset[str], frozenset[str], bool]:
        """Words said in lower case, words said with a capital inside a sentence, and whether there are capitals at all."""
        words = set[str]().union(*(segment.text.split() for segment in self.spoken.segments))
        bare = {word.strip(".,!?;:\"'()[]…“”") for word in words}
        inside = {word for segment in self.spoken.segments for word in _INSIDE.findall(segment.text)}
        proper = frozenset(normalise(word.removesuffix("'s")) for word in inside if word[0].isupper())
        return frozenset(word for word in bare if word[:1].islower()), proper, bool(proper)

    @cached_property
    def _plain_stems(self) -> frozenset[str]:
        return frozenset(ENGLISH.stem(normalise(word)) for word in self._vocabulary[0])

    @cached_property
    def _given(self) -> frozenset[str]:
        """What people wrote down about the meeting, which nobody invented."""
        sidecar = self.spoken.transcript.recording.sidecar
        return frozenset(normalise(" ".join((sidecar.title or "", *sidecar.agenda, *sidecar.vocabulary))).split())

    def missing(self, text: str, language: str, same_language: bool, places: list[int]) -> str | None:
        """The first name of a claim that was not said in these segments and that none of their speakers bears."""
        said = _Passage(self.spoken, self.people, places)
        for name in self._claimed(text, language, same_language):
            if name.key not in self._given and not said.has(name, known=name.key in self.people.words):
                return name.text
        return None

    def _claimed(self, text: str, language: str, same_language: bool) -> Iterator[Name]:
        matches = list(_WORD.finditer(text))
        capitals = [match for match in matches if match[0][0].isupper()]
        if not capitals:
            return
        headline = len(matches) >= 4 and len(capitals) > _HEADLINE_SHARE * len(matches)
        roles = _role_words(text, capitals)
        for match in capitals:
            word = match[0].replace("’", "'").removesuffix("'s").rstrip("'-")
            key = normalise(word).replace("_", "")
            if not key or key in _CALENDAR or match.start() in roles:
                continue
            first = headline or _starts_sentence(text, match.start())
            if self._is_name(word, key, text[match.end() :], first, language, same_language):
                yield Name(word, key, word.isupper())

    def _is_name(self, word: str, key: str, following: str, first: bool, language: str, same_language: bool) -> bool:
        plain, syllabic = self._vocabulary[0], language_or_english(language).syllabic
        if key in self.people.words or (key in GIVEN_NAMES and (not first or not syllabic or _AGENT.match(following))):
            return key not in plain or not first
        if is_stop_word(key) or key in REPORTING or language == UNKNOWN:
            return False
        if not same_language:
            return syllabic and not first and key.isascii() and len(key) >= _LONGER_THAN_A_SYLLABLE
        if word.isupper():
            return len(word) >= 3 and key not in _SHORTHAND and not first
        return not self._is_ordinary(key, language) and (len(key) > 1 if not first else self._is_subject(key, following))

    def _is_ordinary(self, key: str, language: str) -> bool:
        """Whether the meeting says it without a capital; unknown where the recognizer writes no capitals."""
        plain, _, cased = self._vocabulary
        return cased and (key in plain or (not language_or_english(language).syllabic and ENGLISH.stem(key) in self._plain_stems))

    def _is_subject(self, key: str, following: str) -> bool:
        """Whether a word that starts a sentence is a name: the meeting says it with a capital, or it does what people do."""
        _, proper, cased = self._vocabulary
        if cased and key in proper:
            return True
        return bool(_AGENT.match(following)) and len(key) > 2 and key not in _COMMON_SUBJECTS and not _COMMON_SHAPE.search(key)


def _starts_sentence(text: str, place: int) -> bool:
    before = text[max(0, place - 8) : place]
    return "\n" in before or before.rstrip()[-1:] in {"", *_BEFORE_START} or before.strip() == "-"


def _role_words(text: str, capitals: list[re.Match[str]]) -> set[int]:
    """Where the words of `User Interface Designer` stand: capitals that lead up to a role are no names."""
    found: set[int] = set()
    run: list[int] = []
    end = -2
    for match in capitals:
        if text[end : match.start()].strip(" -/"):
            run = []
        run.append(match.start())
        end = match.end()
        if match[0].lower().removesuffix("s") in _ROLE_HEADS or match[0].lower() in _ROLE_HEADS:
            found.update(run)
    return found


@dataclass(frozen=True)
class _Passage:
    """Some segments in which names are looked for."""

    spoken: Spoken
    people: KnownNames
    places: list[int]

    @cached_property
    def _words(self) -> frozenset[str]:
        words = self.spoken.text(self.places).replace("_", "").replace("-", " ").split()
        return frozenset(word.removesuffix("'s") for word in words)

    @cached_property
    def _squeezed(self) -> str:
        return re.sub(r"[\W_]+", "", self.spoken.text(self.places))

    @cached_property
    def _speakers(self) -> frozenset[str]:
        return frozenset().union(*(self.people.speaker(place) for place in self.places))

    def has(self, name: Name, known: bool) -> bool:
        """Whether the name was said, belongs to a speaker, or is what a recognizer made of it."""
        key = name.key
        if key in self._words or key in self._speakers:
            return True
        if known:
            called = self.people.words[key]
            return bool(called & self._words) or self._has_role_of(called)
        parts = [part for part in re.split(r"[-']", key) if part]
        if parts and all(part in self._words for part in parts):
            return True
        if len(key) >= 4 and (key in self._squeezed or any(_alike(key, word) for word in self._words)):
            return True
        return name.initials and key in "".join(word[0] for word in self.spoken.text(self.places).split())

    def _has_role_of(self, called: frozenset[str]) -> bool:
        said = f" {self.spoken.text(self.places)} "
        return any(f" {role} " in said and called & set(name.split()) for role, name in self.people.roles.items())


def _alike(key: str, word: str) -> bool:
    if key[:5] == word[:5] and len(key) > 4:
        return True
    return abs(len(key) - len(word)) <= 2 and len(word) >= 4 and fuzz.ratio(key, word) >= _ALIKE
