"""Who spoke when, and the transcript that has both words and speakers.

Input: `SplitAudio`, then `Recognition` and `Diarization`. Output: `Diarization`, then `Transcript`.
Diarization is an enrichment: when it fails, the transcript has no speakers and a notice says so.
"""

from tasks import versions
from tasks.audio.span_files import read_span
from tasks.diarization.assemble import assemble_transcript
from tasks.diarization.diarizer import Diarizer
from tasks.engine.base import BackendChoice
from tasks.engine.pool import resident
from tasks.engine.registry import find_backend, identity
from tasks.enrichment import enrich, succeeded
from tasks.job import Job, stored
from tasks.meeting.given_speakers import with_given_speakers
from tasks.prefect_stage import stage_task
from tasks.schema import Diarization, Recognition, Recording, SplitAudio, Transcript
from tasks.store import Ref

_CHANNELS = BackendChoice(backend="channels")


def diarize(job: Job, audio: Ref, choice: BackendChoice) -> Ref:
    """Label the speech with speakers. Where each channel is one party, the channels tell them apart better than voices."""
    by_channel = audio.load(SplitAudio).one_party_a_channel and _by_voice(choice)
    choice = _CHANNELS if by_channel else choice
    return stored(
        job,
        "diarization",
        Diarization,
        [versions.DIARIZATION, audio.digest, *identity("diarization", choice)],
        lambda: enrich("diarization", lambda: _run(job, audio, choice), Diarization(), "so nobody is named"),
        keep=succeeded,
    )


def assemble(
    job: Job, recording: Ref, audio: Ref, recognition: Ref, diarization: Ref, names: dict[str, str] | None = None
) -> Ref:
    """Put words and speakers together and account for every second; `names` are given by the user, for speaker labels."""
    given = names or {}
    sources = (recording, audio, recognition, diarization)
    return stored(
        job,
        "transcript",
        Transcript,
        [versions.TRANSCRIPT, *(ref.digest for ref in sources), *sorted(given.items())],
        lambda: with_given_speakers(
            assemble_transcript(
                recording.load(Recording), audio.load(SplitAudio), recognition.load(Recognition), diarization.load(Diarization)
            ),
            given,
        ),
    )


def _by_voice(choice: BackendChoice) -> bool:
    backend = find_backend("diarization", choice.backend)
    assert issubclass(backend, Diarizer)
    return backend.by_voice


def _run(job: Job, audio: Ref, choice: BackendChoice) -> Diarization:
    with resident("diarization", choice, job.device, Diarizer) as diarizer:
        source = audio.load(SplitAudio)
        turns = diarizer.diarize(source, lambda span: read_span(job, source, span))
        return Diarization(turns=tuple(turns), engine=diarizer.engine(choice.backend), notices=diarizer.fallbacks())


diarize_task = stage_task(diarize, "Diarize", opens_model=True)
assemble_task = stage_task(assemble, "Assemble")
