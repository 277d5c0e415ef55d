"""How far the recordings of a run are, as bars in the Prefect UI: an artifact for each flow run that takes its time."""

import logging
import threading
from contextvars import copy_context
from time import monotonic
from uuid import UUID

from prefect.client.orchestration import SyncPrefectClient, get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate

from flows.server.find import current_server_answers
from flows.stage_weights import share_of_all

_EVERY_S = 2.0
"""What takes less has no bar."""
_log = logging.getLogger("minutes.progress")


class ProgressArtifacts:
    """Told from any thread, it tells Prefect from one of its own: a server that is slow holds up no work."""

    def __init__(self) -> None:
        self._begun: dict[str, float] = {}
        self._told: dict[str, tuple[str, float]] = {}
        self._shown: dict[str, tuple[UUID, tuple[str, float]]] = {}
        self._ended = threading.Event()
        self._thread = threading.Thread(target=copy_context().run, args=(self._show_all,), name="progress", daemon=True)

    def start(self) -> None:
        """Begin to look what there is to tell."""
        self._thread.start()

    def stop(self) -> None:
        """Tell nothing more."""
        self._ended.set()
        self._thread.join(_EVERY_S)

    def tell(self, run_id: str, stage: str, share: float) -> None:
        """So much of a stage is done in a flow run."""
        self._begun.setdefault(run_id, monotonic())
        if (done := share_of_all(stage, share)) is not None:
            self._told[run_id] = (stage, done)

    def end(self, run_id: str) -> None:
        """A flow run has nothing more to tell; a bar that it has is brought to where it came."""
        self._begun.pop(run_id, None)

    def _show_all(self) -> None:
        while not self._ended.wait(_EVERY_S):
            due = self._due()
            try:
                if due and current_server_answers():
                    with get_client(sync_client=True) as client:
                        for run_id in due:
                            self._show(client, run_id)
            except Exception as error:  # noqa: BLE001 - it is only a bar
                _log.info("the Prefect UI shows no progress: %s", type(error).__name__)

    def _due(self) -> list[str]:
        """The flow runs whose bar is to be made or moved; those that ended without one are forgotten."""
        due = []
        for run_id, told in list(self._told.items()):
            begun, known = self._begun.get(run_id), self._shown.get(run_id)
            if (known and known[1] != told) or (not known and begun and monotonic() - begun >= _EVERY_S):
                due.append(run_id)
            elif begun is None:
                del self._told[run_id]
                self._shown.pop(run_id, None)
        return due

    def _show(self, client: SyncPrefectClient, run_id: str) -> None:
        told = stage, share = self._told[run_id]
        known = self._shown.get(run_id)
        percent, description = round(100 * share, 1), f"{stage}: {100 * share:.0f} % of the whole way"
        if known:
            client.update_artifact(known[0], ArtifactUpdate(data=percent, description=description))
            self._shown[run_id] = (known[0], told)
        else:
            made = ArtifactCreate(type="progress", data=percent, description=description, flow_run_id=UUID(run_id))
            self._shown[run_id] = (client.create_artifact(made).id, told)
