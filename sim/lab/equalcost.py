"""Equal public cost: give every alternative the budget at which it costs what the base costs.

Cost is gross public outlay (debt-financed outlay counts when spent), discounted to the start.
Only the yearly future-industry budget that the centre passes to zones is changed, so the policy
itself stays as it was written; the budget is found by the secant method on a few trial runs.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING

from sim.core.errors import InputError, Problem

if TYPE_CHECKING:
    import numpy as np
    from numpy.typing import NDArray

    from sim.lab.plan import Arm, Plan
    from sim.scenario import Resolved

BUDGET = "zone_budget_future_base"
TRIAL_RUNS = 2
"""Seeds of a trial; the first ones of the plan."""
USUAL = 3
"""Trials that the secant method usually takes."""
CLOSE = 0.002
"""Relative difference of cost that counts as equal."""


def discounted_outlay(resolved: Resolved, seeds: Sequence[int], scale: float) -> float:
    """Return discounted gross public outlay, m yuan, mean over seeds."""
    from sim.engine import simulate

    runs = (simulate(resolved, seed=seed, scale=scale).national["public_cost"] for seed in seeds)
    return sum(discounted(cost, resolved) for cost in runs) / len(seeds)


def discounted(cost: NDArray[np.floating], resolved: Resolved) -> float:
    """Return outlay by quarter as one sum at the start, at the scenario's social discount rate."""
    import numpy as np

    from sim.core.formulas import power
    from sim.world import Parameters

    rate = Parameters(resolved.parameters).social_discount_rate
    return float((cost / power(1.0 + rate, np.arange(cost.size) / 4.0)).sum())


def budget_of(resolved: Resolved) -> float:
    """Return the yearly budget of a scenario, m yuan."""
    from sim.world import Parameters

    return float(getattr(Parameters(resolved.parameters), BUDGET))


def at_equal_cost(plan: Plan, tell: Callable[[str], None]) -> Plan:
    """Return the plan with the budget of every alternative set so that it costs what its base does.

    What is compared with what on these terms says the kind (:attr:`sim.lab.kinds.Kind.rivals`).

    Raises:
        InputError: no budget within the parameter's bounds makes the costs equal.
    """
    from sim.lab.kinds import KINDS

    seeds = [plan.seed + i for i in range(min(TRIAL_RUNS, plan.runs))]
    arms, targets = {arm.name: arm for arm in plan.arms}, {}
    for other, base in KINDS[plan.kind].rivals(plan):
        if base not in targets:
            targets[base] = discounted_outlay(arms[base].resolved, seeds, plan.scale)
        arms[other] = _balanced(arms[other], targets[base], seeds, plan.scale, tell)
    return replace(plan, arms=tuple(arms.values()), equal_cost=True)


def trial_runs(plan: Plan) -> int:
    """Return about how many runs it takes to find the budgets, one after the other."""
    from sim.lab.kinds import KINDS

    rivals = KINDS[plan.kind].rivals(plan) if plan.equal_cost else []
    trials = USUAL * len(rivals) + len({base for _, base in rivals})
    return trials * min(TRIAL_RUNS, plan.runs)


def with_budget(arm: Arm, budget: float) -> Arm:
    """Return an arm with another yearly budget."""
    from sim.scenario.nodes import Place
    from sim.scenario.values import Step

    parameters = arm.scenario.layer.parameters | {BUDGET: Step(0, budget, Place("--equal-cost"))}
    scenario = replace(arm.scenario, layer=replace(arm.scenario.layer, parameters=parameters))
    resolved = replace(
        arm.resolved, parameters=scenario.parameters, digest=scenario.digest, document=scenario.document()
    )
    settings = (*arm.settings, f"assumptions.{BUDGET}={budget!r}") if arm.of else ()
    return replace(arm, scenario=scenario, resolved=resolved, settings=settings)


def _balanced(
    arm: Arm, target: float, seeds: Sequence[int], scale: float, tell: Callable[[str], None]
) -> Arm:
    def given(budget: float) -> Arm:
        return arm if budget == start else with_budget(arm, budget)

    start = budget_of(arm.resolved)
    budget, cost = balanced(
        arm.name, start, target, lambda x: discounted_outlay(given(x).resolved, seeds, scale)
    )
    tell(f"{arm.name}: budget {budget:,.0f} m yuan a year, cost {cost / target - 1.0:+.2%} of the base's")
    return given(budget)


def balanced(
    name: str, budget: float, target: float, cost_of: Callable[[float], float]
) -> tuple[float, float]:
    """Return the budget at which a scenario costs what it should, and what it then costs.

    Args:
        name: of the scenario.
        budget: where to begin, m yuan a year.
        target: what it should cost.
        cost_of: returns what it costs with a budget.

    Raises:
        InputError: no budget within the parameter's bounds does it.
    """
    from sim.world import catalogue

    row = next(p for p in catalogue() if p.name == BUDGET)
    points = [(budget, cost_of(budget))]
    while abs(points[-1][1] / target - 1.0) > CLOSE and len(points) < 8:
        (x0, c0), (x1, c1) = points[-2:] if len(points) > 1 else ((0.0, 0.0), points[-1])
        slope = (c1 - c0) / (x1 - x0) if x1 != x0 and c1 != c0 else c1 / x1
        budget = x1 + (target - c1) / slope
        if not row.low <= budget <= row.high:
            what = f"{name} would need a budget of {budget:,.0f} to cost what the base costs"
            allowed = f"{BUDGET} from {row.low:,.0f} to {row.high:,.0f} {row.unit}"
            raise InputError(Problem("--equal-cost", 0, 0, what, allowed, remedy="compare without it"))
        points.append((budget, cost_of(budget)))
    return points[-1]
