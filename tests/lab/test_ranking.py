"""How far a ranking holds from world to world, and what each scenario would make one regret."""

import numpy as np
import pytest

from sim.lab import ranking
from sim.lab.ranking import Gains

WORLDS, NAMES = ["a", "b", "c"], ["base", "one", "two", "three"]


def luckless(*means, seeds=4):
    return np.repeat(np.array(means, dtype=float)[:, :, None], seeds, axis=2)


MADE = Gains(WORLDS, NAMES, luckless([0, 1, 2, 3], [0, 10, 30, 20], [0, -1, -2, -3]))


def test_gains_are_within_a_world_and_of_seeds_that_all_have():
    contrasts = [
        {"world": w, "scenario": s, "arm": f"{s} ({w})", "base": f"plain (x) ({w})"}
        for w in ("a", "b")
        for s in ("one", "two")
    ]
    level = {"plain (x)": 5.0, "one": 7.0, "two": 4.0}
    world = {"a": 100.0, "b": 0.0}
    values = {
        f"{s} ({w})": {seed: {"output": level[s] + world[w] + 10.0 * seed} for seed in range(3)}
        for s in level
        for w in world
    }
    values["two (b)"][1]["output"] = None
    values["one (a)"][7] = {"output": 0.0}  # a run that the others lack
    made = ranking.gains(contrasts, values, "output")
    assert (made.worlds, made.scenarios) == (["a", "b"], ["plain (x)", "one", "two"])
    renamed = [{**c, "world": f"{c['world']} (2)", "base": f"plain ({c['world']} (2))"} for c in contrasts]
    values |= {f"plain ({w} (2))": values[f"plain (x) ({w})"] for w in world}
    again = ranking.gains(renamed, values, "output")
    assert (again.worlds, again.scenarios) == (["a (2)", "b (2)"], ["plain", "one", "two"])
    assert made.found.tolist() == [[[0.0, 0.0], [2.0, 2.0], [-1.0, -1.0]]] * 2


def test_the_partner_is_told_without_its_world_whatever_stands_next():
    first, second = ({"world": w, "base": f"plain ({w})"} for w in "ab")
    assert ranking.partner([first, second]) == "plain"
    assert ranking.partner([second, first]) == "plain"


def test_correlations_are_with_the_first_world():
    rows = list(ranking.ranking("output", "higher", MADE))
    assert [row["world"] for row in rows] == WORLDS
    assert [row["best"] for row in rows] == ["three", "two", "base"]
    assert [row["correlation"] for row in rows] == [None, pytest.approx(0.8), pytest.approx(-1.0)]
    assert [(row["low"], row["high"]) for row in rows[1:]] == [
        (pytest.approx(0.8),) * 2,
        (pytest.approx(-1.0),) * 2,
    ]
    assert {row["reliability"] for row in rows} == {1.0}
    assert {(row["outcome"], row["worlds"], row["runs"]) for row in rows} == {("output", 3, 4)}
    assert all(tuple(row) == ranking.RANKING for row in rows)
    (first, *_) = ranking.ranking("gluts", "lower", MADE)
    assert first["best"] == "base"
    (first, *_) = ranking.ranking("rent", "", MADE)
    assert first["best"] is None


