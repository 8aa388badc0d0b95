"""Estimates out of stored runs: straight lines between doses, sums over levers."""

from __future__ import annotations

from dataclasses import fields, replace

import numpy as np
import pytest

pytest.importorskip("solara", reason="the extra [app] is not installed")

from sim.app import stored
from sim.app.document import Edit, Variant
from sim.app.runs import SERIES, Run
from sim.schedule import LEVERS

BASE = Variant("baseline")
MAIN = ("talent_card", "anchor_projects", "guidance_fund_size")


def run(size: float) -> Run:
    """Return a run all of whose numbers are one."""
    table = {"output": np.full((2, 3), size, dtype=np.float32)}
    flows = {"item": ["grant"], "payer": ["local"], "payee": ["firms"], "amount": [size]}
    return Run(
        metrics={"jobs": size, "gluts": None},
        national=table,
        zones=table,
        cells=table,
        industries=table,
        priority=np.full((2, 3), size >= 1),
        programmes={f"lever of {size}": {"requested": size, "delivered": size / 2}},
        flows=flows,
    )


def _effect(variant: Variant) -> Run:
    """Return a run in which every lever adds its own square."""
    return run(1.0 + sum(edit.value**2 for edit in variant.edits))  # pyright: ignore


def _with(**doses: float) -> Variant:
    variant = BASE
    for name, dose in doses.items():
        variant = variant.edited(Edit(f"policy.{name}", stored.SINCE, dose))
    return variant


def _jobs(variant: Variant) -> float | None:
    found = stored.estimate(BASE, variant, MAIN, _effect)
    return found and found.metrics["jobs"]


def test_every_dose_is_a_scenario_of_its_own() -> None:
    trials = list(stored.trials(BASE, MAIN))
    assert len(set(trials)) == len(trials)


def test_at_a_dose_that_was_tried_the_estimate_is_the_run() -> None:
    for name in MAIN:
        for trial in stored.trials(BASE, [name]):
            assert _jobs(trial) == pytest.approx(_effect(trial).metrics["jobs"])
    assert _jobs(BASE) == 1.0


def test_between_doses_it_is_on_the_straight_line_and_levers_add_up() -> None:
    low, half, high = (_jobs(_with(talent_card=dose)) or 0.0 for dose in (0.0, 0.25, 0.5))
    assert half == pytest.approx((low + high) / 2)
    both = _jobs(_with(talent_card=1.0, anchor_projects=20))
    assert both == pytest.approx(1.0 + 1.0 + 400.0)
    found = stored.estimate(BASE, _with(talent_card=1.0), MAIN, _effect)
    assert found is not None
    for field in ("national", "zones", "cells", "industries"):
        np.testing.assert_allclose(getattr(found, field)["output"], 2.0)
    assert found.flows["amount"] == [2.0]
    assert found.metrics["gluts"] is None
    assert found.programmes["lever of 2.0"] == {"requested": 2.0, "delivered": 1.0}


def test_a_curve_has_every_dose_and_nothing_at_the_default() -> None:
    found = stored.curves(BASE, ["guidance_fund_size"], _squares)["guidance_fund_size"]
    assert found["doses"] == list(stored.doses(LEVERS["guidance_fund_size"]))
    default = float(LEVERS["guidance_fund_size"].default)
    effects = dict(zip(found["doses"], found["effects"]["jobs"], strict=True))
    assert effects == {dose: pytest.approx(dose**2 if dose != default else 0.0, rel=1e-3) for dose in effects}
    assert stored.curves(BASE, MAIN, lambda variant: None) == {}


def _squares(variant: Variant) -> Run:
    found = _effect(variant)
    return replace(found, metrics=dict.fromkeys(SERIES, found.metrics["jobs"]))


def test_the_default_is_no_effect_wherever_it_stands() -> None:
    default = LEVERS["guidance_fund_size"].default
    assert LEVERS["guidance_fund_size"].low < default < LEVERS["guidance_fund_size"].high
    start = stored.estimate(BASE, BASE, MAIN, _effect)
    same = stored.estimate(BASE, _with(guidance_fund_size=default), MAIN, _effect)
    assert start is not None
    assert same is not None
    assert same.metrics == start.metrics
    assert {field.name for field in fields(Run)} == set(stored._MIXED) | {
        "national",
        "zones",
        "cells",
        "industries",
    }


@pytest.mark.parametrize(
    "variant",
    [
        Variant("talent_card"),
        Variant("baseline", world="china-31"),
        BASE.edited(Edit("policy.talent_card", "2026-Q1", 0.5)),
        BASE.edited(Edit("zones.Hefei.talent_card", stored.SINCE, 0.5)),
        BASE.edited(Edit("policy.housing", stored.SINCE, 0.5)),
        BASE.edited(Edit("policy.priorities", stored.SINCE, ("AI",))),
    ],
)
def test_of_anything_else_nothing_is_said(variant: Variant) -> None:
    assert _jobs(variant) is None
    assert stored.estimate(variant, variant, MAIN, _effect) is None or not variant.edits
    assert stored.estimate(BASE, _with(talent_card=0.3), MAIN, lambda variant: None) is None
