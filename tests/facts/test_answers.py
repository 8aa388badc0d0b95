"""Every fact has an answer or a reason; answers come out of a run's tables as by hand."""

import csv
from pathlib import Path

import numpy as np
import pandas as pd
import pytest

import sim
from sim.facts import card, counted, measure, missing, shapes
from sim.facts.known import ANSWERS, UNANSWERED, facts, published
from sim.facts.run import Run
from sim.facts.space import certificates

ROOT = Path(__file__).parents[2]


@pytest.fixture(scope="module")
def run(tmp_path_factory):
    root = tmp_path_factory.mktemp("scored")
    (root / "study.yaml").write_text(
        "kind: validate\nscenarios: [baseline]\nruns: 1\nscale: 0.002\nuntil: 2028-Q4\n"
    )
    sim.study(root / "study.yaml", out=root / "out", jobs=1, report=False)
    return Run(next((root / "out" / "runs").glob("*/seed-0001")))


def test_every_fact_to_be_met_is_answered_or_has_a_reason():
    calibrated = {fact.id for fact in facts().values() if fact.role == "calibrate"}
    assert calibrated == (set(ANSWERS) & calibrated) | set(UNANSWERED)
    assert not set(ANSWERS) & set(UNANSWERED)
    assert {row["fact"] for row in missing()} == set(facts()) - set(ANSWERS)
    assert all(row["reason"] for row in missing())


@pytest.mark.parametrize("name", ANSWERS)
def test_what_is_published_lies_in_its_interval(name):
    value, low, high = published(facts()[name])
    assert low <= value <= high
    assert ANSWERS[name].years[0] <= ANSWERS[name].years[1]


@pytest.mark.slow
def test_a_run_answers_with_numbers_where_its_years_allow(run):
    found = {name: value for name, first, last, value in measure(run) if (first, last) == ANSWERS[name].years}
    silent = {name for name, value in found.items() if not np.isfinite(value)}
    spans = {"F032", "F034", "F035", "F036", "F047"}  # five years after 2027
    assert silent <= spans | {"F096"}
    assert found["F053"] == pytest.approx(406_153, rel=1e-3)
    assert found["F004"] == pytest.approx(0.36, abs=0.005)
    assert {row["shape"] for row in shapes(run)} == {"growth", "size", "hazard", "multiple"}
    rows = card("baseline", {1: measure(run)})
    order = ["emergent", "anchor", "input"]
    assert [row["standing"] for row in rows] == sorted((r["standing"] for r in rows), key=order.index)
    counts = counted(rows)
    assert counts["all"] == tuple(sum(counts[part][i] for part in order) for i in (0, 1))


@pytest.mark.slow
def test_panels_and_year_ends_agree(run):
    firms = run.table(
        "panel/firms", ["quarter", "zone", "weight", "sales", "value_added", "rd_spending", "tier"]
    )
    last = firms[firms["quarter"] == "2028-Q4"]
    zones = run.zones[run.zones["year"] == 2028].set_index("zone")
    by_zone = last.groupby(last["zone"].astype(str))[["weight", "rd_spending"]].sum().reindex(zones.index)
    spent = 4.0 * by_zone["rd_spending"].fillna(0.0).to_numpy()
    assert spent == pytest.approx(zones["rd_firms"].to_numpy(), rel=1e-5)
    assert last.loc[last["tier"] >= 1, "weight"].sum() == zones["certified"].sum()
    # firms that ended in the quarter sold and are gone
    assert 4.0 * last["value_added"].sum() == pytest.approx(zones["value_added"].sum(), rel=0.02)
    assert (zones["host_output"] + zones["output"]).sum() == pytest.approx(
        zones["high_tech_output"].sum(), rel=1e-5
    )


@pytest.mark.slow
def test_deals_say_where_they_were_made_and_how_they_ended(run):
    deals, firms = run.deals, run.table("panel/firms", ["uid", "zone", "industry"])
    assert set(deals["ending"]) <= {"", "written off", "listed", "merged", "sold"}
    assert ((deals["ending"] == "") == deals["multiple"].isna()).all()
    assert (deals.loc[deals["ending"] == "written off", "multiple"] == 0.0).all()
    known = firms.astype(str).drop_duplicates("uid").set_index("uid")
    there = deals.astype({"firm": str})
    there = there[there["firm"].isin(known.index)]
    assert len(there) > 0.9 * len(deals)
    assert (known.loc[there["firm"], "zone"].to_numpy() == there["zone"].to_numpy()).all()
    assert (known.loc[there["firm"], "industry"].to_numpy() == there["industry"].to_numpy()).all()


class Told(Run):
    """A run of a few firms by hand."""

    def __init__(self, firms):
        zones = pd.DataFrame({"zone": ["a", "b"], "province": ["A", "B"], "year": 2023, "talent": 1.0})
        self.__dict__.update(firms=firms, zones=zones)


def by_hand(*rows):
    columns = ["uid", "year", "age_quarters", "origin", "tier", "sales", "exit"]
    table = pd.DataFrame(rows, columns=columns).assign(
        province=lambda t: np.where(t["uid"] > 2, "B", "A"), industry="AI", trl=8, weight=1, workers=3.0,
        rd_spending=1.0, value_added=1.0, capital=1.0, housed=0.0, patents=0,
    )  # fmt: skip
    return Told(table)


def test_certificates_count_those_who_climb_or_begin_on_the_rung_once():
    run = by_hand(
        (1, 2023, 40, "initial", 1, 1.0, ""),  # has it from before
        (1, 2024, 44, "initial", 1, 1.0, ""),
        (2, 2023, 9, "initial", 0, 1.0, ""),  # climbs in 2024
        (2, 2024, 13, "initial", 2, 1.0, ""),
        (3, 2024, 1, "attracted", 1, 1.0, ""),  # begins with it
        (3, 2025, 5, "attracted", 1, 1.0, ""),
    )
    assert list(certificates(run, 2023, 2027)) == [1.0, 1.0]
    assert list(certificates(run, 2025, 2027)) == [0.0, 0.0]


def test_the_death_rate_and_hazards_take_firms_that_end():
    run = by_hand(
        (1, 2023, 0, "startup", 0, 1.0, ""),
        (1, 2023, 1, "startup", 0, 1.0, "closed"),
        (2, 2023, 40, "initial", 0, 1.0, ""),
        (2, 2023, 41, "initial", 0, 1.0, ""),
    )
    assert ANSWERS["F040"].compute(run, 2023, 2023) == 1.0  # one of four a quarter
    assert ANSWERS["F038a"].compute(run, 2023, 2023) == pytest.approx(1.0 - 0.5**4)


@pytest.mark.slow
def test_every_column_of_results_is_documented_in_order_and_none_beside(run):
    with (ROOT / "sim" / "lab" / "outputs.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    assert all(row["meaning"] for row in rows)
    root = run.folder.parents[2]
    assert not (root / "panel").exists()  # it stays with the runs of such a study
    panels = {path.stem for path in run.folder.glob("panel/*.parquet")}
    tables = {f"panel/{name}" for name in panels}
    assert {row["table"] for row in rows} == tables | {"cells", "zones", "industries"}
    for name in dict.fromkeys(row["table"] for row in rows):
        told = [row["column"] for row in rows if row["table"] == name]
        there = pd.read_parquet((run.folder if name.startswith("panel") else root) / f"{name}.parquet")
        assert set(told) - {"run"} == set(there.columns) - {"run"}, name
        assert len(told) == len(set(told))
