"""Groups of zones: where they may stand, what they override, and what is refused."""

import pytest

from sim.scenario import difference, explain, load
from sim.scenario.yamlfile import dump

GROUPS = """\
groups:
  delta: [Hefei, 湖北]
  all bearing: [bearing]
  both: [delta, Zhongguancun]
"""


def cards(folder, text):
    return folder.resolve(GROUPS + text).levers["talent_card"][0].tolist()


def test_a_group_stands_between_provinces_and_pilots(folder):
    assert cards(folder, "zones: {delta: {talent_card: 0.5}}") == [0, 0.5, 0, 0.5]
    weaker = "provinces: {Anhui: {talent_card: 0.1}}\ntiers: {bearing: {talent_card: 0.2}}\n"
    weaker += "policy: {talent_card: 0.3%s}\n"
    text = weaker % "" + "zones: {delta: {talent_card: 0.5}}"
    assert cards(folder, text) == [0.3, 0.5, 0.1, 0.5]
    text = (
        weaker % ", pilot_zones: [Hefei]" + "pilots: {talent_card: 0.9}\nzones: {delta: {talent_card: 0.5}}"
    )
    assert cards(folder, text) == [0.3, 0.9, 0.1, 0.5]
    assert cards(folder, "zones: {both: {talent_card: 0.5}, Hefei: {talent_card: 1}}") == [0.5, 1, 0, 0.5]


def test_groups_are_inherited_and_can_be_defined_again(folder):
    folder.write(GROUPS + "zones: {delta: {talent_card: 0.5}}", "base.yaml")
    assert folder.resolve("extends: base.yaml").levers["talent_card"][0].tolist() == [0, 0.5, 0, 0.5]
    again = folder.resolve("extends: base.yaml\ngroups: {Delta: [芜湖]}\nzones: {DELTA: {incubators: 9}}")
    assert again.levers["talent_card"][0].tolist() == [0, 0, 0.5, 0]
    assert again.levers["incubators"][0].tolist() == [2, 2, 9, 2]


def test_groups_name_zones_of_levers_and_targets(folder):
    text = (
        GROUPS
        + "policy: {pilot_zones: [delta, Wuhu]}\n"
        + "targets: [{metric: output, at_least: 1, by: 2030, zone: both}]"
    )
    scenario = folder.load(text)
    assert scenario.document()["policy"]["pilot_zones"] == ["Hefei", "Wuhu", "East Lake (Wuhan)"]
    (target,) = scenario.targets
    assert (target.where, target.zones) == ("both", ("Zhongguancun", "Hefei", "East Lake (Wuhan)"))
    assert target.document()["zone"] == "both"


def test_the_document_with_groups_gives_the_same_scenario(folder):
    scenario = folder.load(GROUPS + "zones: {delta: {talent_card: {2026: 0.5}}, Wuhu: {talent_card: 1}}")
    (folder.root / "again.yaml").write_text(dump(scenario.document()), encoding="utf-8")
    again = load(folder.root / "again.yaml", vocabulary=folder.words)
    assert again.digest == scenario.digest
    assert again.document()["groups"] == {
        "delta": ["Hefei", "East Lake (Wuhan)"],
        "all bearing": ["Wuhu", "East Lake (Wuhan)"],
        "both": ["Zhongguancun", "Hefei", "East Lake (Wuhan)"],
    }


def test_the_digest_counts_groups_that_something_is_set_for(folder):
    plain = folder.load("policy: {talent_card: 0.5}").digest
    assert folder.load(GROUPS + "policy: {talent_card: 0.5}").digest == plain
    one = folder.load(GROUPS + "zones: {delta: {talent_card: 0.5}}")
    other = folder.load(GROUPS.replace("Hefei", "Wuhu") + "zones: {delta: {talent_card: 0.5}}")
    assert one.digest != other.digest
    keys = [row["key"] for row in difference(one, other)]
    assert keys == ["groups.delta"]


