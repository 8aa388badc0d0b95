"""``extends``, ``--set``, ``--world`` and ``--until``: which setting wins, and where it was written."""

import pytest

from sim.scenario import load


def lever(scenario, name):
    return scenario.document()["policy"][name]


def test_a_child_replaces_key_by_key(folder):
    folder.write(
        "policy: {talent_card: 0.2, approval_days: 60}\nzones:\n  Hefei: {talent_card: 1}", "base.yaml"
    )
    folder.write("extends: base.yaml\npolicy: {talent_card: 0.4}", "sub/../mid.yaml")
    child = folder.load("extends: mid.yaml\nzones:\n  hefei: {incubators: 9}")
    assert lever(child, "talent_card") == 0.4
    assert lever(child, "approval_days") == 60
    assert child.document()["zones"] == {"Hefei": {"talent_card": 1, "incubators": 9}}
    assert [file.rpartition("/")[2] for file in child.files] == ["s.yaml", "mid.yaml", "base.yaml"]


def test_a_dated_child_takes_over_at_its_first_date(folder):
    folder.write("policy:\n  talent_card: {2024-Q1: 0.1, 2027-Q1: 0.2, 2030-Q1: 0.3}", "base.yaml")
    child = folder.load("extends: base.yaml\npolicy:\n  talent_card: {2026: 0.9, 2029: 0.8}")
    dated = {"2023-Q1": 0.0, "2024-Q1": 0.1, "2026-Q1": 0.9, "2029-Q1": 0.8}
    assert lever(child, "talent_card") == dated


def test_name_and_description_are_not_inherited(folder):
    folder.write("name: Base\ndescription: The base.", "base.yaml")
    child = folder.load("extends: base.yaml", name="My child!.yaml")
    assert (child.name, child.description) == ("My-child", "")
    assert folder.load("extends: base.yaml\nname: 2030 plan").name == "2030 plan"


def test_targets_are_replaced_whole(folder):
    folder.write("targets:\n- {metric: output, at_least: 1, by: 2030}", "base.yaml")
    assert len(folder.load("extends: base.yaml").targets) == 1
    assert folder.load("extends: base.yaml\ntargets: []").targets == ()


def test_mistakes_point_at_the_file_that_made_them(folder):
    folder.write("policy:\n  talent_card: 7", "base.yaml")
    assert folder.problems("extends: base.yaml\npolicy: {incubators: x}") == [
        "base.yaml:2:16: talent_card is 7, above its bounds; allowed: 0 to 1 share",
        "s.yaml:2:22: incubators is the text 'x', not a whole number; allowed: whole numbers 0 to 50 centres",
    ]


def test_extends_is_relative_to_the_file_and_told_tidily(folder):
    folder.write("policy: {talent_card: 7}", "base.yaml")
    (message,) = folder.problems("extends: ../base.yaml", name="dial/child.yaml")
    assert message.startswith("base.yaml:1:23: ")


def test_a_missing_parent_is_told_where_it_is_named(folder):
    folder.write("", "baseline.yaml")
    (message,) = folder.problems("extends: base_line.yaml")
    assert message == "s.yaml:1:10: base_line.yaml: there is no such file; did you mean 'baseline.yaml'?"


def test_a_broken_parent_does_not_hide_the_child(folder):
    folder.write("a: [", "base.yaml")
    broken, own = folder.problems("extends: base.yaml\nwords: 1")
    assert broken.startswith("base.yaml:1:5: not valid YAML")
    assert own.startswith("s.yaml:2:1: ")


@pytest.mark.parametrize("bad", ["extends: [[a]]", "extends:", "extends: {a: 1}"])
def test_extends_names_files(folder, bad):
    assert "not text" in folder.problems(bad)[0]


def test_circles_are_found(folder):
    folder.write("extends: s.yaml", "other.yaml")
    assert folder.problems("extends: other.yaml") == [
        "other.yaml:1:10: extends goes round in a circle: s.yaml -> other.yaml -> s.yaml"
    ]
    assert folder.problems("extends: s.yaml") == [
        "s.yaml:1:10: extends goes round in a circle: s.yaml -> s.yaml"
    ]


