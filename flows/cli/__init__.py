"""The command line: one file per command, `tables` for what is printed on stdout, `progress` for what is said on stderr.

A command is a thin function: it parses, calls a plain function of the same parameters, and prints. Heavy libraries are imported
inside the commands that need them, so that `--help` answers at once.
"""

from flows.cli.app import main

__all__ = ["main"]
