"""A guess of the mood of each topic: by the pipeline of transformers, on the page as what it is."""

import pytest
import torch
from transformers import BertConfig, BertForSequenceClassification

from tasks.engine.base import BackendChoice, Device
from tasks.errors import DependencyError
from tasks.job import Job
from tasks.report.html_page import render_html
from tasks.report.markdown import render_page
from tasks.schema import Minutes, Moods, Topic, TopicMood
from tasks.sentiment.mood import likeliest, with_moods
from tasks.sentiment.stage import add_moods, sense_moods
from tasks.sentiment.text_classification import TextClassification
from tasks.store import Ref
from tests.builders import engine, evidence, quiet_run, segment, transcript
from tests.ner_weights import tokenizer
from tests.test_markdown import minutes

CPU = Device("cpu", "test")
GLAD, SAD = "we are glad and happy about the good news", "we are sad and sorry about the bad news"
TALK = transcript(segment(1, GLAD), segment(2, GLAD), segment(3, SAD), segment(4, SAD))
TOPICS = (
    Topic(title="News", text=GLAD, start_s=0.0, end_s=20.0, evidence=evidence("S0001")),
    Topic(title="Rain", text=SAD, start_s=20.0, end_s=60.0, evidence=evidence("S0003")),
)
MEETING = minutes(topics=TOPICS)


@pytest.fixture(scope="module")
def taught(tmp_path_factory) -> str:
    """A classifier of BERT's true architecture that has learnt these two sentences, in a second."""
    folder = tmp_path_factory.mktemp("moods")
    pieces = tokenizer(sorted({*GLAD.split(), *SAD.split()}))
    labels = {0: "positive", 1: "negative"}
    config = BertConfig(
        vocab_size=len(pieces),
        hidden_size=32,
        num_hidden_layers=1,
        num_attention_heads=2,
        intermediate_size=64,
        max_position_embeddings=64,
        id2label=labels,
        label2id={label: number for number, label in labels.items()},
    )
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(0)
        model = BertForSequenceClassification(config)
        batch = pieces([GLAD, SAD], padding=True, return_tensors="pt")
        optimiser = torch.optim.AdamW(model.parameters(), lr=5e-3)
        for _ in range(30):
            loss = model(**batch, labels=torch.tensor([0, 1])).loss
            optimiser.zero_grad()
            loss.backward()
            optimiser.step()
    model.save_pretrained(folder)
    pieces.save_pretrained(folder)
    return str(folder)


@pytest.fixture
def job(tmp_path) -> Job:
    return Job(path="talk.flac", out=str(tmp_path), device=CPU)


def kept(job: Job, stage: str, value) -> Ref:
    return Ref.to(stage, job.store.save(stage, "0" * 32, value), value, cached=False, seconds=0.0)


def moods_of(job: Job, content: Minutes, model: str) -> Minutes:
    run, before = quiet_run(), kept(job, "minutes", content)
    choice = BackendChoice(backend="text-classification", options={"model": model})
    with run.pool:
        made = sense_moods(job, run, kept(job, "transcript", TALK), before, choice)
        return add_moods(job, run, before, made).load(Minutes)


def test_each_topic_has_the_mood_of_its_words(job, taught):
    found = moods_of(job, MEETING, taught)
    assert [(mood.start_s, mood.end_s, mood.label) for mood in found.moods] == [(0, 20, "positive"), (20, 60, "negative")]
    assert all(mood.share > 0.8 for mood in found.moods)
    assert [each.stage for each in found.engines].count("sentiment") == 1
    assert found.status is MEETING.status


def test_longer_passages_count_more():
    label, share = likeliest(["x" * 30, "x" * 10], [{"a": 0.6, "b": 0.4}, {"a": 0.0, "b": 1.0}])
    assert (label, share) == ("b", pytest.approx((30 * 0.4 + 10) / 40))


def test_minutes_without_topics_say_so(job, taught):
    found = moods_of(job, minutes(topics=()), taught)
    assert found.moods == ()
    assert "there are no topics whose mood could be guessed" in [str(notice) for notice in found.warnings]


def test_lost_model_leaves_the_minutes_as_they_are(job, tmp_path):
    found = moods_of(job, MEETING, str(tmp_path / "gone"))
    assert found.moods == ()
    assert any(str(notice).startswith("sentiment failed, so topics have no mood") for notice in found.warnings)


def test_model_for_something_else_is_refused(tmp_path):
    with pytest.raises(DependencyError, match="is no text classification model that can be loaded"):
        TextClassification(TextClassification.Options(model=str(tmp_path)), CPU)


def test_pages_show_the_mood_as_a_guess_about_words():
    moods = (
        TopicMood(start_s=0, end_s=20, label="positive", share=0.91),
        TopicMood(start_s=20, end_s=60, label="sad", share=0.7),
    )
    found = with_moods(MEETING, Moods(moods=moods, engine=engine("sentiment", model="acme/moods")))
    page, html = render_page(found, ()), render_html(found, TALK, ())
    for shown in (page, html):
        assert "mood: positive, 91 %" in shown
        assert "are a guess of acme/moods about written words" in shown
    assert html.count("<title>mood:") == 2
    assert 'class="m0" d="M0.0 0H333.3V10H0.0z"' in html
    assert "moods" not in render_html(MEETING, TALK, ()).split("</style>")[1]
