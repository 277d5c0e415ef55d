"""How much of the whole way of a recording each stage is; it only shapes bars."""

WEIGHTS = {
    "inspect": 1,
    "audio": 5,
    "transcription": 75,
    "diarization": 15,
    "transcript": 1,
    "summarization": 1,
    "actions": 1,
    "minutes": 1,
    "rewriting": 1,
    "reworded": 1,
    "translation": 1,
    "translated": 1,
    "sentiment": 1,
    "moods": 1,
}
"""Share of the time that each stage takes on the embedded engines, in order."""
WHOLE = sum(WEIGHTS.values())
_LAST = "report"


def done_before(stage: str, share: float) -> float | None:
    """How much of `WHOLE` is done when so much of a stage is; None for what is no stage of its own."""
    if stage not in WEIGHTS:
        return None
    names = list(WEIGHTS)
    return sum(WEIGHTS[name] for name in names[: names.index(stage)]) + share * WEIGHTS[stage]


def share_of_all(stage: str, share: float) -> float | None:
    """The same from 0 to 1; writing the files is the end, and what is stored on the way of another stage says nothing."""
    if stage == _LAST:
        return 1.0
    done = done_before(stage, share)
    return None if done is None else done / WHOLE
