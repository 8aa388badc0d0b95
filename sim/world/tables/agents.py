"""Columns of what comes and goes: firms, people, funds, institutes, stakes."""

from __future__ import annotations

from sim.core.table import Flag, Float, Int8, Int16, Int32, Int64, Table, UInt8, UInt16, UInt64, column
from sim.world.tables.codes import BUILD_SLOTS, NEVER


class Firms(Table, name="firms"):
    """Firms; row 0 is the dead sentinel."""

    alive: Flag = column("", "in business")
    uid: Int64 = column("", "identity of the row, never reused")
    lot: UInt64 = column("", "identity in the lottery of keyed draws")
    weight: Int32 = column("firms", "real firms this row stands for")
    zone: UInt16 = column("", "zone")
    industry: UInt8 = column("", "industry, 20 = HOST")
    born: Int32 = column("quarter", "quarter of birth (negative before the start)")
    origin: Int8 = column("", "see Origin")
    parent: Int64 = column("", "uid of the parent, 0 none")
    trl: UInt8 = column("TRL", "technology readiness level")
    route: Int8 = column(
        "", "route to the next generation, -1 none, -2 maker of the established one", fill=-1
    )
    stage: Int16 = column("", "financing rounds closed")
    tier: Int8 = column("", "see Tier")
    certified: Int32 = column("quarter", "when it was granted its tier", fill=NEVER)
    pioneer: Int32 = column("quarter", "when it became a pioneer", fill=NEVER)
    helped: Flag = column("", "the zone finds its research staff first (pioneer support)")
    access: Flag = column("", "has a place in a platform with the support of the ladder")
    anchored: Flag = column("", "a leader that the zone anchors")
    losses: Int16 = column("quarters", "quarters in a row with negative margin")
    listed: Flag = column("", "quoted on the stock exchange")
    quality: Float = column("index", "product quality, 1 at the start")
    unit_cost: Float = column("index", "cost per unit of output, reference 1", fill=1.0)
    cost: Float = column("index", "the same with scale and fit of the plant counted", fill=1.0)
    capacity: Float = column("m yuan/year", "capacity at reference prices")
    home: Float = column("share", "of its capacity, what stands where it is based", fill=1.0)
    pipeline: Float = column("m yuan/year", "capacity under construction, by slot", (BUILD_SLOTS,))
    output: Float = column("m yuan/year", "quantity sold x 4 at reference prices")
    sales: Float = column("m yuan/quarter", "gross sales")
    orders: Float = column("m yuan/year", "orders received, smoothed over a year")
    staff_wanted: Float = column("FTE", "R&D workers wanted")
    rd_staff: Float = column("FTE", "R&D workers")
    rd_spending: Float = column("m yuan/quarter", "R&D outlay")
    jobs: Int64 = column("jobs", "production staff")
    cash: Float = column("m yuan", "money")
    debt: Float = column("m yuan", "bank debt")
    guaranteed: Float = column("share", "of its bank debt, guaranteed by the zone")
    wanted: Float = column("m yuan", "investment the firm could not pay last quarter")
    profit: Float = column("m yuan/quarter", "profit before investment")
    margin: Float = column("share", "profit over sales, smoothed over a year")
    dilution: Float = column("share", "what the founders still own", fill=1.0)
    public_share: Float = column("share", "owned directly by the zone")
    public_equity: Float = column("m yuan", "public money put in as equity")
    patents: Int64 = column("patents", "valid invention patents")
    research_stock: Float = column("m yuan/quarter", "outlay on research, smoothed over some years")
    niche: Float = column("share", "of its industry's demand, which its product can win")
    launched: Int32 = column("quarter", "first quarter with a product on sale", fill=NEVER)
    scenario_sales: Float = column("m yuan", "sold to application scenarios so far")
    served: Float = column("share", "of the row's firms with a place at a platform of their gate")
    housed: Float = column("share", "of the row's firms in an incubator of the programme")
    allied: Float = column("share", "of the row's firms in a consortium")


