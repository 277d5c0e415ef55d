"""Minutes put together from claims: what is proved is in, what is not is listed apart, and nothing gets lost."""

import datetime as dt
from typing import Any

import pytest

from tasks.schema import (
    ActionClaim,
    Claim,
    Engine,
    Findings,
    Interval,
    Minutes,
    Notes,
    Notice,
    NoticeKind,
    OwnerSource,
    Participant,
    PossibleClaim,
    PossibleKind,
    Segment,
    Sidecar,
    Status,
    TopicClaim,
    Transcript,
    Turn,
)
from tasks.verification.minutes import compose_minutes, item_id, meeting_title
from tests.builders import coverage, engine, recording, segment, transcript

FRIDAY = dt.date(2026, 3, 6)
CEDAR = Claim(text="The fence is built in cedar", segment_ids=("S0001",), quote="we go with cedar")
PAINT = Claim(text="The fence is painted green", segment_ids=("S0003",))
LIE = Claim(text="We fire Omar", segment_ids=("S0001",), quote="we will fire Omar")
CALL = ActionClaim(
    text="Call the carpenter",
    segment_ids=("S0002",),
    owner="Omar",
    owner_source=OwnerSource.SELF_COMMITMENT,
    due_phrase="by Friday",
    due_date=FRIDAY,
)


def meeting(*segments: Segment, **changes: Any) -> Transcript:
    """Helen and Omar on the fence, everything transcribed."""
    said = segments or (
        segment(1, "Good, we go with cedar.", speaker="A"),
        segment(2, "I'll call the carpenter by Friday.", speaker="B"),
        segment(3, "We paint it green.", speaker="A"),
        segment(4, "Who pays for it?", speaker="B"),
    )
    return transcript(*said, **({"speakers": {"A": "Helen", "B": "Omar"}} | changes))


def notes(**changes: Any) -> Notes:
    """Notes of a summarizer that read everything."""
    return Notes(**({"segments_read": ("S0001", "S0002", "S0003", "S0004")} | changes))


def compose(content: Transcript | None = None, written: Notes | None = None, **found: Any) -> Minutes:
    return compose_minutes(content or meeting(), written or notes(), Findings(**found), "embedded", "0.1.0")


def notice(kind: NoticeKind) -> Notice:
    return Notice(kind=kind, stage="audio", message="something happened")


# Claims


def test_every_kind_of_claim_finds_its_place():
    question = Claim(text="Who pays?", segment_ids=("S0004",))
    topic = TopicClaim(title="Fence", text="What it is built of", segment_ids=("S0001", "S0002"))
    written = notes(summary=(CEDAR,), topics=(topic,), decisions=(CEDAR,), action_items=(CALL,), open_questions=(question,))
    made = compose(written=written)
    assert [point.text for point in made.summary] == ["The fence is built in cedar"]
    assert [(item.title, item.text) for item in made.topics] == [("Fence", "What it is built of")]
    assert [item.text for item in made.decisions] == ["The fence is built in cedar"]
    assert [item.task for item in made.action_items] == ["Call the carpenter"]
    assert [item.text for item in made.open_questions] == ["Who pays?"]
    assert made.unverified == ()


def test_proved_decision_carries_its_evidence():
    (decision,) = compose(decisions=(CEDAR,)).decisions
    assert (decision.evidence.quote, decision.evidence.speaker) == ("we go with cedar", "Helen")
    assert (decision.evidence.start_s, decision.evidence.segment_ids) == (0.0, ("S0001",))


def test_action_item_keeps_owner_and_date_with_their_source():
    (item,) = compose(action_items=(CALL,)).action_items
    assert (item.owner, item.owner_source) == ("Omar", OwnerSource.SELF_COMMITMENT)
    assert (item.due_phrase, item.due_date) == ("by Friday", FRIDAY)


def test_claims_of_both_engines_are_in_the_summarizers_first():
    made = compose(written=notes(decisions=(CEDAR,)), decisions=(PAINT,))
    assert [item.text for item in made.decisions] == [CEDAR.text, PAINT.text]


@pytest.mark.parametrize(
    ("field", "kind"),
    [("summary", "summary"), ("decisions", "decision"), ("open_questions", "open question")],
)
def test_rejected_claim_is_listed_with_its_kind_place_and_reason(field, kind):
    made = compose(written=notes(**{field: (LIE,)}))
    assert [item.model_dump() for item in made.unverified] == [
        {
            "kind": kind,
            "text": "We fire Omar",
            "reason": "the quote is not in the cited passage",
            "reason_code": "quote_not_there",
            "reason_values": {},
            "segment_ids": ("S0001",),
            "start_s": 0.0,
        }
    ]
    assert getattr(made, field) == ()


def test_rejected_action_item_and_topic_are_listed_with_their_kind():
    task = CALL.model_copy(update={"due_date": dt.date(2026, 3, 9)})
    topic = TopicClaim(title="Roof", text="A roof for 900 pounds", segment_ids=("S0001",))
    made = compose(written=notes(topics=(topic,)), action_items=(task,))
    assert [(item.kind, item.reason) for item in made.unverified] == [
        ("topic", "the number 900 is not in the cited passage"),
        ("action item", "'by Friday' means Fri 6 March 2026, not Mon 9 March 2026"),
    ]


