"""A study over worlds: every scenario in every world, against the first in the same world."""

import csv
from pathlib import Path

import pytest
from lab_standins import problems, table

import sim
import sim.cli
from sim.core.errors import InputError, Problem
from sim.lab import robust
from sim.lab.kinds import KINDS
from sim.lab.robust import COLUMNS, assumed, effects
from sim.lab.studyfile import read_study
from sim.scenario.nodes import Place

STUDY = """kind: robust
scenarios: [plain.yaml, card.yaml]
worlds:
  as_it_is: {}
  curve: {theories.wages: wage_curve, order_first: 0.4}
  slump: slump.yaml
outcomes: [output, talent_moves]
runs: 2
seed: 5
scale: 0.002
world: china-31
until: 2023-Q2
"""
ROBUST = KINDS["robust"]
CATALOGUE = [
    {"name": "output", "unit": "m yuan/year", "better": "higher"},
    {"name": "gluts", "unit": "industries", "better": "lower"},
    {"name": "rent", "unit": "m yuan", "better": ""},
]


@pytest.fixture
def study(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    Path("plain.yaml").write_text("name: plain\n")
    Path("card.yaml").write_text("name: card\npolicy: {talent_card: 1}\n")
    slump = "assumptions: {downturn: 0.2, order_first: 0.3}\ntheories: {wages: wage_curve}\n"
    Path("slump.yaml").write_text(slump + "policy: {rd_grant_rate: 0.3}\n")
    Path("study.yaml").write_text(STUDY)
    return Path("study.yaml")


def test_every_scenario_meets_every_world_and_the_first_in_it(study):
    plan = read_study(study)
    arms = {arm.name: arm.resolved for arm in plan.arms}
    assert list(arms) == [f"{s} ({w})" for w in ("as_it_is", "curve", "slump") for s in ("plain", "card")]
    assert ROBUST.told(plan) == ["every scenario in 3 worlds: as_it_is, curve, slump"]
    assert (plan.kind, plan.outcomes) == ("robust", ("output", "talent_moves"))
    assert (plan.runs, plan.seed, plan.scale) == (2, 5, 0.002)
    assert {(arm.world, arm.until) for arm in arms.values()} == {("china-31", "2023-Q2")}
    assert ROBUST.pairs(plan) == [(f"card ({w})", f"plain ({w})") for w in ("as_it_is", "curve", "slump")]
    assert arms["card (as_it_is)"].theories == {}
    assert arms["card (curve)"].theories == {"wages": "wage_curve"}
    assert arms["plain (curve)"].parameters == {"order_first": 0.4}
    assert arms["card (slump)"].parameters == {"order_first": 0.3}
    for scenario, card in (("plain", 0.0), ("card", 1.0)):
        levers = arms[f"{scenario} (slump)"].levers
        assert (levers["talent_card"] == card).all()
        assert (levers["downturn"] == 0.2).all()
        assert (levers["rd_grant_rate"] == 0.0).all()  # a world brings no policy


def test_a_world_s_file_gives_its_theories_and_assumptions_alone(study):
    assert assumed("slump.yaml") == {"downturn": 0.2, "order_first": 0.3, "theories.wages": "wage_curve"}


def test_of_a_list_later_settings_win(study):
    study.write_text(STUDY.replace("slump: slump.yaml", "slump: [slump.yaml, {order_first: 0.2}]"))
    arms = {arm.name: arm.resolved for arm in read_study(study).arms}
    assert arms["card (slump)"].parameters == {"order_first": 0.2}
    assert arms["card (slump)"].theories == {"wages": "wage_curve"}


TWO = "two or more scenario files or names, the one that the others are compared with first"
EACH = "a scenario file, settings such as {order_first: 0.4}, a list of both, {}"
WORLDS = f"two or more names, each with {EACH}"
NO_MAPPING = "not a mapping of 'key: value' lines"
BARE = "bare.yaml: the file is empty; write 'key: value' lines"
EMPTY = "empty.yaml: the file is empty; write 'key: value' lines"
PATHS = "paths are relative to the study file; shipped scenarios are known by name"
ALONE = f"there is nothing to compare; allowed: {TWO}"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("[plain.yaml, card.yaml]", "[plain.yaml]", [f"2:12: {ALONE}"]),
        ("[plain.yaml, card.yaml]", "[empty.yaml]", [f"2:12: {ALONE}", f"2:13: {EMPTY}"]),
        ("[plain.yaml, card.yaml]", "[empty.yaml, card.yaml]", [f"2:13: {EMPTY}"]),
        ("scenarios: [plain.yaml, card.yaml]\n", "", [f"1:1: the study has no 'scenarios'; allowed: {TWO}"]),
        ("slump.yaml", "slum.yaml", [
            f"6:10: there is no file slum.yaml; did you mean 'slump.yaml'?; {PATHS}"
        ]),
        ("[plain.yaml, card.yaml]", "[empty.yaml, bare.yaml]", [f"2:13: {EMPTY}", f"2:25: {BARE}"]),
        ("slump.yaml", "true", ["6:10: the world slump is true, not text"]),
        ("slump.yaml", "[slump.yaml, true]", ["6:23: the world slump is true, not text"]),
        ("slump.yaml", "[bare.yaml, empty.yaml]", [f"6:11: {BARE}", f"6:22: {EMPTY}"]),
        ("slump.yaml", "empty.yaml", [f"6:10: {EMPTY}"]),
        ("slump.yaml", "[slump.yaml, 3]", [f"6:23: there is no file 3; {PATHS}"]),
        ("  slump: slump.yaml", "  curve: {}\n  curve: {}", [
            "6:3: the world 'curve' is named again; name it once",
            "7:3: the world 'curve' is named again; name it once",
        ]),
        ("outcomes: [output, talent_moves]\n", "", [
            "1:1: the study has no 'outcomes'; allowed: metrics; 'clusterlab metrics' lists them"
        ]),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_place(study, before, after, told):
    for name in ("empty.yaml", "bare.yaml"):
        Path(name).touch()
    assert before in STUDY
    study.write_text(STUDY.replace(before, after))
    found = [line.replace(f"{study.parent.absolute()}/", "") for line in problems(study)]
    assert [line.removeprefix("study.yaml:") for line in found] == told


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("order_first: 0.4", "order_frist: 0.4", "study.yaml:5:3: 'order_frist' is not a lever"),
        ("wages: wage_curve,", "wages: curve,", "study.yaml:5:3: wages has no theory 'curve'"),
    ],
)
def test_settings_of_a_world_are_checked(study, before, after, told):
    study.write_text(STUDY.replace(before, after))
    (line,) = problems(study)
    assert line.startswith(told)


