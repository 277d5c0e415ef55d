"""A translation model of BART's true architecture with random weights: it writes fluent nonsense, in the words that it was given.

The folder is as on the Hub: safetensors, a tokenizer, no code.
"""

from collections.abc import Sequence
from pathlib import Path

import torch
from tokenizers import Tokenizer, pre_tokenizers, processors
from tokenizers.models import WordLevel
from transformers import BartConfig, BartForConditionalGeneration, PreTrainedTokenizerFast

SPECIAL = ("<s>", "<pad>", "</s>", "<unk>")


def random_translator(folder: Path, texts: Sequence[str], seed: int = 0) -> Path:
    """Save a model that knows the words of these texts, and nothing about them."""
    words = dict.fromkeys([*SPECIAL, *(word for text in texts for word in text.split())])
    tokenizer = Tokenizer(WordLevel({word: number for number, word in enumerate(words)}, unk_token="<unk>"))
    tokenizer.pre_tokenizer = pre_tokenizers.WhitespaceSplit()
    tokenizer.post_processor = processors.TemplateProcessing(single="<s> $A </s>", special_tokens=[("<s>", 0), ("</s>", 2)])
    made = PreTrainedTokenizerFast(
        tokenizer_object=tokenizer, bos_token="<s>", pad_token="<pad>", eos_token="</s>", unk_token="<unk>", model_max_length=128
    )
    config = BartConfig(
        vocab_size=len(words),
        d_model=32,
        encoder_layers=1,
        decoder_layers=1,
        encoder_attention_heads=2,
        decoder_attention_heads=2,
        encoder_ffn_dim=64,
        decoder_ffn_dim=64,
        max_position_embeddings=256,
    )
    with torch.random.fork_rng(devices=()):
        torch.manual_seed(seed)
        model = BartForConditionalGeneration(config)
        for parameter in model.parameters():
            if parameter.ndim > 1:
                parameter.data.normal_(0, 0.5)
    model.save_pretrained(folder)
    made.save_pretrained(folder)
    return folder
