"""Morris, Sobol and delta: known indices come back, also through the whole pipeline; gaps are refused."""

import json
import warnings
from types import SimpleNamespace

import numpy as np
import pytest
from lab_standins import problems, table

import sim
import sim.cli
from sim.core.errors import InputError
from sim.lab import methods, points, together
from sim.lab.factors import Factor
from sim.lab.folder import open_folder
from sim.lab.session import carry_out_plan
from sim.lab.studyfile import read_study
from sim.report import write
from tests.report.told import english_in, seen

STUDY = """kind: sensitivity
method: sobol
base: plain.yaml
factors:
  order_first: {low: 0.02, high: 0.4}
  capital_cheapens: {low: 0, high: 1}
  critical_mass_rd: {low: 1000, high: 5000}
samples: 64
outcomes: [output]
runs: 1
seed: 3
scale: 0.002
world: synthetic:Z=6
until: 2023-Q2
"""
FACTORS = tuple(Factor(name) for name in "abc")
# Ishigami & Homma (1990) with a = 7, b = 0.1: variances by part, in closed form
PI = np.pi
V1, V2, V13 = 0.5 * (1 + 0.1 * PI**4 / 5) ** 2, 49 / 8, 0.01 * PI**8 * (1 / 18 - 1 / 50)
ALONE = np.array([V1, V2, 0.0]) / (V1 + V2 + V13)
TOTAL = np.array([V1 + V13, V2, V13]) / (V1 + V2 + V13)


def ishigami(shares):
    x = PI * (2 * shares - 1)
    return np.sin(x[:, 0]) + 7 * np.sin(x[:, 1]) ** 2 + 0.1 * x[:, 2] ** 4 * np.sin(x[:, 0])


def indices(method, function, samples, *, factors=FACTORS, interactions=False):
    told = together.problem(factors)
    shares = together.SAMPLERS[method](told, samples, 7, interactions)
    rows = together.analyse(method, told, shares, function(shares), interactions)
    return {(row["factor"], row["index"]): row for row in rows}


def values(found, index, names="abc"):
    return np.array([found[name, index]["value"] for name in names])


@pytest.mark.parametrize("method", ["morris", "sobol", "delta"])
def test_nothing_that_salib_says_reaches_the_screen(method, capsys):
    """Of delta it warned of merged bins, and changed how Python shows any warning after that."""
    told, form = together.problem(FACTORS), warnings.formatwarning
    shares = together.SAMPLERS[method](told, 64, 7, False)
    with warnings.catch_warnings(record=True) as heard:
        warnings.simplefilter("always")
        together.analyse(method, told, shares, ishigami(shares))
        assert warnings.filters[0][0] == "always"
    assert [str(warning.message) for warning in heard] == []
    assert capsys.readouterr() == ("", "")
    assert warnings.formatwarning is form


def test_factors_without_an_index_are_told_with_what_to_do():
    plan = SimpleNamespace(design={"method": "delta", "samples": 50}, study_file="q.yaml", name="q")
    rows = [
        {"factor": factor, "index": index, "value": value, "outcome": "jobs"}
        for factor, index, value in (
            ("a", "delta", None),
            ("a", "S1", None),
            ("b", "delta", 0.3),
            ("c", "delta", None),
        )
    ]
    assert str(together._doubts(plan, rows)) == (
        "q.yaml: delta of jobs could not be told of a, c: their 50 points are too few or too much alike; "
        "raise samples"
    )
    assert together._doubts(plan, rows[2:3]) is None
    assert together._doubts(plan, rows[:2]) is None  # the outcome does not move


def test_sobol_gives_the_shares_of_a_known_function_back():
    found = indices("sobol", ishigami, 2048, interactions=True)
    assert values(found, "S1") == pytest.approx(ALONE, abs=0.02)
    assert values(found, "ST") == pytest.approx(TOTAL, abs=0.02)
    assert found["a x c", "S2"]["value"] == pytest.approx(V13 / (V1 + V2 + V13), abs=0.03)
    assert abs(found["a x b", "S2"]["value"]) < 0.03
    for name, known in zip("abc", TOTAL, strict=True):
        assert found[name, "ST"]["low"] <= known <= found[name, "ST"]["high"]


