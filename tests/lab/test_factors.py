"""Factors: what a study file may say of them, and which value lies where in a distribution."""

import pytest

from sim.core.errors import InputError
from sim.lab import factors
from sim.lab.factors import HOW, Factor
from sim.lab.given import Given
from sim.scenario.nodes import Place
from sim.scenario.vocabulary import standard
from sim.scenario.yamlfile import parse
from sim.schedule import LEVERS
from sim.world import catalogue

NUMBERS = ("number", "integer")


def read(text, tmp_path):
    root = parse(text, "q.yaml")
    study = Given(root, tmp_path / "q.yaml")
    study.found = {entry.key: entry for entry in root.entries}
    found = factors.read(study)
    try:
        study.report.stop()
    except InputError as error:
        return found, [str(p) for p in error.problems]
    return found, []


def test_values_are_listed_spaced_or_drawn(tmp_path):
    text = (
        "factors:\n  talent_card: [0, 0.5]\n  order_first: {from: 0.1, to: 0.4, steps: 4}\n"
        "  theories.demand: [value, path]\n  route_count: {low: 2, high: 6}\n  capital_cheapens: {}\n"
        "  demand_growth_factor: {distribution: triangular, low: 0.5, high: 1.5, mode: 1, group: markets}\n"
    )
    found, wrong = read(text, tmp_path)
    assert wrong == []
    card, first, theory, routes, cheap, growth = found
    assert card.levels == (0, 0.5)
    assert first.levels == (0.1, 0.2, 0.3, 0.4)
    assert theory.levels == ("value", "path")
    assert (routes.low, routes.high, routes.levels) == (2.0, 6.0, ())
    assert (cheap.low, cheap.high, cheap.distribution) == (0.0, 1.0, "uniform")  # the table's own bounds
    assert (growth.group, growth.mode, growth.at(0.5)) == ("markets", 1.0, 1.0)
    assert factors.restored([f.as_dict() for f in found]) == found


def test_a_pattern_stands_for_parameters_that_nothing_else_names(tmp_path):
    text = (
        "factors:\n  route_*: {group: technology}\n  route_count: {low: 2, high: 3}\n"
        "  demand_midpoint.*: {group: market}\n  '*_count': {}\n"
    )
    found, wrong = read(text, tmp_path)
    assert wrong == []
    by = {f.key: f for f in found}
    assert (by["route_count"].high, by["route_count"].group) == (3.0, "")  # its own line wins over patterns
    assert by["route_pace"].group == "technology"
    midpoints = [f for f in found if f.group == "market"]
    assert len(midpoints) == 20
    assert all(f.low < f.high for f in midpoints)
    assert {"fund_vc_count", "fund_growth_count"} <= set(by)
    assert len(by) == len(found)
    everything, _ = read("factors: {route_*: {group: a}, '*': {group: b}}\n", tmp_path)
    every, _ = read("factors: parameters\n", tmp_path)
    assert {f.key for f in everything} == {f.key for f in every}


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: a\n", "q.yaml:1:1: the study has no 'factors'; allowed: keys of --set, each with a list"),
        ("factors: {}\n", "q.yaml:1:10: there is no factor"),
        ("factors: {rout_*: {}}\n", "q.yaml:1:11: 'rout_*' stands for no parameter"),
        ("factors: {route_*: 3}\n", "q.yaml:1:20: the factor route_count is 3; allowed: a list of values"),
        ("factors: all\n", "q.yaml:1:10: factors is 'all'; allowed: parameters, levers"),
        (
            "factors: {talent_card: 3}\n",
            "q.yaml:1:24: the factor talent_card is 3; allowed: a list of values",
        ),
        ("factors: {talent_card: []}\n", "q.yaml:1:24: the values of the factor talent_card are a list, not"),
        ("factors: {a: [1, 1]}\n", "q.yaml:1:18: 1 stands among the values of the factor a again"),
        ("factors: {a: [[1]]}\n", "q.yaml:1:15: one of the values of the factor a is a list"),
        ("factors: {a: {low: 0}}\n", "q.yaml:1:14: a has no high"),
        ("factors: {a: {from: 0, to: 1}}\n", "q.yaml:1:14: a has no steps"),
        ("factors: {a: {from: 0, to: 1, steps: 1}}\n", "q.yaml:1:38: steps of a is 1, below its bounds"),
        ("factors: {a: {low: 1, high: 1}}\n", "q.yaml:1:14: a: low 1 is not below high 1"),
        (
            "factors: {a: {low: 0, high: 1, distribution: log_uniform}}\n",
            "q.yaml:1:14: a: low 0 is not above 0",
        ),
        (
            "factors: {a: {low: 0, high: 1, distribution: normal, mean: 2, sd: 1}}\n",
            "q.yaml:1:14: a: sd is not",
        ),
        ("factors: {a: {low: 0, high: 1, distribution: normal}}\n", "q.yaml:1:14: a has no mean and no sd"),
        (
            "factors: {a: {low: 0, high: 1, distribution: nrmal}}\n",
            "q.yaml:1:46: the distribution of a is 'nrmal'",
        ),
        ("factors: {a: {hihg: 1}}\n", "q.yaml:1:15: the factor a has no key 'hihg'"),
        ("factors: {a: [1], a: [2]}\n", "q.yaml:1:19: 'a' is set twice at this level, first at q.yaml:1:11"),
    ],
)
def test_every_problem_is_told_at_its_place(text, told, tmp_path):
    _, wrong = read(text, tmp_path)
    assert wrong[0].startswith(told)


