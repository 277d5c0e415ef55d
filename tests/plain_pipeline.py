"""The pipeline with `@task` and `@flow` taken away: `python tests/plain_pipeline.py RECORDING... OUT` prints the outcomes."""

import argparse
import sys
import types
from collections.abc import Callable
from typing import Any


class Done:
    """What stands in for a Prefect state."""

    def __init__(self, name: str = "Completed", message: str = "", data: Any = None) -> None:
        self.data = data

    def __class_getitem__(cls, item: Any) -> type:
        return cls

    def result(self, *, raise_on_failure: bool = True) -> Any:
        return self.data


def unchanged(function: Any = None, **settings: Any) -> Any:
    """A decorator that leaves the function as it is."""
    return function or (lambda function: function)


def plain_task(**settings: Any) -> Any:
    """In place of `task`: the function as it is, which is only spared the word by which a task is asked for its state."""

    def decorated(function: Callable[..., Any]) -> Callable[..., Any]:
        def call(*args: Any, return_state: bool = False, **kwargs: Any) -> Any:
            return function(*args, **kwargs)

        return call

    return decorated


def take_prefect_away() -> None:
    """Put empty modules where Prefect is imported from."""
    content = {
        "prefect": {"task": plain_task, "flow": unchanged, "Flow": Done},
        "prefect.states": {"Completed": Done, "Failed": Done},
        "prefect.cache_policies": {"NO_CACHE": None},
        "prefect.artifacts": {"create_markdown_artifact": unchanged, "create_table_artifact": unchanged},
        "prefect.utilities": {},
        "prefect.utilities.urls": {"url_for": unchanged},
        "prefect.client": {},
        "prefect.client.schemas": {},
        "prefect.client.schemas.objects": {"State": Done},
    }
    for name, attributes in content.items():
        sys.modules[name] = types.ModuleType(name)
        vars(sys.modules[name]).update(attributes)


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("recordings", nargs="+")
    parser.add_argument("out")
    parser.add_argument("--config", default="embedded")
    parser.add_argument("--set", action="append", default=[])
    parser.add_argument("--force", action="store_true")
    told = parser.parse_args()
    take_prefect_away()
    from configs.load import load_config
    from flows.recording import process
    from tasks.engine.base import Device
    from tasks.engine.pool import ModelPool
    from tasks.job import Job, Run

    loaded = load_config(told.config, told.set, environ={})
    run = Run(ModelPool())
    for path in told.recordings:
        job = Job(path=path, out=told.out, device=Device("cpu", "asked for"), force=told.force)
        sys.stdout.write(process(job, run, loaded.config, loaded.name).model_dump_json() + "\n")


if __name__ == "__main__":
    main()
