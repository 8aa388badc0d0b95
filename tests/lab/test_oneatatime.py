"""Studies of one lever at a time: arms, partners, study files, table (all levers: test_levers_one_by_one)."""

import csv
from dataclasses import replace

import pytest

from sim.core.errors import InputError
from sim.lab import oneatatime
from sim.lab.contrast import Contrast
from sim.lab.oneatatime import contrasts, far_bound, one_at_a_time, told, worded
from sim.lab.studyfile import read_study
from sim.scenario import load
from sim.scenario.find import shipped
from sim.schedule import LEVERS

BASE = shipped("baseline")
STUDY = "kind: sensitivity\nmethod: one_at_a_time\nbase: base.yaml\noutcomes: [output, jobs]\n"
SMALL = "world: china-31\nruns: 2\nscale: 0.002\nuntil: 2023-Q3\n"


@pytest.fixture
def study(tmp_path):
    """Return a function that writes a study file beside a small base."""
    (tmp_path / "base.yaml").write_text("name: base\npolicy: {talent_card: 0.5}\n")

    def write(text):
        (tmp_path / "study.yaml").write_text(text)
        return tmp_path / "study.yaml"

    return write


def values(plan, arm, lever):
    (found,) = (a.scenario for a in plan.arms if a.name == arm)
    (step,) = found.national(LEVERS[lever])
    return list(step.value) if isinstance(step.value, tuple) else step.value


def test_contrasts_and_arms_say_what_they_are():
    levers = ["talent_card", "revenue_sharing", "pilot_rollout", "talent_card"]
    plan = one_at_a_time(
        BASE, world="china-178", until="2023-Q4", names=levers, seed=5, runs=3, scale=0.01, jobs=1
    )
    assert plan.derived
    assert plan.design["method"] == "one_at_a_time"
    assert (plan.kind, plan.seed, plan.runs, plan.scale, plan.until) == ("sensitivity", 5, 3, 0.01, "2023-Q4")
    pilots = "pilot_zones Zhongguancun, Shenzhen, Hefei; pilot_boost 500"
    with_pilots, with_quota = "with_pilot_zones_and_pilot_boost", "with_staggering_quota"
    assert tuple(contrasts(plan)) == (
        Contrast("talent_card", "talent_card", "baseline", "1", "0", ""),
        Contrast("revenue_sharing", "revenue_sharing", with_quota, "0.4", "0", "staggering_quota 1"),
        Contrast("pilot_rollout", "pilot_rollout", with_pilots, "1", "0", pilots),
    )
    base, *others = (arm.scenario for arm in plan.arms)
    assert (base.name, base.serves) == ("baseline", load(BASE).serves)
    assert [(arm.name, arm.description, arm.serves) for arm in others] == [
        ("talent_card", "talent_card at 1 instead of 0.", ()),
        (with_quota, "What revenue_sharing and others with the same company are compared with.", ()),
        (
            "revenue_sharing",
            "revenue_sharing at 0.4 instead of 0 in the company of staggering_quota 1.",
            (),
        ),
        (with_pilots, "What pilot_rollout and others with the same company are compared with.", ()),
        ("pilot_rollout", f"pilot_rollout at 1 instead of 0 in the company of {pilots}.", ()),
    ]


def test_a_lever_whose_arm_is_the_partner_of_another_has_no_second_one():
    names = ["revenue_sharing", "staggering_quota"]
    plan = one_at_a_time(BASE, world="china-178", until="2023-Q4", names=names)
    assert [(c.lever, c.arm) for c in contrasts(plan)] == [
        ("revenue_sharing", "revenue_sharing"),
        ("staggering_quota", "with_staggering_quota"),
    ]
    assert told(plan) == [
        "revenue_sharing at 0.4 instead of 0 in the company of staggering_quota 1. "
        "Compared with with_staggering_quota.",
        "staggering_quota at 1 instead of 0. Compared with baseline.",
    ]


