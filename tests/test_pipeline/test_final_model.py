"""The chosen model read back from a run directory."""

from concurrent.futures import ThreadPoolExecutor
from threading import Barrier

import pipeline.final_model
from pipeline.final_model import read_map_model
from pipeline.run_paths import RunPaths


def test_threads_that_ask_at_once_read_the_members_once(small_run, monkeypatch):
    loaded, together = [], Barrier(2)
    load_member = pipeline.final_model.load_member

    def count(path):
        loaded.append(path)
        return load_member(path)

    def ask(_):
        together.wait()
        return read_map_model(RunPaths(small_run))

    monkeypatch.setattr(pipeline.final_model, "load_member", count)
    pipeline.final_model._read_map_model.cache_clear()
    with ThreadPoolExecutor(2) as pool:
        first, second = pool.map(ask, range(2))
    assert first is second
    assert len(loaded) == len(set(loaded))
