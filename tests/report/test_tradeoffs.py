"""The trade-off section: dominance by hand, and what the page shows of it."""

import pytest

from sim.report import tradeoffs
from sim.report.results import read

BETTER = {"output": "higher", "public_cost": "lower"}


def test_dominance_by_hand():
    changes = {
        "base": {"output": 0.0, "public_cost": 0.0},
        "free lunch": {"output": 5.0, "public_cost": 0.0},
        "dear": {"output": 9.0, "public_cost": 4.0},
        "waste": {"output": 1.0, "public_cost": 2.0},
        "thrift": {"output": -1.0, "public_cost": -1.0},
    }
    assert tradeoffs.dominated(changes, BETTER) == {"base": "free lunch", "waste": "free lunch"}


def test_equal_policies_do_not_beat_each_other():
    same = {"output": 1.0, "public_cost": 1.0}
    assert tradeoffs.dominated({"a": dict(same), "b": dict(same)}, BETTER) == {}


def test_one_alternative_has_no_trade_off_section(results_folder):
    assert tradeoffs.section(read(results_folder())) is None


def test_the_section_names_what_is_beaten(results_folder):
    folder = results_folder(
        scenarios={"baseline": 0.0, "good": 1.0, "bad": -1.0},
        effects={"output": 5e5, "public_cost": -4.4e5, "capacity_utilisation": 0.06},
    )
    section = tradeoffs.section(read(folder))
    assert section is not None
    beaten = {row.name: row.beaten_by for row in section["rows"]}
    assert beaten == {"baseline": "good", "good": "", "bad": "baseline"}
    assert [aspect for aspect, _ in section["columns"]] == [
        "Speed", "Efficiency", "Coordination", "Public money",
    ]  # fmt: skip
    assert len(section["charts"]) == 1


@pytest.mark.parametrize("text", ["0.004", "\N{MINUS SIGN}0.0125"])
def test_small_numbers_on_axes_stay_as_they_are(text):
    from sim.report.svg import _clean

    picture = f'<svg viewBox="0 0 10 10"><path d="M 1.23456 2"/><text>{text}</text></svg>'
    cleaned = _clean(picture, "k", "words")
    assert f">{text}</text>" in cleaned
    assert "M 1.2 2" in cleaned


def test_every_metric_has_words_of_its_own_and_a_group():
    from sim.metrics import METRICS
    from sim.report import names

    assert not [name for name in METRICS if name not in names._LABELS]
    assert all(metric.group for metric in METRICS.values())
