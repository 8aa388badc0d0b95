"""A programme's parts: which runs tell of them, and what comes out."""

import csv

import numpy as np
import pytest
from lab_standins import problems

import sim
import sim.cli
from sim.core.errors import InputError, Problem
from sim.lab import complements
from sim.lab.complements import ALL, COLUMNS, effects
from sim.lab.kinds import KINDS
from sim.lab.paired import student
from sim.lab.studyfile import read_study
from sim.scenario.nodes import Place
from sim.schedule import LEVERS

STUDY = """kind: complements
base: none.yaml
parts:
  cards: {talent_card: {2023-Q2: 0.5}}
  tests: {pilot_test_bases: 2, incubators: 1}
  pilots: {pilot_zones: [Anhui, Hubei], pilot_boost: 100}
outcomes: [output, programme_requested]
runs: 3
seed: 5
scale: 0.002
world: china-31
until: 2023-Q4
"""
CATALOGUE = [{"name": "output", "unit": "m yuan/year"}, {"name": "designs", "unit": "industries"}]


EMPTY = "2:7: empty.yaml: the file is empty; write 'key: value' lines"


@pytest.fixture
def study(tmp_path):
    (tmp_path / "none.yaml").write_text("name: none of them\n")
    (tmp_path / "study.yaml").write_text(STUDY)
    return tmp_path / "study.yaml"


def test_parts_are_run_alone_left_out_and_together(study):
    plan = read_study(study)
    arms = {arm.name: arm.resolved for arm in plan.arms}
    alone, without = (
        [f"{how} {part}" for part in ("cards", "tests", "pilots")] for how in ("only", "without")
    )
    assert list(arms) == ["none of them", *alone, *without, ALL]

    def set_in(arm):
        return {
            name for name in LEVERS if np.any(arms[arm].levers[name] != arms["none of them"].levers[name])
        }

    assert set_in("only tests") == {"pilot_test_bases", "incubators"}
    assert set_in("without tests") == {"talent_card", "pilot_zones", "pilot_boost"}
    assert set_in(ALL) == set_in("only tests") | set_in("without tests")
    cards = arms["only cards"].levers["talent_card"]
    assert cards[0].max() == 0.0
    assert cards[1:].min() == 0.5  # dated
    assert plan.written == plan.arms[:1]
    assert (plan.kind, plan.design, plan.runs, plan.seed) == (
        "complements", {"parts": ["cards", "tests", "pilots"]}, 3, 5
    )  # fmt: skip
    assert {(arm.world, arm.until) for arm in arms.values()} == {("china-31", "2023-Q4")}
    assert KINDS["complements"].rivals(plan) == [(name, "none of them") for name in list(arms)[1:]]


def test_every_scenario_says_in_words_which_parts_it_has(study, tmp_path):
    (tmp_path / "none.yaml").write_text("name: none of them\ndescription: As it is.\n")
    plan = read_study(study)
    assert [arm.scenario.description for arm in plan.arms] == [
        "As it is.",
        *(f"Of all parts only {part}." for part in ("cards", "tests", "pilots")),
        *(f"All parts but {part}." for part in ("cards", "tests", "pilots")),
        "All parts: cards, tests, pilots.",
    ]
    assert KINDS["complements"].told(plan) == [
        "3 parts, each alone, each left out, and all: cards, tests, pilots"
    ]


def test_effects_alone_beside_the_others_and_their_difference():
    """Of three parts two do more together: 5 + 3 + 1 alone, and 4 more where the first two meet."""
    parts = {"a": 5.0, "b": 3.0, "c": 1.0}

    def runs(present, lacking=()):
        gain = sum(parts[p] for p in present) + 4.0 * ({"a", "b"} <= set(present))
        luck = [0.0, 1.0, 7.0, 2.0]
        return {
            s: {"output": 100.0 + luck[s] + gain, "designs": None if s in lacking else 5.0} for s in range(4)
        }

    values = {"none": runs(""), ALL: runs("abc")}
    values |= {f"only {p}": runs(p, lacking={1} if p == "b" else ()) for p in parts}
    values |= {f"without {p}": runs([q for q in parts if q != p]) for p in parts}
    rows = effects(list(parts), "none", values, ["output", "designs"], CATALOGUE)
    told = {(row["part"], row["effect"]): row for row in rows if row["outcome"] == "output"}
    assert {key: row["difference"] for key, row in told.items()} == pytest.approx(
        {
            ("a", "alone"): 5.0, ("a", "within"): 9.0, ("a", "interaction"): 4.0,
            ("b", "alone"): 3.0, ("b", "within"): 7.0, ("b", "interaction"): 4.0,
            ("c", "alone"): 1.0, ("c", "within"): 1.0, ("c", "interaction"): 0.0,
            ("", "together"): 13.0, ("", "surplus"): 4.0,
        }
    )  # fmt: skip
    assert (told["a", "interaction"]["mean"], told["a", "interaction"]["partner"]) == (9.0, 5.0)
    assert {row["unit"] for row in rows} == {"m yuan/year", "industries"}
    designs = [row for row in rows if row["outcome"] == "designs"]
    assert {row["runs"] for row in designs} == {3}  # a seed without a value in one arm tells nothing
    assert {row["runs"] for row in told.values()} == {4}
    assert all(set(row) == set(COLUMNS) for row in rows)
    assert [(row["part"], row["effect"]) for row in designs] == [
        *((part, effect) for part in parts for effect in ("alone", "within", "interaction")),
        ("", "together"),
        ("", "surplus"),
    ]
    del values["only c"][2]
    rows = effects(list(parts), "none", values, ["output"], CATALOGUE)
    assert {row["runs"] for row in rows} == {3}  # nor does a seed that one arm was not run under


