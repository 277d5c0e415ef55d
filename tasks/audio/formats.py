"""Which files of a folder are taken for recordings. What a file really is, its content says later."""

from pathlib import Path

SUFFIXES = frozenset(
    ".aac .ac3 .aif .aiff .amr .avi .caf .flac .m4a .m4b .mka .mkv .mov .mp2 .mp3 .mp4 .mpeg .mpg .oga .ogg .opus .wav"
    " .webm .wma .wmv".split()
)


def find_recordings(folder: Path) -> list[Path]:
    """The recordings directly in a folder, sorted by name; hidden files and links are left alone."""
    return sorted(
        path
        for path in folder.iterdir()
        if path.suffix.lower() in SUFFIXES and not path.name.startswith(".") and path.is_file() and not path.is_symlink()
    )