class Talent(Table, name="talent"):
    """R&D workers; row 0 is the dead sentinel."""

    alive: Flag = column("", "in the labour force")
    lot: UInt64 = column("", "identity in the lottery of keyed draws")
    weight: Int32 = column("persons", "real persons this row stands for")
    zone: UInt16 = column("", "zone of residence")
    field: UInt8 = column("", "field")
    skill: UInt8 = column("", "1 bachelor, 2 master, 3 doctor, 4 leading scientist")
    fresh: Flag = column("", "graduated last quarter, has still to choose a place")
    experience: UInt8 = column("years", "years in the labour force")
    home: UInt8 = column("", "province of origin")


class Funds(Table, name="funds"):
    """Funds; row 0 is the dead sentinel."""

    alive: Flag = column("", "not yet wound up")
    lot: UInt64 = column("", "identity in the lottery of keyed draws")
    kind: Int8 = column("", "see FundKind")
    zone: UInt16 = column("", "home")
    mandate: Int8 = column("", "industry it must invest in, -1 any")
    local: Float = column("share", "share of investment bound to its province")
    public_share: Float = column("share", "of the money paid in, from governments")
    politics: Float = column("share", "weight of politics in selection")
    early: Float = column("share", "of its turns, at the angel or venture stage (public funds)")
    tolerance: Float = column("share", "of private capital that is returned before public capital")
    target: Float = column("m yuan", "size aimed at")
    committed: Float = column("m yuan", "size promised by its owners")
    called: Float = column("m yuan", "paid in so far")
    cash: Float = column("m yuan", "dry powder")
    invested: Float = column("m yuan", "paid for stakes so far")
    proceeds: Float = column("m yuan", "got for stakes so far")
    returned: Float = column("m yuan", "paid back to owners so far")
    carry: Float = column("m yuan", "paid to the manager out of gains so far")
    capital_public: Float = column("m yuan", "paid in by governments, not yet returned")
    capital_private: Float = column("m yuan", "paid in by private owners, not yet returned")
    hurdle: Float = column("m yuan", "preferred return due to owners, not yet paid")
    number: Int64 = column("", "identity of the fund, new for a successor")
    vintage: Int32 = column("quarter", "first quarter")
    life: Int32 = column("quarters", "planned life")


class Institutes(Table, name="institutes"):
    """Institutes."""

    kind: Int8 = column("", "see InstituteKind")
    lot: UInt64 = column("", "identity in the lottery of keyed draws")
    zone: UInt16 = column("", "zone")
    field: UInt8 = column("", "field")
    quality: Float = column("index", "research quality, mean 1")
    positions: Float = column("FTE", "R&D positions")
    project_positions: Float = column("FTE", "R&D positions that project money pays")
    budget: Float = column("m yuan/year", "research budget")
    cash: Float = column("m yuan", "money for projects")
    kept: Float = column("m yuan", "of this, left from last quarter")
    basic: Float = column("m yuan", "of this, bound to basic research")
    inventions: Int64 = column("inventions", "inventions this quarter")
    graduates: Int64 = column("persons/year", "graduates into R&D a year")


class Sites(Table, name="sites"):
    """Plants of firms elsewhere than where they are based."""

    alive: Flag = column("", "its firm is in business")
    firm: Int32 = column("", "row of the firm")
    zone: UInt16 = column("", "zone")
    share: Float = column("share", "of the capacity of its firm")


class Holdings(Table, name="holdings"):
    """Stakes; the stake now is ``share * firms.dilution[firm]``."""

    alive: Flag = column("", "not yet sold or written off")
    fund: Int32 = column("", "row of the fund")
    firm: Int32 = column("", "row of the firm")
    share: Float = column("share", "stake at issue over dilution after issue")
    cost: Float = column("m yuan", "price paid")
