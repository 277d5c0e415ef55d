"""Decides once where models run, and says why."""

from importlib.util import find_spec

from configs.settings import Hardware
from tasks.engine.base import Device
from tasks.errors import ResourceError


def device_of(hardware: Hardware) -> Device:
    """Where the models of a configuration run: on the workers of its cluster, else on this machine."""
    if hardware.cluster:
        return Device(hardware.device, f"on the workers of the {hardware.cluster.engine} cluster at {hardware.cluster.address}")
    return resolve_device(hardware.device)


def resolve_device(wanted: str) -> Device:
    """The device for a configuration. Imports torch unless the answer is cpu anyway."""
    if wanted == "cpu":
        return Device("cpu", "asked for")
    if find_spec("torch") is None and wanted == "auto":
        return Device("cpu", "torch is not installed")
    import torch

    present = {"cuda": torch.cuda.is_available(), "mps": torch.backends.mps.is_available()}
    if wanted == "auto":
        best = next((name for name, there in present.items() if there), "cpu")
        return Device(best, "the best device found" if best != "cpu" else "no GPU was found")
    if not present[wanted]:
        raise ResourceError(f"this machine has no usable '{wanted}' device.", where="hardware.device", fix="Use auto or cpu.")
    return Device(wanted, "asked for")
