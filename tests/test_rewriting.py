"""What a language model is asked about tasks and decisions, what is read from its answers, and when nothing is asked."""

import json
from pathlib import Path

import pytest

from tasks.engine.base import Device
from tasks.errors import BackendError
from tasks.job import Job
from tasks.schema import Minutes, NoticeKind, Rewordings, Transcript
from tasks.store import Ref
from tasks.summarization.choice import SummarizationChoice
from tasks.summarization.language_model import Reply
from tasks.summarization.prompts.rewriting_prompts import PROMPTS
from tasks.summarization.rewriting import read_sentence, write_rewordings
from tasks.summarization.stage import can_rewrite, rewrite
from tests.builders import quiet_run
from tests.chat_server import ChatServer, asked, chat
from tests.lies_of_talk import talk
from tests.misbehaving_server import Reply as ServerReply
from tests.misbehaving_server import Request
from tests.scripted_chat import ScriptedChat
from tests.test_rewording import THREE, minutes_of
from tests.test_without_prefect import run_plain

VIETNAMESE = talk(
    "Lan: Máy in ở tầng hai lại hỏng rồi.",
    "Nam: Em sẽ gọi thợ sửa nó vào thứ hai.",
    people=("Lan", "Nam"),
    language="vi",
)


def test_each_item_is_asked_about_with_the_talk_around_it():
    model = ScriptedChat(lambda request: "Test the new parts.")
    minutes = minutes_of(THREE)
    made = write_rewordings(model, THREE, minutes)
    assert set(made.texts) == {item.id for item in (*minutes.action_items, *minutes.decisions)}
    first = model.asked[0]
    assert first.schema is None
    assert (
        "Walter: The vendor will deliver three new parts on Thursday.\nRobert: I will test them in two weeks." in first.material
    )
    assert first.question.startswith("Task (Robert): Test them")
    assert len({request.instructions for request in model.asked}) == 1
    assert model.asked[-1].question.startswith("Decision: ")


def test_vietnamese_is_asked_for_in_vietnamese():
    model = ScriptedChat(lambda request: "Gọi thợ sửa máy in.")
    write_rewordings(model, VIETNAMESE, minutes_of(VIETNAMESE))
    assert model.asked
    assert all(request.question.startswith("Việc (Nam): ") for request in model.asked)


@pytest.mark.parametrize("language", ["en", "de"])
def test_minutes_in_another_language_than_the_talk_are_not_asked_about(language):
    model = ScriptedChat(lambda request: "Gọi thợ sửa máy in.")
    minutes = minutes_of(VIETNAMESE).model_copy(update={"language": language})
    assert write_rewordings(model, VIETNAMESE, minutes) == Rewordings()
    assert not model.asked


def test_a_short_context_leaves_out_what_is_farthest():
    model = ScriptedChat(lambda request: "Test the new parts.", context_tokens=len(PROMPTS["en"].instructions.split()) + 170)
    write_rewordings(model, THREE, minutes_of(THREE))
    assert "three new parts" not in model.asked[-1].material
    assert "ninety nine dollars" in model.asked[-1].material


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Test the new parts.", "Test the new parts."),
        ("\n**Sentence:** Test the new parts.\n\nThis keeps the meaning.", "Test the new parts."),
        ('- "Test the new parts."', "Test the new parts."),
        ("Task (Robert): Test the new parts", "Test the new parts"),
        ("Câu: Gọi thợ sửa máy in.", "Gọi thợ sửa máy in."),
        ("  \n ", None),
        ('""', None),
    ],
)
def test_the_sentence_is_read_without_what_stands_around_it(text, sentence):
    assert read_sentence(Reply(text)) == sentence


@pytest.mark.parametrize(
    ("text", "sentence"),
    [
        ("Walter: The new parts work.", "The new parts work."),
        ('- Walter: "The new parts work."', "The new parts work."),
        ("Parts: the new ones work.", "Parts: the new ones work."),
        ("Walter:", None),
    ],
)
def test_the_name_before_a_line_of_the_talk_is_no_part_of_the_sentence(text, sentence):
    assert read_sentence(Reply(text), ["Walter", None]) == sentence


def test_an_answer_that_was_cut_off_is_none():
    assert read_sentence(Reply("Test the new", cut=True)) is None


def test_requests_that_failed_are_counted():
    answers = iter([BackendError("the server was busy."), "Send a letter.", "The price is 99 dollars."])
    made = write_rewordings(ScriptedChat(lambda request: next(answers)), THREE, minutes_of(THREE))
    assert len(made.texts) == 2
    assert [(notice.kind, notice.message) for notice in made.notices] == [
        (NoticeKind.FAILED, "1 of 3 tasks and decisions could not be put into other words: the server was busy.")
    ]


