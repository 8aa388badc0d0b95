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

from collections import namedtuple
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, uniforms
from sim.core.jit import kernel
from sim.core.products import product
from sim.mechanisms.echelon.levers import LEVERS, READS, WRITES
from sim.world.rungs import CLASSES, since
from sim.world.state import State
from sim.world.tables import ESTABLISHED, HOST, NEVER, PRODUCT, K, Tier

COUNTED = 10_000
"""Quarters of losses that are counted at most."""

__all__ = ["LEVERS", "READS", "WRITES", "step"]

Rules = namedtuple(
    "Rules",
    "tier_age tier_staff tier_sales_small tier_sales_middle tier_research_small tier_research_middle "
    "tier_research_large giant_age "
    "giant_sales giant_research giant_patents giant_share leader_sales leader_share",
)
"""Parameters of certification, under their names."""


Rows = namedtuple("Rows", "industry weight born sales rd_spending rd_staff jobs patents")
"""Columns of the firms that their tier depends on."""


def step(state: State) -> None:
    """Count losses, name pioneers, review certificates, pay support."""
    f, cells = state.firms, state.cells
    _count_losses(f.alive, f.trl, f.margin, f.losses)
    _name_pioneers(state)
    if state.year_start:
        _review(state)
    count = np.zeros((state.n_zones, len(Tier) + 1), dtype=np.int64)
    _count(since(state), f.alive, f.zone, f.industry, f.weight, f.tier, f.pioneer, count)
    for name, shares in CLASSES.items():
        state.zones[name][:] = (count * shares).sum(axis=1)
    f.access[:] = _support(state, "sme_foundation", "smes") | _support(state, "strong_foundation", "strong")
    f.helped[:] = _support(state, "pioneer_support", "pioneers")
    f.anchored[:] = _support(state, "leader_anchoring", "leaders")
    cells.anchored[:] = 0.0
    if f.anchored.any():
        output = state.sum_by_cell(np.where(f.anchored, f.output, 0.0))
        cells.anchored[:] = product(output[:, :K], state.ground.supply)


@kernel
def _count_losses(alive: Any, trl: Any, margin: Any, losses: Any) -> None:
    """Count the quarters in a row in which firms with a product lose money."""
    for i in range(alive.size):
        losing = alive[i] & (trl[i] >= PRODUCT) & (margin[i] < 0.0)
        losses[i] = min(losses[i] + 1, COUNTED) * losing


def _name_pioneers(state: State) -> None:
    """Flag the first firms of an industry in a zone and the first at a readiness step."""
    f, ind = state.firms, state.industries
    new = np.where(f.route == ESTABLISHED, 0, f.trl)  # an old product is no first one
    _first(state.t, f.alive, f.zone, f.industry, f.born, new, state.cells.firms, ind.pioneered, f.pioneer)
    ind.pioneered[:] = np.maximum(ind.pioneered, ind.frontier)


@kernel
def _first(
    t: Any, alive: Any, zone: Any, industry: Any, born: Any, trl: Any, there: Any, pioneered: Any,
    pioneer: Any,
) -> None:  # fmt: skip
    """Name this quarter's first firms where ``there`` are none, and those beyond the step of others."""
    for i in range(alive.size):
        k = industry[i]
        if born[i] != t and trl[i] <= pioneered[k]:  # nearly all
            continue
        first = trl[i] > pioneered[k] or there[zone[i], k] == 0
        if first and alive[i] and k != HOST and pioneer[i] == NEVER:
            pioneer[i] = t


def _review(state: State) -> None:
    """Promote, renew or demote by one rung; in the first quarter everybody gets what is deserved."""
    firms, t = state.firms, state.t
    if t == 0:
        future = firms.alive & (firms.industry < HOST)
        age = uniforms(state.seed, Stream.SUPPORT, -1, firms.lot) * state.p.tier_renewal
        firms.tier[future] = deserved(state, patents=False)[future]
        firms.certified[future] = -1 - age[future].astype(np.int64)
        return
    fit, renewal = deserved(state), state.p.tier_renewal
    _climb(t, renewal, fit, firms.alive, firms.industry, firms.tier, firms.certified)


