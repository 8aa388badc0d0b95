"""Policy itself: how much of it is in force, and where."""

from __future__ import annotations

import numpy as np

from sim.metrics.registry import metric
from sim.world.state import State

GROUP = "Policy in force"
"""Where reports show these metrics."""

TEN_ONES: dict[str, tuple[str, ...]] = {
    "a plan": ("shared_definition", "staggering_quota"),
    "a set of policies": ("approval_days", "rd_grant_rate", "capacity_subsidy"),
    "a team": ("leading_group",),
    "a roadmap": ("roadmap",),
    "talents": ("talent_card", "recruitment_subsidy", "housing", "leading_scientists", "training_places"),
    "platforms": ("concept_verification", "pilot_test_bases", "incubators", "accelerators"),
    "pioneers": ("pioneer_support",),
    "scenarios": ("application_scenarios",),
    "a fund": ("guidance_fund_size",),
    "pilot areas": ("pilot_zones",),
}
"""The "Ten Ones" of S2 and the levers that stand for each; a lever the model lacks stands for nothing."""


@metric("zones", "", "final", "G6")
def pilot_count(s: State) -> float:
    """Pilot zones, named or joined by roll-out."""
    return float(s.zones.pilot.sum())


@metric("share", "", "final", "G10", account=True)
def policy_completeness(s: State) -> float:
    """Share of the "Ten Ones" (plan, policies, team, roadmap, talents, platforms, pioneers, scenarios,
    fund, pilot areas) that a zone has in force, whatever their size, mean over zones.
    """  # noqa: D205
    present = [np.any([_in_force(s, name) for name in levers], axis=0) for levers in TEN_ONES.values()]
    return float(np.mean(present))


def _in_force(s: State, name: str) -> np.ndarray:
    """Return in which zones a lever is away from its neutral value, (Z,)."""
    lever = s.catalogue.get(name)
    if lever is None:
        return np.zeros(s.n_zones, dtype=bool)
    value = np.asarray(getattr(s.lever, name))
    moved = value if lever.kind == "zone_set" else value != lever.neutral
    return np.broadcast_to(moved, s.n_zones)
