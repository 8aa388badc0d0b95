"""A point of a results folder as a scenario file of its own."""

import pytest

import sim
from sim.core.errors import InputError
from sim.lab import proof
from sim.lab.chosen import write_point
from sim.lab.folder import open_folder
from sim.lab.planning import build
from sim.lab.session import carry_out_plan
from sim.lab.studyfile import read_study

STUDY = """kind: sweep
name: a sweep
base: plain.yaml
scenarios: [held.yaml]
factors: {order_first: [0.1, 0.4], theories.demand: [value, path]}
design: list
outcomes: [output]
runs: 1
scale: 0.002
world: synthetic:Z=6
until: 2023-Q2
"""


@pytest.fixture
def folder(study, tmp_path, standins):
    """The folder of a sweep, and its plan; the files that it was made of are gone."""
    plan = read_study(study())
    out = open_folder(tmp_path / "out", plan)
    carry_out_plan(plan, out, jobs=1, task=standins.simulate)
    for name in ("plain", "held"):
        (tmp_path / f"{name}.yaml").unlink()
    return out, plan


def test_a_point_is_the_scenario_that_was_run_there_under_a_name_of_its_own(folder, tmp_path):
    out, plan = folder
    file = write_point(out, "p002 held", tmp_path / "mine.yaml")
    assert file == tmp_path / "mine.yaml"
    mine = sim.load(file)
    assert (mine.name, mine.description) == (
        "mine",
        'held at p002 held of a sweep: order_first=0.4, theories.demand="path"',
    )
    (there,) = (arm for arm in plan.arms if arm.name == "p002 held")
    assert mine.digest == there.resolved.digest
    assert (mine.theories, mine.world, mine.until) == ({"demand": "path"}, "synthetic:Z=6", "2023-Q2")


def test_paths_are_taken_from_where_one_stands_and_scenarios_are_restored(folder, tmp_path):
    out, _ = folder
    written = out / "scenarios" / "plain.yaml"
    written.unlink()
    assert write_point("out", "p001 plain", "here.yaml") == tmp_path / "here.yaml"
    assert written.is_file()
    assert sim.load("here.yaml").parameters == {"order_first": 0.1}


def test_what_is_no_point_is_told_with_the_nearest_and_no_file_is_overwritten(folder, tmp_path):
    out, _ = folder
    with pytest.raises(InputError) as caught:
        write_point(out, "p002 hold", tmp_path / "mine.yaml")
    assert str(caught.value) == (
        f"{out}: there is no point 'p002 hold'; allowed: the names in the column point of its table, "
        "such as 'p001 plain'; did you mean 'p002 held'?"
    )
    assert not (tmp_path / "mine.yaml").exists()
    (tmp_path / "mine.yaml").write_text("mine")
    with pytest.raises(InputError) as caught:
        write_point(out, "p002 held", "mine.yaml")
    assert str(caught.value) == "mine.yaml: the file exists already; choose another name"
    assert (tmp_path / "mine.yaml").read_text() == "mine"


def test_a_folder_without_points_has_none(tmp_path, standins):
    plan = build("compare", ["baseline", "plant_quotas"], runs=1, until="2023-Q2", world="synthetic:Z=6")
    out = open_folder(tmp_path / "out", plan)
    carry_out_plan(plan, out, jobs=1, task=standins.simulate)
    with pytest.raises(InputError) as caught:
        write_point(out, "p001", tmp_path / "mine.yaml")
    assert str(caught.value) == f"{out}: there is no point 'p001'"
    with pytest.raises(InputError, match="no such folder"):
        write_point(tmp_path / "none", "p001", tmp_path / "mine.yaml")


def test_a_folder_whose_manifest_lacks_its_scenarios_is_refused(root):
    (root / "manifest.json").write_text(proof.sealed({"plan": {"kind": "sweep"}}))
    with pytest.raises(InputError, match="lacks scenarios"):
        write_point(root, "p001", root / "mine.yaml")
