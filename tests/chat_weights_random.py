"""Instruct models of the true architectures with random weights: they babble, but through every piece of the real thing.

The folder is as on the Hub: safetensors, a byte-level tokenizer trained on a few words, control tokens and a chat template.
"""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

import torch
from tokenizers import Tokenizer, decoders, models, pre_tokenizers, trainers
from transformers import (
    Gemma3ForCausalLM,
    Gemma3TextConfig,
    LlamaConfig,
    LlamaForCausalLM,
    PreTrainedTokenizerFast,
    Qwen3Config,
    Qwen3ForCausalLM,
)

SPECIAL = (
    "<|endoftext|>",
    "<|im_start|>",
    "<|im_end|>",
    "<start_of_turn>",
    "<end_of_turn>",
    "<s>",
    "</s>",
    "[INST]",
    "[/INST]",
    "<|start_header_id|>",
    "<|end_header_id|>",
    "<|eot_id|>",
)
MARKS = ("<think>", "</think>")
"""Added but not special, as in Qwen3."""
CHATML = (
    "{% for message in messages %}<|im_start|>{{ message.role }}\n{{ message.content }}<|im_end|>\n{% endfor %}"
    "{% if add_generation_prompt %}<|im_start|>assistant\n"
    "{% if enable_thinking is false %}<think>\n\n</think>\n\n{% endif %}{% endif %}"
)
NO_SYSTEM = (
    "{% for message in messages %}{% if message.role == 'system' %}{{ raise_exception('System role not supported') }}{% endif %}"
    "<start_of_turn>{{ message.role }}\n{{ message.content | trim }}<end_of_turn>\n{% endfor %}<start_of_turn>model\n"
)
_SIZE = dict(hidden_size=64, intermediate_size=64, num_hidden_layers=2, num_attention_heads=4, num_key_value_heads=2, head_dim=16)
_KINDS = {
    "qwen3": (Qwen3Config, Qwen3ForCausalLM, CHATML, {"tie_word_embeddings": True}),
    "llama": (LlamaConfig, LlamaForCausalLM, CHATML, {}),
    "gemma3": (
        Gemma3TextConfig,
        Gemma3ForCausalLM,
        NO_SYSTEM,
        {"sliding_window": 16, "layer_types": ["sliding_attention", "full_attention"]},
    ),
}
_TEXT = (
    'The committee decided to buy new chairs. An will call the carpenter by Friday. {"topics":[{"segments":["S0001"],"text":"',
    '"title":"","quote":"","owner":null,"due":null}],"summary":[]} "decisions" "action_items" "open_questions"',
    "Chào buổi sáng, hôm nay chúng ta họp về ngân sách. Nguyễn Thị Minh Khai sẽ gửi báo cáo trước thứ Sáu.",
)


def random_chat(folder: Path, kind: str = "qwen3", texts: Sequence[str] = _TEXT, vocabulary: int = 600, **config: Any) -> Path:
    """Save a model of a kind (qwen3, llama or gemma3), by default of some 80 000 parameters in layers whose 4 bits can be packed.

    Args:
        texts: what the tokenizer learns its words from, `vocabulary` at most.
        config: fields of the model's configuration, e.g. `hidden_size=768`.
    """
    make_config, make_model, template, own = _KINDS[kind]
    tokenizer = _tokenizer(texts, vocabulary, template)
    settings = {"max_position_embeddings": 8192, **_SIZE, **own, "vocab_size": len(tokenizer) + 8} | config
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(0)
        model = make_model(make_config(**settings, **_numbers(tokenizer)))
        for name, parameter in model.named_parameters():
            if parameter.ndim > 1:
                parameter.data.normal_(0, 1.0 if "embed" in name else 1.5 / parameter.shape[1] ** 0.5)
    model.save_pretrained(folder)
    tokenizer.save_pretrained(folder)
    return folder


def _tokenizer(texts: Sequence[str], vocabulary: int, template: str) -> PreTrainedTokenizerFast:
    backend = Tokenizer(models.BPE())
    backend.pre_tokenizer = pre_tokenizers.ByteLevel(add_prefix_space=False)
    backend.decoder = decoders.ByteLevel()
    trainer = trainers.BpeTrainer(
        vocab_size=vocabulary,
        special_tokens=list(SPECIAL),
        initial_alphabet=pre_tokenizers.ByteLevel.alphabet(),
        show_progress=False,
    )
    backend.train_from_iterator(texts, trainer)
    tokenizer = PreTrainedTokenizerFast(
        tokenizer_object=backend,
        bos_token="<s>",
        eos_token="<|im_end|>",
        pad_token="<|endoftext|>",
        additional_special_tokens=list(SPECIAL),
        chat_template=template,
    )
    tokenizer.add_tokens(list(MARKS))
    return tokenizer


def _numbers(tokenizer: PreTrainedTokenizerFast) -> dict[str, Any]:
    return {
        "bos_token_id": tokenizer.bos_token_id,
        "eos_token_id": tokenizer.eos_token_id,
        "pad_token_id": tokenizer.pad_token_id,
    }
