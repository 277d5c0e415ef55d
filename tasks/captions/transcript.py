"""Cues become a transcript: names and times as they stand in the file, nothing invented."""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from itertools import groupby

from tasks import versions
from tasks.captions.cues import Captions, Cue, UnreadLine, parse_captions
from tasks.captions.names import Presence, people_of_labels, same_person_notes
from tasks.captions.rolling import without_repeats
from tasks.captions.source import TextSource
from tasks.captions.speakers import with_speakers
from tasks.clean_text import clean
from tasks.language.codes import base_language
from tasks.language.detection import guess_language, language_within
from tasks.language.messages import message
from tasks.meeting.introductions import names_of_speakers
from tasks.meeting.labels import is_nameless
from tasks.ranges import union
from tasks.schema import (
    Coverage,
    Engine,
    Message,
    Notice,
    NoticeKind,
    Recording,
    Segment,
    Sidecar,
    Transcript,
    Turn,
    segment_id,
)

READER = "line by line"
_FORMATS = {"webvtt": "WebVTT", "subrip": "SubRip", "sbv": "SBV"}
_LONGEST_LINE = 300
_LONGEST_NOTICE = 4000
"""Characters of lines that are quoted in full; chosen by hand."""


def transcript_of_captions(source: TextSource, recording: Recording) -> Transcript:
    """The transcript that stands in a caption file."""
    captions = parse_captions(source)
    cues = with_speakers(without_repeats(captions.cues))
    language = _language(captions, recording.sidecar)
    segments = tuple(_segments(cues, language))
    people = _people(segments, recording.sidecar)
    return Transcript(
        recording=recording,
        segments=segments,
        speakers=_names(segments, recording.sidecar, people),
        turns=_turns(segments),
        language=language,
        coverage=_coverage(captions.cues, len(segments)),
        engines=(Engine(stage="captions", backend=READER, model=recording.container, revision=str(versions.CAPTIONS)),),
        notices=(*recording.notices, *_notices(captions, recording.container, people)),
    )


def length_ms(cues: Iterable[Cue]) -> int:
    """When the last cue ends."""
    return max((cue.end_ms for cue in cues), default=0)


def _segments(cues: Iterable[Cue], language: str) -> Iterable[Segment]:
    """One segment a cue and voice."""
    parts = ((cue, speaker, list(lines)) for cue in cues for speaker, lines in groupby(cue.lines, key=lambda line: line.speaker))
    for number, (cue, speaker, lines) in enumerate(parts, start=1):
        text = " ".join(line.text for line in lines)
        yield Segment(
            id=segment_id(number),
            start_s=cue.start_ms / 1000,
            end_s=cue.end_ms / 1000,
            text=text,
            language=language_within(text, language),
            speaker=speaker,
        )


def _language(captions: Captions, sidecar: Sidecar) -> str:
    text = " ".join(line.text for cue in captions.cues for line in cue.lines)
    return (sidecar.language and base_language(sidecar.language)) or captions.language or guess_language(text)


def _people(segments: Iterable[Segment], sidecar: Sidecar) -> dict[str, str]:
    """Label -> person, for the labels that are names and that the sidecar does not name."""
    heard: dict[str, Presence] = {}
    for segment in segments:
        if segment.speaker and not is_nameless(segment.speaker) and segment.speaker not in sidecar.speakers:
            before = heard.get(segment.speaker, Presence(segment.start_s, segment.end_s, 0))
            heard[segment.speaker] = Presence(before.first_s, max(before.last_s, segment.end_s), before.times + 1)
    return people_of_labels(heard)


def _names(segments: Sequence[Segment], sidecar: Sidecar, people: Mapping[str, str]) -> dict[str, str]:
    """The names in the captions, in the roster's spelling; a label such as `Speaker 2` needs a person who says their name."""
    spelled = {clean(alias).lower(): person.name for person in sidecar.participants for alias in (person.name, *person.aliases)}
    heard = dict.fromkeys(segment.speaker for segment in segments if segment.speaker)
    named = {label: spelled.get(label.lower()) or spelled.get(name.lower(), name) for label, name in people.items()}
    nameless = [segment for segment in segments if segment.speaker and is_nameless(segment.speaker)]
    return named | names_of_speakers(nameless, sidecar, heard)


def _turns(segments: Iterable[Segment]) -> tuple[Turn, ...]:
    """When each speaker has the floor; what they say in two overlapping cues counts once."""
    spoken: defaultdict[str, list[tuple[int, int]]] = defaultdict(list)
    for segment in segments:
        if segment.speaker:
            spoken[segment.speaker].append((round(segment.start_s * 1000), round(segment.end_s * 1000)))
    turns = [
        Turn(start_s=start / 1000, end_s=end / 1000, speaker=speaker)
        for speaker, intervals in spoken.items()
        for start, end in union(intervals)
    ]
    return tuple(sorted(turns, key=lambda turn: turn.start_s))


def _coverage(cues: Sequence[Cue], segments: int) -> Coverage:
    """The time that cues cover is transcribed; of the rest nothing is known but that nobody wrote anything down."""
    length = length_ms(cues)
    covered = sum(end - start for start, end in union((cue.start_ms, cue.end_ms) for cue in cues))
    return Coverage(duration_ms=length, transcribed_ms=covered, silence_ms=length - covered, segments=segments)


def _notices(captions: Captions, container: str, people: Mapping[str, str]) -> Iterable[Notice]:
    yield _notice(NoticeKind.INFO, message("from_captions", form=_FORMATS[container]))
    for note in same_person_notes(people):
        yield _notice(NoticeKind.INFO, note)
    if captions.unread:
        told = message("captions_unread", number=len(captions.unread), lines=_quoted(captions.unread))
        yield _notice(NoticeKind.WARNING, told)
    if captions.comments:
        told = message("captions_comments", number=len(captions.comments), lines=_quoted(captions.comments))
        yield _notice(NoticeKind.INFO, told)


def _notice(kind: NoticeKind, said: Message) -> Notice:
    return Notice.of(kind, "captions", said)


def _quoted(lines: Sequence[UnreadLine]) -> tuple[Message, ...]:
    """`line 7 '00:01 --> x', line 8 'We meet.'`, as many as a reader can bear."""
    quoted: list[Message] = []
    for line in lines:
        quoted.append(message("line", line=line.number, text=" ".join(clean(line.text).split())[:_LONGEST_LINE]))
        if sum(len(one.message) for one in quoted) > _LONGEST_NOTICE:
            break
    more = len(lines) - len(quoted)
    return (*quoted, message("and_more", more=more)) if more else tuple(quoted)
