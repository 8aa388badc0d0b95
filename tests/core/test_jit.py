"""What compiled kernels are kept under: all that they depend on, and no more."""

import re
import subprocess
import sys
from pathlib import Path

import pytest

import sim
from sim.core import jit

HERE = Path(sim.__file__).parent
HOLDING = sorted(
    path.relative_to(HERE).as_posix()
    for path in HERE.rglob("*.py")
    if re.search(r"^@kernel", path.read_text(encoding="utf-8"), re.MULTILINE)
)


def counted(file):
    return {path.relative_to(HERE).as_posix() for path in jit.sources(HERE / file)}


@pytest.mark.parametrize("file", HOLDING)
def test_a_kernel_depends_on_its_file_and_on_how_it_is_compiled_and_on_nothing_above(file):
    found = counted(file)
    assert {file, "core/jit.py", "core/kept.py"} <= found
    assert {Path(one).parts[0] for one in found} <= {"core", "world", "mechanisms", "metrics"}


def test_a_kernel_depends_on_what_its_file_imports_however_far_down():
    assert {"core/draws.py", "core/functions.py", "world/tables/codes.py"} <= counted(
        "mechanisms/demography.py"
    )


def test_theories_do_not_know_each_others_kernels():
    assert "mechanisms/trade/orders.py" not in counted("mechanisms/finance/deals.py")


@pytest.mark.parametrize(
    ("edited", "changes"),
    [
        ("world/tables/codes.py", True),  # a constant two imports away
        ("core/functions.py", True),
        ("mechanisms/trade/orders.py", False),  # another theory
        ("cli/commands.py", False),
    ],
)
def test_only_an_edit_that_a_kernel_may_see_makes_it_compile_again(tmp_path, edited, changes):
    subprocess.run(["cp", "-r", str(HERE), str(tmp_path / "sim")], check=True)
    before = _hash(tmp_path)
    file = tmp_path / "sim" / edited
    file.write_text(file.read_text(encoding="utf-8") + "\nONE_MORE = 1\n", encoding="utf-8")
    assert (_hash(tmp_path) != before) is changes


def _hash(root: Path) -> str:
    code = (
        "import sys; from pathlib import Path; from sim.core import jit\n"
        "print(jit.source_hash(Path(jit.__file__).parents[1] / 'mechanisms/demography.py'))"
    )
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    return done.stdout.strip()
