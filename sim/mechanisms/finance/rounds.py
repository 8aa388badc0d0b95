"""Rounds: for how long the money of a round is to last, under the theory that the run has chosen."""

from __future__ import annotations

from typing import Any

from sim.core.jit import kernel
from sim.core.theory import Slot, theory
from sim.world.state import State


def staged(state: State) -> float:
    """Money comes in stages: a round pays what a firm needs until the next one, and a ticket at most.

    Investors keep the option to give up, so they give as much as leads to the next milestone (Gompers 1995;
    Cornelli & Yosha 2003): outlays and losses of some quarters, and the plants that the firm would build in
    them.

    Returns:
        Quarters that the money of a round lasts.
    """
    return state.p.round_lasts


rounds = Slot("rounds", "how much money a round brings", staged)


@theory("rounds")
def tickets(state: State) -> float:
    """A round is a ticket of its stage, whatever the firm needs: money for long beforehand."""
    return 0.0


@kernel
def need(lasts: Any, spent: Any, team: Any, profit: Any, wanted: Any, first: Any) -> Any:
    """Return the money that a firm needs to the next round, m yuan.

    Args:
        lasts: quarters to it.
        spent: on research in a quarter.
        team: cost of a usual team in a quarter: at least that is to be paid where nothing is sold.
        profit: of a quarter; a loss has to be paid.
        wanted: investment that waits for money, of a quarter.
        first: whether that is the whole of a first plant.
    """
    loss = max(-profit, 0.0) if team == 0.0 else max(team, spent)
    return lasts * loss + (wanted if first else lasts * wanted)
