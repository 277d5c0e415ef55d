"""The pipeline with `@task` and `@flow` taken away: `python tests/plain_pipeline.py RECORDING OUT` prints the outcome."""

import sys
import types
from typing import Any


class Done:
    """What stands in for a Prefect state."""

    def __init__(self, name: str = "Completed", message: str = "", data: Any = None) -> None:
        self.data = data

    def __class_getitem__(cls, item: Any) -> type:
        return cls

    def result(self) -> Any:
        return self.data


def unchanged(function: Any = None, **settings: Any) -> Any:
    """A decorator that leaves the function as it is."""
    return function or (lambda function: function)


def take_prefect_away() -> None:
    """Put empty modules where Prefect is imported from."""
    content = {
        "prefect": {"task": unchanged, "flow": unchanged},
        "prefect.states": {"Completed": Done, "Failed": Done},
        "prefect.cache_policies": {"NO_CACHE": None},
        "prefect.artifacts": {"create_markdown_artifact": unchanged, "create_table_artifact": unchanged},
        "prefect.client": {},
        "prefect.client.schemas": {},
        "prefect.client.schemas.objects": {"State": Done},
    }
    for name, attributes in content.items():
        sys.modules[name] = types.ModuleType(name)
        vars(sys.modules[name]).update(attributes)


def main() -> None:
    take_prefect_away()
    from configs.load import load_config
    from flows.recording import recording
    from tasks.backend import Device
    from tasks.job import Job

    loaded = load_config("embedded", environ={})
    job = Job(path=sys.argv[1], out=sys.argv[2], device=Device("cpu", "asked for"))
    sys.stdout.write(recording(job, loaded.config, loaded.name).model_dump_json() + "\n")


if __name__ == "__main__":
    main()
