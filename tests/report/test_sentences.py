"""Honest wording: direction by sign, no claim across zero, the worse always named."""

from sim.report.quantities import SPACE
from sim.report.results import Difference, Metric
from sim.report.sentences import answer, clause, delivery, findings, negligible, single_answer


def row(name, difference, low=None, high=None, *, unit="zones", better="", p=0.001, runs=30, **more):
    metric = Metric(name, unit, better, over=more.pop("over", "final"), account=more.pop("account", False))
    base = more.pop("base", 500.0)
    value = None if difference is None else base + difference
    return Difference("plan", metric, base, value, difference, low, high, p, None, runs)


def say(*args, **kwargs):
    return clause(row(*args, **kwargs)).replace(SPACE, " ")


def told(rows):
    return answer(rows, "top_level_design", 2023, 2042).replace(SPACE, " ")


FALL = row("duplicated_layouts", -212.0, -230.0, -195.0, better="lower")
COST = row("public_cost", 1.2e6, 1.1e6, 1.3e6, unit="m yuan", better="lower", base=5e6, over="total")


def test_a_fall_is_told_with_its_interval_in_the_same_direction():
    assert say("duplicated_layouts", -212.0, -230.0, -195.0, better="lower") == (
        "duplicated layouts (the planner's own yardstick) fall by 212 zones (195 to 230; −42 %)"
    )


def test_a_rise_of_one_thing_takes_a_singular_verb():
    assert say("output", 9e4, 5e4, 2e5, unit="m yuan/year", base=3e6) == (
        "output rises by 90.0 bn yuan a year (50 to 200 bn; +3.0 %)"
    )


def test_a_difference_below_its_threshold_hardly_changes_whatever_its_p_value():
    sure = row("output", 9e4, 5e4, 2e5, unit="m yuan/year", better="higher", base=3e7, p=1e-9)
    assert sure.verdict == "small"
    assert clause(sure).replace(SPACE, " ") == "output hardly changes (50 to 200 bn yuan a year; +0.3 %)"
    assert told([sure, COST]).count("Nothing else is clearly worse") == 1


def test_an_interval_inside_the_threshold_is_small_even_around_zero():
    assert row("output", 1e3, -5e4, 5e4, unit="m yuan/year", base=3e7, p=0.9).verdict == "small"
    assert row("output", 1e3, -5e4, 4e5, unit="m yuan/year", base=3e7, p=0.9).verdict == "unclear"
    assert row("own_metric", 1e-6, 1e-7, 2e-6, base=3e7, better="higher").verdict == "better"


def test_an_interval_with_zero_is_no_clear_difference():
    text = say("jobs", 12.0, -3.0, 20.0, unit="jobs")
    assert text == "there is no clear difference in jobs (−3.0 to 20.0)"
    assert "rise" not in text
    assert say("output", 9e4, -5e4, 2e5, unit="m yuan/year").endswith("in output (−50 to 200 bn yuan a year)")


def test_a_difference_lost_among_many_outcomes_is_not_claimed():
    text = say("jobs", 12.0, 2.0, 20.0, unit="jobs", p=0.2)
    assert text.startswith("there is no clear difference in jobs")
    assert "but p 0.20 once all outcomes are tested" in text


def test_few_runs_are_blamed_for_what_they_cannot_show():
    text = say("jobs", 12.0, 2.0, 20.0, unit="jobs", p=0.25, runs=4)
    assert "but 4 runs are too few to be sure" in text
    rows = [row("jobs", 12.0, 2.0, 20.0, unit="jobs", better="higher", p=0.25, runs=4)]
    assert told(rows).endswith("4 runs are too few to call anything better or worse.")


def test_shares_move_in_percentage_points():
    text = say("capacity_utilisation", 0.062, 0.06, 0.064, unit="share", better="higher", base=0.66)
    assert text == "capacity utilisation rises by 6.20 percentage points (6.00 to 6.40 pp)"


def test_nothing_moved_is_unchanged():
    assert say("overcapacity_industries", 0.0, 0.0, 0.0, p=1.0) == (
        "industries with overcapacity are unchanged"
    )


def test_undefined_is_said_to_be_so():
    assert "cannot be compared" in say("time_to_market", None)


def test_the_answer_names_levels_period_cost_and_what_got_worse():
    worse = row("output", -5e5, -6e5, -4e5, unit="m yuan/year", better="higher", base=3e7)
    assert told([FALL, worse, COST]) == (
        "With top level design, duplicated layouts (the planner's own yardstick) fall from 500 to 288 zones "
        "in 2042 (by 212; 95 % interval 195 to 230; −42 %). "
        "Gross public cost rises by 1.20 tn yuan (1.10 to 1.30 tn; +24 %) over 2023–2042. "
        "Clearly worse: output (−1.7 %)."
    )


