"""The results folder is moved, deleted, unmounted or locked in the middle of a study."""

from __future__ import annotations

import random
import shutil
import subprocess
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any

from tests.torture import study
from tests.torture.disk import WELL, gone_on, mounted, stopped_well
from tests.torture.frame import SCRATCH, Row

FULL, SMALL = 60, 4


def trial(count: int, seed: int) -> list[Row]:
    """Do each harm ``count / 4`` times, at a random quarter of a random run."""
    random.seed(seed)
    each = max(1, count // 4)
    with tempfile.TemporaryDirectory(dir=SCRATCH) as scratch, tempfile.TemporaryDirectory() as on_disk:
        place = Path(scratch)
        study.carry_out(place / "whole" / "results")
        wanted = study.tables(place / "whole" / "results")
        return [
            _row("the folder is moved away in mid-study, and back",
                 place / "moved", each, wanted, _away, _back),
            _row("the folder is deleted in mid-study",
                 place / "deleted", each, wanted, shutil.rmtree, _nothing),
            _unmounted(place / "disk", each, wanted),
            _row("the folder is made immutable in mid-study (root may not write either)",
                 Path(on_disk) / "locked", each, wanted, _lock, _unlock),
        ]  # fmt: skip


def _row(
    what: str,
    place: Path,
    count: int,
    wanted: dict[str, str],
    harm: Callable[[Path], Any],
    mend: Callable[[Path], Any],
) -> Row:
    broke, tried = [], 0
    for number in range(count):
        root = place / str(number) / "results"
        root.parent.mkdir(parents=True)
        at = random.randrange(1, 6 * 4 + 1)
        try:
            problem = stopped_well(root, task=_harming(root, at, harm))
        except subprocess.CalledProcessError:
            return Row(what, 0, 0, "not tried: this file system cannot do that")
        mend(root)
        problem = problem or gone_on(root, wanted)
        tried += 1
        broke += [f"quarter {at}: {problem}"] if problem else []
    return Row(what, tried, len(broke), (broke or [WELL])[0])


def _harming(root: Path, at: int, harm: Callable[[Path], Any]) -> Callable[..., Any]:
    """Return the stand-in task; in the ``at``-th quarter of the study it does harm."""
    seen = 0

    def task(job: Any, on_quarter: Callable[[int], None]) -> Any:
        def hear(quarter: int) -> None:
            nonlocal seen
            seen += 1
            if seen == at:
                harm(root)
            on_quarter(quarter)

        return study.lab_standins.simulate(job, hear)

    return task


def _unmounted(place: Path, count: int, wanted: dict[str, str]) -> Row:
    what = "the disk is unmounted in mid-study, with the folder on it or as its root"
    broke, tried = [], 0
    place.mkdir()
    for number in range(count):
        with mounted(place / str(number), "size=16m") as mount:
            if mount is None:
                return Row(what, 0, 0, "not tried: mounting takes root")
            root = mount if number % 2 else mount / "results"
            at = random.randrange(1, 6 * 4 + 1)

            def gone(_: Path, point: Path = mount) -> None:
                subprocess.run(["umount", "-l", point], check=True)

            problem = stopped_well(root, task=_harming(root, at, gone)) or gone_on(root, wanted)
            tried += 1
            broke += [f"quarter {at}: {problem}"] if problem else []
    return Row(what, tried, len(broke), (broke or [WELL])[0])


def _away(root: Path) -> None:
    root.rename(root.with_name("elsewhere"))


def _back(root: Path) -> None:
    if root.exists():
        raise AssertionError("the folder that was moved away was made anew")
    root.with_name("elsewhere").rename(root)


def _nothing(root: Path) -> None:
    pass


def _lock(root: Path) -> None:
    subprocess.run(["chattr", "-R", "+i", root], check=True, capture_output=True)


def _unlock(root: Path) -> None:
    subprocess.run(["chattr", "-R", "-i", root], check=True, capture_output=True)
