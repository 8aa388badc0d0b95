"""The inputs of the visual model: what they offer, show and refuse."""

from __future__ import annotations

import math
import re
from pathlib import Path

import pytest

pytest.importorskip("solara", reason="the extra [app] is not installed")

from mesa.visualization import Slider

from sim.app import offers
from sim.app.inspector import levers
from sim.app.inspector.session import AppModel
from sim.core.errors import InputError
from sim.scenario import Scenario, load
from sim.schedule import LEVERS


def _scenario(tmp_path: Path, policy: str) -> Scenario:
    file = tmp_path / "own.yaml"
    file.write_text(f"world: china-31\npolicy:\n{policy}\n")
    return load(file)


def test_every_plain_lever_is_an_input_that_shows_what_the_scenario_says(tmp_path: Path) -> None:
    scenario = _scenario(tmp_path, "  talent_card: 0.35\n  housing: 0.1234567\n  roadmap: {2024-Q1: 1}")
    plain = {name for name, lever in LEVERS.items() if lever.kind in ("number", "integer")}
    inputs = levers.inputs(scenario)
    assert set(inputs) == plain
    for name, offered in inputs.items():
        if isinstance(offered, Slider):
            assert offered.min <= offered.value <= offered.max
            place = (offered.value - offered.min) / offered.step
            assert place == pytest.approx(round(place), abs=1e-6), f"a browser would move {name}"
    assert inputs["talent_card"].value == 0.35
    assert inputs["staggering_equity"].value == LEVERS["staggering_equity"].default
    between = inputs["housing"]
    assert between["value"] == between["values"][0] == 0.1234567, "on no grid: never a wrong number"
    dated = inputs["roadmap"]
    assert dated["value"] == dated["values"][0] == "0, from 2024-Q1 1"
    assert dated["values"][1:] == sorted(dated["values"][1:])
    assert {0, 1} <= set(dated["values"][1:])
    groups = {LEVERS[name].group for name in plain}
    assert levers.headings(3).count("::before") == len(groups)


def test_a_lever_with_other_values_somewhere_is_shown_in_words() -> None:
    assert levers.said(offers.read("talent_card"), LEVERS["talent_card"]) == (
        "0, from 2024-Q1 0.33, from 2027-Q1 0.67; other values in 1 zone"
    )
    assert levers.said(offers.read("guidance_fund"), LEVERS["guidance_fund_size"]).endswith("in 1 tier")
    assert levers.said(offers.read("baseline"), LEVERS["talent_card"]) == 0.0


@pytest.mark.parametrize("name", ["baseline", "talent_card", "pilot_zones", "guidance_fund", "downturn"])
def test_inputs_left_alone_leave_the_scenario_in_force(name: str) -> None:
    scenario = offers.read(name)
    shown = levers.as_scenario(scenario)
    wanted = {name: getattr(offered, "value", None) for name, offered in levers.inputs(scenario).items()}
    wanted |= {n: v["value"] for n, v in levers.inputs(scenario).items() if isinstance(v, dict)}
    assert wanted == shown
    assert not levers.changes(shown, wanted)
    covered = {n: v for n, v in wanted.items() if not isinstance(v, str)}
    again = load(scenario.path, [f"{n}={v!r}" for n, v in covered.items()])
    assert again.digest == scenario.digest, "what is on the screen is what runs"


def test_a_value_equal_to_the_default_can_be_chosen(tmp_path: Path) -> None:
    scenario = _scenario(tmp_path, "  talent_card: 0.35\n  roadmap: {2024-Q1: 1}")
    default = LEVERS["talent_card"].default
    model = AppModel(origin=scenario, talent_card=default, roadmap=0, seed=3)
    assert model.moved == {"talent_card": default, "roadmap": 0}
    assert (model.resolved.levers["talent_card"] == default).all()
    assert (model.resolved.levers["roadmap"] == 0).all()
    assert model.words == "own with talent_card 0, roadmap 0; china-31, seed 3, scale 0.005"
    left = AppModel(origin=scenario, talent_card=0.35, roadmap="0, from 2024-Q1 1")
    assert left.resolved.digest == scenario.digest
    assert left.words == "own; china-31, seed 1, scale 0.005"


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("talent_card", 7, "talent_card is 7, above its bounds; allowed: 0 to 1 share of R&D workers"),
        ("talent_card", -0.1, "talent_card is -0.1, below its bounds"),
        ("talent_card", math.nan, "talent_card is not a finite number"),
        ("talent_card", "0.5", "talent_card is the text '0.5', not a number"),
        ("talent_card", None, "talent_card is no value, not a number"),
        ("talent_card", [0.5], "talent_card is the text '[0.5]', not a number"),
        ("talent_card", {"2024-Q1": 1}, "not a number"),
        ("talent_card", "unset", "not a number"),
        ("roadmap", "0, from 2024-Q2 1", "not a number"),
        ("seed", 51, "seed is 51, above its bounds; allowed: whole numbers 1 to 50"),
        ("seed", 1.5, "seed is 1.5, not a whole number"),
        ("seed", True, "not a whole number"),
    ],
)
def test_an_input_that_says_what_it_cannot_is_refused_as_a_file_is(
    name: str, value: object, words: str, tmp_path: Path
) -> None:
    scenario = _scenario(tmp_path, "  roadmap: {2024-Q1: 1}")
    with pytest.raises(InputError, match=re.escape(words)):
        levers.heard(scenario, name, value)


@pytest.mark.parametrize("name", ["baseline", "talent_card", "pilot_zones"])
def test_all_that_is_offered_can_be_said(name: str) -> None:
    scenario = offers.read(name)
    for lever, offered in levers.inputs(scenario).items():
        slides = isinstance(offered, Slider)
        said = [offered.min, offered.value, offered.max] if slides else offered["values"]
        assert [levers.heard(scenario, lever, value) for value in said] == said
    assert levers.heard(scenario, "seed", 50) == 50


def test_the_table_says_what_each_lever_is_in_this_run() -> None:
    scenario = offers.read("talent_card")
    told = levers.table(scenario, {})
    assert set(LEVERS) <= set(re.findall(r"<td>(\w+)</td>", told))
    assert "0, from 2024-Q1 0.33, from 2027-Q1 0.67; other values in 1 zone" in told
    assert "<td>0.2, set by hand; other values in 1 zone</td>" in levers.table(scenario, {"talent_card": 0.2})
