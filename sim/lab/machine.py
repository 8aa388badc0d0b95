"""What this machine, or the container this process is in, can spare: processors and memory.

Linux tells both in ``/proc`` and in the control groups (versions 1 and 2) of a container; elsewhere
the limits of containers do not apply and free memory is not known.
"""

from __future__ import annotations

import hashlib
import math
import multiprocessing
import os
import platform
from collections.abc import Iterator
from pathlib import Path

_GROUPS, _MOUNT, _MEMORY = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup"), Path("/proc/meminfo")
MIB = 2**20


def processors(groups: Path = _GROUPS, mount: Path = _MOUNT) -> int:
    """Return the number of processors that a study may keep busy, at least one.

    A container with a quota of 1.5 of 64 processors has 2.  A pool's worker has one: it may not start
    processes, and its siblings are busy.

    Args:
        groups: the kernel's list of this process's control groups.
        mount: where control groups are mounted.
    """
    if multiprocessing.current_process().daemon:
        return 1
    here = len(os.sched_getaffinity(0)) if hasattr(os, "sched_getaffinity") else os.cpu_count() or 1
    return max(1, min([here, *(math.ceil(quota) for quota in _quotas(groups, mount))]))


def free_memory(groups: Path = _GROUPS, mount: Path = _MOUNT, memory: Path = _MEMORY) -> float | None:
    """Return how much memory can still be taken without swapping, MiB; ``None`` where nobody says.

    Args:
        groups: as for :func:`processors`.
        mount: as for :func:`processors`.
        memory: the kernel's account of the machine's memory.
    """
    found = [*_available(memory), *_room(groups, mount)]
    return max(0.0, min(found)) if found else None


def name() -> str:
    """Return what tells this machine from others without giving its name away."""
    known = f"{platform.node()} {platform.machine()} {os.cpu_count()}"
    return hashlib.sha256(known.encode()).hexdigest()[:12]


def _available(memory: Path) -> Iterator[float]:
    for line in _read(memory).splitlines():
        key, _, value = line.partition(":")
        if key == "MemAvailable":
            yield float(value.split()[0]) / 1024


def _room(groups: Path, mount: Path) -> Iterator[float]:
    """Yield what each control group above this process still allows, MiB; its file cache can be let go."""
    for group in _above(groups, mount, "memory"):
        for limit, used, cache in (
            ("memory.max", "memory.current", "inactive_file"),
            ("memory.limit_in_bytes", "memory.usage_in_bytes", "total_inactive_file"),
        ):
            most, now = (_read(group / file).strip() for file in (limit, used))
            if most.isdecimal() and now.isdecimal():
                stat = dict(line.split(None, 1) for line in _read(group / "memory.stat").splitlines())
                yield (int(most) - int(now) + int(stat.get(cache, 0))) / MIB


def _quotas(groups: Path, mount: Path) -> Iterator[float]:
    """Yield the quotas, in processors, of all control groups above this process."""
    for group in _above(groups, mount, "cpu"):
        older = [_read(group / f"cpu.cfs_{part}_us").strip() for part in ("quota", "period")]
        for words in (_read(group / "cpu.max").split(), older):
            if len(words) == 2 and all(word.isdecimal() for word in words) and int(words[1]):
                yield int(words[0]) / int(words[1])


def _above(groups: Path, mount: Path, controller: str) -> Iterator[Path]:
    """Yield the folders of the control groups that this process is in, and of all above them."""
    for line in _read(groups).splitlines():
        _, _, rest = line.partition(":")
        kinds, _, path = rest.partition(":")
        if kinds and controller not in kinds.split(","):
            continue
        root = mount / kinds
        folder = root / path.lstrip("/")
        yield from (group for group in (folder, *folder.parents) if group.is_relative_to(root))


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, ValueError):
        return ""
