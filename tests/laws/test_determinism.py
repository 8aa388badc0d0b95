"""A run depends on code, scenario, seed and scale, and on nothing else."""

import threading

import numpy as np

from sim.core.defaults import PANELS


def same(one, other):
    return [m for m in one if not np.array_equal(one[m], other[m], equal_nan=True)] == []


def final(engine):
    while not engine.done:
        engine.step()
    return {
        f"{name}.{column}": table[column].copy()
        for name, table in engine.state.tables.items()
        for column in table
    }


def test_the_same_seed_gives_the_same_bits_and_another_does_not(lab):
    first, again = final(lab.engine(seed=7)), final(lab.engine(seed=7))
    assert all(np.array_equal(first[c], again[c]) for c in first)
    other = lab.run(seed=8).national
    assert not same(lab.run(seed=7).national, other)


def test_panels_and_checks_only_watch(lab):
    plain = final(lab.engine(file="top_level_design", until="2025-Q1"))
    watched = final(lab.engine(file="top_level_design", until="2025-Q1", panels=PANELS, check=True))
    assert all(np.array_equal(plain[c], watched[c]) for c in plain)


def test_runs_side_by_side_in_threads_do_not_disturb_each_other(lab):
    engines = [lab.engine(seed=s, until="2024-Q4") for s in (1, 2, 1)]
    ends = [None] * 3

    def work(i):
        ends[i] = final(engines[i])

    threads = [threading.Thread(target=work, args=(i,)) for i in range(3)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    alone = final(lab.engine(seed=1, until="2024-Q4"))
    for end in (ends[0], ends[2]):
        assert all(np.array_equal(alone[c], end[c]) for c in alone)
    assert not np.array_equal(ends[1]["firms.cash"], alone["firms.cash"])


def test_a_policy_that_starts_later_has_the_same_past(lab):
    base = lab.run().national
    later = lab.run("rd_grant_rate={2025-Q1: 0.3}").national
    before = {m: values[:8] for m, values in base.items()}
    assert same(before, {m: values[:8] for m, values in later.items()})
    assert not same(base, later)


def test_the_end_of_the_run_does_not_change_its_beginning(lab):
    short, long = lab.run(until="2025-Q2").national, lab.run().national
    assert same(short, {m: values[:10] for m, values in long.items()})