def test_explain_tells_the_group_and_its_zones(folder):
    path = folder.write(GROUPS + "zones:\n  delta: {talent_card: 0.5}")
    for key in ("zones.Hefei.talent_card", "zones.delta.talent_card"):
        told = explain(path, key, vocabulary=folder.words).replace(f"{folder.root}/", "")
        assert "    groups delta  from 2023-Q1  0.5  (s.yaml:6:24)" in told
        assert "  group delta: Hefei, East Lake (Wuhan)  (s.yaml:2:3)" in told
    assert "delta" not in explain(path, "zones.Wuhu.talent_card", vocabulary=folder.words)


def test_options_set_groups(folder):
    scenario = folder.load(GROUPS, "zones.delta.talent_card=0.5")
    assert scenario.document()["zones"] == {"delta": {"talent_card": 0.5}}


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "groups: {Hefei: [Wuhu]}",
            "s.yaml:1:10: the group 'Hefei' has the name of the zone Hefei; give it another name",
        ),
        (
            "groups: {安徽省: [Wuhu]}",
            "s.yaml:1:10: the group '安徽省' has the name of the province Anhui; give it another name",
        ),
        (
            "groups: {source: [Wuhu]}",
            "s.yaml:1:10: the group 'source' has the name of the tier source; give it another name",
        ),
        (
            "groups: {all: [Wuhu]}",
            "s.yaml:1:10: 'all' cannot name a group; allowed: letters, digits, spaces and . - + ( ), at "
            "most 80",
        ),
        ("groups: {a: [b], b: [a]}", "s.yaml:1:22: groups go round in a circle: a -> b -> a"),
        ("groups: {a: [a]}", "s.yaml:1:14: groups go round in a circle: a -> a"),
        (
            "groups: {a: [Hefie]}",
            "s.yaml:1:14: there is no zone, province, tier or group called 'Hefie'; allowed: zones and "
            "provinces, the tiers source, bearing, resource and other groups; did you mean 'Hefei'?",
        ),
        ("groups: {a: {Hefei: 1}}", "s.yaml:1:13: the group a is a mapping, not a list of names"),
        (
            "groups: {a: [Hefei], A: [Wuhu]}",
            "s.yaml:1:22: 'A' is set twice at this level, first at s.yaml:1:10; keep one of them",
        ),
        (
            "groups: [Hefei]",
            "s.yaml:1:9: groups is a list, not a mapping of 'key: value' lines; "
            "write 'name: [zone, zone, ...]' lines",
        ),
        (
            "groups: {a: [Hefei, Wuhu], b: [安徽]}\nzones: {a: {talent_card: 0.1}, b: {talent_card: 0.2}}",
            "s.yaml:2:49: talent_card is set for the groups a and b, which share Hefei and 1 more, first at "
            "s.yaml:2:26; set the zones one by one, or take one back with talent_card: unset",
        ),
        (
            "groups: {a: [Hefei]}\nzones: {a: {talent_card: 0.1}, A: {incubators: 1}}",
            "s.yaml:2:32: 'A' (a) is set twice at this level, first at s.yaml:2:9; keep one of them",
        ),
        (
            "groups: {a: [Hefei]}\nzones: {a: {talent_crad: 0.1}}",
            "s.yaml:2:13: zones has no lever 'talent_crad'",
        ),
    ],
)
def test_bad_groups_are_told_at_their_place(folder, text, message):
    (told,) = folder.problems(text)
    assert told.startswith(message)


def test_groups_that_overlap_may_set_different_levers_or_be_taken_back(folder):
    folder.write("groups: {a: [Hefei], b: [安徽]}\nzones: {a: {talent_card: 0.1}}", "base.yaml")
    folder.load("extends: base.yaml\nzones: {b: {incubators: 5}}")
    child = "extends: base.yaml\nzones: {a: {talent_card: unset}, b: {talent_card: 0.2}}"
    assert folder.resolve(child).levers["talent_card"][0].tolist() == [0, 0.2, 0.2, 0]
    (told,) = folder.problems("extends: base.yaml\nzones: {b: {talent_card: 0.2}}")
    assert "which share Hefei, first at base.yaml:2:26" in told


def test_a_deep_pile_of_groups_is_refused(folder):
    pile = "\n".join(f"  g{i}: [g{i + 1}]" for i in range(3000))
    assert any(
        "nested more than 24 deep" in told for told in folder.problems(f"groups:\n{pile}\n  g3000: [Hefei]")
    )
