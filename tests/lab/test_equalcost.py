"""Equal public cost: alternatives get the budget at which they cost what the base costs."""

from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.lab.equalcost import BUDGET, CLOSE, at_equal_cost, discounted_outlay
from sim.lab.plan import Plan, build

HORIZON = "2026-Q4"


def plan(folder: Path, policy: str, budget: int = 200_000) -> Plan:
    """Return a plan of a base and one alternative on the small world."""
    base, other = folder / "base.yaml", folder / "other.yaml"
    base.write_text(f"name: base\nworld: china-31\nassumptions: {{{BUDGET}: {budget}}}\n")
    other.write_text(f"name: other\nextends: base.yaml\npolicy:\n  {policy}\n")
    return build("compare", [base, other], runs=1, scale=0.003, until=HORIZON)


def test_the_alternative_costs_what_the_base_costs(tmp_path: Path) -> None:
    asked = plan(tmp_path, "platform_company: 200")
    said: list[str] = []
    equal = at_equal_cost(asked, (), None, HORIZON, said.append)
    base, other = (discounted_outlay(arm.resolved, [1], 0.003) for arm in equal.arms)
    before = discounted_outlay(asked.arms[1].resolved, [1], 0.003)
    assert abs(before / base - 1.0) > CLOSE
    assert other == pytest.approx(base, rel=CLOSE)
    assert BUDGET in equal.arms[1].resolved.parameters
    assert "--equal-cost" in equal.command()
    assert said[0].startswith("other: budget")


def test_costs_that_no_budget_makes_equal_are_refused(tmp_path: Path) -> None:
    asked = plan(tmp_path, "pilot_zones: all\n  pilot_boost: 2000", budget=100_000)  # the least allowed
    with pytest.raises(InputError, match=r"--equal-cost: other would need a budget of"):
        at_equal_cost(asked, (), None, HORIZON, print)
