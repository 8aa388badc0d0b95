"""The key of the compiled kernels' folder: what they depend on, all of it and no more."""

import re
import subprocess
import sys
from pathlib import Path

import sim
from sim.core import jit

HERE = Path(sim.__file__).parent


def test_every_file_with_a_kernel_counts_and_what_it_imports():
    counted = {path.relative_to(HERE).as_posix() for path in jit.kernel_sources()}
    holding = {
        path.relative_to(HERE).as_posix()
        for path in HERE.rglob("*.py")
        if re.search(r"^@kernel", path.read_text(encoding="utf-8"), re.MULTILINE)
    }
    assert holding
    assert holding <= counted
    assert {"core/jit.py", "world/tables/codes.py"} <= counted  # constants that kernels hold


def test_nothing_above_the_mechanisms_counts():
    tops = {path.relative_to(HERE).parts[0] for path in jit.kernel_sources()}
    assert tops <= {"core", "world", "mechanisms", "metrics"}


def test_a_constant_two_imports_away_makes_a_fresh_folder(tmp_path):
    (tmp_path / "sim").symlink_to(HERE)  # the real package, then a copy whose constant differs
    before = _hash(tmp_path)
    (tmp_path / "sim").unlink()
    subprocess.run(["cp", "-r", str(HERE), str(tmp_path / "sim")], check=True)
    assert _hash(tmp_path) == before
    codes = tmp_path / "sim/world/tables/codes.py"
    codes.write_text(codes.read_text(encoding="utf-8") + "\nONE_MORE = 1\n", encoding="utf-8")
    assert _hash(tmp_path) != before


def test_an_edit_that_no_kernel_sees_keeps_the_folder(tmp_path):
    subprocess.run(["cp", "-r", str(HERE), str(tmp_path / "sim")], check=True)
    before = _hash(tmp_path)
    page = tmp_path / "sim/cli/commands.py"
    page.write_text(page.read_text(encoding="utf-8") + "\n# a word\n", encoding="utf-8")
    assert _hash(tmp_path) == before


def _hash(root: Path) -> str:
    code = "from sim.core.jit import source_hash; print(source_hash())"
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()
