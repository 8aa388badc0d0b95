"""Plans: seeds, jobs, the command that makes the same again, and what a folder recognises."""

from pathlib import Path
from types import SimpleNamespace

import pytest

from sim.core.plugins import Plugin
from sim.lab.identity import source_hash
from sim.lab.plan import Arm, Plan, folder_name, run_folder, stretches
from sim.lab.precision import goals

ROOT = Path("there")


@pytest.fixture
def plan(standins):
    def of(**more):
        names = ("The base", "other")
        arms = tuple(Arm(n, folder_name(n), f"{n}.yaml", SimpleNamespace(), standins.Small(n)) for n in names)
        about = {"kind": "compare", "name": "a study", "arms": arms, "seed": 4, "runs": 2, "scale": 0.02}
        return Plan(**(about | more))

    return of


def plugin(name):
    return Plugin(f"my_{name}", "", f"hash of {name}", ())


def test_jobs_go_seed_by_seed_and_know_all_that_a_run_needs(plan):
    mine = plan(panels=("firms",), check=True, plugins=(plugin("metric"),))
    jobs = mine.jobs(ROOT)
    assert [(job.run, job.scenario, job.seed) for job in jobs] == [
        (1, "The base", 4), (3, "other", 4), (2, "The base", 5), (4, "other", 5),
    ]  # fmt: skip
    last = jobs[-1]
    assert last.folder == ROOT / "runs" / last.identity.key / "seed-0005"
    assert jobs[0].folder == mine.runs_of(mine.arms[0], ROOT) / "seed-0004"
    assert jobs[0].folder.parent != last.folder.parent
    assert (last.root, last.scale, last.panels, last.check) == (ROOT, 0.02, ("firms",), True)
    assert last.resolved is mine.arms[1].resolved
    assert last.identity.as_dict() == {
        "digest": "digest of other",
        "seed": 5,
        "world": "nowhere",
        "scale": 0.02,
        "source_hash": source_hash(),
        "plugins": {"my_metric": "hash of metric"},
    }


def test_a_plan_over_other_seeds_keeps_gaps_only_where_there_are_any(plan):
    gaps = plan().over([2, 3, 7])
    assert (gaps.seed, gaps.runs, gaps.scattered, gaps.seeds) == (2, 3, (2, 3, 7), (2, 3, 7))
    row = gaps.over([7, 8])
    assert (row.seed, row.runs, row.scattered, row.seeds) == (7, 2, (), (7, 8))


@pytest.mark.parametrize(("seeds", "cut"), [([], []), ([3], [[3]]), ([1, 2, 5, 7, 8], [[1, 2], [5], [7, 8]])])
def test_seeds_are_cut_into_stretches(seeds, cut):
    assert stretches(seeds) == cut


HEAD = (
    "clusterlab compare 'The base.yaml' other.yaml --runs 2 --seed 4 --scale 0.02 "
    "--world nowhere --until 2023-Q4"
)


def test_a_plan_tells_the_command_that_makes_the_same_again(plan):
    assert plan().command() == HEAD
    assert plan().command(ROOT) == f"{HEAD} --out there"
    told = plan(
        sets=("a=1", "b=2 3"), panels=("firms", "deals"), equal_cost=True, precision=goals({"jobs": "10%"})
    )
    words = "--set a=1 --set 'b=2 3' --panel firms,deals --equal-cost --precision jobs=10%"
    assert told.command() == f"{HEAD} {words}"
    assert plan(kind="run").command() == HEAD.replace("compare", "run").replace(" --runs 2", "")
    assert plan(study_file="my q.yaml").command() == "clusterlab study 'my q.yaml'"
    assert plan(study_file="q.yaml").over([1, 3]).command(ROOT) == "clusterlab study q.yaml --out there"


def test_seeds_with_gaps_take_a_command_for_each_stretch_into_one_folder(plan):
    first, second = (HEAD.replace("--seed 4", f"--seed {seed}") for seed in (1, 4))
    first = first.replace("--runs 2", "--runs 1")
    gaps = plan().over([1, 4, 5])
    assert gaps.command() == f"{first} --out a-study && {second} --out a-study"
    assert gaps.command(ROOT) == f"{first} --out there && {second} --out there"


def test_what_a_folder_recognises_a_plan_by(plan):
    assert plan(plugins=(plugin("metric"),)).as_dict() == {
        "kind": "compare",
        "scenarios": {"The base": "digest of The base", "other": "digest of other"},
        "scale": 0.02,
        "world": "nowhere",
        "until": "2023-Q4",
        "source_hash": source_hash(),
        "plugins": {"my_metric": "hash of metric"},
    }


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("Top-level design / v2", "Top-level-design-v2"),
        ("../x-.", "x"),
        ("合肥 1", "合肥-1"),
        ("X-ray", "X-ray"),
        ("?", "scenario"),
    ],
)
def test_names_of_folders_are_safe(name, safe):
    assert folder_name(name) == safe


def test_folders_of_runs_sort_by_seed():
    assert run_folder(Path("runs"), 7) == Path("runs/seed-0007")


def test_arms_that_were_run_already_are_left_out(plan):
    jobs = plan().jobs(ROOT, beyond=1)
    assert [(job.run, job.scenario, job.seed) for job in jobs] == [(3, "other", 4), (4, "other", 5)]


@pytest.mark.parametrize(
    ("keep", "tables", "panels"),
    [("metrics", False, ()), ("yearly", True, ()), ("all", True, ("firms",))],
)
def test_a_run_keeps_what_was_asked_for(plan, keep, tables, panels):
    for job in plan(keep=keep, panels=("firms",)).jobs(ROOT):
        assert (job.tables, job.panels) == (tables, panels)
