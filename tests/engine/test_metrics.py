"""Every metric with a formula, on states whose answer is known."""

from dataclasses import replace

import numpy as np
import pytest

from sim import metrics
from sim.core.accounts import Item, Sector
from sim.mechanisms.exit.memory import Memory
from sim.mechanisms.layout.roles import role_scores
from sim.metrics import METRICS
from sim.metrics.policy import TEN_ONES
from sim.scenario import load
from sim.scenario.find import shipped
from sim.schedule import LEVERS
from sim.world.tables import NEVER, K


def value(state, name):
    return METRICS[name].measure(state)


def test_duplicated_layouts_count_zones_beyond_what_an_industry_carries(blank):
    blank.industries.viable[:] = 2
    blank.cells.priority[:, 0] = True  # four zones, two too many
    blank.cells.priority[:3, 1] = True  # one too many
    blank.cells.priority[0, 2] = True
    assert value(blank, "duplicated_layouts") == value(blank, "mean_duplicated_layouts") == 3.0
    assert value(blank, "declared_priorities") == 8.0
    blank.industries.viable[0] = 9
    assert value(blank, "duplicated_layouts") == 1.0


def test_jaccard_overlap_of_lists(blank):
    blank.cells.priority[0, [0, 1]] = True
    blank.cells.priority[1, [1, 2]] = True
    blank.cells.priority[2, [1, 2]] = True  # the fourth zone has no list
    assert value(blank, "priority_jaccard") == pytest.approx((1 / 3 + 1 / 3 + 1.0) / 3)
    blank.cells.priority[1:] = False
    assert np.isnan(value(blank, "priority_jaccard"))


def test_cosine_of_provinces_structures(blank):
    blank.cells.output[0, 0], blank.cells.output[1, 1] = 3.0, 4.0  # province 1
    blank.cells.output[2, 0] = 7.0  # province 2
    assert value(blank, "structure_similarity") == pytest.approx(0.6)
    blank.cells.output[3, 1] = 28.0 / 3.0
    assert value(blank, "structure_similarity") == pytest.approx(1.0)
    blank.cells.output[2:] = 0.0
    assert np.isnan(value(blank, "structure_similarity"))


def test_gini_over_provinces(engine):
    state = engine(world="synthetic:Z=4,provinces=4,total=0.02").state
    for output, gini in (([5, 5, 5, 5], 0.0), ([0, 0, 0, 8], 0.75), ([1, 2, 3, 4], 0.25)):
        state.zones.output[:] = output
        assert value(state, "gini_output_provinces") == pytest.approx(gini)


def test_theil_between_provinces_weighs_residents(blank):
    people = blank.country.population
    blank.zones.output[:] = people * 2.5
    assert value(blank, "theil_output_provinces") == pytest.approx(0.0, abs=1e-12)
    blank.zones.output[:2] = 0.0  # everything in a province with half of the people
    half = people[2:].sum() / people.sum()
    assert value(blank, "theil_output_provinces") == pytest.approx(np.log(1.0 / half))


def test_theil_over_zones_is_between_plus_within(blank):
    """For provinces and for tiers: T = T_between + sum of group shares times Theil inside the group."""
    rng = np.random.default_rng(4)
    blank.country = replace(blank.country, tier=np.array([0, 2, 2, 0]))
    people, z = blank.country.population, blank.zones
    z.output[:] = rng.uniform(1.0, 9.0, z.rows) * people
    y, n = z.output / z.output.sum(), people / people.sum()

    def inside(group):
        total = 0.0
        for g in np.unique(group):
            here = group == g
            yg, ng = y[here].sum(), n[here].sum()
            total += yg * float((y[here] / yg * np.log((y[here] / yg) / (n[here] / ng))).sum())
        return total

    total = value(blank, "theil_output_zones")
    assert total > 0.0
    for group, name in ((blank.country.province, "provinces"), (blank.country.tier, "tiers")):
        assert total == pytest.approx(value(blank, f"theil_output_{name}") + inside(group))


def test_public_money_by_resident_is_fair_when_everybody_gets_the_same(blank):
    people = blank.country.population
    blank.country = replace(blank.country, tier=np.array([0, 1, 2, 2]))
    assert np.isnan(value(blank, "theil_money_tiers"))
    blank.cells.public_money[:, 3] = 0.5 * people
    for group in ("provinces", "tiers"):
        assert value(blank, f"theil_money_{group}") == pytest.approx(0.0, abs=1e-12)
    blank.cells.public_money[:2] = 0.0
    assert value(blank, "theil_money_provinces") == pytest.approx(np.log(people.sum() / people[2:].sum()))


