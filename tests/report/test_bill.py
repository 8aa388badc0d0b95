"""The bill adds up line by line, in the made-up folder and in runs, where it is the metrics' own sum."""

import json

import numpy as np
import pytest

from sim.core.spreadsheet import read_csv
from sim.report.bill import STEP, bill
from sim.report.phrases import speaking
from sim.report.results import read


def money(text):
    return int(text.replace("\N{MINUS SIGN}", "-").replace("+", "").replace(",", "").replace(".", ""))


def adds_up(found):
    """Every block's last line is the sum of the others, in every column, as printed."""
    for part in found.parts:
        *lines, total = part.lines
        assert total.total
        for column in range(len(found.columns)):
            shown = [money(found.text(line.values[column], column)) for line in lines]
            assert sum(shown) == money(found.text(total.values[column], column)), part.title
    if found.changes:
        assert all(b.values[2] == b.values[1] - b.values[0] for p in found.parts for b in p.lines)


def test_every_block_adds_up(results_folder):
    results = read(results_folder())
    found = bill(results, ["top_level_design"])
    adds_up(found)
    assert [part.title for part in found.parts][:2] == ["Programmes", "Paid out"]
    paid = next(part for part in found.parts if part.title == "Paid out")
    assert paid.lines[-1].values == (3300, 3300, 0)


def test_what_is_repaid_and_passed_on_costs_nothing(results_folder):
    found = bill(read(results_folder()), ["top_level_design"])
    passed = next(part for part in found.parts if part.title == "Passed on and shared")
    assert [line.values[0] for line in passed.lines] == [720, -720, 0]
    assert "repayment" not in {line.text for part in found.parts for line in part.lines}


def test_awkward_amounts_still_add_up(results_folder):
    folder = results_folder()
    manifest = json.loads((folder / "manifest.json").read_text())
    rng = np.random.default_rng(3)
    for flows in manifest["flows"].values():
        count = 6
        flows["item"] = ["equity", "grant", "capital_call", "interest", "programme", "sales"]
        flows["payer"], flows["payee"] = ["local"] * count, ["firms"] * count
        flows["amount"] = list(rng.uniform(0.0, 1e3, count))
    (folder / "manifest.json").write_text(json.dumps(manifest))
    adds_up(bill(read(folder), ["top_level_design"]))


def test_a_folder_without_payments_has_no_bill(results_folder):
    folder = results_folder()
    manifest = json.loads((folder / "manifest.json").read_text())
    (folder / "manifest.json").write_text(json.dumps(manifest | {"flows": {}}))
    assert bill(read(folder), ["top_level_design"]) is None


def test_several_alternatives_stand_side_by_side(results_folder):
    names = {"baseline": 0.0, "a": 0.2, "b": 0.5, "c": 0.7, "d": 1.0}
    results = read(results_folder(scenarios=names, runs=2))
    found = bill(results, results.alternatives)
    assert found.columns == ("baseline", "a", "b", "c")
    assert not found.changes
    adds_up(found)


def test_it_is_the_metrics_own_sum(quick):
    results = read(quick)
    found = bill(results, ["top_level_design"])
    adds_up(found)
    rows = {r["metric"]: r for r in read_csv(quick / "comparison.csv")}
    lines = {(p.title, b.text): b.values for p in found.parts for b in p.lines}
    for line, metric in (
        (("Paid out", "gross public cost"), "public_cost"),
        (("What is left to pay", "net public cost"), "public_net_cost"),
        (("Programmes", "asked for"), "programme_requested"),
        (("Programmes", "paid or set aside for programmes"), "programme_delivered"),
        (("Came back", "tax on the 20 industries"), "tax_revenue"),
    ):
        for column, name in enumerate(("baseline", "value", "difference")):
            assert lines[line][column] == pytest.approx(float(rows[metric][name]) / STEP, abs=3.0), line


def test_chinese_is_in_hundreds_of_millions_without_decimals(results_folder):
    with speaking("zh"):
        found = bill(read(results_folder()), ["top_level_design"])
        adds_up(found)
        paid = found.parts[1]
        assert found.text(paid.lines[-1].values[0], 0) == "3,300"
    assert found.unit == "亿元"
