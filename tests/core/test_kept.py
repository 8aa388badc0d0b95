"""Kernels on disk, in real processes: no place, no room, damage, edits, neighbours change no number."""

import os
import shutil
import stat
import subprocess
import sys
from pathlib import Path

import pytest

import sim

pytestmark = pytest.mark.slow
HERE = Path(sim.__file__).parent / "core"
WORD = "clusterlab: compiled kernels cannot be kept in"


@pytest.fixture
def small(tmp_path: Path) -> Path:
    """Return a folder with a small package of the name ``sim``: one kernel, and a constant elsewhere."""
    core = tmp_path / "sim/core"
    core.mkdir(parents=True)
    for folder in (core, core.parent):
        (folder / "__init__.py").touch()
    for name in ("jit.py", "kept.py"):
        shutil.copy(HERE / name, core / name)
    (core / "constant.py").write_text("TIMES = 2\n")
    (core / "one.py").write_text(
        "from sim.core.constant import TIMES\nfrom sim.core.jit import kernel\n\n\n"
        "@kernel\ndef answer(x):\n    return TIMES * x + 1\n\n\n"
        "if __name__ == '__main__':\n    print(answer(10), answer(0.5))\n"
    )
    (tmp_path / "temporary").mkdir()
    return tmp_path


def run(small: Path, cache: Path, **more: str) -> tuple[str, str]:
    """Return what a process prints that calls the kernel, and its complaints."""
    done = subprocess.run(
        [sys.executable, "-m", "sim.core.one"], cwd=small, env=_environment(small, cache) | more,
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    return done.stdout.strip(), done.stderr


def _environment(small: Path, cache: Path) -> dict[str, str]:
    ours = ("CLUSTERLAB", "NUMBA")
    others = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    here = {"PYTHONPATH": small, "CLUSTERLAB_CACHE": cache, "TMPDIR": small / "temporary"}
    return others | {name: str(path) for name, path in here.items()}


def kernels(folder: Path) -> list[Path]:
    """Return the files of kept kernels below a folder."""
    return sorted(folder.rglob("*.kernel"))


def edit(small: Path) -> None:
    """Change the constant that the kernel imports."""
    (small / "sim/core/constant.py").write_text("TIMES = 5\n")


def test_kept_kernels_are_found_again_until_a_constant_changes(small: Path) -> None:
    cache = small / "cache"
    assert run(small, cache) == ("21 2.0", "")
    kept = {path: path.stat().st_mtime_ns for path in kernels(cache)}
    assert len(kept) == 2
    assert run(small, cache) == ("21 2.0", "")
    assert {path: path.stat().st_mtime_ns for path in kernels(cache)} == kept
    edit(small)
    assert run(small, cache) == ("51 3.5", "")
    assert len(kernels(cache)) == 4


def test_without_a_place_a_private_folder_takes_them_and_is_never_stale(small: Path) -> None:
    cache = small / "a file"
    cache.write_text("in the way")
    found, words = run(small, cache)
    assert found == "21 2.0"
    assert words.count(WORD) == 1
    assert len(words.splitlines()) == 1
    private = next((small / "temporary").glob("clusterlab-*"))
    assert stat.S_IMODE(private.stat().st_mode) == 0o700
    assert str(private) in words
    assert len(kernels(private)) == 2
    edit(small)
    assert run(small, cache)[0] == "51 3.5"
    assert len(kernels(private)) == 4
    assert not [*small.rglob("*.nbi"), *small.rglob("*.nbc")]  # numba's own store took no part


@pytest.mark.skipif(not hasattr(os, "getuid"), reason="folders have no owners here")
@pytest.mark.parametrize("trap", ["open to others", "link", "file"])
def test_a_private_folder_that_others_could_write_to_is_left_alone(small: Path, trap: str) -> None:
    cache, private = small / "a file", small / f"temporary/clusterlab-{os.getuid()}"
    cache.touch()
    if trap == "open to others":
        private.mkdir()
        private.chmod(0o777)
    elif trap == "link":
        (small / "elsewhere").mkdir(mode=0o700)
        private.symlink_to(small / "elsewhere")
    else:
        private.touch()
    found, words = run(small, cache)
    assert found == "21 2.0"
    assert "compiled again by every process" in words
    assert not kernels(small)


def test_worker_processes_do_not_repeat_the_word(small: Path) -> None:
    (small / "a file").touch()
    code = (
        "import subprocess, sys, sim.core.jit\n"
        "for _ in range(2): subprocess.run([sys.executable, '-m', 'sim.core.one'], check=True)"
    )
    done = subprocess.run(
        [sys.executable, "-c", code], cwd=small, env=_environment(small, small / "a file"),
        capture_output=True, text=True, check=True,
    )  # fmt: skip
    assert done.stdout.split() == ["21", "2.0"] * 2
    assert done.stderr.count(WORD) == 1


@pytest.mark.parametrize("harm", ["cut", "empty", "one byte", "of another kernel"])
def test_a_damaged_file_is_compiled_again(small: Path, harm: str) -> None:
    cache = small / "cache"
    run(small, cache)
    whole = {path: path.read_bytes() for path in kernels(cache)}
    for path, other in zip(whole, reversed(whole), strict=True):
        content = bytearray(whole[path])
        content[len(content) // 2] ^= 1
        harmed = {
            "cut": whole[path][:-1],
            "empty": b"",
            "one byte": bytes(content),
            "of another kernel": whole[other],
        }
        path.write_bytes(harmed[harm])
    assert run(small, cache) == ("21 2.0", "")
    sizes = [path.stat().st_size for path in kernels(cache)]
    assert sorted(sizes) == sorted(map(len, whole.values()))


@pytest.mark.skipif(sys.platform == "win32", reason="no limit on the size of files")
def test_a_full_disk_costs_a_word_and_nothing_else(small: Path) -> None:
    command = f"ulimit -f 8; exec '{sys.executable}' -m sim.core.one"  # no file above a few KiB
    done = subprocess.run(
        ["sh", "-c", command], cwd=small, env=_environment(small, small / "cache"),
        capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (0, "21 2.0")
    assert done.stderr.count(WORD) == 1
    assert not [path for path in (small / "cache").rglob("*") if path.is_file()]


def test_processes_that_fill_it_at_once_agree(small: Path) -> None:
    cache = small / "cache"
    command = [sys.executable, "-m", "sim.core.one"]
    started = [
        subprocess.Popen(
            command, cwd=small, env=_environment(small, cache), stdout=subprocess.PIPE, text=True
        )
        for _ in range(4)
    ]
    assert [process.communicate()[0].strip() for process in started] == ["21 2.0"] * 4
    assert run(small, cache) == ("21 2.0", "")
    assert len(kernels(cache)) == len([path for path in cache.rglob("*") if path.is_file()]) == 2
