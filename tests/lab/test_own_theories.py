"""A researcher's own verb, lever, metric and theory, in a file outside the checkout, with two workers."""

import hashlib
import json
import os
import subprocess
import sys
from pathlib import Path

import pandas as pd
import pytest

import sim
from sim.world import Parameters

OWN = '''
"""Fairs: zones with a fair bring research staff of different firms together."""
import sys

import sim
from sim.core.drawer import Drawer, held
from sim.core.lever import Lever

LEVERS = (
    Lever(
        name="fairs", unit="share", low=0.0, high=1.0, default=0.0, neutral=0.0, group="technology",
        doc="Fairs held.", source="an example", evidence="assumption", source_rows=(),
    ),
)
READS = ("firms.quality", "firms.zone", "force.lever")
WRITES = ("firms.quality", "memory.fairs_held.*")


class Memory(Drawer, owner="fairs_held"):
    """What is remembered of fairs."""

    quarters: float = held("quarters", "in which there was one")


def step(state):
    """What is shown at fairs is learnt by all who are there."""
    state.memory[Memory].quarters += float(state.force.by_zone("fairs").max() > 0.0)
    state.firms.quality[:] *= 1.0 + 0.01 * state.force.by_zone("fairs")[state.firms.zone]


sim.mechanism(sys.modules[__name__], name="fairs_held", after="trade")


@sim.metric("index", "higher", "final", "")
def best_quality(state):
    """Best quality there is."""
    return state.firms.quality[state.firms.alive].max()


@sim.metric("quarters", "", "final", "")
def fair_quarters(state):
    """Quarters with a fair."""
    return state.memory[Memory].quarters


class Quiet:
    """Nobody moves."""

    LEVERS, READS, WRITES = (), (), ()

    @staticmethod
    def step(state):
        """Leave everybody where they are."""


sim.mechanism(Quiet, name="quiet", instead_of="demography")


@sim.theory("wages")
def raised(state, national):
    """Every field pays half more than it did, whoever is looking for whom."""
    return 1.5 * national
'''
PLAIN = """
plugins: [own.py]
theories: {fairs_held: standard, demography: quiet}
world: synthetic:Z=3
until: 2023-Q4
"""


@pytest.fixture
def folder(tmp_path):
    """A folder of a researcher's own."""
    (tmp_path / "own.py").write_text(OWN)
    (tmp_path / "plain.yaml").write_text(PLAIN)
    (tmp_path / "fairs.yaml").write_text("extends: plain.yaml\npolicy: {fairs: {2023-Q2: 1}}\n")
    return tmp_path


def clusterlab(folder, *args, check=True):
    """Run the command in the folder; return what it says."""
    here = os.environ | {"PYTHONPATH": str(Path(sim.__file__).parents[1])}
    command = [sys.executable, "-m", "sim", *args]
    done = subprocess.run(command, cwd=folder, env=here, capture_output=True, text=True, check=False)
    assert (done.returncode == 0) is check, done.stderr
    return " ".join((done.stdout + done.stderr).split())


@pytest.mark.slow
def test_a_file_beside_a_scenario_acts_in_every_process_and_counts(folder):
    found = {}
    for jobs in ("1", "2"):
        args = ("plain.yaml", "fairs.yaml", "--runs", "2", "--scale", "0.002", "--jobs", jobs)
        clusterlab(folder, "compare", *args, "--out", f"x{jobs}")
        found[jobs] = pd.read_csv(folder / f"x{jobs}/comparison.csv")
    pd.testing.assert_frame_equal(found["1"], found["2"])
    best = found["1"].query("metric == 'best_quality'").iloc[0]
    assert best["difference"] == pytest.approx((1.01**3 - 1.0) * best["baseline"], rel=0.2)
    assert found["1"].query("metric == 'fair_quarters'")["difference"].tolist() == [3.0]
    manifest = json.loads((folder / "x2/manifest.json").read_text(encoding="utf-8"))
    (plugin,) = manifest["plugins"]
    assert plugin["module"] == "own"
    verbs = {"fairs_held", "demography: quiet"}
    assert set(plugin["parts"]) == {"best_quality", "fair_quarters", *verbs, "wages: raised"}


@pytest.mark.slow
def test_a_theory_for_a_slot_acts_in_every_process_and_its_text_counts(folder):
    (folder / "raised.yaml").write_text("extends: plain.yaml\ntheories: {wages: raised}\n")
    study = ("compare", "plain.yaml", "raised.yaml", "--runs", "2", "--scale", "0.002")
    found = {}
    for jobs in ("1", "2"):
        clusterlab(folder, *study, "--jobs", jobs, "--out", f"x{jobs}")
        found[jobs] = pd.read_csv(folder / f"x{jobs}/comparison.csv")
    pd.testing.assert_frame_equal(found["1"], found["2"])
    pay = found["1"].query("metric == 'rd_wage'").iloc[0]  # pay nears its goal at a pace, each quarter anew
    pace = Parameters().wage_pace
    assert pay["value"] == pytest.approx((1.0 + 0.5 * pace) ** 4 * pay["baseline"], rel=0.01)
    (known,) = json.loads((folder / "x2/manifest.json").read_text(encoding="utf-8"))["plugins"]
    assert "wages: raised" in known["parts"]
    assert known["digest"] == hashlib.sha256(OWN.encode()).hexdigest()[:16]
    (folder / "own.py").write_text(OWN.replace("1.5 * national", "1.6 * national"))
    said = clusterlab(folder, *study, "--out", "x2", check=False)
    assert f"another study: plug-ins own ({known['digest']}) there, own (" in said


@pytest.mark.slow
def test_a_country_without_a_verb_is_compared_with_one_that_has_it(folder):
    (folder / "without.yaml").write_text("extends: plain.yaml\ntheories: {finance: none}\n")
    clusterlab(
        folder, "compare", "plain.yaml", "without.yaml", "--runs", "1", "--scale", "0.002", "--out", "x"
    )
    found = pd.read_csv(folder / "x/comparison.csv").set_index("metric")["value"]
    assert found["equity_raised"] == 0.0
    assert "finance" in json.loads((folder / "x/manifest.json").read_text(encoding="utf-8"))["profile"]
    assert (folder / "x/report.html").exists()


def test_what_is_wrong_with_a_plug_in_is_said_where_it_is_named(folder):
    (folder / "own.py").write_text("import nothing_of_that_name\n")
    said = clusterlab(folder, "check", "plain.yaml", check=False)
    assert "plain.yaml:2:11: " in said
    assert "own.py: cannot be imported: ModuleNotFoundError: No module named 'nothing_of" in said
    (folder / "own.py").write_text("x = 1\n")
    said = clusterlab(folder, "check", "plain.yaml", check=False)
    assert "declares no metric, mechanism or theory" in said
    (folder / "own.py").unlink()
    assert "there is no such file" in clusterlab(folder, "check", "plain.yaml", check=False)


def test_a_lever_whose_verb_is_not_chosen_is_told(folder):
    (folder / "fairs.yaml").write_text(
        "extends: plain.yaml\ntheories: {fairs_held: none}\npolicy: {fairs: {2023-Q2: 1}}\n"
    )
    said = clusterlab(folder, "check", "fairs.yaml")
    assert "fairs 1 from 2023-Q2 changes nothing: fairs_held stands without it (theories)" in said
