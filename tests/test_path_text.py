"""Paths are the same after a trip through JSON, whatever their bytes."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st
from pydantic import TypeAdapter

from tasks.path_text import PathText, decode_path, encode_path

JSON = TypeAdapter(PathText)


@given(st.binary(min_size=1).map(os.fsdecode))
def test_path_is_the_same_after_json(path):
    assert JSON.validate_json(JSON.dump_json(path)) == path


@pytest.mark.parametrize("path", ["talk.wav", "/data/tuần 1.wav", "50%.wav", "caf%E9.wav"])
def test_path_that_is_text_stays_as_it_is(path):
    assert encode_path(path) == decode_path(path) == path


def test_bytes_that_are_no_text_become_percent_signs():
    assert encode_path(os.fsdecode(b"/data/caf\xe9 1.wav")) == "file:///data/caf%E9%201.wav"
    assert decode_path("file:///data/caf%E9%201.wav") == os.fsdecode(b"/data/caf\xe9 1.wav")
