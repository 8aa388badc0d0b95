"""The scenarios and the study that come with the program are valid and say what they are."""

from pathlib import Path

import pytest

from sim.core.calendar import quarter_index
from sim.scenario import difference, load
from sim.scenario.nodes import Sequence
from sim.scenario.yamlfile import dump, read
from sim.world.reading import read as table

ROOT = Path(__file__).parents[2]
FILES = sorted((ROOT / "scenarios").rglob("*.yaml"))


@pytest.mark.parametrize("file", FILES, ids=lambda file: file.stem)
def test_shipped_scenarios(file, tmp_path):
    scenario = load(file)
    assert scenario.name == file.stem
    assert scenario.description.endswith(".")
    (tmp_path / "again.yaml").write_text(dump(scenario.document()), encoding="utf-8")
    assert load(tmp_path / "again.yaml").digest == scenario.digest
    base = load(ROOT / "scenarios" / "baseline.yaml")
    assert (difference(base, scenario) == []) == (file.stem in {"baseline", "announced_targets"})


def test_baseline_is_uncoordinated():
    scenario = load(ROOT / "scenarios" / "baseline.yaml")
    rungs = ("shared_definition", "information_sharing", "staggering_quota", "revenue_sharing")
    for name in rungs:
        (step,) = scenario.national(scenario.words.levers[name])
        assert step.value == scenario.words.levers[name].neutral


def test_the_dial_study_names_scenarios_that_exist():
    study = ROOT / "experiments" / "coordination_dial.yaml"
    (paths,) = (e.value for e in read(study).entries if e.key == "scenarios")
    assert isinstance(paths, Sequence)
    assert all((study.parent / item.raw).resolve() in FILES for item in paths.items)


def test_provincial_plans_say_what_the_table_of_plans_does():
    def since(date):
        year, _, month = date.partition("-")
        return max(0, quarter_index(f"{year}-Q{(int(month) + 2) // 3 if month else 4}"))

    wanted = {}
    for row in table("plans.csv"):
        if row["date_status"] == "stated" and row["evidence"] == "read":
            wanted.setdefault(row["province"], {}).setdefault(since(row["document_date"]), set()).add(
                row["industry"]
            )
    said = load(ROOT / "scenarios" / "provincial_plans.yaml").overrides("priorities")
    assert {address.name for address in said} == set(wanted)
    for address, path in said.items():
        plan, so_far = wanted[address.name], set()
        assert [step.quarter for step in path] == sorted(plan)
        for step in path:
            so_far |= plan[step.quarter]
            assert set(step.value) == so_far
