"""Who can own a task: by what was said, not by who is on the roster."""

import re
from collections.abc import Sequence
from dataclasses import dataclass

from tasks.language.answers import Consent, reply_in
from tasks.language.messages import message
from tasks.language.word_names import is_word, stands_as_name
from tasks.language.words import brief, content_stems, normalise
from tasks.schema import Message, OwnerSource, Segment
from tasks.verification.names import KnownNames
from tasks.verification.spoken import Spoken

_NOBODY = frozenset(
    "i me we us you he him she her they them it this that who someone somebody anyone anybody everyone everybody all"
    " both team people tôi mình em anh chị bạn ta chúng ta mọi người ai".split()
)
"""Words that stand for people and name none."""
_SELF = re.compile(
    r"\b(?:i'll|i will|i shall|i'm going to|i am going to|i'm gonna|i can (?:do|take|send|call|write|check)|let me|"
    r"leave it to me|(?<!chúng )(?<!bọn )(?:tôi|em|mình|tớ|cháu|anh|chị) (?:sẽ|xin nhận|nhận|hứa|lo)|để (?:tôi|em|mình))\b"
)
_YOU = re.compile(
    r"\b(?:you|your|please|somebody|someone|anybody|who|we|we'll|us|let's|the team|everyone|need to|needs to|have to|has to|"
    r"should|must|bạn|ai|chúng ta|mọi người|nhé|giúp|được không|phải|cần|nên)\b"
)
_REQUEST = re.compile(
    r"\b(?:(?:can|could|would|will) you|please|you (?:will|can|need to|have to)|you'll|nhé|giúp|được không|hãy|làm ơn)\b"
)
_ASKED = (
    r"\bNAME(?: ơi)?,? (?:and \w+ )?(?:can|could|would|will|should|please|has to|needs to|sẽ|phụ trách|hãy|làm|nộp|sửa|gửi|viết|"
    r"gọi|đặt|lo|nhận|nhớ|chuẩn bị|kiểm tra)\b|\b(?:can|could|will|would|should) NAME\b|\bask NAME to\b|\b(?:nhờ|giao cho) NAME\b"
)
_SUBJECT = re.compile(
    r"^\s*(?P<name>[^\W\d_][\w'-]*(?: [^\W\d_][\w'-]*)?)(?= (?:will|has to|agreed to|promised to|offered to|is going to|sẽ)\b)"
)


