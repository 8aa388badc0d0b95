"""Section 3: the quarter in order, what each mechanism reads and writes, and who it pays."""

from __future__ import annotations

from sim.core.accounts import Item
from sim.odd.entities import columns
from sim.odd.sources import file_of, line_comments, uses
from sim.odd.text import link, table
from sim.schedule import SCHEDULE, name_of

METHODS = {Item.LOAN: "lend", Item.REPAYMENT: "repay"}
"""Payments that a method of the ledger enters by itself."""
COMMENTS = line_comments("sim/schedule.py", r"(\w+),")


def schedule() -> str:
    """Return the mechanisms of a quarter in order."""
    rows = []
    for place, mechanism in enumerate(SCHEDULE, 1):
        name = name_of(mechanism)
        rows.append((str(place), f"[{name}](#{name})", COMMENTS[name], link(file_of(mechanism))))
    return table(("", "mechanism", "what happens", "code"), rows)


def data_flow() -> str:
    """Return the columns and parts of drawers that each mechanism declares to read and to write."""
    rows = []
    for mechanism in SCHEDULE:
        name = name_of(mechanism)
        items = [i.name.lower().replace("_", " ") for i in Item if _pays(name, i)]
        rows.append((name, _listed(mechanism.READS), _listed(mechanism.WRITES), ", ".join(items) or "–"))
    return table(("mechanism", "reads", "writes", "enters payments"), rows)


def _pays(mechanism: str, item: Item) -> bool:
    by_method = uses("attribute", METHODS[item]) if item in METHODS else []
    return any(place.mechanism == mechanism for place in [*uses("Item", item.name), *by_method])


def _listed(declared: tuple[str, ...]) -> str:
    whole = {item.removesuffix(".*") for item in declared if item.endswith(".*")}
    return "<br>".join(
        f"**{name}** " + ("all" if name in whole else ", ".join(found))
        for name, found in columns(declared).items()
    )
