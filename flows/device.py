"""Decides once where models run, and says why."""

from tasks.backend import Device
from tasks.errors import ResourceError


def resolve_device(wanted: str) -> Device:
    """The device for a configuration. Imports torch unless the answer is cpu anyway."""
    if wanted == "cpu":
        return Device("cpu", "asked for")
    import torch

    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        best = next((name for name, there in present.items() if there), "cpu")
        return Device(best, "the best device found" if best != "cpu" else "no GPU was found")
    if not present[wanted]:
        raise ResourceError(f"this machine has no usable '{wanted}' device.", where="hardware.device", fix="Use auto or cpu.")
    return Device(wanted, "asked for")
