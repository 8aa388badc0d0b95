"""Kernels run as Python, for a debugger."""

from __future__ import annotations

import json
import os
import subprocess
import sys

import pytest

# the bands of chance throw hundreds of thousands of darts
QUARTER = """
import json
import numpy as np
import sim.records
from sim.engine import Engine
from sim.scenario import load, resolve
from sim.world import country

sim.records.bands = lambda state: np.zeros((2, 20))
land = country("synthetic:Z=6,K=20")
engine = Engine(resolve(load("baseline", world=land.name, until="2023-Q1"), land), seed=1, scale=0.002)
engine.step()
columns = [table[name] for table in engine.state.tables.values() for name in table.columns]
print(json.dumps([float(column.sum()) for column in columns]))
"""


@pytest.mark.slow
def test_a_quarter_without_compiling_is_the_compiled_one_up_to_rounding() -> None:
    found = [
        json.loads(
            subprocess.run(
                [sys.executable, "-W", "ignore", "-c", QUARTER],
                env=os.environ | {"NUMBA_DISABLE_JIT": disabled}, capture_output=True, check=True,
            ).stdout
        )
        for disabled in ("0", "1")
    ]  # fmt: skip
    assert len(found[0]) > 100
    assert found[1] == pytest.approx(found[0], rel=1e-9, abs=1e-6, nan_ok=True)
