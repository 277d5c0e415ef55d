"""The messages of errors, and the tree that is drawn above them."""

import re

import pytest

from tasks import errors
from tasks.errors import AudioError, ConfigError, MinutesError, did_you_mean


def test_message_says_where_what_and_what_to_do():
    error = AudioError("is empty (0 bytes).", where="a.mp3", fix="Copy or record it again.")
    assert str(error) == "a.mp3: is empty (0 bytes). Copy or record it again."


def test_message_needs_neither_place_nor_advice():
    assert str(AudioError("is empty.")) == "is empty."


def test_problems_are_joined_one_a_line():
    assert str(ConfigError.joined(["audio: no such stage", "report: no such format"])) == (
        "audio: no such stage\nreport: no such format"
    )


def test_parts_of_a_message_can_be_read():
    error = AudioError("is empty.", where="a.mp3", fix="Copy it again.")
    assert (error.what, error.where, error.fix) == ("is empty.", "a.mp3", "Copy it again.")


@pytest.mark.parametrize(
    ("word", "hint"),
    [
        ("faster-wisper", " Did you mean 'faster-whisper'?"),
        ("fasterwhisper", " Did you mean 'faster-whisper'?"),
        ("zzz", ""),
        ("", ""),
    ],
)
def test_nearest_known_word_is_suggested(word, hint):
    assert did_you_mean(word, ["openai-whisper", "faster-whisper", "transformers"]) == hint


def test_nothing_is_suggested_from_nothing():
    assert did_you_mean("faster-whisper", []) == ""


def tree_in_docstring() -> dict[str, int]:
    """Class name -> the exit code that stands beside it, 1 where none does."""
    branches = re.findall(r"[├└]── (\w+)(?:.*\(exit code (\d)\))?", errors.__doc__)
    return {name: int(code or 1) for name, code in branches}


def test_tree_in_the_docstring_shows_the_real_classes_and_exit_codes():
    assert tree_in_docstring() == {error.__name__: error.exit_code for error in MinutesError.__subclasses__()}


def test_tree_is_one_level_deep():
    children = [child for error in MinutesError.__subclasses__() for child in error.__subclasses__()]
    assert not [child for child in children if child.__module__ == "tasks.errors"]
