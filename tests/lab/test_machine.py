"""Memory and processors of a machine or a container, read from folders like those of Linux."""

import hashlib
import os
import platform
from pathlib import Path
from types import SimpleNamespace

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
    assert (
        machine.name()
        == hashlib.sha256(f"{platform.node()} {platform.machine()} {os.cpu_count()}".encode()).hexdigest()[
            :12
        ]
    )


@pytest.mark.parametrize(
    ("memory_stat", "left"), [("", 700.0), ("inactive_file 1048576\n", 701.0), ("anon 1 2\n", 700.0)]
)
def test_a_group_without_a_word_on_its_cache_has_none(system, memory_stat, left):
    files = {
        f"{GROUP}/memory.max": f"{1000 << 20}\n",
        f"{GROUP}/memory.current": f"{300 << 20}\n",
        f"{GROUP}/memory.stat": memory_stat,
    }
    assert memory(system(V2 | files)) == left


def test_limits_of_other_controllers_and_without_a_use_bound_nothing(system):
    files = {
        "proc/self/cgroup": "4:cpuset,cpu:/a\n",
        "sys/fs/cgroup/cpuset,cpu/a/memory.limit_in_bytes": "1",
        "sys/fs/cgroup/cpuset,cpu/a/memory.usage_in_bytes": "1",
    }
    assert memory(system(PLAIN | files)) == 2000.0
    assert memory(system(V2 | {f"{GROUP}/memory.max": "1"})) == 2000.0
    group = "sys/fs/cgroup/box"
    assert memory(system(V2 | {f"{group}/memory.max": "max", f"{group}/memory.current": "5"})) == 2000.0


def test_a_group_may_have_any_name(system):
    group = "sys/fs/cgroup/X:云/job"
    files = {
        "proc/self/cgroup": "0::/X:云/job\n",
        f"{group}/memory.max": f"{1000 << 20}\n",
        f"{group}/memory.current": f"{300 << 20}\n",
    }
    assert memory(system(PLAIN | files)) == 700.0


def test_bytes_that_are_no_text_tell_nothing(system):
    folder = system(PLAIN)
    (folder / "proc/meminfo").write_bytes(b"MemAvailable: 2048000 kB\xff\n")
    assert memory(folder) is None


def test_a_pools_worker_has_one_processor(many, monkeypatch, tmp_path):
    monkeypatch.setattr(machine.multiprocessing, "current_process", lambda: SimpleNamespace(daemon=True))
    assert machine.processors(Path("/nonexistent"), tmp_path) == 1


@pytest.mark.parametrize(("count", "told"), [(7, 7), (None, 1)])
def test_where_no_processors_are_assigned_all_of_the_machine_count(monkeypatch, tmp_path, count, told):
    monkeypatch.delattr(os, "sched_getaffinity", raising=False)
    monkeypatch.setattr(os, "cpu_count", lambda: count)
    assert machine.processors(Path("/nonexistent"), tmp_path) == told


def cgroups(tmp_path, lines, **files):
    for name, text in files.items():
        path = tmp_path / name.replace("__", "/").replace("_DOT_", ".")
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text)
    groups = tmp_path / "groups"
    groups.write_text(lines)
    return machine.processors(groups, tmp_path)


@pytest.fixture
def many(monkeypatch):
    monkeypatch.setattr(os, "sched_getaffinity", lambda _: set(range(64)), raising=False)


@pytest.mark.parametrize(
    ("lines", "files", "expected"),
    [
        ("0::/\n", {"cpu_DOT_max": "150000 100000\n"}, 2),
        ("0::/\n", {"cpu_DOT_max": "max 100000\n"}, 64),
        ("0::/\n", {"cpu_DOT_max": "5000 100000\n"}, 1),
        ("0::/a/b\n", {"a__cpu_DOT_max": "400000 100000\n", "a__b__cpu_DOT_max": "max 100000\n"}, 4),
        ("3:cpu,cpuacct:/d\n2:memory:/d\n", {
            "cpu,cpuacct__d__cpu_DOT_cfs_quota_us": "300000\n",
            "cpu,cpuacct__d__cpu_DOT_cfs_period_us": "100000\n",
        }, 3),
        ("1:cpu:/\n", {"cpu__cpu_DOT_cfs_quota_us": "-1\n", "cpu__cpu_DOT_cfs_period_us": "100000\n"}, 64),
        ("nonsense", {}, 64),
        ("0::/\n", {"cpu_DOT_max": "100000\n"}, 64),
        ("0::/\n", {"cpu_DOT_max": "100000 0\n"}, 64),
        ("0::/\n", {"cpu_DOT_max": "100000 x\n"}, 64),
        ("2:memory:/d\n", {"memory__d__cpu_DOT_max": "200000 100000\n"}, 64),
        ("0::/a\n2:cpu:/d\n", {"cpu__d__cpu_DOT_max": "200000 100000\n"}, 2),
    ],
)  # fmt: skip
def test_a_containers_quota_bounds_the_workers(tmp_path, many, lines, files, expected):
    assert cgroups(tmp_path, lines, **files) == expected


def test_no_control_groups_no_bound(tmp_path, many):
    assert machine.processors(Path("/nonexistent"), tmp_path) == 64
