"""The command line: one file per command, `tables` for what is printed on stdout, `progress` for what is said on stderr.

A command is a thin function: it parses, calls a plain function of the same parameters, and prints. Heavy libraries are imported
inside the commands that need them, so that `--help` answers at once.
"""

import sys
from importlib.util import find_spec

__all__ = ["main"]


def main() -> None:
    """Entry point of the `minutes` command; one sentence where the system is none that it can work on."""
    if find_spec("fcntl") is None:
        print(
            "error: audio-minutes needs the file locks of Linux or macOS; on Windows run it in WSL 2 or in a container.",
            file=sys.stderr,
        )
        sys.exit(2)
    from flows.cli.app import main as command

    command()
