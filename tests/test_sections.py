"""Sections by topic: every segment once, in order, cut where the talk turns, for any length, language and number of speakers."""

import pytest

from tasks.schema import Sidecar, Transcript
from tasks.summarization.citing import MAX_CITED, cite
from tasks.summarization.sections import cut_sections, topic_words
from tasks.summarization.spoken import most_telling, spoken_sentences
from tasks.summarization.titles import Titles
from tests.builders import recording, segment, transcript
from tests.test_bad_models import SAID

FENCE = (
    "The cedar fence costs more than the pine fence.",
    "A carpenter builds the fence in April.",
    "Pine rots and cedar does not.",
)
PIPES = (
    "The broken pipe floods the glass house.",
    "A plumber repairs the pipe on Tuesday.",
    "The water bill doubled because of the pipe.",
)


def talk(*texts: str, language: str = "en", agenda: tuple[str, ...] = (), speakers: str = "AB") -> Transcript:
    said = recording(sidecar=Sidecar(agenda=agenda))
    parts = (
        segment(n, text, language=language, speaker=speakers[n % len(speakers)], start_s=5.0 * n)
        for n, text in enumerate(texts, 1)
    )
    return transcript(*parts, recording=said, language=language)


def borders(content: Transcript, words: float) -> list[str]:
    return [section.ids[0] for section in cut_sections(content, words)[1:]]


def test_section_ends_where_the_talk_turns():
    assert borders(talk(*FENCE * 4, *PIPES * 4), 100) == ["S0013"]


def test_one_speaker_is_cut_as_well():
    assert borders(talk(*FENCE * 4, *PIPES * 4, speakers="A"), 100) == ["S0013"]


def test_vietnamese_is_cut_as_well():
    fence, pipes = SAID["vi"][:3], SAID["vi"][3:6]
    (border,) = borders(talk(*fence * 4, *pipes * 4, language="vi"), 130)
    assert abs(int(border[1:]) - 13) <= 2


def test_talk_in_two_languages_is_cut_where_the_language_changes():
    english = [segment(n, text, language="en") for n, text in enumerate(FENCE * 4, 1)]
    other = [segment(n, text, language="vi") for n, text in enumerate(SAID["vi"][3:6] * 4, 13)]
    assert abs(int(borders(transcript(*english, *other), 110)[0][1:]) - 13) <= 2


@pytest.mark.parametrize("count", [0, 1, 2, 40, 3000])
def test_every_segment_is_in_one_section(count):
    content = talk(*((FENCE + PIPES) * (count // 6 + 1))[:count])
    sections = cut_sections(content, topic_words(content))
    assert [name for section in sections for name in section.ids] == [part.id for part in content.segments]
    assert all(section.ids for section in sections)


def test_longer_meetings_have_more_topics_but_not_in_proportion():
    short, long = talk(*(FENCE + PIPES) * 12), talk(*(FENCE + PIPES) * 480)
    counts = [len(cut_sections(content, topic_words(content))) for content in (short, long)]
    assert 2 * counts[0] < counts[1] < 20 * counts[0]


def test_segment_longer_than_any_section_stays_whole():
    assert len(cut_sections(talk("word " * 2000, *FENCE), 100)) >= 2


def test_item_of_the_agenda_pulls_the_border_and_gives_the_title():
    chat = ("We could meet again in the small room.", "The small room has a table and a lamp.") * 6
    content = talk(*chat, "Now the roof repair.", *chat, agenda=("Roof repair",))
    sections = cut_sections(content, 110)
    (number,) = (at for at, section in enumerate(sections) if section.agenda_item)
    assert any("roof" in part.text for part in sections[number].segments[:3])
    assert Titles(sections, "en").of(number) == "Roof repair"


def test_title_is_made_of_words_as_they_were_said():
    content = talk(*FENCE * 4, *PIPES * 4)
    titles = Titles(cut_sections(content, 100), "en")
    assert "fence" in (titles.of(0) or "").lower()
    assert "pipe" in (titles.of(1) or "").lower()


@pytest.mark.parametrize("language", ["en", "vi", "de"])
def test_title_stands_word_for_word_in_its_section_and_heads_no_other(language):
    content = talk(*(FENCE + PIPES) * 6)
    sections = cut_sections(content, 60)
    titles = Titles(sections, language)
    found = [titles.of(number) for number in range(len(sections))]
    for title, section in zip(found, sections, strict=True):
        assert title is None or title.lower() in " ".join(part.text for part in section.segments).lower()
    named = [title for title in found if title]
    assert len(sections) > 2
    assert len(named) == len(set(named)) >= 2


@pytest.mark.parametrize(
    ("said", "language", "title"),
    [
        (
            ("The dishwasher in the kitchen leaks again.", "It has leaked since Monday."),
            "en",
            "dishwasher",
        ),
        (("Cái máy giặt ở bếp lại rò nước.", "Rò từ thứ hai, ngày nào em cũng phải lau."), "vi", "máy giặt"),
        (("Còn cái cổng trường, sơn tróc hết rồi.", "Ai sơn lại cổng trường trước lễ?"), "vi", "cổng trường"),
    ],
)
def test_title_names_the_thing_and_no_day(said, language, title):
    content = talk(*said, language=language)
    assert title in (Titles(cut_sections(content, 500), language, (), spoken_sentences(content)).of(0) or "").lower()


def test_people_make_no_title():
    said = ("Jennifer asked Jennifer about the invoice.", "Jennifer paid the invoice.")
    title = Titles(cut_sections(talk(*said * 5), 500), "en", ("Jennifer",)).of(0)
    assert title
    assert "Jennifer" not in title


def test_section_that_says_nothing_has_no_title():
    assert Titles(cut_sections(talk("Yes.", "Okay.", "No, no."), 100), "en").of(0) is None


def test_sentence_cites_what_shares_its_words():
    content = talk(*FENCE, *PIPES)
    assert cite("The plumber repairs it on Tuesday.", content, content.segments) == ("S0005",)
    assert cite("Cedar costs more, and a carpenter builds it.", content, content.segments) == ("S0001", "S0002")


def test_citation_has_a_limit_and_is_never_empty():
    content = talk(*(f"Room number {n} is green." for n in range(20)))
    everything = " ".join(str(n) for n in range(20))
    assert len(cite(everything, content, content.segments)) == MAX_CITED
    assert cite("Nothing of it at all.", content, content.segments)


def test_sentence_of_a_section_says_what_it_often_says_in_few_words():
    asides = ("And so on and so forth, as I may have told you all some other time, I guess.", "I also have a question about it.")
    content = talk(*FENCE, asides[0], *FENCE[:2], asides[1])
    quoted = most_telling(spoken_sentences(content), content.segments)
    assert quoted
    assert quoted.text in FENCE
    assert quoted.quote == quoted.text