@pytest.mark.parametrize(
    ("worlds", "told"),
    [
        ("worlds: {as_it_is: {}}\n", ["3:9: there is only one world"]),
        ("worlds: {}\n", ["3:9: there is no world"]),
        ("worlds: 3\n", [
            f"3:9: worlds is 3, {NO_MAPPING}; name a world, then what is different in it",
            "3:9: there is no world",
        ]),
        ("", ["1:1: the study has no 'worlds'"]),
    ],
)  # fmt: skip
def test_one_world_or_none_is_no_study(study, worlds, told):
    head, tail = STUDY.partition("worlds:")[0], "outcomes:" + STUDY.partition("outcomes:")[2]
    study.write_text(head + worlds + tail)
    *others, last = (f"study.yaml:{line}" for line in told)
    assert problems(study) == [*others, f"{last}; allowed: {WORLDS}"]


def test_options_and_scenarios_are_told_though_there_is_no_world(study):
    Path("empty.yaml").touch()
    head, tail = STUDY.partition("worlds:")[0], "outcomes:" + STUDY.partition("outcomes:")[2]
    text = head.replace("plain.yaml", "empty.yaml") + tail.replace("scale: 0.002", "scale: 7")
    study.write_text(text)
    found = [line.split("; ")[0].replace(f"{study.parent.absolute()}/", "") for line in problems(study)]
    assert found == [
        "study.yaml:1:1: the study has no 'worlds'",
        f"study.yaml:2:13: {EMPTY}".split("; ")[0],
        "study.yaml:6:8: 7.0 is out of range",
    ]


