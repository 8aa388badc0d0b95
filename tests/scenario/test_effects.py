"""A line that changes nothing is accepted and told, with its place and the reason; no other line is."""

from dataclasses import replace

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from sim.scenario import load, resolve, warnings_of
from sim.scenario.scenario import Scenario
from sim.scenario.vocabulary import Vocabulary

BASE = """\
until: 2032
policy: {talent_card: 0.4, pilot_zones: {2026: [Hefei]}}
zones: {Hefei: {talent_card: 0.8}, Wuhu: {talent_card: 0.7}}
assumptions: {critical_mass_rd: 4000}
targets: [{metric: output, at_least: 1, by: 2030}]
"""


def told(folder, text, *sets, **options):
    folder.write(BASE, "base.yaml")
    scenario = folder.load(f"extends: base.yaml\n{text}", *sets, **options)
    return [str(w).replace(f"{folder.root}/", "") for w in warnings_of(scenario)]


@pytest.mark.parametrize(
    ("text", "reason"),
    [
        ("policy: {talent_card: 0.4}", "s.yaml:2:23: talent_card 0.4 changes nothing: it is that anyway"),
        ("policy: {approval_days: 45}", "s.yaml:2:25: approval_days 45 changes nothing: it is that anyway"),
        (
            "policy: {talent_card: {2026: 0.5, 2028: 0.5}}",
            "s.yaml:2:41: talent_card 0.5 from 2028-Q1 changes nothing: it is that anyway",
        ),
        (
            "zones: {Hefei: {talent_card: 0.8}}",
            "s.yaml:2:30: talent_card 0.8 for zones Hefei changes nothing: it is that anyway",
        ),
        (
            "provinces: {Anhui: {talent_card: 0.1}}",
            "s.yaml:2:34: talent_card 0.1 for provinces Anhui changes nothing: what is set for zones Hefei, "
            "zones Wuhu covers it",
        ),
        (
            "groups: {river: [Hefei, Wuhu]}\nzones: {river: {talent_card: 0.1}}",
            "s.yaml:3:30: talent_card 0.1 for groups river changes nothing: what is set for zones Hefei, "
            "zones Wuhu covers it",
        ),
        (
            "tiers: {resource: {talent_card: 0.1}}",
            "s.yaml:2:33: talent_card 0.1 for tiers resource changes nothing: "
            "china-178 has no zones in resource",
        ),
        (
            "groups: {river: none}\nzones: {river: {talent_card: 0.1}}",
            "s.yaml:3:30: talent_card 0.1 for groups river changes nothing: china-178 has no zones in river",
        ),
        (
            "policy: {pilot_zones: none}\npilots: {incubators: 5}",
            "s.yaml:3:22: incubators 5 for pilots changes nothing: "
            "there are no pilot zones then (pilot_zones)",
        ),
        (
            "until: 2028\npolicy: {talent_card: {2030: 1}}",
            "s.yaml:3:30: talent_card 1 from 2030-Q1 changes nothing: the run ends with 2028-Q4",
        ),
        (
            "until: 2032",
            "s.yaml:2:1: until is 2032 in what this extends already, so this line changes nothing",
        ),
        (
            "assumptions: {critical_mass_rd: 4000}",
            "s.yaml:2:33: critical_mass_rd 4000 changes nothing: it is that anyway",
        ),
        (
            "assumptions: {rd_intensity: 0.1}",
            "s.yaml:2:29: rd_intensity.AI 0.1 changes nothing: it is that anyway",
        ),
        ("zones: {Hefei: }", "s.yaml:2:9: Hefei has nothing below it"),
        ("policy:", "s.yaml:2:1: policy has nothing below it"),
        (
            "groups: {river: [Hefei]}",
            "s.yaml:2:10: the group river is not used; set something for it under zones:, or leave it out",
        ),
        (
            "until: 2028\ntargets: [{metric: jobs, at_least: 1, by: 2030}]",
            "s.yaml:3:20: this target is due in 2030-Q4, but the run ends with 2028-Q4",
        ),
        (
            "targets:\n- {metric: jobs, at_least: 1, by: 2030}\n- {metric: jobs, at_least: 1, by: 2030-Q4}",
            "s.yaml:4:12: this target is written twice, first at s.yaml:3:12",
        ),
    ],
)
def test_an_idle_line_is_told_with_its_reason(folder, text, reason):
    assert told(folder, text) == [reason]


@pytest.mark.parametrize(
    "text",
    [
        "policy: {talent_card: 0.5}",
        "policy: {talent_card: {2026: 0.5}}",
        "policy: {talent_card: {2026: 0.5, 2028: 0.4}}",
        "zones: {Hefei: {talent_card: 0.4}}",
        "provinces: {Anhui: {incubators: 3}}",
        "provinces: {Anhui: {talent_card: 0.1}}\nzones: {Wuhu: {talent_card: unset}}",
        "tiers: {source: {talent_card: 0.1}}",
        "pilots: {incubators: 5}",
        "until: 2030",
        "targets: []",
        "assumptions: {critical_mass_rd: 3000, rd_intensity: {AI: 0.2}}",
        "groups: {a: [Hefei], b: [a, Wuhu]}\nzones: {b: {incubators: 5}}",
        "groups: {a: [Hefei]}\npolicy: {pilot_zones: [a, Wuhu]}",
        "policy: {pilot_zones: {2027: [Wuhu]}}",
        "name: x\ndescription: y",
    ],
)
def test_a_line_that_changes_something_is_not_told(folder, text):
    assert told(folder, text) == []


