"""Cues become a transcript: names and times as they stand in the file, nothing invented."""

from collections import defaultdict
from collections.abc import Iterable, Sequence
from importlib.metadata import version
from itertools import groupby

from tasks.captions.cues import Captions, Cue, parse_captions
from tasks.captions.rolling import without_repeats
from tasks.captions.source import TextSource
from tasks.captions.speakers import with_speakers
from tasks.language.detection import guess_language, primary
from tasks.meeting.introductions import names_of_speakers
from tasks.meeting.labels import is_nameless
from tasks.ranges import union
from tasks.schema import (
    Coverage,
    Engine,
    Notice,
    NoticeKind,
    Recording,
    Segment,
    Sidecar,
    Transcript,
    Turn,
    segment_id,
)

PARSER = "webvtt-py"
_FORMATS = {"webvtt": "WebVTT", "subrip": "SubRip"}


def transcript_of_captions(source: TextSource, recording: Recording) -> Transcript:
    """The transcript that stands in a caption file."""
    captions = parse_captions(source)
    cues = with_speakers(without_repeats(captions.cues))
    language = _language(captions, recording.sidecar)
    segments = tuple(_segments(cues, language))
    return Transcript(
        recording=recording,
        segments=segments,
        speakers=_names(segments, recording.sidecar),
        turns=_turns(segments),
        language=language,
        coverage=_coverage(captions.cues, len(segments)),
        engines=(Engine(stage="captions", backend=PARSER, model=recording.container, revision=version(PARSER)),),
        notices=(*recording.notices, *_notices(captions, recording.container)),
    )


def length_ms(cues: Iterable[Cue]) -> int:
    """When the last cue ends."""
    return max((cue.end_ms for cue in cues), default=0)


def _segments(cues: Iterable[Cue], language: str) -> Iterable[Segment]:
    """One segment a cue and voice."""
    parts = ((cue, speaker, list(lines)) for cue in cues for speaker, lines in groupby(cue.lines, key=lambda line: line.speaker))
    for number, (cue, speaker, lines) in enumerate(parts, start=1):
        yield Segment(
            id=segment_id(number),
            start_s=cue.start_ms / 1000,
            end_s=cue.end_ms / 1000,
            text=" ".join(line.text for line in lines),
            language=language,
            speaker=speaker,
        )


def _language(captions: Captions, sidecar: Sidecar) -> str:
    text = " ".join(line.text for cue in captions.cues for line in cue.lines)
    return primary(sidecar.language) or captions.language or guess_language(text)


def _names(segments: Sequence[Segment], sidecar: Sidecar) -> dict[str, str]:
    """The names in the captions, in the roster's spelling; a label such as `Speaker 2` needs a person who says their name."""
    spelled = {alias.lower(): person.name for person in sidecar.participants for alias in (person.name, *person.aliases)}
    heard = dict.fromkeys(segment.speaker for segment in segments if segment.speaker)
    named = {label: spelled.get(label.lower(), label) for label in heard if not is_nameless(label)}
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


def _notices(captions: Captions, container: str) -> Iterable[Notice]:
    message = f"made from a {_FORMATS[container]} caption file: words, times and names are those of the file, no audio was heard"
    yield Notice(kind=NoticeKind.INFO, stage="captions", message=message)
    if count := captions.unreadable:
        subject = f"{count} cues have" if count > 1 else "1 cue has"
        message = f"{subject} broken times or an end that is cut off, and could not be read; export the captions again"
        yield Notice(kind=NoticeKind.WARNING, stage="captions", message=message)
