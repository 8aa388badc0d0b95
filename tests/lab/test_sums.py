"""What records of runs add up to, one at a time."""

from sim.lab.sums import Measured, Sums


def record(seconds, **more):
    return {
        "metrics": {"jobs": seconds, "gap": None},
        "cpu_seconds": seconds, "profile": {}, "programmes": {}, "flows": {}, "warnings": [], "memory": {},
    } | more  # fmt: skip


def test_records_of_runs_add_up_by_scenario():
    columns = {"item": ["WAGES", "TAX"], "payer": ["F", "F"], "payee": ["H", "G"], "amount": [2.0, 3.0]}
    one = record(
        1.23456, profile={"trade": 1.00004, "entry": 2.0},
        memory={"start": 100.0, "trade": 2.06, "exit": 0.4},
        programmes={"card": {"requested": 4.0, "delivered": 1.0}},
        flows=columns, warnings=["small", "odd"],
    )  # fmt: skip
    two = record(
        1.0, profile={"trade": 2.0}, memory={"start": 90.0, "books": 20.0},
        programmes={"card": {"requested": 2.0}, "fund": {"requested": 8.0}},
        flows={key: values[:1] for key, values in columns.items()}, warnings=["small"],
    )  # fmt: skip
    assert summed(base=[one, two], none=[]) == {
        "runs_done": 2,
        "cpu_seconds": 2.235,
        "programmes": {
            "base": {"card": {"requested": 3.0, "delivered": 0.5}, "fund": {"requested": 4.0}},
            "none": {},
        },
        "flows": {
            "base": {
                "item": ["WAGES", "TAX"],
                "payer": ["F", "F"],
                "payee": ["H", "G"],
                "amount": [2.0, 1.5],
            },
            "none": {"item": [], "payer": [], "payee": [], "amount": []},
        },
        "warnings": ["base: small (2 of 2 runs)", "base: odd (1 of 2 runs)"],
        "profile": {"trade": 3.0, "entry": 2.0},
        "memory": {"peak": 110.0, "start": 100.0, "trade": 2.1, "exit": 0.4, "books": 20.0},
    }
    short = summed(base=[record(1.0, profile={"trade": 0.12345, "entry": 2.0})])
    assert list(short["profile"].items()) == [("entry", 2.0), ("trade", 0.1235)]
    assert short["flows"]["base"]["amount"] == []
    assert summed()["memory"] == {}
    assert summed(base=[record(1.0, memory={"start": 0.5})])["memory"] == {"peak": 0.5, "start": 0.5}


def summed(**records):
    found = Sums(list(records))
    for name, mine in records.items():
        for seed, one in enumerate(mine, 1):
            found.add(name, seed, one)
    return found.as_dict()


def test_metrics_are_kept_by_scenario_and_seed_undefined_ones_as_none():
    found = Sums(["a", "b"])
    found.add("b", 4, record(2.5))
    found.add("b", 5, record(1.0, metrics={"own": 3.0}))
    assert found.metrics == {"a": {}, "b": {4: {"jobs": 2.5, "gap": None}, 5: {"own": 3.0}}}
    one = found.metrics["b"][4]
    assert (len(one), one.get("own"), isinstance(one, Measured)) == (2, None, True)


def test_points_of_a_design_are_told_together():
    found = Sums(["a", "p1", "p2"], {"p1", "p2"})
    for name in ("a", "p1", "p2"):
        found.add(name, 1, record(1.0, warnings=["odd"]))
    told = found.as_dict()
    assert (list(told["flows"]), list(told["programmes"]), told["runs_done"]) == (["a"], ["a"], 3)
    assert told["warnings"] == ["a: odd (1 of 1 runs)", "points: odd (2 of 2 runs)"]
    assert found.metrics["p2"] == {1: {"jobs": 1.0, "gap": None}}
