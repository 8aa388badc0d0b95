"""The resolved document is the scenario: written out and read back it has the same digest."""

import contextlib
import tempfile
from pathlib import Path

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.calendar import quarter_text
from sim.core.errors import InputError
from sim.scenario import load, resolve, warnings_of
from sim.scenario.yamlfile import dump


def spelled(dated):
    """Return the keys as quarters, every other first quarter as a bare year."""
    return {quarter_text(q)[: 4 if q % 8 == 0 else None]: value for q, value in dated.items()}


def maybe_dated(values):
    return values | st.dictionaries(st.integers(0, 79), values, min_size=1, max_size=4).map(spelled)


LEVERS = {
    "talent_card": maybe_dated(st.floats(0, 1)),
    "approval_days": maybe_dated(st.integers(5, 120) | st.floats(5, 120)),
    "incubators": maybe_dated(st.integers(0, 50)),
    "priorities": maybe_dated(st.lists(st.sampled_from(["AI", "semi", "PV"]), unique=True)),
}
zonal = st.fixed_dictionaries({}, optional=LEVERS)
NATIONAL = LEVERS | {
    "shared_definition": maybe_dated(st.floats(0, 1)),
    "pilot_zones": maybe_dated(st.lists(st.sampled_from(["Hefei", "wuhu", "East Lake"]), unique=True)),
}
ASSUMED = {
    "demand_growth_factor": maybe_dated(st.floats(0.5, 2)),
    "critical_mass_rd": st.floats(1000, 9000),
    "rd_intensity": st.floats(0, 0.5)
    | st.dictionaries(st.sampled_from(["AI", "PV"]), st.floats(0, 0.5), min_size=1),
}
scenarios = st.fixed_dictionaries(
    {"policy": st.fixed_dictionaries({}, optional=NATIONAL)},
    optional={
        "description": st.text(st.characters(exclude_categories=["C", "Zl", "Zp"])),
        "until": st.sampled_from(["2042-Q4", "2050"]),
        "assumptions": st.fixed_dictionaries({}, optional=ASSUMED),
        "zones": st.dictionaries(st.sampled_from(["Hefei", "wuhu", "East Lake (Wuhan)"]), zonal),
        "provinces": st.dictionaries(st.sampled_from(["Anhui", "Hubei"]), zonal),
        "tiers": st.dictionaries(st.sampled_from(["source", "bearing"]), zonal),
        "pilots": zonal,
    },
)


def read(tree, words, **options):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.yaml"
        path.write_text(dump(tree), encoding="utf-8")
        return load(path, vocabulary=words, **options)


@given(tree=scenarios, until=st.sampled_from([None, "2027-Q2"]))
def test_document_round_trip(words, tree, until):
    first = read(tree, words, until=until)
    again = read(first.document(), words)
    assert again.document() == first.document()
    assert again.digest == first.digest
    country = words.country("china-178")
    for name, values in resolve(first, country).levers.items():
        np.testing.assert_array_equal(resolve(again, country).levers[name], values)


def test_the_digest_ignores_words_and_spelling(folder):
    plain = folder.load("name: a\npolicy: {priorities: [AI, PV], talent_card: 0.5}")
    other = folder.load(
        "name: b\ndescription: Other words.\nuntil: 2042\n"
        "policy: {talent_card: {2023: 0.5, 2030: 0.5}, priorities: [pv, AI], approval_days: 45}\n"
        "targets:\n- {metric: output, at_least: 1, by: 2030}"
    )
    assert plain.digest == other.digest


@pytest.mark.parametrize(
    "change",
    [
        "policy: {talent_card: 0.5}",
        "zones: {Hefei: {talent_card: 0}}",
        "until: 2041",
        "assumptions: {critical_mass_rd: 4000}",
        "world: synthetic",
    ],
)
def test_the_digest_sees_what_affects_numbers(folder, change):
    assert folder.load("name: a").digest != folder.load(change).digest


def test_targets_and_overrides_are_in_the_document(folder):
    text = (
        "targets:\n- {metric: jobs, at_most: 3, by: 2030, province: anhui}\npilots: {talent_card: {2025: 1}}"
    )
    tree = folder.load(text).document()
    assert tree["targets"] == [{"metric": "jobs", "at_most": 3, "by": "2030-Q4", "province": "Anhui"}]
    assert tree["pilots"] == {"talent_card": {"2025-Q1": 1}}


@given(st.text(alphabet="policy:talent_card zones Hefei 0123.Q-{}[]&*!|>'\"#\n", max_size=120))
def test_random_text_raises_nothing_but_input_errors(words, text):
    with tempfile.TemporaryDirectory() as folder:
        path = Path(folder) / "s.yaml"
        path.write_text(text, encoding="utf-8")
        with contextlib.suppress(InputError):
            scenario = load(path, vocabulary=words)
            assert all(str(warning) for warning in warnings_of(scenario))


tree = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats()
    | st.sampled_from(["AI", "Hefei", "2026-Q1", "x", "unset", "delta", "安徽", "1,5"]),
    lambda inner: (
        st.lists(inner, max_size=3)
        | st.dictionaries(
            st.sampled_from(
                [
                    "policy",
                    "zones",
                    "targets",
                    "metric",
                    "by",
                    "Hefei",
                    "talent_card",
                    "priorities",
                    "pilot_zones",
                ]
                + [
                    "2026-Q1",
                    "until",
                    "world",
                    "name",
                    "assumptions",
                    "rd_intensity",
                    "AI",
                    "tiers",
                    "pilots",
                    "extends",
                    "groups",
                    "delta",
                    "unset",
                ]
            ),
            inner,
            max_size=5,
        )
    ),
    max_leaves=25,
)


@given(
    st.dictionaries(
        st.sampled_from(["policy", "zones", "targets", "assumptions", "until", "world", "pilots"]), tree
    )
)
def test_random_trees_raise_nothing_but_input_errors(words, tree):
    with contextlib.suppress(InputError):
        read(tree, words)
