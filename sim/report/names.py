"""Words for metrics and scenarios: labels, groups, and what the report shows first."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from functools import cache
from pathlib import Path

from sim.core.spreadsheet import read_csv
from sim.metrics import HEADLINE
from sim.metrics.duplication import YARDSTICK
from sim.report.phrases import chinese, language, say
from sim.report.results import Difference, Metric
from sim.scenario.layers import OVERRIDES
from sim.world import names as world

_PARAMETERS = Path(__file__).parent / "data" / "parameters.csv"

_LABELS = {
    "duplicated_layouts": f"duplicated layouts ({YARDSTICK})",
    "mean_duplicated_layouts": f"duplicated layouts on average over the years ({YARDSTICK})",
    "declared_priorities": "declared priorities",
    "structure_similarity": "similarity of industrial structures",
    "priority_jaccard": "overlap of priority lists",
    "capacity_utilisation": "capacity utilisation",
    "overcapacity_industries": "industries with overcapacity",
    "stranded_public_money": "stranded public money",
    "built_overcapacity": "capacity beyond demand",
    "exports": "exports",
    "home_market_share": "share of Chinese makers at home",
    "cost_of_structure": "unit cost of small places and plants",
    "gluts": "industries priced below full cost",
    "failed_plants": "failed plants of zones",
    "overcapacity_peak": "capacity over demand in the most crowded industry",
    "declared_built_share": "share of declared priorities that are built",
    "follower_share": "share of priorities declared by followers",
    "first_mover_premium": "lead of first movers over followers",
    "krugman_index": "specialisation of provinces (Krugman)",
    "cluster_count": "the number of clusters",
    "cluster_count_100bn": "the number of clusters above 100 bn yuan",
    "largest_cluster_output": "output of the largest cluster",
    "top10_cluster_share": "share of the ten largest clusters",
    "cluster_fit": "fit of clusters to what their places know",
    "rent": "rent where people work",
    "output": "output",
    "value_added": "value added at current prices",
    "value_added_constant": "value added at constant prices",
    "jobs": "jobs",
    "productivity": "value added per job",
    "firms": "firms",
    "entries": "new firms",
    "exits": "closures",
    "survival_5y": "five-year survival of firms",
    "rd_spending": "R&D spending of firms",
    "frontier_trl": "mean technology readiness of industries",
    "time_to_market": "time to market",
    "equity_raised": "equity raised",
    "private_per_public": "private money drawn per public yuan",
    "public_cost": "gross public cost",
    "public_net_cost": "net public cost",
    "public_debt": "public debt",
    "tax_revenue": "tax revenue",
    "programme_requested": "programme money requested",
    "programme_delivered": "programme money delivered",
    "rd_workers_future": "R&D workers in future industries",
    "talent_moves": "moves of R&D workers between zones",
    "mean_output": "output on average over the years",
    "profit_margin": "profit margin",
    "trl_steps": "readiness steps taken by firms",
    "vacancies_filled": "share of research vacancies filled",
    "revenue_shared": "tax shared with zones that stood aside",
    "price_index": "price index of future industries",
    "gini_output_provinces": "inequality of output between provinces (Gini)",
    "theil_output_provinces": "inequality of output between provinces (Theil)",
    "concentrated_industries": "industries that are closer together than chance would place them",
    "coupling_coordination": "coordination of the four chains",
    "weak_link_innovation": "share of residents where the innovation chain is weakest",
    "weak_link_industry": "share of residents where the industry chain is weakest",
    "weak_link_capital": "share of residents where the capital chain is weakest",
    "weak_link_talent": "share of residents where the talent chain is weakest",
    "theil_output_zones": "inequality of output between zones (Theil)",
    "theil_output_tiers": "inequality of output between tiers of zones (Theil)",
    "theil_money_provinces": "inequality of public money between provinces (Theil)",
    "theil_money_tiers": "inequality of public money between tiers of zones (Theil)",
    "funds_raised": "money paid into funds",
    "listings": "listed firms",
    "ellison_glaeser": "geographic concentration (Ellison\N{EN DASH}Glaeser)",
    "years_per_step": "years per readiness step",
    "patents": "new patents",
    "duplicate_search": "share of search that repeats that of others",
    "platform_use": "use of platforms' places",
    "spinoffs": "spin-offs of institutes",
    "transfer_years": "years from invention to spin-off",
    "basic_research_share": "share of basic research",
    "private_basic": "gifts of firms for basic research",
    "designs": "industries with a dominant design of their next generation",
    "design_year": "mean year of dominant designs",
    "knowledge_gini": "concentration of knowledge (Gini over zones)",
    "chain_completeness": "completeness of supply chains",
    "import_dependence": "dependence on imported inputs",
    "output_at_risk": "output that a full import cut would stop",
    "relative_quality": "quality relative to the outside frontier",
    "adoption": "adoption in user sectors",
    "pioneer_share": "share of pioneers among firms",
    "sme_share": "share of small and medium firms in output",
    "high_tech_firms": "high-tech firms",
    "little_giants": "little giants",
    "leaders": "leading firms",
    "restarts": "firms of founders who start again",
    "zombie_share": "share of zombie firms",
    "capacity_elsewhere": "share of capacity in plants away from the base of their firm",
    "fundraising_ratio": "money raised by guidance funds over their target",
    "returns_by_deal": "share of exits above cost",
    "returns_by_yuan": "proceeds over cost of exits",
    "dry_powder": "money that funds have not invested",
    "mergers": "mergers",
    "secondary_sales": "stakes sold at the end of funds",
    "guaranteed_loans": "guaranteed loans",
    "guarantees_paid": "guarantees paid",
    "source_government": "share of government in the sources of money",
    "source_enterprise": "share of own funds in the sources of money",
    "source_venture": "share of venture capital in the sources of money",
    "source_bank": "share of bank credit in the sources of money",
    "source_donation": "share of donations in the sources of money",
    "rd_workers": "R&D workers",
    "top5_inflow_share": "share of the five provinces that attract most",
    "idle_talent": "share of R&D workers without a position",
    "rd_wage": "pay of R&D workers",
    "wage_dispersion": "dispersion of R&D pay between zones",
    "experience": "experience of R&D workers",
    "staff_skill": "efficiency of research staff",
    "stars": "leading scientists",
    "central_cost": "outlay of the centre",
    "provincial_cost": "outlay of provinces",
    "transfers_to_zones": "transfers to zones",
    "contingent_liabilities": "contingent liabilities",
    "waiting_programmes": "programmes that wait for money",
    "bailout_cost": "cost of bail-outs",
    "subsidy_cost": "cost of capacity subsidies",
    "attraction_cost": "cost of attraction",
    "cost_per_cluster": "public money per surviving cluster",
    "cost_per_job": "gross outlay per job",
    "cost_per_value_added": "gross outlay per value added",
    "pilot_count": "pilot zones",
    "policy_completeness": "completeness of the Ten Ones",
    "priority_fit": "fit of listed industries",
    "role_match": "match of lists and roles",
    "priority_age": "age of listed industries",
    "first_purchases": "first products bought by scenarios and projects",
    "outside_rd_posts": "R&D positions of centres from abroad",
    "high_tech_output": "output of all high-tech firms",
    "talent": "R&D workers living there",
    "public_money": "public equity and grants so far",
}
_PLURAL = {
    "concentrated_industries",
    "listings",
    "contingent_liabilities",
    "guaranteed_loans",
    "guarantees_paid",
    "high_tech_firms",
    "leaders",
    "little_giants",
    "mergers",
    "outside_rd_posts",
    "patents",
    "pilot_count",
    "private_basic",
    "rd_workers",
    "restarts",
    "returns_by_yuan",
    "secondary_sales",
    "spinoffs",
    "stars",
    "transfer_years",
    "transfers_to_zones",
    "waiting_programmes",
    "years_per_step",
    "duplicated_layouts",
    "mean_duplicated_layouts",
    "gluts",
    "failed_plants",
    "declared_priorities",
    "overcapacity_industries",
    "jobs",
    "firms",
    "entries",
    "exits",
    "trl_steps",
    "rd_workers_future",
    "talent_moves",
}
_LEVERS = {
    "shared_definition": "one national catalogue",
    "staggering_quota": "staggered layouts (quota)",
    "institute_funding": "project money for institutes",
    "rd_grant_rate": "R&D grants",
    "sme_foundation": "SME foundation",
    "ip_pledge": "IP as collateral",
    "outside_rd": "openness to R&D from outside",
    "ip_protection": "IP protection",
}
"""Levers that are not called by their names."""
KEY_METRICS = HEADLINE
"""What the cards and the charts over time show."""


@dataclass(frozen=True, slots=True)
class Label:
    """What a metric is called in running text, and whether it takes a plural verb."""

    text: str
    plural: bool

    @property
    def title(self) -> str:
        """Return the label with a capital and without its article, for tables and charts."""
        bare = self.text.removeprefix("the ")
        return bare[:1].upper() + bare[1:]


def label(name: str) -> Label:
    """Return the label of a metric, made from its name if it is not a known one.

    >>> label("chain_gaps")
    Label(text='chain gaps', plural=True)
    """
    text = _LABELS.get(name) or name.replace("_", " ").replace("rd ", "R&D ")
    plural = name in _PLURAL or (name not in _LABELS and text.endswith("s") and not text.endswith("ss"))
    return Label(say(text), plural)


def lever_label(name: str) -> str:
    """Return what a lever is called: ``talent_card`` becomes ``talent card``."""
    return say(_LEVERS.get(name) or name.replace("_", " "))


@cache
def parameters() -> dict[str, dict[str, str]]:
    """Return what each parameter of the world is called: by its name, ``en`` and ``zh``."""
    return {row["name"]: row for row in read_csv(_PARAMETERS)}


def key_label(key: str) -> str:
    """Return what a key of ``--set`` is called: a lever, a parameter or a theory's part, and where it holds.

    A name that has no Chinese, as of somebody's own lever, stays as it is written.

    >>> key_label("theories.plant_cost"), key_label("assumptions.demand_midpoint.AI")
    ('theory of plant cost', 'year of half saturation (AI)')
    >>> key_label("zones.Hefei.industries.QUANTUM.rd_grant_rate")
    'R&D grants (Hefei, QUANTUM)'
    """
    first, *rest = (part for part in key.split(".") if part not in ("policy", "assumptions"))
    if first == "theories" and rest:
        return say("theory of {part}", part=say(rest[0].replace("_", " "), sense="theory"))
    if first in parameters():
        named, where = parameters()[first][language()], rest
    else:
        *where, lever = (first, *rest)
        named = lever_label(lever)
        if chinese() and named.isascii():
            return key
    places = [_place_label(part) for part in where if part not in OVERRIDES or part == "pilots"]
    told = ("\N{IDEOGRAPHIC COMMA}" if chinese() else ", ").join(places)
    return say("{what} ({where})", what=named, where=told) if places else named


def _place_label(name: str) -> str:
    """Return what a zone, province, tier, group or industry is called."""
    zh = chinese() and (world.industry(name).zh or world.zone(name).zh)
    return zh or say(name.replace("_", " "), sense="place")


def scenario_label(name: str) -> str:
    """Return a scenario's name as words, with the world it stands in where it names one.

    >>> scenario_label("top_level_design"), scenario_label("baseline (more_hype)")
    ('top level design', 'baseline (more hype)')
    """
    own, _, world_of = name.removesuffix(")").partition(" (")
    if world_of:
        return say("{what} ({where})", what=scenario_label(own), where=scenario_label(world_of))
    return say(name.replace("_", " ").strip())


def zone_name(name: str) -> str:
    """Return a zone's name in the language spoken now."""
    return (world.zone(name).zh if chinese() else "") or name