@kernel
def _climb(t: Any, renewal: Any, fit: Any, alive: Any, industry: Any, tier: Any, certified: Any) -> None:
    """Move firms a rung towards the tier that is ``fit``: up at once, down when the certificate ends."""
    for i in range(alive.size):
        if not alive[i] or industry[i] == HOST:
            continue
        due = t - certified[i] >= renewal
        if fit[i] > tier[i] or due:
            certified[i] = t
        if fit[i] > tier[i]:
            tier[i] += 1
        elif fit[i] < tier[i] and due:
            tier[i] -= 1


def deserved(state: State, *, patents: bool = True) -> NDArray[np.int64]:
    """Return the tier that each firm row deserves by the rules, whatever it has."""
    rules = Rules(*(getattr(state.p, name) for name in Rules._fields))
    rows = Rows(*(state.firms[name] for name in Rows._fields))
    fit = np.empty(state.firms.rows, dtype=np.int64)
    _deserve(rules, state.t, patents, state.industries.sales, rows, fit)
    return fit


@kernel
def _deserve(p: Any, t: Any, patents: Any, market: Any, f: Any, fit: Any) -> None:
    """Hold every row, as one of the firms it stands for, against the rules."""
    for i in range(fit.size):
        w = float(max(1, f.weight[i]))
        sales = 4.0 * f.sales[i] / w
        research = 4.0 * f.rd_spending[i] / w / max(sales, 1e-9)
        staff = f.rd_staff[i] / max(f.rd_staff[i] + f.jobs[i], 1e-9)
        owned = f.patents[i] / w if patents else np.inf
        age, share = t - f.born[i], sales / max(market[f.industry[i]], 1e-9)
        asked = p.tier_research_small if sales < p.tier_sales_small else p.tier_research_middle
        asked = asked if sales < p.tier_sales_middle else p.tier_research_large
        high = (age >= p.tier_age) & (research >= asked) & (staff >= p.tier_staff) & (owned >= 1.0)
        earns = (sales >= p.giant_sales) & (research >= p.giant_research)
        earns |= (sales >= 2.0 * p.giant_sales) & (research >= p.tier_research_large)
        proven = (age >= p.giant_age) & (owned >= p.giant_patents) & (share >= p.giant_share)
        leads = (sales >= p.leader_sales) & (share >= p.leader_share)
        below = Tier.LITTLE_GIANT if high & earns & proven else Tier.HIGH_TECH if high else Tier.TECH_SME
        fit[i] = Tier.LEADER if leads else below


@kernel
def _count(
    since: Any, alive: Any, zone: Any, industry: Any, weight: Any, tier: Any, pioneer: Any, count: Any
) -> None:  # fmt: skip
    """Count firms of the 20 industries by zone: those of each tier, then pioneers."""
    for i in range(alive.size):
        here = weight[i] * (alive[i] & (industry[i] < HOST))
        count[zone[i], tier[i]] += here
        if pioneer[i] > since:
            count[zone[i], -1] += here


@kernel
def _choose(
    shares: Any, since: Any, luck: Any, part: Any, alive: Any, zone: Any, industry: Any, tier: Any,
    pioneer: Any, units: Any,
) -> None:  # fmt: skip
    """Set the ``units`` of those of a class whose luck is below the part of their cell that is supported."""
    for i in range(alive.size):
        if alive[i] and industry[i] < HOST and luck[i] < part[zone[i], industry[i]]:
            units[i] = shares[tier[i]] + (shares[-1] if pioneer[i] > since else 0)


def _support(state: State, name: str, to: str) -> NDArray[np.bool_]:
    """Pay a programme's money to the chosen of a class; return who they are."""
    f = state.firms
    part = state.force.by_cell(name)
    if not np.any(part > 0.0):
        return np.zeros(f.rows, dtype=bool)
    units = np.zeros(f.rows, dtype=np.int64)
    luck = uniforms(state.seed, Stream.SUPPORT, 0, f.lot)
    _choose(CLASSES[to], since(state), luck, part, f.alive, f.zone, f.industry, f.tier, f.pioneer, units)
    if name in state.treasury.aside:
        weight, paid = units * f.weight, np.zeros(state.n_zones)
        for money, meant in state.treasury.purses_of(name):
            claim = weight if meant is None else weight * meant[f.zone, f.industry]
            total = np.bincount(f.zone, claim, state.n_zones)
            spent = np.where(total > 0.0, money, 0.0)
            state.treasury.give_to_firms(claim * (spent / np.where(total > 0.0, total, 1.0))[f.zone])
            paid += spent
        state.treasury.spend_aside(name, paid, Item.GRANT, Sector.FIRMS)
    return units > 0.0
