"""Take `@task` and `@flow` away and the pipeline is still there: plain functions that call each other."""

import json
import subprocess
import sys
from pathlib import Path

ROOT = Path(__file__).parent.parent

PLAIN = """
import sys, types

def decorator(function=None, **settings):
    return function if function else lambda function: function

class Done:
    def __init__(self, name="Completed", message="", data=None):
        self.data = data
    def result(self):
        return self.data

class Nothing(types.ModuleType):
    task = flow = staticmethod(decorator)
    Completed = Failed = Done
    State = NO_CACHE = None
    create_markdown_artifact = create_table_artifact = staticmethod(lambda **settings: None)
    __path__ = []

names = ("prefect", "prefect.states", "prefect.artifacts", "prefect.cache_policies",
         "prefect.client", "prefect.client.schemas", "prefect.client.schemas.objects")
for name in names:
    sys.modules[name] = Nothing(name)
    if "." in name:
        parent, _, child = name.rpartition(".")
        setattr(sys.modules[parent], child, sys.modules[name])

Nothing.__class_getitem__ = classmethod(lambda cls, item: cls)
Nothing.State = Done
Done.__class_getitem__ = classmethod(lambda cls, item: cls)

from configs.load import load_config
from flows.recording import recording
from tasks.backend import Device
from tasks.job import Job

loaded = load_config("embedded", environ={})
job = Job(path=sys.argv[1], out=sys.argv[2], device=Device("cpu", "test"))
first = recording(job, loaded.config, loaded.name)
second = recording(job, loaded.config, loaded.name)
print(first.model_dump_json())
print(second.model_dump_json())
"""


def test_the_pipeline_runs_without_prefect(short_meeting: Path, tmp_path: Path) -> None:
    command = [sys.executable, "-W", "ignore", "-c", PLAIN, str(short_meeting), str(tmp_path)]
    done = subprocess.run(command, capture_output=True, text=True, cwd=ROOT, check=False)
    assert done.returncode == 0, done.stderr
    first, second = (json.loads(line) for line in done.stdout.splitlines()[-2:])
    assert (first["status"], first["unchanged"]) == ("completed", False)
    assert second["unchanged"]
    assert "carpenter" in (Path(first["folder"]) / "minutes.md").read_text()
