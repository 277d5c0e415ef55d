"""The diarization error rate and its parts, as pyannote.metrics counts them: overlapping speech is scored."""

from collections.abc import Sequence

from tasks.schema import Turn

COLLARS = (0.0, 0.25)
"""Seconds on each side of a border that are not scored: none, and what NIST's evaluations allow."""
KINDS = ("missed detection", "false alarm", "confusion")
"""The parts of the error by the names of pyannote.metrics."""


def read_rttm(text: str) -> tuple[Turn, ...]:
    """The turns of an RTTM file. Raises `ValueError` with the number of the line that is none."""
    turns = []
    for number, line in enumerate(text.splitlines(), start=1):
        fields = line.split()
        if fields and fields[0] == "SPEAKER":
            try:
                start_s = float(fields[3])
                turns.append(Turn(start_s=start_s, end_s=start_s + float(fields[4]), speaker=fields[7]))
            except (IndexError, ValueError) as error:
                raise ValueError(f"line {number} is no line of RTTM") from error
    return tuple(turns)


def speaker_errors(spoken: Sequence[Turn], found: Sequence[Turn], collar: float = 0.0) -> dict[str, float]:
    """Seconds of each kind of error, and as `total` of speech, each voice of the truth taken for the best label."""
    from pyannote.core import Annotation, Segment, Timeline
    from pyannote.metrics.diarization import DiarizationErrorRate

    truth, guess = Annotation(), Annotation()
    for turns, noted in ((spoken, truth), (found, guess)):
        for number, turn in enumerate(turns):
            noted[Segment(turn.start_s, turn.end_s), number] = turn.speaker
    extent = Timeline([truth.get_timeline().extent() | guess.get_timeline().extent()])
    metric = DiarizationErrorRate(collar=2 * collar, skip_overlap=False)  # theirs is the width of both sides
    return dict(metric(truth, guess, uem=extent, detailed=True))
