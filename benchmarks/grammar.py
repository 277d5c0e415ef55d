"""What it costs to hold a model to its schema: `python benchmarks/grammar.py --layers 12 --hidden 768 --tokens 200`.

A Qwen3 with random weights writes with the mask and without it, in turns, on the same prompt; random weights cost what trained
ones cost. Without the mask the answer is whatever comes, of as many tokens as asked for. Both times include reading the prompt
for each answer. The time of the mask alone is taken as well, since the difference of two runs drowns in the noise of a machine.
The tokenizer learns its words from the sources of Python.
"""

import argparse
import os
import sys
import tempfile
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any

sys.path.insert(0, str(Path(__file__).parent.parent))
from tasks.models.cpu_threads import wait_idly
from tasks.models.processor import processor_line

ROUNDS = 3
SEGMENTS = 60


def main() -> None:
    """Print the table."""
    asked = _arguments()
    wait_idly()
    import torch

    from tasks.summarization.draft import Facts, draft_schema

    torch.set_num_threads(asked.threads)
    with tempfile.TemporaryDirectory() as scratch:
        model, tokenizer = _model(Path(scratch), asked)
        parameters = sum(parameter.numel() for parameter in model.parameters())
        schema = draft_schema(Facts, [f"S{number:04d}" for number in range(1, SEGMENTS + 1)], ("An", "Minh Khai"), 8)
        held, free, mask, tokens = _measure(model, tokenizer, schema, asked)
    print(f"{processor_line()}, {os.cpu_count()} cores, {asked.threads} threads")
    print(f"torch {torch.__version__}, transformers {version('transformers')}, llguidance {version('llguidance')}")
    print(f"Qwen3 of {parameters / 1e6:.0f} M parameters, vocabulary {asked.vocabulary}, batch {asked.batch}, fp32")
    print(f"\n{'':28}{'s':>8}{'ms/token':>10}")
    for name, seconds in (("with the mask", held), ("without", free), ("of which the mask", mask)):
        print(f"{name:28}{seconds:8.2f}{1000 * seconds / tokens:10.2f}")
    print(f"\n{tokens} steps; the mask takes {100 * mask / held:.2f} % of the time with it")


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    for name, default in dict(layers=12, hidden=768, vocabulary=32000, tokens=200, batch=1, threads=1, prompt=500).items():
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def _model(folder: Path, asked: argparse.Namespace) -> tuple[Any, Any]:
    from tasks.summarization.language_models.weights import Weights, load_chat
    from tests.chat_weights_random import random_chat

    random_chat(
        folder / "model",
        texts=[path.read_text(encoding="utf-8") for path in sorted(Path(os.__file__).parent.glob("*.py"))],
        vocabulary=asked.vocabulary - 8,
        vocab_size=asked.vocabulary,
        hidden_size=asked.hidden,
        intermediate_size=3 * asked.hidden,
        num_hidden_layers=asked.layers,
        num_attention_heads=asked.hidden // 64,
        num_key_value_heads=max(1, asked.hidden // 256),
        head_dim=64,
    )
    return load_chat(Weights(folder / "model", None, "fp32", "none", "cpu"))


def _measure(model: Any, tokenizer: Any, schema: dict[str, Any], asked: argparse.Namespace) -> tuple[float, float, float, int]:
    """Seconds of decoding with the mask, without it, and of the mask alone, and the number of steps."""
    import torch

    from tasks.summarization.language_models.decoding import ChatDecoder, PendingAnswer
    from tasks.summarization.language_models.grammar import Grammars, Writing

    class Timed(Grammars):
        spent = 0.0

        def allowed(self, writings: Any) -> Any:
            started = perf_counter()
            found = super().allowed(writings)
            self.spent += perf_counter() - started
            return found

    class Free(Writing):
        done = False

        def add(self, token: int) -> None:
            self.tokens.append(token)

    class Unheld(Grammars):
        def allowed(self, writings: Any) -> Any:
            return torch.ones(len(writings), asked.vocabulary, dtype=torch.bool)

        def begin(self, schema: Any) -> Writing:
            return Free(None)

    prompt = [number % (len(tokenizer) - 100) + 50 for number in range(asked.prompt)]
    timed, unheld = Timed(tokenizer, asked.vocabulary), Unheld(tokenizer, asked.vocabulary)
    seconds: dict[Grammars, float] = {timed: 0.0, unheld: 0.0}
    steps = 0
    for _ in range(ROUNDS):
        for grammars in (timed, unheld):
            answers = [PendingAnswer(prompt, [1], asked.tokens, grammars.begin(schema)) for _ in range(asked.batch)]
            started = perf_counter()
            ChatDecoder(model, grammars).write(answers)
            seconds[grammars] += perf_counter() - started
            steps += len(answers[0].writing.tokens) if grammars is timed else 0
    return seconds[timed], seconds[unheld], timed.spent, steps


if __name__ == "__main__":
    main()
