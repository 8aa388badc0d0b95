"""Facts about the real world held against runs: what is published, what a run gives, inside or outside.

========== ==========================================================================
module     what it does
========== ==========================================================================
known      the facts (``sim/world/data/facts.csv``) and what answers them
run        the tables of one run
statistics estimators, each tested on data with a known answer
space      where things are, documents
structure  what provinces make and begin to make
demography lives, sizes and growth of firms
money      deals and funds
people     moves, pay, patents, research, young firms
score      the scorecard
shapes     distributions behind some facts, for pictures
========== ==========================================================================

Numbers come from written results alone, so anybody can compute them again; they are given with four digits,
because fits of scipy differ in their last bits by machine, unlike the model's.
"""

from sim.facts.score import BY_SEED, COLUMNS, MISSING, STANDINGS, card, counted, measure, missing
from sim.facts.shapes import SHAPES, shapes

__all__ = [
    "BY_SEED", "COLUMNS", "MISSING", "SHAPES", "STANDINGS", "card", "counted", "measure", "missing", "shapes",
]  # fmt: skip
