"""What is read off the processor, on any machine."""

from collections.abc import Iterator
from pathlib import Path

import pytest

from tasks.models import processor

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


def test_system_that_does_not_tell_is_said_so(told: Path) -> None:
    assert "nothing known" in processor.processor_line()