def test_the_table_has_adjusted_p_values_and_signs_and_is_what_is_returned(tmp_path, study):
    plan = read_study(study)
    noise = np.random.default_rng(3)
    values = {
        arm.name: {
            s: {"output": 9.0 * ("cards" in arm.name) + noise.normal(), "programme_requested": None}
            for s in range(8)
        }
        for arm in plan.arms
    }
    catalogue = [{"name": "output", "unit": "m"}, {"name": "programme_requested", "unit": "n"}]
    rows = KINDS["complements"].summarise(plan, tmp_path, values, catalogue)
    with (tmp_path / "complements.csv").open(encoding="utf-8-sig", newline="") as file:
        written = list(csv.DictReader(file))
    assert list(written[0]) == list(COLUMNS)
    assert [row["difference"] for row in written] == [
        "" if row["difference"] is None else repr(row["difference"]) for row in rows
    ]
    told = {(row["part"], row["effect"]): row for row in rows if row["outcome"] == "output"}
    runs = {arm: np.array([row["output"] for row in of.values()]) for arm, of in values.items()}
    raw = student(runs["only cards"], runs["none of them"])
    assert told["cards", "alone"]["sign"] == "+"
    assert told["tests", "alone"]["sign"] == "0"
    assert raw.p_value < told["cards", "alone"]["p_value"] < 0.01  # the other rows count
    assert {(row["runs"], row["sign"], row["unit"]) for row in rows[11:]} == {(0, None, "n")}


def test_options_are_looked_at_before_any_scenario(study, monkeypatch):
    asked, wrong = {}, Problem("--scale", 0, 0, "wrong")
    monkeypatch.setattr(complements.options, "problems", lambda **more: asked.update(more) or [wrong])
    given = {"seed": 2, "scale": 0.01, "runs": 3, "jobs": 4, "out": "there", "until": "2023-Q3"}
    place = Place("q.yaml")
    parts = {name: ({"talent_card": share}, place) for name, share in (("a", 0.1), ("b", 0.2), ("c", 0.3))}
    with pytest.raises(InputError) as caught:
        complements.of_parts((str(study.parent / "none.yaml"), place), parts, **given)
    assert (caught.value.problems, asked) == ((wrong,), given)


def test_problems_of_options_base_and_parts_are_told_together_each_once(study, tmp_path):
    (tmp_path / "none.yaml").write_text("name: none of them\npolicy: {talent_crad: 1}\n")
    study.write_text(STUDY.replace("scale: 0.002", "scale: 7"))
    assert [problem.split(";")[0] for problem in problems(study)] == [
        "study.yaml:10:8: 7.0 is out of range",
        "none.yaml:2:10: policy has no lever 'talent_crad'",
    ]


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        ("china-31", "china-3", "study.yaml:11:8: 'china-3' is not a world"),
        ("until: 2023-Q4", "until: 2022-Q4", "study.yaml:12:8: 2022-Q4 is before the"),
    ],
)
def test_what_is_wrong_with_all_runs_is_told_once_at_its_own_line(study, before, after, told):
    study.write_text(STUDY.replace(before, after))
    (one,) = problems(study)
    assert one.startswith(told)


def test_wrong_values_of_several_parts_are_told_at_their_parts(study):
    study.write_text(STUDY.replace("{2023-Q2: 0.5}", "7").replace("incubators: 1", "incubators: -1"))
    assert [problem.split(";")[0] for problem in problems(study)] == [
        "study.yaml:4:3: talent_card is 7, above its bounds",
        "study.yaml:5:3: incubators is -1, below its bounds",
    ]


