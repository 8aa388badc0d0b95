"""Factors: what a study file may say of them, and which value lies where in a distribution."""

import pytest

from sim.core.errors import InputError
from sim.lab import factors
from sim.lab.factors import Factor
from sim.lab.given import Given
from sim.scenario.yamlfile import parse


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


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("name: a\n", "q.yaml:1:1: the study has no 'factors'; allowed: keys of --set, each with a list"),
        ("factors: {}\n", "q.yaml:1:10: there is no factor"),
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
