"""How fast each engine reads and writes with the same real weights: `python benchmarks/chat_speed.py MODEL.gguf FOLDER`.

FOLDER holds the same model for transformers. Each engine runs in a process of its own, one after the other, so that none keeps
memory from the next. It reads prompts of other meetings of one length, and writes as much plain text after each as it is allowed:
once one token and once more, so that the difference is the writing. Through our backends, and through `generate` of transformers.
Machines are shared, so beside the clock stands the time that processors spent.
"""

import argparse
import json
import os
import shlex
import subprocess
import sys
from collections.abc import Callable
from importlib.metadata import version
from pathlib import Path
from time import perf_counter
from typing import Any, NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))
from tasks.models.cpu_threads import own_cores, wait_idly
from tasks.models.processor import processor_line

ENGINES = {
    "generate nf4": ("generate", {"precision": "fp32", "quantization": "nf4"}),
    "llama.cpp": ("llama-cpp", {}),
    "ours fp32": ("transformers", {"precision": "fp32"}),
    "ours bf16": ("transformers", {"precision": "bf16"}),
    "ours int8": ("transformers", {"precision": "fp32", "quantization": "int8"}),
    "ours nf4": ("transformers", {"precision": "fp32", "quantization": "nf4"}),
    "generate fp32": ("generate", {"precision": "fp32"}),
}
_TALK = (
    "Anna: The launch is on the fourteenth, and the pricing page must be ready before that. Minh: I can review it on Monday, but "
    "the payment provider has not answered about refunds. Carol: Then let us plan for the case that they say no. "
)


class Spent(NamedTuple):
    """Seconds by the clock and of the processors, and tokens read and written."""

    clock_s: float
    cpu_s: float
    read: int
    written: int


def main() -> None:
    """Print the table, or with --engine the figures of one."""
    asked = _arguments()
    wait_idly()
    if asked.engine:
        return print(json.dumps(_measured(asked)))
    print(f"{asked.threads} threads on {own_cores()} cores, {processor_line()}")
    print(", ".join(f"{name} {version(name)}" for name in ("xllamacpp", "torch", "transformers", "bitsandbytes")))
    print(f"{asked.gguf.name}: prompts of {asked.words} words, {asked.tokens} tokens written\n")
    print(f"{'':15}{'read/s':>8}{'by CPU':>8}{'written/s':>11}{'by CPU':>8}{'peak MB':>9}{'of generate nf4, by CPU':>25}")
    base = None
    for name in asked.only:
        row = _in_own_process(name, asked.under)
        base = base or (row if name == "generate nf4" else None)
        ratio = f"{row['read_cpu'] / base['read_cpu']:.2f} / {row['write_cpu'] / base['write_cpu']:.2f}" if base else ""
        figures = f"{row['read']:8.1f}{row['read_cpu']:8.1f}{row['write']:11.2f}{row['write_cpu']:8.2f}{row['peak_mb']:9.0f}"
        print(f"{name:15}{figures}{ratio:>25}", flush=True)


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=__doc__.splitlines()[0])
    parser.add_argument("gguf", type=Path)
    parser.add_argument("folder", type=Path)
    parser.add_argument("--only", nargs="+", choices=[*ENGINES], default=[*ENGINES])
    parser.add_argument("--under", default="", help="put before the command of each engine, e.g. 'taskset -c 0,1'")
    parser.add_argument("--engine", choices=[*ENGINES], help=argparse.SUPPRESS)
    for name, default in dict(words=110, tokens=24, turns=2, threads=own_cores()).items():
        parser.add_argument(f"--{name}", type=int, default=default)
    return parser.parse_args()


def _in_own_process(name: str, under: str) -> dict[str, float]:
    command = [*shlex.split(under), sys.executable, __file__, *sys.argv[1:], "--engine", name]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    figures: dict[str, float] = json.loads(done.stdout.splitlines()[-1])
    return figures