def test_partners_of_the_same_company_have_names_of_their_own(tmp_path):
    (tmp_path / "base.yaml").write_text("name: base\npolicy: {guidance_public_share: 0.5}\n")
    levers = ["guidance_market_orientation", "guidance_public_share"]
    plan = one_at_a_time(tmp_path / "base.yaml", world="china-31", until="2023-Q4", names=levers)
    assert [c.partner for c in contrasts(plan)] == [
        "with_guidance_fund_size",
        "with_guidance_fund_size_for_guidance_public_share",
    ]


def test_all_problems_of_options_and_base_are_told_at_once(tmp_path):
    (tmp_path / "base.yaml").write_text("name: base\npolicy: {talent_crad: 1}\n")
    wrong = {"seed": -1, "scale": 2, "runs": 0, "jobs": 0, "out": __file__, "until": "2042-Q7"}
    with pytest.raises(InputError) as caught:
        one_at_a_time(tmp_path / "base.yaml", **wrong)
    places = [str(problem).split(":")[0].split(" ")[0] for problem in caught.value.problems]
    flags = ["--seed", "--scale", "--runs", "--jobs", "--until", "--out"]
    assert places == [*flags, str(tmp_path / "base.yaml")]


@pytest.mark.parametrize(
    ("value", "words"),
    [(0.3, "0.3"), (1 / 3, "0.3333333333"), (8, "8"), (["AI", "SEMI"], "AI, SEMI"), ([], "none")],
)
def test_values_are_worded(value, words):
    assert worded(value) == words


@pytest.mark.parametrize(
    ("lever", "bound"),
    [
        ("approval_days", 20.0),
        ("policy_horizon", 10.0),
        ("priority_cap", 1),
        ("technology_difficulty", 2.0),
        ("guidance_local_reinvestment", 3.0),
    ],
)
def test_the_bound_farther_from_neutral_counts_and_high_where_both_are_as_far(lever, bound):
    assert far_bound(LEVERS[lever]) == bound


def test_whole_numbers_have_a_far_bound_as_others_have():
    assert far_bound(replace(LEVERS["approval_days"], kind="integer", by_industry="")) == 20.0


def test_a_base_that_sets_the_lever_is_taken_back_to_neutral(study):
    plan = read_study(study(STUDY + SMALL + "levers: [talent_card, roadmap]\n"))
    assert [(c.lever, c.partner) for c in contrasts(plan)] == [
        ("talent_card", "without_talent_card"),
        ("roadmap", "base"),
    ]
    assert values(plan, "without_talent_card", "talent_card") == 0.0
    assert values(plan, "roadmap", "talent_card") == 0.5


@pytest.mark.parametrize(
    ("text", "line", "words"),
    [
        (STUDY.replace("one_at_a_time", "sobol"), 1, "the study has no 'factors'"),
        (STUDY.replace("one_at_a_time", "sobbol"), 2, "method is 'sobbol'"),
        (STUDY.replace("method: one_at_a_time\n", ""), 1, "the study has no 'method'"),
        (STUDY.replace("base: base.yaml\n", ""), 1, "the study has no 'base'"),
        (STUDY.replace("base.yaml", "other.yaml"), 3, "there is no file"),
        (STUDY.replace("outcomes: [output, jobs]\n", ""), 1, "the study has no 'outcomes'"),
        (STUDY + "levers: [talent_crad]\n", 5, "there is no lever 'talent_crad'"),
        (STUDY + "levers: []\n", 5, "levers is an empty list"),
        (STUDY + "scenarios: [base.yaml]\n", 5, "'scenarios' belongs to the method morris or sobol or delta"),
        (STUDY + "until: 2042-Q7\n", 5, "2042-Q7"),
        (STUDY + "runs: 0\n", 5, "0 is out of range"),
        (STUDY + "world: mars\n", 5, "mars"),
    ],
)
def test_what_is_wrong_in_a_study_file_is_told_with_its_line(study, text, line, words):
    file = study(text)
    with pytest.raises(InputError) as caught:
        read_study(file)
    (problem,) = caught.value.problems
    assert words in problem.what
    assert (problem.file, problem.line) == (str(file), line)


