"""The contract with Mesa's own tools, under whichever Mesa is installed (`make mesa`: under all at hand)."""

from __future__ import annotations

import gc
import inspect
import multiprocessing
import pickle
import weakref
from collections.abc import Callable
from pathlib import Path
from typing import Any

import mesa
import numpy as np
import pytest

from sim.core.errors import InputError
from sim.metrics import METRICS, metric
from sim.model import ClusterModel, Zone
from sim.model.seeds import SEEDS, seed_from
from sim.schedule import LEVERS

SHIPPED = Path(__file__).parents[2] / "scenarios"
QUICK: dict[str, Any] = {"world": "china-31", "scale": 0.002, "until": "2023-Q2"}
try:
    from mesa.experimental.scenarios import Scenario
except ImportError:
    Scenario: Any = None
try:
    from mesa.experimental.scenarios import RunConfiguration, run_scenarios
except ImportError:
    run_scenarios: Any = None
has_scenario = pytest.mark.skipif(Scenario is None, reason="Mesa has scenarios of its own from 3.5 on")
has_batch_run = pytest.mark.skipif(not hasattr(mesa, "batch_run"), reason="Mesa 4 has run_scenarios instead")
has_run_scenarios = pytest.mark.skipif(run_scenarios is None, reason="this Mesa has no run_scenarios")


def run(model: ClusterModel) -> ClusterModel:
    """Step a model to its end."""
    while model.running:
        model.step()
    return model


@pytest.fixture(scope="module")
def seventh() -> ClusterModel:
    """A model with seed 7 at its end."""
    return run(ClusterModel(seed=7, **QUICK))


def batch(parameters: dict[str, Any], **said: Any) -> list[dict[str, Any]]:
    """Run Mesa's batch_run quietly, two replications that are given no seed."""
    if "rng" in inspect.signature(mesa.batch_run).parameters:
        start = multiprocessing.get_start_method(allow_none=True)
        try:
            return mesa.batch_run(
                ClusterModel, parameters, rng=said.pop("rng", [None, None]), display_progress=False, **said
            )
        finally:  # it sets the way processes are started, for everybody
            multiprocessing.set_start_method(start, force=True)
    if "rng" in said:
        parameters = parameters | {"seed": said.pop("rng")}
        return mesa.batch_run(ClusterModel, parameters, display_progress=False, **said)
    return mesa.batch_run(ClusterModel, parameters, iterations=2, display_progress=False, **said)


@has_batch_run
def test_replications_of_a_batch_differ_and_each_can_be_repeated() -> None:
    first, second = _ends(batch(dict(QUICK)))
    assert first["seed"] != second["seed"]
    assert first["output"] != second["output"]
    again = run(ClusterModel(seed=first["seed"], **QUICK))
    at = again.datacollector.model_vars["quarter"].index(first["quarter"])
    assert again.datacollector.model_vars["output"][at] == first["output"]


def _ends(rows: list[dict[str, Any]]) -> list[dict[str, Any]]:
    return [row for row in rows if row["Step"] == max(r["Step"] for r in rows)]


@has_batch_run
def test_a_batch_labels_rows_by_quarters_run() -> None:
    rows = batch(dict(QUICK), rng=[7], data_collection_period=1)
    model = run(ClusterModel(seed=7, **QUICK))
    assert [row["Step"] for row in rows][:2] == [0, 1]
    for row in rows:
        assert row["quarter"] == model.datacollector.model_vars["quarter"][int(row["Step"])]
        assert row["output"] == model.datacollector.model_vars["output"][int(row["Step"])]


@has_batch_run
def test_a_batch_sweeps_levers_given_as_numpy_arrays() -> None:
    rows = _ends(batch(QUICK | {"talent_card": np.array([0.0, 0.5]), "metrics": ["output"]}, rng=[7]))
    assert [float(row["talent_card"]) for row in rows] == [0.0, 0.5]
    assert {row["seed"] for row in rows} == {7}


@has_scenario
def test_a_mesa_scenario_is_kept_and_carries_seed_file_and_levers() -> None:
    told = Scenario(rng=5, file=SHIPPED / "top_level_design.yaml", talent_card=0.4, **QUICK)
    model = ClusterModel(told)
    assert model.scenario is told
    assert model.talent_card == 0.4
    assert model.resolved.name == "top_level_design"
    assert model.resolved.world == "china-31"
    assert ClusterModel(told).seed == model.seed
    again = ClusterModel(told, seed=6, talent_card=0.1)
    assert again.seed == 6
    assert again.scenario.talent_card == again.talent_card == 0.1
    assert (told.talent_card, told.file) == (0.4, SHIPPED / "top_level_design.yaml")
    for number in ("_scenario_id", "scenario_id", "replication_id"):
        assert getattr(again.scenario, number, None) == getattr(told, number, None)