def test_the_answer_begins_with_what_nobody_optimises_and_tells_value_added_at_both_prices():
    capacity = row("built_overcapacity", -40.0, -50.0, -30.0, unit="m yuan/year", better="lower", over="mean")
    gluts = row("gluts", -1.0, -1.5, -0.5, unit="industries", better="lower", base=5.0, over="mean")
    failed = row("failed_plants", -90.0, -200.0, 20.0, unit="plants", better="lower", over="total")
    stranded = row("stranded_public_money", 30.0, -10.0, 70.0, unit="m yuan", better="lower")
    constant, current = (
        row(name, change, change - 10.0, change + 10.0, unit="m yuan/year", better="higher")
        for name, change in (("value_added_constant", 30.0), ("value_added", -40.0))
    )
    assert told([FALL, current, constant, stranded, failed, gluts, capacity]) == (
        "With top level design, capacity beyond demand falls by 40.0 m yuan a year (95 % interval 30.0 to "
        "50.0 m; −8.0 %); industries priced below full cost fall by 1.00 (0.50 to 1.50; −20 %) on average "
        "over 2023–2042; there is no clear difference in failed plants of zones (−200 to 20) and stranded "
        "public money (−10.0 to 70.0 m yuan). Duplicated layouts (the planner's own yardstick) fall from 500 "
        "to 288 zones in 2042 (by 212; 195 to 230; −42 %). Value added at constant prices rises by 30.0 m "
        "yuan a year (20.0 to 40.0 m; +6.0 %); value added at current prices falls by 40.0 m yuan a year "
        "(30.0 to 50.0 m; −8.0 %) in 2042. Nothing else is clearly worse."
    )


def test_better_and_worse_outcomes_are_listed_and_counted():
    worse = [row(f"thing_{i}", 1.0, 0.5, 1.5, better="lower") for i in range(5)]
    better = [row("capacity_utilisation", 0.02, 0.01, 0.03, unit="share", better="higher", base=0.8)]
    text = told([FALL, *worse, *better])
    assert "Clearly better: capacity utilisation (+2.00 percentage points). " in text
    assert text.endswith(
        "Clearly worse: thing 0 (+0.2 %), thing 1 (+0.2 %), thing 2 (+0.2 %) and 2 more outcomes."
    )


def test_nothing_worse_is_said_only_if_it_is_so():
    assert told([FALL, COST]).endswith("Nothing else is clearly worse.")
    unclear = row("jobs", 1.0, -1.0, 3.0, unit="jobs", better="higher", p=0.4)
    assert told([FALL, unclear, COST]).endswith("Nothing else is clearly worse.")


def test_the_headline_itself_may_be_unclear():
    text = told([row("duplicated_layouts", -3.0, -9.0, 3.0, better="lower", p=0.4), COST])
    assert text.startswith("With top level design, there is no clear difference in duplicated layouts")


def test_one_run_is_said_to_be_one():
    text = told([row("duplicated_layouts", -212.0, better="lower", p=None, runs=1)])
    assert text.startswith("In one single run, which gives no interval, with top level design")
    assert "interval 1" not in text


def test_where_nothing_moves_no_number_of_runs_is_told():
    same = row("duplicated_layouts", 0.0, 0.0, 0.0, better="lower", p=1.0)
    assert told([same]).startswith("With top level design")


def test_findings_are_few_and_never_leave_out_money():
    names = ("declared_priorities", "capacity_utilisation", "cluster_count", "output", "public_cost")
    rows = [row(n, 5.0, 4.0, 6.0) for n in (*names, "gini_output_provinces")]
    topics = [t for t, _ in findings(rows)]
    assert len(topics) == 5
    assert "Public money" in topics


def test_delivery_tells_the_share_paid():
    text = delivery({"a": {"requested": 2000.0, "delivered": 500.0}}).replace(SPACE, " ")
    assert "asked for 2.00 bn yuan and received 500 m yuan (25 %)" in text
    assert delivery({"a": {"requested": 0.0, "delivered": 0.0}}) == ""


def test_a_single_scenario_opens_with_levels_over_their_own_periods():
    rows = [
        row("duplicated_layouts", 0.0, base=12.0),
        row("cluster_count", 0.0, base=9.0, unit="clusters"),
        row("public_cost", 0.0, base=9.5e6, unit="m yuan", over="total"),
    ]
    assert single_answer(rows, "baseline", 2023, 2042).replace(SPACE, " ") == (
        "Under baseline: duplicated layouts (the planner's own yardstick) 12 zones in 2042; "
        "the number of clusters 9.00 in 2042; "
        "gross public cost 9.50 tn yuan over 2023–2042."
    )


def test_better_and_worse_are_told_by_importance():
    def gain(name, unit="m yuan", base=500.0):
        return row(name, -40.0, -50.0, -30.0, unit=unit, better="lower", base=base)

    names = ("public_net_cost", "time_to_market", "cluster_count", "priority_jaccard")
    text = told([FALL, *(gain(n) for n in names)])
    better = text.split("Clearly better: ")[1]
    places = [better.index(w) for w in ("number of clusters", "overlap of priority lists", "net public cost")]
    assert places == sorted(places)
    assert "1 more outcome." in better


def test_counts_of_less_than_half_a_thing_are_no_gain_worth_telling():
    small = row("overcapacity_industries", -0.05, -0.07, -0.03, unit="industries", better="lower", base=0.1)
    assert negligible(small)
    assert "overcapacity" not in told([FALL, small])
    assert findings([small]) == []
    assert not negligible(row("overcapacity_industries", -0.05, unit="industries", base=0.9))
    assert not negligible(row("price_index", -0.05, unit="index", base=0.1))


def test_what_is_worse_is_named_however_small():
    small = row("overcapacity_industries", 0.2, 0.1, 0.3, unit="industries", better="lower", base=0.05)
    assert told([FALL, small]).endswith("Clearly worse: industries with overcapacity (+0.200).")
    assert [t for t, _ in findings([small])] == ["Waste"]
