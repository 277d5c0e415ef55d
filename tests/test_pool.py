"""The open models of a run: opened once, lent to one caller at a time, closed by their owner."""

import threading
from typing import Any

from tasks.engine.base import BackendChoice, Device
from tasks.engine.pool import ModelPool
from tasks.summarization.extractive import Extractive
from tasks.summarization.summarizer import Summarizer

CPU = Device("cpu", "test")
PATIENCE_S = 60


def test_an_open_model_is_used_while_another_one_is_opened(monkeypatch):
    """Else the summary of one recording would wait for the recognition of another."""
    opened, used = threading.Event(), threading.Event()
    choices = [BackendChoice(backend="extractive", options={"sentences": count}) for count in (1, 2)]

    def open_slowly(self: Extractive, options: Any, device: Device) -> None:
        self.options, self.device = options, device
        if options.sentences == 2:
            opened.set()
            assert used.wait(PATIENCE_S)

    monkeypatch.setattr(Extractive, "__init__", open_slowly)
    with ModelPool() as pool:
        with pool.backend("summarization", choices[0], CPU, Summarizer):
            pass
        thread = threading.Thread(target=lambda: pool.backend("summarization", choices[1], CPU, Summarizer).__enter__())
        thread.start()
        assert opened.wait(PATIENCE_S)
        with pool.backend("summarization", choices[0], CPU, Summarizer):
            used.set()
        thread.join()


def test_models_of_some_stages_are_closed_and_those_in_use_are_not():
    choice, pool = BackendChoice(backend="extractive"), ModelPool()
    with pool.backend("summarization", choice, CPU, Summarizer) as summarizer:
        pass
    pool.close("transcription", "diarization")
    held, free = threading.Event(), threading.Event()

    def hold() -> None:
        with pool.backend("summarization", choice, CPU, Summarizer) as same:
            assert same is summarizer
            held.set()
            free.wait(PATIENCE_S)

    thread = threading.Thread(target=hold)
    thread.start()
    assert held.wait(PATIENCE_S)
    pool.close("summarization")
    assert pool.open_backends == ["summarization/extractive"]
    free.set()
    thread.join()
    pool.close("summarization")
    assert pool.open_backends == []


def test_pools_share_nothing_and_close_what_they_opened():
    choice = BackendChoice(backend="extractive")
    with ModelPool() as first, ModelPool() as second:
        with (
            first.backend("summarization", choice, CPU, Summarizer) as one,
            second.backend("summarization", choice, CPU, Summarizer) as other,
        ):
            assert one is not other
        second.close()
        assert (first.open_backends, second.open_backends) == (["summarization/extractive"], [])
    assert first.open_backends == []
