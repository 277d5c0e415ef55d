"""The page on pipelines, model classes and adapters: what it shows is run, and the code that it names is there."""

import ast
import re
import warnings
from pathlib import Path

import pytest
import torch

from tasks.engine.base import Device
from tasks.summarization.language_model import Reply, Request
from tasks.summarization.transformers_chat import TransformersChat
from tests.chat_weights_random import random_chat
from tests.lies import meetings
from tests.ner_weights import random_tagger

ROOT = Path(__file__).parent.parent
PAGES = {language: ROOT / "docs" / where for language, where in (("en", "pipelines.md"), ("vi", "vi/pipelines.md"))}
each_page = pytest.mark.parametrize("page", PAGES.values(), ids=PAGES)
NAMED = re.compile(r"`((?:tasks|flows|configs|benchmarks|tests)/[\w/]+\.py)(?::([\w.]+))?`")
CPU = Device("cpu", "test")


def blocks(page: Path) -> list[str]:
    return re.findall(r"```python\n(.*?)```", page.read_text(encoding="utf-8"), re.DOTALL)


def defined(path: Path, name: str) -> bool:
    """Whether a module has this class, function, method or constant."""
    body = ast.parse(path.read_text(encoding="utf-8")).body
    for part in name.split("."):
        found = [node for node in body if part in _names(node)]
        if not found:
            return False
        body = getattr(found[0], "body", [])
    return True


def _names(node: ast.stmt) -> list[str]:
    if isinstance(node, ast.Assign | ast.AnnAssign):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        return [target.id for target in targets if isinstance(target, ast.Name)]
    return [node.name] if isinstance(node, ast.ClassDef | ast.FunctionDef) else []


@pytest.mark.parametrize("page", sorted((ROOT / "docs").rglob("*.md")), ids=lambda page: page.stem)
def test_code_that_a_page_names_is_there(page):
    lost = [
        (file, name)
        for file, name in NAMED.findall(page.read_text(encoding="utf-8"))
        if not (ROOT / file).is_file() or (name and not defined(ROOT / file, name))
    ]
    assert lost == []


def test_both_pages_name_the_same_code_and_show_the_same():
    named, shown = ([set(NAMED.findall(page.read_text(encoding="utf-8"))), blocks(page)] for page in PAGES.values())
    assert named[0] == shown[0]
    assert [_code(block) for block in named[1]] == [_code(block) for block in shown[1]]


def _code(block: str) -> list[str]:
    return [line.split("  #")[0].rstrip() for line in block.splitlines()]


@pytest.fixture(scope="module")
def tiny(tmp_path_factory) -> Path:
    return random_chat(tmp_path_factory.mktemp("chat") / "tiny", "llama")


def test_pipeline_and_three_steps_by_hand_give_the_same(tmp_path):
    from transformers import BertForSequenceClassification, BertForTokenClassification

    folder = random_tagger(tmp_path, labels=("good", "bad"))
    tagger = BertForTokenClassification.from_pretrained(folder)
    BertForSequenceClassification(tagger.config).save_pretrained(folder)
    values = {"folder": folder, "texts": ["we met in Hanoi", "then we talk about the budget and the plan again"]}
    exec(blocks(PAGES["en"])[0], values)
    by_hand = [dict(zip(("good", "bad"), row, strict=True)) for row in values["shares"].tolist()]
    in_one_call = [{each["label"]: each["score"] for each in answer} for answer in values["one_call"]]
    for one, other in zip(by_hand, in_one_call, strict=True):
        assert one == pytest.approx(other, abs=1e-5)


def test_adapter_that_learnt_from_one_meeting_is_used(tiny, tmp_path):
    peft = pytest.importorskip("peft")
    warnings.simplefilter("ignore", FutureWarning)  # peft 0.21 asks transformers 5 by an old name
    assert peft
    said = "\n".join(part.text for part in meetings()["launch"].segments[:2])
    question = Request("You write minutes.", f"{said}\n", "In one sentence:", None, 40)
    options = {"model": str(tiny), "precision": "fp32", "threads": 1}
    wanted = "The launch is on the fourteenth."
    with TransformersChat(TransformersChat.Options(**options), CPU) as plain:
        [before] = plain.answer([question])
        opened = plain.model
        model = opened.decoder.model
        for parameter in model.parameters():
            parameter.requires_grad_(False)
        prompt = [*opened.prompt.shared(question), *opened.prompt.own(question)]
        end = model.generation_config.eos_token_id
        values = {
            "model": model,
            "prompt": prompt,
            "answer": [*opened.prompt.data(wanted), end],
            "steps": 25,
            "adapter": tmp_path,
        }
        with torch.random.fork_rng(devices=()), torch.inference_mode(mode=False):
            torch.manual_seed(0)
            exec(blocks(PAGES["en"])[1], values)
    with TransformersChat(TransformersChat.Options(**options, adapter=str(tmp_path)), CPU) as taught:
        [after] = taught.answer([question])
    assert isinstance(before, Reply)
    assert before.text != wanted
    assert after == Reply(wanted)
