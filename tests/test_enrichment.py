"""Enrichments that fail cost the minutes nothing but themselves."""

import pytest

from tasks.enrichment import enrich, succeeded
from tasks.errors import ResourceError
from tasks.language.messages import message
from tasks.schema import Message, Notes


def told(why: str) -> Message:
    return message("summarization_failed", why)


def fail_with(error: Exception) -> Notes:
    raise error


@pytest.mark.parametrize("error", [ValueError("bad shape"), MemoryError(), ResourceError("memory ran out.")])
def test_failure_is_told_and_not_raised(error):
    notes = enrich("summarization", lambda: fail_with(error), Notes(), told)
    said = str(error) if isinstance(error, ResourceError) else f"an unexpected {type(error).__name__}"
    assert notes.notices[0].message == f"summarization failed, so the summary is missing: {said}"
    assert not succeeded(notes)


def test_failure_that_ends_the_process_is_raised():
    with pytest.raises(ResourceError, match="cuda broke down"):
        enrich("summarization", lambda: fail_with(ResourceError("cuda broke down.", fatal=True)), Notes(), told)


def test_success_is_passed_on():
    assert enrich("summarization", Notes, Notes(), told) == Notes()
    assert succeeded(Notes())
