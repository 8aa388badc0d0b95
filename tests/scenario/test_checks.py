"""Every class of mistake, at its exact place, all at once."""

import pytest

from sim.core.errors import InputError
from sim.scenario import check_targets

POLICY = (
    "shared_definition, priorities, pilot_zones, scenario_industries, incubators, talent_card, approval_days"
)
ZONAL = "priorities, incubators, talent_card, approval_days"
CATALOGUE = "'clusterlab levers' lists the levers with their bounds"


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "policies: {}",
            "s.yaml:1:1: a scenario has no key 'policies'; allowed: name, description, serves, extends, "
            "world, start, until, plugins, theories, assumptions, policy, industries, tiers, provinces, "
            "groups, pilots, zones, targets; did you mean 'policy'?",
        ),
        (
            "policy:\n  talent_crad: 1",
            f"s.yaml:2:3: policy has no lever 'talent_crad'; allowed: {POLICY}; "
            f"did you mean 'talent_card'?; {CATALOGUE}",
        ),
        (
            "zones:\n  Hefei:\n    talent_crad: 1",
            f"s.yaml:3:5: zones has no lever 'talent_crad'; allowed: {ZONAL}; "
            f"did you mean 'talent_card'?; {CATALOGUE}",
        ),
        (
            "policy:\n  talent_card: 1.5",
            "s.yaml:2:16: talent_card is 1.5, above its bounds; allowed: 0 to 1 share",
        ),
        (
            "policy:\n  approval_days: 2",
            "s.yaml:2:18: approval_days is 2, below its bounds; allowed: 5 to 120 working days",
        ),
        (
            "policy:\n  talent_card: true",
            "s.yaml:2:16: talent_card is true, not a number; allowed: 0 to 1 share; write 1 or 0",
        ),
        (
            "policy:\n  talent_card: '0.5'",
            "s.yaml:2:16: talent_card is the text '0.5', not a number; allowed: 0 to 1 share; "
            "write 0.5, without quotes",
        ),
        (
            "policy:\n  talent_card: 50%",
            "s.yaml:2:16: talent_card is the text '50%', not a number; allowed: 0 to 1 share; write 0.5 for "
            "50%",
        ),
        (
            "policy:\n  talent_card: .nan",
            "s.yaml:2:16: talent_card is not a finite number; allowed: 0 to 1 share",
        ),
        (
            "policy:\n  talent_card:",
            "s.yaml:2:15: talent_card is no value, not a number; allowed: 0 to 1 share; "
            "write unset to take back an inherited value",
        ),
        (
            "policy:\n  talent_card: [1]",
            "s.yaml:2:16: talent_card is a list, not a number; allowed: 0 to 1 share",
        ),
        (
            "policy:\n  talent_card: {}",
            "s.yaml:2:16: talent_card has no value; write a value, or 'quarter: value' pairs",
        ),
        (
            "policy:\n  incubators: 2.5",
            "s.yaml:2:15: incubators is 2.5, not a whole number; allowed: whole numbers 0 to 50 centres",
        ),
        (
            "policy:\n  priorities: [AI, SMEI]",
            "s.yaml:2:20: there is no industry with the code 'SMEI'; allowed: AI, SEMI, PV; did you mean "
            "'SEMI'?",
        ),
        (
            "policy:\n  priorities: [AI, ai]",
            "s.yaml:2:20: priorities names 'AI' twice, first at s.yaml:2:16",
        ),
        ("policy:\n  pilot_zones:", "s.yaml:2:15: pilot_zones is no value, not a list of names"),
        (
            "policy:\n  pilot_zones: [Hefie]",
            "s.yaml:2:17: there is no zone of china-178 called 'Hefie'; "
            "allowed: Zhongguancun, Hefei, Wuhu, East Lake (Wuhan); did you mean 'Hefei'?",
        ),
        (
            "zones:\n  Anhui: {talent_card: 1}",
            "s.yaml:2:3: there is no zone of china-178 called 'Anhui'; "
            "allowed: Zhongguancun, Hefei, Wuhu, East Lake (Wuhan); it is one of the provinces",
        ),
        (
            "tiers:\n  sources: {talent_card: 1}",
            "s.yaml:2:3: there is no tier called 'sources'; allowed: source, bearing, resource; "
            "did you mean 'source'?",
        ),
        (
            "zones:\n  talent_card: {Hefei: 1}",
            "s.yaml:2:3: zones has the lever 'talent_card' where a name belongs; "
            "name the zones first, then the levers below each",
        ),
        (
            "pilots:\n  Hefei: {talent_card: 1}",
            f"s.yaml:2:3: pilots has no lever 'Hefei'; allowed: {ZONAL}; "
            "pilots: holds levers for all pilot zones; choose the zones in policy: pilot_zones",
        ),
        (
            "zones: 3",
            "s.yaml:1:8: zones is 3, not a mapping of 'key: value' lines; "
            "name the zones first, then the levers below each",
        ),
        (
            "zones:\n  Hefei: {shared_definition: 1}",
            "s.yaml:2:11: 'shared_definition' holds nationwide; write it under policy:",
        ),
        (
            "policy:\n  demand_growth_factor: 1",
            "s.yaml:2:3: 'demand_growth_factor' is an assumption about the world, not a policy; "
            "write it under assumptions:",
        ),
        (
            "policy:\n  rd_intensity.AI: 1",
            "s.yaml:2:3: 'rd_intensity.AI' is an assumption about the world, not a policy; "
            "write it under assumptions:",
        ),
        (
            "assumptions:\n  talent_card: 1",
            "s.yaml:2:3: 'talent_card' is a policy lever; write it under policy:",
        ),
        (
            "policy:\n  until: 2030",
            "s.yaml:2:3: 'until' is not a lever; write it at the left margin of the file",
        ),
        (
            "assumptions:\n  critical_mass: 1",
            "s.yaml:2:3: assumptions has no lever 'critical_mass' and no such parameter; allowed: "
            f"demand_growth_factor, critical_mass_rd, rd_intensity; did you mean 'critical_mass_rd'?; "
            f"{CATALOGUE}",
        ),
        (
            "assumptions:\n  rd_intensity: {AI: 0.9}",
            "s.yaml:2:22: rd_intensity.AI is 0.9, above its bounds; allowed: 0 to 0.5 share",
        ),
        (
            "assumptions:\n  critical_mass_rd: {AI: 5000}",
            "s.yaml:2:21: critical_mass_rd is a mapping, not a number; write one number for the whole run",
        ),
        (
            "assumptions:\n  critical_mass_rd: {2026-Q1: 5000}",
            "s.yaml:2:21: critical_mass_rd is a mapping, not a number; write one number for the whole run",
        ),
        (
            "assumptions:\n  rd_intensity: {}",
            "s.yaml:2:17: rd_intensity has no value; write a number, or 'INDUSTRY: number' pairs",
        ),
        (
            "policy: {talent_card: 1, talent_card: 0}",
            "s.yaml:1:26: 'talent_card' is set twice at this level, first at s.yaml:1:10; keep one of them",
        ),
        (
            "policy: {}\npolicy: {}",
            "s.yaml:2:1: 'policy' is set twice at this level, first at s.yaml:1:1; keep one of them",
        ),
        (
            "zones:\n  Hefei: {talent_card: 1}\n  hefei: {incubators: 1}",
            "s.yaml:3:3: 'hefei' (Hefei) is set twice at this level, first at s.yaml:2:3; keep one of them",
        ),
        (
            "zones:\n  East Lake: {talent_card: 1}\n  east-lake (Wuhan): {incubators: 1}",
            "s.yaml:3:3: 'east-lake (Wuhan)' (East Lake (Wuhan)) is set twice at this level, "
            "first at s.yaml:2:3; keep one of them",
        ),
        (
            "assumptions:\n  rd_intensity.AI: 0.2\n  rd_intensity: {ai: 0.3}",
            "s.yaml:3:18: 'ai' (rd_intensity.AI) is set twice at this level, first at s.yaml:2:3; keep one "
            "of them",
        ),
        (
            "policy:\n  talent_card: {2026Q1: 1}",
            "s.yaml:2:17: '2026Q1' is not a quarter; allowed: a quarter such as 2026-Q1, or a year; "
            "did you mean '2026-Q1'?",
        ),
        (
            "policy:\n  talent_card: {2022-Q4: 1}",
            "s.yaml:2:17: 2022-Q4 is before the first quarter of the run; allowed: 2023-Q1 to 2042-Q4",
        ),
        (
            "until: 2030-Q4\npolicy:\n  talent_card: {2031: 1}",
            "s.yaml:3:17: 2031-Q1 is after the last quarter of the run; allowed: 2023-Q1 to 2030-Q4",
        ),
        (
            "policy:\n  talent_card: {2026: 1, 2026-Q1: 0}",
            "s.yaml:2:26: talent_card has two values from 2026-Q1, first at s.yaml:2:23; keep one of them",
        ),
        (
            "start: 2025-Q1",
            "s.yaml:1:8: start is 2025-Q1, but the world's stocks are those of the end of 2022; "
            "allowed: 2023-Q1; to act later, date the policy instead",
        ),
        (
            "until: 2099-Q1",
            "s.yaml:1:8: 2099-Q1 is after the last quarter of the run; allowed: 2023-Q1 to 2072-Q4",
        ),
        ("until: soon", "s.yaml:1:8: 'soon' is not a quarter; allowed: a quarter such as 2026-Q1, or a year"),
        (
            "world: china178",
            "s.yaml:1:8: 'china178' is not a world; allowed: china-178; did you mean 'china-178'?",
        ),
        ("world: [china-178]", "s.yaml:1:8: world is a list, not text"),
        ("name: true", "s.yaml:1:7: name is true, not text"),
        (
            "name: ../up",
            "s.yaml:1:7: '../up' cannot name a results folder; allowed: letters, digits, spaces and . - + ( "
            "), "
            "at most 80, starting with a letter or digit",
        ),
        ("targets: 3", "s.yaml:1:10: targets is 3, not a list; start each target with '- metric:'"),
        (
            "targets: [output]",
            "s.yaml:1:11: a target is the text 'output', not a mapping; "
            "write {metric: NAME, at_least: VALUE, by: QUARTER}",
        ),
        ("targets:\n- metric: output", "s.yaml:2:3: a target needs by and at_least or at_most"),
        (
            "targets:\n- {metric: output, at_least: 1, at_most: 2, by: 2030}",
            "s.yaml:2:33: a target has at_least or at_most, not both; write two targets",
        ),
        (
            "targets:\n- {metric: output, at_least: 1, by: 2050}",
            "s.yaml:2:37: 2050-Q4 is after the last quarter of the run; allowed: 2023-Q1 to 2042-Q4",
        ),
        (
            "targets:\n- {metric: output, at_least: 1, by: 2030, province: Anhiu}",
            "s.yaml:2:53: there is no province of china-178 called 'Anhiu'; allowed: Beijing, Anhui, Hubei; "
            "did you mean 'Anhui'?",
        ),
        (
            "targets:\n- {metric: output, at_least: 1, by: 2030, province: Anhui, zone: Hefei}",
            "s.yaml:2:43: a target has a zone or a province, not both",
        ),
        (
            "targets:\n- {metric: output, at_least: 1, by: 2030, industries: [AI, SMEI]}",
            "s.yaml:2:60: there is no industry with the code 'SMEI'; allowed: AI, SEMI, PV; did you mean "
            "'SEMI'?",
        ),
        (
            "targets:\n- {metric: output, at_least: 1, by: 2030, industries: none}",
            "s.yaml:2:43: a target of no industries; leave industries out for all 20",
        ),
        (
            "targets:\n- {metric: output, at_least: 1, by: 2030, as: shares}",
            "s.yaml:2:47: as is 'shares'; allowed: level, share, multiple; did you mean 'share'?",
        ),
        (
            "targets:\n- {metric: output, at_least: 1, by: 2030, as: share}",
            "s.yaml:2:43: a share is of some industries in all 20; say which: industries: [AI, QUANTUM]",
        ),
    ],
)
def test_one_mistake_gives_one_message(folder, text, message):
    assert folder.problems(text) == [message]


