"""The sign table's page: every lever has its reason, and no reason says what the table does not bear."""

import pytest

from sim.lab.oneatatime import contrasts
from sim.lab.sensitivity import COLUMNS
from sim.lab.studyfile import read_study
from sim.reference import signs
from sim.schedule import LEVERS

from .repository import ROOT

REASONS = signs.read(signs.REASONS)
TABLE = signs.read(signs.TABLE)


@pytest.fixture(scope="module")
def study():
    return read_study(ROOT / "experiments" / "sign_table.yaml")


def row(lever="roadmap", outcome="output", sign="+", difference="6.0", **more):
    numbers = {"partner": "100.0", "mean": "106.0", "ci_low": "5.0", "ci_high": "7.0", "p_value": "0.001"}
    settings = {"value": "1", "neutral": "0", "requires": "", "unit": "m yuan", "runs": "6"}
    made = {"lever": lever, "outcome": outcome, "difference": difference, "sign": sign, **settings, **numbers}
    return {key: made[key] for key in COLUMNS} | more


def test_every_lever_has_one_reason_in_the_order_of_the_catalogue():
    assert [reason["lever"] for reason in REASONS] == list(LEVERS)


@pytest.mark.parametrize("reason", REASONS, ids=lambda r: r["lever"])
def test_a_reason_is_a_sentence_with_signs_of_outcomes_that_the_study_tells(reason, study):
    assert reason["reason"][0].isupper()
    assert reason["reason"].endswith(".")
    assert len(reason["reason"]) > 60
    assert reason["surprise"] in ("yes", "no")
    signs_of = signs.expected(reason)
    assert set(signs_of) <= set(study.outcomes)
    assert set(signs_of.values()) <= {"+", "-", "0"}


def test_most_reasons_talk_about_a_sign_and_some_are_surprises():
    assert sum(bool(reason["expected"]) for reason in REASONS) > 0.9 * len(REASONS)
    assert 5 < sum(reason["surprise"] == "yes" for reason in REASONS) < len(REASONS) / 2 + 1


def test_the_study_moves_every_lever(study):
    assert [contrast.lever for contrast in contrasts(study)] == list(LEVERS)


def test_the_table_bears_every_direction_that_a_reason_names():
    found = [(*what, row and row["sign"]) for *what, row in signs.disagreements(TABLE, REASONS)]
    assert found == []


def test_every_large_sure_effect_on_a_main_outcome_is_talked_about():
    assert list(signs.unsaid(TABLE, REASONS)) == []


def test_sentences_and_their_signs_talk_about_the_same_outcomes():
    assert list(signs.loose(REASONS)) == []


def test_disagreements_are_directions_that_are_not_sure_or_not_there():
    reasons = [{"lever": "roadmap", "expected": "output:+ jobs:0 firms:- gluts:- patents:+"}]
    table = [row(sign="-"), row(outcome="jobs"), row(outcome="firms", sign="-"), row("ip_pledge")]
    table.append(row(outcome="gluts", sign="0"))
    found = [(*what, beside and beside["sign"]) for *what, beside in signs.disagreements(table, reasons)]
    assert found == [
        ("roadmap", "output", "+", "-"),
        ("roadmap", "jobs", "0", "+"),
        ("roadmap", "gluts", "-", "0"),
        ("roadmap", "patents", "+", None),
    ]
    assert next(d[:3] for d in signs.disagreements([row(sign="")], reasons)) == ("roadmap", "output", "+")


def test_a_large_effect_on_a_main_outcome_is_missed_and_a_small_one_is_not():
    reasons = [{"lever": "roadmap", "expected": "cluster_count:0"}]
    large, small = row(outcome="value_added", difference="1.2"), row(difference="0.8")
    clusters, jobs = row(outcome="cluster_count"), row(outcome="jobs", difference="50.0")
    assert list(signs.unsaid([large, small, clusters, jobs], reasons)) == [("roadmap", "value_added")]
    assert list(signs.unsaid([large | {"sign": "0"}], reasons)) == []


def test_a_sentence_that_names_an_outcome_needs_its_sign_and_a_sign_its_words():
    said = {"lever": "roadmap", "reason": "Output grows, and the output of clusters; the bill does not."}
    assert list(signs.loose([said | {"expected": "output:+ public_cost:0"}])) == [
        ("roadmap", "cluster_count")
    ]
    bare = said | {"reason": "Nothing is said of it."}
    assert list(signs.loose([bare | {"expected": "output:+ cluster_count:0"}])) == [("roadmap", "output")]


def test_large_effects_without_a_reason_are_found():
    reasons = [{"lever": "roadmap", "expected": "output:+"}]
    large, small = row("ip_pledge"), row("ip_pledge", outcome="jobs", difference="4.0")
    assert list(signs.untold([row(), large, small, row("ip_pledge", sign="0")], reasons)) == [large]


def test_it_renews_the_table_and_says_what_to_mend(tmp_path, capsys):
    rows = [
        row(outcome="trl_steps", sign="-", difference="-6.0"),
        row(outcome="patents", difference="12.3456789"),
    ]
    lines = [",".join(rows[0]), *(",".join(r.values()) for r in rows)]
    (tmp_path / "sensitivity.csv").write_text("\n".join(lines), encoding="utf-8")
    signs.main(tmp_path, tmp_path)
    said = capsys.readouterr().out
    assert "OPPOSITE: roadmap trl_steps expected +, found -: -6 [5, 7] m yuan" in said
    assert "not told: roadmap patents +12 %" in said
    assert "no row: roadmap output expected 0" in said
    table = signs.read(tmp_path / "sign_table.csv")
    assert [found["difference"] for found in table] == ["-6", "12.3457"]


def test_tables_and_reasons_stand_in_what_the_page_is_made_of():
    text = signs.made(TABLE, REASONS)
    why = {reason["lever"]: reason["reason"] for reason in REASONS}
    for lever in {found["lever"] for found in TABLE}:
        assert f"| `{lever}` | " in text
        assert why[lever] in text
    for found in TABLE:
        assert signs.cell(found) in text


def test_levers_newer_than_the_table_are_told_apart():
    text = signs.made([row()], REASONS)
    assert text.count("newer than the table") == 1
    assert f"- **`leading_group`**. {REASONS[3]['reason']}" in text
    assert "newer than the table" not in signs.made([row(lever) for lever in LEVERS], REASONS)
