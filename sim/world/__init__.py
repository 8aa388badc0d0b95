"""Layer 0b: the country at the end of 2022, its parameters and where each number comes from."""

from sim.world.countries import NAMES, country
from sim.world.nation import TIERS, Country
from sim.world.parameters import Parameter, Parameters, catalogue

__all__ = ["NAMES", "TIERS", "Country", "Parameter", "Parameters", "catalogue", "country"]