def test_every_parameter_has_a_range_between_its_bounds(tmp_path):
    from sim.world import catalogue

    found, wrong = read("factors: parameters\n", tmp_path)
    assert wrong == []
    assert [f.key for f in found] == [row.key for row in catalogue() if row.low < row.high]
    assert all(f.low < f.high and f.at(0.5) == pytest.approx((f.low + f.high) / 2) for f in found)


def test_quantiles_are_those_of_the_distributions():
    stats = pytest.importorskip("scipy.stats")
    shares = (0.001, 0.2, 0.5, 0.77, 0.999)
    known = {
        "uniform": (Factor("x", low=-1.0, high=3.0), stats.uniform(-1, 4)),
        "log_uniform": (
            Factor("x", low=0.1, high=20.0, distribution="log_uniform"),
            stats.loguniform(0.1, 20),
        ),
        "normal": (
            Factor("x", low=-1.0, high=4.0, distribution="normal", mean=1.0, sd=2.0),
            stats.truncnorm(-1, 1.5, 1, 2),
        ),
        "triangular": (
            Factor("x", low=-1.0, high=4.0, distribution="triangular", mode=0.5),
            stats.triang(0.3, -1, 5),
        ),
    }
    assert known.keys() == factors.DISTRIBUTIONS.keys()
    for ours, theirs in known.values():
        assert [ours.at(u) for u in shares] == pytest.approx(theirs.ppf(shares), rel=1e-8)


def test_whole_numbers_and_levels_share_the_unit_interval_alike():
    whole, words = Factor("x", low=2.0, high=5.0, whole=True), Factor("y", levels=("a", "b", "c"))
    shares = [(i + 0.5) / 12 for i in range(12)]
    assert [whole.at(u) for u in shares] == [2, 2, 2, 3, 3, 3, 4, 4, 4, 5, 5, 5]
    assert [words.at(u) for u in shares] == [*"aaaabbbbcccc"]
    assert (whole.at(1.0), words.at(1.0)) == (5, "c")
    assert isinstance(whole.at(0.0), int)


def test_units_and_bounds_are_the_model_s(tmp_path):
    from sim.scenario.vocabulary import standard

    words = standard()
    assert factors.bounds("zones.Hefei.talent_card", words) == factors.bounds("talent_card", words)
    assert factors.bounds("theories.demand", words) == (None, None, False, "")
    lever = words.levers["approval_days"]
    assert factors.bounds("approval_days", words)[3] == lever.unit


def place(line, column):
    return Place("q.yaml", line, column)


