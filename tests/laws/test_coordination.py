"""What the whole model must say about coordination, whatever its numbers."""

import numpy as np
import pytest

from sim.mechanisms.layout.judgement import own_fit
from sim.world.tables import K

COUNTRY = {"world": "china-31", "scale": 0.002, "until": "2030-Q4"}


@pytest.mark.parametrize("seed", range(1, 6))
def test_top_level_design_lowers_duplication_in_every_paired_run(lab, seed):
    """On the real zones; the 31 provinces have a layout or two too many, which luck decides about."""
    zones = COUNTRY | {"world": "china-178"}
    alone = lab.run(file="baseline", seed=seed, **zones)
    together = lab.run(file="top_level_design", seed=seed, **zones)
    name = "mean_duplicated_layouts"
    assert together.metrics[name] < 0.7 * alone.metrics[name]


def test_quotas_on_plants_save_what_quotas_on_lists_do_not(lab):
    """The same luck and lists: only plants beyond what demand will carry are not begun."""
    zones, idle = COUNTRY | {"world": "china-178"}, []
    for seed in (1, 2, 3):
        lists = lab.run(file="top_level_design", seed=seed, **zones).metrics
        plants = lab.run(file="plant_quotas", seed=seed, **zones).metrics
        idle.append([m["built_overcapacity"] for m in (lists, plants)])
        assert plants["failed_plants"] < lists["failed_plants"]
        assert plants["capacity_utilisation"] > lists["capacity_utilisation"]
        assert plants["mean_duplicated_layouts"] < 1.2 * lists["mean_duplicated_layouts"]
    by_lists, by_plants = np.mean(idle, axis=0)  # of single runs a wave of firms may be the larger part
    assert by_plants < 0.5 * by_lists


def test_with_one_zone_there_is_nothing_to_duplicate(lab):
    result = lab.run(world="synthetic:Z=1,total=0.02", until="2026-Q4")
    assert result.metrics["mean_duplicated_layouts"] == 0.0
    assert result.metrics["declared_priorities"] > 0.0
    assert result.metrics["priority_jaccard"] is None
    assert result.metrics["gini_output_provinces"] is None


CERTAIN = {
    "forecast_error_sd": 0.0,
    "planner_fit_error_sd": 0.0,
    "compliance_share_slope": 1000.0,  # any share of revenue convinces everybody
}


def excess(lab, *sets, parameters):
    """Return duplicated layouts of each quarter in a small country that is coordinated from the start."""
    rungs = ("shared_definition=1", "information_sharing=1", "staggering_quota=1", "revenue_sharing=0.4")
    world = "synthetic:Z=24,provinces=4,hetero=0.6,special=0.5,total=0.1"
    result = lab.run(*rungs, *sets, world=world, until="2032-Q4", parameters=parameters)
    assert result.metrics["declared_priorities"] > 24
    return result.national["duplicated_layouts"]


@pytest.mark.parametrize("sets", [(), ("staggering_equity=0",), ("spatial_tiers=1",), ("policy_horizon=8",)])
def test_perfect_information_and_full_staggering_leave_no_excess_zones(lab, sets):
    """Exactly zero, in every quarter, where the forecast is right and every committee complies."""
    assert (excess(lab, *sets, parameters=CERTAIN) == 0.0).all()


@pytest.mark.parametrize("name", ["forecast_error_sd", "compliance_share_slope"])
def test_wrong_forecasts_or_zones_that_refuse_leave_some(lab, name):
    usual = {k: v for k, v in CERTAIN.items() if k != name}
    if name == "compliance_share_slope":
        usual |= {name: 0.0}  # nobody is convinced by money
    assert excess(lab, parameters=usual).max() > 0.0


def mean_fit(lab, error, seed, equity=1.0):
    """Return the mean fit of what the planner assigned to a willing country."""
    willing = {"compliance_share_slope": 28.0, "compliance_loss_midpoint": 1.0, "compliance_loss_slope": 1.0}
    engine = lab.engine(
        "staggering_quota=1",
        "revenue_sharing=0.4",
        f"staggering_equity={equity}",
        world="china-178",
        scale=0.002,
        seed=seed,
        parameters=willing | {"planner_fit_error_sd": error},
    )
    engine.state.cells.priority[:] = False  # zones keep what they have: start from nothing
    engine.step()
    s = engine.state
    assert s.zones.compliant.all()
    assert s.cells.priority.sum() > 100
    return float(own_fit(s)[s.cells.priority].mean())


@pytest.mark.parametrize("seed", range(1, 4))
def test_random_places_fit_worse_than_places_by_fit(lab, seed):
    random, noisy, known = (mean_fit(lab, error, seed) for error in (100.0, 0.5, 0.0))
    assert abs(random) < 0.15
    assert random + 0.05 < noisy < known


