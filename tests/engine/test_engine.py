"""Stepping, recording, finishing."""

import dataclasses

import numpy as np
import pytest

from sim import schedule
from sim.core.lever import GROUPS
from sim.core.memory import peak
from sim.engine import RunResult, simulate
from sim.metrics import METRICS
from sim.world.tables import K


def finished(engine, *sets, **options) -> RunResult:
    run = engine(*sets, **options)
    while not run.done:
        run.step()
    return run.result()


def test_stepping_and_simulating_are_one(engine):
    run, seen = engine(), []
    whole = simulate(run.resolved, seed=1, scale=0.01, on_quarter=seen.append)
    assert seen == list(range(1, 13))
    result = finished(engine)
    assert result.metrics == whole.metrics
    assert all(np.array_equal(result.national[m], whole.national[m], equal_nan=True) for m in METRICS)
    assert (
        result.quarters == whole.quarters == [f"{y}-Q{q}" for y in (2023, 2024, 2025) for q in (1, 2, 3, 4)]
    )


def test_a_finished_run_does_not_step(engine):
    run = engine(until="2023-Q1")
    run.step()
    assert run.done
    with pytest.raises(RuntimeError, match="over"):
        run.step()


def test_unknown_panels_are_refused(engine):
    with pytest.raises(ValueError, match="unknown panels"):
        engine(panels=("planets",))


def test_cells_are_dense_at_every_year_end_and_at_the_start(engine):
    result = finished(engine)
    cells = {c: np.asarray(v).reshape(4, 4, K) for c, v in result.cells.items()}
    assert cells["year"][:, 0, 0].tolist() == [2022, 2023, 2024, 2025]
    for column in ("zone", "province", "industry"):
        assert (cells[column] == cells[column][0]).all()
    assert len(set(cells["zone"][0, :, 0])) == 4
    assert len(set(cells["industry"][0, 0])) == K
    for year, quarter in ((1, 3), (2, 7), (3, 11)):
        assert cells["output"][year].sum() == pytest.approx(result.national["output"][quarter], rel=1e-9)
        assert cells["value_added"][year].sum() == pytest.approx(result.national["value_added"][quarter])
        assert cells["firms"][year].sum() == result.national["firms"][quarter]
        assert cells["priority"][year].sum() == result.national["declared_priorities"][quarter]
    zones = {c: np.asarray(v).reshape(4, 4) for c, v in result.zones.items()}
    assert np.allclose(zones["output"], cells["output"].sum(axis=2))


def test_the_firm_panel_agrees_with_the_totals(engine):
    result = finished(engine, panels=("firms",))
    panel = result.panels["firms"]
    for t, quarter in enumerate(result.quarters):
        now = panel["quarter"] == quarter
        assert panel["weight"][now].sum() == result.national["firms"][t]
        sales = 4.0 * panel["sales"][now].sum()  # without those who sold and then died
        assert 0.95 * result.national["output"][t] < sales < result.national["output"][t] * (1 + 1e-9)
        assert len(set(panel["uid"][now].tolist())) == now.sum()
    assert set(panel["exit"]) <= {"", "insolvent", "closed", "merged"}


def test_firms_are_last_quarters_plus_entries_less_exits(engine):
    national = finished(engine).national
    change = np.diff(national["firms"])
    assert (change == (national["entries"] - national["exits"] - national["mergers"])[1:]).all()
    assert national["exits"].sum() > 0.0


def test_the_deal_panel_agrees_with_the_money_raised(engine):
    result = finished(engine, panels=("deals", "layout", "funds", "talent"), scale=0.1)
    deals = result.panels["deals"]
    for t, quarter in enumerate(result.quarters):
        raised = deals["amount"][deals["quarter"] == quarter].sum()
        assert raised == pytest.approx(result.national["equity_raised"][t])
    layout = result.panels["layout"]
    assert (layout["year"] == 2025).sum() == result.national["declared_priorities"][8]


def test_panels_of_a_run_without_events_have_no_rows(engine):
    run = engine("guidance_fund_size=0", panels=("deals", "talent", "firms"), until="2023-Q1", scale=0.01)
    run.state.funds.cash[:] = run.state.funds.committed[:] = 0.0
    run.state.talent.alive[:] = False
    run.step()
    panels = run.result().panels
    assert len(panels["deals"]["amount"]) == len(panels["talent"]["from_zone"]) == 0
    assert len(panels["firms"]["uid"]) > 0


def test_programmes_agree_with_the_metrics(engine):
    result = finished(engine, "application_scenarios=20", "talent_card=1", "guidance_fund_size=500")
    assert sum(p["requested"] for p in result.programmes.values()) == pytest.approx(
        result.metrics["programme_requested"]
    )
    assert sum(p["delivered"] for p in result.programmes.values()) == pytest.approx(
        result.metrics["programme_delivered"]
    )


def test_the_profile_covers_the_schedule(engine):
    result = finished(engine, until="2023-Q2")
    profile = result.profile
    names = [m.__name__.rsplit(".", 1)[-1] for m in schedule.SCHEDULE]
    assert list(profile) == [*names, "measure"]
    assert all(seconds > 0.0 for seconds in profile.values())
    assert list(result.memory) == ["start", *profile]
    assert all(rise >= 0.0 for rise in result.memory.values())
    assert 10.0 < sum(result.memory.values()) <= peak()  # MiB: no interpreter with numpy is smaller


def test_small_scales_come_with_a_warning(engine):
    assert finished(engine, scale=0.01, until="2023-Q1").warnings
    assert not finished(engine, scale=0.02, until="2023-Q1").warnings


def test_results_are_frozen(engine):
    result = finished(engine, until="2023-Q1")
    with pytest.raises(dataclasses.FrozenInstanceError):
        result.seed = 2


def test_every_mechanism_declares_what_exists(engine):
    state = engine().state
    known = {f"{name}.{column}" for name, table in state.tables.items() for column in table}
    known |= {f"{name}.{part}" for name, drawer in state.drawers().items() for part in drawer.held}
    known |= {f"{name}.*" for name in (*state.tables, *state.drawers())}
    for module in schedule.SCHEDULE:
        assert set(module.READS) <= known, module.__name__
        assert set(module.WRITES) <= known, module.__name__
        assert len(module.__doc__) > 200


def test_levers_are_ordered_by_group_and_declared_once():
    groups = [GROUPS.index(lever.group) for lever in schedule.LEVERS.values()]
    assert groups == sorted(groups)
    assert len(schedule.LEVERS) == sum(len(m.LEVERS) for m in schedule.SCHEDULE)
    for lever in schedule.LEVERS.values():
        assert set(lever.requires) <= set(schedule.LEVERS)
        if lever.kind == "number":
            assert lever.low <= lever.neutral <= lever.high
            assert lever.low <= lever.default <= lever.high
