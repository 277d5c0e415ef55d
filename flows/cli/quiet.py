"""Keeps libraries silent on the terminal, and every one of them from calling home."""

import logging
import os
import warnings

_ENVIRONMENT = {
    "DO_NOT_TRACK": "1",
    "PREFECT_SERVER_ANALYTICS_ENABLED": "false",
    "PREFECT_LOGGING_EXTRA_LOGGERS": "minutes",
    "PREFECT_FLOWS_HEARTBEAT_FREQUENCY": "30",  # what automations.yaml counts on
    "PREFECT_LOGGING_TO_API_WHEN_MISSING_FLOW": "ignore",
    "HF_HUB_DISABLE_TELEMETRY": "1",
    "TOKENIZERS_PARALLELISM": "false",
}
_SILENT = {"PREFECT_LOGGING_HANDLERS_CONSOLE_LEVEL": "CRITICAL", "PREFECT_LOGGING_INTERNAL_LEVEL": "CRITICAL"}


def quiet_libraries(debug: bool) -> None:
    """Set what libraries read from the environment, before they are imported. The user's own settings win."""
    for name, value in (_ENVIRONMENT if debug else _ENVIRONMENT | _SILENT).items():
        os.environ.setdefault(name, value)
    if debug:
        logging.basicConfig(level=logging.INFO, format="%(asctime)s %(name)s %(message)s")
    else:
        warnings.filterwarnings("ignore")
        logging.raiseExceptions = False  # else a log that cannot be sent is announced on the terminal
        logging.getLogger("minutes").addHandler(logging.NullHandler())
    logging.getLogger("minutes").setLevel(logging.INFO)


def speak_up() -> None:
    """Let Prefect's log reach stderr after all, for a service whose log somebody keeps. The user's own level wins."""
    for name, level in _SILENT.items():
        if os.environ.get(name) == level:
            del os.environ[name]
