"""Policy itself: how much of it is in force, and where."""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.metrics.registry import metric
from sim.world.force import moved
from sim.world.state import State

GROUP = "Policy in force"
"""Where reports show these metrics."""

TEN_ONES: dict[str, tuple[str, ...]] = {
    "a plan": ("shared_definition", "staggering_quota", "priorities"),
    "a set of policies": (
        "approval_days", "rd_grant_rate", "capacity_subsidy", "direct_subsidy", "policy_horizon",
        "failure_tolerance", "sme_foundation", "strong_foundation",
    ),
    "a team": ("leading_group", "queue_coordinator", "expert_panel", "special_team"),
    "a roadmap": ("roadmap",),
    "talents": (
        "talent_card", "recruitment_subsidy", "housing", "leading_scientists", "training_places",
        "school_enterprise",
    ),
    "platforms": (
        "concept_verification", "pilot_test_bases", "incubators", "accelerators", "innovation_centres",
    ),
    "pioneers": ("pioneer_support",),
    "scenarios": ("application_scenarios", "leader_scenarios"),
    "a fund": ("guidance_fund_size", "platform_company"),
    "pilot areas": ("pilot_zones",),
}  # fmt: skip
"""The "Ten Ones" of S2 and the levers that stand for each: any one of them puts the element in force."""


@metric("zones", "", "final", "G6")
def pilot_count(s: State) -> float:
    """Pilot zones, named or joined by roll-out."""
    return float(s.zones.pilot.sum())


@metric("share", "", "final", "G10", account=True)
def policy_completeness(s: State) -> float:
    """Share of the "Ten Ones" (plan, policies, team, roadmap, talents, platforms, pioneers, scenarios,
    fund, pilot areas) that a zone has in force, whatever their size, mean over zones.
    """  # noqa: D205
    present = 0
    for levers in TEN_ONES.values():
        where: Any = False
        for name in levers:
            where = where | _in_force(s, name)
        present += np.count_nonzero(where) if np.ndim(where) else s.n_zones * bool(where)
    return present / (len(TEN_ONES) * s.n_zones)


def _in_force(s: State, name: str) -> NDArray[np.bool_] | bool:
    """Return in which zones a lever is away from its neutral value, (Z,), or one answer for all.

    Zones that joined the pilots are pilots.
    """
    if name == "pilot_zones":
        return s.zones.pilot
    lever = s.force.catalogue.get(name)
    if lever is None:
        return False
    value = getattr(s.lever, name)
    if lever.kind == "industry_set":
        return value.any(axis=-1)
    there = moved(value, lever.neutral) and value != lever.neutral
    if name in s.force.own:
        return there | (s.force.own[name] != lever.neutral).any(axis=1)
    return there
