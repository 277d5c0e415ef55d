"""The words of a task as they are cut out of speech."""

import pytest

from tasks.actions.wording import task_text
from tasks.language.languages import language_or_english


@pytest.mark.parametrize(
    ("said", "text"),
    [
        ("walk over to the office and make a nuisance of myself", "Walk over to the office and make a nuisance of myself"),
        ("keep that list to myself, okay", "Keep that list to myself"),
        ("paint the fence myself too", "Paint the fence"),
        ("write it up yourself, please", "Write it up"),
    ],
)
def test_oneself_stays_where_the_sentence_needs_it(said, text):
    assert task_text(said, None, language_or_english("en").cues, r"(?!)") == text
