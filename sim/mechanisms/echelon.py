"""Echelon: the ladder of firms, their pioneers and leaders, and the support that goes by rung.

**Tiers.**  Once a year every firm of the 20 industries is held against the rules of certification:
R&D over sales by size, R&D staff, patents and age make a high-tech firm; sales, research, patents
and weight in its market a specialised "little giant"; sales and market share a leader; the others
are tech SMEs.  A firm climbs one rung a year when it deserves it; a certificate holds three years,
then it is renewed or the firm steps down one rung.

**Pioneers** are the first firms of an industry in a zone and the first anywhere at a readiness
step.  They stay pioneers for some years.

**Support.**  ``sme_foundation`` pays a grant to a share of the tech SMEs, ``strong_foundation`` to
a share of the high-tech firms and, three times as much, of the little giants; both come with a
place in a platform (``firms.access``).  ``pioneer_support`` pays for equipment and premises and
puts pioneers first when research staff is short (labour).  ``leader_anchoring`` pays a share of the
leaders; their spin-offs stay in the zone and suppliers settle near them (entry).  Which firms are
supported is drawn once and for all by firm, so that more money adds firms and drops none.

``firms.losses`` counts the quarters in a row in which a firm with a product lost money: after three
years, with public equity or bank debt beyond its plant's worth, it counts as a zombie.

Source: S1, S2, S4; certification criteria of high-tech firms (2016) and little giants (2022) as
remembered, marked as assumptions in the parameter table.
"""

from __future__ import annotations

from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, uniforms
from sim.core.lever import Lever, Programme
from sim.core.products import product
from sim.world.state import State
from sim.world.tables import HOST, NEVER, K, Tier

LEVERS = (
    Lever(
        name="sme_foundation",
        unit="share of tech SMEs",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="enterprises",
        doc="Foundation building: tech SMEs that receive a grant and a place in a platform.",
        source="S1, S2: foundation building for technology SMEs",
        evidence="assumption",
        source_rows=("E2",),
        programme=Programme(price="price_sme_foundation", base="smes", payee="aside", delay=1),
    ),
    Lever(
        name="strong_foundation",
        unit="share of high-tech firms",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="enterprises",
        doc="Strong foundation: high-tech firms and little giants (threefold) that receive a grant.",
        source="S1, S2: strong foundation of high-tech firms, specialised-special-new echelon",
        evidence="assumption",
        source_rows=("E2",),
        programme=Programme(price="price_strong_foundation", base="strong", payee="aside", delay=1),
    ),
    Lever(
        name="pioneer_support",
        unit="share of pioneers",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="enterprises",
        doc="Pioneers helped with technology, premises and research staff.",
        source="S2: pioneer enterprises that eat the crab first",
        evidence="assumption",
        source_rows=("E1",),
        programme=Programme(price="price_pioneer_support", base="pioneers", payee="aside", delay=1),
    ),
    Lever(
        name="leader_anchoring",
        unit="share of leaders",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="enterprises",
        doc="Leading firms that the zone ties: their suppliers and spin-offs settle there.",
        source="S4: leading enterprises drive innovation",
        evidence="assumption",
        source_rows=("E3", "X2"),
        programme=Programme(price="price_leader_anchoring", base="leaders", payee="aside", delay=4),
    ),
)
READS = ("firms.*", "industries.sales", "industries.frontier", "cells.firms")
WRITES = ("firms.tier", "firms.certified", "firms.pioneer", "firms.helped", "firms.access", "firms.anchored")
WRITES += ("firms.losses", "firms.cash", "industries.pioneered", "cells.anchored", "cells.public_money")
WRITES += ("zones.smes", "zones.strong", "zones.leaders", "zones.pioneers", "zones.cash", "zones.public_cost")


def step(state: State) -> None:
    """Count losses, name pioneers, review certificates, pay support."""
    firms = state.firms
    losing = firms.alive & (firms.trl >= 8) & (firms.margin < 0.0)
    firms.losses[:] = np.where(losing, np.minimum(firms.losses + 1, 10_000), 0)
    _name_pioneers(state)
    if state.year_start:
        _review(state)
    future = firms.alive & (firms.industry < HOST)
    young = firms.pioneer > state.t - 4.0 * state.p.pioneer_years
    steps = np.where(firms.tier == Tier.LITTLE_GIANT, 3.0, 1.0)
    middle = (firms.tier == Tier.HIGH_TECH) | (firms.tier == Tier.LITTLE_GIANT)
    classes = {
        "smes": (future & (firms.tier == Tier.TECH_SME)) * 1.0,
        "strong": (future & middle) * steps,
        "pioneers": (future & young) * 1.0,
        "leaders": (future & (firms.tier == Tier.LEADER)) * 1.0,
    }
    small = _support(state, "sme_foundation", classes["smes"])
    strong = _support(state, "strong_foundation", classes["strong"])
    firms.access[:] = small | strong
    firms.helped[:] = _support(state, "pioneer_support", classes["pioneers"])
    firms.anchored[:] = _support(state, "leader_anchoring", classes["leaders"])
    output = state.sum_by_cell(np.where(firms.anchored, firms.output, 0.0))
    state.cells.anchored[:] = product(output[:, :K], state.supply)
    for name, units in classes.items():
        count = np.bincount(firms.zone, units * firms.weight, state.n_zones)
        getattr(state.zones, name)[:] = count


