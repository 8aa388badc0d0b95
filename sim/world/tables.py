"""The columns of every table: what each agent has, with units.

Money is in million yuan at constant 2022 prices, rates are per year unless the name says
otherwise, people are whole persons.  A firm row of weight w stands for w identical real firms
and its stocks (cash, capacity, staff ...) are totals over the w.
"""

from __future__ import annotations

from enum import IntEnum

from sim.core.table import Column, Table

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
LEADING = 4
"""Skill class of leading scientists."""
BUILD_SLOTS = 8
"""Length of the construction pipeline, quarters."""
LABORATORIES = 30
"""Sites that can hold a national laboratory."""
ADOPTERS = ("transport", "urban", "tourism", "manufacturing")
"""Sectors outside high technology that adopt future industries' products (S0, S4)."""


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


def zone_table(zones: int) -> Table:
    """Return the table of zone committees and their places, one row a zone."""
    return Table(
        "zones",
        (
            Column("output", "f8", "m yuan/year", "gross sales of the 20 industries, this quarter x 4"),
            Column("value_added", "f8", "m yuan/year", "sales less bought inputs, the 20 industries"),
            Column("tax", "f8", "m yuan/quarter", "local tax taken this quarter, HOST included"),
            Column("public_cost", "f8", "m yuan/quarter", "gross public outlay this quarter"),
            Column("cash", "f8", "m yuan", "money in the future-industry budget of the zone"),
            Column("debt", "f8", "m yuan", "platform debt of the zone"),
            Column("firms", "i8", "firms", "firms of the 20 industries"),
            Column("jobs", "i8", "jobs", "R&D and production jobs of the 20 industries"),
            Column("all_jobs", "f8", "jobs", "R&D and production jobs, HOST and institutes included"),
            Column("talent", "i8", "persons", "R&D workers living here"),
            Column("wage", "f8", "m yuan/year", "mean R&D labour cost per worker"),
            Column("rent", "f8", "m yuan/job/year", "rent per job"),
            Column("rent_start", "f8", "m yuan/job/year", "rent per job when the run opened"),
            Column("rd_spending", "f8", "m yuan/year", "R&D of the firms of the 20 industries"),
            Column("transfers", "f8", "m yuan/quarter", "money received from province and centre"),
            Column("host_research", "f8", "ratio", "R&D intensity of HOST firms here over the national one"),
            Column("scenario_money", "f8", "m yuan/quarter", "budget set aside to buy first products"),
            Column("fund_money", "f8", "m yuan/quarter", "budget set aside for the guidance fund"),
            Column("attraction_money", "f8", "m yuan/quarter", "budget set aside to attract projects"),
            Column("subsidy_money", "f8", "m yuan/quarter", "budget set aside for capacity subsidies"),
            Column("pilot", "?", "", "a pilot zone now, named or rolled out to"),
            Column("pilot_since", "i4", "quarter", "when it became one", (), NEVER),
            Column("took_office", "i4", "quarter", "when the leader of the committee took office"),
            Column("places", "i8", "industries", "how many priorities the committee keeps"),
            Column("stood_aside", "i8", "industries", "wanted industries given up under staggering"),
            Column("compliant", "?", "", "the committee follows the national assignment"),
            Column("pool", "i8", "persons", "R&D workers by field", (F,)),
            Column("idle", "i8", "persons", "of these, without a position", (F,)),
            Column("wage_field", "f8", "m yuan/year", "R&D labour cost by field", (F,)),
            Column("tightness", "f8", "share", "wanted positions over workers, by field", (F,)),
            Column(
                "efficiency", "f8", "index", "mean skill and experience by field, 1 at the start", (F,), 1.0
            ),
            Column("stars", "i8", "persons", "leading scientists by field", (F,)),
            Column("teams", "i8", "teams", "teams recruited under the programme so far"),
            Column("arrivals", "f8", "persons/year", "R&D workers who moved in, last quarter x 4"),
            Column("graduates", "f8", "persons/year", "graduates into R&D of its universities"),
            Column("study", "f8", "share", "places moved between fields, by end of study", (STUDY_SLOTS, F)),
            Column("trainees", "f8", "persons", "in training, by quarter of its end", (STUDY_SLOTS, F)),
            Column("smes", "f8", "firms", "tech SMEs of the 20 industries"),
            Column("strong", "f8", "firms", "high-tech firms, little giants counted as three"),
            Column("leaders", "f8", "firms", "leading firms"),
            Column("pioneers", "f8", "firms", "pioneers young enough for support"),
            Column("restarting", "f8", "firms/year", "restarts to expect if all founders were helped"),
            Column("science", "f8", "papers and patents, index", "science stock by field", (F,)),
            Column("inventions", "f8", "inventions", "unused institute inventions by field", (F,)),
            Column("inventions_age", "f8", "inventions", "of these, times their age in years", (F,)),
            Column("laboratory", "f8", "inventions", "inventions not yet open to transfer, by field", (F,)),
            Column("laboratory_age", "f8", "inventions", "of these, times their age in years", (F,)),
            Column("hosted", "f8", "inventions", "laboratories' inventions in open projects now"),
            Column("verified", "f8", "inventions", "inventions in concept verification now"),
            Column("basic_young", "f8", "m yuan", "basic research not yet of use, by field", (F,)),
            Column("basic", "f8", "m yuan", "stock of basic knowledge by field", (F,)),
            Column("basic_start", "f8", "m yuan", "the same within reach at the start", (F,)),
            Column("radical", "f8", "share", "inventions that rest on new basic knowledge", (F,)),
            Column("adoption", "f8", "share", "adopters in the sectors that adopt", (len(ADOPTERS),)),
            Column("exit_cost", "f8", "m yuan", "cost of stakes its funds have left, by kind", (FUND_KINDS,)),
            Column("exit_value", "f8", "m yuan", "what they got for them, by kind", (FUND_KINDS,)),
            Column("exit_deals", "i8", "deals", "deals left, by kind of fund", (FUND_KINDS,)),
            Column("exit_gains", "i8", "deals", "of these, at more than cost", (FUND_KINDS,)),
        ),
        zones,
    )


