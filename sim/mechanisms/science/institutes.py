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
    """Pay staff, materials and projects; return what was spent on what."""
    p, table, ledger = state.p, state.institutes, state.ledger
    staff = state.cells.staff[:, INSTITUTE].astype(float)
    cell = cells(state)
    size = staff.size
    positions = np.bincount(cell, table.positions, size)
    filled = staff.ravel() / np.where(positions > 0, positions, 1.0)
    public = table.kind <= InstituteKind.RESEARCH_INSTITUTE
    of_state = np.bincount(cell, np.where(public, table.positions, 0.0), size)
    of_state = np.where(positions > 0, of_state / np.where(positions > 0, positions, 1.0), 1.0)
    paid = (staff.ravel() * of_state).reshape(staff.shape)
    materials = state.ground.research_goods
    for payer, people in ((Sector.CENTRE, paid), (Sector.REST, staff - paid)):  # the rest: programmes, abroad
        pay = float((people * state.zones.wage_field).sum() / 4.0)
        goods = float((people.sum(axis=1) * materials).sum() / 4.0)
        ledger.pay(Item.RESEARCH, payer, Sector.INSTITUTES, pay + goods)
        if payer == Sector.CENTRE:
            state.treasury.exchequer -= pay + goods
        ledger.pay(Item.WAGES, Sector.INSTITUTES, Sector.HOUSEHOLDS, pay)
        ledger.pay(Item.RESEARCH, Sector.INSTITUTES, Sector.REST, goods)
    projects, bound = table.cash * p.institute_project_pace, table.basic * p.institute_project_pace
    table.cash[:] -= projects
    table.basic[:] -= bound
    table.kept[:] = table.cash
    ledger.pay(Item.RESEARCH, Sector.INSTITUTES, Sector.REST, float(projects.sum()))
    people = table.positions * filled[cell]
    table.budget[:] = people * state.ground.research_cost[table.zone]
    real = people * p.rd_cost_per_fte  # where a worker costs more, that brings no more
    state.counts.institute_outlay += float(table.budget.sum()) / 4.0 + float(projects.sum())
    return Outlay(real + 4.0 * (projects - bound), real * _basic_share(state) + 4.0 * bound)


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