def test_options_cover_files(folder):
    text = "until: 2030\npolicy: {talent_card: 0.2}\nzones:\n  Hefei: {talent_card: 0.3}"
    options = [
        "talent_card=0.5",
        "zones.East Lake (Wuhan).talent_card={2026: 1}",
        "rd_intensity.AI=0.2",
        "name=x",
    ]
    scenario = folder.load(text, *options, until="2035-Q2", world="synthetic:Z=4")
    tree = scenario.document()
    assert tree["policy"]["talent_card"] == 0.5
    assert tree["zones"] == {
        "Hefei": {"talent_card": 0.3},
        "East Lake (Wuhan)": {"talent_card": {"2026-Q1": 1}},
    }
    assert tree["assumptions"]["rd_intensity.AI"] == 0.2
    assert (scenario.name, scenario.until, scenario.world) == ("x", "2035-Q2", "synthetic:Z=4")


def test_a_zone_may_have_several_options(folder):
    scenario = folder.load("name: x", "zones.Hefei.talent_card=1", "zones.Hefei.incubators=3")
    assert scenario.document()["zones"] == {"Hefei": {"talent_card": 1, "incubators": 3}}


@pytest.mark.parametrize(
    ("option", "message"),
    [
        ("talent_card", "--set talent_card: this is not KEY=VALUE; write for example --set talent_card=0.5"),
        ("talent_card=2", "--set talent_card=2: talent_card is 2, above its bounds; allowed: 0 to 1 share"),
        (
            "talent_card=",
            "--set talent_card=: talent_card is no value, not a number; allowed: 0 to 1 share; "
            "write unset to take back an inherited value",
        ),
        (
            "talent_card=[",
            "--set talent_card=[: not valid YAML: expected the node content, but found '<stream end>'",
        ),
        (
            "talent_crad=1",
            "--set talent_crad=1: 'talent_crad' is not a lever; allowed: a lever, a parameter, or one of "
            "name, "
            "description, world, start, until; did you mean 'talent_card'?; "
            "'clusterlab levers' lists the levers with their bounds",
        ),
        (
            "zones.talent_card=1",
            "--set zones.talent_card=1: 'zones.talent_card' is not a lever; allowed: a lever, a parameter, "
            "or one "
            "of name, description, world, start, until; did you mean 'talent_card'?; write zones.NAME.LEVER",
        ),
        (
            "zones.Hefie.talent_card=1",
            "--set zones.Hefie.talent_card=1: there is no zone of china-178 called 'Hefie'; allowed: "
            "Zhongguancun, Hefei, Wuhu, East Lake (Wuhan); did you mean 'Hefei'?",
        ),
        (
            "policy.demand_growth_factor=1",
            "--set policy.demand_growth_factor=1: 'demand_growth_factor' is an assumption about the world, "
            "not a policy; write it under assumptions:",
        ),
    ],
)
def test_bad_options_are_told_with_their_text(folder, option, message):
    assert folder.problems("name: x", option) == [message]


def test_two_options_for_one_key_are_refused(folder):
    assert folder.problems("name: x", "talent_card=1", "policy.talent_card=0") == [
        "--set policy.talent_card=0: 'talent_card' is set twice at this level, first at --set talent_card=1; "
        "keep one of them"
    ]


def test_bad_world_and_until_point_at_their_options(folder):
    assert folder.problems("name: x", world="moon", until="later") == [
        "--until: 'later' is not a quarter; allowed: a quarter such as 2026-Q1, or a year",
        "--world: 'moon' is not a world; allowed: china-178; did you mean 'china-178'?",
    ]


def test_a_shorter_run_leaves_out_later_dates_and_targets(folder):
    text = "policy:\n  talent_card: {2026: 0.5, 2035: 1}\ntargets:\n- {metric: output, at_least: 1, by: 2040}"
    short = folder.load(text, until="2030-Q4")
    assert lever(short, "talent_card") == {"2023-Q1": 0.0, "2026-Q1": 0.5}
    assert short.targets == ()


def test_a_bare_year_is_its_first_quarter_but_ends_a_run_or_a_target_at_its_last(folder):
    text = (
        "until: 2031\npolicy:\n  talent_card: {2026: 1}\ntargets:\n- {metric: output, at_most: 1, by: 2030}"
    )
    scenario = folder.load(text)
    assert scenario.until == "2031-Q4"
    assert lever(scenario, "talent_card") == {"2023-Q1": 0.0, "2026-Q1": 1.0}
    assert scenario.targets[0].by == "2030-Q4"


def test_a_missing_scenario_is_an_input_error(folder):
    folder.write("name: x", "s.yaml")
    with pytest.raises(Exception, match=r"t\.yaml: there is no such file; did you mean 's\.yaml'\?"):
        load(folder.root / "t.yaml", vocabulary=folder.words)
