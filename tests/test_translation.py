"""Minutes in a second language: what code can compare is right, or the text stays as it was, with the reason."""

import datetime as dt
import json
import re
from pathlib import Path

import pytest

from tasks.engine.base import BackendChoice, Device
from tasks.errors import DependencyError
from tasks.job import Job
from tasks.language.messages import in_words
from tasks.language.wording import wording_for
from tasks.report.exports.document import meeting_document
from tasks.report.html_page import render_html
from tasks.report.markdown import render_page
from tasks.schema import Findings, Minutes, NoticeKind, Status, Translated, Translations
from tasks.store import Ref
from tasks.summarization.choice import SummarizationChoice
from tasks.summarization.extractive import Extractive
from tasks.summarization.summarizer import Brief
from tasks.translation.checked import with_translation
from tasks.translation.choice import TranslationChoice
from tasks.translation.fidelity import FidelityCheck
from tasks.translation.seq2seq import Seq2Seq
from tasks.translation.stage import check_translation, translate
from tasks.translation.texts import texts_of
from tasks.verification.minutes import compose_minutes
from tests.builders import engine, quiet_run
from tests.chat_server import ChatServer, asked, chat
from tests.launch_in_vietnamese import IN_VIETNAMESE, TITLES
from tests.lies import meetings
from tests.misbehaving_server import Request, refused
from tests.seq2seq_random import random_translator
from tests.test_without_prefect import run_plain

CPU = Device("cpu", "test")
CAPTIONS = Path(__file__).parents[1] / "sample_audio" / "2026-06-10-hop-tuan.vtt"
TUESDAY = dt.date(2026, 4, 14)
TO_VIETNAMESE = FidelityCheck("en", "vi", TUESDAY, None, ("Anna Weber", "Minh", "Carol"))
TO_ENGLISH = FidelityCheck("vi", "en", TUESDAY, None, ("Lan", "Hùng"))


@pytest.fixture(scope="module")
def launch() -> Minutes:
    """The minutes of the launch as it was spoken, without a language model, under titles of a person."""
    from tasks.actions.rules import RuleExtractor

    said = meetings()["launch"]
    notes = Extractive(Extractive.Options(), CPU).summarize(said, Brief())
    found = RuleExtractor(RuleExtractor.Options(), CPU).extract(said)
    assert isinstance(found, Findings)
    minutes = compose_minutes(said, notes, found, "test", "1")
    titled = [topic.model_copy(update={"title": title}) for topic, title in zip(minutes.topics, TITLES, strict=True)]
    return minutes.model_copy(update={"topics": tuple(titled)})


@pytest.fixture
def job(tmp_path: Path) -> Job:
    return Job(path="launch.mp3", out=str(tmp_path), device=CPU)


def kept(job: Job, minutes: Minutes) -> Ref:
    """The minutes as a stage finds them."""
    path = job.store.save("minutes", "0" * 32, minutes)
    return Ref.to("minutes", path, minutes, cached=False, seconds=0.0)


def translated(job: Job, minutes: Minutes, choice: TranslationChoice, summary: SummarizationChoice) -> Minutes:
    """The minutes after both steps of the stage."""
    before, run = kept(job, minutes), quiet_run()
    with run.pool:
        made = translate(job, run, before, choice, summary)
        return check_translation(job, run, before, made).load(Minutes)


def by_server(url: str) -> SummarizationChoice:
    return SummarizationChoice(backend="openai", options={"base_url": url, "model": "m", "api_key_env": None})


def sentence_of(request: Request) -> str:
    """What the server is asked to translate."""
    *_, user = asked(request)["messages"]
    return re.search(r"English: (.*)\n", user["content"])[1]


