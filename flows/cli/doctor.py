"""`minutes doctor`: look at the machine the way a run would, and say the command that fixes what is missing."""

import os
import platform
import shutil
import sys
from collections.abc import Iterator, Sequence
from importlib.util import find_spec
from typing import TYPE_CHECKING, NamedTuple

import typer

from flows.cli.options import ConfigOption, JsonOption, SetOption
from flows.server.find import NAME_ONE, answers, configured_url
from tasks.errors import MinutesError

if TYPE_CHECKING:
    from configs.load import LoadedConfig

_BASE = "pip install audio-minutes"
_LOCAL = "pip install 'audio-minutes[local]' (captions need none of it)"
_CORE = {
    "prefect": ("prefect", _BASE),
    "av": ("av", _BASE),
    "pydub": ("pydub", _BASE),
    "torch": ("torch", _LOCAL),
    "silero_vad": ("silero-vad", _LOCAL),
    "whisper": ("openai-whisper", _LOCAL),
}
_MIN_FREE_GB = 2.0


class Check(NamedTuple):
    """One thing looked at."""

    what: str
    ok: bool
    detail: str


def doctor(config: ConfigOption = None, settings: SetOption = None, as_json: JsonOption = False) -> None:
    """Check the machine, the packages, the configuration and the server; say the command that fixes what is wrong."""
    from flows.cli.tables import print_checks, print_json

    findings = examine(config, settings or ())
    print_json([finding._asdict() for finding in findings]) if as_json else print_checks(findings)
    raise typer.Exit(0 if all(finding.ok for finding in findings) else 2)


def examine(config: str | None, overrides: Sequence[str]) -> list[Check]:
    """Everything that a run needs, in the order in which it would be missed."""
    from configs.load import load_config

    findings = [*_machine(), *_packages()]
    try:
        loaded = load_config(config, overrides)
    except MinutesError as error:
        return [*findings, Check("configuration", False, str(error))]
    return [
        *findings,
        Check("configuration", True, f"{loaded.name} ({loaded.reason})"),
        *_engines(loaded),
        _device(loaded),
        _server(),
    ]


def _machine() -> Iterator[Check]:
    from tasks.models.processor import auto_line, processor_line

    yield Check("python", sys.version_info >= (3, 11), f"{platform.python_version()} on {platform.system()} {platform.machine()}")
    free_gb = shutil.disk_usage(".").free / 1e9
    yield Check("disk", free_gb >= _MIN_FREE_GB, f"{free_gb:.0f} GB free here, {os.cpu_count()} cores")
    yield Check("processor", True, f"{processor_line()}; {auto_line()}")


def _packages() -> Iterator[Check]:
    for module, (package, how) in _CORE.items():
        there = find_spec(module) is not None
        yield Check(package, there, "installed" if there else f"missing: {how}")


def _engines(loaded: "LoadedConfig") -> Iterator[Check]:
    from configs.problems import check_machine

    problems = check_machine(loaded.config)
    yield Check("engines", not problems, "; ".join(problems) or "all packages of this configuration are installed")


def _device(loaded: "LoadedConfig") -> Check:
    from flows.device import device_of

    try:
        device = device_of(loaded.config.hardware)
    except MinutesError as error:
        return Check("device", False, str(error))
    return Check("device", True, f"{device.name} ({device.reason})")


def _server() -> Check:
    url = configured_url(os.environ)
    if url and not answers(url):
        return Check(
            "Prefect server", False, f"{url} does not answer: start it with `prefect server start` or unset PREFECT_API_URL"
        )
    if url:
        return Check("Prefect server", True, f"{url} answers")
    return Check("Prefect server", True, f"none is named, so each command starts a temporary one; faster: {NAME_ONE}")
