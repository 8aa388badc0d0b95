"""Demography: people study, train, join the labour force, win renown and leave it.

Graduates into R&D are a national total that grows slowly; universities receive their share by
quality, in whole rows of talent.  Which fields they graduate in was settled when they enrolled,
three years before::

    places(field) = usual places * (field's pay / mean pay)^e, rescaled to the zone's total,
    of which a share (school-enterprise programmes) is moved to what the priority industries need

so both applicants and planners bend fields years later (Freeman 1976: the cobweb of engineers).
Technology colleges and training bases turn production staff (an elastic pool) into R&D workers of
the fields that the zone's priorities need, after three years as well.

A worker's hazard of retiring rises after thirty years of work; workers without a position also
give up and leave research.  Experienced doctors become leading scientists at a low hazard.

Source: 6.35 million R&D workers growing to about 10 million in 20 years (blueprint); rates are
assumptions.
"""

from __future__ import annotations

from typing import Any

import numpy as np

from sim.core.apportion import withdraw
from sim.core.draws import Stream, key, lot_of, round_each, uniform, uniforms
from sim.core.functions import power
from sim.core.jit import kernel
from sim.core.lever import Programme, dial, per_zone
from sim.core.products import product
from sim.core.screen import highest_key
from sim.world.populate import weights
from sim.world.state import State
from sim.world.tables import BACHELOR, CAREER, DOCTOR, LEADING, MASTER, STUDY_SLOTS, F, K

SCHOOL, TRAINING = 100, 1_000_000
"""Added to the quarter in the lots of those who join, so that no two are the same."""

LEVERS = (
    per_zone(
        name="training_places",
        unit="persons/zone/year",
        high=2000.0,
        group="talent",
        doc="Places in technology colleges and training bases: new R&D workers three years later.",
        source="S2, S4: schools with infrastructure, institutes and leading firms; demonstration bases",
        evidence="assumption",
        source_rows=("H3",),
        price="price_training_place",
    ),
    dial(
        name="school_enterprise",
        unit="share of graduates' places",
        group="talent",
        doc="Programmes of schools with firms: places move to fields of the priorities, felt in three years.",
        source="S4: cooperation of schools and enterprises, talents for priority fields",
        evidence="assumption",
        source_rows=("H3",),
        programme=Programme(price="price_school_enterprise_programme", base="graduates"),
    ),
)
READS = ("institutes.zone", "institutes.field", "institutes.quality", "institutes.kind", "cells.priority")
READS += ("zones.wage_field",)
WRITES = ("talent.*", "zones.pool", "zones.idle", "zones.talent", "cells.staff", "zones.graduates")
WRITES += ("institutes.graduates", "zones.study", "zones.trainees")
READS += ("force.lever", "ground.mix")
WRITES += ("counts.graduates", "counts.retired", "counts.trained")


def step(state: State) -> None:
    """Retire, win renown, graduate, finish training, enrol the next."""
    _retire(state)
    _renown(state)
    need = _needed_fields(state)
    _graduate(state, need)
    _train(state, need)
    state.zones.talent[:] = state.zones.pool.sum(axis=1)
    if state.year_end:
        state.talent.experience[:] = np.minimum(CAREER, state.talent.experience + np.uint8(1))


def _retire(state: State) -> None:
    """Let workers retire, and some of the idle give up research."""
    p, talent, zones = state.p, state.talent, state.zones
    away = zones.idle / np.maximum(zones.pool, 1)
    retired, gave_up = (np.zeros((state.n_zones, F), dtype=np.int64) for _ in range(2))
    _leave(
        state.seed, state.t, p.retire_hazard / 4.0, p.retire_hazard_late / 4.0, p.retire_late_years,
        away * (p.give_up_hazard / 4.0), talent.alive, talent.lot, talent.weight,
        talent.zone, talent.field, talent.experience, retired, gave_up,
    )  # fmt: skip
    gone = retired + gave_up
    withdraw(state.cells.staff, zones.idle, gone, np.rint(retired * away).astype(np.int64) + gave_up)
    zones.pool[:] -= gone
    state.counts.retired += float(gone.sum())


def _renown(state: State) -> None:
    """Make a few experienced doctors leading scientists, one person at a time."""
    p, talent = state.p, state.talent
    rows = _promoted(
        state.seed, state.t, p.leading_years, p.leading_promotion / 4.0, talent.alive, talent.skill,
        talent.experience, talent.lot, talent.weight,
    )  # fmt: skip
    many = rows[talent.weight[rows] > 1]
    lots = lot_of(lot_of(talent.lot[many], np.uint64(state.t)), np.uint64(LEADING))
    new = state.part(many, np.ones(many.size, dtype=np.int64), lots)
    talent.skill[new] = LEADING
    talent.skill[rows[talent.weight[rows] == 1]] = LEADING


def _needed_fields(state: State) -> Any:
    """Return the fields that the zone's priority industries need, (Z, F); a row sums to 1 or to 0."""
    named = state.cells.priority.astype(float)
    return product(named, state.ground.mix[:K]) / np.maximum(named.sum(axis=1, keepdims=True), 1.0)


