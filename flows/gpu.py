"""One run at a time on the GPU of a site, over all processes that report to the same Prefect server."""

from collections.abc import Iterator
from contextlib import contextmanager

from configs.load import LoadedConfig
from flows.device import resolve_device
from tasks.errors import ConfigError

_LEASE_S = 60.0
"""How long the place of a process that was killed stays taken."""


def needs_limit(loaded: LoadedConfig) -> bool:
    """Whether this configuration works on a GPU of this machine."""
    hardware = loaded.config.hardware
    return hardware.cluster is None and resolve_device(hardware.device).name != "cpu"


def create_limit(limit: str) -> None:
    """Have the server know the limit of this name."""
    from prefect.client.orchestration import get_client

    with get_client(sync_client=True) as client:
        client.upsert_global_concurrency_limit_by_name(limit, 1)


@contextmanager
def gpu_slot(loaded: LoadedConfig, limit: str) -> Iterator[None]:
    """Wait for the GPU and hold it inside the block; nothing on a CPU. Raises a `ConfigError` if the server has no such limit."""
    if not needs_limit(loaded):
        yield
        return
    from prefect.concurrency.asyncio import ConcurrencySlotAcquisitionError
    from prefect.concurrency.sync import concurrency

    try:
        with concurrency(limit, strict=True, lease_duration=_LEASE_S, raise_on_lease_renewal_failure=False):
            yield
    except ConcurrencySlotAcquisitionError as error:
        fix = f"Create it: prefect gcl create {limit} --limit 1"
        raise ConfigError("the Prefect server has no such concurrency limit, or gives no place.", where=limit, fix=fix) from error
