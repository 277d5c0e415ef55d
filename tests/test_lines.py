"""Lines from segments: however a recognizer cuts what somebody says, it reads as captions would have it."""

import pytest

from tasks.actions.commitments import packaged
from tasks.actions.rules import find_by_rules
from tasks.meeting.lines import lines_of
from tasks.schema import Findings, Segment
from tests.builders import segment, transcript

TALK = (
    ("Ruth", "The van failed its test on Tuesday.", "It's the tyres mostly, and one lamp."),
    ("Ivo", "Again?", "They were new in spring."),
    ("Ruth", "Well, somebody has to ring the garage about a price.", "Ivo, that's you, isn't it?"),
    ("Ivo", "Mm.", "I'll ring them tomorrow morning,", "before the shop opens."),
    ("Ruth", "Lovely.", "So we take the bus until the van is mended.", "Everybody happy with the bus?"),
    ("Pia", "Bus it is.", "Did anybody see the match last night?"),
)


def said(*parts: tuple[str, ...], speaker: bool = True, pause_s: float = 0.2) -> list[Segment]:
    """A segment for each text of each part, the first word of which is its speaker."""
    segments, clock = list[Segment](), 0.0
    for who, *texts in parts:
        for text in texts:
            clock += pause_s
            name = who if speaker else None
            segments.append(segment(len(segments) + 1, text, clock, end_s=clock + 2, speaker=name, language="en"))
            clock += 2
        clock += 1.0
    return segments


def found(segments: list[Segment]) -> Findings:
    names = {each.speaker: each.speaker for each in segments if each.speaker}
    return find_by_rules(transcript(*segments, speakers=names, language="en"), commitments=packaged())


def test_a_turn_is_one_line_and_every_segment_is_in_one():
    segments = said(*TALK)
    lines = lines_of(segments)
    assert [line.text for line in lines] == [" ".join(texts) for _, *texts in TALK]
    assert [name for line in lines for name in line.ids] == [each.id for each in segments]


def test_finer_segments_find_the_same_tasks_with_owner_and_day():
    whole = found(said(*((who, " ".join(texts)) for who, *texts in TALK)))
    fine = found(said(*TALK))
    assert whole.action_items
    told = [[(item.owner, item.due_phrase) for item in findings.action_items] for findings in (whole, fine)]
    assert told[0] == told[1]


def test_of_a_long_line_only_the_segments_that_say_it_are_cited():
    segments = said(*TALK)
    text = {each.id: each.text for each in segments}
    for item in found(segments).action_items:
        cited = " ".join(text[name] for name in item.segment_ids)
        assert item.quote in cited
        assert "Again?" not in cited


@pytest.mark.parametrize(
    ("segments", "count"),
    [
        (said(("Ruth", "One thing.", "Another thing."), pause_s=2.5), 2),
        (said(("Ruth", "One thing."), ("Ivo", "Another thing.")), 2),
        (said(("Ruth", "One thing.", "Another thing."), speaker=False), 2),
        (said(("Ruth", "So we have decided,", "we will pay it."), speaker=False), 1),
        (said(("Ruth", *["This sentence has seven words in it."] * 12)), 4),
        (said(("Ruth", *["no end in sight of what she says"] * 30)), 5),
        ([], 0),
    ],
    ids=["pause", "other speaker", "nobody's sentences", "nobody's sentence in two", "monologue", "without marks", "nothing"],
)
def test_a_line_ends_where_another_may_speak_or_it_grows_long(segments, count):
    assert len(lines_of(segments)) == count


def test_part_that_is_not_there_word_for_word_is_in_the_whole_line():
    [line] = lines_of(said(("Ruth", "First of all.", "Second thing.")))
    assert line.ids_of("Second") == line.ids[1:]
    assert line.ids_of("all. Second") == line.ids
    assert line.ids_of("never said") == line.ids
