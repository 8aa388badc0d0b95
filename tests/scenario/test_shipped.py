"""The scenarios and the study that come with the program are valid and say what they are."""

from pathlib import Path

import pytest

from sim.scenario import difference, load
from sim.scenario.nodes import Sequence
from sim.scenario.yamlfile import dump, read

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
