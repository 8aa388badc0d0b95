"""Science: institutes, basic research, inventions on their way to market, platforms of the first mile.

*Institutes.*  The state pays the staff and materials of universities and research institutes.  Three
more kinds can be founded and hire from the same talent: national laboratories (whole country, at the
best science bases of each field in turn, the strongest first), innovation centres (each zone, in the
fields of its priority industries) and outside R&D centres (where science is, in proportion to the
zone's openness).  Their programme or their owners abroad pay them; without the lever they have no
positions and their people become idle.  Project money is spent at a quarter of what is held.
Inventions of institute i in a quarter are Poisson with mean::

    m_i = r/4 * quality_i * outlay_i^alpha * (local outlay in the field / national mean)^c * b^beta

and feed a stock per zone and field that decays 15 % a year (index 1 = national mean at the start).

*Basic research* (a share of every institute's outlay, project money bound to it, gifts of firms)
ripens for five years on average and becomes a stock of basic knowledge; ``b`` is that stock within
reach over its opening level.  It makes institutes more inventive and a larger share of inventions
radical (``radical_share * b``): firms founded on them start better and less ready.  Large firms
(HOST and leaders) give to their zone's institutes::

    gift = most * logistic(z0 + slope*ln((1 + match) * at hand) + size*ln(R&D / mean R&D)) * R&D

with ``at hand`` the zone's basic knowledge in the industry's fields over the national mean, because
they can use more of what is found (Nelson 1959); every yuan given brings ``match`` yuan from the
centre, so a match draws gifts and is also paid on those that would have come anyway.

*Transfer.*  An invention waits in the laboratory, exponentially with mean ``transfer_lag``; technology
managers, inventors' rights and shared information shorten it.  Both in the laboratory and after, an
invention ages by 15 % a year.  Open inventions become spin-offs (entry), those in concept
verification much more often.

*Platforms* have places at their gates: innovation centres' open projects (TRL 1-2), concept
verification (3-4), pilot-test bases (5-6), accelerators (7-8, the steps to 9); incubators have places
for young firms without a product (up to TRL 7) and pay their premises and services; consortia have
places at TRL 4-7, as many as the institutes' staff can lean on.  Places go to firms by a lottery
drawn once a year, firm by firm, until they are full: nobody has an average place.  Part of the places
of concept verification is kept for inventions and takes what firms leave free; open projects that no
firm asks for take inventions still in the laboratory, which leave it sooner.  What places do for firms
is said in research and entry.

Source: S0, S2 (institutes, key laboratories, first mile), S4 (basic research, private money);
decay 15-40 % a year, Griliches (1998) and blueprint; the elasticities are assumptions.
"""

from __future__ import annotations

from sim.core.lever import Lever, Programme
from sim.mechanisms.science import giving, institutes, platforms, transfer
from sim.world.state import State


def _platform(name: str, unit: str, high: float, doc: str, source: str, price: str, delay: int) -> Lever:
    """Return the lever of a platform kind: so many a zone, none to begin with."""
    return Lever(
        name=name,
        unit=unit,
        low=0.0,
        high=high,
        default=0.0,
        neutral=0.0,
        group="technology",
        doc=doc,
        source=source,
        evidence="assumption",
        source_rows=("T1", "T2") if name == "innovation_centres" else ("T2", "T6"),
        programme=Programme(price=price, base="zone", delay=delay),
    )