def test_a_world_of_which_nothing_is_said_is_the_world_as_it_is(study):
    study.write_text(STUDY.replace("as_it_is: {}", "as_it_is:"))
    arms = {arm.name: arm.resolved for arm in read_study(study).arms}
    assert (arms["card (as_it_is)"].theories, arms["card (as_it_is)"].parameters) == ({}, {})


def test_options_are_looked_at_before_any_scenario(study, monkeypatch):
    asked, wrong = {}, Problem("--scale", 0, 0, "wrong")
    monkeypatch.setattr(robust.options, "problems", lambda **more: asked.update(more) or [wrong])
    given = {"seed": 2, "scale": 0.01, "runs": 3, "jobs": 4, "out": "there", "until": "2023-Q3"}
    files = [("plain.yaml", Place("q.yaml")), ("card.yaml", Place("q.yaml"))]
    worlds = {name: ((), Place("q.yaml")) for name in "ab"}
    with pytest.raises(InputError) as caught:
        robust.in_worlds(files, worlds, **given)
    assert (caught.value.problems, asked) == ((wrong,), given)


def test_what_is_wrong_with_all_runs_is_told_once_at_its_own_line(study):
    """A country or a quarter that cannot be is no fault of the worlds."""
    for before, after, told in (
        ("china-31", "china-3", "study.yaml:11:8: 'china-3' is not a world"),
        ("until: 2023-Q2", "until: 2022-Q2", "study.yaml:12:8: 2022-Q2 is before the"),
    ):
        study.write_text(STUDY.replace(before, after))
        assert [problem[: len(told)] for problem in problems(study)] == [told]


def test_two_scenarios_of_one_name_are_told_with_their_place(study):
    Path("card.yaml").write_text("name: plain\npolicy: {talent_card: 1}\n")
    with pytest.raises(
        InputError, match=r"study.yaml:2:25: the scenario name 'plain \(as_it_is\)' is already taken"
    ):
        read_study(study)


def test_effects_are_taken_within_a_world_and_scenarios_ranked_in_it():
    values = {
        "base (a)": {s: {"output": 100.0 + s, "gluts": 5.0, "rent": 1.0} for s in range(4)},
        "one (a)": {s: {"output": 110.0 + s + 0.1 * s, "gluts": 4.0, "rent": 2.0} for s in range(4)},
        "two (a)": {s: {"output": 90.0 + s - 0.1 * s, "gluts": 6.0, "rent": 3.0} for s in range(4)},
    }
    contrasts = [
        {"world": "a", "scenario": name, "arm": f"{name} (a)", "base": "base (a)"} for name in ("one", "two")
    ]
    rows = effects(contrasts, values, ["rent", "output", "gluts"], CATALOGUE)
    told = {(row["outcome"], row["scenario"]): row for row in rows}
    assert told["output", "one"]["difference"] == pytest.approx(10.15)
    assert [told["output", n]["rank"] for n in ("one", "two")] == [1, 3]  # the first scenario is second
    assert [told["gluts", n]["rank"] for n in ("one", "two")] == [1, 3]
    assert told["rent", "one"]["rank"] is None
    assert (told["output", "one"]["sign"], told["output", "two"]["sign"]) == ("+", "-")
    assert {row["runs"] for row in rows} == {4}


def test_what_has_no_pairs_has_no_rank_and_equals_share_the_better_one():
    values = {
        name: {s: {"output": level, "gluts": 1.0 if s == 2 and "two" in name else None} for s in (1, 2)}
        for name, level in (("base (a)", 4.0), ("one (a)", 4.5), ("two (a)", 4.5))
    }
    contrasts = [
        {"world": "a", "scenario": name, "arm": f"{name} (a)", "base": "base (a)"} for name in ("one", "two")
    ]
    rows = effects(contrasts, values, ["output", "gluts"], CATALOGUE)
    assert [row["rank"] for row in rows] == [1, 1, None, None]
    assert all(tuple(row) == COLUMNS for row in rows)
    assert [row["unit"] for row in rows] == ["m yuan/year"] * 2 + ["industries"] * 2