@has_scenario
def test_scenarios_without_a_seed_differ_and_are_recorded() -> None:
    one, two = (ClusterModel(Scenario(**QUICK)) for _ in range(2))
    assert one.seed != two.seed
    assert one.datacollector.model_vars["seed"] == [one.seed]


@pytest.mark.skipif(not hasattr(Scenario, "spawn_replications"), reason="Mesa spawns replications from 4 on")
def test_replications_of_a_scenario_differ_here_and_in_another_process() -> None:
    spawned = Scenario(rng=5, **QUICK).spawn_replications(3)
    models = [ClusterModel(replication) for replication in spawned]
    assert len({model.seed for model in models}) == 3
    assert [model.scenario.replication_id for model in models] == [0, 1, 2]
    sent = [pickle.loads(pickle.dumps(replication)) for replication in spawned]
    assert [ClusterModel(replication).seed for replication in sent] == [model.seed for model in models]
    numbered = [Scenario(rng=5, replication_id=i, **QUICK) for i in range(2)]
    assert len({ClusterModel(scenario).seed for scenario in numbered}) == 2


@has_scenario
def test_a_scenario_does_not_keep_its_model() -> None:
    told = Scenario(rng=5, **QUICK)
    model = ClusterModel(told)
    gone = weakref.ref(model)
    del model
    gc.collect()
    assert gone() is None
    assert ClusterModel(told).seed == ClusterModel(told).seed


@has_run_scenarios
def test_run_scenarios_runs_replications_that_differ() -> None:
    import pandas as pd

    design = pd.DataFrame([QUICK | {"talent_card": 0.0}, QUICK | {"talent_card": 0.5}])
    scenarios = Scenario.from_dataframe(design, rng=5, replications=2)
    store = run_scenarios(scenarios, RunConfiguration(ClusterModel, until=2), progress=False)
    assert not store.failed()
    outputs = [store.retrieve_output(key)["model"] for key in store.succeeded()]
    ends = {(table["seed"].iloc[-1], table["public_cost"].iloc[-1]) for table in outputs}
    assert len(ends) == 4
    assert len({seed for seed, _ in ends}) == 2, "design points are compared under the same luck"
    assert all(table["quarter"].iloc[-1] == "2023-Q2" for table in outputs)


@pytest.mark.parametrize(
    ("source", "seed"),
    [
        (7, 7),
        (np.int64(7), 7),
        (np.uint8(7), 7),
        (np.array(7), 7),
        ([7], 7),
        (np.random.SeedSequence(7), 7),
        (2**63 - 1, 454035966),
        ([1, 2], 1596810411),
        (np.random.SeedSequence(7).spawn(2)[1], 1471499523),
        (np.random.PCG64(7), 2029167941),
        (np.random.default_rng(7), 2029167941),
    ],
)
def test_whatever_numpy_takes_for_a_seed_is_one_number(source: Any, seed: int) -> None:
    assert seed_from(source) == seed


def test_a_generator_that_models_share_gives_each_a_seed_of_its_own() -> None:
    rng = np.random.default_rng(1)
    seeds = [ClusterModel(rng=rng, **QUICK).seed for _ in range(2)]
    assert seeds[0] != seeds[1]
    assert ClusterModel(rng=np.int32(seeds[0]), **QUICK).seed == seeds[0]
    assert len({seed_from(None) for _ in range(50)}) == 50
    assert all(0 <= seed_from(None) < SEEDS for _ in range(50))


@pytest.mark.parametrize("wrong", [True, 1.5, -1, "7", [], [1, -2], [0.5], object(), np.float64(3.0), {}])
def test_what_is_no_seed_is_refused(wrong: Any) -> None:
    with pytest.raises(InputError, match="is not a seed"):
        ClusterModel(seed=wrong, **QUICK)
    with pytest.raises(InputError, match="two names for one thing"):
        ClusterModel(seed=1, rng=1)


@pytest.mark.parametrize("number", [np.float64, np.float32, np.int64, np.uint8, np.array, int])
def test_every_lever_takes_numpy_numbers(number: Callable[[Any], Any]) -> None:
    levers = {k: number(v.high) for k, v in LEVERS.items() if v.kind in ("number", "integer") and v.high == 1}
    assert len(levers) > 10
    model = ClusterModel(seed=1, approval_days={np.int64(2023): np.float64(60)}, **levers, **QUICK)
    assert {name: model.levers[name] for name in levers} == dict.fromkeys(levers, 1)
    assert model.approval_days == 60
    assert ClusterModel(seed=1, scale=np.float32(0.25), world="china-31").engine.scale == 0.25