LEVERS = (
    Lever(
        name="institute_funding",
        unit="share of institute budgets",
        low=0.0,
        high=0.5,
        default=0.0,
        neutral=0.0,
        group="technology",
        doc="Project money for the zone's institutes on top of their regular budgets.",
        source="S0, S2: research institutes, innovation centres, key laboratories",
        evidence="assumption",
        source_rows=("T1", "T5"),
        programme=Programme(
            price="price_rd_grant", base="budget", payer="province", payee="institutes", delay=1
        ),
    ),
    Lever(
        name="national_laboratories",
        unit="laboratories",
        low=0.0,
        high=30.0,
        default=0.0,
        neutral=0.0,
        group="technology",
        scope="nation",
        doc="New national laboratories, 1,500 research posts each, at the best science bases by field.",
        source="S0, S2: national laboratories; size and cost: starter parameters",
        evidence="assumption",
        source_rows=("T1",),
        programme=Programme(price="price_national_laboratory", base="nation", payer="centre", delay=8),
    ),
    Lever(
        name="basic_research",
        unit="share of institute budgets",
        low=0.0,
        high=0.2,
        default=0.0,
        neutral=0.0,
        group="technology",
        doc="Project money of the centre that institutes may spend on basic research only.",
        source="S4: strengthen basic research",
        evidence="assumption",
        source_rows=("T5",),
        programme=Programme(
            price="price_rd_grant", base="budget", payer="centre", payee="institutes", delay=2
        ),
    ),
    Lever(
        name="basic_research_matching",
        unit="ratio of public to private money",
        low=0.0,
        high=2.0,
        default=0.0,
        neutral=0.0,
        group="technology",
        doc="Yuan that the centre adds to each yuan that a firm gives institutes for basic research.",
        source="S4: private money in basic research; costs a yuan a yuan, paid as gifts come in",
        evidence="assumption",
        source_rows=("T5",),
    ),
    Lever(
        name="technology_transfer",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="technology",
        doc="Technology managers, inventors' rights, shared information: inventions leave the laboratory.",
        source="S0: from laboratory to market, information along the chain",
        evidence="assumption",
        source_rows=("T6",),
        programme=Programme(price="price_technology_transfer", base="budget", delay=4),
    ),
    _platform(
        "innovation_centres",
        "centres/zone",
        5.0,
        "Innovation centres, key laboratories: 150 posts each and open projects for firms at TRL 1-2.",
        "S0, S2: research institutes for future industries, national innovation centres",
        "price_innovation_centre",
        6,
    ),
    _platform(
        "concept_verification",
        "centres/zone",
        10.0,
        "Extra concept-verification centres: inventions become firms, TRL 3-4 is passed sooner.",
        "S2: the first mile; capacity 20 projects a year (starter parameters)",
        "price_concept_verification",
        4,
    ),
    _platform(
        "pilot_test_bases",
        "bases/zone",
        10.0,
        "Extra pilot-test bases: firms pass TRL 5-6 sooner.",
        "S2: pilot-test bases; capacity 12 projects a year (starter parameters)",
        "price_pilot_test_base",
        6,
    ),
    _platform(
        "incubators",
        "incubators/zone",
        20.0,
        "Extra incubators: more start-ups; premises and services of young firms are paid.",
        "facts F098: 37.3 incubatees an incubator",
        "price_incubator",
        4,
    ),
    _platform(
        "accelerators",
        "accelerators/zone",
        10.0,
        "Accelerators: firms at TRL 7-8 come to market sooner.",
        "S2: incubation and acceleration; capacity 30 firms a year (starter parameters)",
        "price_accelerator",
        4,
    ),
    Lever(
        name="consortia",
        unit="projects/zone",
        low=0.0,
        high=50.0,
        default=0.0,
        neutral=0.0,
        group="technology",
        doc="Joint projects of firms (TRL 4-7) with the zone's institutes: materials, processes, components.",
        source="S2, S4: firm-institute-university consortia",
        evidence="assumption",
        source_rows=("T4",),
        programme=Programme(price="price_consortium", base="zone", payee="institutes", delay=2),
    ),
    Lever(
        name="outside_rd",
        unit="share",
        low=0.0,
        high=1.0,
        default=0.0,
        neutral=0.0,
        group="environment",
        doc="Openness to R&D from outside: centres from abroad settle, hire and bring outside knowledge.",
        source="S0: attract R&D from home and abroad",
        evidence="assumption",
        source_rows=("N2",),
        programme=Programme(price="price_outside_rd", base="zone", delay=6),
    ),
)
READS = ("cells.staff", "cells.priority", "zones.wage_field", "firms.alive", "firms.zone", "firms.industry")
READS += ("firms.weight", "firms.lot", "firms.trl", "firms.born", "firms.tier", "firms.profit")
READS += ("firms.rd_staff", "firms.rd_spending", "institutes.kind", "institutes.zone", "institutes.field")
READS += ("institutes.quality", "institutes.lot", "zones.basic_start")
WRITES = ("institutes.positions", "institutes.budget", "institutes.cash", "institutes.kept")
WRITES += ("institutes.basic", "institutes.inventions", "zones.science", "zones.inventions")
WRITES += ("zones.inventions_age", "zones.laboratory", "zones.laboratory_age", "zones.verified")
WRITES += ("zones.basic", "zones.basic_young", "zones.radical")
WRITES += ("firms.served", "firms.housed", "firms.allied", "firms.cash")
WRITES += ("zones.hosted",)


def step(state: State) -> None:
    """Found and fund institutes, invent, release inventions, fill the platforms' places."""
    institutes.found(state)
    giving.give(state)
    outlay = institutes.spend(state)
    within_reach = transfer.ripen(state, outlay)
    born = institutes.invent(state, outlay, within_reach)
    platforms.fill(state)
    transfer.release(state, born)
