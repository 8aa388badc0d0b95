"""Learning: committees heed what became of those who went first.

Whether an industry pays in places like its own a committee cannot know: its reading of fit has an error of
variance v, so that it is left with a doubt of ``v/(1 + v)`` (fit being a z-score).  Zones that have built
show it. The record of zone j in industry k is what its firms earn and what became of its plants, in sd of
fit::

    r_jk = ((1 - g)*margin, clipped, + g*floor) / margin of a sd + hidden*luck
    variance of r_jk = luck of a plant^2 / plants tried + hidden^2

g being the part of the plants tried (ready or gone) that is gone.  Other zones see accounts only through a
haze (``hidden``); a pilot that reports (``pilot_reporting`` p) has less of it, ``hidden*(1 - p)``.  Every
January committee z weighs the records by precision and by attention to who made them, against a prior of
nothing special with its own doubt for variance::

    attention_zj = min(1, nearness * (2 in the same province)),  of open pilots at least p,  none to itself
    prospects_zk = heed * sum_j attention*r/variance / (1/doubt + sum_j attention/variance)

Prospects come into the score of an industry as fit does, and into the odds that a plant is begun (see
projects). So early failures hold followers back and early success draws them; who doubts most learns most;
and what many have tried counts at last, whatever list or mood say.  Records stand as they are each January:
nothing is counted twice, and a plant that failed is not forgotten.  Its own record a committee knows from its
margin.  Nobody asks who was chosen to be a pilot: records of strong places raise hopes elsewhere (decision
record 0034).

Source: seeds S1, S2 (try first, pilots, demonstration, roll-out; documents spread from a few provinces);
learning from others' outcomes: Foster & Rosenzweig (1995), *J. Political Economy* 103, 1176-1209; policy
experiments in China: Heilmann (2008), Wang & Yang (2021) (direction only); sizes are assumptions.
"""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, normals
from sim.core.products import product
from sim.mechanisms.layout.judgement import doubt, nearness
from sim.world.lots import cell_lots
from sim.world.state import State
from sim.world.tables import K, Origin

Array = NDArray[np.float64]


def learn(state: State) -> None:
    """Let committees revise what they think of the prospects of industries (``cells.prospects``)."""
    heed = state.force.by_zone("heed_evidence")
    if not np.any(heed > 0.0):
        state.cells.prospects[:] = 0.0
        return
    outcome, precision = records(state)
    state.cells.prospects[:] = heed[:, None] * believed(doubt(state), attention(state), outcome, precision)


def believed(doubt: Array, attention: Array, outcome: Array, precision: Array) -> Array:
    """Return the posterior mean of prospects, (Z, K), in sd.

    Args:
        doubt: variance of the prior of each zone, (Z, 1); its mean is zero.
        attention: of each zone to each, (Z, Z).
        outcome: record by zone and industry, (Z, K), in sd.
        precision: of the record, zero where there is none, (Z, K).

    >>> one, ten = np.array([[1.0]]), np.array([[10.0]])
    >>> believed(np.array([[0.5]]), one, one, 2.0 * one).item()
    0.5
    """
    weight = product(attention, precision)
    return doubt * product(attention, precision * outcome) / (1.0 + doubt * weight)


def records(state: State) -> tuple[Array, Array]:
    """Return what became of those who built, in sd, and how precisely others can know it, (Z, K) each."""
    p, cells = state.p, state.cells
    working, gone = plants(state)
    tried = working + gone
    low, high = p.layout_margin_floor, p.layout_margin_cap
    earned = working * np.clip(cells.margin[:, :K], low, high) + gone * low
    hidden = (
        p.evidence_hidden_sd * np.where(state.zones.pilot, 1.0 - state.lever.pilot_reporting, 1.0)[:, None]
    )
    haze = normals(state.seed, Stream.EVIDENCE, state.t, cell_lots(state.n_zones))
    outcome = earned / np.maximum(tried, 1) / p.evidence_margin + hidden * haze
    variance = p.evidence_plant_sd * p.evidence_plant_sd / np.maximum(tried, 1) + hidden * hidden
    return outcome, np.where(tried > 0, 1.0 / variance, 0.0)


def plants(state: State) -> tuple[NDArray[np.int64], NDArray[np.int64]]:
    """Return plants of zones that are ready, and those that are gone (closed or taken over), (Z, K) each."""
    firms = state.firms
    standing = firms.alive & (firms.origin == Origin.PROJECT)  # none of them is of HOST
    ready = standing & (firms.capacity > 0.0)
    cell = firms.zone.astype(np.int64) * K + firms.industry
    size, shape = state.n_zones * K, (state.n_zones, K)
    there = np.bincount(cell[standing], minlength=size).reshape(shape)
    gone = np.maximum(0, state.cells.plants - there)
    return np.bincount(cell[ready], minlength=size).reshape(shape), gone


def attention(state: State) -> Array:
    """Return how much of each zone's record each committee takes in, (Z, Z), 0 to 1."""
    seen = np.minimum(1.0, nearness(state))
    seen[:, state.zones.pilot] = np.maximum(seen[:, state.zones.pilot], state.lever.pilot_reporting)
    np.fill_diagonal(seen, 0.0)
    return seen
