"""What a plan takes is read from measured runs, and workers are no more than memory holds."""

import json
import math
from dataclasses import replace

import pytest

from sim.core.defaults import PANELS
from sim.lab import estimate, machine, options
from sim.lab.estimate import Estimate, cost_of, crew, speed, told
from sim.lab.planning import build

TABLE = "world,zones,scale,quarters,cpu_seconds,peak_mib,run_mib,date,processor\n" + "".join(
    f"w,{zones},{scale},{quarters},{zones * scale * quarters},{200 + 1000 * scale},"
    f"{zones * quarters / 1000},2026-11-29,Abacus\n"
    for zones in (31, 178)
    for scale in (0.01, 0.1)
    for quarters in (1, 80)
)

MORE = "kept,world,zones,scale,quarters,cpu_seconds,peak_mib,run_mib,date,processor\n" + "".join(
    f"{kept},w,178,{scale},{quarters},{seconds},{memory * scale * quarters},{quarters},2026-11-29,Abacus\n"
    for kept, seconds, memory in (("firms", 2, 100), ("deals", 0, 5), ("facts", 50, 300))
    for scale in (0.01, 0.1)
    for quarters in (1, 80)
)

SMALL = "world,zones,scale,quarters,run_mib,date,processor\n" + "".join(
    f"w,178,{scale},{quarters},{0.01 + quarters / 80_000},2026-11-29,Abacus\n"
    for scale in (0.01, 0.1)
    for quarters in (1, 80)
)


@pytest.fixture(autouse=True)
def measured(monkeypatch, tmp_path):
    """A table whose runs take zones x scale x quarters seconds, and an empty place to work in."""
    (tmp_path / "costs.csv").write_text(TABLE)
    (tmp_path / "costs_kept.csv").write_text(MORE)
    (tmp_path / "costs_record.csv").write_text(SMALL)
    monkeypatch.setattr(estimate, "RECORD", tmp_path / "costs_record.csv")
    monkeypatch.setattr(estimate, "COSTS", tmp_path / "costs.csv")
    monkeypatch.setattr(estimate, "KEPT", tmp_path / "costs_kept.csv")
    monkeypatch.chdir(tmp_path)
    estimate._table.cache_clear()
    yield
    estimate._table.cache_clear()


@pytest.fixture
def plan(tmp_path):
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\nworld: china-31\nuntil: 2032-Q4\n")
    return build("compare", ["a.yaml", "b.yaml"], runs=5, scale=0.1)


def spare(monkeypatch, *, mib, processors):
    monkeypatch.setattr(machine, "free_memory", lambda: mib)
    monkeypatch.setattr(machine, "processors", lambda: processors)


@pytest.mark.parametrize(
    ("world", "scale", "until", "seconds"),
    [
        ("china-31", 0.1, "2042-Q4", 31 * 0.1 * 80),
        ("china-178", 0.01, "2023-Q1", 178 * 0.01),
        ("china-178", 0.055, "2033-Q1", 178 * 0.055 * 41),
        ("synthetic:Z=100", 0.02, "2042-Q4", 100 * 0.02 * 80),
        ("china-178", 1.0, "2062-Q4", 178 * 160),
        ("nowhere", 0.1, "2042-Q4", 178 * 0.1 * 80),
    ],
)
def test_costs_lie_on_lines_through_what_was_measured(world, scale, until, seconds):
    assert cost_of(world, scale, until).seconds == pytest.approx(seconds)


@pytest.mark.parametrize(
    ("until", "seconds"),
    [("2023-Q1", 1), ("2027-Q4", 20), ("2032-Q4", 40), ("2037-Q4", 120), ("2042-Q4", 200), ("2052-Q4", 360)],
)
def test_lines_bend_where_something_was_measured(until, seconds):
    head, *_ = TABLE.splitlines()
    rows = [
        f"w,{zones},{scale},{quarters},{taken},1,1,2026-11-29,Abacus"
        for zones in (31, 178)
        for scale in (0.01, 0.1)
        for quarters, taken in ((80, 200), (1, 1), (40, 40))
    ]
    estimate.COSTS.write_text("\n".join([head, *rows]) + "\n")
    assert cost_of("china-31", 0.05, until).seconds == pytest.approx(seconds)


