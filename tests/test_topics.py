"""Topics: the time of their section, and only those of their sentences that are proved."""

from tasks.schema import Claim, Findings, Minutes, Notes, Topic, TopicClaim
from tasks.verification.minutes import compose_minutes
from tests.builders import segment, transcript

SAID = (
    segment(1, "Good, we go with cedar.", speaker="A"),
    segment(2, "I'll call the carpenter by Friday.", speaker="B"),
    segment(3, "We paint it green.", speaker="A"),
    segment(4, "Who pays for it?", speaker="B"),
)
CEDAR = Claim(text="The fence is built in cedar.", segment_ids=("S0001",))
PAINT = Claim(text="It is painted green.", segment_ids=("S0003",))
PRICE = Claim(text="It costs 900 pounds.", segment_ids=("S0003",))


def compose(*topics: TopicClaim) -> Minutes:
    content = transcript(*SAID, speakers={"A": "Helen", "B": "Omar"})
    return compose_minutes(content, Notes(topics=topics), Findings(), "embedded", "0.1.0")


def fence(*points: Claim, section: tuple[str, str] | None = ("S0001", "S0004")) -> TopicClaim:
    ids = tuple(name for point in points for name in point.segment_ids)
    return TopicClaim(
        title="Fence", text=" ".join(point.text for point in points), segment_ids=ids, section=section, points=points
    )


def test_topic_has_the_time_of_its_section():
    topic = compose(fence(CEDAR)).topics[0]
    assert (topic.start_s, topic.end_s) == (SAID[0].start_s, SAID[3].end_s)


def test_topic_without_a_section_has_the_time_of_its_evidence():
    for section in (None, ("S0001", "S0099"), ("S0004", "S0001")):
        topic = compose(fence(PAINT, section=section)).topics[0]
        assert (topic.start_s, topic.end_s) == (SAID[2].start_s, SAID[2].end_s)


def test_each_sentence_of_a_topic_keeps_its_own_evidence():
    topic = compose(fence(CEDAR, PAINT)).topics[0]
    assert topic.text == "The fence is built in cedar. It is painted green."
    assert [point.evidence.segment_ids for point in topic.points] == [("S0001",), ("S0003",)]
    assert topic.evidence.segment_ids == ("S0001", "S0003")


def test_sentence_that_is_not_proved_leaves_the_topic():
    made = compose(fence(CEDAR, PRICE))
    assert made.topics[0].text == "The fence is built in cedar."
    assert [(item.kind, item.text) for item in made.unverified] == [("topic", "It costs 900 pounds.")]


def test_topic_of_which_nothing_is_proved_is_none():
    made = compose(fence(PRICE))
    assert made.topics == ()
    assert len(made.unverified) == 1


def test_topic_of_old_minutes_is_read():
    stored = compose(fence(CEDAR)).topics[0].model_dump(mode="json", exclude={"start_s", "end_s", "points"})
    assert Topic.model_validate(stored).start_s is None
