"""Institutes: positions of those founded by policy, outlay of all, inventions and the science stock."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

import numpy as np

from sim.core.accounts import Item, Sector
from sim.core.draws import Stream, poisson_each, uniforms
from sim.core.economics import expected_inventions
from sim.core.functions import power
from sim.core.products import product
from sim.world.state import State
from sim.world.tables import INSTITUTE, F, InstituteKind, K


@dataclass(frozen=True, slots=True)
class Outlay:
    """What each institute spends this quarter, m yuan/year (rows of the table)."""

    applied: Any
    """Regular budget and project money without a purpose."""
    basic: Any
    """Of the regular budget and of project money, for basic research."""


def cells(state: State) -> Any:
    """Return the flat zone x field cell of every institute."""
    table = state.institutes
    return table.zone.astype(np.int64) * F + table.field


def found(state: State) -> None:
    """Set the positions of the institutes that exist by policy; at neutral they stay without."""
    p, table, lever = state.p, state.institutes, state.lever
    number = np.arange((table.kind == InstituteKind.NATIONAL_LABORATORY).sum())
    _post(
        state,
        InstituteKind.NATIONAL_LABORATORY,
        np.clip(lever.national_laboratories - number, 0.0, 1.0) * p.platform_national_laboratory_capacity,
    )
    centres = state.force.by_zone("innovation_centres")
    posts: Any = 0.0
    if centres.any():
        posts = (centres * p.platform_research_institute_capacity)[:, None] * _fields_of_priorities(state)
    _post(state, InstituteKind.INNOVATION_CENTRE, posts)
    opened = state.force.by_zone("outside_rd")
    share = state.zones.science / max(float(state.zones.science.sum()), 1e-9)
    _post(state, InstituteKind.OUTSIDE_CENTRE, p.outside_rd_positions * opened[:, None] * share)


def _post(state: State, kind: InstituteKind, positions: Any) -> None:
    table = state.institutes
    table.positions[table.kind == kind] = np.ravel(positions)


def _fields_of_priorities(state: State) -> Any:
    """Return the fields that each zone's priority industries need, rows sum to one, (Z, F)."""
    chosen = state.cells.priority.astype(float)
    chosen = np.where(chosen.any(axis=1, keepdims=True), chosen, 1.0)
    return product(chosen, state.ground.mix[:K]) / chosen.sum(axis=1, keepdims=True)


def spend(state: State) -> Outlay:
    """Pay staff, materials and projects, post what project money can pay; return what was spent on what."""
    p, table = state.p, state.institutes
    staff = state.cells.staff[:, INSTITUTE].astype(float)
    cell, size = cells(state), staff.size
    posts = np.bincount(cell, table.positions, size)
    projects, basic = _projects(state, staff, cell, posts)
    regular = staff - np.bincount(cell, projects, size).reshape(staff.shape)
    _regular(state, regular, cell, posts)
    people = table.positions * (regular.ravel() / np.where(posts > 0, posts, 1.0))[cell]
    table.budget[:] = people * state.ground.research_cost[table.zone]
    state.counts.institute_outlay += float(table.budget.sum()) / 4.0
    real, added = people * p.rd_cost_per_fte, projects * p.rd_cost_per_fte  # dearer workers bring no more
    return Outlay(real + added * (1.0 - basic), real * _basic_share(state) + added * basic)


def _projects(state: State, staff: Any, cell: Any, posts: Any) -> tuple[Any, Any]:
    """Pay people on projects; return how many and which part works on basic research, by institute.

    Positions are posted for a part of the money at hand, and filled as all positions are.  Who is still
    there when that money is gone is paid as regular staff are, until he leaves.
    """
    p, table, ledger, zones = state.p, state.institutes, state.ledger, state.zones
    every = posts + np.bincount(cell, table.project_positions, posts.size)
    wage, goods = zones.wage_field.ravel()[cell] / 4.0, state.ground.research_goods[table.zone] / 4.0
    people = table.project_positions * (staff.ravel() / np.where(every > 0, every, 1.0))[cell]
    people = np.minimum(people, table.cash / (wage + goods))
    basic = table.basic / np.where(table.cash > 0.0, table.cash, 1.0)
    spent = people * (wage + goods)
    table.cash[:] -= spent
    table.basic[:] -= spent * basic
    table.kept[:] = table.cash
    ledger.pay(Item.WAGES, Sector.INSTITUTES, Sector.HOUSEHOLDS, float((people * wage).sum()))
    ledger.pay(Item.RESEARCH, Sector.INSTITUTES, Sector.REST, float((people * goods).sum()))
    state.counts.institute_outlay += float(spent.sum())
    table.project_positions[:] = table.cash * p.institute_project_pace / (wage + goods)
    return people, basic


def _regular(state: State, staff: Any, cell: Any, posts: Any) -> None:
    """Pay regular staff and their materials: the state those of its own, programmes and owners the rest."""
    table, ledger, materials = state.institutes, state.ledger, state.ground.research_goods
    public = table.kind <= InstituteKind.RESEARCH_INSTITUTE
    of_state = np.bincount(cell, np.where(public, table.positions, 0.0), posts.size)
    of_state = np.where(posts > 0, of_state / np.where(posts > 0, posts, 1.0), 1.0)
    paid = staff * of_state.reshape(staff.shape)
    for payer, people in ((Sector.CENTRE, paid), (Sector.REST, staff - paid)):  # the rest: programmes, abroad
        pay = float((people * state.zones.wage_field).sum() / 4.0)
        goods = float((people.sum(axis=1) * materials).sum() / 4.0)
        ledger.pay(Item.RESEARCH, payer, Sector.INSTITUTES, pay + goods)
        if payer == Sector.CENTRE:
            state.treasury.exchequer -= pay + goods
        ledger.pay(Item.WAGES, Sector.INSTITUTES, Sector.HOUSEHOLDS, pay)
        ledger.pay(Item.RESEARCH, Sector.INSTITUTES, Sector.REST, goods)


def _basic_share(state: State) -> Any:
    """Return the part of each institute's regular budget that is basic research."""
    p = state.p
    shares = (p.basic_share_university, p.basic_share_institute, p.basic_share_laboratory)
    return np.array([*shares, p.basic_share_centre, 0.0])[state.institutes.kind]


def invent(state: State, outlay: Outlay, within_reach: Any) -> Any:
    """Draw inventions, renew the science stock; return inventions by zone and field, (Z, F)."""
    p, table, zones = state.p, state.institutes, state.zones
    cell, size = cells(state), state.n_zones * F
    mean = expected_inventions(table.quality, outlay.applied, cell, size, p)
    mean = mean * power(within_reach, p.basic_to_inventions).ravel()[cell]
    u = uniforms(state.seed, Stream.INVENTION, state.t, table.lot)
    table.inventions[:] = poisson_each(u, mean)
    born = np.bincount(cell, table.inventions, size).reshape(state.n_zones, F)
    state_paid = np.where(table.kind <= InstituteKind.RESEARCH_INSTITUTE, table.positions, 0.0)
    regular = p.invention_rate / 4.0 * power(state_paid * p.rd_cost_per_fte, p.science_returns)
    unit = float(regular.sum()) / size
    zones.science[:] += p.science_decay / 4.0 * (born / max(unit, 1e-9) - zones.science)
    return born