def cell_table(zones: int) -> Table:
    """Return the table of zone x industry cells (rows are zones, 21 = the industries and HOST)."""
    return Table(
        "cells",
        (
            Column("priority", "?", "", "the zone's committee targets the industry", (K,)),
            Column("declared", "i4", "quarter", "when it first did", (K,), NEVER),
            Column("followers_before", "i4", "zones", "how many did before it", (K,)),
            Column("follower", "?", "", "when it first did, n* others had already", (K,)),
            Column("belief", "f8", "sd", "lasting error of the committee about its fit", (K,)),
            Column("density", "f8", "sd", "relatedness density, z-score over zones", (K,)),
            Column("plants", "i4", "plants", "public first plants started", (K,)),
            Column("public_money", "f8", "m yuan", "public equity and grants so far", (K,)),
            Column("stranded", "f8", "m yuan", "public equity lost with dead firms so far", (K,)),
            Column("firms", "i8", "firms", "firms", (K + 1,)),
            Column("jobs", "i8", "jobs", "R&D and production jobs", (K + 1,)),
            Column("output", "f8", "m yuan/year", "gross sales, this quarter x 4", (K + 1,)),
            Column("tax", "f8", "m yuan/quarter", "local tax", (K + 1,)),
            Column("investment", "f8", "m yuan/year", "plants ordered by firms", (K + 1,)),
            Column("anchor", "f8", "m yuan", "model projects: money still to be spent", (K,)),
            Column("access", "f8", "index", "nearness to buyers, 1 at the start", (K + 1,), 1.0),
            Column("chain", "f8", "share", "completeness of the supply chain within reach", (K + 1,)),
            Column("capacity", "f8", "m yuan/year", "capacity at reference prices", (K + 1,)),
            Column("pipeline", "f8", "m yuan/year", "capacity under construction", (K + 1,)),
            Column("margin", "f8", "share", "profit over sales, smoothed over a year", (K + 1,)),
            Column("rd_spending", "f8", "m yuan/year", "R&D by firms", (K + 1,)),
            Column("knowledge", "f8", "m yuan", "R&D knowledge stock", (K + 1,)),
            Column("spillover", "f8", "index", "knowledge within reach over the national mean", (K,)),
            Column("positions", "f8", "persons", "R&D positions the firms wish to fill", (K + 1,)),
            Column("staff", "i8", "persons", "R&D workers by employer and field", (EMPLOYERS, F)),
            Column("skill", "f8", "index", "mean efficiency of its R&D workers", (K + 1,), 1.0),
            Column("failed", "f8", "persons", "founders of failed firms who may start again", (K + 1,)),
            Column("anchored", "f8", "m yuan/year", "what anchored leaders buy of the industry", (K,)),
        ),
        zones,
    )


