"""Units of measure: a small vocabulary, checked wherever a lever, metric or column is declared.

A unit is a quantity, or quantities divided by others (``m yuan/zone/year``); a share or a ratio
may say of what (``share of sales``); an empty unit belongs to codes and flags.
"""

from __future__ import annotations

from sim.core.errors import nearest

QUANTITIES: dict[str, str] = {
    "m yuan": "million yuan at constant 2022 prices",
    "yuan": "yuan at constant 2022 prices",
    "persons": "whole persons",
    "FTE": "full-time equivalents of research work",
    "jobs": "research and production jobs",
    "job": "one job",
    "firms": "real firms, whatever number of rows stands for them",
    "zones": "high-tech zones with their catchment",
    "zone": "one zone",
    "zone-industry pairs": "pairs of a zone and an industry",
    "industries": "future industries",
    "clusters": "zone-industries that are clusters",
    "cluster": "one cluster",
    "plants": "plants of zones",
    "deals": "rounds of one fund in one firm row",
    "firm": "one real firm",
    "teams": "leading scientists with their teams",
    "patents": "valid invention patents",
    "inventions": "inventions of institutes",
    "papers and patents, index": "science stock, national mean at the start = 1",
    "incubators": "incubators",
    "centres": "centres of one kind (concept verification, innovation)",
    "bases": "pilot-test bases",
    "accelerators": "accelerators",
    "laboratories": "national laboratories",
    "scenarios": "public application scenarios",
    "projects": "national model projects, or joint ones of firms and institutes",
    "steps": "steps of the technology readiness level",
    "TRL": "technology readiness level, 1 to 9",
    "index": "index, 1 at its reference",
    "cosine": "cosine similarity, 0 to 1",
    "sd": "standard deviations",
    "log points": "differences of natural logarithms",
    "multiplier": "factor, 1 changes nothing",
    "share": "share, 0 to 1",
    "ratio": "ratio of two like quantities",
    "working days": "working days",
    "quarter": "a quarter, counted from 2023-Q1 = 0 where it is a date",
    "quarters": "quarters of a year",
    "year": "a year, or a calendar year where it is a date",
    "years": "years",
    "per year": "rate per year",
}


def check(unit: str) -> str:
    """Return ``unit`` if every part of it is known; raise ``ValueError`` with the nearest name.

    >>> check("m yuan/zone/year")
    'm yuan/zone/year'
    >>> check("share of sales")
    'share of sales'
    """
    if unit and unit not in QUANTITIES and not unit.startswith(("share of ", "ratio of ")):
        for part in unit.split("/"):
            if part not in QUANTITIES:
                hint = nearest(part, QUANTITIES)
                raise ValueError(f"unit {unit!r}: {part!r} is not known" + (f"; {hint!r}?" if hint else ""))
    return unit
