"""Who may own a task: the names that a language model can choose from, and what gives a task to one of them."""

from collections.abc import Sequence

from tasks.language.word_names import is_word, stands_as_name
from tasks.language.words import normalise
from tasks.meeting.people import is_punctuated, people_of
from tasks.schema import OwnerSource, Segment, Transcript

_MOST = 60
_NEIGHBOURS = 2


def known_people(transcript: Transcript) -> tuple[str, ...]:
    """Speakers in the order in which they speak, the roster, and who is introduced or addressed by name; each once."""
    speakers = [transcript.name_of(segment.speaker) for segment in transcript.segments]
    listed = [person.name for person in transcript.recording.sidecar.participants]
    spoken = people_of(transcript, is_punctuated(transcript.segments)).names.values()
    return tuple(dict.fromkeys(name for name in (*speakers, *listed, *spoken) if name))[:_MOST]


def owner_source(owner: str, transcript: Transcript, cited: Sequence[int]) -> OwnerSource | None:
    """Why somebody owns a task that is said at these indices of segments; None if nothing there gives it to them."""
    if not cited:
        return None
    said = [transcript.segments[index] for index in cited]
    if normalise(owner) in _voices(said, transcript):
        return OwnerSource.SELF_COMMITMENT
    around = transcript.segments[max(0, cited[0] - _NEIGHBOURS) : cited[-1] + _NEIGHBOURS + 1]
    text = " ".join(segment.text for segment in around)
    heard = f" {normalise(text)} "
    words = owner.split()
    spellings = {owner, words[0], words[-1], *_aliases(owner, transcript)}
    named = [name for name in map(normalise, spellings) if f" {name} " in heard]
    if any(not is_word(name, said[0].language) or stands_as_name(text, name, said[0].language) for name in named):
        return OwnerSource.NAMED
    return OwnerSource.ADDRESSED if normalise(owner) in _voices(around, transcript) else None


def _voices(segments: Sequence[Segment], transcript: Transcript) -> set[str]:
    return {normalise(name) for part in segments for name in (part.speaker, transcript.name_of(part.speaker)) if name}


def _aliases(owner: str, transcript: Transcript) -> tuple[str, ...]:
    roster = transcript.recording.sidecar.participants
    return tuple(alias for person in roster if person.name == owner for alias in person.aliases)