def test_sobol_of_groups_tells_them_as_one():
    factors = (Factor("a", group="both"), Factor("b"), Factor("c", group="both"))
    found = indices("sobol", ishigami, 2048, factors=factors)
    assert values(found, "S1", ("both", "b")) == pytest.approx([TOTAL[0], ALONE[1]], abs=0.03)


def test_morris_gives_slopes_back_and_tells_bends_from_straight_lines():
    found = indices("morris", lambda u: 3 * u[:, 0] - 2 * u[:, 1] + 0 * u[:, 2], 30)
    assert values(found, "mu") == pytest.approx([3, -2, 0], abs=1e-12)
    assert values(found, "mu_star") == pytest.approx([3, 2, 0], abs=1e-12)
    assert values(found, "sigma") == pytest.approx([0, 0, 0], abs=1e-12)
    bent = indices("morris", lambda u: u[:, 0] * u[:, 1] + 0.01 * u[:, 2], 30)
    assert bent["a", "sigma"]["value"] > 0.2 > bent["c", "sigma"]["value"]


def test_delta_ranks_factors_and_has_the_share_of_each_alone():
    found = indices("delta", lambda u: 4 * u[:, 0] + 2 * u[:, 1] + 0.1 * u[:, 2], 500)
    parts = np.array([16, 4, 0.01]) / 20.01
    assert values(found, "S1") == pytest.approx(parts, abs=0.08)
    delta = values(found, "delta")
    assert delta[0] > delta[1] > delta[2] >= 0.0
    assert delta[2] < 0.1 < delta[0] < 1.0


@pytest.mark.parametrize("method", together.SAMPLERS)
def test_an_outcome_that_does_not_move_has_no_indices(method):
    found = indices(method, lambda u: np.full(len(u), 7.0), 64)
    assert {row["value"] for row in found.values()} == {None}


@pytest.mark.parametrize("method", together.SAMPLERS)
def test_indices_are_the_same_each_time_and_lie_in_their_intervals(method):
    first, second = (indices(method, ishigami, 64) for _ in range(2))
    assert first == second
    known = [row for row in first.values() if row["low"] is not None]
    assert len(known) == {"morris": 3, "sobol": 6, "delta": 6}[method]  # Morris gives one of mu_star alone
    assert all(row["value"] - row["low"] == pytest.approx(row["high"] - row["value"]) for row in known)
    assert all(row["low"] < row["value"] < row["high"] for row in known)


def test_a_move_within_rounding_is_none_and_a_small_one_is_one():
    for size, moves in ((1e-13, False), (1e-9, True)):
        found = indices("morris", lambda u, size=size: 1e6 * (1.0 + size * u[:, 0]), 30)
        assert (found["a", "mu"]["value"] is not None) == moves
    grouped = (Factor("a", group="both"), Factor("b"), Factor("c", group="both"))
    still = indices("sobol", lambda u: 0.0 * u[:, 0], 16, factors=grouped)
    assert [*still] == [(name, index) for name in ("both", "b") for index in ("S1", "ST")]


def test_what_is_no_number_is_blank_and_so_is_its_interval():
    nan = float("nan")
    for value, half, told in (
        (1.0, 0.25, (1.0, 0.75, 1.25)), (1.0, nan, (1.0, None, None)), (1.0, None, (1.0, None, None)),
        (nan, 0.25, (None, None, None)), (None, None, (None, None, None)),
    ):  # fmt: skip
        row = together._row("a", "S1", value, half)
        assert (row["factor"], row["index"]) == ("a", "S1")
        assert (row["value"], row["low"], row["high"]) == told


# From a study file on