@pytest.mark.parametrize(("ids", "start_s"), [((), None), (("S0099",), None), (("S0004", "S0003", "S0099"), 20.0)])
def test_rejected_claim_starts_at_the_first_passage_that_exists(ids, start_s):
    lie = LIE.model_copy(update={"segment_ids": ids})
    assert compose(decisions=(lie,)).unverified[0].start_s == start_s


def test_no_claim_is_lost():
    claims = tuple(Claim(text=f"Claim {word}", segment_ids=(name,)) for word in "abcde" for name in ("S0001", "S0099", "S0002"))
    written = notes(summary=claims, open_questions=claims)
    made = compose(written=written)
    assert (len(made.summary), len(made.unverified)) == (10, 10)
    assert len(made.open_questions) == 5, "each was asked in two places"


def test_true_claims_stay_when_others_are_rejected():
    made = compose(decisions=(CEDAR, LIE, PAINT))
    assert [item.text for item in made.decisions] == [CEDAR.text, PAINT.text]
    assert [item.text for item in made.unverified] == [LIE.text]


# Ids


def test_ids_are_the_same_when_the_meeting_is_processed_again():
    first, again = (compose(decisions=(CEDAR, PAINT), action_items=(CALL,)) for _ in range(2))
    assert first == again


def test_ids_differ_from_item_to_item_and_say_what_they_are():
    other = CALL.model_copy(update={"text": "Pay the carpenter"})
    made = compose(decisions=(CEDAR, PAINT), action_items=(CALL, other))
    ids = [item.id for item in (*made.decisions, *made.action_items)]
    assert len(set(ids)) == 4
    assert [name[:2] for name in ids] == ["d-", "d-", "a-", "a-"]


def test_same_task_of_another_owner_is_another_item():
    other = CALL.model_copy(update={"owner": "Helen", "owner_source": OwnerSource.NAMED, "segment_ids": ("S0003",)})
    assert len(compose(action_items=(CALL, other)).action_items) == 2


def test_id_ignores_case_and_punctuation_and_knows_the_recording():
    here, elsewhere = recording(), recording(sha256="0" * 64)
    assert item_id("a", here, "Call the carpenter!") == item_id("a", here, "call the carpenter")
    assert item_id("a", here, "Call the carpenter") != item_id("a", elsewhere, "Call the carpenter")


def test_twenty_thousand_tasks_have_as_many_ids():
    here = recording()
    assert len({item_id("a", here, f"task {number}") for number in range(20_000)}) == 20_000


def test_item_found_by_both_engines_stands_once():
    made = compose(written=notes(decisions=(CEDAR,), action_items=(CALL,)), decisions=(CEDAR,), action_items=(CALL,))
    assert (len(made.decisions), len(made.action_items)) == (1, 1)


@pytest.mark.parametrize("dated_first", [True, False])
def test_item_found_twice_keeps_the_date_that_one_engine_heard(dated_first):
    undated = CALL.model_copy(update={"due_phrase": None, "due_date": None})
    first, second = (CALL, undated) if dated_first else (undated, CALL)
    (item,) = compose(written=notes(action_items=(first,)), action_items=(second,)).action_items
    assert item.due_date == FRIDAY


def test_action_items_stay_in_the_order_in_which_they_were_found():
    undated = CALL.model_copy(update={"text": "Paint the fence", "due_phrase": None, "due_date": None})
    made = compose(action_items=(CALL, undated))
    assert [item.task for item in made.action_items] == ["Call the carpenter", "Paint the fence"]


# Status


def test_meeting_that_was_read_whole_is_completed():
    assert compose().status is Status.COMPLETED


def test_meeting_without_segments_had_no_speech():
    silent = coverage(transcribed_ms=0, silence_ms=60_000)
    assert compose(transcript(coverage=silent), Notes()).status is Status.NO_SPEECH


@pytest.mark.parametrize("hole", ["undecodable_ms", "filtered_ms", "failed_ms"])
def test_hole_in_the_audio_is_a_warning(hole):
    holed = coverage(segments=4, transcribed_ms=59_000, **{hole: 1000})
    assert compose(meeting(coverage=holed)).status is Status.COMPLETED_WITH_WARNINGS


def test_silence_is_no_warning():
    quiet = coverage(segments=4, transcribed_ms=20_000, silence_ms=40_000)
    assert compose(meeting(coverage=quiet)).status is Status.COMPLETED


def test_segment_that_the_summary_did_not_read_is_a_warning():
    assert compose(written=notes(segments_read=("S0001", "S0002", "S0003"))).status is Status.COMPLETED_WITH_WARNINGS


def test_unverified_claim_is_a_warning():
    assert compose(decisions=(LIE,)).status is Status.COMPLETED_WITH_WARNINGS


