"""The JSON Schema agrees with the loader."""

import json

from sim.scenario import schema


def test_schema_has_every_lever_with_its_bounds(folder):
    tree = schema(folder.words)
    json.dumps(tree, allow_nan=False)
    policy = tree["properties"]["policy"]["properties"]
    assert set(policy) == set(folder.words.policy)
    assert policy["talent_card"]["anyOf"][0] == {"type": "number", "minimum": 0.0, "maximum": 1.0}
    assumptions = tree["properties"]["assumptions"]["properties"]
    assert {"demand_growth_factor", "critical_mass_rd", "rd_intensity", "rd_intensity.AI"} <= set(assumptions)
    assert "shared_definition" not in tree["$defs"]["zonal"]["properties"]