def test_no_cost_is_below_nothing():
    assert cost_of("synthetic:Z=1", 0.002, "2023-Q1").disk >= 0.0
    assert cost_of("china-31", 0.1, "2023-Q1").disk == pytest.approx(0.031)


def test_what_is_kept_takes_more():
    plain = cost_of("china-31", 0.1, "2032-Q4")
    kept = cost_of("china-31", 0.1, "2032-Q4", ("firms", "deals"))
    assert kept.seconds - plain.seconds == pytest.approx(2)
    assert kept.memory - plain.memory == pytest.approx(105 * 0.1 * 40)  # whatever the number of zones
    assert kept.disk - plain.disk == pytest.approx(2 * 40)


def test_a_plan_takes_what_its_panels_take_and_fewer_workers_fit(plan, monkeypatch):
    spare(monkeypatch, mib=2800.0, processors=4)
    assert estimate.estimate(plan).workers == 4
    kept = estimate.estimate(replace(plan, panels=("firms",)))
    one = cost_of("china-31", 0.1, "2032-Q4", ("firms",))
    assert kept.workers == 3  # each 300 MiB and 400 more
    assert kept.memory == pytest.approx(estimate.LEADER + 2 * estimate.ARM + 3 * one.memory)
    assert kept.disk == pytest.approx(estimate.FOLDER + 2 * 10 * one.disk)
    assert kept.seconds == pytest.approx(4 * one.seconds)


def test_what_is_kept_of_runs_takes_disk_and_nothing_else(plan, monkeypatch):
    """Metrics alone are not merged; panels are written where all is kept."""
    spare(monkeypatch, mib=10_000.0, processors=4)
    plan = replace(plan, panels=("firms",), lean=True)
    every, tables, metrics = (
        estimate.estimate(replace(plan, keep=keep)) for keep in ("all", "yearly", "metrics")
    )
    plain = cost_of("china-31", 0.1, "2032-Q4")
    assert every.disk == pytest.approx(estimate.FOLDER + 2 * 10 * (plain.disk + 40))
    assert tables.disk == pytest.approx(estimate.FOLDER + 2 * 10 * plain.disk)
    assert metrics.disk == pytest.approx(estimate.FOLDER + 10 * (0.01 + 40 / 80_000))
    assert every.seconds == pytest.approx(3 * (plain.seconds + 2))
    assert tables.seconds == metrics.seconds == pytest.approx(3 * plain.seconds)
    many = replace(plan, panels=(), keep="", runs=2_500)  # by their number
    assert estimate.estimate(many).disk == pytest.approx(estimate.FOLDER + 5_000 * (0.01 + 40 / 80_000))


def test_a_single_run_takes_what_its_panels_take(plan, monkeypatch):
    spare(monkeypatch, mib=10_000.0, processors=4)
    alone = replace(plan, kind="run", arms=plan.arms[:1], runs=1, panels=("firms",))
    one = cost_of("china-31", 0.1, "2032-Q4", ("firms",))
    assert estimate.estimate(alone).seconds == pytest.approx(one.seconds)


def test_a_study_that_asks_every_run_for_the_facts_takes_what_that_takes(plan, monkeypatch):
    spare(monkeypatch, mib=10_000.0, processors=4)
    card = replace(plan, kind="validate", panels=("firms", "deals"))
    one = cost_of("china-31", 0.1, "2032-Q4", ("facts",))
    assert estimate.estimate(card).seconds == pytest.approx(3 * one.seconds)