@pytest.mark.parametrize("kind", NoticeKind)
@pytest.mark.parametrize("stage", ["transcript", "notes", "findings"])
def test_every_notice_but_information_is_a_warning(kind, stage):
    said = {stage: {"notices": (notice(kind),)}}
    made = compose(meeting(**said.get("transcript", {})), notes(**said.get("notes", {})), **said.get("findings", {}))
    assert made.warnings == (notice(kind),)
    assert (made.status is Status.COMPLETED) is (kind is NoticeKind.INFO)


# Coverage, provenance, people


def test_coverage_counts_the_segments_that_were_read_once_and_only_real_ones():
    made = compose(written=notes(segments_read=("S0001", "S0001", "S0004", "S0099")))
    assert (made.coverage.segments_read, made.coverage.segments) == (2, 4)


def test_engines_of_all_stages_are_named_in_order():
    stages = ("transcription", "summarization", "actions")
    heard, wrote, found = (engine(stage) for stage in stages)
    made = compose(meeting(engines=(heard,)), notes(engine=wrote), engine=found)
    assert [made_by.stage for made_by in made.engines] == list(stages)


def draft(stage: str) -> Engine:
    return engine(stage, draft=True)


def test_draft_engines_are_named_in_one_remark():
    made = compose(meeting(engines=(draft("transcription"),)), notes(engine=draft("summarization")), engine=engine("actions"))
    told = "draft quality (scripted, scripted): check the words against the recording"
    assert [(notice.kind, notice.stage, notice.message) for notice in made.warnings] == [(NoticeKind.INFO, "quality", told)]
    assert made.status is Status.COMPLETED


def test_participants_are_the_roster_and_then_whoever_else_was_heard():
    roster = Sidecar(participants=(Participant(name="Priya"), Participant(name="Omar")))
    heard = segment(1, speaker="A"), segment(2, speaker="C"), segment(3, speaker="B"), segment(4)
    content = meeting(*heard, recording=recording(sidecar=roster))
    assert compose(content).participants == ("Priya", "Omar", "Helen", "C")


def turns(*held: tuple[str, float, float]) -> tuple[Turn, ...]:
    return tuple(Turn(speaker=speaker, **Interval(start_s=start, end_s=end).model_dump()) for speaker, start, end in held)


def test_talk_time_is_shared_out_the_longest_first():
    made = compose(meeting(turns=turns(("A", 0, 10), ("B", 10, 40), ("A", 40, 50))))
    assert [(talk.speaker, talk.seconds, talk.share) for talk in made.talk_time] == [("Omar", 30.0, 0.6), ("Helen", 20.0, 0.4)]


def test_two_labels_of_one_person_share_one_talk_time():
    made = compose(meeting(turns=turns(("A", 0, 10), ("C", 10, 20)), speakers={"A": "Helen", "B": "Omar", "C": "Helen"}))
    assert [(talk.speaker, talk.share) for talk in made.talk_time] == [("Helen", 1.0)]


def test_shares_of_talk_time_add_up():
    made = compose(meeting(turns=turns(*((name, n, n + 0.1 * (n + 1)) for n, name in enumerate("ABCDEFG")))))
    assert sum(talk.share for talk in made.talk_time) == pytest.approx(1)


def test_nobody_has_talk_time_without_turns():
    assert compose().talk_time == ()


def test_turns_without_length_do_no_harm():
    assert [talk.seconds for talk in compose(meeting(turns=turns(("A", 3, 3)))).talk_time] in ([], [0.0])


def test_minutes_name_what_they_are_made_from_and_by():
    made = compose()
    assert (made.recording, made.config_name, made.version, made.language) == (recording(), "embedded", "0.1.0", "en")


# Title


@pytest.mark.parametrize(
    ("name", "title"),
    [
        ("2026-03-02-garden-committee.flac", "Garden committee"),
        ("2026-03-02 10.15 Garden_committee.m4a", "Garden committee"),
        ("2026-03-02T10-15-00_standup.wav", "Standup"),
        ("20260302_101500.m4a", "20260302_101500"),
        ("2026-03-02.flac", "2026-03-02"),
        ("standup.flac", "Standup"),
        ("Q3 review.final.mp4", "Q3 review.final"),
        ("họp-tuần.ogg", "Họp tuần"),
        ("standup", "Standup"),
        (".wav", ".wav"),
    ],
)
def test_title_is_the_file_name_made_readable(name, title):
    assert meeting_title(recording(name=name)) == title


def test_title_of_the_sidecar_goes_first():
    assert meeting_title(recording(sidecar=Sidecar(title="Community garden committee"))) == "Community garden committee"


# Possible items


def test_what_is_possible_is_in_with_its_score_and_evidence():
    claim = PossibleClaim(kind=PossibleKind.TASK, text="I'll call the carpenter", segment_ids=("S0002",), score=0.2)
    (item,) = compose(possible=(claim,)).possible
    assert (item.kind, item.score) == (PossibleKind.TASK, 0.2)
    assert item.evidence.segment_ids == ("S0002",)


def test_what_is_possible_but_was_not_said_is_left_out():
    claim = PossibleClaim(kind=PossibleKind.DECISION, text=LIE.text, segment_ids=LIE.segment_ids, quote=LIE.quote, score=0.2)
    made = compose(possible=(claim,))
    assert not made.possible
    assert not made.unverified
