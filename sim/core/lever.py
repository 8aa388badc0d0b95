"""One lever, declared once: the value every face (YAML, CLI, app, ODD, tests) reads.

A lever stands with the mechanism that uses it, in ``levers.py`` of a package.  ``scope`` and ``kind`` fix the
shape of the dated array that a scenario resolves it to (T quarters, Z zones, 20 industries):

=========  =============  ============
scope      kind           shape
=========  =============  ============
nation     number         (T,)
zone       number         (T, Z)
nation     industry_set   (T, 20) bool
zone       industry_set   (T, Z, 20) bool
nation     zone_set       (T, Z) bool
=========  =============  ============
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any, Literal, NotRequired, TypedDict, Unpack, get_args

from sim.core import units

Group = Literal[
    "coordination",
    "technology",
    "demand",
    "enterprises",
    "talent",
    "capital",
    "environment",
    "world",
]
GROUPS: tuple[Group, ...] = get_args(Group)
Evidence = Literal["measured", "literature", "assumption"]
Scope = Literal["nation", "zone"]
Kind = Literal["number", "integer", "industry_set", "zone_set"]
ByIndustry = Literal["", "rate", "purse"]
Base = Literal[
    "nation", "zone", "industry", "staff", "firms", "research", "budget", "pilots", "investment",
    "smes", "strong", "pioneers", "leaders", "arrivals", "graduates", "restarting",
]  # fmt: skip
Payer = Literal["zone", "province", "centre"]
Payee = Literal[
    "firms", "households", "institutes", "rest", "zones", "projects", "suppliers", "fund", "newcomers",
    "investors", "aside",
]  # fmt: skip
SET_ASIDE: tuple[Payee, ...] = ("suppliers", "fund", "newcomers", "investors", "aside")
"""Payees for whom a zone sets money aside until the mechanism that spends it has its turn."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Programme:
    """How a lever is paid for: what one unit of dose costs, who pays, who receives.

    ``price`` names a parameter (m yuan per unit of ``base`` and year at one unit of dose);
    the dose is ``(value - neutral) / per``, or with ``less`` its negative: only improving costs.
    ``base`` says what the price multiplies: the ``nation``, each ``zone``, each ``industry`` of
    the catalogue, the zone's R&D ``staff``, its ``firms``, their ``research`` outlay, or its
    institutes' ``budget``, each of the ``pilots``, the ``investment`` of firms in the zone's
    priority industries, or another column of the zones.  ``payer`` is the tier of government
    whose budget it is.  ``payee`` receives the money; ``zones`` means a transfer to the zone's
    budget; ``projects`` that the centre earmarks it for model projects.  What a zone sets aside
    (``SET_ASIDE``) is spent later in the quarter: by trade on first products (``suppliers``), by
    finance in the guidance fund (``fund``), by entry on firms that come (``newcomers``), by books
    on new plants (``investors``), and by the mechanism that declares the lever on whom it means
    (``aside``).  ``delay`` is in quarters: delivery approaches what is paid for at the rate
    1 / (1 + delay).
    """

    price: str
    base: Base
    payer: Payer = "zone"
    payee: Payee = "rest"
    per: float = 1.0
    less: bool = False
    delay: int = 0

    def __post_init__(self) -> None:
        if self.payee in SET_ASIDE and self.payer != "zone":
            raise ValueError(f"only a zone sets money aside for {self.payee}, not a {self.payer}")


@dataclass(frozen=True, slots=True, kw_only=True)
class Lever:
    """A policy lever or a world assumption that can be dated and, if zonal, differ by zone.

    ``neutral`` is the value at which the lever does nothing, bit for bit; ``default`` is the
    value when a scenario is silent.  ``requires`` holds other levers' values in whose company
    this one acts, ``under`` the theories by slot under which alone it does.  Levers of group ``world``
    stand under ``assumptions:`` in a scenario, all others under ``policy:``.

    ``by_industry`` says what an entry under ``industries:`` is, if the lever can be aimed at one: a
    ``rate`` that takes the place's in this industry, or a ``purse`` of its own, beside that for the
    other industries (decision record 0025).
    """

    name: str
    unit: str
    low: Any
    high: Any
    default: Any
    neutral: Any
    group: Group
    doc: str
    source: str
    evidence: Evidence
    source_rows: tuple[str, ...]
    scope: Scope = "zone"
    kind: Kind = "number"
    requires: Mapping[str, Any] = field(default_factory=dict)
    under: Mapping[str, str] = field(default_factory=dict)
    programme: Programme | None = None
    by_industry: ByIndustry = ""

    def __post_init__(self) -> None:
        units.check(self.unit)
        if self.by_industry and (self.kind != "number" or self.group == "world"):
            raise ValueError(f"{self.name}: only a number that planners choose can be aimed at an industry")


class _Told(TypedDict):
    """What only the declaration of a lever can say."""

    name: str
    unit: str
    group: Group
    doc: str
    source: str
    evidence: Evidence
    source_rows: tuple[str, ...]
    requires: NotRequired[Mapping[str, Any]]
    by_industry: NotRequired[ByIndustry]


def dial(*, scope: Scope = "zone", programme: Programme | None = None, **told: Unpack[_Told]) -> Lever:
    """Return a lever that stands between 0, where it does nothing, and 1; silent scenarios leave it at 0."""
    return Lever(low=0.0, high=1.0, default=0.0, neutral=0.0, scope=scope, programme=programme, **told)


def per_zone(
    *, high: float, price: str, payee: Payee = "rest", delay: int = 0, **told: Unpack[_Told]
) -> Lever:
    """Return a lever that buys an amount in each zone, from its budget; silent scenarios buy none.

    Args:
        high: the most that a zone can have.
        price: parameter: m yuan a year for one unit in one zone.
        payee: who receives the money.
        delay: of delivery after payment, quarters.
        told: all other fields of the lever.
    """
    programme = Programme(price=price, base="zone", payee=payee, delay=delay)
    return Lever(low=0.0, high=high, default=0.0, neutral=0.0, programme=programme, **told)