def test_a_plan_takes_its_rounds_of_runs_and_the_memory_of_its_workers(plan, monkeypatch):
    spare(monkeypatch, mib=10_000.0, processors=4)
    found = estimate.estimate(plan)
    one = cost_of("china-31", 0.1, "2032-Q4")
    assert (found.runs, found.workers) == (10, 4)
    assert found.seconds == pytest.approx(3 * one.seconds)  # ten runs by four workers
    assert found.memory == pytest.approx(estimate.LEADER + 2 * estimate.ARM + 4 * 300)
    assert found.disk == pytest.approx(estimate.FOLDER + 2 * 10 * one.disk)
    assert found.basis == (
        "from runs measured on 2026-11-29 (Abacus), without the start of the program and its workers; "
        "this machine's own speed is not known before its first finished study"
    )


def test_the_workers_asked_for_count_and_one_runs_in_the_leading_process(plan, monkeypatch):
    spare(monkeypatch, mib=10_000.0, processors=4)
    assert estimate.estimate(replace(plan, to_come=3)).runs == 25  # points still to be chosen count
    one, two = estimate.estimate(plan, 1), estimate.estimate(plan, 2)
    seconds = cost_of("china-31", 0.1, "2032-Q4").seconds
    leader = estimate.LEADER + 2 * estimate.ARM
    assert (one.workers, one.seconds) == (1, pytest.approx(10 * seconds))
    assert (two.workers, two.seconds) == (2, pytest.approx(5 * seconds))
    assert (one.memory, two.memory) == (leader, pytest.approx(leader + 2 * 300))
    assert estimate.estimate(replace(plan, scale=1.0), 1).memory == pytest.approx(1200)  # more than it


def test_a_slow_machine_takes_longer_and_says_how_it_is_known(plan, monkeypatch, tmp_path):
    spare(monkeypatch, mib=10_000.0, processors=4)
    usual = estimate.estimate(plan)
    manifest(tmp_path / "results/a")
    slow = estimate.estimate(plan)
    assert slow.seconds == pytest.approx(2 * usual.seconds)
    told_by = "2.0 times that long on this machine, says results/a"
    assert slow.basis.endswith(f"(Abacus), without the start of the program and its workers; {told_by}")


@pytest.mark.parametrize(
    ("mib", "asked", "todo", "workers"),
    [
        (None, None, 10, 8),
        (None, None, 0, 1),
        (0.0, 2, 10, 1),
        (10_000.0, None, 10, 8),
        (10_000.0, 3, 10, 3),
        (10_000.0, 20, 10, 10),
        (10_000.0, None, 2, 2),
        (1600.0, None, 10, 4),
        (1600.0, 2, 10, 2),
        (650.0, None, 10, 1),
        (0.0, None, 10, 1),
        (0.0, 1, 10, 1),
    ],
)
def test_workers_are_no_more_than_runs_processors_and_memory(plan, monkeypatch, mib, asked, todo, workers):
    spare(monkeypatch, mib=mib, processors=8)
    assert crew(plan, asked, todo)[0] == workers


def test_fewer_workers_are_told_in_a_line(plan, monkeypatch):
    spare(monkeypatch, mib=1600.0, processors=8)
    assert crew(plan, None, 10)[1] == (
        "4 workers instead of 8: each needs about 0.3 GiB, and 1.6 GiB of memory are free"
    )
    assert crew(plan, 4, 10)[1] == ""
    spare(monkeypatch, mib=973.5, processors=8)
    assert crew(plan, None, 10)[1].startswith("2 workers instead of 8: ")
    each = replace(plan, scale=0.978)  # 1,178 MiB
    assert crew(each, None, 10)[1] == (
        "1 worker instead of 8: each needs about 1.2 GiB, and 1.0 GiB of memory are free"
    )
    spare(monkeypatch, mib=None, processors=8)
    assert crew(plan, None, 10) == (8, "")


