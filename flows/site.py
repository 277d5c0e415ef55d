"""Where served flows read and write: set by whoever starts the process, never by whoever starts a run."""

import os
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from configs.load import FOLDER, LoadedConfig, load_config, packaged_names
from configs.problems import check_machine
from configs.settings import Config
from tasks.engine.registry import STAGES
from tasks.errors import ConfigError, one_line
from tasks.files import displayable, require_path

DEFAULT = "default"
"""Stands for the configuration that the process was started with."""
CONFIG_CHOICES = (DEFAULT, *packaged_names())
_NAME = re.compile(r"[a-z0-9]([a-z0-9-]{0,38}[a-z0-9])?")
_FOR_WHOM = "# For whom: "
_SERVER_OPTIONS = ("base_url", "api_key_env")


@dataclass(frozen=True)
class Site:
    """One folder of recordings, one of minutes, and what may be read besides."""

    folder: Path
    out: Path
    allowed: tuple[Path, ...] = ()
    config: str | None = None
    settings: tuple[str, ...] = ()
    name: str = ""
    """Tells it apart from other sites on the same Prefect server; empty for the only one."""

    @property
    def scheduled(self) -> str:
        """The name of its deployment for the whole folder."""
        from flows.recording_run import FOLDER  # which takes seconds, for Prefect

        return f"{FOLDER}/{_named('scheduled', self.name)}"

    @property
    def on_demand(self) -> str:
        """The name of its deployment for one recording."""
        from flows.recording_run import RECORDING

        return f"{RECORDING}/{_named('on-demand', self.name)}"

    @property
    def gpu_limit(self) -> str:
        """The concurrency limit of its GPU."""
        return _named("minutes-gpu", self.name)

    @classmethod
    def of(cls, environ: Mapping[str, str] = os.environ) -> Self:
        """The site that `MINUTES_FOLDER`, `MINUTES_OUT`, `MINUTES_ALLOW`, `..._CONFIG`, `..._SET`, `..._SITE` describe."""
        if not environ.get("MINUTES_FOLDER"):
            raise ConfigError("is not set where this run was started.", where="MINUTES_FOLDER", fix="Use `minutes serve`.")
        return cls(
            folder=Path(environ["MINUTES_FOLDER"]),
            out=Path(environ.get("MINUTES_OUT") or "minutes"),
            allowed=tuple(Path(root) for root in environ.get("MINUTES_ALLOW", "").split(os.pathsep) if root),
            config=environ.get("MINUTES_CONFIG") or None,
            settings=tuple(line for line in environ.get("MINUTES_SET", "").split("\n") if line),
            name=environ.get("MINUTES_SITE", ""),
        )

    def environment(self) -> dict[str, str]:
        """What `of` reads, with absolute paths."""
        return {
            "MINUTES_FOLDER": str(self.folder.resolve()),
            "MINUTES_OUT": str(self.out.resolve()),
            "MINUTES_ALLOW": os.pathsep.join(str(root.resolve()) for root in self.allowed),
            "MINUTES_CONFIG": str(Path(self.config).resolve()) if self.config else "",
            "MINUTES_SET": "\n".join(self.settings),
            "MINUTES_SITE": self.name,
        }

    def find(self, recording: str) -> Path:
        """The file meant, links resolved. Raises a `ConfigError` if it is not below a folder that may be read."""
        require_path(recording)
        where = displayable(recording)
        try:
            path = (self.folder / recording).resolve()
        except (ValueError, OSError):
            raise ConfigError("is no path.", where=where) from None
        if not self._may_read(str(path)):
            fix = f"Put the recording into '{displayable(str(self.folder))}', or start with --allow FOLDER."
            raise ConfigError("lies outside of the folders that may be read.", where=where, fix=fix)
        if not os.path.isfile(path):  # noqa: PTH113 - unlike Path.is_file, False for names that are too long
            raise ConfigError("no such file.", where=where, fix=f"It must lie in '{displayable(str(self.folder))}'.")
        return path

    def load(self, config: str, overrides: Sequence[str], stages: Iterable[str] = STAGES) -> LoadedConfig:
        """A configuration whose stages can run here. Overrides may not send a recording or a key where it does not."""
        if config not in CONFIG_CHOICES:
            raise ConfigError(f"no configuration '{config}'; choose one of {', '.join(CONFIG_CHOICES)}.", where="config")
        source, settings = (self.config, self.settings) if config == DEFAULT else (config, ())
        plain, loaded = load_config(source, settings), load_config(source, [*settings, *overrides])
        if not _addresses(loaded.config) <= _addresses(plain.config):
            fix = "Choose a configuration that names it."
            raise ConfigError(
                "name a server, a key, a webhook or a recipient that the configuration does not.", where="overrides", fix=fix
            )
        if strays := [path for path in _paths(loaded.config) - _paths(plain.config) if not self._may_read(path)]:
            what = f"'{one_line(strays[0])}' lies outside of the folders that may be read."
            raise ConfigError(what, where="overrides", fix="Name a model by its id, or start with --allow FOLDER.")
        require_usable(loaded, stages)
        return loaded

    def _may_read(self, path: str) -> bool:
        """Whether a path, links resolved, lies in a folder that may be read."""
        try:
            found = Path(path).expanduser().resolve()
        except (ValueError, OSError, RuntimeError):
            return False
        return any(found.is_relative_to(root.resolve()) for root in (self.folder, *self.allowed))

    def own(self) -> Config:
        """The configuration that the process was started with, whether or not it can run here now."""
        return load_config(self.config, self.settings).config


