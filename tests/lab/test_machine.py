"""Memory of a machine or a container, read from folders like those of Linux (processors: test_callers)."""

import os

import pytest

from sim.lab import machine

OWN = len(os.sched_getaffinity(0))


@pytest.fixture
def system(tmp_path):
    """Return a function that writes files of ``proc`` and ``sys``, and the folder that has them."""

    def write(files):
        for name, text in files.items():
            path = tmp_path / name
            path.parent.mkdir(parents=True, exist_ok=True)
            path.write_text(text)
        return tmp_path

    return write


def processors(system):
    return machine.processors(system / "proc/self/cgroup", system / "sys/fs/cgroup")


def memory(system):
    return machine.free_memory(system / "proc/self/cgroup", system / "sys/fs/cgroup", system / "proc/meminfo")


def stat(**values):
    return "".join(f"{key} {value}\n" for key, value in values.items())


PLAIN = {"proc/meminfo": "MemTotal: 8000000 kB\nMemAvailable: 2048000 kB\n", "proc/self/cgroup": "0::/\n"}
GROUP = "sys/fs/cgroup/box/job"
V2 = PLAIN | {"proc/self/cgroup": "0::/box/job\n"}


def test_without_limits_memory_is_what_the_kernel_says(system):
    assert memory(system(PLAIN)) == 2000.0


def test_where_nobody_tells_nothing_is_known(tmp_path):
    assert memory(tmp_path) is None
    assert processors(tmp_path) == OWN


def test_the_tightest_group_counts_and_its_file_cache_can_be_let_go(system):
    files = {
        f"{GROUP}/memory.max": "max\n",
        f"{GROUP}/memory.current": f"{300 << 20}\n",
        "sys/fs/cgroup/box/memory.max": f"{1000 << 20}\n",
        "sys/fs/cgroup/box/memory.current": f"{900 << 20}\n",
        "sys/fs/cgroup/box/memory.stat": stat(anon=1, inactive_file=150 << 20),
    }
    assert memory(system(V2 | files)) == 250.0


def test_memory_of_the_older_groups(system):
    group = "sys/fs/cgroup/memory/docker/abc"
    files = {
        "proc/self/cgroup": "5:devices:/\n4:memory:/docker/abc\n0::/\n",
        f"{group}/memory.limit_in_bytes": f"{512 << 20}\n",
        f"{group}/memory.usage_in_bytes": f"{500 << 20}\n",
        f"{group}/memory.stat": stat(total_inactive_file=88 << 20),
        "sys/fs/cgroup/memory/memory.limit_in_bytes": "9223372036854771712\n",
        "sys/fs/cgroup/memory/memory.usage_in_bytes": "1\n",
    }
    assert memory(system(PLAIN | files)) == 100.0


def test_a_group_beyond_its_limit_leaves_nothing(system):
    files = {f"{GROUP}/memory.max": "1048576", f"{GROUP}/memory.current": "2097152"}
    assert memory(system(V2 | files)) == 0.0


@pytest.mark.parametrize("text", ["", "words", "0::", ":::", "0::/../..\n", "\x00"])
def test_what_cannot_be_understood_bounds_nothing(system, text):
    folder = system(PLAIN | {"proc/self/cgroup": text})
    assert processors(folder) == OWN
    assert memory(folder) == 2000.0


def test_the_name_says_nothing_of_the_machine():
    assert len(machine.name()) == 12
    assert machine.name() == machine.name()