def test_what_metrics_share_is_computed_once_a_measure_and_never_kept(engine):
    run, calls = engine(), []
    run.step()

    @metrics.registry.once
    def counted(state):
        calls.append(state)
        return len(calls)

    names = [n for n in METRICS if n.startswith("source_")][:2]
    kept = {n: metrics.registry.DECLARED[n] for n in names}
    try:
        for n, m in kept.items():
            metrics.registry.DECLARED[n] = replace(m, measure=counted)
        for quarter in (1.0, 2.0):  # the next quarter anew
            measured = metrics.measure(run.state)
            assert [measured[n] for n in names] == [quarter, quarter]
    finally:
        metrics.registry.DECLARED.update(kept)
    assert (counted(run.state), counted(run.state)) == (3, 4)  # outside a measure each time


def test_money_raised_by_funds_is_what_any_owner_paid_in(blank):
    blank.ledger.pay(Item.CAPITAL_CALL, Sector.LOCAL, Sector.FUNDS, 30.0)
    blank.ledger.pay(Item.CAPITAL_CALL, Sector.REST, Sector.FUNDS, 12.0)
    blank.ledger.pay(Item.EQUITY, Sector.REST, Sector.FUNDS, 99.0)  # a sale of a stake is no call
    blank.counts.listings = 3.0
    assert value(blank, "funds_raised") == 42.0
    assert value(blank, "listings") == 3.0


def test_utilisation_and_overcapacity(blank):
    blank.industries.output[:K], blank.industries.capacity[:K] = 3.0, 4.0
    assert value(blank, "capacity_utilisation") == pytest.approx(0.75)
    blank.industries.demand[:K] = 100.0
    blank.industries.capacity[[0, 1]] = [150.0, 151.0]
    assert value(blank, "overcapacity_industries") == 1.0


def test_capacity_beyond_what_demand_needs(blank):
    blank.industries.demand[:K] = 75.6  # needs 100 at reference use
    blank.industries.capacity[:K] = 100.0
    blank.industries.capacity[[0, 1]] = [130.0, 20.0]
    assert value(blank, "built_overcapacity") == pytest.approx(30.0)
    assert np.isnan(value(blank, "overcapacity_peak"))  # no market carries even one zone
    blank.industries.demand[[1, 2]] = blank.p.minimum_efficient_scale[[1, 2]]
    blank.industries.capacity[[1, 2]] = blank.industries.demand[[1, 2]] * [1.2, 1.8]
    assert value(blank, "overcapacity_peak") == pytest.approx(1.8)


def test_a_glut_is_a_price_below_what_making_costs_structure_counted(blank):
    blank.industries.unit_cost[:], blank.industries.cost[:], blank.industries.price[:] = 0.7, 0.8, 0.8
    assert value(blank, "gluts") == 0.0
    blank.industries.price[[0, 3, K]] = 0.79  # high technology outside the 20 industries does not count
    assert value(blank, "gluts") == 2.0


def test_declared_is_not_built(blank):
    blank.industries.ready[:K] = True
    blank.industries.ready[2] = False
    assert np.isnan(value(blank, "declared_built_share"))
    blank.cells.priority[:, :3] = True
    blank.cells.plants[:3, 0] = 1
    blank.cells.plants[:, 5] = 1  # built once, given up since
    assert value(blank, "declared_built_share") == pytest.approx(3 / 8)


def test_first_movers_and_followers(blank):
    assert np.isnan(value(blank, "follower_share"))
    blank.cells.priority[:, 0] = True
    blank.cells.output[:, 0] = [80.0, 0.0, 10.0, 10.0]
    assert value(blank, "follower_share") == 0.0
    assert np.isnan(value(blank, "first_mover_premium"))
    blank.cells.follower[2:, 0] = True
    blank.cells.follower[:, 1] = True  # no longer on any list
    assert value(blank, "follower_share") == 0.5
    assert value(blank, "first_mover_premium") == pytest.approx(np.log(40.0 / 10.0))


def test_krugman_index_of_provinces_structures(blank):
    assert np.isnan(value(blank, "krugman_index"))
    blank.cells.output[0, 0], blank.cells.output[2, 0] = 3.0, 7.0
    assert value(blank, "krugman_index") == 0.0
    blank.cells.output[1, 1] = 1.0  # province 1: 3/4 and 1/4
    assert value(blank, "krugman_index") == pytest.approx(0.5)
    blank.cells.output[2, 0], blank.cells.output[2, 4] = 0.0, 1.0
    assert value(blank, "krugman_index") == pytest.approx(2.0)


