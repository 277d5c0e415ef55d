"""How many tokens the same hour costs in four families of models: `python benchmarks/token_counts.py MODELS [MEETING.json ...]`.

MODELS is the folder of the fetched models; a meeting is the truth of a sample, or a meeting of AMI. Each family counts with its
own tokenizer: Whisper's and MiniLM's `tokenizer.json`, and llama.cpp for the GGUF files, through our backend. Figures are of an
hour of the recording, pauses included.
"""

import json
import sys
from collections import defaultdict
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from functools import partial
from pathlib import Path
from typing import NamedTuple

sys.path.insert(0, str(Path(__file__).parent.parent))

from tokenizers import Tokenizer

from tasks.engine.base import Device
from tasks.summarization.llama_cpp import LlamaCpp

SAMPLES = sorted((Path(__file__).parent.parent / "sample_audio").glob("*.truth.json"))
Count = Callable[[str], int]


class Meeting(NamedTuple):
    """What was said, in how many seconds."""

    language: str
    text: str
    seconds: float


def main() -> None:
    """Print a table for each language."""
    models, files = Path(sys.argv[1]), [Path(name) for name in sys.argv[2:]] or SAMPLES
    spoken = defaultdict[str, list[Meeting]](list)
    for meeting in map(read_meeting, files):
        spoken[meeting.language].append(meeting)
    hours = {language: sum(each.seconds for each in meetings) / 3600 for language, meetings in spoken.items()}
    print(f"{'an hour of':28}" + "".join(f"{language:>10}" for language in spoken))
    words = {language: sum(len(each.text.split()) for each in meetings) for language, meetings in spoken.items()}
    print(f"{'words between spaces':28}" + "".join(f"{words[language] / hours[language]:10.0f}" for language in spoken))
    for name, counter in counters(models):
        with counter as count:
            totals = {language: sum(count(each.text) for each in meetings) for language, meetings in spoken.items()}
        print(f"{name:28}" + "".join(f"{totals[language] / hours[language]:10.0f}" for language in spoken))


def read_meeting(path: Path) -> Meeting:
    """A file of `sample_audio/`, or of AMI."""
    told = json.loads(path.read_text(encoding="utf-8"))
    lines = told.get("turns") or told["utterances"]
    seconds = told.get("duration_s") or told["duration"]
    return Meeting(told.get("language", "en"), "\n".join(line["text"] for line in lines), seconds)


def counters(models: Path) -> Iterator[tuple[str, "contextmanager[Count]"]]:
    """Each family with what counts its tokens."""
    yield "Whisper base", of_file(models / "whisper-base" / "tokenizer.json")
    yield "Qwen 2.5", of_gguf(next((models / "qwen2.5-coder-0.5b").glob("*.gguf")))
    yield "SmolLM 2", of_gguf(next((models / "smollm2-135m").glob("*.gguf")))
    yield "MiniLM (BERT, uncased)", of_file(models / "minilm" / "tokenizer.json")


@contextmanager
def of_file(path: Path) -> Iterator[Count]:
    """The tokens of a tokenizer.json, without those that only begin and end a text."""
    tokenizer = Tokenizer.from_file(str(path))
    tokenizer.no_truncation()
    yield lambda text: len(tokenizer.encode(text, add_special_tokens=False).ids)


@contextmanager
def of_gguf(path: Path) -> Iterator[Count]:
    """The tokens of a language model, as the summarizer counts them."""
    with LlamaCpp(LlamaCpp.Options(model=str(path), context_tokens=512), Device("cpu", "asked for")) as model:
        yield partial(LlamaCpp.count_tokens, model)


if __name__ == "__main__":
    main()