@dataclass(frozen=True)
class Owners:
    """Decides whether a person can own what was said."""

    spoken: Spoken
    people: KnownNames

    def objection(
        self, owner: str, source: OwnerSource | None, cited: Sequence[Segment], said_in: Sequence[Segment]
    ) -> Message | None:
        """Why this person does not own the task, or None."""
        name = normalise(owner)
        known = name in self.people.spellings
        nearby = [self.spoken.segments[place] for place in self.spoken.around(cited)]
        if not known and (name in _NOBODY or not self._is_named(name, nearby)):
            return message("no_owner", owner=brief(owner))
        if source is OwnerSource.SELF_COMMITMENT and not self._speaks(name, cited):
            return message("not_the_speaker", owner=brief(owner))
        if known and not self._fits(name, cited, said_in):
            return message("given_to_another", owner=brief(owner))
        return None

    def is_promised_by_another(self, owner: str, text: str, phrase: str | None, cited: Sequence[Segment]) -> bool:
        """Whether of several who promise something in the passage, somebody else than the owner speaks of this."""
        own = self._by(normalise(owner), cited)
        if is_request(self._text([part for part in cited if part not in own])):
            return False

        def told(segments: Sequence[Segment]) -> int:
            said = self._text(segments)
            stems = (content_stems(text, part.language) & content_stems(part.text, part.language) for part in segments)
            return len(frozenset().union(*stems)) + (2 if phrase and _stands_in(said, normalise(phrase)) else 0)

        others = {part.speaker: [one for one in cited if one.speaker == part.speaker] for part in cited if part not in own}
        return any(self._commits(theirs) and told(theirs) > told(own) for theirs in others.values())

    def subject(self, text: str) -> str | None:
        """The known person of whom a claim says that he or she will do something."""
        match = _SUBJECT.match(text)
        words = match["name"].split() if match else []
        return next((name for name in (" ".join(words), *words[:1]) if normalise(name) in self.people.spellings), None)

    def _fits(self, name: str, cited: Sequence[Segment], said_in: Sequence[Segment]) -> bool:
        """Whether nothing in the passage speaks for another person."""
        called = self.people.called(name)
        text = self._text(cited)
        if self._has_role(called, text):
            return True
        if any(self._is_named(word, cited) for word in called):
            return not self._may_be_namesake(called, cited)
        if self._speaks(name, cited):
            own = self._by(name, cited)
            if _SELF.search(self._text(own)):
                return True
            others = [part for part in said_in if part not in own]
            return not self._asks_another(said_in, called) and not (self._commits(others) and not _says_yes(own))
        if self._asks_another(cited, called) or self._commits(said_in) or (self._commits(cited) and not _REQUEST.search(text)):
            return False
        return bool(_YOU.search(text)) or self._is_near(called, cited)

    def _commits(self, segments: Sequence[Segment]) -> bool:
        """Whether a known speaker takes the task on."""
        return any(segment.speaker and _SELF.search(self._text((segment,))) for segment in segments)

    def _asks_another(self, segments: Sequence[Segment], called: frozenset[str]) -> bool:
        """Whether the passage asks a known person who is somebody else."""
        text = self._text(segments)
        named = [word for word, same in self.people.words.items() if not same & called and self._is_named(word, segments)]
        return any(re.search(_ASKED.replace("NAME", re.escape(word)), text) for word in named)

    def _may_be_namesake(self, called: frozenset[str], cited: Sequence[Segment]) -> bool:
        """Whether the passage only says what another person is called too, and this one does not speak there."""
        speaking = frozenset[str]().union(*(self.people.speaker(self.spoken.position[part.id]) for part in cited))
        namesakes = (words for words in self.people.spellings.values() if called - words and not words <= speaking)
        others = frozenset[str]().union(*namesakes)
        own, text = called - others, self._text(cited)
        if not called & others or any(self._is_named(word, cited) for word in own):
            return False
        full = [name for name, words in self.people.spellings.items() if words != called and " " in name and words & called]
        return any(_stands_in(text, name) for name in full) or not any(
            own & self.people.speaker(place) for place in self.spoken.around(cited)
        )

    def _has_role(self, called: frozenset[str], text: str) -> bool:
        return any(_stands_in(text, role) and called & set(name.split()) for role, name in self.people.roles.items())

    def _is_near(self, called: frozenset[str], cited: Sequence[Segment]) -> bool:
        places = self.spoken.around(cited)
        near = [self.spoken.segments[place] for place in places]
        return any(self._is_named(word, near) for word in called) or any(called & self.people.speaker(place) for place in places)

    def _is_named(self, word: str, segments: Sequence[Segment]) -> bool:
        """Whether somebody is called by this word there: `will` is often no name."""
        if not any(is_word(word, part.language) for part in segments):
            return _stands_in(self._text(segments), word)
        holding = [part for part in segments if _stands_in(self._text((part,)), word)]
        return any(not is_word(word, part.language) or stands_as_name(part.text, word, part.language) for part in holding)

    def _speaks(self, name: str, cited: Sequence[Segment]) -> bool:
        return bool(self._by(name, cited))

    def _by(self, name: str, cited: Sequence[Segment]) -> list[Segment]:
        """The segments that this person says."""
        called = self.people.called(name) | {name}
        return [segment for segment in cited if called & self.people.speaker(self.spoken.position[segment.id])]

    def _text(self, segments: Sequence[Segment]) -> str:
        return self.spoken.text(self.spoken.position[segment.id] for segment in segments)


def _says_yes(segments: Sequence[Segment]) -> bool:
    return any(reply_in(part.text, part.language) is Consent.YES for part in segments)


def is_request(normal: str) -> bool:
    """Whether a normalised sentence asks somebody to do something."""
    return bool(_REQUEST.search(normal))


def _stands_in(text: str, words: str) -> bool:
    return bool(words.strip()) and f" {words} " in f" {text} "