def test_clusters_are_large_and_concentrated(blank):
    blank.cells.output[:, :2] = 12_000.0  # everywhere the same: nobody is specialised
    assert value(blank, "cluster_count") == 0.0
    blank.cells.output[:, 0] = [30_000.0, 0.0, 0.0, 0.0]
    blank.cells.output[:, 1] = 9_000.0  # specialised elsewhere, but small
    assert value(blank, "cluster_count") == 1.0
    blank.cells.output[0, 0] = 100_000.0
    assert value(blank, "cluster_count_100bn") == 1.0
    assert value(blank, "largest_cluster_output") == 100_000.0
    assert value(blank, "top10_cluster_share") == pytest.approx(1.0)


def test_stranded_money_is_what_died_and_what_feeds_dwarfs(blank):
    scale = blank.p.minimum_efficient_scale
    blank.cells.public_money[0, :2], blank.cells.stranded[0, 0] = 100.0, 30.0
    blank.cells.output[0, 1] = 0.06 * scale[1]  # large enough
    assert value(blank, "stranded_public_money") == pytest.approx(100.0)  # 30 dead, 70 in a dwarf
    blank.cells.output[0, 0] = 0.06 * scale[0]
    assert value(blank, "stranded_public_money") == pytest.approx(30.0)


def employ(state, jobs, zones, weight=1):
    rows = state.claim(state.firms, len(jobs))
    state.firms.jobs[rows], state.firms.zone[rows], state.firms.weight[rows] = jobs, zones, weight
    state.firms.industry[rows] = 0


def test_ellison_glaeser_by_hand(blank):
    blank.zones.all_jobs[:] = 25.0
    employ(blank, [10, 10, 10, 10], [0, 0, 1, 1])
    g = 2 * 0.25**2 + 2 * 0.25**2
    spread, herfindahl = 0.75, 0.25
    expected = (g - spread * herfindahl) / (spread * (1 - herfindahl))
    assert value(blank, "ellison_glaeser") == pytest.approx(expected)


def test_ellison_glaeser_of_even_and_of_one_place(blank):
    blank.zones.all_jobs[:] = 25.0
    employ(blank, [10] * 400, [z for z in range(4) for _ in range(100)])
    assert value(blank, "ellison_glaeser") == pytest.approx(-1 / 399, rel=0.01)
    blank.firms.zone[:] = 2
    assert value(blank, "ellison_glaeser") == pytest.approx(1.0)


def test_ellison_glaeser_takes_a_row_for_one_plant(blank):
    """Its firms share a place and a fate: ten rows are ten darts, whatever they stand for."""
    blank.zones.all_jobs[:] = 25.0
    employ(blank, [1000] * 10, [0, 0, 0, 1, 1, 1, 2, 2, 3, 3], weight=100)
    heavy = value(blank, "ellison_glaeser")
    blank.firms.weight[:] = 1
    assert value(blank, "ellison_glaeser") == heavy


def test_survival_is_kaplan_meier(blank):
    blank.t = 30
    blank.memory[Memory].births[[0, 2]] = [80.0, 20.0]
    blank.memory[Memory].deaths[0, 3], blank.memory[Memory].deaths[0, 7] = 20.0, 15.0
    blank.memory[Memory].deaths[2, 3] = 5.0
    assert value(blank, "survival_5y") == pytest.approx((1 - 25 / 100) * (1 - 15 / 75))
    blank.memory[Memory].births[29] = 1000.0  # too young to say anything about age three
    assert value(blank, "survival_5y") == pytest.approx(0.75 * 0.8)
    blank.t = 18
    assert np.isnan(value(blank, "survival_5y"))


def test_time_to_market_and_private_money_are_undefined_without_events(blank):
    assert np.isnan(value(blank, "time_to_market"))
    assert np.isnan(value(blank, "private_per_public"))
    counts = blank.counts
    counts.to_market, counts.to_market_years = 4.0, 10.0
    counts.guidance_public, counts.guidance_private = 2.0, 1.0
    assert value(blank, "time_to_market") == 2.5
    assert value(blank, "private_per_public") == 0.5


def test_net_cost_is_outlay_less_taxes_and_returns(blank):
    blank.zones.public_cost[:] = 10.0
    counts = blank.counts
    counts.future_tax, counts.public_returns, counts.state_dividends = 3.0, 2.0, 1.0
    both = 1.0 + blank.p.central_tax_ratio / blank.p.local_tax_ratio
    assert value(blank, "public_cost") == 40.0
    assert value(blank, "tax_revenue") == pytest.approx(3.0 * both)
    assert value(blank, "public_net_cost") == pytest.approx(40.0 - 3.0 * both - 3.0)


