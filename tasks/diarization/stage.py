"""Who spoke when, and the transcript that has both words and speakers.

Input: `SplitAudio`, then `Recognition` and `Diarization`. Output: `Diarization`, then `Transcript`.
Diarization is an enrichment: when it fails, the transcript has no speakers and a notice says so.
"""

from collections.abc import Iterable, Sequence

from tasks import versions
from tasks.audio.decode import Samples
from tasks.audio.span_files import read_span
from tasks.diarization.assemble import assemble_transcript
from tasks.diarization.certainty import doubts
from tasks.diarization.clustering import VoiceOptions
from tasks.diarization.diarizer import Diarizer
from tasks.engine.base import BackendChoice
from tasks.engine.registry import find_backend, identity
from tasks.enrichment import enrich, succeeded
from tasks.job import Job, Run, stored
from tasks.language.messages import message
from tasks.meeting.given_speakers import with_given_speakers
from tasks.prefect_stage import stage_task
from tasks.schema import Diarization, Notice, Recognition, Recording, Span, SplitAudio, Transcript, Turn
from tasks.store import Ref

_CHANNELS = BackendChoice(backend="channels")


def diarize(job: Job, run: Run, audio: Ref, choice: BackendChoice) -> Ref:
    """Label the speech with speakers. Where each channel is one party, the channels tell them apart better than voices."""
    by_channel = audio.load(SplitAudio).one_party_a_channel and _by_voice(choice)
    choice = _CHANNELS if by_channel else choice
    return stored(
        job,
        run,
        "diarization",
        Diarization,
        [versions.DIARIZATION, audio.digest, *identity("diarization", choice)],
        lambda: enrich(
            "diarization", lambda: _run(job, run, audio, choice), Diarization(), lambda why: message("diarization_failed", why)
        ),
        keep=succeeded,
    )


def assemble(  # noqa: PLR0913, PLR0917 - the job, its run, and all that is read
    job: Job, run: Run, recording: Ref, audio: Ref, recognition: Ref, diarization: Ref, names: dict[str, str] | None = None
) -> Ref:
    """Put words and speakers together and account for every second; `names` are given by the user, for speaker labels."""
    given = names or {}
    sources = (recording, audio, recognition, diarization)
    return stored(
        job,
        run,
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


def _run(job: Job, run: Run, audio: Ref, choice: BackendChoice) -> Diarization:
    with run.pool.backend("diarization", choice, job.device, Diarizer) as diarizer:
        source = audio.load(SplitAudio)

        def read(span: Span) -> Samples:
            run.checkpoint(job, "diarization", span.start_s / source.duration_s)
            return read_span(job, source, span)

        turns = diarizer.diarize(source, read)
        notices = (*diarizer.fallbacks(), *_doubts(diarizer, turns))
        return Diarization(turns=tuple(turns), engine=diarizer.engine(choice.backend), notices=notices)


def _doubts(diarizer: Diarizer, turns: Sequence[Turn]) -> Iterable[Notice]:
    """Nothing where the channels tell the speakers apart."""
    options = diarizer.options
    if not isinstance(options, VoiceOptions):
        return ()
    return doubts(turns, number_is_given=options.min_speakers == options.max_speakers)


diarize_task = stage_task(diarize, "Diarize", opens_model=True)
assemble_task = stage_task(assemble, "Assemble")