def province_name(name: str) -> str:
    """Return a province's name in the language spoken now."""
    return (world.province(name).zh if chinese() else "") or name


def industry_name(code: str, english: str) -> str:
    """Return an industry's name in the language spoken now."""
    return (world.industry(code).zh if chinese() else "") or english


def industry_code(code: str) -> str:
    """Return what an industry is called where there is room for its code only: in Chinese, its short name.

    >>> industry_code("LOWALT")
    'LOWALT'
    """
    return say(code, sense="industry")


def grouped(rows: Iterable[Difference]) -> list[tuple[str, list[Difference]]]:
    """Return the rows by the catalogue's groups, in its order; metrics of no group come last."""
    groups: dict[str, list[Difference]] = {}
    for row in rows:
        groups.setdefault(row.metric.group or "Other outcomes", []).append(row)
    other = groups.pop("Other outcomes", [])
    ordered = [*groups.items(), *([("Other outcomes", other)] if other else [])]
    return [(say(title), found) for title, found in ordered]


def period(metric: Metric, first: int, last: int) -> str:
    """Return when a metric is measured, in words that follow the number."""
    if metric.over == "total":
        return say("over {first}\N{EN DASH}{last}", first=first, last=last)
    if metric.over == "mean":
        return say("on average over {first}\N{EN DASH}{last}", first=first, last=last)
    return say("in {year}", year=last)
