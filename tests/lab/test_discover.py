"""Discoveries: where a policy wins and fails, regrets with known answers, and a study from file to report."""

import pytest
from lab_standins import table

import sim
import sim.cli
from sim.core.errors import InputError
from sim.lab import discover, points
from sim.lab.studyfile import read_study
from sim.report import write
from tests.report.told import english_in

STUDY = """kind: discover
scenarios: [plain.yaml, held.yaml]
factors:
  order_first: {}
  capital_cheapens: {}
samples: 60
outcomes: [output]
good_enough: {output: {at_least: 100}}
runs: 2
seed: 4
scale: 0.002
world: synthetic:Z=6
until: 2023-Q2
"""
CATALOGUE = [{"name": "output", "unit": "m yuan/year", "better": "higher"}]


def known(plan):
    """The policy gives 10 more where new plants are trusted little, else 5 less; luck is common to both."""
    values = {}
    for where in points.where(plan):
        first = plan.design["points"].get(where.point, [0.4, 1.0])[0]
        gain = (10.0 if first < 0.2 else -5.0) if where.scenario == "held" else 0.0
        values[where.arm] = {seed: {"output": 97.0 + gain + seed} for seed in plan.seeds}
    return values


def test_the_worlds_in_which_a_policy_wins_and_fails_are_found(study, tmp_path):
    plan = read_study(study())
    rows = discover.summarise(plan, tmp_path, known(plan), CATALOGUE)
    share = sum(first < 0.2 for first, _ in plan.design["points"].values()) / 60
    found = {(row["scenario"], row["case"]): row for row in rows}
    wins, fails = found["held", "wins"], found["held", "fails"]
    assert wins["share"] == pytest.approx(share)
    assert wins["share"] + fails["share"] == pytest.approx(1.0)
    assert (wins["factor"], wins["low"]) == ("order_first", None)
    assert wins["high"] == pytest.approx(0.2, abs=0.02)
    assert (fails["factor"], fails["high"]) == ("order_first", None)
    assert fails["low"] == pytest.approx(0.2, abs=0.02)
    assert min(wins["coverage"], wins["density"]) > 0.9
    assert len([row for row in rows if row["box"]]) == 4  # the other factor bounds nothing
    assert found["plain", "good enough"]["share"] == 1.0  # 97 and the mean of seeds 4 and 5
    assert found["held", "good enough"]["share"] == pytest.approx(share)
    regret = {row["scenario"]: row for row in table(tmp_path / "regret.csv")}
    assert float(regret["plain"]["worst_regret"]) == 10.0
    assert float(regret["held"]["worst_regret"]) == 5.0
    assert float(regret["plain"]["mean_regret"]) == pytest.approx(10 * share)
    assert float(regret["held"]["best_in"]) == pytest.approx(share)
    assert float(regret["held"]["good_enough"]) == pytest.approx(share)
    assert {row["box"] for row in table(tmp_path / "peeling.csv")} == {"1"}


def test_a_world_that_lacks_a_run_is_left_out_for_all_scenarios(study, tmp_path):
    plan = read_study(study())
    values = known(plan)
    values["p001 held"] = {}
    del values["p002 plain"][5]  # the other seed is left
    discover.summarise(plan, tmp_path, values, CATALOGUE)
    assert {row["worlds"] for row in table(tmp_path / "regret.csv")} == {"59"}


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("[plain.yaml, held.yaml]", "[plain.yaml]", "study.yaml:2:12: there is nothing to compare"),
        ("samples: 60", "samples: 5", "study.yaml:6:10: samples is 5, below its bounds"),
        (
            "{output: {at_least: 100}}",
            "{jobs: {at_least: 1}}",
            "study.yaml:8:15: good_enough has no key 'jobs'",
        ),
        ("{at_least: 100}", "{}", "study.yaml:8:23: output has no bound; allowed: outcomes, each with"),
        (
            "{at_least: 100}",
            "{above: 1}",
            "study.yaml:8:24: output has no key 'above'; allowed: at_least, at_most",
        ),
    ],
)
def test_every_problem_is_told_at_its_place(study, before, after, told):
    file = study((before, after))
    with pytest.raises(InputError) as caught:
        read_study(file)
    assert str(caught.value.problems[0]).removeprefix(f"{file.parent}/").startswith(told)


def test_a_study_goes_from_its_file_to_its_report_and_on_from_its_folder(study, tmp_path, capsys):
    file, out = study(("samples: 60", "samples: 20"), ("runs: 2", "runs: 1")), tmp_path / "out"
    assert sim.cli.run(["study", str(file), "--jobs", "2", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Held, output: better than plain in" in said
    assert "Least to regret in the worst world" in said
    page = (out / "report.html").read_text(encoding="utf-8")
    assert english_in(write(out, "zh").read_text(encoding="utf-8")) == []
    assert "What one would regret" in page
    before = {name: (out / name).read_bytes() for name in discover.TABLES}
    for name in discover.TABLES:
        (out / name).unlink()
    again = sim.resume(out, jobs=1, report=False)
    assert again.skipped == 2 * 21
    assert before == {name: (out / name).read_bytes() for name in discover.TABLES}
