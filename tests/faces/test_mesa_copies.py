"""Models that are copied, sent away, branched and let go."""

from __future__ import annotations

import copy
import gc
import pickle
import subprocess
import sys
import weakref
from collections.abc import Callable

import cloudpickle
import mesa
import numpy as np
import pytest

from sim.engine import Engine
from sim.model import ClusterModel
from sim.scenario import load, resolve
from sim.world import country

from .quick import QUICK, TALENT, ended


def assert_same(one: ClusterModel, other: ClusterModel) -> None:
    """Compare what was collected and every column of the state, bit for bit."""
    assert one.datacollector.model_vars.keys() == other.datacollector.model_vars.keys()
    for name, series in one.datacollector.model_vars.items():
        np.testing.assert_array_equal(series, other.datacollector.model_vars[name], err_msg=name)
    for name, table in one.engine.state.tables.items():
        twin = other.engine.state.tables[name]
        for column in table:
            np.testing.assert_array_equal(table[column], twin[column], err_msg=f"{name}.{column}")


@pytest.fixture(scope="module")
def whole() -> ClusterModel:
    """A model that ran undisturbed."""
    return ended(ClusterModel(TALENT, seed=7, **QUICK))


def sent(model: ClusterModel) -> ClusterModel:
    """Return what another process would get."""
    return pickle.loads(pickle.dumps(model))


COPIES = [sent, copy.deepcopy, ClusterModel.branch]


@pytest.mark.parametrize("duplicate", COPIES, ids=["pickle", "deepcopy", "branch"])
@pytest.mark.parametrize("quarters", [0, 2, 4])
def test_a_copy_goes_on_to_the_same_numbers(
    duplicate: Callable[[ClusterModel], ClusterModel], quarters: int, whole: ClusterModel
) -> None:
    model = ClusterModel(TALENT, seed=7, **QUICK)
    for _ in range(quarters):
        model.step()
    twin = duplicate(model)
    assert type(twin) is ClusterModel
    assert (twin.steps, twin.time, twin.running, twin.seed) == (model.steps, model.time, model.running, 7)
    assert_same(ended(twin), whole)
    assert model.engine.quarter == quarters, "the copy is not independent"
    assert_same(ended(sent(twin) if quarters == 2 else model), whole)
    assert len(twin.agents) == len(whole.agents)
    assert {agent.model for agent in twin.agents} == {twin}
    assert [zone.pos for zone in twin.zones] == [zone.pos for zone in whole.zones]
    assert twin.random.random() == whole.branch().random.random()


def test_an_engine_can_be_sent_too() -> None:
    scenario = load(TALENT, world="china-31", until="2023-Q2")
    engine = Engine(
        resolve(scenario, country("china-31")), seed=7, scale=0.002, check=True, panels=("firms",)
    )
    engine.step()
    twin = pickle.loads(pickle.dumps(engine))
    for each in (engine, twin):
        each.step()
    one, other = engine.result(), twin.result()
    for name in one.national:
        np.testing.assert_array_equal(one.national[name], other.national[name])
    np.testing.assert_array_equal(one.panels["firms"]["uid"], other.panels["firms"]["uid"])


ELSEWHERE = """
import pickle, sys
model = pickle.load(sys.stdin.buffer)
while model.running:
    model.step()
sys.stdout.buffer.write(pickle.dumps(model))
"""


def test_a_copy_goes_on_in_a_new_process(whole: ClusterModel) -> None:
    model = ClusterModel(TALENT, seed=7, **QUICK)
    model.run_for(2)
    command = [sys.executable, "-W", "error", "-c", ELSEWHERE]
    there = subprocess.run(command, input=pickle.dumps(model), capture_output=True, check=False)
    assert there.returncode == 0, there.stderr.decode()
    assert_same(pickle.loads(there.stdout), whole)


def test_cloudpickle_does_as_well(whole: ClusterModel) -> None:
    model = ClusterModel(TALENT, seed=7, **QUICK)
    model.step()
    assert_same(ended(pickle.loads(cloudpickle.dumps(model))), whole)


def test_agents_of_the_user_and_views_come_along() -> None:
    class Watcher(mesa.Agent):
        pass

    model = ClusterModel(seed=7, **QUICK)
    watcher = Watcher(model)
    watcher.watched = model.firms[:3]
    twin = model.branch()
    (copied,) = twin.agents_by_type[Watcher]
    assert copied.unique_id == watcher.unique_id == len(model.agents)
    assert copied.watched.table is twin.engine.state.firms
    assert list(copied.watched.rows) == list(watcher.watched.rows)
    assert Watcher(twin).unique_id == watcher.unique_id + 1


@pytest.mark.skipif(not hasattr(mesa.Model, "schedule_event"), reason="Mesa has events from 3.5 on")
def test_events_of_the_user_belong_to_the_copy() -> None:
    from mesa.experimental.data_collection import DataRecorder, DatasetConfig

    model = ClusterModel(seed=7, **QUICK)
    model.data_registry.track_model(model, "numbers", fields=["output"])
    model.mine = DataRecorder(model, config={"numbers": DatasetConfig()})
    for twin in (model.branch(), sent(model)):
        twin.run_for(2)
        told, kept = twin.mine.get_table_dataframe("numbers"), twin.datacollector.model_vars
        assert told["output"].tolist()[:2] == kept["output"][:2]
        assert len(model.mine.get_table_dataframe("numbers")) == 0


def test_models_are_let_go() -> None:
    gone = []
    for seed in range(3):
        model = ClusterModel(seed=seed, **QUICK)
        model.step()
        twin = model.branch()
        mesa.Agent(twin)
        gone += [weakref.ref(model), weakref.ref(twin), weakref.ref(model.engine.state.firms)]
        del model, twin
        gc.collect()
    assert not any(ref() for ref in gone)


TWENTY = """
import gc, sys
from sim.core.memory import peak
from sim.model import ClusterModel
after = []
for seed in range(20):
    model = ClusterModel(seed=seed, world="china-31", scale=0.02, until="2023-Q2")
    size = sum(table[c].nbytes for table in model.engine.state.tables.values() for c in table) / 2**20
    del model
    gc.collect()
    after.append(peak())
print(size, *after)
"""


@pytest.mark.slow
def test_twenty_models_take_the_memory_of_a_few() -> None:
    out = subprocess.run([sys.executable, "-c", TWENTY], capture_output=True, text=True, check=True).stdout
    size, *peaks = map(float, out.split())
    assert peaks[-1] - peaks[4] < 3 * size, f"a model of {size:.0f} MiB left {peaks} MiB"


def test_a_branch_changes_policy_and_nothing_else(whole: ClusterModel) -> None:
    model = ClusterModel(TALENT, seed=7, **QUICK)
    model.run_for(2)
    other = model.branch(capacity_subsidy=0.3)
    assert (model.changes, len(other.changes)) == ((), 1)
    assert_same(ended(model), whole)
    ended(other)
    for name, series in other.datacollector.model_vars.items():
        np.testing.assert_array_equal(series[:3], whole.datacollector.model_vars[name][:3])
    assert (
        other.datacollector.model_vars["public_cost"][3:] != whole.datacollector.model_vars["public_cost"][3:]
    )
