"""The data between stages: JSON and back, and what the constructors refuse."""

import datetime as dt

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import ValidationError

from tasks.schema import (
    ActionClaim,
    ActionItem,
    Claim,
    Decision,
    Diarization,
    Findings,
    Interval,
    Minutes,
    Notes,
    Notice,
    NoticeKind,
    OpenQuestion,
    OwnerSource,
    Participant,
    Recognition,
    Sidecar,
    SplitAudio,
    Status,
    SummaryPoint,
    TalkTime,
    Topic,
    TopicClaim,
    Turn,
    Unverified,
    segment_id,
)
from tests.builders import coverage, engine, evidence, interval, recording, region, segment, span, transcript, words

NOTICE = Notice(kind=NoticeKind.FALLBACK, stage="transcription", message="đã dùng CPU")
SIDECAR = Sidecar(
    title="Họp tuần 🌱",
    recorded_at=dt.datetime(2026, 3, 2, 10, 15, tzinfo=dt.timezone(dt.timedelta(hours=7))),
    participants=(Participant(name="Helen", aliases=("Nell",), role="chair"),),
    speakers={"left": "Helen"},
    language="vi",
    agenda=("fence",),
    vocabulary=("Wisteria",),
)
ACTION = ActionClaim(
    text="call Rob",
    segment_ids=("S0001",),
    quote="I will call Rob",
    owner="Helen",
    owner_source=OwnerSource.SELF_COMMITMENT,
    due_phrase="by Friday",
    due_date=dt.date(2026, 3, 6),
)
SPOKEN = segment(1, words=words("We meet again"), speaker="Speaker 1", confidence=0.1 + 0.2, flags=("unclear",))

EXAMPLES = [
    SIDECAR,
    recording(sidecar=SIDECAR, notices=(NOTICE,)),
    SplitAudio(duration_s=0.3, spans=(span(0, 0, 0.1, region(0.01, 0.1)), span(1, 0.1, 0.3)), undecodable=(interval(0.2, 0.3),)),
    Recognition(segments=(SPOKEN, segment(2)), failed=(interval(7, 8),), filtered=(interval(8, 9),), engine=engine()),
    Diarization(turns=(Turn(start_s=0, end_s=1 / 3, speaker="Speaker 1"),), engine=engine("diarization"), notices=(NOTICE,)),
    transcript(SPOKEN, segment(2), speakers={"Speaker 1": "Helen"}, notices=(NOTICE,)),
    Notes(
        summary=(Claim(text="They met.", segment_ids=("S0001",)),),
        topics=(TopicClaim(text="wood", title="Fence", segment_ids=()),),
        action_items=(ACTION,),
        segments_read=("S0001",),
        engine=engine("summarization", draft=True),
    ),
    Findings(decisions=(Claim(text="Buy wood.", segment_ids=("S0001",)),), action_items=(ACTION,), notices=(NOTICE,)),
    Minutes(
        recording=recording(duration_s=None),
        title="Standup",
        status=Status.COMPLETED_WITH_WARNINGS,
        language="en",
        participants=("Helen",),
        summary=(SummaryPoint(text="They met.", evidence=evidence()),),
        topics=(Topic(title="Fence", text="wood", evidence=evidence()),),
        decisions=(Decision(id="D1", text="Buy wood.", evidence=evidence("S0001", "S0002")),),
        action_items=(
            ActionItem(id="A1", task="call Rob", evidence=evidence(), **ACTION.model_dump(include=ActionItem.model_fields)),
        ),
        open_questions=(OpenQuestion(text="When?", evidence=evidence()),),
        unverified=(Unverified(kind="decision", text="Sell.", reason="not said", start_s=1.5),),
        talk_time=(TalkTime(speaker="Helen", seconds=30, share=0.5),),
        coverage=coverage(silence_ms=500, transcribed_ms=58_500, failed_ms=1000, failed=(interval(7, 8),)),
        warnings=(NOTICE,),
        engines=(engine(),),
        config_name="embedded",
        version="0.1.0",
    ),
]


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_json_reads_back_equal(example):
    assert type(example).model_validate_json(example.model_dump_json()) == example


@given(st.floats(0, 1e6), st.floats(0, 1e6))
def test_times_keep_every_bit_in_json(start_s, length_s):
    exact = interval(start_s, start_s + length_s)
    assert Interval.model_validate_json(exact.model_dump_json()) == exact


@pytest.mark.parametrize("example", EXAMPLES, ids=lambda example: type(example).__name__)
def test_unknown_fields_are_refused(example):
    with pytest.raises(ValidationError, match="Extra inputs are not permitted"):
        type(example).model_validate(example.model_dump() | {"surprise": 1})


def test_values_cannot_be_changed():
    with pytest.raises(ValidationError, match="frozen"):
        interval(1, 2).start_s = 0


