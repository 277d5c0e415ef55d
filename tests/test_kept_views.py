"""Views of the encoder: made once for the vote on the language and for the words."""

import numpy as np

from tasks.transcription.whisper.kept_views import KeptViews

ONE, TWO = np.zeros(3, np.int16), np.ones(3, np.int16)


def views_of(kept, windows, how="fp32", **keep):
    """The views, and how many windows were encoded for them."""
    made: list[int] = []
    views = kept.of(windows, lambda left: made.extend(map(id, left)) or [int(window.sum()) for window in left], how, **keep)
    return views, len(made)


def test_a_kept_view_is_used_once():
    kept = KeptViews()
    views_of(kept, [TWO], keep=True)
    assert views_of(kept, [ONE, TWO]) == ([0, 3], 1)
    assert views_of(kept, [ONE, TWO]) == ([0, 3], 2)


def test_a_view_of_another_precision_is_not_used():
    kept = KeptViews()
    views_of(kept, [ONE], "fp16", keep=True)
    assert views_of(kept, [ONE], "fp32") == ([0], 1)


def test_nothing_is_kept_from_one_recording_to_the_next():
    kept = KeptViews()
    views_of(kept, [ONE], keep=True)
    kept.forget()
    assert views_of(kept, [ONE]) == ([0], 1)


def test_the_same_sound_twice_is_encoded_once():
    assert views_of(KeptViews(), [ONE, TWO, ONE]) == ([0, 3, 0], 2)
