"""What a precision costs on this processor: `python benchmarks/bits.py --layers 12 --hidden 768 --prompt 500 --tokens 40`.

A Qwen3 with random weights, which cost what trained ones cost, reads a prompt and writes after it in each precision that the
engine `transformers` has, in turns. On processors with AVX512-BF16 bitsandbytes packs nf4 anew and has kernels for it; there nf4
is measured packed, and plain as on all others. The first turn, which packs, is not counted. What stands there are medians of the
other turns, by the clock and by the time that the processors spent, since machines are shared.
"""

import argparse
import sys
import tempfile
from collections import defaultdict
from importlib.metadata import version
from pathlib import Path
from statistics import median
from time import perf_counter, process_time
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))
from tasks.models.cpu_threads import own_cores, wait_idly
from tasks.models.processor import processor_line

PRECISIONS = [("none", "fp32"), ("none", "bf16"), ("int8", "fp32"), ("int8", "bf16"), ("nf4", "fp32"), ("nf4", "bf16")]
PACKS = "support_avx512bf16_for_cpu"
"""An attribute of bitsandbytes' layers of 4 bits."""


class Turn(NamedTuple):
    """Seconds by the clock and of the processors, for the prompt and for the answer."""

    read_s: float
    read_cpu_s: float
    write_s: float
    write_cpu_s: float


def main() -> None:
    """Print the table."""
    asked = _arguments()
    wait_idly()
    import torch

    torch.set_num_threads(asked.threads)
    with tempfile.TemporaryDirectory() as scratch:
        models = _models(_folder(Path(scratch), asked))
        turns = _measure(list(models.values()), asked)
    print(f"{asked.threads} threads on {own_cores()} cores, {processor_line()}")
    print(f"torch {torch.__version__}, transformers {version('transformers')}, bitsandbytes {version('bitsandbytes')}")
    size = sum(parameter.numel() for parameter in models["none fp32"].parameters())
    print(f"Qwen3 of {size / 1e6:.0f} M parameters; {asked.prompt} tokens read, {asked.tokens} written, {asked.turns} turns\n")
    print(f"{'':18}{'MB':>6}{'read/s':>9}{'by CPU':>9}{'written/s':>11}{'by CPU':>9}")
    for (name, model), found in zip(models.items(), turns, strict=True):
        turn = Turn(*map(median, zip(*found, strict=True)))
        read, written = (
            [asked.prompt / turn.read_s, asked.prompt / turn.read_cpu_s],
            [asked.tokens / turn.write_s, asked.tokens / turn.write_cpu_s],
        )
        print(f"{name:18}{_megabytes(model):6.0f}{read[0]:9.0f}{read[1]:9.0f}{written[0]:11.1f}{written[1]:9.1f}")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    sizes = dict(layers=12, hidden=768, vocabulary=32000, prompt=500, tokens=40, turns=5, threads=own_cores())
    for name, default in sizes.items():
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def _folder(scratch: Path, asked: argparse.Namespace) -> Path:
    from tests.chat_weights_random import random_chat

    return random_chat(
        scratch / "model",
        vocab_size=asked.vocabulary,
        hidden_size=asked.hidden,
        intermediate_size=4 * asked.hidden,
        num_hidden_layers=asked.layers,
        num_attention_heads=asked.hidden // 64,
        num_key_value_heads=max(1, asked.hidden // 256),
        head_dim=64,
    )


def _models(folder: Path) -> dict[str, Any]:
    from tasks.summarization.language_models.weights import Weights, load_chat

    models = {}
    for bits, precision in PRECISIONS:
        name = f"{bits} {precision}"
        models[name], _ = load_chat(Weights(folder, None, precision, bits, "cpu"))
        if any(getattr(layer, PACKS, False) for layer in models[name].modules()):
            models[f"{name} packed"] = models.pop(name)
            models[f"{name} plain"], _ = load_chat(Weights(folder, None, precision, bits, "cpu"))
            for layer in models[f"{name} plain"].modules():
                if hasattr(layer, PACKS):
                    setattr(layer, PACKS, False)
    return models


def _measure(models: list[Any], asked: argparse.Namespace) -> list[list[Turn]]:
    """The turns of each model, which take turns."""
    found = defaultdict(list)
    for _ in range(asked.turns + 1):
        for index, model in enumerate(models):
            found[index].append(_turn(model, asked))
    return [found[index][1:] for index in range(len(models))]


def _turn(model: Any, asked: argparse.Namespace) -> Turn:
    import torch

    tokens = torch.arange(asked.prompt)[None] % 500 + 20
    with torch.inference_mode():
        start = perf_counter(), process_time()
        out = model(tokens, use_cache=True, logits_to_keep=1)
        middle = perf_counter(), process_time()
        for _ in range(asked.tokens):
            out = model(out.logits[:, -1:].argmax(-1), past_key_values=out.past_key_values, use_cache=True)
        end = perf_counter(), process_time()
    return Turn(middle[0] - start[0], middle[1] - start[1], end[0] - middle[0], end[1] - middle[1])


def _megabytes(model: Any) -> float:
    held = {value.data_ptr(): value.numel() * value.element_size() for value in (*model.parameters(), *model.buffers())}
    return sum(held.values()) / 1e6


if __name__ == "__main__":
    main()