def test_regret_is_what_the_best_there_gains_more():
    rows = {row["scenario"]: row for row in ranking.regrets("output", "yuan", "higher", MADE)}
    told = {n: (r["mean_regret"], r["worst_regret"], r["worst_in"]) for n, r in rows.items()}
    assert told == {
        "base": (pytest.approx(11.0), 30.0, "b"),
        "one": (pytest.approx(23.0 / 3), 20.0, "b"),
        "two": (1.0, 2.0, "c"),
        "three": (pytest.approx(13.0 / 3), 10.0, "b"),
    }
    assert [rows[n]["best_in"] for n in NAMES] == [pytest.approx(s / 3) for s in (1, 0, 1, 1)]
    assert [rows[n]["least_chance"] for n in NAMES] == [0.0, 0.0, 1.0, 0.0]
    assert rows["three"] == {
        "scenario": "three", "outcome": "output", "unit": "yuan", "mean_gain": pytest.approx(20.0 / 3),
        "mean_rank": pytest.approx((1 + 2 + 4) / 3), "mean_regret": pytest.approx(13.0 / 3),
        "worst_regret": 10.0, "worst_in": "b", "best_in": pytest.approx(1 / 3), "least_chance": 0.0,
        "worlds": 3, "runs": 4,
    }  # fmt: skip
    assert all(tuple(row) == ranking.REGRET for row in rows.values())
    lower = {row["scenario"]: row for row in ranking.regrets("gluts", "", "lower", MADE)}
    assert (lower["base"]["worst_regret"], lower["three"]["mean_gain"]) == (3.0, pytest.approx(20.0 / 3))
    assert not list(ranking.regrets("rent", "", "", MADE))


def test_luck_alone_has_no_reliability_and_widens_intervals():
    """Fifty scenarios: of pure luck no half foretells the other; of effects far above luck each does."""
    rng = np.random.default_rng(4)
    luck = rng.normal(size=(2, 50, 8))
    clear = luck + np.linspace(0, 40, 50)[None, :, None]
    assert ranking.reliability(luck[0]) < 0.3
    assert ranking.reliability(clear[0]) > 0.95
    names = [str(i) for i in range(50)]
    noise, sure = (
        list(ranking.ranking("o", "higher", Gains(["a", "b"], names, f)))[1] for f in (luck, clear)
    )
    assert noise["low"] < 0.0 < noise["high"]
    assert sure["low"] > 0.95


def test_reliability_is_of_halves_of_the_seeds_stepped_up_to_all():
    half = 0.5  # the rank correlation of 1, 2, 3 and 1, 3, 2
    assert ranking.reliability(np.array([[1.0, 1.0], [2.0, 3.0], [3.0, 2.0]])) == pytest.approx(
        2 * half / (1 + half)
    )
    assert ranking.reliability(np.array([[1.0, 3.0], [2.0, 2.0], [3.0, 1.0]])) == 0.0  # not below
    assert ranking.reliability(np.array([[1.0, 1.0, 1.0], [2.0, 2.0, 2.0]])) == 1.0
    assert ranking.reliability(np.array([[1.0], [2.0]])) is None


def test_what_is_alike_shares_its_rank_and_is_told_apart_by_no_ranking():
    assert ranking.ranks(np.array([[3.0, 1.0, 3.0, 2.0], [0.0, 0.0, 0.0, 9.0]])).tolist() == [
        [3.5, 1.0, 3.5, 2.0],
        [2.0, 2.0, 2.0, 4.0],
    ]
    assert ranking.correlation(np.array([1.0, 2.0]), np.array([5.0, 9.0])) == pytest.approx(1.0)
    assert ranking.correlation(np.array([1.0, 2.0]), np.array([5.0, 5.0])) == 0.0


def test_the_share_of_resampled_seeds_is_the_same_each_time_and_needs_luck_to_be_in_between():
    luck = np.random.default_rng(7).normal(size=(2, 3, 6))
    first, second = (
        [
            (*ranking.ranking("o", "higher", Gains(["a", "b"], NAMES[:3], luck)),),
            (*ranking.regrets("o", "", "higher", Gains(["a", "b"], NAMES[:3], luck)),),
        ]
        for _ in range(2)
    )
    assert first == second
    chances = [row["least_chance"] for row in first[1]]
    assert sum(chances) == pytest.approx(1.0)
    assert 0.0 < max(chances) < 1.0
    second_world = first[0][1]
    assert second_world["low"] <= second_world["correlation"] <= second_world["high"]
    assert second_world["low"] < second_world["high"]