def province_table(provinces: int) -> Table:
    """Return the table of provinces: the second tier of government."""
    return Table(
        "provinces",
        (
            Column("cash", "f8", "m yuan", "money in the future-industry budget of the province"),
            Column("public_cost", "f8", "m yuan/quarter", "gross public outlay this quarter"),
        ),
        provinces,
    )


def industry_table() -> Table:
    """Return the table of industries (21 rows, the last is HOST)."""
    return Table(
        "industries",
        (
            Column("clock", "f8", "year", "position on the diffusion path (calendar year at par)"),
            Column("demand", "f8", "m yuan/year", "demand this quarter x 4, at reference prices"),
            Column("demand_start", "f8", "m yuan/year", "demand at the start"),
            Column("firms_start", "f8", "firms", "firms at the start"),
            Column("forecast", "f8", "m yuan/year", "demand expected five years ahead"),
            Column("final_base", "f8", "share", "final share of the demand path at the start"),
            Column("price", "f8", "index", "price, reference 1", (), 1.0),
            Column("output", "f8", "m yuan/year", "quantity sold x 4, at reference prices"),
            Column("sales", "f8", "m yuan/year", "gross sales x 4"),
            Column("output_past", "f8", "m yuan/year", "quantity sold x 4, last four quarters", (4,)),
            Column("capacity", "f8", "m yuan/year", "capacity in place"),
            Column("pipeline", "f8", "m yuan/year", "capacity under construction"),
            Column("utilisation", "f8", "share", "output over capacity", (), 0.77),
            Column("final", "f8", "m yuan/year", "final demand, scenarios and projects included"),
            Column("imports", "f8", "share", "bought inputs that come from abroad"),
            Column("replaced", "f8", "share", "foreign suppliers replaced for good after import cuts"),
            Column("outside", "f8", "index", "quality of the outside frontier, 1 at the start", (), 1.0),
            Column("hype", "f8", "log points", "what the press and the funds expect"),
            Column("signal", "f8", "index", "national list, fading from 1"),
            Column("trl", "f8", "TRL", "mean readiness, by research staff"),
            Column("frontier", "f8", "TRL", "highest readiness reached"),
            Column("pioneered", "f8", "TRL", "highest readiness whose pioneers are named"),
            Column("ready", "?", "", "products can be made (enough firms at TRL 8 or above)"),
            Column("quality", "f8", "index", "sales-weighted mean quality", (), 1.0),
            Column("unit_cost", "f8", "index", "sales-weighted unit cost, reference 1", (), 1.0),
            Column("research", "f8", "m yuan/year", "effective research (critical mass counted)"),
            Column("research_start", "f8", "m yuan/year", "the same at the start"),
            Column("knowledge_start", "f8", "m yuan", "R&D knowledge stock at the start"),
            Column("viable", "i8", "zones", "n*: zones the forecast demand can carry"),
            Column("firms", "i8", "firms", "firms"),
            Column("makers", "f8", "firms", "firms with a product (TRL 8 and above)"),
            Column("margin", "f8", "share", "profit over sales, smoothed over a year"),
            Column(
                "scenario_sales", "f8", "m yuan/quarter", "first products bought by scenarios and projects"
            ),
        ),
        K + 1,
    )