def _graduate(state: State, need: Any) -> None:
    """Let those graduate who enrolled three years ago; enrol others in the fields of today."""
    p, table, zones = state.p, state.institutes, state.zones
    total = p.graduates_per_year * power(1.0 + p.graduates_growth, state.t / 4.0)
    share = np.where(table.kind == 0, table.quality, 0.0)
    share = share / share.sum()
    table.graduates[:] = np.rint(total * share)
    cell = table.zone.astype(np.int64) * F + table.field
    usual = np.bincount(cell, share, state.n_zones * F).reshape(state.n_zones, F) * total
    zones.graduates[:] = usual.sum(axis=1)
    slot = state.t % STUDY_SLOTS
    mean = np.maximum(0.0, usual + zones.graduates[:, None] * zones.study[:, slot]) / 4.0
    state.counts.graduates += _join(state, mean, Stream.GRADUATE, school=True)
    zones.study[:, slot] = _enrol(state, usual, need)


def _enrol(state: State, usual: Any, need: Any) -> Any:
    """Return the places that move between fields, shares of each zone's graduates, (Z, F)."""
    p, zones = state.p, state.zones
    places = usual.sum(axis=1, keepdims=True)
    own = usual / np.where(places > 0, places, 1.0)
    heads = zones.pool.sum(axis=0)
    pay = (zones.wage_field * zones.pool).sum(axis=0) / np.maximum(heads, 1)
    wish = own * power(pay / pay.mean(), p.study_choice)
    wish /= np.where(places > 0, wish.sum(axis=1, keepdims=True), 1.0)
    bent = p.school_bend * state.force.by_zone("school_enterprise")
    known = (places[:, 0] > 0) & (need.sum(axis=1) > 0)
    return wish - own + np.where(known, bent, 0.0)[:, None] * (need - wish)


def _train(state: State, need: Any) -> None:
    """Let trainees of three years ago join the labour force and take in the next."""
    zones = state.zones
    slot = state.t % STUDY_SLOTS
    if zones.trainees[:, slot].any():
        state.counts.trained += _join(state, zones.trainees[:, slot], Stream.TRAINED, school=False)
    places = state.force.by_zone("training_places") / 4.0
    local = zones.pool / np.maximum(zones.pool.sum(axis=1, keepdims=True), 1)
    field = np.where(need.sum(axis=1, keepdims=True) > 0, need, local)
    zones.trainees[:, slot] = places[:, None] * field


def _join(state: State, mean: Any, stream: Stream, *, school: bool) -> float:
    """Add ``mean`` new workers by zone and field in whole rows; return how many persons came."""
    talent, zones = state.talent, state.zones
    _, weight = weights(state.scale)
    cells = np.arange(mean.size, dtype=np.uint64).reshape(mean.shape)
    rows_each = round_each(mean / weight, uniforms(state.seed, stream, state.t, cells))
    rows, p = state.claim(talent, int(rows_each.sum())), state.p
    bachelors, doctors = (p.graduate_bachelor, p.graduate_doctor) if school else (1.0, 0.0)
    _write(
        state.seed, state.t, SCHOOL if school else TRAINING, bachelors, doctors, rows_each, rows,
        state.country.province, talent.lot, talent.zone, talent.field, talent.skill, talent.home,
    )  # fmt: skip
    talent.weight[rows] = weight
    talent.fresh[rows] = school  # trainees stay where they live
    joined = rows_each * weight
    zones.pool[:] += joined
    zones.idle[:] += joined
    return float(joined.sum())


@kernel
def _write(
    seed: Any, t: Any, mark: Any, bachelors: Any, doctors: Any, rows_each: Any, rows: Any, province: Any,
    lot: Any, zone: Any, field: Any, skill: Any, home: Any,
) -> None:  # fmt: skip
    """Write down who they are: lot, place and field, skill drawn by the shares of degrees."""
    n = 0
    for z in range(rows_each.shape[0]):
        for f in range(rows_each.shape[1]):
            place = lot_of(z * rows_each.shape[1] + f, t + mark)
            for ordinal in range(rows_each[z, f]):
                i = rows[n]
                lot[i] = lot_of(place, ordinal)
                u = uniform(seed, Stream.INITIAL_TALENT, t, lot[i])
                skill[i] = BACHELOR if u < bachelors else MASTER if u < 1.0 - doctors else DOCTOR
                zone[i], field[i], home[i] = z, f, province[z]
                n += 1


@kernel
def _leave(
    seed: Any, t: Any, early: Any, late: Any, long: Any, tired: Any, alive: Any, lot: Any, weight: Any,
    zone: Any, field: Any, experience: Any, retired: Any, gave_up: Any,
) -> None:  # fmt: skip
    """Retire workers by a hazard that rises after ``long`` years; let some of the idle give up."""
    limit = highest_key(max(early, late) + tired.max())
    for i in range(lot.size):
        if key(seed, Stream.RETIRE, t, lot[i]) <= limit and alive[i]:
            hazard = late if experience[i] >= long else early
            z, f = zone[i], field[i]
            u = uniform(seed, Stream.RETIRE, t, lot[i])
            if u < hazard + tired[z, f]:
                alive[i] = False
                if u < hazard:
                    retired[z, f] += weight[i]
                else:
                    gave_up[z, f] += weight[i]


@kernel
def _promoted(
    seed: Any, t: Any, years: Any, chance: Any, alive: Any, skill: Any, experience: Any, lot: Any,
    weight: Any,
) -> Any:  # fmt: skip
    """Return the rows of experienced doctors of whom one wins renown."""
    rows = np.empty(lot.size, dtype=np.int64)
    eligible, promoted = 0, 0
    for i in range(lot.size):
        rows[eligible] = i
        eligible += (skill[i] == DOCTOR) & (experience[i] >= years) & alive[i]
    for i in rows[:eligible]:
        rows[promoted] = i
        promoted += uniform(seed, Stream.RENOWN, t, lot[i]) < chance * weight[i]
    return rows[:promoted]
