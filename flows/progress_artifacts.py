"""How far the recordings of a run are, as bars in the Prefect UI: an artifact for each flow run that takes its time."""

import logging
import threading
from contextvars import copy_context
from uuid import UUID

from prefect.client.orchestration import get_client
from prefect.client.schemas.actions import ArtifactCreate, ArtifactUpdate

from flows.server.find import current_server_answers
from flows.stage_weights import share_of_all

_EVERY_S = 2.0
"""What takes less has no bar."""
_log = logging.getLogger("minutes.progress")


class ProgressArtifacts:
    """Told from any thread, it tells Prefect from one of its own: a server that is slow holds up no work."""

    def __init__(self) -> None:
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
        self._told[run_id] = (stage, share_of_all(stage, share))

    def _show_all(self) -> None:
        while not self._ended.wait(_EVERY_S):
            try:
                if self._told and current_server_answers():
                    for run_id in list(self._told):
                        self._show(run_id)
            except Exception as error:  # noqa: BLE001 - it is only a bar
                _log.info("the Prefect UI shows no progress: %s", type(error).__name__)

    def _show(self, run_id: str) -> None:
        told = stage, share = self._told[run_id]
        known = self._shown.get(run_id)
        if known and known[1] == told:
            return
        percent, description = round(100 * share, 1), f"{stage}: {100 * share:.0f} % of the whole way"
        with get_client(sync_client=True) as client:
            if known:
                client.update_artifact(known[0], ArtifactUpdate(data=percent, description=description))
                self._shown[run_id] = (known[0], told)
            else:
                made = ArtifactCreate(type="progress", data=percent, description=description, flow_run_id=UUID(run_id))
                self._shown[run_id] = (client.create_artifact(made).id, told)