def require_name(name: str) -> None:
    """Raise a `ConfigError` for what is no name of a site."""
    if name and not _NAME.fullmatch(name):
        what = f"'{one_line(name)}' is no name of a site: letters from a to z, digits and dashes, at most 40."
        raise ConfigError(what, where="--site", fix="For example: --site hamburg")


def _named(what: str, name: str) -> str:
    return f"{what}-{name}" if name else what


def require_usable(loaded: LoadedConfig, stages: Iterable[str] = STAGES) -> None:
    """Raise a `ConfigError` with everything that this machine lacks for these stages."""
    if problems := check_machine(loaded.config, stages):
        raise ConfigError.joined(f"{loaded.name}: {problem}" for problem in problems)


def choices_in_words() -> str:
    """A Markdown list of the configurations, each with how its file begins."""
    packaged = [f"- **{name}**: {_situation(name)}" for name in packaged_names()]
    return "\n\n".join([f"- **{DEFAULT}**: the one that this deployment was started with", *packaged])


def _situation(name: str) -> str:
    first, _, _ = (FOLDER / f"{name}.yaml").read_text(encoding="utf-8").partition("\n")
    return first.removeprefix(_FOR_WHOM).rstrip(".")


def _addresses(config: Config) -> set[tuple[str, ...]]:
    """Everything in a configuration that says where data or keys go, stage by stage."""
    options = {stage: choice.options for stage, choice in config.engines.items()}
    found: set[tuple[str, ...]] = {
        (stage, *(str(option.get(name)) for name in _SERVER_OPTIONS))
        for stage, option in options.items()
        if any(option.get(name) for name in _SERVER_OPTIONS)
    }
    if config.hardware.cluster:
        found.add(("cluster", config.hardware.cluster.model_dump_json()))
    ways = {("deliver", each) for each in (*config.deliver.folders, *config.deliver.send_env)}
    return found | ways | {("webhook_env", str(config.notify.webhook_env))}


def _paths(config: Config) -> set[str]:
    """Every text in a configuration that leads somewhere on this disk."""
    return {text for text in _texts(config.model_dump(mode="json")) if _leads_somewhere(text)}


def _texts(value: Any) -> Iterator[str]:
    if isinstance(value, str):
        yield value
    elif isinstance(value, dict):
        yield from (text for pair in value.items() for part in pair for text in _texts(part))
    elif isinstance(value, list):
        yield from (text for part in value for text in _texts(part))


def _leads_somewhere(text: str) -> bool:
    parts = Path(text).parts
    return text.startswith("~") or Path(text).is_absolute() or ".." in parts or os.path.lexists(text)
