"""After ``clusterlab warmup`` a run compiles nothing: it asks for no kernel that warmup did not ask for."""

import json
import subprocess
import sys

import pytest

pytestmark = pytest.mark.slow
ASKED = """
import json, sys
from sim.core import kept
asked, load = set(), kept.Kept.load_overload
def noted(self, signature, context):
    asked.add(f"{self._stem.name} {signature}")
    return load(self, signature, context)
kept.Kept.load_overload = noted
"""
WARM = "from sim.cli.lookups import warmup; warmup()"
RUNS = """
from sim.lab.api import simulate_plan
from sim.lab.planning import build
for name, world, scale, until in (
    ("baseline", "china-178", 0.02, "2023-Q4"),
    ("top_level_design", "china-178", 0.005, "2029-Q1"),
    ("talent_city", "china-178", 0.002, "2026-Q4"),
    ("pilot_zones", "china-178", 0.002, "2027-Q4"),
    ("cases/hefei_quantum", "china-178", 0.002, "2026-Q4"),
    ("import_cut", "china-31", 0.002, "2033-Q4"),
    ("guidance_fund", "china-31", 0.002, "2033-Q4"),
    ("platform_companies", "china-31", 0.002, "2029-Q4"),
    ("first_mile", "china-31", 0.005, "2027-Q4"),
):
    simulate_plan(build("run", [name], seed=2, world=world, scale=scale, until=until))
"""


def kernels(work):
    """Return the kernels, with the types of their arguments, that a fresh process asks the cache for."""
    script = f"{ASKED}{work}\nprint(json.dumps(sorted(asked)))"
    done = subprocess.run([sys.executable, "-c", script], check=True, capture_output=True, text=True)
    return set(json.loads(done.stdout.splitlines()[-1]))


def test_after_warmup_runs_compile_nothing():
    warmed, asked = kernels(WARM), kernels(RUNS)
    assert len(asked) > 20
    assert asked - warmed == set()
