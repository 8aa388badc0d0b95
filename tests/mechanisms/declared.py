"""Zones that all declared one industry, and what they may build at once."""

ONE_PLANT = "theories.plants=first_plant"
AT_ONCE = {"plant_hazard": 1e9}


def declared(opening, money, parameters=None):
    """Return a state where every zone targets AI alone and holds ``money``."""
    state = opening(ONE_PLANT, parameters=AT_ONCE | (parameters or {}))
    k = state.country.industries.index("AI")
    state.cells.priority[:] = False
    state.cells.priority[:, k] = True
    state.cells.plants[:] = 0
    state.industries.ready[:] = True
    state.zones.cash[:] = money
    return state, k