@pytest.mark.parametrize(
    ("method", "samples", "points_each"), [("morris", 20, 4), ("sobol", 128, 5), ("delta", 500, 1)]
)
def test_a_study_that_names_no_samples_or_runs_gets_the_usual_ones(study, method, samples, points_each):
    plan = read_study(study(("method: sobol", f"method: {method}"), ("samples: 64\n", ""), ("runs: 1\n", "")))
    each = {"morris": "trajectories", "sobol": "base samples", "delta": "points"}[method]
    assert plan.design["design_words"] == f"{samples} {each} of {method}"
    assert len(points.order(plan)) == samples * points_each
    told = {key: plan.design[key] for key in ("method", "samples", "interactions", "sample_seed")}
    assert told == {"method": method, "samples": samples, "interactions": False, "sample_seed": 3}
    assert plan.runs == 2


def test_pairs_of_factors_are_told_on_request_and_not_among_what_converges(study, tmp_path):
    plan = read_study(study(("samples: 64", "samples: 32\ninteractions: true")))
    assert plan.design["interactions"] is True
    assert len(plan.design["points"]) == 32 * (2 * 3 + 2)
    names = points.order(plan)
    shares = together.SAMPLERS["sobol"](together.problem(FACTORS), 32, 3, True)
    level = dict(zip(names, ishigami(shares), strict=True)) | {"plain": 0.0}
    metrics = {name: {3: {"output": float(value)}} for name, value in level.items()}
    rows = together.summarise(plan, tmp_path, metrics, [{"name": "output", "unit": "m yuan/year"}])
    known = together.analyse("sobol", together.problem(FACTORS), shares, ishigami(shares), True)
    assert [(row["factor"].count(" x "), row["index"], row["value"]) for row in rows[:-1]] == [
        (row["factor"].count(" x "), row["index"], row["value"]) for row in known
    ]
    pairs = [row["factor"] for row in rows if row["index"] == "S2"]
    assert pairs == [
        "order_first x capital_cheapens",
        "order_first x critical_mass_rd",
        "capital_cheapens x critical_mass_rd",
    ]
    assert {(row["unit"], row["runs"], row["samples"], row["method"]) for row in rows} == {
        ("m yuan/year", 1, 32, "sobol")
    }
    assert (rows[-1]["index"], rows[-1]["value"], rows[-1]["scenario"]) == ("luck", None, "plain")
    written, grown = table(tmp_path / "sensitivity.csv"), table(tmp_path / "convergence.csv")
    assert len(written) == len(rows)
    assert tuple(written[0]) == tuple(grown[0]) == together.COLUMNS
    assert [(row["samples"], row["factor"], row["index"]) for row in grown] == [
        (size, factor, index)
        for size in ("16", "32")
        for factor in ("order_first", "capital_cheapens", "critical_mass_rd")
        for index in ("S1", "ST")
    ]
    half = together.analyse("sobol", together.problem(FACTORS), shares, ishigami(shares)[: 16 * 8], True)
    assert float(grown[0]["value"]) == half[0]["value"]


def test_known_indices_come_back_through_the_whole_pipeline(study, standins, tmp_path):
    plan = read_study(study(("runs: 1", "runs: 2"), ("samples: 64", "samples: 16")))
    assert len(plan.arms) == 1 + 16 * (3 + 2)
    out = open_folder(tmp_path / "out", plan)
    outcome = carry_out_plan(plan, out, jobs=1, task=standins.ishigami)
    assert outcome.done == 2 * 81
    shares = together.SAMPLERS["sobol"](together.problem(FACTORS), 16, 3, False)
    told = {**together.problem(FACTORS), "names": list(standins.ISHIGAMI)}
    known = {(r["factor"], r["index"]): r for r in together.analyse("sobol", told, shares, ishigami(shares))}
    found = {(r["factor"], r["index"]): r for r in table(out / "sensitivity.csv")}
    luck = found.pop(("", "luck"))
    assert float(luck["value"]) == pytest.approx(0.0, abs=1e-20)  # the seeds moved all points alike
    assert found.keys() == known.keys()
    for key, row in known.items():
        assert [float(found[key][c]) for c in ("value", "low", "high")] == pytest.approx(
            [row[c] for c in ("value", "low", "high")], abs=1e-6
        )
    grown = [int(r["samples"]) for r in table(out / "convergence.csv") if r["index"] == "ST"]
    assert sorted(set(grown)) == [16]


