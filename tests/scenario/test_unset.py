"""``unset`` takes an inherited value back, at every level and from any date."""

import numpy as np
import pytest

from sim.scenario import explain, load, resolve, warnings_of
from sim.scenario.yamlfile import dump

BASE = """\
policy: {talent_card: 0.4, approval_days: 60, priorities: [AI]}
tiers: {bearing: {talent_card: 0.5}}
provinces: {Anhui: {talent_card: 0.6}}
groups: {river: [Wuhu, East Lake]}
pilots: {incubators: 7}
zones:
  river: {approval_days: 30}
  Hefei: {talent_card: 0.8, incubators: 9}
assumptions: {demand_growth_factor: 1.5, critical_mass_rd: 4000, rd_intensity: {AI: 0.2, PV: 0.3}}
"""


@pytest.fixture
def child(folder):
    folder.write(BASE, "base.yaml")

    def make(text, *sets):
        return folder.load(f"extends: base.yaml\n{text}", *sets)

    return make


@pytest.mark.parametrize(
    ("text", "key", "wanted"),
    [
        ("policy: {talent_card: unset}", ("policy", "talent_card"), 0.0),
        ("policy: {approval_days: unset}", ("policy", "approval_days"), 45.0),
        ("policy: {priorities: unset}", ("policy", "priorities"), []),
        ("assumptions: {demand_growth_factor: unset}", ("assumptions", "demand_growth_factor"), 1.0),
        ("assumptions: {critical_mass_rd: unset}", ("assumptions", "critical_mass_rd"), None),
        ("assumptions: {rd_intensity: unset}", ("assumptions", "rd_intensity.AI"), None),
        ("assumptions: {rd_intensity: {AI: unset}}", ("assumptions", "rd_intensity.PV"), 0.3),
        ("tiers: {bearing: {talent_card: unset}}", ("tiers",), None),
        ("provinces: {Anhui: {talent_card: unset}}", ("provinces",), None),
        ("pilots: {incubators: unset}", ("pilots",), None),
        ("zones: {river: {approval_days: unset}}", ("zones", "river"), None),
        ("zones: {Hefei: {talent_card: unset}}", ("zones", "Hefei"), {"incubators": 9}),
    ],
)
def test_every_level_can_be_taken_back(child, text, key, wanted):
    tree = child(text).document()
    for part in key:
        tree = (tree or {}).get(part)
    assert tree == wanted


def test_what_stands_below_holds_again(child, words):
    country = words.country("china-178")

    def cards(text):
        return resolve(child(text), country).levers["talent_card"][0].tolist()

    assert cards("") == [0.4, 0.8, 0.6, 0.5]
    assert cards("zones: {Hefei: {talent_card: unset}}") == [0.4, 0.6, 0.6, 0.5]
    assert cards("zones: {Hefei: {talent_card: unset}}\nprovinces: {Anhui: {talent_card: unset}}") == [
        0.4,
        0.4,
        0.5,
        0.5,
    ]
    assert cards("policy: {talent_card: unset}") == [0.0, 0.8, 0.6, 0.5]


def test_a_date_takes_back_from_then_on(child, words, tmp_path):
    scenario = child(
        "zones: {Hefei: {talent_card: {2025: 1, 2030-Q2: unset}}}\npolicy: {talent_card: {2040: unset}}"
    )
    assert scenario.document()["zones"]["Hefei"]["talent_card"] == {
        "2023-Q1": 0.8,
        "2025-Q1": 1.0,
        "2030-Q2": "unset",
    }
    assert scenario.document()["policy"]["talent_card"] == {"2023-Q1": 0.4, "2040-Q1": 0.0}
    values = resolve(scenario, words.country("china-178")).levers["talent_card"][:, 1]
    assert [values[t] for t in (0, 7, 8, 28, 29, 79)] == [0.8, 0.8, 1.0, 1.0, 0.6, 0.6]
    (tmp_path / "again.yaml").write_text(dump(scenario.document()), encoding="utf-8")
    again = load(tmp_path / "again.yaml", vocabulary=words)
    assert again.digest == scenario.digest
    np.testing.assert_array_equal(
        resolve(again, words.country("china-178")).levers["talent_card"][:, 1], values
    )


def test_an_option_takes_back_and_a_later_file_sets_again(child, folder):
    assert child("", "talent_card=unset").document()["policy"]["talent_card"] == 0.0
    assert "Hefei" in child("", "zones.Hefei.talent_card=unset").document()["zones"]
    folder.write("extends: base.yaml\nzones: {Hefei: {talent_card: unset}}", "mid.yaml")
    assert folder.load("extends: mid.yaml\nzones: {Hefei: {talent_card: 0.2}}").document()["zones"][
        "Hefei"
    ] == {
        "talent_card": 0.2,
        "incubators": 9,
    }


def test_taking_back_gives_the_digest_of_never_having_set(child, folder):
    folder.write(BASE.replace("talent_card: 0.8, ", ""), "without.yaml")
    assert child("zones: {Hefei: {talent_card: unset}}").digest == folder.load("extends: without.yaml").digest


def test_nothing_to_take_back_is_told(child):
    for text in (
        "zones: {Wuhu: {talent_card: unset}}",
        "policy: {shared_definition: unset}",
        "assumptions: {rd_intensity: {SEMI: unset}}",
    ):
        (told,) = warnings_of(child(text))
        assert "there is nothing to take back" in str(told)
    assert warnings_of(child("zones: {Hefei: {talent_card: unset}}")) == ()


def test_explain_shows_what_was_taken_back(child, folder):
    child("zones: {Hefei: {talent_card: unset}}\nassumptions: {critical_mass_rd: unset}")
    told = explain(folder.root / "s.yaml", "zones.Hefei.talent_card", vocabulary=folder.words)
    told = told.replace(f"{folder.root}/", "")
    assert told.splitlines()[-5:] == [
        "  said, and covered or taken back by what is said later:",
        "    zones Hefei  from 2023-Q1  0.8  (base.yaml:8:24)",
        "    zones Hefei  from 2023-Q1  unset  (s.yaml:2:30)",
        "  files, each covering those after it: s.yaml, base.yaml",
        "  in Hefei: 0.6",
    ]
    told = explain(folder.root / "s.yaml", "critical_mass_rd", vocabulary=folder.words)
    assert "critical_mass_rd: 3000 m yuan/year  (table; taken back at" in told


@pytest.mark.parametrize("word", ["default", "inherit", "null", "~", "Unset"])
def test_other_words_are_answered_with_the_right_one(folder, word):
    (message,) = folder.problems(f"policy: {{talent_card: {word}}}")
    assert "write unset to take back an inherited value" in message
