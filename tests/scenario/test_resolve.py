"""Dated and per-zone arrays, and which override wins."""

import pickle

import numpy as np
import pytest

from sim.scenario import resolve

ZONES = 4
T = 80


def test_shapes_follow_scope_and_kind(folder):
    run = folder.resolve("name: x")
    shapes = {name: values.shape for name, values in run.levers.items()}
    assert shapes == {
        "shared_definition": (T,),
        "priorities": (T, ZONES, 3),
        "pilot_zones": (T, ZONES),
        "scenario_industries": (T, 3),
        "incubators": (T, ZONES),
        "talent_card": (T, ZONES),
        "approval_days": (T, ZONES),
        "demand_growth_factor": (T,),
    }
    kinds = {name: values.dtype.kind for name, values in run.levers.items()}
    assert kinds["priorities"] == kinds["pilot_zones"] == kinds["scenario_industries"] == "b"
    assert kinds["incubators"] == "i"
    assert (kinds["talent_card"], run.quarters, run.world, run.start) == ("f", T, "china-178", "2023-Q1")
    assert np.all(run.levers["approval_days"] == 45.0)


def test_before_its_first_date_a_value_is_what_stands_below(folder):
    text = "policy: {talent_card: {2024-Q1: 0.1, 2025: 0.2}}\nzones: {Hefei: {talent_card: {2024-Q3: 0.9}}}"
    card = folder.resolve(text).levers["talent_card"]
    assert card[[0, 3, 4, 7, 8, 79], 0].tolist() == [0.0, 0.0, 0.1, 0.1, 0.2, 0.2]
    assert card[[0, 4, 5, 6, 7, 79], 1].tolist() == [0.0, 0.1, 0.1, 0.9, 0.9, 0.9]


def test_zone_beats_pilots_beats_province_beats_tier_beats_nation(folder):
    text = """\
policy: {talent_card: 0.1, pilot_zones: {2025: [Zhongguancun, Hefei, Wuhu]}}
zones: {Wuhu: {talent_card: 0.5}}
pilots: {talent_card: 0.4}
provinces: {Anhui: {talent_card: 0.3}}
tiers: {source: {talent_card: 0.2}}
"""
    run = folder.resolve(text)
    assert run.levers["talent_card"][0].tolist() == [0.2, 0.3, 0.5, 0.1]
    assert run.levers["talent_card"][8].tolist() == [0.4, 0.4, 0.5, 0.1]
    assert run.levers["pilot_zones"][[7, 8]].tolist() == [[False] * 4, [True, True, True, False]]


def test_sets_of_names(folder):
    text = "policy: {priorities: [PV, ai], scenario_industries: all}\nzones: {Hefei: {priorities: none}}"
    run = folder.resolve(text)
    assert run.levers["priorities"][5].tolist() == [
        [True, False, True],
        [False] * 3,
        *[[True, False, True]] * 2,
    ]
    assert run.levers["scenario_industries"].all()


def test_parameters_by_industry(folder):
    text = "assumptions: {critical_mass_rd: 5000, rd_intensity: 0.2, rd_intensity.PV: 0.3}"
    wanted = {
        "critical_mass_rd": 5000,
        "rd_intensity.AI": 0.2,
        "rd_intensity.SEMI": 0.2,
        "rd_intensity.PV": 0.3,
    }
    assert folder.resolve(text).parameters == wanted
    folder.write(text, "base.yaml")
    over = folder.resolve("extends: base.yaml\nassumptions: {rd_intensity: 0.4}")
    assert over.parameters == wanted | dict.fromkeys(
        ("rd_intensity.AI", "rd_intensity.SEMI", "rd_intensity.PV"), 0.4
    )


def test_a_resolved_scenario_can_be_sent_to_a_worker(folder):
    run = folder.resolve("targets:\n- {metric: output, at_least: 1, by: 2030, zone: hefei}")
    twin = pickle.loads(pickle.dumps(run))
    assert twin.digest == run.digest
    assert twin.targets == run.targets
    assert run.targets[0].where == "Hefei"


def test_another_world_is_refused(folder):
    scenario = folder.load("name: x")
    with pytest.raises(ValueError, match="other zones"):
        resolve(scenario, type("Country", (), {"zones": ("Z1",), "name": "other"}))


def test_what_a_zone_would_do_as_a_pilot_is_known_for_every_zone(folder):
    text = """\
policy: {talent_card: 0.1, incubators: 3, pilot_zones: {2025: [Hefei]}}
pilots: {talent_card: {2024-Q1: 0.4}, priorities: [PV]}
zones: {Wuhu: {talent_card: 0.5}}
provinces: {Hubei: {talent_card: 0.2}}
"""
    run = folder.resolve(text)
    assert set(run.pilot_levers) == {"talent_card", "priorities"}
    assert run.pilot_levers["talent_card"][[0, 4]].tolist() == [[0.1, 0.1, 0.5, 0.2], [0.4, 0.4, 0.5, 0.4]]
    assert run.pilot_levers["priorities"][0].tolist() == [[False, False, True]] * ZONES
    named = run.levers["talent_card"][8] == run.pilot_levers["talent_card"][8]
    assert named.tolist() == [False, True, True, False]
    assert folder.resolve("name: x").pilot_levers == {}


def test_a_lever_alike_in_all_zones_takes_no_room_of_its_own(folder):
    """A study of thousands of points holds them all: only what differs between zones needs a table."""
    levers = folder.resolve("policy: {talent_card: 0.5}\nzones: {Hefei: {approval_days: 20}}").levers
    assert levers["talent_card"].shape == levers["approval_days"].shape == (T, ZONES)
    assert levers["talent_card"].strides[1] == 0 < levers["approval_days"].strides[1]
