"""The bench: what takes turns, what is told, what is not measured again."""

import csv
import json

import pytest
from numba.core.dispatcher import Dispatcher

from sim.mechanisms.books import closing
from sim.reference import bench, provenance
from sim.reference.bench import DEFAULT, PARTS, QUICK, Case


@pytest.fixture
def measured(monkeypatch):
    """Measure by counting up instead of running; return what was asked for, in order."""
    asked = []

    def apart(task, given):
        asked.append((task, *given))
        return {"run": (float(len(asked)), "s"), "mechanism trade": (2.0 * len(asked), "s")}

    monkeypatch.setattr(bench, "_apart", apart)
    return asked


def test_what_is_compared_takes_turns_and_comes_with_its_spread(measured):
    rows = bench.measure("floor", small=False)
    assert measured == [("run", DEFAULT), ("touch", DEFAULT)] * 3
    (told,) = [row for row in rows if row["what"] == "run"]
    assert (told["value"], told["low"], told["high"], told["repeats"]) == ("3.5", "1", "6", 6)


def test_every_part_has_something_to_measure_at_full_length_and_small(measured):
    for part in PARTS:
        for small in (True, False):
            tasks = [turn for _, group in bench.turns(part, small=small) for turn in group]
            assert tasks
            assert {task for _, task, _ in tasks} <= set(bench.TASKS)
    cases = [
        given[0]
        for part in PARTS
        for _, group in bench.turns(part, small=True)
        for _, task, given in group
        if task in ("run", "compiled")
    ]
    assert all((case.scale, case.until) == (0.002, bench.SMALL_UNTIL) for case in cases)


def test_a_stopped_bench_goes_on_where_it_was(measured, tmp_path):
    bench.bench(["quick"], tmp_path, small=True)
    first = len(measured)
    rows = bench.bench(["default", "quick"], tmp_path, small=True)
    assert len(measured) == first + 1
    assert {row["part"] for row in rows} == {"default", "quick"}
    assert [row["part"] for row in bench.bench([], tmp_path, small=True)] == [row["part"] for row in rows]


def test_table_and_picture(measured, tmp_path):
    rows = [row for part in ("default", "country") for row in bench.measure(part, small=False)]
    bench.write(rows, tmp_path)
    with (tmp_path / bench.TABLE).open(encoding="utf-8", newline="") as file:
        assert [row["what"] for row in csv.DictReader(file)] == ["load", "run", "mechanism trade"] * 2
    drawn = (tmp_path / bench.PICTURE).read_text(encoding="utf-8")
    assert drawn.count("<rect") == 3
    assert "country: 8 s" in drawn
    assert bench.picture([]).startswith("<svg")


def test_parts_that_are_not_measured_stay_and_each_tells_its_code_and_day(measured, tmp_path, monkeypatch):
    def at(sources, made, fingerprint):
        now = {"sources": sources, "made": made, "changes": provenance.changes(), "fingerprint": fingerprint}
        monkeypatch.setattr(
            provenance,
            "record",
            lambda files, how, folder: provenance.write(dict.fromkeys(files, how | now), folder),
        )
        return now

    def publish(*parts):
        rows = [row for part in parts for row in bench.measure(part, small=True)]
        bench.publish(rows, {"runs": 1}, tmp_path)
        with (tmp_path / bench.TABLE).open(encoding="utf-8", newline="") as file:
            return list(csv.DictReader(file)), provenance.read(tmp_path)[bench.TABLE]

    holds = provenance.digest("small runs")
    (tmp_path / provenance.FINGERPRINT).write_text("small runs", encoding="utf-8")
    old = at("0" * 16, "2026-01-01", "other numbers")
    first, record = publish("country", "default")
    assert [row["part"] for row in first[::3]] == ["default", "country"]  # as PARTS has them
    assert record["parts"] == {"default": old, "country": old}
    new = at("1" * 16, "2026-02-02", holds)
    second, record = publish("default", "start")
    assert second[3:6] == first[3:]
    assert second[:3] != first[:3]
    assert record["parts"] == {"default": new, "country": old, "start": new}
    assert record["sources"] == new["sources"]
    assert provenance.old(record, tmp_path)  # as long as one part is
    _, record = publish("country")
    assert record["parts"] == dict.fromkeys(("default", "country", "start"), new)
    assert not provenance.old(record, tmp_path)
    assert (tmp_path / bench.PICTURE).read_text(encoding="utf-8").count("font-weight") == 2


def test_parts_without_a_record_of_their_own_are_of_the_tables(measured, tmp_path, monkeypatch):
    monkeypatch.setattr(provenance, "fingerprint", lambda: "small runs")
    (tmp_path / provenance.FINGERPRINT).write_text("small runs", encoding="utf-8")
    bench.write(bench.measure("quick", small=True), tmp_path)
    was = {"sources": "0" * 16, "made": "2026-01-01", "changes": 1, "fingerprint": "other"}
    provenance.write({bench.TABLE: was, "best.csv": was}, tmp_path)
    bench.publish(bench.measure("start", small=True), {"runs": 1}, tmp_path)
    records = provenance.read(tmp_path)
    assert records[bench.TABLE]["parts"]["quick"] == was
    assert records[bench.TABLE]["parts"]["start"]["fingerprint"] == provenance.digest("small runs")
    assert records[bench.PICTURE] == records[bench.TABLE]
    assert records["best.csv"] == was


def test_a_task_measures_in_a_process_of_its_own():
    found = bench._apart("run", (Case("synthetic:Z=4,K=20", 0.002, "2023-Q1"),))
    assert found["quarters"] == (1.0, "quarters")
    mechanisms = [seconds for what, (seconds, _) in found.items() if what.startswith("mechanism ")]
    assert sum(mechanisms) == pytest.approx(found["run"][0])
    assert found["firm rows"][0] > 0
    assert found["memory"][0] > 50


def test_time_in_kernels_and_around_them_is_the_whole():
    found = {what: value for what, (value, _) in bench.compiled(QUICK._replace(until="2023-Q2")).items()}
    parts = ("before the first quarter", "in compiled code", "around compiled code")
    assert sum(found[part] for part in parts) == pytest.approx(found["run"])
    assert all(found[part] > 0.0 for part in parts)
    longest = [seconds for what, seconds in found.items() if what.startswith("kernel ")]
    assert longest == sorted(longest, reverse=True)
    assert sum(longest) < found["in compiled code"]
    assert found["calls of kernels"] > found["kernels"] > len(longest)
    assert found["firm rows"] > 0
    assert isinstance(closing._close, Dispatcher)  # kernels are themselves again


def test_the_floor_touches_all_columns_every_quarter():
    small = bench.touch(QUICK._replace(until="2023-Q1"))
    assert small["tables"][0] > 1.0
    assert small["copy every quarter"][0] > 0.0


def test_objects_and_engine_are_held_against_each_other_verb_by_verb():
    found = bench.against_objects(QUICK)
    for verb in ("research", "trade", "leave"):
        ours, theirs = (found[f"{verb}, {by}"][0] for by in ("engine", "objects"))
        assert found[f"{verb}, objects over engine"][0] == pytest.approx(theirs / ours)


def test_unknown_parts_are_refused_and_words_are_handed_on(monkeypatch, capsys):
    with pytest.raises(SystemExit, match="no such part: fast"):
        bench.main(["fast"])
    monkeypatch.setitem(bench.TASKS, "run", lambda case: {"run": (case.scale, "s")})
    bench.main(["--task", "run", json.dumps([list(QUICK)])])
    assert json.loads(capsys.readouterr().out) == {"run": [0.002, "s"]}
