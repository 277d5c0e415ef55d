"""Looks at a worker of a cluster from inside: does it have what the work needs?"""

from pathlib import Path

from configs.problems import check_machine
from configs.settings import Config
from flows.finished import config_key
from flows.server.find import answers
from tasks.files import displayable
from tasks.schema import Model


class WorkerQuestion(Model):
    """What a worker must have."""

    config: str
    """As JSON."""
    config_name: str
    key: str
    """What the configuration, the program and the engines of the asking process amount to."""
    sign: str
    """Path of a small file in the work folder."""
    token: str
    """What is in it."""
    recording: str
    server: str
    """URL of the Prefect API."""


def look(question: str) -> str | None:
    """What is wrong with this worker, and what to do, in one sentence; None if nothing is."""
    asked = WorkerQuestion.model_validate_json(question)
    config = Config.model_validate_json(asked.config)
    sign = Path(asked.sign)
    if not (sign.is_file() and sign.read_text() == asked.token):
        return f"does not see the work folder '{displayable(str(sign.parent))}': mount it under the same path on every machine."
    if not Path(asked.recording).is_file():
        folder = displayable(str(Path(asked.recording).parent))
        return f"does not see the recordings in '{folder}': mount them under the same path on every machine."
    if problems := check_machine(config):
        return f"cannot work with this configuration: {problems[0]}"
    if config_key(config, asked.config_name) != asked.key:
        return "has another release of audio-minutes, of an engine or of a model: install the same on every machine."
    if not answers(asked.server):
        return f"does not reach the Prefect server {asked.server}: start one that all machines reach, and set PREFECT_API_URL."
    return None
