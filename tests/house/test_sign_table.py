"""The sign table's page: every lever has its reason, and no reason says the opposite of the table."""

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


def test_no_reason_says_the_opposite_of_the_table():
    opposite = [
        (lever, outcome)
        for lever, outcome, sign, found in signs.disagreements(TABLE, REASONS)
        if {sign, found["sign"]} == {"+", "-"}
    ]
    assert opposite == []


def test_disagreements_are_other_signs_and_no_sign_is_no_other():
    reasons = [{"lever": "roadmap", "expected": "output:+ jobs:0 firms:-"}]
    table = [row(sign="-"), row(outcome="jobs"), row(outcome="firms", sign="-"), row("ip_pledge")]
    assert [d[:3] for d in signs.disagreements(table, reasons)] == [
        ("roadmap", "output", "+"),
        ("roadmap", "jobs", "0"),
    ]
    assert list(signs.disagreements([row(sign="")], reasons)) == []


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