def _measured(asked: argparse.Namespace) -> dict[str, float]:
    kind, options = ENGINES[asked.engine]
    write, processors = _OPENERS[kind](asked, options)
    write(0, 2)  # what is made at the first use is not counted
    short = _sum([_spent(write, processors, 2 * turn + 1, 1) for turn in range(asked.turns)])
    long = _sum([_spent(write, processors, 2 * turn + 2, 1 + asked.tokens) for turn in range(asked.turns)])
    read, written = short.read, long.written - short.written
    from tasks.report.manifest import peak_memory_mb

    return {
        "read": read / short.clock_s,
        "read_cpu": read / short.cpu_s,
        "write": written / max(1e-9, long.clock_s - short.clock_s * long.read / read),
        "write_cpu": written / max(1e-9, long.cpu_s - short.cpu_s * long.read / read),
        "peak_mb": peak_memory_mb(),
    }


Write = Callable[[int, int], tuple[int, int]]
"""Write at most so many tokens about the meeting of a number; gives the tokens read and written."""


def _spent(write: Write, processors: Callable[[], float], number: int, most: int) -> Spent:
    clock, cpu = perf_counter(), processors()
    read, written = write(number, most)
    return Spent(perf_counter() - clock, processors() - cpu, read, written)


def _sum(spent: list[Spent]) -> Spent:
    return Spent(*map(sum, zip(*spent, strict=True)))


def _request(asked: argparse.Namespace, number: int, most: int) -> Any:
    from tasks.summarization.language_model import Request

    words = (f"Meeting {number}: " + _TALK * 99).split()[: asked.words]
    question = "Write what this part of the meeting was about, in several plain sentences."
    return Request("You write minutes of meetings.", f"Transcript {number}:\n{' '.join(words)}\n", question, None, most)


def _ours(backend: Any, asked: argparse.Namespace) -> Write:
    def write(number: int, most: int) -> tuple[int, int]:
        before = backend.usage
        backend.answer([_request(asked, number, most)])
        used = backend.usage.since(before)
        return used.prompt_tokens, used.answer_tokens

    return write


def _llama(asked: argparse.Namespace, options: dict[str, Any]) -> tuple[Write, Callable[[], float]]:
    from tasks.engine.base import Device
    from tasks.summarization.llama_cpp import LlamaCpp

    given = LlamaCpp.Options(model=str(asked.gguf.resolve()), parallel=1, threads=asked.threads, **options)
    backend = LlamaCpp(given, Device("cpu", "asked for"))
    stat = Path("/proc", str(backend.server.process.pid), "stat")
    return _ours(backend, asked), lambda: sum(map(int, stat.read_text().split()[13:15])) / os.sysconf("SC_CLK_TCK")


def _transformers(asked: argparse.Namespace, options: dict[str, Any]) -> tuple[Write, Callable[[], float]]:
    from time import process_time

    return _ours(_opened(asked, options), asked), process_time


def _opened(asked: argparse.Namespace, options: dict[str, Any]) -> Any:
    from tasks.engine.base import Device
    from tasks.summarization.transformers_chat import TransformersChat

    given = TransformersChat.Options(model=str(asked.folder.resolve()), threads=asked.threads, **options)
    return TransformersChat(given, Device("cpu", "asked for"))


def _generate(asked: argparse.Namespace, options: dict[str, Any]) -> tuple[Write, Callable[[], float]]:
    """The library's own loop, on the same weights and the same prompt."""
    from time import process_time

    import torch

    opened = _opened(asked, options).model
    model, prompt = opened.decoder.model, opened.prompt

    def write(number: int, most: int) -> tuple[int, int]:
        request = _request(asked, number, most)
        tokens = torch.tensor([prompt.shared(request) + prompt.own(request)])
        made = model.generate(tokens, attention_mask=torch.ones_like(tokens), do_sample=False, max_new_tokens=most)
        return tokens.shape[1], made.shape[1] - tokens.shape[1]

    return write, process_time


_OPENERS = {"llama-cpp": _llama, "transformers": _transformers, "generate": _generate}

if __name__ == "__main__":
    main()
