"""Explanations and differences, in words a planner can follow."""

from dataclasses import replace

import pytest

from sim.core.errors import InputError
from sim.scenario import difference, explain
from sim.world.parameters import Parameter

TEXT = """\
policy:
  talent_card: {2026-Q1: 0.5}
tiers:
  source: {talent_card: 0.1}
provinces:
  Hubei: {talent_card: 0.7}
zones:
  Hefei:
    talent_card: {2027-Q1: 1}
assumptions:
  rd_intensity: {AI: 0.2}
"""


@pytest.fixture
def told(folder):
    path = folder.write(TEXT)

    def tell(key, *sets):
        return explain(path, key, sets, vocabulary=folder.words).replace(f"{folder.root}/", "")

    return tell


def test_a_lever_is_explained_with_every_setting(told):
    assert told("talent_card").splitlines() == [
        "talent_card: What talent_card does.",
        "  policy lever of talent, may differ by zone; 0 to 1 share; default 0, neutral 0",
        "  evidence: assumption; source: made up",
        "  set (later lines cover earlier ones):",
        "    nation           from 2023-Q1  0  (default)",
        "    nation           from 2026-Q1  0.5  (s.yaml:2:26)",
        "    tiers source     from 2023-Q1  0.1  (s.yaml:4:25)",
        "    provinces Hubei  from 2023-Q1  0.7  (s.yaml:6:24)",
        "    zones Hefei      from 2027-Q1  1  (s.yaml:9:28)",
    ]


def test_a_zone_is_told_what_holds_there(told):
    lines = told("zones.hefei.talent_card").splitlines()
    assert lines[-1] == "  in Hefei: 0.1, from 2027-Q1 1"
    assert not any("Hubei" in line for line in lines)
    assert told("zones.Wuhu.priorities").splitlines()[-1] == "  in Wuhu: none"
    assert told("zones.Wuhu.priorities", "priorities=[PV]").splitlines()[-1] == "  in Wuhu: PV"


def test_pilots_that_others_may_join_are_told(folder):
    rollout = replace(folder.words.levers["shared_definition"], name="pilot_rollout")
    words = replace(folder.words, levers={**folder.words.levers, "pilot_rollout": rollout})
    text = "policy: {pilot_zones: [Hefei], pilot_rollout: %s}\npilots: {talent_card: 0.6}"
    line = "  what pilots says also holds in zones that join them in the run (pilot_rollout)"
    for share, told in (("0", False), ("{2030-Q1: 0.2}", True)):
        path = folder.write(text % share)
        assert (line in explain(path, "zones.Wuhu.talent_card", vocabulary=words)) == told
        assert line not in explain(path, "approval_days", vocabulary=words)


def test_options_are_named_as_the_place(told):
    assert "from 2023-Q1  0.9  (--set talent_card=0.9)" in told("talent_card", "talent_card=0.9")


def test_parameters_and_headings(told):
    assert told("rd_intensity.AI").splitlines() == [
        "rd_intensity.AI: 0.2 share  (s.yaml:11:22)",
        "  default 0.1, 0 to 0.5 share",
        "  evidence: measured; source: table",
    ]
    assert "critical_mass_rd: 3000 m yuan/year  (table)" in told("critical_mass_rd")
    assert told("until") == "until: 2042-Q4"
    assert "neutral 1" in told("demand_growth_factor")


def test_a_parameter_may_have_the_name_of_a_policy_lever(folder):
    row = Parameter("incubators", "all", 6659, "units", 3000, 9000, "yearbook", "measured")
    words = replace(folder.words, parameters={"incubators": {"all": row}})
    path = folder.write("policy: {incubators: 3}\nassumptions: {incubators: 7000}")
    parameter = explain(path, "assumptions.incubators", vocabulary=words)
    assert parameter.startswith(f"incubators: 7000 units  ({path}:2:27)")
    assert "from 2023-Q1  3 " in explain(path, "incubators", vocabulary=words)


@pytest.mark.parametrize(
    "key",
    [
        "talent_crad",
        "zones.Hefei.talent_crad",
        "zones.Hefie.talent_card",
        "policy.x",
        "",
        "zones.Hefei.until",
    ],
)
def test_unknown_keys_are_input_errors(told, key):
    with pytest.raises(InputError):
        told(key)


def test_differences_tell_levers_overrides_and_assumptions(folder):
    base = folder.load("policy: {talent_card: 0.2, priorities: [AI]}\nzones: {Hefei: {incubators: 5}}")
    alt = folder.load(TEXT)
    rows = [(row["key"], row["base"], row["value"]) for row in difference(base, alt)]
    assert rows == [
        ("priorities", "AI", "none"),
        ("zones.Hefei.incubators", "5", "not set"),
        ("talent_card", "0.2", "0, from 2026-Q1 0.5"),
        ("tiers.source.talent_card", "not set", "0.1"),
        ("provinces.Hubei.talent_card", "not set", "0.7"),
        ("zones.Hefei.talent_card", "not set", "from 2027-Q1 1"),
        ("assumptions.rd_intensity.AI", "0.1", "0.2"),
    ]
    assert difference(alt, alt) == []
