"""How far a study is: runs and quarters done, the time left at the pace so far, and the answer with it."""

from dataclasses import astuple
from types import SimpleNamespace

import pytest

from sim.lab import progress
from sim.lab.progress import Meter


@pytest.fixture
def clock(monkeypatch):
    """Stand still at 0 s until told otherwise."""
    now = SimpleNamespace(at=100.0)
    monkeypatch.setattr(progress, "time", SimpleNamespace(monotonic=lambda: now.at))
    return now


@pytest.fixture
def meter(clock):
    seen = []
    meter = Meter(6, 2, lambda moment: seen.append(astuple(moment)), _begun=100.0)
    return meter, seen


def test_a_study_is_told_step_by_step_with_the_time_that_is_left(meter, clock):
    meter, seen = meter
    assert seen == [(6, 2, 0, 2 / 6, 0.0, None, None)]
    clock.at = 110.0
    meter.quarter(5, 0.25)
    assert seen[-1] == (6, 2, 0, 2.25 / 6, 10.0, 10.0 * 3.75 / 0.25, None)
    meter.quarter(4, 0.5)
    meter.quarter(5, 0.5)
    assert seen[-1] == (6, 2, 0, 0.5, 10.0, 30.0, None)
    meter.quarter(5, 1.5)  # no run is more than whole
    assert seen[-1] == (6, 2, 0, 3.5 / 6, 10.0, 10.0 * 2.5 / 1.5, None)
    meter.finish(5)
    assert seen[-1] == (6, 3, 0, 3.5 / 6, 10.0, 10.0 * 2.5 / 1.5, None)
    meter.fail(4)
    assert seen[-1] == (6, 3, 1, 4 / 6, 10.0, 10.0, None)
    meter.fail(7)
    meter.finish(8)
    assert seen[-1] == (6, 4, 2, 1.0, 10.0, 0.0, None)


def test_what_is_not_needed_is_left_out_and_the_answer_goes_along(meter, clock):
    meter, seen = meter
    clock.at = 104.0
    meter.fail(3)
    meter.quarter(4, 0.5)
    meter.answer = "so far"
    meter.stop(4)
    assert seen[-1] == (4, 3, 1, 1.0, 4.0, 0.0, "so far")


def test_a_study_with_nothing_to_do_is_done_at_once(clock):
    seen = []
    Meter(0, 0, seen.append, _begun=100.0)
    Meter(1, 0, seen.append, _begun=100.0)
    assert [(p.fraction, p.remaining) for p in seen] == [(1.0, 0.0), (0.0, None)]


def test_nobody_needs_to_watch():
    meter = Meter(2, 0)
    meter.quarter(1, 0.5)
    meter.finish(1)
    assert meter.done == 1