def test_an_incomplete_design_is_refused_with_a_word_and_mended_by_going_on(study, standins, tmp_path):
    plan = read_study(study(("samples: 64", "samples: 16")))
    out = open_folder(tmp_path / "out", plan)
    outcome = carry_out_plan(plan, out, jobs=1, task=standins.ishigami_with_a_gap)
    assert len(outcome.failures) == 1
    (row,) = table(out / "sensitivity.csv")
    assert (row["index"], row["lacking"], row["value"]) == ("refused", "1", "")
    again = carry_out_plan(plan, out, jobs=1, task=standins.ishigami)
    assert {r["index"] for r in again.rows} == {"S1", "ST", "luck"}


def test_luck_is_the_share_of_seeds_in_what_moves_between_points(study):
    plan = read_study(study(("runs: 1", "runs: 4"), ("method: sobol", "method: delta")))
    rng = np.random.default_rng(1)
    names = [one.arm for one in points.where(plan) if one.point]
    level = dict(zip(names, rng.normal(size=len(names)), strict=True))
    runs = {
        arm.name: {s: {"output": level.get(arm.name, 0.0) + 9 * s + rng.normal()} for s in plan.seeds}
        for arm in plan.arms
    }
    means, luck = points.responses(plan, runs, "output", "plain")
    assert len(means) == 64
    assert luck == pytest.approx(0.25 / 1.25, abs=0.06)


def test_with_scenarios_it_is_their_difference_that_is_analysed(study, tmp_path):
    """What a scenario adds depends on one factor alone, whatever else moves the level of both."""
    (tmp_path / "card.yaml").write_text("name: card\npolicy: {talent_card: 1}\n")
    words = ("base: plain.yaml", "base: plain.yaml\nscenarios: [card.yaml]")
    plan = read_study(study(words, ("method: sobol", "method: morris"), ("runs: 1", "runs: 2")))
    assert len(plan.arms) == 2 * (1 + len(plan.design["points"]))

    def runs(arm):
        of = plan.design["points"].get(arm.split(" ")[0], (0.1, 0.5, 2000.0))
        level = 100.0 * of[1] + of[2]
        return {s: {"output": level + 5 * s + ("card" in arm) * 10.0 * of[0]} for s in plan.seeds}

    metrics = {arm.name: runs(arm.name) for arm in plan.arms}
    rows = together.summarise(plan, tmp_path, metrics, [{"name": "output", "unit": "m yuan/year"}])
    assert {row["scenario"] for row in rows} == {"card"}
    found = {row["factor"]: row["value"] for row in rows if row["index"] == "mu_star"}
    assert found == pytest.approx(
        {"order_first": 3.8, "capital_cheapens": 0.0, "critical_mass_rd": 0.0}, abs=1e-6
    )
    (luck,) = (row["value"] for row in rows if row["index"] == "luck")
    assert luck == pytest.approx(0.0, abs=1e-12)


def test_points_that_are_alike_are_run_once(study):
    words = (
        ("order_first: {low: 0.02, high: 0.4}", "theories.plant_cost: [flat, scale_and_fit]"),
        ("capital_cheapens: {low: 0, high: 1}", "theories.demand: [value, path]"),
        ("critical_mass_rd: {low: 1000, high: 5000}", "capital_cheapens: [0, 1]"),
    )
    plan = read_study(study(*words))
    assert len(plan.design["points"]) == 8
    assert len(points.order(plan)) == 64 * 5
    assert len(plan.arms) == 9


