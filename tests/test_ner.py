"""The `ner` backend on tiny classifiers of BERT's architecture: one with random weights, one that learnt a few sentences here."""

import json
import re
import shutil
from pathlib import Path

import numpy as np
import pytest
import torch
from pydantic import ValidationError
from safetensors.torch import load_file, save_file
from transformers.utils import logging as library_logging

from tasks.actions.ner import NerExtractor
from tasks.actions.ner_weights import kind_of
from tasks.actions.ner_windows import TextWindow, names_in
from tasks.actions.rules import find_by_rules
from tasks.engine.base import Device
from tasks.errors import ConfigError, DependencyError
from tasks.schema import EntityKind, Findings, Participant, Sidecar
from tests.builders import recording, segment, transcript
from tests.ner_weights import LABELS, random_tagger, sentences, taught_tagger
from tests.test_rules import find, meeting

CPU = Device("cpu", "test")


@pytest.fixture(scope="module", autouse=True)
def _one_quiet_thread():
    before = torch.get_num_threads()
    torch.set_num_threads(1)
    library_logging.disable_progress_bar()
    yield
    torch.set_num_threads(before)


@pytest.fixture(scope="module")
def taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return taught_tagger(tmp_path_factory.mktemp("taught"))


@pytest.fixture(scope="module")
def never_taught(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return random_tagger(tmp_path_factory.mktemp("random"))


@pytest.fixture
def untaught(never_taught: Path, tmp_path: Path) -> Path:
    """A copy that a test may damage."""
    return Path(shutil.copytree(never_taught, tmp_path / "random"))


def extractor(folder: Path, **options) -> NerExtractor:
    return NerExtractor(NerExtractor.Options(model=str(folder), threads=1, **options), CPU)


def extract(folder: Path, *lines: str, language="en", names=None, **options) -> Findings:
    return extractor(folder, **options).extract(meeting(*lines, language=language, names=names or {}))


def named(found: Findings) -> list[tuple[str, str]]:
    return [(entity.kind.value, entity.text) for entity in found.entities]


def true_names(said) -> list[str]:
    names: list[str] = []
    for words, labels in said:
        for word, label in zip(words, labels, strict=True):
            if label.startswith("B"):
                names.append(word)
            elif label.startswith("I"):
                names[-1] += f" {word}"
    return names


@pytest.mark.parametrize("window_tokens", [16, 17, 32, None])
def test_names_are_whole_wherever_windows_end(taught, window_tokens):
    said = sentences()[::9]
    text = " ".join(" ".join(words) for words, _ in said)
    found = extractor(taught, window_tokens=window_tokens).names(text)
    assert len(text.split()) > 64
    assert [text[name.start : name.end] for name in found] == true_names(said)


def test_a_word_of_several_tokens_is_one_name(taught):
    assert named(extract(taught, "A: we met Maria Lopez in Hanoi")) == [("person", "Maria Lopez"), ("place", "Hanoi")]


def test_a_person_whom_only_the_model_knows_may_own_a_task(taught):
    said = "A: Tom Baker will send the report"
    assert [item.owner for item in find(f"{said}.", names={}).action_items] == []
    (item,) = extract(taught, said).action_items
    assert (item.owner, item.owner_source, item.text) == ("Tom Baker", "named", "Send the report")


def test_a_person_of_another_house_owns_nothing(taught):
    assert extract(taught, "A: we met Tom Baker of Acme Corp", "A: Tom Baker will send the report").action_items == ()


def test_the_roster_comes_before_what_a_model_finds(taught):
    heard = meeting(
        "A: Tom Baker will send the report", names={}, roster=[Participant(name="Thomas A. Baker", aliases=("Tom Baker",))]
    )
    assert [item.owner for item in extractor(taught).extract(heard).action_items] == ["Thomas A. Baker"]


def test_vietnamese_names(taught):
    found = extract(
        taught, "A: Nguyễn Thị Lan sẽ gửi báo cáo cho Công Ty Sao Mai", "B: chúng ta gặp Trần Hùng ở Đà Nẵng", language="vi"
    )
    assert named(found) == [
        ("person", "Nguyễn Thị Lan"),
        ("organisation", "Công Ty Sao Mai"),
        ("person", "Trần Hùng"),
        ("place", "Đà Nẵng"),
    ]
    assert [(item.owner, item.text) for item in found.action_items] == [("Nguyễn Thị Lan", "Gửi báo cáo cho Công Ty Sao Mai")]


def test_an_entity_cites_every_segment_that_names_it_and_a_name_over_two_segments_both(taught):
    found = extract(taught, "A: we met Maria Lopez in Green", "+ Bay", "A: then Maria Lopez went to Acme Corp")
    assert [(entity.text, entity.segment_ids) for entity in found.entities] == [
        ("Maria Lopez", ("S0001", "S0003")),
        ("Green Bay", ("S0001", "S0002")),
        ("Acme Corp", ("S0003",)),
    ]


def test_ten_thousand_words_are_read_whole(taught):
    filler = "so we talk about the budget and the plan again " * 101
    lines = [f"A: {filler}" for _ in range(10)]
    lines = [*lines[:5], f"A: {filler} Tom Baker will send the report", *lines[5:]]
    heard = meeting(*lines, names={})
    assert sum(len(part.text.split()) for part in heard.segments) > 10_000
    found = extractor(taught, batch_size=64).extract(heard)
    assert [(entity.text, entity.segment_ids) for entity in found.entities] == [("Tom Baker", ("S0006",))]


@pytest.mark.parametrize("text", ["", "   "])
def test_a_text_without_words_has_no_names(untaught, text):
    assert extractor(untaught).names(text) == []


def test_an_empty_transcript_has_no_findings(untaught):
    found = extract(untaught)
    assert (found.action_items, found.entities, found.engine.backend) == ((), (), "ner")


def test_random_weights_harm_neither_quotes_nor_claims(untaught):
    lines = ["A: I will send the report by Friday.", "B: we met Maria Lopez in Hanoi, didn't we?"]
    found = extract(untaught, *lines, min_confidence=0.0, names={"A": "Anna"})
    said = " ".join(line.partition(": ")[2] for line in lines)
    assert [item.owner for item in found.action_items] == ["Anna"]
    assert all(entity.text in said for entity in found.entities)


def test_names_below_the_confidence_are_left_out(taught):
    assert named(extract(taught, "A: we met Maria Lopez in Hanoi", min_confidence=1.0)) == []


def test_the_same_comes_out_of_every_batch_size(taught):
    text = " ".join(" ".join(words) for words, _ in sentences()[::5])
    one, many = ([(n.start, n.end, n.kind) for n in extractor(taught, batch_size=size).names(text)] for size in (1, 16))
    assert one == many


def test_memory_that_runs_out_is_met_with_half_a_batch_and_said(taught, monkeypatch):
    model = extractor(taught, batch_size=4, window_tokens=16)
    forward = model.model.model.forward

    def small(input_ids, **rest):
        if len(input_ids) > 2:
            raise RuntimeError("DefaultCPUAllocator: can't allocate memory: you tried to allocate 1 bytes.")
        return forward(input_ids=input_ids, **rest)

    monkeypatch.setattr(model.model.model, "forward", small)
    found = model.extract(meeting("A: " + "we met Maria Lopez in Hanoi " * 12, names={}))
    assert [notice.message for notice in found.notices] == [
        "memory ran out on cpu with a batch of 4, so 2 were taken at once",
    ]
    assert ("person", "Maria Lopez") in named(found)


def test_the_engine_names_the_model_and_its_weights(untaught):
    engine = extract(untaught, "A: Hello.").engine
    assert (engine.backend, engine.model) == ("ner", str(untaught))
    assert re.search(r"sha256 [0-9a-f]{64}", engine.revision)


@pytest.mark.parametrize(
    ("label", "expected"),
    [
        ("B-PER", (EntityKind.PERSON, True)),
        ("I-PERSON", (EntityKind.PERSON, False)),
        ("PERSON", (EntityKind.PERSON, False)),
        ("B-ORGANIZATION", (EntityKind.ORGANISATION, True)),
        ("I-LOC", (EntityKind.PLACE, False)),
        ("I-LOCATION", (EntityKind.PLACE, False)),
        ("B-PRODUCT", (EntityKind.PRODUCT, True)),
        ("B-MISC", None),
        ("O", None),
        ("LABEL_0", None),
    ],
)
def test_labels_of_many_models_are_understood(label, expected):
    assert kind_of(label) == expected


def test_two_names_side_by_side_stay_two():
    text = "Tom Maria came"
    rows = np.zeros((5, len(LABELS)), dtype=np.float32)
    for place, label in enumerate(("O", "B-PER", "B-PER", "O", "O")):
        rows[place, LABELS.index(label)] = 1
    window = TextWindow((2, 7, 8, 9, 3), ((0, 0), (0, 3), (4, 9), (10, 14), (0, 0)))
    found = names_in(text, [window], [rows], [kind_of(label) for label in LABELS])
    assert [text[name.start : name.end] for name in found] == ["Tom", "Maria"]


def test_a_word_is_judged_in_the_window_where_it_is_farthest_from_an_end():
    text = "we met Tom there"
    places = ((0, 2), (3, 6), (7, 10), (11, 16))
    windows = [TextWindow((5, 6, 7), places[:3]), TextWindow((5, 6, 7, 8), places)]
    unsure, sure = (np.zeros((size, len(LABELS)), dtype=np.float32) for size in (3, 4))
    unsure[:, 0] = sure[:, 0] = 0.5
    sure[2, LABELS.index("B-PER")] = 0.9  # the last word of the first window, inside the second
    for order in (1, -1):
        found = names_in(text, windows[::order], [unsure, sure][::order], [kind_of(label) for label in LABELS])
        assert [text[name.start : name.end] for name in found] == ["Tom"]


def change(folder: Path, **values: object) -> None:
    config = json.loads((folder / "config.json").read_text(encoding="utf-8"))
    (folder / "config.json").write_text(json.dumps(config | values), encoding="utf-8")


def test_a_model_for_something_else_is_refused(untaught):
    change(untaught, architectures=["BertForMaskedLM"])
    with pytest.raises(ConfigError, match=r"of the type 'bert' made for BertForMaskedLM, and not one that finds names"):
        extractor(untaught)


def test_missing_weights_are_refused(untaught):
    weights = load_file(untaught / "model.safetensors")
    weights.pop("classifier.weight")
    save_file(weights, untaught / "model.safetensors", metadata={"format": "pt"})
    with pytest.raises(DependencyError, match=r"it lacks 1 weights, among them 'classifier.weight'"):
        extractor(untaught)


def test_a_folder_with_pickled_weights_only_is_refused(untaught):
    (untaught / "model.safetensors").rename(untaught / "pytorch_model.bin")
    with pytest.raises(DependencyError, match=r"no weights as safetensors"):
        extractor(untaught)


def test_a_model_without_a_label_for_persons_is_refused(tmp_path):
    folder = random_tagger(tmp_path / "verbs", labels=("O", "VERB", "NOUN"))
    with pytest.raises(ConfigError, match=r"has no label for persons; its labels are O, VERB, NOUN"):
        extractor(folder)


def test_damaged_weights_and_a_missing_folder_are_refused(untaught, tmp_path):
    with pytest.raises(DependencyError, match="there is no folder"):
        extractor(tmp_path / "nowhere")
    (untaught / "model.safetensors").write_bytes(b"not a model")
    with pytest.raises(DependencyError, match="the model cannot be used"):
        extractor(untaught)


def test_an_unpinned_hub_id_is_refused():
    with pytest.raises(ValidationError, match=r"revision with the commit of 'someone/ner-model' that you checked"):
        NerExtractor.Options(model="someone/ner-model")
    with pytest.raises(ValidationError, match=r"model with a Hub id such as dslim/bert-base-NER"):
        NerExtractor.Options(model="ner-model")
    (need,) = NerExtractor.models(NerExtractor.Options())
    assert re.fullmatch(r"[0-9a-f]{40}", need.revision)


def test_a_hub_model_that_was_not_fetched_is_not_fetched_now():
    with pytest.raises(DependencyError, match=r"minutes models pull"):
        NerExtractor(NerExtractor.Options(), CPU)


KNOWN = Sidecar(
    participants=(Participant(name="Robert Smith", aliases=("Bob",)),),
    vocabulary=("Blue River Bank", "Elm Street", "Kubernetes", "retrospective", "Bob"),
)


def test_without_a_model_people_dates_and_the_vocabulary_are_entities():
    lines = (
        "Bob will call Blue River Bank by Friday.",
        "Thanks, Maria. The retrospective is in Elm Street, soon.",
        "Robert, what is kubernetes?",
    )
    heard = transcript(*(segment(number, line) for number, line in enumerate(lines, start=1)), recording=recording(sidecar=KNOWN))
    assert [(entity.kind.value, entity.text, entity.segment_ids) for entity in find_by_rules(heard, detector=None).entities] == [
        ("person", "Robert Smith", ("S0001", "S0003")),
        ("date", "by Friday", ("S0001",)),
        ("organisation", "Blue River Bank", ("S0001",)),
        ("person", "Maria", ("S0002",)),
        ("place", "Elm Street", ("S0002",)),
        ("product", "Kubernetes", ("S0003",)),
    ]
