"""What other processes log, each into a file of its own."""

import os
from pathlib import Path

ROOT = Path(__file__).parent.parent


class Logs:
    """What Python processes of an environment said, by process id."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def lines(self, text: str) -> dict[int, int]:
        """How many lines hold the text, in each process that has some."""
        counts = {int(path.stem): path.read_text().count(text) for path in self.folder.glob("*.log")}
        return {process: count for process, count in counts.items() if count}

    def environment(self) -> dict[str, str]:
        """Makes every Python process write what this program logs into a file of its own."""
        self.folder.mkdir(exist_ok=True)
        (self.folder / "sitecustomize.py").write_text(
            "import logging, os, pathlib\n"
            "log = logging.getLogger('minutes')\n"
            "log.setLevel(logging.INFO)\n"
            "log.addHandler(logging.FileHandler(pathlib.Path(__file__).parent / f'{os.getpid()}.log', delay=True))\n"
        )
        return os.environ | {"PYTHONPATH": f"{self.folder}:{ROOT}", "RAY_USAGE_STATS_ENABLED": "0", "HF_HUB_OFFLINE": "1"}
