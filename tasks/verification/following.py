"""What stands beside the claims because the transcript says it in so many words: the next meeting, and why something was decided.

Both are read by code from the sentences, so that their evidence is the sentence itself.
"""

from tasks.language.due_dates import next_meeting
from tasks.language.reasons import reason_in
from tasks.meeting.calendar import due_fields
from tasks.schema import Decision, Evidence, NextMeeting
from tasks.verification.agreement import Agreements

_FOLLOWS_S = 10.0
"""How soon after a decision a sentence may give its reason. Chosen by hand."""


def next_meeting_of(agreements: Agreements) -> NextMeeting | None:
    """The next meeting, if this one says when it is and does not take it back."""
    base = agreements.spoken.transcript.recording.recorded_at.date()
    told = next_meeting(agreements.sentences, base)
    if told is None:
        return None
    days = due_fields(told.due)
    parts = [agreements.evidence_of(agreements.sentences[index]) for index in told.indices]
    if len({part.speaker for part in parts}) > 1:
        return None  # a quote is one person's
    evidence = parts[0].model_copy(
        update={
            "segment_ids": tuple(dict.fromkeys(name for part in parts for name in part.segment_ids)),
            "end_s": parts[-1].end_s,
            "quote": " ".join(part.quote for part in parts),
        }
    )
    return NextMeeting.model_validate({**days, "place": told.place, "evidence": evidence})


def with_reason(agreements: Agreements, decision: Decision) -> Decision:
    """The decision with the words that say why, if they stand in its own sentence or open the next one."""
    if reason_in(decision.text, agreements.spoken.transcript.language):
        return decision
    reason = _reason(agreements, decision.evidence)
    return decision.model_copy(update={"reason": reason}) if reason else decision


def _reason(agreements: Agreements, evidence: Evidence) -> Evidence | None:
    quoted = agreements.quoted(evidence)
    if not quoted:
        return None
    following = agreements.sentences[quoted[-1].index + 1 : quoted[-1].index + 2]
    near = [sentence for sentence in following if sentence.start_s - quoted[-1].end_s <= _FOLLOWS_S]
    for sentence in (*quoted, *near):
        found = reason_in(sentence.text, sentence.language)
        if found and (sentence in quoted or found.opens):
            return agreements.evidence_of(sentence).model_copy(update={"quote": found.words})
    return None