def test_what_a_study_lacks_is_told_with_what_may_stand_there(study):
    lacks = {
        "": ["1:1: the study has no 'base'; allowed: a scenario file or name"],
        "base: [a]\n": ["3:7: base is a list, not text"],
    }
    for text, more in lacks.items():
        file = study(f"kind: sensitivity\nmethod: one_at_a_time\n{text}")
        with pytest.raises(InputError) as caught:
            read_study(file)
        outcomes = "1:1: the study has no 'outcomes'; allowed: metrics; 'clusterlab metrics' lists them"
        assert [str(p).removeprefix(f"{file}:") for p in caught.value.problems] == [outcomes, *more]


def test_what_is_wrong_with_the_whole_base_is_told_where_it_is_named(study):
    file = study(STUDY)
    base = file.with_name("base.yaml")
    base.write_text("")
    with pytest.raises(InputError) as caught:
        read_study(file)
    said = f"{file}:3:7: {base}: the file is empty; write 'key: value' lines"
    assert str(caught.value) == said
    study(STUDY.replace("jobs", "jbos") + "runs: 0\n")
    with pytest.raises(InputError) as caught:
        read_study(file)
    empty, unknown, few = caught.value.problems
    assert str(empty) == said
    assert str(unknown).startswith(f"{file}:4:20: there is no metric 'jbos'")
    assert str(few).startswith(f"{file}:5:7: 0 is out of range")


def test_faults_of_a_base_file_named_like_the_kind_are_told(study, monkeypatch):
    file = study(STUDY.replace("base.yaml", "sensitivity").replace("jobs", "jbos"))
    file.with_name("sensitivity").write_text("policy: {talent_crad: 1}\n")
    monkeypatch.chdir(file.parent)
    with pytest.raises(InputError) as caught:
        read_study(file.name)
    assert [p.file for p in caught.value.problems] == ["study.yaml", "sensitivity"]


def test_where_no_levers_are_named_all_are_moved(tmp_path, monkeypatch):
    few = {name: LEVERS[name] for name in ("talent_card", "roadmap")}
    monkeypatch.setattr("sim.schedule.LEVERS", few)
    (tmp_path / "base.yaml").write_text("name: base\n")
    found = one_at_a_time(tmp_path / "base.yaml", world="china-31", until="2023-Q4")
    assert [contrast.lever for contrast in contrasts(found)] == list(few)


def test_keys_of_sensitivity_studies_are_refused_in_comparisons(study):
    file = study("kind: compare\nscenarios: [base.yaml, base.yaml]\nmethod: sobol\n")
    with pytest.raises(InputError, match="'method' belongs to studies of kind 'sensitivity'"):
        read_study(file)


def test_the_table_has_a_row_for_every_lever_and_outcome(root):
    one = one_at_a_time(BASE, until="2023-Q4", names=["talent_card", "revenue_sharing"], outcomes=("jobs",))
    assert oneatatime.pairs(one) == [
        ("talent_card", "baseline"),
        ("revenue_sharing", "with_staggering_quota"),
    ]
    metrics = {
        arm.name: {s: {"jobs": s + 10.0 * k, "output": 1.0} for s in (1, 2)} for k, arm in enumerate(one.arms)
    }
    catalogue = [{"name": name, "unit": "jobs", "better": "higher"} for name in ("output", "jobs")]
    rows = oneatatime.summarise(one, root, metrics, catalogue)
    assert [(row["lever"], row["outcome"], row["difference"]) for row in rows] == [
        ("talent_card", "jobs", 10.0),
        ("revenue_sharing", "jobs", 10.0),
    ]
    with (root / "sensitivity.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [row["lever"] for row in csv.DictReader(file)] == ["talent_card", "revenue_sharing"]