def good(request: Request):
    """A server that translates as a person did."""
    return chat(IN_VIETNAMESE[sentence_of(request)], prompt_tokens=len(request.body) // 4)


# What is compared


@pytest.mark.parametrize("made", ["mươi. meeting", "Thư. Gửi một bức thư cho báo chí", "Gửi một bức thư cho báo chí! Gửi"])
def test_a_word_is_no_sentence(made):
    assert TO_VIETNAMESE.objection("Send a letter to the press", made) is not None
    assert TO_VIETNAMESE.objection("Send a letter to the press", "Gửi một bức thư cho báo chí.") is None


@pytest.mark.parametrize(
    ("text", "translation"),
    [
        ("Call the carpenter by Friday.", "Gọi thợ mộc trước thứ sáu."),
        ("Call the carpenter by Friday.", "Gọi thợ mộc chậm nhất thứ Sáu."),
        ("We will pay $500.", "Chúng ta sẽ trả 500 đô la."),
        ("Anna sends three drafts to Carol.", "Anna gửi ba bản nháp cho Carol."),
        ("We do not ship on Monday.", "Chúng ta không giao hàng vào thứ hai."),
        ("The call is on Friday at 3 pm.", "Cuộc gọi vào thứ sáu lúc 15 giờ."),
        ("Close ticket a-3f9c21 in version v2.1.", "Đóng phiếu a-3f9c21 trong phiên bản v2.1."),
        ("The party is in the garden this year.", "Bữa tiệc năm nay diễn ra ở trong vườn."),
    ],
)
def test_faithful_translation_stands(text, translation):
    assert TO_VIETNAMESE.objection(text, translation) is None


@pytest.mark.parametrize(
    ("text", "translation", "why"),
    [
        ("Anna calls the carpenter.", "Minh gọi thợ mộc.", "'Anna' is missing in what came"),
        ("Call the carpenter.", "Minh gọi thợ mộc.", "what came names 'Minh', which is not in the text"),
        ("We use Zephyr for the logs.", "Chúng ta dùng nó cho nhật ký.", "'Zephyr' is missing in what came"),
        ("Minh calls the carpenter.", "Minhh gọi thợ mộc.", "'Minh' is missing in what came"),
        ("We will pay $500.", "Chúng ta sẽ trả 50 đô la.", "'500' is missing in what came"),
        ("She sends three drafts.", "Cô ấy gửi bốn bản nháp.", "'3' is missing in what came"),
        ("She sends the drafts.", "Cô ấy gửi 20 bản nháp.", "what came names '20', which is not in the text"),
        ("Call the carpenter by Friday.", "Gọi thợ mộc trước thứ năm.", "what came names other days"),
        ("Call the carpenter by Friday.", "Gọi thợ mộc.", "what came names other days"),
        ("Call the carpenter by Friday.", "Gọi thợ mộc sau thứ sáu.", "what came names other days"),
        ("The call is on Friday at 3 pm.", "Cuộc gọi vào thứ sáu lúc 16 giờ.", "'3' is missing in what came"),
        ("We do not ship the boxes.", "Chúng ta giao các hộp.", "only one of the two denies something"),
        ("We ship the boxes.", "Chúng ta không giao các hộp.", "only one of the two denies something"),
        ("Close ticket a-3f9c21.", "Đóng phiếu a-3f9c22.", "'a-3f9c21' is missing in what came"),
        ("Close ticket a-3f9c2.", "Đóng phiếu a-3f9c21.", "'a-3f9c2' is missing in what came"),
        ("We ship the boxes.", "We send all the boxes.", "what came is not in the language 'vi'"),
        ("We ship the boxes.", "We ship the boxes.", "what came is no sentence of about the same length"),
        ("We ship the boxes.", "", "what came is no sentence of about the same length"),
        ("We ship the boxes.", "Chúng ta giao. " * 9, "what came is no sentence of about the same length"),
        ("We ship the boxes.", "Xem https://vi.example", "what came is no sentence of about the same length"),
    ],
)
def test_what_changes_or_loses_something_is_refused(text, translation, why):
    assert str(TO_VIETNAMESE.objection(text, translation)) == why


@pytest.mark.parametrize(
    ("text", "translation", "why"),
    [
        ("Lan gửi báo cáo trước thứ sáu.", "Lan sends the report by Friday.", None),
        ("Năm nay chúng ta thuê hai kỹ sư.", "This year we hire two engineers.", None),
        ("Năm nay chúng ta thuê hai kỹ sư.", "This year we hire three engineers.", "'2' is missing in what came"),
        ("Hùng không ký hợp đồng.", "Hùng signs the contract.", "only one of the two denies something"),
    ],
)
def test_from_vietnamese_the_same_is_compared(text, translation, why):
    objection = TO_ENGLISH.objection(text, translation)
    assert (objection and str(objection)) == why


def test_days_in_a_language_whose_days_are_not_known_are_refused():
    check = FidelityCheck("en", "de", TUESDAY, None, ())
    assert str(check.objection("Call them by Friday.", "Ruf sie bis Freitag an.")) == (
        "days cannot be compared in the language 'de'"
    )
    assert check.objection("Call the carpenter.", "Ruf den Tischler an.") is None


# The launch, by a good server and by a model that nobody trained


def test_minutes_of_the_launch_pass_in_the_words_of_a_person(job, launch):
    with ChatServer(otherwise=good) as server:
        found = translated(job, launch, TranslationChoice(language="vi"), by_server(server.url))
        assert len(server.requests) == len(texts_of(launch)) > 12
        again = translated(job, launch, TranslationChoice(language="vi"), by_server(server.url))
        assert len(server.requests) == len(texts_of(launch)), "resumed: nothing is asked twice"
    assert found == again
    assert [(each.text, str(each.reason)) for each in found.translation.left_out] == []
    assert {each.text for each in found.translation.texts} == set(texts_of(launch))
    assert found.warnings == launch.warnings
    assert found.status is launch.status
    assert [(each.stage, each.backend) for each in found.engines if each.stage == "translation"] == [("translation", "openai")]


def test_every_text_of_a_random_model_is_refused_with_the_reason(job, launch, tmp_path):
    texts = [*texts_of(launch), *IN_VIETNAMESE.values()]
    folder = random_translator(tmp_path / "model", texts)
    choice = TranslationChoice(language="vi", backend="seq2seq", options={"model": str(folder), "beams": 1})
    found = translated(job, launch, choice, SummarizationChoice(backend="extractive"))
    assert [each.text for each in found.translation.left_out] == list(texts_of(launch))
    assert found.translation.texts == ()
    assert found.status is Status.COMPLETED_WITH_WARNINGS
    [notice] = [notice for notice in found.warnings if notice.stage == "translation"]
    number = len(texts_of(launch))
    assert (notice.kind, str(notice)) == (
        NoticeKind.WARNING,
        f"{number} of {number} texts were not translated, since code has objections to what was written",
    )
    page = render_page(found, ())
    for text in (each.task for each in found.action_items):
        assert f"| {text}" in page.replace("\\", ""), "the minutes themselves stay"
    assert page.count("what came") + page.count("no translation came") >= number


def test_text_that_the_model_cannot_read_whole_is_left_out(tmp_path):
    long = "order " * 200
    folder = random_translator(tmp_path, ["order new boxes"])
    with Seq2Seq(Seq2Seq.Options(model=str(folder), beams=1), CPU) as translator:
        assert long not in {each.text for each in translator.translate([long, "order new boxes"], "en", "vi").texts}


def test_model_that_is_none_is_named(tmp_path):
    with pytest.raises(DependencyError, match="is no translation model that can be loaded"):
        Seq2Seq(Seq2Seq.Options(model=str(tmp_path)), CPU)


def test_server_that_refuses_leaves_the_minutes_as_they_are_and_is_tried_again(job, launch):
    with ChatServer(otherwise=refused("no")) as server:
        found = translated(job, launch, TranslationChoice(language="vi"), by_server(server.url))
    assert found.translation is None
    [notice] = [notice for notice in found.warnings if notice.stage == "translation"]
    assert notice.kind is NoticeKind.FAILED
    assert str(notice).startswith("translation failed, so the minutes are in one language")
    with ChatServer(otherwise=good) as server:
        assert translated(job, launch, TranslationChoice(language="vi"), by_server(server.url)).translation.texts


def test_minutes_in_the_language_already_are_not_translated(job, launch):
    found = translated(job, launch, TranslationChoice(language="en"), SummarizationChoice(backend="extractive"))
    assert found.translation is None
    assert [str(notice) for notice in found.warnings if notice.stage == "translation"] == [
        "the minutes are in the language of the translation already"
    ]


@pytest.mark.slow
def test_run_adds_the_translation_and_the_next_one_has_nothing_to_do(tmp_path):
    folder = random_translator(tmp_path / "model", list(IN_VIETNAMESE))
    settings = ("enrichments=[translation]", "translation.language=en", "translation.backend=seq2seq")
    chosen = [*settings, f"translation.options={{model: {folder}, beams: 1}}"]
    options = [part for setting in chosen for part in ("--set", setting)]
    first = run_plain(CAPTIONS, tmp_path / "out", *options)
    found = Minutes.model_validate_json((Path(first["folder"]) / "minutes.json").read_bytes())
    assert (first["status"], found.language, found.translation.language) == ("completed_with_warnings", "vi", "en")
    assert found.translation.left_out
    assert "translation" in [each.stage for each in found.engines]
    assert "Bản dịch: English" in (Path(first["folder"]) / "minutes.md").read_text()
    assert run_plain(CAPTIONS, tmp_path / "out", *options)["unchanged"]


# The pages


@pytest.fixture(scope="module")
def in_both(launch) -> Minutes:
    """The launch in both languages; of one task no translation came, and one lost a name."""
    lost, *_, wrong = [item.task for item in launch.action_items]
    texts = [Translated(text=text, translation=IN_VIETNAMESE[text]) for text in texts_of(launch) if text not in (lost, wrong)]
    texts.append(Translated(text=wrong, translation="Hùng sẽ làm việc đó."))
    return with_translation(launch, Translations(language="vi", texts=tuple(texts), engine=engine("translation")))


def test_every_page_says_the_minutes_twice_and_what_was_left_out(in_both):
    first, *_, last = in_both.action_items
    said = meetings()["launch"]
    document = "\n".join(phrase.text for block in meeting_document(in_both, None, "en").blocks for phrase in _phrases(block))
    for page in (render_page(in_both, ()).replace("\\", ""), render_html(in_both, said, ()), document):
        assert "Translation: Tiếng Việt" in page
        assert "Code has compared names, numbers, days and denials with the minutes" in page
        assert "Not translated:" in page
        assert "no translation came" in page
        assert IN_VIETNAMESE[in_both.summary[0].text][:20] in page
        assert first.task in page
        assert last.task in page
    assert '<span dir="auto" lang="vi">' in render_html(in_both, said, ())


def _phrases(block):
    lines = [block.line] if hasattr(block, "line") else [line for item in getattr(block, "items", ()) for line in item]
    lines += [cell for row in getattr(block, "rows", ()) for cell in row]
    return [phrase for line in lines for phrase in line]


def test_page_claims_no_comparison_that_was_not_made(launch):
    found = with_translation(launch, Translations(language="de", engine=engine("translation")))
    assert "Code has compared names and numbers with the minutes" in render_page(found, ())


def test_owner_and_days_of_a_translated_task_are_put_in_by_code(in_both):
    page = render_page(in_both, ())
    item = next(each for each in in_both.action_items if each.due_date and in_both.translation.of(each.task))
    line = next(line for line in page.splitlines() if line.startswith(f"- {in_both.translation.of(item.task)}"[:30]))
    assert item.owner in line
    assert f"tháng {item.due_date.month}" in line


def test_text_that_a_person_corrected_since_has_no_translation(in_both):
    item = in_both.decisions[0]
    changed = in_both.model_copy(update={"decisions": (item.model_copy(update={"text": "We sell in May"}),)})
    page = render_page(changed, ())
    assert '- "We sell in May": the text was changed after it was translated.' in page


def test_translation_comes_back_from_json(in_both):
    assert Minutes.model_validate(json.loads(in_both.model_dump_json())) == in_both


def test_reasons_are_told_in_the_language_of_the_page(in_both):
    reasons = [in_words(each.reason, wording_for("vi", "")) for each in in_both.translation.left_out]
    assert "không có lời dịch" in reasons


def test_config_wants_a_block_for_what_it_names():
    from configs.settings import Config

    with pytest.raises(ValueError, match="given with a block 'translation:', since enrichments name it"):
        Config.model_validate({"enrichments": ["translation"]})
    config = Config.model_validate({"enrichments": ["translation"], "translation": {"language": "vi"}})
    assert "translation" not in config.engines
    named = config.model_copy(update={"translation": TranslationChoice(language="vi", backend="seq2seq")})
    assert named.engines["translation"] == BackendChoice(backend="seq2seq")
