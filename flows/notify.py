"""Tells a webhook of new minutes and of failures. Names, states and folders only: nothing that was said."""

import logging
import os
import threading
from collections.abc import Mapping, Sequence
from contextlib import closing
from typing import Any

from configs.settings import Notify
from flows.finished import Outcome
from tasks.engine.http_retry import RetryingClient, RetryPolicy
from tasks.schema import Status

_log = logging.getLogger("minutes.notify")
_TIMEOUT_S = 10.0
_PATIENCE_S = 60.0
"""For all attempts; beyond it comes only a server that sends its answer in trickles."""


def tell_outcomes(notify: Notify, outcomes: Sequence[Outcome]) -> None:
    """Announce what a run made and what failed in it; nothing if it did nothing."""
    done = [outcome for outcome in outcomes if isinstance(outcome.status, Status) and not outcome.unchanged]
    if not done:
        return
    failed = sum(outcome.status is Status.FAILED for outcome in done)
    rows = [{"recording": each.name, "status": str(each.status), "folder": each.folder} for each in done]
    text = f"{len(done) - failed} new minutes, {failed} failed"
    tell(notify, {"event": "minutes", "text": text, "done": len(done) - failed, "failed": failed, "recordings": rows})


def tell(notify: Notify, message: Mapping[str, Any], environ: Mapping[str, str] = os.environ) -> None:
    """Send one message. A webhook that does not answer is a line in the log, without its address, which may be secret.

    Nothing that it does fails a run or holds it up for long.
    """
    if notify.webhook_env is None:
        return
    address = environ.get(notify.webhook_env, "").strip()
    sender = threading.Thread(target=_send, args=(notify.webhook_env, address, message), daemon=True)
    sender.start()
    sender.join(_PATIENCE_S)
    if sender.is_alive():
        _log.warning("the webhook of %s does not come to an end of its answer", notify.webhook_env)


def _send(name: str, address: str, message: Mapping[str, Any]) -> None:
    base, slash, rest = address.rpartition("/")
    if not slash:
        _log.warning("%s holds no address, so nobody is told", name)
        return
    try:
        client = RetryingClient(base, {}, _TIMEOUT_S, RetryPolicy(attempts=3, longest_delay_s=10.0))
        with closing(client):
            status = client.post(rest, json=message).status
        if status >= 300:
            _log.warning("the webhook of %s answered with status %d", name, status)
    except Exception as error:  # noqa: BLE001 - an address may be wrong in many ways
        _log.warning("the webhook of %s was not reached (%s)", name, type(error).__name__)