def firm_table(capacity: int) -> Table:
    """Return an empty table of firms; row 0 is the dead sentinel."""
    return Table(
        "firms",
        (
            Column("alive", "?", "", "in business"),
            Column("uid", "i8", "", "identity of the row, never reused"),
            Column("lot", "u8", "", "identity in the lottery of keyed draws"),
            Column("weight", "i4", "firms", "real firms this row stands for"),
            Column("zone", "i2", "", "zone"),
            Column("industry", "i1", "", "industry, 20 = HOST"),
            Column("born", "i4", "quarter", "quarter of birth (negative before the start)"),
            Column("origin", "i1", "", "see Origin"),
            Column("parent", "i8", "", "uid of the parent, 0 none"),
            Column("trl", "i1", "TRL", "technology readiness level"),
            Column("stage", "i2", "", "financing rounds closed"),
            Column("tier", "i1", "", "see Tier"),
            Column("certified", "i4", "quarter", "when it was granted its tier", (), NEVER),
            Column("pioneer", "i4", "quarter", "when it became a pioneer", (), NEVER),
            Column("helped", "?", "", "the zone finds its research staff first (pioneer support)"),
            Column("access", "?", "", "has a place in a platform with the support of the ladder"),
            Column("anchored", "?", "", "a leader that the zone anchors"),
            Column("losses", "i2", "quarters", "quarters in a row with negative margin"),
            Column("listed", "?", "", "quoted on the stock exchange"),
            Column("quality", "f8", "index", "product quality, 1 at the start"),
            Column("unit_cost", "f8", "index", "cost per unit of output, reference 1", (), 1.0),
            Column("capacity", "f8", "m yuan/year", "capacity at reference prices"),
            Column("pipeline", "f8", "m yuan/year", "capacity under construction, by slot", (BUILD_SLOTS,)),
            Column("output", "f8", "m yuan/year", "quantity sold x 4 at reference prices"),
            Column("sales", "f8", "m yuan/quarter", "gross sales"),
            Column("orders", "f8", "m yuan/year", "orders received, smoothed over a year"),
            Column("staff_wanted", "f8", "FTE", "R&D workers wanted"),
            Column("rd_staff", "f8", "FTE", "R&D workers"),
            Column("rd_spending", "f8", "m yuan/quarter", "R&D outlay"),
            Column("jobs", "i8", "jobs", "production staff"),
            Column("cash", "f8", "m yuan", "money"),
            Column("debt", "f8", "m yuan", "bank debt"),
            Column("guaranteed", "f8", "share", "of its bank debt, guaranteed by the zone"),
            Column("wanted", "f8", "m yuan", "investment the firm could not pay last quarter"),
            Column("profit", "f8", "m yuan/quarter", "profit before investment"),
            Column("margin", "f8", "share", "profit over sales, smoothed over a year"),
            Column("dilution", "f8", "share", "what the founders still own", (), 1.0),
            Column("public_share", "f8", "share", "owned directly by the zone"),
            Column("public_equity", "f8", "m yuan", "public money put in as equity"),
            Column("patents", "i8", "patents", "valid invention patents"),
            Column("scenario_sales", "f8", "m yuan", "sold to application scenarios so far"),
            Column("served", "f8", "share", "of the row's firms with a place at a platform of their gate"),
            Column("housed", "f8", "share", "of the row's firms in an incubator of the programme"),
            Column("allied", "f8", "share", "of the row's firms in a consortium"),
        ),
        1,
        capacity,
    )


