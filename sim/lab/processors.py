"""How many processors this process may use: its affinity, and the quota of its container."""

from __future__ import annotations

import math
import multiprocessing
import os
from collections.abc import Iterator
from pathlib import Path

_GROUPS, _MOUNT = Path("/proc/self/cgroup"), Path("/sys/fs/cgroup")


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
    return max(1, min(here, *(math.ceil(quota) for quota in _quotas(groups, mount)), here))


def _quotas(groups: Path, mount: Path) -> Iterator[float]:
    """Yield the quotas, in processors, of all control groups above this process (versions 1 and 2)."""
    for line in _read(groups).splitlines():
        _, _, rest = line.partition(":")
        kinds, _, path = rest.partition(":")
        if kinds and "cpu" not in kinds.split(","):
            continue
        root = mount / kinds
        folder = root / path.lstrip("/")
        for group in (folder, *folder.parents):
            if kinds:
                words = [_read(group / f"cpu.cfs_{part}_us").strip() for part in ("quota", "period")]
            else:
                words = _read(group / "cpu.max").split()
            if len(words) == 2 and all(word.isdigit() for word in words) and int(words[1]):
                yield int(words[0]) / int(words[1])
            if group == root:
                break


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii")
    except (OSError, ValueError):
        return ""
