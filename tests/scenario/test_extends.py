"""Several files under one: which wins, what is told, and that no shape of files does harm."""

import pytest

from sim.scenario import warnings_of
from sim.scenario.extends import MAX_FILES


def lever(scenario, name):
    return scenario.document()["policy"][name]


@pytest.fixture
def policies(folder):
    """Two policies on one base, which itself says 0 for both levers."""
    folder.write("policy: {talent_card: 0, approval_days: 60, shared_definition: 0}", "base.yaml")
    folder.write("extends: base.yaml\npolicy: {talent_card: 0.4}", "card.yaml")
    folder.write("extends: base.yaml\npolicy: {shared_definition: 1}", "word.yaml")
    return folder


def test_a_list_has_the_policies_of_all_and_the_base_covers_none(policies):
    both = policies.load("extends: [card.yaml, word.yaml]")
    assert (lever(both, "talent_card"), lever(both, "shared_definition"), lever(both, "approval_days")) == (
        0.4,
        1,
        60,
    )
    assert [file.rpartition("/")[2] for file in both.files] == [
        "s.yaml",
        "word.yaml",
        "card.yaml",
        "base.yaml",
    ]
    assert warnings_of(both) == ()
    assert both.digest == policies.load("extends: [word.yaml, card.yaml]").digest


def test_later_ones_win_and_conflicts_are_told(policies):
    policies.write("extends: base.yaml\npolicy:\n  talent_card: {2026: 0.7}", "late.yaml")
    both = policies.load("extends:\n- card.yaml\n- late.yaml")
    assert lever(both, "talent_card") == {"2023-Q1": 0.4, "2026-Q1": 0.7}
    (told,) = (str(w).replace(f"{policies.root}/", "") for w in warnings_of(both))
    assert told == (
        "late.yaml:3:23: talent_card is from 2026-Q1 0.7 here and 0.4 at card.yaml:2:23; "
        "s.yaml extends both and the later one holds; set it in s.yaml to choose"
    )
    assert lever(policies.load("extends: [late.yaml, card.yaml]"), "talent_card") == 0.4


@pytest.mark.parametrize(
    ("first", "second", "own"),
    [
        ("policy: {talent_card: 0.7}", "policy: {talent_card: 0.7}", ""),
        ("policy: {talent_card: 0.7}", "policy: {talent_card: 0.5}", "policy: {talent_card: 0.6}"),
        ("zones: {Hefei: {talent_card: 0.7}}", "zones: {Wuhu: {talent_card: 0.5}}", ""),
    ],
)
def test_no_conflict_where_both_agree_or_the_file_chooses(folder, first, second, own):
    folder.write(first, "a.yaml")
    folder.write(second, "b.yaml")
    assert warnings_of(folder.load(f"extends: [a.yaml, b.yaml]\n{own}")) == ()


def test_parameters_and_targets_of_two_files_are_conflicts_too(folder):
    for name, value in (("a", 4000), ("b", 5000)):
        target = f"targets: [{{metric: output, at_least: {value}, by: 2030}}]"
        folder.write(f"assumptions: {{critical_mass_rd: {value}}}\n{target}", f"{name}.yaml")
    parameter, targets = map(str, warnings_of(folder.load("extends: [a.yaml, b.yaml]")))
    assert "critical_mass_rd is 5000 here and 4000 at" in parameter
    assert "the targets here replace those at" in targets


def test_a_file_named_again_below_another_is_told(policies):
    (told,) = warnings_of(policies.load("extends: [card.yaml, base.yaml]"))
    assert "card.yaml extends" in str(told)
    assert "changes nothing" in str(told)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("extends: []", "s.yaml:1:10: extends is an empty list; leave it out, or name a file"),
        (
            "extends: [a.yaml, ./a.yaml]",
            "s.yaml:1:19: extends names a.yaml twice, first at s.yaml:1:11; keep one of them",
        ),
        ("extends: [a.yaml, aa.yaml]", "s.yaml:1:19: aa.yaml: there is no such file; did you mean 'a.yaml'?"),
        (
            "extends: [a.yaml, s.yaml]",
            "s.yaml:1:19: extends goes round in a circle: s.yaml -> s.yaml",
        ),
        (
            "extends: study.yaml",
            "s.yaml:1:10: study.yaml: this is a study, not a scenario; carry it out with: "
            "clusterlab study study.yaml",
        ),
    ],
)
def test_bad_lists_are_told_at_their_place(folder, text, message):
    folder.write("policy: {talent_card: 0.1}", "a.yaml")
    folder.write("kind: compare", "study.yaml")
    assert folder.problems(text) == [message]


def test_a_circle_through_a_list_is_found(folder):
    folder.write("extends: [b.yaml]", "a.yaml")
    folder.write("extends: [base.yaml, s.yaml]", "b.yaml")
    folder.write("policy: {talent_card: 0.1}", "base.yaml")
    assert folder.problems("extends: [base.yaml, a.yaml]") == [
        "b.yaml:1:22: extends goes round in a circle: s.yaml -> a.yaml -> b.yaml -> s.yaml"
    ]


def test_all_parents_are_checked(folder):
    folder.write("policy: {talent_card: 7}", "a.yaml")
    folder.write("policy: {incubators: x}", "b.yaml")
    a, b = folder.problems("extends: [a.yaml, b.yaml]")
    assert a.startswith("a.yaml:1:23: ")
    assert b.startswith("b.yaml:1:22: ")


def test_a_ladder_of_diamonds_and_a_long_chain_end_well(folder):
    folder.write("policy: {talent_card: 0.1}", "l0.yaml")
    folder.write("policy: {incubators: 3}", "r0.yaml")
    for i in range(1, 20):
        for side in "lr":
            folder.write(f"extends: [l{i - 1}.yaml, r{i - 1}.yaml]\nname: x", f"{side}{i}.yaml")
    top = folder.load("extends: [l19.yaml, r19.yaml]")
    assert len(top.files) == 41
    assert lever(top, "incubators") == 3
    for i in range(1, MAX_FILES + 5):
        folder.write(f"extends: c{i - 1}.yaml", f"c{i}.yaml")
    (message,) = folder.problems(f"extends: c{MAX_FILES + 4}.yaml")
    assert f"the scenario is made of more than {MAX_FILES} files" in message