@pytest.mark.parametrize(
    ("wrong", "told"),
    [
        ({"talent_card": object()}, "is no value of a lever"),
        ({"talent_card": None}, "no value"),
        ({"talent_card": np.nan}, "not"),
        ({"talent_card": "much"}, "not a number"),
        ({"scenario": 5}, "an? int is not a scenario"),
        ({"metrics": ["outptu"]}, "did you mean 'output'"),
        ({"metrics": 5}, "there is no metric 5"),
        ({"world": 5}, "5 is a int, not text"),
        ({"until": 2030}, "2030 is a int, not text"),
        ({"scale": True}, "True is not a scale"),
        ({"scale": "much"}, "'much' is not a scale"),
        ({"policy": {"talent_card": 5}}, "above its bounds"),
        ({"description": "mine"}, "'description' is not a lever"),
    ],
)
def test_arguments_of_a_wrong_type_are_refused(wrong: dict[str, Any], told: str) -> None:
    with pytest.raises(InputError, match=told):
        ClusterModel(seed=1, **QUICK | wrong)


def test_metrics_are_reporters_by_name(seventh: ClusterModel) -> None:
    collector = mesa.DataCollector(
        model_reporters={name: name for name in METRICS if name != "firms"},
        agenttype_reporters={Zone: {"jobs": "jobs", "name": "name"}},
    )
    model = ClusterModel(seed=7, **QUICK)
    collector.collect(model)
    while model.running:
        model.step()
        collector.collect(model)
    for name, series in collector.model_vars.items():
        np.testing.assert_array_equal(series, seventh.datacollector.model_vars[name], err_msg=name)
    jobs = collector.get_agenttype_vars_dataframe(Zone)["jobs"]
    assert jobs.groupby(level=0).sum().iloc[-1] == model.engine.state.zones.jobs.sum()
    assert model.metrics["firms"] == seventh.datacollector.model_vars["firms"][-1]
    few = ClusterModel(seed=7, metrics=["output"], **QUICK)
    assert set(few.datacollector.model_vars) == {"quarter", "seed", "output"}


def test_names_of_metrics_levers_and_mesa_do_not_collide() -> None:
    own = set(dir(ClusterModel(seed=1, **QUICK)))
    assert own & set(METRICS) == {"firms"}
    assert not own & set(LEVERS)
    assert not set(METRICS) & set(LEVERS)


def test_the_first_row_is_the_opening_state(seventh: ClusterModel) -> None:
    rows = seventh.datacollector.get_model_vars_dataframe()
    assert rows["quarter"].tolist() == ["2022-Q4", "2023-Q1", "2023-Q2"]
    opening = ClusterModel(seed=7, **QUICK)
    assert rows["output"].iloc[0] == opening.output == opening.engine.state.industries.sales[:20].sum()
    assert rows["rd_workers"].iloc[0] == opening.metrics["rd_workers"] == opening.talent.agg("weight", sum)
    assert rows[["entries", "public_cost", "value_added", "rd_spending"]].iloc[0].isna().all()
    assert rows.iloc[1:].notna().sum().sum() > rows.iloc[0].notna().sum()


def test_run_for_is_that_many_quarters_and_not_one_past_the_end(seventh: ClusterModel) -> None:
    model = ClusterModel(seed=7, **QUICK)
    model.run_for(1)
    assert (model.time, model.steps, model.engine.quarter, model.running) == (1, 1, 1, True)
    model.run_for(5)
    assert (model.engine.quarter, model.running) == (2, False)
    assert model.output == seventh.output
    assert len(model.datacollector.model_vars["output"]) == 3
    about = "baseline, china-31, seed 7, scale 0.002: 2023-Q2, 2 of 2 quarters run"
    assert repr(model) == f"<ClusterModel {about}>"


def test_an_own_metric_is_an_attribute_of_models_built_after_it() -> None:
    before = ClusterModel(seed=7, **QUICK)
    try:

        @metric("firms", "", "final", "")
        def twice_the_sales(state: Any) -> float:
            """Sales, doubled, in a way that fails before a quarter has set the levers."""
            return 2.0 * state.industries.sales[:20].sum() + 0.0 * len(state.lever.talent_card)

        model = ClusterModel(seed=7, **QUICK)
        assert np.isnan(model.twice_the_sales)
        with pytest.raises(AttributeError, match="twice_the_sales"):
            _ = before.twice_the_sales
        before.step()
        model.step()
        assert model.twice_the_sales == 2.0 * before.output
        with pytest.raises(AttributeError, match="measured"):
            model.twice_the_sales = 1.0
    finally:
        METRICS.pop("twice_the_sales", None)
