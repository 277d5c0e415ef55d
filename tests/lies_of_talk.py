"""Lies about who said what: bounds turned round, two people's words as one, tasks that somebody refused, tasks made one."""

import datetime as dt
from collections.abc import Iterator

from tasks.language.due_dates import find_due
from tasks.schema import ActionClaim, Claim, OwnerSource, Participant, Sidecar, Transcript, segment_id
from tests.builders import coverage, recording, segment, transcript

REQUESTS = (
    # request, the task, who is asked, the refusal, a yes
    ("Ben, could you print the badges?", "Print the badges", "Ben", "I'm afraid I have no time.", "Sure."),
    ("Clara, please book the hall.", "Book the hall", "Clara", "Sorry, I can't.", "Yes, I will."),
    ("Could you call the caterer, Ben?", "Call the caterer", "Ben", "No, I'm on holiday.", "No problem."),
    ("Clara, can you write the invitation?", "Write the invitation", "Clara", "I'd rather not.", "Of course."),
    ("Ben, would you repair the projector?", "Repair the projector", "Ben", "I have already repaired it.", "Okay."),
    ("Ben will order the flowers.", "Order the flowers", "Ben", "No, I can't do that.", "Yes."),
    ("Clara, you need to water the plants.", "Water the plants", "Clara", "Unfortunately I'm away.", "Will do."),
)
REQUESTS_VI = (
    ("Anh Nam đặt vé máy bay giúp tôi nhé.", "Đặt vé máy bay", "Nam", "Xin lỗi chị, em không làm được.", "Vâng ạ."),
    ("Chị Lan gửi báo giá cho khách nhé.", "Gửi báo giá cho khách", "Lan", "Tuần này em bận lắm.", "Dạ được ạ."),
    ("Anh Nam hãy gọi cho chủ nhà.", "Gọi cho chủ nhà", "Nam", "Em đi vắng rồi.", "Vâng, em sẽ gọi."),
)


def talk(*lines: str, people: tuple[str, ...], language: str = "en") -> Transcript:
    """A meeting of Monday 2 March 2026 in `name: words` lines, four seconds each."""
    said = [line.partition(": ") for line in lines]
    parts = [
        segment(number, text, start_s=5.0 * number, end_s=5.0 * number + 4, speaker=who, language=language)
        for number, (who, _, text) in enumerate(said, start=1)
    ]
    roster = Sidecar(participants=tuple(Participant(name=name) for name in people))
    present = recording(recorded_at=dt.datetime(2026, 3, 2), sidecar=roster)
    return transcript(*parts, recording=present, language=language, coverage=coverage(segments=len(parts)))


def answered(answer: int) -> dict[str, Transcript]:
    """The requests with these answers: 3 for the refusals, 4 for the yes. Request number n is turn 3n - 2."""
    made = {}
    for name, requests, asker, third, language in (
        ("requests", REQUESTS, "Anna", "Let's go on with the next point.", "en"),
        ("requests-vi", REQUESTS_VI, "Hoa", "Chúng ta sang phần tiếp theo.", "vi"),
    ):
        lines = [
            line
            for request in requests
            for line in (f"{asker}: {request[0]}", f"{request[2]}: {request[answer]}", f"{asker}: {third}")
        ]
        made[name] = talk(*lines, people=(asker, *dict.fromkeys(request[2] for request in requests)), language=language)
    return made


def requested() -> Iterator[tuple[str, ActionClaim]]:
    """The requests as tasks of those who are asked, with the answer cited and without."""
    for name, requests in (("requests", REQUESTS), ("requests-vi", REQUESTS_VI)):
        for number, (request, task, person, _, _) in enumerate(requests):
            turn = 3 * number + 1
            for turns in ((turn,), (turn, turn + 1)):
                ids = tuple(segment_id(each) for each in turns)
                yield (
                    name,
                    ActionClaim(text=task, segment_ids=ids, quote=request, owner=person, owner_source=OwnerSource.ADDRESSED),
                )


def reversed_bounds(meeting: Transcript, claim: ActionClaim) -> Iterator[Claim]:
    """A date that is the other end of the time: `by Friday` as `not before Friday`."""
    base = meeting.recording.recorded_at.date()
    due = find_due(claim.due_phrase or "", base, "vi" if meeting.language == "vi" else "en", None)
    if due is None or not due.last or due.relation is None:
        return
    ends = due.relation in ("by", "until", "on", "between")
    turned = {"due_relation": "not_before", "due_from": due.last, "due_date": None}
    yield claim.model_copy(update=turned if ends else {"due_relation": "by", "due_from": None, "due_date": due.last})


def joined_speakers(meeting: Transcript, claim: ActionClaim) -> Iterator[ActionClaim]:
    """The words of two people as one quote, and the task as that of the one who did not say it."""
    place = next(number for number, part in enumerate(meeting.segments) if part.id == claim.segment_ids[0])
    said = meeting.segments[place]
    for other in meeting.segments[max(0, place - 1) : place + 2]:
        if said.speaker != claim.owner or other.speaker in (None, claim.owner) or str(other.speaker) in said.text:
            continue
        first, second = sorted((said, other), key=lambda part: part.start_s)
        update = {
            "quote": f"{first.text} {second.text}",
            "segment_ids": (first.id, second.id),
            "owner": other.speaker,
            "owner_source": OwnerSource.SELF_COMMITMENT,
        }
        yield claim.model_copy(update=update)
