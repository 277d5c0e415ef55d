"""Titles by a weak model, and notes by one that may only word what was said."""

import pytest

from tasks.errors import BackendError
from tasks.models.catalogue import Skill, skill_of
from tasks.schema import NoticeKind
from tasks.summarization.language_model import Reply
from tasks.summarization.llama_cpp import LlamaCpp
from tasks.summarization.notes_by_model import write_notes
from tasks.summarization.openai_chat import OpenAIChat
from tasks.summarization.summarizer import Brief
from tasks.summarization.usable import Passage, UnusableError
from tests.scripted_chat import ScriptedChat
from tests.test_bad_models import VILLAINS, meeting

WEAK = Skill(words_at_a_time=150, prose=False, finds=False)


def notes_by(answer, content=None, brief=None):
    content = content or meeting()
    model = ScriptedChat(answer)
    return write_notes(model, content, brief or Brief(language=content.language), WEAK), model


def titles_by(answer, content=None):
    return [topic.title for topic in notes_by(answer, content)[0].topics]


@pytest.mark.parametrize("language", ["en", "vi"])
def test_code_chooses_what_was_said_and_the_model_only_titles(language):
    content = meeting(language)
    notes, model = notes_by(lambda request: "", content)
    assert {request.question for request in model.asked} == {"Heading:" if language == "en" else "Tiêu đề:"}
    said = {segment.text for segment in content.segments}
    points = [*notes.summary, *(point for topic in notes.topics for point in topic.points)]
    assert points
    assert all(point.quote == point.text and point.text in said for point in points)
    assert len(notes.segments_read) == len(content.segments)


def test_a_title_is_used_if_its_words_were_said():
    assert "Cedar fence" in titles_by(lambda request: "Cedar fence" if "fence" in request.material else "Broken pipe")


@pytest.mark.parametrize("title", ["Leaking cedar fence", "Cedar fence covers", "Cover and number of copies"])
def test_a_title_with_words_of_the_examples_is_not_used(title):
    assert title not in titles_by(lambda request: title)


@pytest.mark.parametrize("title", ["Roof and cedar fence", "Fence repair budget", "Fence for the school"])
def test_a_title_with_a_word_that_nobody_said_is_not_used(title):
    assert title not in titles_by(lambda request: title)


def test_a_title_says_no_day():
    passage = Passage("The cedar fence comes on Monday. No, wait, the cedar fence comes on Tuesday.", "", "en", "en")
    assert passage.title(Reply("Cedar fence on Monday")) == ("Cedar fence",)
    with pytest.raises(UnusableError):
        passage.title(Reply("On Monday"))


def test_a_title_gives_nothing_to_somebody_of_whom_it_was_not_said():
    passage = Passage("Scrap the stand, Jennifer. My brother's machine costs too much.", "", "en", "en")
    with pytest.raises(UnusableError):
        passage.title(Reply("Jennifer's machine"))
    assert passage.title(Reply("Brother's machine")) == ("Brother's machine",)


@pytest.mark.parametrize("villain", VILLAINS)
def test_a_bad_model_leaves_no_topic_without_a_title_of_its_own(villain):
    titles = titles_by(VILLAINS[villain])
    assert len(set(titles)) == len(titles) == len(titles_by(lambda request: ""))
    assert all(titles)


def test_what_is_a_question_is_no_statement():
    content = meeting()
    asked = [segment.model_copy(update={"text": f"{segment.text.rstrip('.')}?"}) for segment in content.segments[::2]]
    changed = {segment.id: segment for segment in asked}
    content = content.model_copy(update={"segments": tuple(changed.get(each.id, each) for each in content.segments)})
    notes, _ = notes_by(lambda request: "", content)
    assert notes.summary
    assert not any(point.text.endswith("?") for point in notes.summary)


def test_an_engine_that_fails_on_all_titles_has_failed():
    with pytest.raises(BackendError, match="the fan stands still"):
        notes_by(lambda request: BackendError("the fan stands still"))


def test_an_engine_that_fails_on_one_title_leaves_that_one_to_code():
    answers = iter([BackendError("busy")])
    notes, _ = notes_by(lambda request: next(answers, "Cedar fence"))
    assert len(notes.topics) > 1
    assert not any(notice.kind is NoticeKind.FAILED for notice in notes.notices)


def test_in_a_language_without_examples_code_makes_the_titles():
    notes, model = notes_by(lambda request: "Zaun", brief=Brief(language="de"))
    assert not model.asked
    assert notes.topics


def test_prose_can_be_asked_for_and_declined():
    wanted, model = notes_by(lambda request: "Helen asked about pine.", brief=Brief(prose=True))
    assert "Heading:" not in {request.question for request in model.asked}
    assert wanted.summary
    model = ScriptedChat(lambda request: "")
    write_notes(model, meeting(), Brief(prose=False), Skill(words_at_a_time=150, finds=False))
    assert {request.question for request in model.asked} == {"Heading:"}


def test_small_models_are_not_trusted_with_prose():
    assert skill_of("Qwen/Qwen2.5-Coder-1.5B-Instruct-GGUF").prose is False
    assert LlamaCpp.unknown_skill.prose is False
    assert OpenAIChat.unknown_skill.prose is True
