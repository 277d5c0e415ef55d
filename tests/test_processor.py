"""What is read off the processor, on any machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

pytest.importorskip("ctranslate2")

from tasks.models import processor
from tasks.models.step_down import choose_precision
from tasks.summarization.transformers_chat import chat_precision
from tasks.transcription.openai_whisper import OpenAIWhisper
from tasks.transcription.transformers_whisper import TransformersWhisper
from tasks.transcription.whisper.ctranslate_engine import choose_compute_type

INTEL = "processor\t: 0\nflags\t\t: fpu sse avx2 avx512f amx_bf16 amx_tile xsave\n\nflags\t\t: fpu\n"
ARM = "processor\t: 0\nFeatures\t: fp asimd asimddp bf16\n"


@pytest.fixture
def told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Path]:
    monkeypatch.setattr(processor, "_CPU_INFO", tmp_path / "cpuinfo")
    processor.processor_flags.cache_clear()
    yield tmp_path / "cpuinfo"
    processor.processor_flags.cache_clear()


@pytest.mark.parametrize(
    ("text", "flags"),
    [(INTEL, ("avx2", "avx512f", "amx_tile", "amx_bf16")), (ARM, ("asimd", "asimddp", "bf16")), ("processor\t: 0\n", ())],
)
def test_flags_that_matter_are_read(told: Path, text: str, flags: tuple[str, ...]) -> None:
    told.write_text(text, encoding="utf-8")
    assert processor.processor_flags() == flags


@pytest.mark.parametrize("text", [INTEL, ARM])
def test_what_auto_means_is_what_the_engines_take(told: Path, text: str) -> None:
    told.write_text(text, encoding="utf-8")
    line = processor.auto_line()
    assert f"{choose_compute_type('auto', 'cpu')[0]} for faster-whisper" in line
    assert f"{choose_precision('auto', 'cpu', 'x', OpenAIWhisper.on_amx)} for {'Whisper' if text == INTEL else 'models'}" in line
    assert chat_precision("auto", "cpu") == choose_precision("auto", "cpu", "x", TransformersWhisper.on_amx)
    assert f"{choose_precision('auto', 'cpu', 'x')} for" in line


def test_system_that_does_not_tell_is_said_so(told: Path) -> None:
    assert "nothing known" in processor.processor_line()
