"""Institutes, the sites where policy may found more, and what they have left unused."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from sim.core.calendar import QUARTER
from sim.core.draws import Stream, normals, uniforms
from sim.core.economics import expected_inventions
from sim.core.functions import exp
from sim.core.products import product
from sim.world.populate.rows import lots_of
from sim.world.state import State
from sim.world.tables import LABORATORIES, F, InstituteKind, Institutes

if TYPE_CHECKING:
    from sim.world.nation import Country
    from sim.world.parameters import Parameters


def institute_rows(country: Country, p: Parameters, seed: int) -> Institutes:
    """Return the table of universities, research institutes and sites of later ones."""
    z_of = np.repeat(np.arange(len(country.zones)), country.institutes)
    n = z_of.size
    lots = lots_of(4, z_of, np.arange(n))
    share = np.cumsum(country.science_base, axis=1)
    whole = share[:, -1:]
    even = np.arange(1, share.shape[1] + 1) / share.shape[1]  # a zone without science teaches anything
    share = np.where(whole > 0.0, share / np.where(whole > 0.0, whole, 1.0), even)
    field = (uniforms(seed, Stream.INITIAL, -1, lots)[:, None] > share[z_of]).sum(axis=1)
    cell_z, cell_f = np.nonzero(country.institute_workers)
    rows = n + cell_z.size
    cells = share.size
    table = Institutes(0, rows + LABORATORIES + 2 * cells)
    table.rows = table.room
    table.kind[n:] = InstituteKind.RESEARCH_INSTITUTE
    table.zone[:n], table.zone[n:rows] = z_of, cell_z
    table.field[:n], table.field[n:rows] = field, cell_f
    table.lot[:n], table.lot[n:rows] = lots, lots_of(5, cell_z, cell_f)
    universities = np.zeros((len(country.zones), F))
    np.add.at(universities, (z_of, field), 1.0)
    of_universities = p.rd_share_university / (p.rd_share_university + p.rd_share_gov_institute)
    staff = country.institute_workers.astype(float)
    has = universities > 0
    table.positions[:n] = staff[z_of, field] * of_universities / universities[z_of, field]
    table.positions[n:rows] = (staff * np.where(has, 1.0 - of_universities, 1.0))[cell_z, cell_f]
    elite = country.double_first_class / np.maximum(country.institutes, 1)
    table.quality[:n] = (1.0 + p.institute_elite * elite[z_of]) * exp(
        p.institute_quality_sd * normals(seed, Stream.INITIAL_QUALITY, -2, lots)
    )
    table.quality[n:rows] = 1.0 + elite[cell_z]
    table.quality[:rows] /= table.quality[:rows].mean()
    table.graduates[:n] = 1
    _sites(country, p, seed, table, rows)
    return table


def _sites(country: Country, p: Parameters, seed: int, table: Institutes, first: int) -> None:
    """Prepare the rows of institutes that policy may found; they have no positions yet.

    National laboratories stand at the best science bases of each field in turn, the strongest site
    first; innovation centres and outside centres can stand in every zone and field.
    """
    base = country.science_base
    cells = np.arange(base.size)
    luck = uniforms(seed, Stream.LABORATORY, -1, cells.astype(np.uint64)).reshape(base.shape)
    place = np.lexsort((luck, -base), axis=0)  # best zone first, by field
    number = np.arange(LABORATORIES)
    zone, field = place[number // F % len(base), number % F], number % F
    order = np.argsort(-base[zone, field], kind="stable")
    groups = (
        (InstituteKind.NATIONAL_LABORATORY, zone[order], field[order], p.national_laboratory_quality),
        (InstituteKind.INNOVATION_CENTRE, cells // F, cells % F, p.innovation_centre_quality),
        (InstituteKind.OUTSIDE_CENTRE, cells // F, cells % F, p.outside_centre_quality),
    )
    for kind, z, f, quality in groups:
        rows = slice(first, first + z.size)
        table.kind[rows], table.zone[rows], table.field[rows] = kind, z, f
        table.lot[rows] = lots_of(6 + int(kind), z * F + f, np.arange(z.size))
        table.quality[rows] = quality
        first += z.size


def open_stocks(state: State) -> None:
    """Open the stocks of inventions and of basic knowledge where today's institutes keep them."""
    p, zones, table = state.p, state.zones, state.institutes
    table.budget[:] = table.positions * p.rd_cost_per_fte  # what a worker costs more brings no more
    cell = table.zone.astype(np.int64) * F + table.field
    size = state.n_zones * F
    shape = (state.n_zones, F)
    mean = expected_inventions(table.quality, table.budget, cell, size, p)
    born = np.bincount(cell, mean, size).reshape(shape)
    out = 1.0 - exp(-1.0 / max(p.transfer_lag, 1e-9))
    fresh, unused = 1.0 - p.science_decay / 4.0, 1.0 - p.spinoff_rate / 4.0
    stay = (1.0 - out) * fresh
    gone = max(1.0 - fresh * unused, 1e-6)
    zones.laboratory[:] = born * stay / (1.0 - stay)
    zones.laboratory_age[:] = QUARTER * zones.laboratory / (1.0 - stay)
    zones.inventions[:] = out * (zones.laboratory + born) * unused / gone
    zones.inventions_age[:] = (out * zones.laboratory_age * unused + QUARTER * zones.inventions) / gone
    share = np.where(
        table.kind == InstituteKind.UNIVERSITY, p.basic_share_university, p.basic_share_institute
    )
    basic = np.bincount(cell, share * table.budget, size).reshape(shape)
    zones.basic_young[:] = basic * p.basic_lag / 4.0
    zones.basic[:] = basic / max(p.basic_decay, 1e-6)
    zones.basic_start[:] = np.maximum(product(state.ground.decay, zones.basic), 1e-9)
    zones.radical[:] = p.radical_share
    state.industries.knowledge_start[:] = state.cells.knowledge.sum(axis=0)
    table.budget[:] = table.positions * state.ground.research_cost[table.zone]
