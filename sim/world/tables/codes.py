"""What numbers stand for: sizes of arrays, special values, kinds of agents."""

from __future__ import annotations

from enum import IntEnum

K = 20
"""Future industries; index ``HOST`` is the rest of high technology."""
HOST = 20
F = 6
"""Fields of talent and science."""
INSTITUTE = 21
"""Employer index of institutes in ``cells.staff`` (0-19 industries, 20 HOST)."""
EMPLOYERS = 22
NEVER = -10_000
"""Quarter of something that has not happened."""
STUDY_SLOTS = 12
"""Length of studies and of training, quarters."""
BACHELOR, MASTER, DOCTOR = 1, 2, 3
"""Skill classes by degree."""
LEADING = 4
"""Skill class of leading scientists."""
BUILD_SLOTS = 8
"""Length of the construction pipeline, quarters."""
LABORATORIES = 30
"""Sites that can hold a national laboratory."""
ADOPTERS = ("transport", "urban", "tourism", "manufacturing")
"""Sectors outside high technology that adopt future industries' products (S0, S4)."""
RIVALS = ("US", "DE", "FR", "JP", "KR")
"""Countries whose makers compete with China's (S0, S1); they stand for all makers abroad."""
PILOT, PRODUCT, PROVEN = 7, 8, 9
"""Readiness (TRL) of what is piloted, can be sold and is proven in use."""
NO_ROUTE, ESTABLISHED = -1, -2
"""Routes of firms that have none to choose, and of makers of the established generation."""
LEVELS = 10
"""Length of a table by readiness (it counts from 1)."""
CAREER = 60
"""Years of work after which nobody counts them."""
LOG_KM = 100.0
"""Distances enter costs as logs in units of so many km."""
IP_TODAY = 0.5
"""Level of protection of intellectual property that stands for today's: the lever's neutral value."""


class Origin(IntEnum):
    """How a firm came into the world."""

    INITIAL = 0
    STARTUP = 1
    SPINOFF = 2
    PARENT_SPINOFF = 3
    ATTRACTED = 4
    RESTART = 5
    PROJECT = 6


class Exit(IntEnum):
    """How a firm left it."""

    NONE = 0
    INSOLVENT = 1
    CLOSED = 2
    MERGED = 3


class Ending(IntEnum):
    """How a fund's stake ended."""

    OPEN = 0
    WRITTEN_OFF = 1
    LISTED = 2
    MERGED = 3
    SOLD = 4
    """At the end of the fund's life."""


class Tier(IntEnum):
    """Rung of the ladder of firms."""

    TECH_SME = 0
    HIGH_TECH = 1
    LITTLE_GIANT = 2
    LEADER = 3


class FundKind(IntEnum):
    """Stage and owner of a fund."""

    ANGEL = 0
    VENTURE = 1
    GROWTH = 2
    GUIDANCE = 3
    PLATFORM = 4


FUND_KINDS = len(FundKind)
OUTSIDE = 0
"""Owner of a stake that belongs to no fund of the model (row 0 of the funds, never alive)."""


class InstituteKind(IntEnum):
    """What an institute is."""

    UNIVERSITY = 0
    RESEARCH_INSTITUTE = 1
    NATIONAL_LABORATORY = 2
    INNOVATION_CENTRE = 3
    OUTSIDE_CENTRE = 4
