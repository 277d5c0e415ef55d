"""Tells a webhook of new minutes and of failures. Names, states and folders only: nothing that was said."""

import logging
import os
from collections.abc import Mapping, Sequence
from typing import Any

from configs.settings import Notify
from flows.finished import Outcome
from tasks.errors import MinutesError
from tasks.http_retry import RetryingClient, RetryPolicy
from tasks.schema import Status

_log = logging.getLogger("minutes.notify")
_TIMEOUT_S = 10.0


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
    """Send one message. A webhook that does not answer is a line in the log, without its address, which may be secret."""
    if notify.webhook_env is None:
        return
    base, slash, rest = environ.get(notify.webhook_env, "").rpartition("/")
    if not slash:
        _log.warning("%s holds no address, so nobody is told", notify.webhook_env)
        return
    client = RetryingClient(base, {}, _TIMEOUT_S, RetryPolicy(attempts=3, longest_delay_s=10.0))
    try:
        status = client.post(rest, json=message).status
        if status >= 300:
            _log.warning("the webhook of %s answered with status %d", notify.webhook_env, status)
    except (MinutesError, ValueError) as error:
        _log.warning("the webhook of %s was not reached (%s)", notify.webhook_env, type(error).__name__)
    finally:
        client.close()
