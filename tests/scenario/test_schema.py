"""The JSON Schema agrees with the loader."""

import json

import pytest

from sim.scenario import schema
from sim.scenario.yamlfile import parse, plain


def test_schema_has_every_lever_with_its_bounds(folder):
    tree = schema(folder.words)
    json.dumps(tree, allow_nan=False)
    policy = tree["properties"]["policy"]["properties"]
    assert set(policy) == set(folder.words.policy)
    assert policy["talent_card"]["anyOf"][0] == {"type": "number", "minimum": 0.0, "maximum": 1.0}
    assumptions = tree["properties"]["assumptions"]["properties"]
    assert {"demand_growth_factor", "critical_mass_rd", "rd_intensity", "rd_intensity.AI"} <= set(assumptions)
    assert "shared_definition" not in tree["$defs"]["zonal"]["properties"]


def test_editors_and_the_loader_agree(folder):
    jsonschema = pytest.importorskip("jsonschema", reason="comes with altair, of the app extra")
    jsonschema.Draft202012Validator.check_schema(schema(folder.words))
    check = jsonschema.Draft202012Validator(schema(folder.words))
    good = "policy: {talent_card: {2026-Q1: 0.5}, priorities: [AI]}\nassumptions: {rd_intensity: {AI: 0.2}}\n"
    good += (
        "tiers: {source: {incubators: 3}}\ntargets: [{metric: output, at_least: 1, by: 2030, zone: Hefei}, "
        "{metric: output, at_least: 0.2, by: 2030, province: Anhui, industries: [AI, PV], as: share}]"
    )
    folder.load(good)
    assert check.is_valid(plain(parse(good, "s.yaml")))
    bad = ["policy: {talent_card: 2}", "policy: {talent_crad: 1}", "zones: {Hefei: {shared_definition: 1}}"]
    bad += [
        "assumptions: {rd_intensity.AI: 3}",
        "tiers: {sources: {}}",
        "targets: [{metric: output, by: 2030}]",
        "targets: [{metric: output, at_least: 1, by: 2030, as: part}]",
        "targets: [{metric: output, at_least: 1, by: 2030, as: share}]",
    ]
    for text in bad:
        folder.problems(text)
        assert not check.is_valid(plain(parse(text, "s.yaml"))), text