def test_one_number_a_run():
    series = {
        "output": np.array([1.0, 3.0]),
        "entries": np.array([2.0, np.nan, 3.0]),
        "capacity_utilisation": np.array([0.5, np.nan, 0.7]),
        "time_to_market": np.array([np.nan, np.nan]),
        "survival_5y": np.array([0.5, np.nan]),
    }
    assert metrics.summarise(series) == pytest.approx(
        {
            "output": 3.0,
            "entries": 5.0,
            "capacity_utilisation": 0.6,
            "time_to_market": None,
            "survival_5y": None,
        }
    )


def test_every_metric_says_what_it_is():
    for name, metric in METRICS.items():
        assert metric.name == name
        assert metric.unit
        assert metric.doc.endswith(".")
        assert metric.source_rows
    assert {n for n, m in METRICS.items() if m.account} >= {"public_cost", "tax_revenue", "public_debt"}


def test_value_added_at_constant_prices_does_not_fall_with_prices(blank):
    ind, share = blank.industries, blank.ground.input_share
    ind.output[:], ind.sales[:] = 0.0, 0.0
    ind.output[[0, K]], ind.sales[[0, 1, K]] = 100.0, [90.0, 7.0, 100.0]  # a tenth cheaper; 7 of research
    ind.price[0] = 0.9
    assert value(blank, "value_added_constant") == pytest.approx(100.0 * (1.0 - share[0]) + 7.0)
    ind.cost[0], ind.unit_cost[0] = 0.96, 0.8  # places too small waste a fifth of inputs
    assert value(blank, "value_added_constant") == pytest.approx(100.0 * (1.0 - 1.2 * share[0]) + 7.0)


def test_public_money_is_counted_by_tier(blank):
    blank.zones.public_cost[:] = [1.0, 2.0, 3.0, 4.0]
    blank.provinces.public_cost[:] = [5.0, 6.0]
    blank.counts.central_cost = 7.0
    assert value(blank, "public_cost") == 28.0
    assert value(blank, "provincial_cost") == 11.0
    assert value(blank, "central_cost") == 7.0


def test_cost_per_job_value_added_and_cluster_take_what_was_paid_so_far(blank):
    ledger = blank.ledger
    ledger.pay(Item.GRANT, Sector.LOCAL, Sector.FIRMS, 30.0)
    ledger.pay(Item.TRANSFER, Sector.CENTRE, Sector.PROVINCES, 1000.0)  # between governments
    ledger.close_quarter()
    ledger.pay(Item.PROGRAMME, Sector.CENTRE, Sector.REST, 20.0)
    ledger.pay(Item.RESEARCH, Sector.CENTRE, Sector.INSTITUTES, 500.0)  # their regular budgets
    ledger.repay(Sector.LOCAL, 70.0)
    blank.cells.jobs[0, 0], blank.cells.jobs[1, K] = 5, 99
    blank.zones.value_added[:] = [100.0, 0.0, 0.0, 0.0]
    assert value(blank, "cost_per_job") == 10.0
    assert value(blank, "cost_per_value_added") == 0.5
    assert np.isnan(value(blank, "cost_per_cluster"))
    blank.cells.output[[0, 1], [2, 3]] = 12_000.0  # two clusters
    assert value(blank, "cost_per_cluster") == 25.0
    blank.cells.jobs[:] = 0
    assert np.isnan(value(blank, "cost_per_job"))


def test_contingent_liabilities_are_platform_debt_and_the_state_s_part_of_firms_debt(blank):
    f = blank.firms
    row = int(blank.claim(f, 1)[0])
    f.debt[row], f.public_share[row], f.dilution[row] = 100.0, 0.5, 0.8
    blank.zones.debt[:] = [10.0, 0.0, 0.0, 0.0]
    assert value(blank, "public_debt") == 10.0
    assert value(blank, "contingent_liabilities") == pytest.approx(10.0 + 40.0)


def test_completeness_counts_what_a_zone_has_of_ten(engine):
    for sets, have in (
        ((), 0),
        (("talent_card=1", "zones.Zone 2.incubators=3", "zones.Zone 2.pilot_test_bases=1"), 4 + 1),
        (("talent_card=1", "pilot_zones=[Zone 1]", "roadmap=1"), 4 + 1 + 4),
    ):
        run = engine("guidance_fund_size=0", *sets)
        run.step()
        assert value(run.state, "policy_completeness") == pytest.approx(have / 40)