def test_all_mistakes_are_told_at_once_in_the_order_of_the_file(folder):
    text = """\
worlds: x
policy:
  talent_card: 2
  approval_days: soon
  demand_growth_factor: 1
zones:
  Hefie: {talent_card: 1}
targets:
- {metric: output, by: never}
"""
    places = [p.split(": ")[0] for p in folder.problems(text)]
    assert places == [
        "s.yaml:1:1",
        "s.yaml:3:16",
        "s.yaml:4:18",
        "s.yaml:5:3",
        "s.yaml:7:3",
        "s.yaml:9:3",
        "s.yaml:9:24",
    ]


def test_more_mistakes_than_anybody_reads_are_cut_short(folder):
    assert len(folder.problems("\n".join(f"key{i}: 1" for i in range(5000)))) == 100


def test_an_unknown_world_does_not_make_its_names_wrong(folder):
    assert (
        len(folder.problems("world: china-999\nzones:\n  Anywhere: {talent_card: 1, priorities: [X]}")) == 1
    )


def test_metrics_of_targets_are_checked_by_those_who_know_them(folder):
    scenario = folder.load("targets:\n- {metric: outptu, at_least: 1, by: 2030}")
    check_targets(scenario.targets, ["outptu"])
    with pytest.raises(
        InputError,
        match=r"s\.yaml:2:12: there is no metric 'outptu'; allowed: jobs, output; did "
        r"you mean 'output'\?; 'clusterlab metrics' lists them",
    ):
        check_targets(scenario.targets, ["jobs", "output"])
