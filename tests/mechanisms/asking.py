"""A quarter of policy under what is asked for."""

import numpy as np

from sim.mechanisms import policy


def ask(state, **levers):
    """Set what the scenario asks for (the rest at neutral) and run the mechanism."""
    for name, lever in state.force.catalogue.items():
        value = getattr(state.lever, name) if lever.kind.endswith("set") else lever.neutral
        state.force.asked[name] = levers.get(name, value)
    state.force.asked["pilot_zones"] = np.zeros(state.n_zones, dtype=bool)
    policy.step(state)
