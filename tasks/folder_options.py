"""How a folder of recordings is treated."""

from pydantic import Field

from tasks.engine.base import Options


class FolderOptions(Options):
    """What is taken from a folder, and how often it is tried."""

    recursive: bool = Field(False, description="also take the recordings of sub-folders")
    join_parts: bool = Field(
        False,
        description="make one meeting of files like talk_part1.mp3, talk_part2.mp3, or of those that a sidecar names as parts",
    )
    settle_s: float = Field(
        2.0,
        ge=0,
        le=60,
        description="how long files of the last minute are watched; one that still changes waits for the next run",
    )
    attempts: int = Field(
        3,
        ge=1,
        le=100,
        description="runs that try a recording, when what fails is not the recording: a server, memory, an enrichment",
    )
