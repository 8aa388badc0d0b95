"""Books: firms pay wages, rent, taxes and interest, keep up and extend capacity, pay dividends.

Production staff follow capacity and, in a part, output.  Upkeep replaces the capital that wears
out; unpaid, capacity shrinks.  A firm with a product wants capacity for the orders it expects
when a plant ordered now is ready::

    expected = orders * exp(y * g) / reference utilisation,  y = build lag + its own delays
    g = w*past growth of demand + (1 - w)*path + h*hype - information sharing * max(0, crowding)

so without information everybody extrapolates and nobody sees the pipelines of the others.  It
orders a part of the gap a quarter and pays for it at once from cash it can spare, which is what is
beyond its reserve and the working capital of what it builds; what it cannot pay waits for banks and
funds.  A plant is ready after eight quarters.  Who has no plant counts on the orders of a usual small
one, and builds that whole or not at all.

Research of the next quarter, with keep = 1 + a (ip - 1/2) since protection lets owners keep more::

    with a plant:     share of sales * keep (HOST times its zone's intensity)
    without a plant:  max(money / runway * keep, founders), until the money is gone

so a team without a plant shrinks with its money, down to the founders; when that is gone too, the
firm closes (exit).  A firm of the 20 industries with a plant keeps at least a young firm's team as far
as a quarter of its money goes; one that has overdrawn halves its research.  A listed firm, or one that
its founders own alone, pays a quarter of the money above a reserve as dividend when it has profit and
no investment waiting.

Research workers of all enterprises of a zone sit with its HOST firms, of those beyond the 20 industries
that the model has.  What is more than HOST firms of the country do, other industries of the zone want
and pay for as it is done::

    commissioned = max(0, 1 - 1 / intensity of the zone over the national one) * cost of HOST research

Where the zone subsidises capacity, a firm of a priority industry gets a share s of a new plant
from the money set aside, older rows first, until it is gone.  It builds more for the same cash,
and wants more, since capital costs less: its goal is times (1 - s)^-e.

Local tax is a share of sales; what the 20 industries pay is partly recycled into budgets, a part
of it the province's, the rest the zone's.  Revenue sharing pays a share of what is recycled into a common
pot, divided among the zones that stood aside, by the number of industries they gave up: a transfer,
zero in the total.

Source: cost shares, tax ratio, recycling, expectation weights: starter parameters; wanted capital
to its cost: Chirinko (2008).
"""

from __future__ import annotations

from sim.mechanisms.books import expectations, firms, governments
from sim.mechanisms.books.levers import LEVERS, READS, WRITES
from sim.world.state import State

__all__ = ["LEVERS", "READS", "WRITES", "step"]


def step(state: State) -> None:
    """Close the quarter's books of firms and of local governments."""
    flows, profits = firms.close(state, expectations.growth(state))
    firms.pay(state, flows)
    governments.settle(state, flows)
    expectations.update(state, profits)
