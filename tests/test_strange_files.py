"""Models made by somebody hostile: templates that never end, tokenizers that fill the memory, files of any size."""

import pytest

from tasks.errors import DependencyError
from tasks.models import strange_files
from tasks.models.pretrained import load_pretrained
from tasks.models.strange_files import require_bearable_files, require_ending_template

MESSAGES = [{"role": "user", "content": "hello"}]
NESTED = "".join(f"{{% for a{n} in range(99999) %}}" for n in range(5)) + "x" + "{% endfor %}" * 5
DOUBLING = "{% set ns = namespace(x='x') %}{% for a in range(99) %}{% set ns.x = ns.x ~ ns.x %}{% endfor %}{{ ns.x }}"
RECURSIVE = "{% macro f(n) %}{{ f(n) }}{{ f(n) }}{% endmacro %}{{ f(1) }}"


@pytest.mark.parametrize(
    "template", [pytest.param(NESTED, marks=pytest.mark.slow), DOUBLING, "{{ 'x' * 2000000 }}"], ids=["loops", "memory", "length"]
)
def test_a_template_without_an_end_is_refused_in_one_sentence(template):
    with pytest.raises(
        DependencyError, match=r"^there: has a chat template that does not come to an end\. Choose another"
    ) as caught:
        require_ending_template(template, MESSAGES, {}, "there")
    assert "\n" not in str(caught.value)


@pytest.mark.parametrize(
    "template",
    [
        "{% for m in messages %}<|{{ m.role }}|>{{ m.content | tojson }}{% endfor %}{{ strftime_now('%d') }}",
        "{{ raise_exception('no system message') }}",
        "{% for m in messages %}{% if loop.first %}{% continue %}{% endif %}{% endfor %}{{ bos_token }}",
        RECURSIVE,
        "{{ no.such.thing }}",
    ],
    ids=["plain", "refusing", "loop controls", "recursion", "wrong"],
)
def test_a_template_that_ends_is_left_to_the_library(template):
    require_ending_template(template, MESSAGES, {"enable_thinking": False}, "there")


def test_no_model_of_transformers_is_opened_beside_a_file_that_is_too_large(tmp_path):
    with (tmp_path / "tokenizer.json").open("wb") as file:
        file.truncate(1 << 40)
    with pytest.raises(DependencyError, match="which no model needs"):
        load_pretrained("AutoModelForSeq2SeqLM", tmp_path, "float32", lambda folder, why: DependencyError(why))


@pytest.mark.parametrize(
    "name", ["tokenizer.json", "vocab.json", "merges.txt", "tokenizer.model", "config.json", "chat_template.jinja"]
)
def test_a_file_that_is_parsed_may_not_have_any_size(tmp_path, monkeypatch, name):
    monkeypatch.setattr(strange_files, "_MOST_BYTES", 1 << 20)
    with (tmp_path / "model.safetensors").open("wb") as weights:
        weights.truncate(1 << 40)
    require_bearable_files(tmp_path)
    with (tmp_path / name).open("wb") as file:
        file.truncate(3 << 20)
    with pytest.raises(DependencyError, match=rf"its '{name}' has 3 MB, more than 1 MB, which no model needs"):
        require_bearable_files(tmp_path)
