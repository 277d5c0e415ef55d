"""A checkpoint of openai-whisper as a Hugging Face folder: the same weights under other names, its tokenizer, its settings.

{"dims": {"n_mels": 80, "n_audio_state": 384, ...}, "model_state_dict": {"encoder.blocks.0.attn.query.weight": ..., ...}}
"""

import re
from pathlib import Path
from typing import Any

from tasks.models.whisper_weights import load_weights

_RENAMED = (
    (r"\.blocks\.", ".layers."),
    (r"\.mlp\.0\.", ".fc1."),
    (r"\.mlp\.2\.", ".fc2."),
    (r"\.mlp_ln\.", ".final_layer_norm."),
    (r"\.cross_attn_ln\.", ".encoder_attn_layer_norm."),
    (r"\.attn_ln\.", ".self_attn_layer_norm."),
    (r"\.cross_attn\.", ".encoder_attn."),
    (r"\.attn\.", ".self_attn."),
    (r"attn\.(query|key|value)\.", lambda found: f"attn.{found[1][0]}_proj."),
    (r"attn\.out\.", "attn.out_proj."),
    (r"\.token_embedding\.", ".embed_tokens."),
    (r"\.positional_embedding$", ".embed_positions.weight"),
    (r"\.ln_post\.", ".layer_norm."),
    (r"^decoder\.ln\.", "decoder.layer_norm."),
)
"""What openai-whisper and transformers call the same thing."""
_MULTILINGUAL_VOCABULARY = 51865
_MAX_INITIAL_TIMESTAMP = 50
"""In steps of 20 ms: the first word begins within a second, as in openai-whisper."""


def to_hugging_face(source: Path, folder: Path) -> None:
    """Write the checkpoint as a folder that `from_pretrained` of transformers loads: safetensors, configuration, tokenizer."""
    loaded = load_weights(str(source))
    from transformers import WhisperFeatureExtractor, WhisperForConditionalGeneration

    dims, tokenizer = loaded.dims, _tokenizer(loaded.dims.n_vocab)
    weights = {_renamed(name): tensor for name, tensor in loaded.state_dict().items()}
    model = WhisperForConditionalGeneration(_config(dims, tokenizer)).to(loaded.decoder.token_embedding.weight.dtype)
    model.load_state_dict(weights | {"proj_out.weight": weights["model.decoder.embed_tokens.weight"]})
    model.generation_config = _generation(loaded, tokenizer)
    model.save_pretrained(folder)
    WhisperFeatureExtractor(feature_size=dims.n_mels).save_pretrained(folder)
    _hugging_face_tokenizer(tokenizer).save_pretrained(folder)


def _renamed(name: str) -> str:
    for pattern, replacement in _RENAMED:
        name = re.sub(pattern, replacement, name)
    return f"model.{name}"


def _tokenizer(vocabulary: int) -> Any:
    """The tokenizer of openai-whisper that goes with a vocabulary of this size."""
    from whisper.tokenizer import get_tokenizer

    multilingual = vocabulary >= _MULTILINGUAL_VOCABULARY
    return get_tokenizer(multilingual, num_languages=vocabulary - 51765 - multilingual)


def _config(dims: Any, tokenizer: Any) -> Any:
    from transformers import WhisperConfig

    return WhisperConfig(
        vocab_size=dims.n_vocab,
        num_mel_bins=dims.n_mels,
        d_model=dims.n_audio_state,
        max_source_positions=dims.n_audio_ctx,
        max_target_positions=dims.n_text_ctx,
        encoder_layers=dims.n_audio_layer,
        encoder_attention_heads=dims.n_audio_head,
        encoder_ffn_dim=4 * dims.n_audio_state,
        decoder_layers=dims.n_text_layer,
        decoder_attention_heads=dims.n_text_head,
        decoder_ffn_dim=4 * dims.n_text_state,
        decoder_start_token_id=tokenizer.sot,
        bos_token_id=tokenizer.eot,
        eos_token_id=tokenizer.eot,
        pad_token_id=tokenizer.eot,
    )


def _generation(model: Any, tokenizer: Any) -> Any:
    """What transformers and the converter of CTranslate2 read besides the weights."""
    from transformers import GenerationConfig

    special = [tokenizer.transcribe, tokenizer.translate, tokenizer.sot, tokenizer.sot_prev, tokenizer.sot_lm]
    settings: dict[str, Any] = {
        "decoder_start_token_id": tokenizer.sot,
        "bos_token_id": tokenizer.eot,
        "eos_token_id": tokenizer.eot,
        "pad_token_id": tokenizer.eot,
        "prev_sot_token_id": tokenizer.sot_prev,
        "no_timestamps_token_id": tokenizer.no_timestamps,
        "max_length": model.dims.n_text_ctx,
        "max_initial_timestamp_index": _MAX_INITIAL_TIMESTAMP,
        "suppress_tokens": sorted({*tokenizer.non_speech_tokens, *special, tokenizer.no_speech}),
        "begin_suppress_tokens": [tokenizer.encode(" ")[0], tokenizer.eot],
        "alignment_heads": model.alignment_heads.nonzero().tolist(),
        "is_multilingual": tokenizer.language is not None,
    }
    if tokenizer.language is not None:
        languages = dict(zip(tokenizer.all_language_codes, tokenizer.all_language_tokens, strict=True))
        settings["lang_to_id"] = {f"<|{code}|>": token for code, token in languages.items()}
        settings["task_to_id"] = {"transcribe": tokenizer.transcribe, "translate": tokenizer.translate}
    return GenerationConfig(**settings)


def _hugging_face_tokenizer(tokenizer: Any) -> Any:
    """The same tokens with the same numbers. A token may come from any pair that tiktoken would join, so each pair is a merge."""
    from transformers import WhisperTokenizer
    from transformers.convert_slow_tokenizer import bytes_to_unicode

    ranks, letters = tokenizer.encoding._mergeable_ranks, bytes_to_unicode()
    spelled = {token: "".join(letters[byte] for byte in token) for token in ranks}
    merges = [
        (spelled[token[:cut]], spelled[token[cut:]])
        for token in sorted(ranks, key=ranks.__getitem__)
        for cut in range(1, len(token))
        if token[:cut] in ranks and token[cut:] in ranks
    ]
    special = sorted(tokenizer.encoding._special_tokens.items(), key=lambda item: item[1])
    made = WhisperTokenizer(vocab={spelled[token]: rank for token, rank in ranks.items()}, merges=merges)
    made.add_tokens([text for text, _ in special], special_tokens=True)
    return made