def talent_table(capacity: int) -> Table:
    """Return an empty table of R&D workers; row 0 is the dead sentinel."""
    return Table(
        "talent",
        (
            Column("alive", "?", "", "in the labour force"),
            Column("lot", "u8", "", "identity in the lottery of keyed draws"),
            Column("weight", "i4", "persons", "real persons this row stands for"),
            Column("zone", "i2", "", "zone of residence"),
            Column("field", "i1", "", "field"),
            Column("skill", "i1", "", "1 bachelor, 2 master, 3 doctor, 4 leading scientist"),
            Column("fresh", "?", "", "graduated last quarter, has still to choose a place"),
            Column("experience", "u1", "years", "years in the labour force"),
            Column("home", "i1", "", "province of origin"),
        ),
        1,
        capacity,
    )


def fund_table(capacity: int) -> Table:
    """Return an empty table of funds; row 0 is the dead sentinel."""
    return Table(
        "funds",
        (
            Column("alive", "?", "", "not yet wound up"),
            Column("lot", "u8", "", "identity in the lottery of keyed draws"),
            Column("kind", "i1", "", "see FundKind"),
            Column("zone", "i2", "", "home"),
            Column("mandate", "i1", "", "industry it must invest in, -1 any"),
            Column("local", "f8", "share", "share of investment bound to its province"),
            Column("public_share", "f8", "share", "of the money paid in, from governments"),
            Column("politics", "f8", "share", "weight of politics in selection"),
            Column("early", "f8", "share", "of its turns, at the angel or venture stage (public funds)"),
            Column("tolerance", "f8", "share", "of private capital that is returned before public capital"),
            Column("target", "f8", "m yuan", "size aimed at"),
            Column("committed", "f8", "m yuan", "size promised by its owners"),
            Column("called", "f8", "m yuan", "paid in so far"),
            Column("cash", "f8", "m yuan", "dry powder"),
            Column("invested", "f8", "m yuan", "paid for stakes so far"),
            Column("proceeds", "f8", "m yuan", "got for stakes so far"),
            Column("returned", "f8", "m yuan", "paid back to owners so far"),
            Column("carry", "f8", "m yuan", "paid to the manager out of gains so far"),
            Column("capital_public", "f8", "m yuan", "paid in by governments, not yet returned"),
            Column("capital_private", "f8", "m yuan", "paid in by private owners, not yet returned"),
            Column("hurdle", "f8", "m yuan", "preferred return due to owners, not yet paid"),
            Column("number", "i8", "", "identity of the fund, new for a successor"),
            Column("vintage", "i4", "quarter", "first quarter"),
            Column("life", "i4", "quarters", "planned life"),
        ),
        1,
        capacity,
    )


def institute_table(capacity: int) -> Table:
    """Return an empty table of institutes."""
    return Table(
        "institutes",
        (
            Column("kind", "i1", "", "see InstituteKind"),
            Column("lot", "u8", "", "identity in the lottery of keyed draws"),
            Column("zone", "i2", "", "zone"),
            Column("field", "i1", "", "field"),
            Column("quality", "f8", "index", "research quality, mean 1"),
            Column("positions", "f8", "FTE", "R&D positions"),
            Column("budget", "f8", "m yuan/year", "research budget"),
            Column("cash", "f8", "m yuan", "money for projects"),
            Column("kept", "f8", "m yuan", "of this, left from last quarter"),
            Column("basic", "f8", "m yuan", "of this, bound to basic research"),
            Column("inventions", "i8", "inventions", "inventions this quarter"),
            Column("graduates", "i8", "persons/year", "graduates into R&D a year"),
        ),
        0,
        capacity,
    )


def holding_table(capacity: int) -> Table:
    """Return an empty table of stakes; the stake now is ``share * firms.dilution[firm]``."""
    return Table(
        "holdings",
        (
            Column("alive", "?", "", "not yet sold or written off"),
            Column("fund", "i4", "", "row of the fund"),
            Column("firm", "i4", "", "row of the firm"),
            Column("share", "f8", "share", "stake at issue over dilution after issue"),
            Column("cost", "f8", "m yuan", "price paid"),
        ),
        1,
        capacity,
    )