@pytest.mark.parametrize("seed", [1, 2])
def test_equity_costs_fit(lab, seed):
    by_fit, half, by_rounds = (mean_fit(lab, 0.0, seed, equity) for equity in (0.0, 0.5, 1.0))
    assert by_rounds < half < by_fit


def output_of_places(lab, error, seed):
    """Return the output in 2030 of the cells that the planner assigned in 2023, over the others'."""
    willing = {"compliance_share_slope": 1000.0, "planner_fit_error_sd": error}
    engine = lab.engine(
        *("staggering_quota=1", "revenue_sharing=0.4"),
        world="china-31", seed=seed, until="2030-Q4", parameters=willing,
    )  # fmt: skip
    engine.state.cells.priority[:] = False
    engine.step()
    assigned = engine.state.cells.priority.copy()
    while not engine.done:
        engine.step()
    output = engine.state.cells.output[:, :K]
    share = output / np.maximum(output.sum(axis=0), 1e-9)
    return float(share[assigned].mean())


def test_cells_that_were_assigned_by_fit_produce_more_than_cells_drawn_by_lot(lab):
    by_lot, by_fit = (np.mean([output_of_places(lab, e, s) for s in (1, 2)]) for e in (100.0, 0.0))
    assert by_fit > 1.05 * by_lot


def pinned(lab, zones):
    """Return mean utilisation of photovoltaics and its pipeline when ``zones`` build first plants."""
    engine = lab.engine(
        "theories.plants=first_plant",
        *(f"zones.{name}.priorities=[PV]" for name in zones),
        world="china-31",
        scale=0.005,
        until="2030-Q4",
        parameters={
            "plant_hazard": 50.0,
            "plant_crowding": 0.0,
            "priorities_per_zone": 0.0,
            "priorities_spread": 0.0,
            "first_plant_lump": 0.5,
            "platform_debt_limit": 100.0,
        },
    )
    k = engine.state.country.industries.index("PV")
    engine.state.cells.priority[:] = False
    use = []
    while not engine.done:
        engine.step()
        use.append(engine.state.industries.utilisation[k])
    return np.mean(use[8:20]), int(engine.state.cells.plants[:, k].sum())


def test_capacity_that_everybody_builds_idles(lab):
    names = lab.engine(world="china-31").state.country.zones
    few, plants_few = pinned(lab, names[:3])
    many, plants_many = pinned(lab, names)
    assert plants_few == 3
    assert plants_many > 20
    assert many < few - 0.02


GIVEN = (
    *(f"theories.{what}" for what in ("technology=ladder", "demand=path", "plant_cost=flat")),
    *("theories.plants=first_plant", "theories.expectations=extrapolation"),
    *("capital_cheapens=0", "priority_credit=0", "order_first=0.1"),
)
"""The world of worlds/given.yaml."""


def crowding_of_industries(lab, file, seed):
    """Return by industry, ends of 2025 to 2029: the most capacity over demand, the most zones over n*."""
    table = lab.run(*GIVEN, file=file, seed=seed, world="china-178", scale=0.02, until="2029-Q4").industries
    late = table["year"] >= 2025  # eight quarters after coordination begins plants on their way are done
    ratio = (table["capacity"] / table["demand"])[late].reshape(-1, K)
    zones = (table["zones_targeting"] / table["zones_viable"])[late].reshape(-1, K)
    return ratio.max(axis=0), zones.max(axis=0)


@pytest.mark.slow
@pytest.mark.parametrize("seed", [1, 2])
def test_overcapacity_appears_where_zones_crowd_and_fades_under_coordination(lab, seed):
    """Nobody is told to overbuild: zones that list one industry each build a first plant, in a given world.

    At reference use capacity is 1.3 times demand.
    """
    built, crowd = crowding_of_industries(lab, "baseline", seed)
    crowded = crowd >= 2.5  # 2.5 times as many zones as the market will carry
    assert 3 <= crowded.sum() <= 12
    assert (built[crowded] > 1.4).sum() >= 2  # capacity far above demand
    assert np.median(built[~crowded]) < 1.32 < built[crowded].mean()  # but not where zones are few
    coordinated, fewer = crowding_of_industries(lab, "top_level_design", seed)
    assert fewer[crowded].mean() < 0.5 * crowd[crowded].mean()
    assert (built - coordinated)[crowded].mean() > 0.1
    runs = [
        lab.run(*GIVEN, file=f, seed=seed, world="china-178", scale=0.02, until="2029-Q4")
        for f in ("baseline", "top_level_design")
    ]
    excess_alone, excess_together = (r.metrics["built_overcapacity"] for r in runs)
    assert excess_together < 0.5 * excess_alone