def test_all_levers_that_are_numbers_are_factors_between_their_bounds(tmp_path):
    found, wrong = read("factors: levers\n", tmp_path)
    numbers = [lever for lever in LEVERS.values() if lever.group != "world" and lever.kind in NUMBERS]
    assert wrong == []
    assert found == tuple(
        Factor(one.name, low=one.low, high=one.high, whole=one.kind == "integer", unit=one.unit)
        for one in numbers
    )
    assert {factor.whole for factor in found} == {True, False}
    assert {factor.place for factor in found} == {place(1, 10)}
    assert "pilot_zones" not in {factor.key for factor in found}


def test_all_parameters_have_their_units_and_none_is_fixed(tmp_path):
    found, _ = read("factors: parameters\n", tmp_path)
    rows = {row.key: row for row in catalogue()}
    assert {(factor.key, factor.unit) for factor in found} == {
        (key, row.unit) for key, row in rows.items() if row.low < row.high
    }
    assert {factor.place for factor in found} == {place(1, 10)}


def test_a_factor_knows_key_unit_place_and_group_however_its_values_are_given(tmp_path):
    unit = LEVERS["talent_card"].unit
    for said, more in (
        ("[0, 1]", {"levels": (0, 1)}),
        ("{values: [0, 1], group: g}", {"levels": (0, 1), "group": "g"}),
        ("{from: 0, to: 1, steps: 2, group: g}", {"levels": (0.0, 1.0), "group": "g"}),
        ("{low: 0, high: 1, group: g}", {"low": 0.0, "high": 1.0, "group": "g"}),
    ):
        found, wrong = read(f"factors:\n  talent_card: {said}\n", tmp_path)
        assert (found, wrong) == ((Factor("talent_card", unit=unit, **more),), [])
        assert found[0].place == place(2, 3)
        assert "place" not in found[0].as_dict()


def test_spaced_values_of_a_whole_lever_are_whole_where_they_can_be(tmp_path):
    whole = next(v for v in LEVERS.values() if v.kind == "integer")
    ((factor,), wrong) = read(f"factors: {{{whole.name}: {{from: 1, to: 4, steps: 4}}}}\n", tmp_path)
    assert wrong == []
    assert [(level, type(level)) for level in factor.levels] == [(n, int) for n in (1, 2, 3, 4)]
    ((half,), _) = read(f"factors: {{{whole.name}: {{from: 1, to: 2, steps: 3}}}}\n", tmp_path)
    assert [(level, type(level)) for level in half.levels] == [(1, int), (1.5, float), (2, int)]
    ((card,), _) = read("factors: {talent_card: {from: 0, to: 1, steps: 2}}\n", tmp_path)
    assert [type(level) for level in card.levels] == [float, float]


def test_values_beyond_all_numbers_are_left_to_the_bounds(tmp_path):
    ((factor,), wrong) = read("factors: {talent_card: {from: 0, to: 1.0e+308, steps: 3}}\n", tmp_path)
    assert (factor.levels, wrong) == ((0.0, 5e307, float("inf")), [])