@pytest.mark.parametrize("missing", ["", *TEN_ONES])
def test_ten_ones_has_all_ten_and_each_that_is_missing_lowers_completeness(missing, engine):
    preset = load(shipped("ten_ones"))
    values = {lever: preset.national(LEVERS[lever])[-1].value for ten in TEN_ONES.values() for lever in ten}
    values |= {lever: LEVERS[lever].neutral for lever in TEN_ONES.get(missing, ())}
    values["pilot_zones"] = "none" if missing == "pilot areas" else "all"  # so that every zone has ten
    sets = (f"{lever}={list(v) if isinstance(v, tuple) else v}" for lever, v in values.items())
    run = engine(*sets)
    run.step()
    assert value(run.state, "policy_completeness") == pytest.approx(0.9 if missing else 1.0)


def test_every_lever_of_the_ten_ones_is_one():
    assert len(TEN_ONES) == 10
    assert {name for levers in TEN_ONES.values() for name in levers} <= set(LEVERS)


def test_chains_and_imports_are_weighted_by_output(blank):
    blank.cells.output[0, 0], blank.cells.output[1, 1] = 30.0, 10.0
    blank.cells.chain[0, 0], blank.cells.chain[1, 1] = 0.8, 0.4
    assert value(blank, "chain_completeness") == pytest.approx(0.7)
    ind = blank.industries
    ind.output[:2] = 30.0, 10.0
    ind.imports[:2], ind.quality[:2], ind.outside[:2] = (0.1, 0.3), (2.0, 3.0), (1.0, 2.0)
    assert value(blank, "import_dependence") == pytest.approx(0.15)
    assert value(blank, "relative_quality") == pytest.approx(0.75 * 2.0 + 0.25 * 1.5)
    ind.capacity[:] = ind.output  # nothing to spare: nothing can be replaced
    assert value(blank, "output_at_risk") == pytest.approx(0.15)
    ind.capacity[:] = 1e9
    can = np.minimum(1.0, blank.p.import_replaceable * ind.quality[:K] / ind.outside[:K])
    left = 1.0 - blank.ground.supply @ can / blank.ground.supply.sum(axis=1)
    assert value(blank, "output_at_risk") == pytest.approx(0.75 * 0.1 * left[0] + 0.25 * 0.3 * left[1])
    ind.output[:] = 0.0
    assert np.isnan(value(blank, "import_dependence"))


def test_adoption_is_a_mean_over_sectors_weighted_by_gdp(blank):
    blank.zones.adoption[:] = 0.0
    blank.zones.adoption[0] = [0.2, 0.4, 0.6, 0.8]
    gdp = blank.country.gdp
    assert value(blank, "adoption") == pytest.approx(0.5 * gdp[0] / gdp.sum())


def test_plans_are_judged_by_fit_role_and_age(blank):
    assert np.isnan(value(blank, "priority_fit"))
    assert np.isnan(value(blank, "priority_age"))
    blank.cells.density[:] = 0.0
    blank.cells.density[0, 0], blank.cells.density[1, 1] = 2.0, -1.0
    blank.cells.priority[0, 0] = blank.cells.priority[1, 1] = True
    blank.cells.declared[0, 0], blank.cells.declared[1, 1] = -1, 3
    blank.t = 7
    assert value(blank, "priority_fit") == 0.5
    assert value(blank, "priority_age") == (8 / 4 + 4 / 4) / 2
    blank.cells.declared[1, 1] = NEVER
    assert value(blank, "priority_age") == 2.0


def test_role_match_is_how_much_better_lists_suit_the_tier_than_all_industries_do(blank):
    suits = role_scores(blank)[blank.country.tier]
    blank.cells.priority[0, int(suits[0].argmax())] = True
    assert value(blank, "role_match") == pytest.approx(suits[0].max() - suits.mean())
    blank.cells.priority[:] = True
    assert value(blank, "role_match") == pytest.approx(0.0)


def test_first_purchases_and_posts_from_abroad(blank, engine):
    blank.industries.scenario_sales[:3] = [1.0, 2.0, 4.0]
    assert value(blank, "first_purchases") == 7.0
    closed, opened = engine(), engine("outside_rd=1")
    for run in (closed, opened):
        run.step()
        run.step()
    assert value(closed.state, "outside_rd_posts") == 0.0
    assert value(opened.state, "outside_rd_posts") > 0.0
