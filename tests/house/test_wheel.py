"""What an installed copy carries: the package with its types, data, scenarios and studies, and no more."""

import os
import subprocess
import sys
import zipfile
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
USER = """
from pathlib import Path
import sim

run = sim.run("baseline", seed=1, scale=0.02, world=Path("zones.csv"))
jobs: float | None = run.metrics["jobs"]
outcome = sim.compare("baseline", sim.load("mine.yaml"), runs=2, out=Path("x"), report=False)
page: Path | None = outcome.report
shown: Path = sim.report(outcome.folder)
left: dict[str, int] = sim.status(outcome.folder)
done: int = sim.resume("x", jobs=2).done + sim.study("s.yaml").done
model = sim.ClusterModel(seed=1)
print(jobs, page, shown, left, done, model.running)
"""


@pytest.fixture(scope="module")
def installed(tmp_path_factory):
    """Build the wheel and unpack it as an installer would."""
    folder = tmp_path_factory.mktemp("wheel")
    words = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    subprocess.run(words, cwd=ROOT, check=True, capture_output=True)
    with zipfile.ZipFile(next(folder.glob("*.whl"))) as wheel:
        wheel.extractall(folder / "site")
    return folder / "site"


def clusterlab(site, folder, *words):
    env = os.environ | {"PYTHONPATH": str(site)}
    done = subprocess.run(
        [sys.executable, "-P", "-m", "sim", *words],
        capture_output=True,
        text=True,
        cwd=folder,
        env=env,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.mark.slow
def test_an_installed_copy_runs_checks_and_lists(installed, tmp_path):
    quick = ("--world", "synthetic:Z=2", "--scale", "0.002", "--until", "2023-Q1", "--json")
    assert '"scenario": "baseline"' in clusterlab(installed, tmp_path, "run", "baseline", *quick)
    assert "ok, scenario 'ten_ones'" in clusterlab(installed, tmp_path, "check", "ten_ones")
    assert "Hefei" in clusterlab(installed, tmp_path, "zones", "合肥")
    words = [sys.executable, "-P", "-c", "import sim; print(sim.__file__)"]
    env = os.environ | {"PYTHONPATH": str(installed)}
    where = subprocess.run(words, capture_output=True, text=True, check=True, cwd=tmp_path, env=env)
    assert where.stdout.startswith(str(installed))


def test_it_says_that_it_is_typed_and_carries_no_tests(installed):
    assert (installed / "sim" / "py.typed").is_file()
    assert (installed / "sim" / "scenarios" / "baseline.yaml").is_file()
    assert {p.name for p in installed.iterdir() if not p.name.endswith(".dist-info")} == {"sim"}


@pytest.mark.slow
def test_a_users_script_is_typed_strictly(installed, tmp_path):
    (tmp_path / "mine.py").write_text(USER)
    (tmp_path / "pyrightconfig.json").write_text(
        f'{{"typeCheckingMode": "strict", "extraPaths": ["{installed}"], "include": ["mine.py"]}}'
    )
    done = subprocess.run(
        [sys.executable, "-m", "pyright", "--pythonpath", sys.executable],
        capture_output=True, text=True, cwd=tmp_path, check=False,
    )  # fmt: skip
    assert done.returncode == 0, done.stdout
