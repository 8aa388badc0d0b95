"""Columns of what stays where it is: zones, their industries, provinces, national industries."""

from __future__ import annotations

from sim.core.table import Column, Table
from sim.world.tables.codes import ADOPTERS, EMPLOYERS, FUND_KINDS, NEVER, STUDY_SLOTS, F, K


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
            Column("value_added", "f8", "m yuan/year", "sales less bought inputs", (K + 1,)),
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