def test_an_engine_that_fails_on_everything_is_an_error():
    with pytest.raises(BackendError, match="is on fire"):
        write_rewordings(ScriptedChat(lambda request: BackendError("is on fire.")), THREE, minutes_of(THREE))


@pytest.mark.parametrize(
    ("backend", "wanted", "can"), [("extractive", True, False), ("openai", True, True), ("openai", False, False)]
)
def test_only_a_language_model_is_asked_and_only_if_it_is_wanted(backend, wanted, can):
    assert can_rewrite(SummarizationChoice(backend=backend, rewrite=wanted)) is can


class Stage:
    """The stage in a folder of its own, with a model that a test scripts."""

    def __init__(self, folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        self.folder, self.model = folder, ScriptedChat(lambda request: "Test the new parts.")
        self.model.options = type("Options", (), {"model": "scripted"})()
        self.model.device = Device("cpu", "test")
        monkeypatch.setattr("tasks.engine.pool.ModelPool._open_new", lambda *_: self.model)

    def run(self) -> Rewordings:
        job = Job(path="a.flac", out=str(self.folder), device=Device("cpu", "test"))
        choice = SummarizationChoice(backend="openai", options={"base_url": "http://127.0.0.1:9", "model": "m"})
        transcript, minutes = self._ref("transcript", THREE), self._ref("minutes", minutes_of(THREE))
        return rewrite(job, quiet_run(), transcript, minutes, choice).load(Rewordings)

    def _ref(self, name: str, content: Transcript | Minutes) -> Ref:
        path = self.folder / f"{name}.json"
        path.write_text(content.model_dump_json())
        return Ref.to(name, path, content, cached=False, seconds=0.0)


@pytest.fixture
def stage(tmp_path, monkeypatch):
    return Stage(tmp_path, monkeypatch)


def test_what_was_written_is_stored_and_not_asked_for_again(stage):
    first = stage.run()
    asked = len(stage.model.asked)
    assert stage.run() == first
    assert len(stage.model.asked) == asked == len(first.texts) == 3
    assert first.engine is not None
    assert first.engine.stage == "rewriting"


def test_a_failure_is_told_and_tried_again(stage):
    stage.model.script = lambda request: BackendError("is on fire.")
    failed = stage.run()
    assert failed.notices[0].message == "rewriting failed, so tasks and decisions stay in the words of the meeting: is on fire."
    stage.model.script = lambda request: "Test the new parts."
    assert len(stage.run().texts) == 3


CAPTIONS = """WEBVTT

00:00.000 --> 00:05.000
<v Mia>The printer on the second floor is broken again, and nobody can print the posters for Saturday.

00:06.000 --> 00:10.000
<v Omar>I'll call the company about it before Friday.

00:11.000 --> 00:16.000
<v Mia>I will send the posters to the print shop tomorrow.
"""


def writes(request: Request) -> ServerReply:
    """A model that rewrites one task well and one falsely, and has nothing else to say."""
    said = asked(request)["messages"][-1]["content"]
    told = "Call the company about the broken printer on the second floor." if "Task (Omar)" in said else "Pay the print shop."
    wanted = asked(request).get("response_format")
    lists = wanted["json_schema"]["schema"]["properties"] if wanted else {}
    return chat(json.dumps({name: [] for name in lists}) if wanted else told)


def test_on_the_whole_way_what_is_proved_is_shown_and_the_rest_stays_as_it_was_said(tmp_path):
    source, out = tmp_path / "2026-03-02-standup.vtt", tmp_path / "out"
    source.write_text(CAPTIONS, encoding="utf-8")
    with ChatServer(otherwise=writes) as server:
        options = {"backend": "openai", "options.base_url": server.url, "options.model": "m", "options.api_key_env": "null"}
        changes = [part for name, value in options.items() for part in ("--set", f"summarization.{name}={value}")]
        run_plain(source, out, *changes)
    (path,) = out.glob("*/minutes.json")
    minutes = Minutes.model_validate_json(path.read_bytes())
    company, posters = minutes.action_items
    assert company.task == "Call the company about the broken printer on the second floor"
    assert (company.owner, company.due_phrase, company.spoken) == ("Omar", "before Friday", "Call the company about it")
    assert (posters.reworded, posters.task) == (False, "Send the posters to the print shop")
    assert [engine.stage for engine in minutes.engines][-1] == "rewriting"
    assert [notice.code for notice in minutes.warnings if notice.stage == "rewriting"] == ["spoken_words_kept"]
    run = json.loads((path.parent / "run.json").read_text(encoding="utf-8"))
    assert [stage["stage"] for stage in run["stages"]][-3:] == ["minutes", "rewriting", "reworded"]