THREE = "three or more names, each with settings such as {talent_card: 0.5}; dated ones too"
TESTS = "{pilot_test_bases: 2, incubators: 1}"
FEW = f"parts are too few to tell apart; allowed: {THREE}"
NO_MAPPING = "not a mapping of 'key: value' lines"


@pytest.mark.parametrize(
    ("before", "after", "told"),
    [
        (f"  tests: {TESTS}\n", "", [f"4:3: 2 {FEW}"]),
        ("incubators: 1", "talent_card: 1", [
            "5:32: talent_card belongs to the part 'cards' already; let one part alone set it"
        ]),
        (f"  tests: {TESTS}", "  cards: {}\n  cards: {}", [
            f"4:3: 2 {FEW}",
            "5:3: the part 'cards' is named again; name it once",
            "6:3: the part 'cards' is named again; name it once",
        ]),
        (TESTS, "{incubators: 0}", [
            "5:3: the part 'tests' changes nothing; let it set something that the base does not"
        ]),
        (TESTS, "3", [f"5:10: the part tests is 3, {NO_MAPPING}; write {THREE}"]),
        ("parts:\n", "parts: 3\nx:\n", [
            f"3:8: parts is 3, {NO_MAPPING}; name a part, then what it sets", f"3:8: 0 {FEW}"
        ]),
        ("parts:\n", "x:\n", [f"1:1: the study has no 'parts'; allowed: {THREE}"]),
        ("base: none.yaml\n", "", ["1:1: the study has no 'base'; allowed: a scenario file or name"]),
        ("base: none.yaml", "base: empty.yaml", [EMPTY]),
        ("none.yaml\nparts:\n  cards: {talent_card: {2023-Q2: 0.5}}", "empty.yaml\nparts:", [
            EMPTY, f"4:3: 2 {FEW}"
        ]),
    ],
)  # fmt: skip
def test_mistakes_are_told_with_their_place(study, before, after, told):
    (study.parent / "empty.yaml").touch()
    assert before in STUDY
    study.write_text(STUDY.replace(before, after))
    found = [line.replace(f"{study.parent}/", "").removeprefix("study.yaml:") for line in problems(study)]
    assert [line for line in found if "no key 'x'" not in line] == told


def test_options_are_told_beside_a_base_and_parts_that_are_wrong(study):
    text = STUDY.replace("base: none.yaml", "base: 3").replace(f"  tests: {TESTS}\n", "")
    study.write_text(text.replace("scale: 0.002", "scale: 7"))
    assert [line.split(" ")[0] for line in problems(study)] == [
        "study.yaml:2:7:",
        "study.yaml:4:3:",
        "study.yaml:9:8:",
    ]


def test_names_of_parts_and_outcomes_are_looked_for_in_the_study(study):
    study.write_text(STUDY.replace("incubators: 1", "incubator: 1"))
    (line,) = problems(study)
    assert line.startswith("study.yaml:5:3: 'incubator' is not a lever")
    study.write_text(STUDY.replace("outcomes: [output, programme_requested]\n", ""))
    (line,) = problems(study)
    assert line.startswith("study.yaml:1:1: the study has no 'outcomes'")


def test_parts_that_do_not_fit_together_are_told_though_each_does_alone(study):
    """The base's country has a zone that the one of another part has not."""
    text = STUDY.replace("world: china-31\n", "").replace(TESTS, "{world: china-31}")
    study.write_text(text.replace("[Anhui, Hubei]", "[Wuhan]"))
    (line,) = problems(study)
    assert line.startswith("study.yaml:6:3: there is no zone of china-31 called 'Wuhan'")


def test_a_base_s_claims_are_not_those_of_its_parts(study, tmp_path):
    (tmp_path / "none.yaml").write_text("name: none of them\nserves: [T1]\n")
    base, *others = read_study(study).arms
    assert base.scenario.serves == ("T1",)
    assert {arm.scenario.serves for arm in others} == {()}


@pytest.mark.slow
def test_the_command_writes_table_and_report(study, tmp_path, capsys):
    out = tmp_path / "out"
    assert sim.cli.run(["study", str(study), "--jobs", "1", "--out", str(out)]) == 0
    said = capsys.readouterr().out
    assert "all parts together" in said
    with (out / "complements.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {(r["outcome"], r["part"], r["effect"]): float(r["difference"]) for r in csv.DictReader(file)}
    assert len(rows) == 2 * (3 * 3 + 2)
    asked = "programme_requested"
    assert rows[asked, "tests", "alone"] > 0.0  # programmes cost money
    surplus = rows[asked, "", "together"] - sum(rows[asked, p, "alone"] for p in ("cards", "tests", "pilots"))
    assert rows[asked, "", "surplus"] == pytest.approx(surplus)
    page = (out / "report.html").read_text(encoding="utf-8")
    assert "beside all others" in page
    assert "cards" in page