def test_a_file_that_extends_nothing_may_state_defaults(folder):
    text = "world: china-178\nstart: 2023-Q1\npolicy: {talent_card: 0}\nassumptions: {critical_mass_rd: 3000}"
    assert warnings_of(folder.load(text)) == ()
    (warning,) = warnings_of(folder.load("zones: {Hefei: {talent_card: 0}}"))
    assert "it is that anyway" in str(warning)


def test_options_are_told_too_and_cover_files_in_silence(folder):
    assert told(folder, "policy: {talent_card: 0.5}", "talent_card=0.6") == []
    assert told(folder, "", "talent_card=0.4") == [
        "--set talent_card=0.4: talent_card 0.4 changes nothing: it is that anyway"
    ]


def test_a_shorter_run_that_is_asked_for_makes_no_line_idle(folder):
    text = "policy: {talent_card: {2030: 1}}\ntargets: [{metric: jobs, at_least: 1, by: 2030}]"
    assert told(folder, text, until="2025-Q4") == []


def test_a_lever_without_its_company_is_told(folder):
    levers = dict(folder.words.levers)
    levers["incubators"] = replace(levers["incubators"], requires={"talent_card": 0.5})
    words = Vocabulary(levers, folder.words.parameters, folder.words.country)

    def found(text):
        return [str(w).partition(": ")[2] for w in warnings_of(load(folder.write(text), vocabulary=words))]

    alone = (
        "incubators 5 for zones Hefei does little or nothing: it acts together with talent_card, which is off"
    )
    assert found("zones: {Hefei: {incubators: 5}}") == [f"{alone}; set talent_card, too"]
    assert found("zones: {Hefei: {incubators: 5}, Wuhu: {talent_card: 1}}") == [
        f"{alone}; set talent_card, too"
    ]
    assert found("zones: {Hefei: {incubators: 5, talent_card: {2030: 1}}}") == []
    assert found("policy: {talent_card: 1}\nzones: {Hefei: {incubators: 5}}") == []


def test_pilots_that_join_in_the_run_are_no_idle_line(folder):
    rollout = replace(folder.words.levers["shared_definition"], name="pilot_rollout")
    words = replace(folder.words, levers={**folder.words.levers, "pilot_rollout": rollout})
    path = folder.write("policy: {pilot_rollout: 0.2}\npilots: {incubators: 5}")
    assert warnings_of(load(path, vocabulary=words)) == ()


VALUES = st.sampled_from(
    [0.0, 0.4, 0.8, "unset", "{2026: 0.4}", "{2025: 0.8, 2029: unset}", "{2024: 0, 2030: 0.4}"]
)
SETTINGS = st.dictionaries(
    st.sampled_from(
        [
            "policy",
            "tiers.source",
            "tiers.bearing",
            "provinces.Anhui",
            "provinces.Hubei",
            "pilots",
            "zones.Hefei",
        ]
        + ["zones.Wuhu", "zones.river"]
    ),
    VALUES,
    max_size=5,
)


def written(settings, *more):
    tree = {"policy": list(more)} if more else {}
    for key, value in settings.items():
        section, _, name = key.partition(".")
        text = f"talent_card: {value}"
        tree.setdefault(section, []).append(f"{name}: {{{text}}}" if name else text)
    return "\n".join(f"{section}: {{{', '.join(parts)}}}" for section, parts in tree.items())


@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=60, deadline=None)
@given(SETTINGS, SETTINGS)
def test_leaving_out_an_idle_setting_changes_no_run(folder, before, own):
    """The rule itself: without a setting all of whose values are idle, every array is the same."""
    base = written(before, "pilot_zones: [Hefei]")
    folder.write(f"groups: {{river: [Wuhu, Hubei]}}\n{base}", "base.yaml")
    whole: Scenario = folder.load(f"extends: base.yaml\n{written(own)}")
    country = folder.words.country("china-178")
    cards = resolve(whole, country).levers["talent_card"]
    idle = {(w.line, w.column) for w in warnings_of(whole)}
    layer = whole.layers[-2]
    for key, value in own.items():
        rest = folder.load(f"extends: base.yaml\n{written({k: v for k, v in own.items() if k != key})}")
        same = (resolve(rest, country).levers["talent_card"] == cards).all()
        section, _, name = key.partition(".")
        (path,) = (
            p
            for a, p in layer.paths.items()
            if (a.section.replace("groups", "zones"), a.name) == (section, name)
        )
        all_idle = all((s.place.line, s.place.column) in idle for s in path)
        if same and len(path) == 1 and value != "unset":
            assert all_idle, (key, value)
        if all_idle:
            assert same, (key, value)