def test_three_scenarios_are_ranked_in_every_world_and_two_are_regretted_alone(study, tmp_path):
    Path("third.yaml").write_text("name: third\npolicy: {talent_card: 0.5}\n")
    levels = {"plain": 1.0, "card": 3.0, "third": 2.0}
    catalogue = [
        {"name": "output", "unit": "m yuan/year", "better": "higher"},
        {"name": "talent_moves", "unit": "persons", "better": ""},
    ]
    for scenarios, tables in (
        ("plain.yaml, card.yaml, third.yaml", {"robust.csv", "ranking.csv", "regret.csv"}),
        ("plain.yaml, card.yaml", {"robust.csv", "regret.csv"}),
    ):
        study.write_text(STUDY.replace("plain.yaml, card.yaml", scenarios))
        plan = read_study(study)
        values = {
            arm.name: {
                s: {"output": levels[arm.name.split(" ")[0]] + s, "talent_moves": None} for s in plan.seeds
            }
            for arm in plan.arms
        }
        out = tmp_path / f"{len(plan.arms)}"
        out.mkdir()
        rows = ROBUST.summarise(plan, out, values, catalogue)
        assert {file.name for file in out.iterdir()} == tables
        assert [row["difference"] for row in rows[:2]] == ([2.0, 1.0] if len(tables) == 3 else [2.0, 2.0])
        with (out / "regret.csv").open(encoding="utf-8-sig", newline="") as file:
            regret = {row["scenario"]: row for row in csv.DictReader(file)}
        assert {name: float(row["worst_regret"]) for name, row in regret.items()} == {
            name: 3.0 - level for name, level in levels.items() if f"{name}.yaml" in scenarios
        }
        assert {(row["outcome"], row["unit"]) for row in regret.values()} == {("output", "m yuan/year")}
    with (tmp_path / "9" / "ranking.csv").open(encoding="utf-8-sig", newline="") as file:
        assert [(row["world"], row["best"]) for row in csv.DictReader(file)] == [
            (world, "card") for world in ("as_it_is", "curve", "slump")
        ]


def test_a_file_of_a_world_that_is_wrong_is_told_and_so_is_one_without_a_caller_s_study(study, tmp_path):
    Path("slump.yaml").write_text("assumptions: {downturn: 20}\n")
    with pytest.raises(InputError, match=r"slump.yaml:1:25: downturn is 20, above its bounds"):
        read_study(study)
    with pytest.raises(InputError, match=r"slump.yaml:1:25: downturn is 20, above its bounds"):
        assumed("slump.yaml")


def test_every_outcome_has_its_ranking_and_regrets(study, tmp_path):
    Path("third.yaml").write_text("name: third\npolicy: {talent_card: 0.5}\n")
    study.write_text(STUDY.replace("card.yaml]", "card.yaml, third.yaml]"))
    plan = read_study(study)
    values = {
        arm.name: {s: {"output": float(i), "talent_moves": float(-i)} for s in plan.seeds}
        for i, arm in enumerate(plan.arms)
    }
    catalogue = [{"name": name, "unit": "", "better": "higher"} for name in plan.outcomes]
    ROBUST.summarise(plan, tmp_path, values, catalogue)
    for name, rows in (("ranking", 3), ("regret", 3)):
        told = [row["outcome"] for row in table(tmp_path / f"{name}.csv")]
        assert told == ["output"] * rows + ["talent_moves"] * rows


@pytest.mark.slow
def test_the_command_writes_table_and_report_and_says_what_holds(study, tmp_path, capsys):
    out = tmp_path / "out"
    assert sim.cli.run(["study", str(study), "--jobs", "1", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "Card:" in said or "card:" in said.lower()
    with (out / "robust.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.DictReader(file))
    assert [(row["outcome"], row["world"]) for row in rows] == [
        (outcome, world) for outcome in ("output", "talent_moves") for world in ("as_it_is", "curve", "slump")
    ]
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "In every world" in page
    assert "worlds that agree" in page
    assert "What one would regret" in page
    assert (out / "regret.csv").exists()
    assert not (out / "ranking.csv").exists()  # one alternative has no ranking
