"""Services: what the talent card's free services are worth to whom, under the theory that the run has chosen.

They are housing, schools, health care, transport, finance and business help (S2 names all but schools, S0
names schools).  Under ``capacities`` people of age and family stage g compare places by::

    V = b_w * ln(1 + v * sum over s (need_gs * cost_s * chance_zs) / pay),  chance = min(1, places / wishers)

where v is what a yuan of a service is worth to those who need it; wishers are the zone's R&D workers who ask
for the service, by the shares of their stages.  The card's money (``price_talent_card`` a holder and year)
buys places, spent as the zone's workers ask; places follow it at the pace at which each is built, and go
with it.
"""

from __future__ import annotations

from typing import Any, NamedTuple

import numpy as np
from numpy.typing import NDArray

from sim.core.draws import Stream, uniform
from sim.core.functions import log1p
from sim.core.jit import kernel
from sim.core.products import product
from sim.core.theory import Slot, theory
from sim.mechanisms.labour.memory import Memory
from sim.world.state import State
from sim.world.tables import K

SERVICES = ("housing", "schools", "health", "transport", "finance", "business")
STAGES = ("young", "family", "settled")
YOUNG, FAMILY, SETTLED = range(len(STAGES))
ALIKE = np.zeros(0, dtype=np.uint8)
"""Stages where all value services alike."""


class Services(NamedTuple):
    """What services add to the appeal of places."""

    worth: NDArray[np.float64]
    """Log points by stage, zone and field (S, Z, F), or that broadcasts to it."""
    stage: NDArray[np.uint8]
    """Of each row of talent; empty if there is one for all."""


def amenity(state: State) -> Services:
    """The card is one amenity: each holder is drawn alike, however many share it."""
    return Services((state.p.move_card * by_field(state, "talent_card"))[None], ALIKE)


services = Slot("services", "what free services of the talent card are worth to R&D workers", amenity)


@theory("services")
def capacities(state: State) -> Services:
    """Services have places that congest, and each stage of life its needs: housing first, then schools."""
    p, pool = state.p, state.zones.pool
    memory = state.memory[Memory]
    holders = (by_field(state, "talent_card") * pool).sum(axis=1)
    if memory.places is None:
        memory.places = np.zeros((state.n_zones, len(SERVICES)))
    if not holders.any() and not memory.places.any():
        return Services(np.zeros((1, 1, 1)), ALIKE)
    stage, persons = stages(state)
    cost, build = (_by_service(p, what) for what in ("cost", "build"))
    need = np.array([_by_service(p, f"need_{name}") for name in STAGES])
    wishers = product(persons, need)
    bill = product(wishers, cost[:, None])
    bought = wishers * (p.price_talent_card * holders[:, None] / np.maximum(bill, 1e-9))
    memory.places += (np.minimum(bought, wishers) - memory.places) / (1.0 + build)
    chance = np.minimum(1.0, memory.places / np.maximum(wishers, 1e-9))
    money = p.service_value * product(need * cost, np.ascontiguousarray(chance.T))
    return Services(p.move_pay * log1p(money[:, :, None] / state.zones.wage_field), stage)


def _by_service(p: Any, what: str) -> Any:
    return np.array([getattr(p, f"service_{what}_{name}") for name in SERVICES])


def stages(state: State) -> tuple[NDArray[np.uint8], NDArray[np.float64]]:
    """Return the stage of each row of talent, and persons by zone and stage (Z, S).

    A share ever has children, the first at an age that differs from person to person and never changes;
    before that they are young, until the child is grown up they are a family, then they are settled.
    """
    p, talent = state.p, state.talent
    doctor = p.degree_age_doctor
    ages = np.array([0.0, p.degree_age_bachelor, p.degree_age_master, doctor, doctor])  # class 0 is nobody
    stage = np.zeros(talent.lot.size, dtype=np.uint8)
    persons = np.zeros((state.n_zones, len(STAGES)))
    _stages(
        state.seed, p.family_share, p.family_first, p.family_span, p.family_years, ages, talent.alive,
        talent.lot, talent.skill, talent.experience, talent.weight, talent.zone, stage, persons,
    )  # fmt: skip
    return stage, persons


@kernel
def _stages(
    seed: Any, share: Any, first: Any, span: Any, years: Any, ages: Any, alive: Any, lot: Any, skill: Any,
    experience: Any, weight: Any, zone: Any, stage: Any, persons: Any,
) -> None:  # fmt: skip
    for i in range(lot.size):
        if not alive[i]:
            continue
        age = ages[skill[i]] + experience[i]
        u = uniform(seed, Stream.FAMILY, -1, lot[i])
        child = first + span * (u / share if u < share else 1 / 2)  # who has none settles as the others do
        if age >= child + years:
            stage[i] = SETTLED
        elif age >= child and u < share:
            stage[i] = FAMILY
        persons[zone[i], stage[i]] += weight[i]


def by_field(state: State, lever: str) -> Any:
    """Return what a lever gives people of a field on average, (Z, 1), or (Z, F) if it differs by employer."""
    given = state.force.by_zone(lever)[:, None]
    if lever not in state.force.own:
        return given
    staff, cell = state.cells.staff[:, :K], state.force.by_cell(lever)[:, :K]
    share = staff / np.maximum(state.zones.pool, 1)[:, None, :]
    return given + ((cell - given)[:, :, None] * share).sum(axis=1)