def test_bounds_are_those_of_levers_parameters_and_places():
    words = standard()
    whole = next(v for v in LEVERS.values() if v.kind == "integer")
    assert factors.bounds(whole.name, words) == (whole.low, whole.high, True, whole.unit)
    card = LEVERS["talent_card"]
    for key in ("talent_card", "policy.talent_card", "zones.Hefei.talent_card"):
        assert factors.bounds(key, words) == (card.low, card.high, False, card.unit)
    several = next(name for name, rows in words.parameters.items() if len(rows) > 1)
    one = next(row for name, rows in words.parameters.items() if len(rows) == 1 for row in rows.values())
    part = next(iter(words.parameters[several].values()))
    assert factors.bounds(several, words) == (None, None, False, part.unit)
    for key, row in ((one.key, one), (part.key, part)):
        for written in (key, f"assumptions.{key}"):
            assert factors.bounds(written, words) == (row.low, row.high, False, row.unit)
    assert factors.bounds("theories.demand", words) == (None, None, False, "")
    assert factors.bounds("pilot_zones", words) == (None, None, False, "")


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("factors: {}\n", f"q.yaml:1:10: there is no factor; allowed: keys of --set, each with {HOW}"),
        ("factors: [a]\n", "q.yaml:1:10: factors is a list, not a mapping of 'key: value' lines; "
                           f"write KEY: {HOW}"),
        ("factors: {a: []}\n", "q.yaml:1:14: the values of the factor a are a list, not a list of some; "
                               f"allowed: {HOW}"),
        ("factors: {a: {values: 3}}\n", "q.yaml:1:23: the values of the factor a are 3, not a list of some; "
                                        f"allowed: {HOW}"),
        ("factors: {a: [[1]]}\n", "q.yaml:1:15: one of the values of the factor a is a list; "
                                  "allowed: numbers or words"),
        ("factors: {a: [1, 1]}\n", "q.yaml:1:18: 1 stands among the values of the factor a again; "
                                   "name it once"),
        ("factors: {a: {from: 0}}\n", f"q.yaml:1:14: a has no to and no steps; allowed: {HOW}"),
        ("factors: {a: {mode: 0}}\n", f"q.yaml:1:14: a has no low and no high; allowed: {HOW}"),
        ("factors: {a: {low: x, high: 1}}\n", "q.yaml:1:20: low of a is the text 'x', not a number"),
        ("factors: {a: {from: x, to: 1, steps: 2}}\n", "q.yaml:1:21: from of a is the text 'x', not a "
                                                     "number"),
        ("factors: {a: {from: 0, to: 1, steps: 10001}}\n", "q.yaml:1:38: steps of a is 10001, above its "
                                                         "bounds; allowed: whole numbers 2 to 10000"),
        ("factors: {a: {from: 0, to: 1, steps: 2.5}}\n", "q.yaml:1:38: steps of a is 2.5, not a whole "
                                                       "number; allowed: whole numbers 2 to 10000"),
        ("factors: {a: {low: 2, high: 1}}\n", f"q.yaml:1:14: a: low 2 is not below high 1; allowed: {HOW}"),
        ("factors: {a: {values: [1], group: [x]}}\n", "q.yaml:1:35: group of the factor a is a list, "
                                                     "not text"),
    ],
)  # fmt: skip
def test_a_problem_is_told_in_whole(text, told, tmp_path):
    assert read(text, tmp_path)[1] == [told]


def test_problems_of_several_factors_are_told_together(tmp_path):
    text = "factors:\n  a: [1]\n  a: [2]\n  b: [3, 3]\n"
    assert [line.split(";")[0] for line in read(text, tmp_path)[1]] == [
        "q.yaml:3:3: 'a' is set twice at this level, first at q.yaml:2:3",
        "q.yaml:4:10: 3 stands among the values of the factor b again",
    ]
    assert read("factors: all\n", tmp_path)[0] == ()
    assert read("factors: {a: [[1]]}\n", tmp_path)[0] == ()


@pytest.mark.parametrize(
    ("said", "fine"),
    [
        ("log_uniform, low: 0.5, high: 1", True), ("log_uniform, low: 0, high: 1", False),
        ("normal, low: 0, high: 1, mean: 0, sd: 0.5", True),
        ("normal, low: 0, high: 1, mean: 1, sd: 1", True),
        ("normal, low: 0, high: 1, mean: 0.5, sd: 0", False),
        ("normal, low: 0, high: 1, mean: 1.5, sd: 1", False),
        ("triangular, low: 0, high: 1, mode: 0", True), ("triangular, low: 0, high: 1, mode: 1", True),
        ("triangular, low: 0, high: 1, mode: 1.5", False),
    ],
)  # fmt: skip
def test_means_and_modes_may_lie_at_the_bounds_and_not_beyond(said, fine, tmp_path):
    found, wrong = read(f"factors: {{a: {{distribution: {said}}}}}\n", tmp_path)
    assert (len(found), len(wrong)) == ((1, 0) if fine else (0, 1))