@pytest.mark.parametrize(
    ("start_s", "end_s", "message"),
    [
        (2.0, 1.0, "starts at 2.0 s, after its end at 1.0 s"),
        (-1.0, 1.0, "greater than or equal to 0"),
        (0.0, float("inf"), "finite number"),
        (float("nan"), 1.0, "finite number|greater than or equal to 0"),
    ],
)
def test_impossible_times_are_refused(start_s, end_s, message):
    with pytest.raises(ValidationError, match=message):
        interval(start_s, end_s)


def test_interval_may_be_empty():
    assert interval(1, 1).duration_s == 0


@pytest.mark.parametrize(
    ("other", "shared_s"),
    [((0, 1), 0.0), ((0, 3), 1.0), ((3, 3.5), 0.5), ((1, 9), 2.0), ((4, 5), 0.0), ((7, 9), 0.0)],
)
def test_overlap_is_the_time_shared(other, shared_s):
    assert interval(2, 4).overlap_s(interval(*other)) == shared_s


@pytest.mark.parametrize(
    ("segments", "message"),
    [
        ((segment(1, start_s=9), segment(2, start_s=3)), "segments out of order: S0001 starts after S0002"),
        ((segment(1), segment(1, start_s=20)), "must be unique and ascending: S0001, S0001"),
        ((segment(2, start_s=0), segment(1, start_s=20)), "must be unique and ascending: S0002, S0001"),
    ],
)
def test_unordered_segments_are_refused(segments, message):
    with pytest.raises(ValidationError, match=message):
        Recognition(segments=segments, engine=engine())
    with pytest.raises(ValidationError, match=message):
        transcript(*segments)


def test_segment_ids_go_on_after_9999():
    last, next_one = segment(9999, start_s=0), segment(10_000, start_s=1)
    assert [item.id for item in transcript(last, next_one).segments] == ["S9999", "S10000"]


def test_segment_id_has_four_digits():
    assert segment_id(7) == "S0007"


@pytest.mark.parametrize(
    "spans",
    [
        pytest.param((span(0, 0, 1), span(1, 2, 3)), id="hole"),
        pytest.param((span(0, 0, 2), span(1, 1, 3)), id="overlap"),
        pytest.param((span(0, 1, 3),), id="late start"),
        pytest.param((span(0, 0, 2),), id="early end"),
        pytest.param((), id="no spans"),
    ],
)
def test_spans_that_do_not_tile_the_recording_are_refused(spans):
    with pytest.raises(ValidationError, match="spans must tile the recording without gap or overlap"):
        SplitAudio(duration_s=3, spans=spans)


def test_speech_of_a_recording_is_that_of_its_spans_in_order():
    first, second, third = region(0, 1), region(1.5, 2), region(2, 2.5)
    audio = SplitAudio(duration_s=3, spans=(span(0, 0, 2, first, second), span(1, 2, 3, third)))
    assert audio.speech == (first, second, third)


@pytest.mark.parametrize(
    ("channels", "apart"),
    [((1, 2), True), ((1, 1), False), ((None, None), False), ((1, 2, None), False), ((), False)],
)
def test_channels_are_parties_when_all_speech_lies_in_one_of_several(channels, apart):
    speech = [region(number, number + 1, channel) for number, channel in enumerate(channels)]
    assert SplitAudio(duration_s=3, spans=(span(0, 0, 3, *speech),)).one_party_a_channel is apart


def test_coverage_that_does_not_add_up_is_refused():
    with pytest.raises(ValidationError, match="coverage adds up to 59999 ms of 60000 ms"):
        coverage(60, silence_ms=999, transcribed_ms=59_000)


def test_more_segments_read_than_there_are_is_refused():
    with pytest.raises(ValidationError, match="3 of 2 segments read"):
        coverage(segments=2, segments_read=3)


@pytest.mark.parametrize("hole", ["undecodable_ms", "filtered_ms", "failed_ms"])
def test_coverage_with_a_hole_is_not_complete(hole):
    assert not coverage(60, transcribed_ms=59_999, **{hole: 1}).complete


def test_coverage_with_unread_segments_is_not_complete():
    assert not coverage(segments=2, segments_read=1).complete


def test_silence_is_no_hole():
    assert coverage(60, transcribed_ms=1000, silence_ms=59_000, segments=2).complete


@pytest.mark.parametrize("sha256", ["", "9f2c41d0", "Z" * 64, "9F2C41D0" * 8])
def test_anything_but_a_sha256_is_refused(sha256):
    with pytest.raises(ValidationError, match="sha256"):
        recording(sha256=sha256)


@pytest.mark.parametrize(("label", "name"), [("Speaker 1", "Helen"), ("Speaker 2", "Speaker 2"), (None, None)])
def test_speaker_is_called_by_name_or_else_by_label(label, name):
    assert transcript(speakers={"Speaker 1": "Helen"}).name_of(label) == name


def test_claim_without_text_is_refused():
    with pytest.raises(ValidationError, match="text"):
        Claim(text="", segment_ids=("S0001",))


def test_evidence_without_segments_is_refused():
    with pytest.raises(ValidationError, match="segment_ids"):
        evidence().model_validate(evidence().model_dump() | {"segment_ids": ()})
