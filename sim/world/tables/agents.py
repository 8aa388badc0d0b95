"""Columns of what comes and goes: firms, people, funds, institutes, stakes."""

from __future__ import annotations

from sim.core.table import Column, Table
from sim.world.tables.codes import BUILD_SLOTS, NEVER


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