def manifest(folder, **changed):
    base = {"machine": machine.name(), "state": "done", "finished": "2026-01-01T00:00:00+00:00"}
    base |= {"cpu_seconds": 2 * 31 * 0.1 * 80, "runs_done": 1, "world": "china-31", "scale": 0.1}
    (folder / "manifest.json").parent.mkdir(parents=True, exist_ok=True)
    (folder / "manifest.json").write_text(json.dumps(base | {"until": "2042-Q4"} | changed))


def test_the_last_finished_study_of_this_machine_says_how_fast_it_is(tmp_path):
    results = tmp_path / "results"
    assert speed() == (1.0, "")
    manifest(results / "a")
    assert speed() == (pytest.approx(2.0), "results/a")
    manifest(results / "other", machine="another", finished="2026-12-01")
    manifest(results / "stopped", state="interrupted", finished="2026-12-01")
    manifest(results / "none", runs_done=0, finished="2026-12-01")
    manifest(results / "odd", cpu_seconds="much", finished="2026-12-01")
    (results / "broken").mkdir()
    (results / "broken" / "manifest.json").write_text('{"machine": ')
    assert speed() == (pytest.approx(2.0), "results/a")
    manifest(results / "b", finished="2026-06-01T00:00:00+00:00", cpu_seconds=31 * 0.1 * 80 / 2)
    assert speed() == (pytest.approx(0.5), "results/b")


def test_an_estimate_reads_as_two_lines():
    found = Estimate(runs=1200, workers=2, seconds=90.0, memory=1536.0, disk=7.25, basis="from a table")
    assert told(found, lambda seconds: f"{seconds / 60:.1f} min") == [
        "1,200 runs: about 1.5 min with 2 workers, 1.5 GiB of memory, 7.2 MiB of disk",
        "from a table",
    ]


def test_one_run_with_one_worker_is_told_as_one():
    found = Estimate(runs=1, workers=1, seconds=90.0, memory=300.0, disk=1.0, basis="")
    assert told(found, str)[0] == "1 run: about 90.0 with 1 worker, 300 MiB of memory, 1.0 MiB of disk"
    two = replace(found, runs=2, workers=2)
    assert told(two, str)[0] == "2 runs: about 90.0 with 2 workers, 300 MiB of memory, 1.0 MiB of disk"


@pytest.mark.parametrize(
    ("mib", "words"),
    [
        (9.94, "9.9 MiB"),
        (10.0, "10 MiB"),
        (10.4, "10 MiB"),
        (999.4, "999 MiB"),
        (1000.0, "1.0 GiB"),
        (102_400.0, "100.0 GiB"),
    ],
)
def test_sizes_have_two_or_three_digits(mib, words):
    found = Estimate(runs=1, workers=1, seconds=1.0, memory=mib, disk=mib, basis="")
    assert told(found, str)[0].endswith(f"{words} of memory, {words} of disk")


@pytest.mark.parametrize(
    ("file", "kept"),
    [("costs.csv", {""}), ("costs_kept.csv", {*PANELS, "facts"}), ("costs_record.csv", {""})],
)
def test_the_shipped_tables_are_whole(file, kept):
    shipped = estimate.Path(estimate.__file__).with_name(file)
    rows = [dict(row) for row in estimate.csv.DictReader(shipped.read_text().splitlines())]
    points = {(row.get("kept", ""), row["zones"], row["scale"], row["quarters"]) for row in rows}
    axes = [{point[i] for point in points} for i in range(4)]
    assert axes[0] == kept
    assert len(points) == math.prod(map(len, axes)) == len(rows)
    assert all(len(axis) >= 2 for axis in axes[2:])
    amounts = ("cpu_seconds", "peak_mib", "run_mib")[2 if file == "costs_record.csv" else 0 :]
    least = 0.0 if file == "costs_kept.csv" else 0.008
    assert all(float(row[key]) >= least for row in rows for key in amounts)
    assert all(row["date"] and row["processor"] for row in rows)


def test_workers_default_to_one_a_processor(monkeypatch):
    monkeypatch.setattr(machine, "processors", lambda: 5)
    assert options.workers(None) == 5
    assert options.workers(2) == 2
