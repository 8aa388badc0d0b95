"""Freed memory is kept for the next step, except where many sessions share a process."""

import ctypes

import pytest

from sim.core import memory


@pytest.mark.parametrize(("why", "calls"), [((), 2), (("a server",), 0)])
def test_a_server_hands_freed_memory_back(monkeypatch, why, calls):
    said = []

    class Library:
        def mallopt(self, *words):
            said.append(words)

    monkeypatch.setattr(ctypes, "CDLL", lambda name: Library())
    monkeypatch.setattr(memory.sys, "platform", "linux")
    monkeypatch.setattr(memory, "_HANDED_BACK", set())
    for reason in why:
        memory.hand_back(reason)
    memory.keep_freed.__wrapped__()
    assert len(said) == calls