@pytest.mark.parametrize(
    ("changes", "told"),
    [
        (
            [("samples: 64", "samples: 100")],
            "study.yaml:8:10: samples is 100, no power of two; write 64 or 128",
        ),
        ([("samples: 64", "samples: 2")], "study.yaml:8:10: samples is 2, below its bounds"),
        ([("samples: 64", "samples: 15")], "study.yaml:8:10: samples is 15, below its bounds"),
        ([("samples: 64", "samples: 16.5")], "study.yaml:8:10: samples is 16.5, not a whole number"),
        (
            [("samples: 64", "samples: 1000001")],
            "study.yaml:8:10: samples is 1000001, above its bounds; allowed: whole numbers 16 to 1000000",
        ),
        (
            [("method: sobol", "method: morris"), ("samples: 64", "samples: 3")],
            "study.yaml:8:10: samples is 3, below its bounds; allowed: whole numbers 4 to",
        ),
        (
            [("method: sobol", "method: delta"), ("samples: 64", "samples: 49")],
            "study.yaml:8:10: samples is 49, below its bounds; allowed: whole numbers 50 to",
        ),
        (
            [("method: sobol", "method: sobl")],
            "study.yaml:2:9: method is 'sobl'; allowed: one_at_a_time, morris",
        ),
        (
            [("method: sobol", "method: one_at_a_time")],
            "study.yaml:4:1: 'factors' belongs to the method morris",
        ),
        (
            [("samples: 64", "levers: [roadmap]")],
            "study.yaml:8:1: 'levers' belongs to the method one_at_a_time",
        ),
        ([("samples: 64", "interactions: 3")], "study.yaml:8:15: interactions is 3; allowed: true, false"),
        (
            [("method: sobol", "method: morris"), ("samples: 64", "interactions: true")],
            "study.yaml:8:1: 'interactions' belongs to the method sobol",
        ),
        (
            [("method: sobol", "method: delta"), ("{low: 0, high: 1}", "{low: 0, high: 1, group: x}")],
            "study.yaml:6:3: capital_cheapens is in a group, and delta knows no groups; leave group out",
        ),
        ([("outcomes: [output]\n", "")], "study.yaml:1:1: the study has no 'outcomes'"),
        ([("high: 0.4", "high: 0.9")], "study.yaml:5:3: order_first is 0.9, above its bounds"),
    ],
)
def test_every_problem_is_told_at_its_place(study, changes, told):
    assert problems(study(*changes))[0].startswith(told)


def test_one_factor_alone_is_refused(study):
    text = "  capital_cheapens: {low: 0, high: 1}\n  critical_mass_rd: {low: 1000, high: 5000}\n"
    assert problems(study((text, "")))[0].startswith(
        "study.yaml:5:3: there is only one factor; name two or more"
    )


def test_without_the_library_the_remedy_is_told(study, monkeypatch):
    monkeypatch.setitem(__import__("sys").modules, "SALib.sample.sobol", None)
    (told,) = problems(study())
    assert "need the package SALib; pip install 'clusterlab[analysis]'" in told


def test_another_sample_than_was_run_is_refused(study):
    plan = read_study(study(("samples: 64", "samples: 16")))
    plan.design["sample_seed"] = 4
    with pytest.raises(InputError, match="draws other points than those that were run"):
        list(together._indices(plan, np.zeros(80)))


def test_a_study_goes_to_its_report_and_on_from_its_folder(study, tmp_path, capsys):
    method, samples = "morris", 4
    file = study(("method: sobol", f"method: {method}"), ("samples: 64", f"samples: {samples}"))
    out = tmp_path / "out"
    assert sim.cli.run(["study", str(file), "--jobs", "1", "--out", str(out)]) == 0
    assert "what matters most" in capsys.readouterr().out
    page = (out / "report.html").read_text(encoding="utf-8")
    chinese = write(out, "zh").read_text(encoding="utf-8")
    assert english_in(chinese) == []
    assert "客户对新工厂的信任" in " ".join(seen(chinese))
    assert [text for text in seen(chinese) if "order_first" in text or "share of capacity" in text] == []
    assert "Morris plane of Output" in page
    assert page.count("<figure>") == 1  # one size of sample: nothing to converge
    manifest = json.loads((out / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["method"], manifest["samples"], manifest["sample_seed"]) == (method, samples, 3)
    before = (out / "sensitivity.csv").read_bytes()
    (out / "sensitivity.csv").unlink()
    again = sim.resume(out, jobs=1, report=False)
    assert 1 < again.done == again.skipped <= 17
    assert (out / "sensitivity.csv").read_bytes() == before


def test_a_folder_without_a_method_is_of_the_first_one():
    assert methods.of({}) is methods.METHODS["one_at_a_time"]
