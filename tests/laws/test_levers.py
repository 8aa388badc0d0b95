"""Every lever runs at both bounds, does nothing at its neutral value, and does something elsewhere."""

import numpy as np
import pytest

from sim.metrics import METRICS
from sim.schedule import LEVERS

ALL = sorted(LEVERS)
SILENT = [n for n in ALL if LEVERS[n].default == LEVERS[n].neutral]
REAL = {"world": "china-178", "scale": 0.002, "until": "2025-Q2"}
LATER = {
    "pilot_rollout": {
        "until": "2032-Q4",
        "parameters": {"pilot_success_margin": 0.0, "pilot_trial_years": 1.0},
    },
    "bail_out": {"until": "2030-Q4"},
    "pilot_reporting": {"until": "2029-Q4"},  # pilots must have built
}
"""Longer runs and easier rules for levers that cannot act sooner."""


MONEY = {"stranded_public_money", "theil_money_provinces", "theil_money_tiers"}
REAL_OUTCOMES = [n for n, m in METRICS.items() if not m.account and m.group != "Capital" and n not in MONEY]
"""What people, firms and places do; sums of money that a lever's own cost would move are left out."""


def yaml(value):
    return f"[{', '.join(value)}]" if isinstance(value, list | tuple) else repr(value)


def company(name):
    """Return the settings in whose company the lever acts, theories included."""
    lever = LEVERS[name]
    theories = (f"theories.{slot}={variant}" for slot, variant in lever.under.items())
    return (*theories, *(f"{other}={yaml(value)}" for other, value in lever.requires.items()))


def differences(one, other, names=METRICS):
    """Return the metrics whose series differ anywhere."""
    return [m for m in names if not np.array_equal(one.national[m], other.national[m], equal_nan=True)]


@pytest.mark.parametrize("name", ALL)
def test_both_bounds_run_and_one_of_them_changes_an_outcome_beyond_its_own_cost(lab, name):
    lever, others = LEVERS[name], company(name)
    real = REAL | LATER.get(name, {})
    base = lab.run(*others, **real)
    changed = {}
    for bound in (lever.low, lever.high):
        result = lab.run(*others, f"{name}={yaml(bound)}", **real)
        assert np.isfinite(result.national["output"]).all()
        assert result.national["output"][-1] > 0.0
        changed[yaml(bound)] = differences(base, result, REAL_OUTCOMES)
    assert any(changed.values()), f"{name} is dead at both bounds"


@pytest.mark.parametrize("name", SILENT)
def test_a_lever_at_its_neutral_value_changes_nothing_bit_for_bit(lab, name):
    value = LEVERS[name].neutral
    assert not differences(lab.run(), lab.run(f"{name}={yaml(value)}"))


@pytest.mark.parametrize("name", [n for n in SILENT if LEVERS[n].kind == "number"])
def test_a_lever_that_returns_to_neutral_before_it_delivers_costs_and_does_nothing(lab, name):
    """A date after the end of the run is no policy."""
    lever = LEVERS[name]
    bound = lever.high if lever.high != lever.neutral else lever.low
    later = lab.run(f"{name}={{2026-Q4: {bound}}}")
    assert not [m for m in METRICS if not same_until(lab.run(), later, m, 15)]


def same_until(one, other, metric, quarters):
    a, b = one.national[metric][:quarters], other.national[metric][:quarters]
    return np.array_equal(a, b, equal_nan=True)


def test_without_guidance_funds_no_public_money_goes_into_new_funds(lab):
    result = lab.run("guidance_fund_size=0")
    assert np.isnan(result.national["private_per_public"]).all()
    assert "guidance_fund_size" not in result.programmes
    assert np.isfinite(lab.run().national["private_per_public"]).all()


def test_a_lever_left_at_neutral_is_not_a_programme(lab):
    silent = ("guidance_fund_size=0", "bail_out=0")
    assert set(lab.run(*silent).programmes) == set()
    assert set(lab.run("talent_card=0.5", *silent).programmes) == {"talent_card"}


def test_without_success_roll_out_changes_nothing_bit_for_bit(lab):
    """Nobody outgrows the others by a factor of twenty thousand a year."""
    sets = ("pilot_zones=[Zone 1]", "pilot_boost=50", "pilots.incubators=3")
    never = {"pilot_success_margin": 10.0}
    kept = lab.run(*sets, parameters=never, until="2029-Q4")
    rolled = lab.run(*sets, "pilot_rollout=1", parameters=never, until="2029-Q4")
    assert not differences(kept, rolled)
    assert kept.metrics["pilot_count"] == 1.0


def test_with_any_lead_at_all_roll_out_reaches_every_zone(lab):
    sets = ("pilot_zones=[Zone 1, Zone 2]", "pilot_boost=2000", "pilot_rollout=1")
    parameters = {"pilot_success_margin": 0.0, "pilot_trial_years": 1.0, "centre_budget_future": 60000.0}
    reached = lab.run(*sets, parameters=parameters, until="2032-Q4").national["pilot_count"]
    assert set(reached.tolist()) == {2.0, 6.0}
    assert (np.diff(reached) >= 0.0).all()