def _name_pioneers(state: State) -> None:
    """Flag the first firms of an industry in a zone and the first at a readiness step."""
    firms, ind = state.firms, state.industries
    k = firms.industry.astype(np.int64)
    empty = (state.cells.firms == 0)[firms.zone, k]
    first = firms.alive & (k < HOST) & (firms.born == state.t) & empty
    ahead = firms.alive & (k < HOST) & (firms.trl > ind.pioneered[k])
    new = (first | ahead) & (firms.pioneer == NEVER)
    firms.pioneer[new] = state.t
    ind.pioneered[:] = np.maximum(ind.pioneered, ind.frontier)


def _review(state: State) -> None:
    """Promote, renew or demote by one rung; in the first quarter everybody gets what is deserved."""
    firms, t = state.firms, state.t
    future = firms.alive & (firms.industry < HOST)
    tier, certified = firms.tier, firms.certified
    if t == 0:
        age = uniforms(state.seed, Stream.SUPPORT, -1, firms.lot) * state.p.tier_renewal
        tier[future] = deserved(state, patents=False)[future]
        certified[future] = -1 - age[future].astype(np.int64)
        return
    fit = deserved(state)
    due = t - certified >= state.p.tier_renewal
    up, down = future & (fit > tier), future & (fit < tier) & due
    tier += up.astype(tier.dtype) - down.astype(tier.dtype)
    certified[up | (future & due)] = t


def deserved(state: State, *, patents: bool = True) -> NDArray[np.int64]:
    """Return the tier that each firm row deserves by the rules, whatever it has."""
    p, firms, n = state.p, state.firms, state.firms.rows
    w = np.maximum(1, firms.weight).astype(float)
    k = firms.industry
    sales = 4.0 * firms.sales / w
    research = 4.0 * firms.rd_spending / w / np.maximum(sales, 1e-9)
    staff = firms.rd_staff / np.maximum(firms.rd_staff + firms.jobs, 1e-9)
    owned = firms.patents / w if patents else np.full(n, np.inf)
    age = state.t - firms.born
    share = sales / np.maximum(state.industries.sales[k], 1e-9)
    asked = np.where(sales < 50.0, p.tier_research_small,
                     np.where(sales < 200.0, p.tier_research_middle, p.tier_research_large))  # fmt: skip
    high = (age >= p.tier_age) & (research >= asked) & (staff >= p.tier_staff) & (owned >= 1.0)
    earns = (sales >= p.giant_sales) & (research >= p.giant_research)
    earns |= (sales >= 2.0 * p.giant_sales) & (research >= p.tier_research_large)
    giant = high & earns & (age >= p.giant_age) & (owned >= p.giant_patents) & (share >= p.giant_share)
    leader = (sales >= p.leader_sales) & (share >= p.leader_share)
    return np.where(leader, Tier.LEADER, np.where(giant, Tier.LITTLE_GIANT, high * 1))


def _support(state: State, name: str, units: Any) -> NDArray[np.bool_]:
    """Pay a programme's money to the chosen among those it is for; return who they are."""
    firms, n = state.firms, state.firms.rows
    zone = firms.zone
    share = state.by_zone(name)
    if not np.any(share > 0.0):
        return np.zeros(n, dtype=bool)
    chosen = (units > 0.0) & (uniforms(state.seed, Stream.SUPPORT, 0, firms.lot) < share[zone])
    if name in state.aside:
        weight = np.where(chosen, units * firms.weight, 0.0)
        total = np.bincount(zone, weight, state.n_zones)
        paid = np.where(total > 0.0, state.aside[name], 0.0)
        grant = weight * (paid / np.where(total > 0.0, total, 1.0))[zone]
        state.give_to_firms(grant)
        state.spend_aside(name, paid, Item.GRANT, Sector.FIRMS)
    return chosen
