"""Browser tabs that come, press buttons in any order and go, or vanish, in the midst of it."""

from __future__ import annotations

import os
import random
import tempfile
from collections.abc import Callable
from contextlib import suppress
from functools import partial
from pathlib import Path

from sim.core.calendar import quarter_text
from tests.faces import tabs
from tests.torture.frame import SCRATCH, Row

FULL, SMALL = 60, 6
WELL = "the page tells the quarter that the buttons led to; session and model are let go"
MEMORY = "all sessions and all models but two are gone, memory grew less than 150 MiB after the first third"
QUARTERS = 80
"""More than a model plays before its tab is cut."""
PRESSES = ("Step", "Step", "Step", "Reset")
LEAVING = {**os.environ, "SOLARA_KERNEL_CULL_TIMEOUT": "1s"}
"""A browser that vanished is not long waited for."""


def trial(count: int, seed: int) -> list[Row]:
    """Open ``count`` tabs of one server, each of which leaves in one of several ways."""
    random.seed(seed)
    ways = {
        "tab used and closed": partial(_use, leave=tabs.Tab.close),
        "tab used, then its connection cut": partial(_use, leave=tabs.Tab.vanish),
        "tab whose connection is cut while the model plays": _cut_while_playing,
        "tab whose connection is cut while the model is built": tabs.Tab.vanish,
    }
    tried, broke, first = (dict.fromkeys(ways, 0), dict.fromkeys(ways, 0), dict.fromkeys(ways, ""))
    with tempfile.TemporaryDirectory(dir=SCRATCH) as scratch:
        (Path(scratch) / "quick.yaml").write_text(f"world: china-31\nuntil: {quarter_text(QUARTERS - 1)}\n")
        with tabs.serving(Path(scratch), "quick.yaml", environment=LEAVING) as server:
            for number in range(count):
                way = list(ways)[number % len(ways)]
                tried[way] += 1
                problem = _visit(server.address, ways[way])
                broke[way] += bool(problem)
                first[way] = first[way] or (problem and f"tab {number}: {problem}")
                if number == count // 3:
                    warm = _emptied(server)
            kept = _emptied(server)
            log = server.log()
    grown = kept["mib"] - warm["mib"]
    note = f"{kept}, {grown:.0f} MiB more than at first"
    if well := kept["sessions"] == 0 and kept["models"] <= 2 and grown < 150 and "Traceback" not in log:
        note = MEMORY
    rows = [Row(way, tried[way], broke[way], first[way] or WELL) for way in ways]
    return [*rows, Row("what the server holds once they are gone", 1, 1 - well, note)]


def _visit(address: str, way: Callable[[tabs.Tab], None]) -> str:
    """Open a tab and let it go its way; return what went wrong.  It leaves in any case, to keep no seat."""
    try:
        tab = tabs.Tab(address)
    except OSError as error:
        return str(error)
    try:
        way(tab)
    except (AssertionError, OSError) as error:
        tab.vanish()
        return str(error)
    return ""


def _use(tab: tabs.Tab, leave: Callable[[tabs.Tab], None]) -> None:
    """Press buttons in any order; the page must know how far that led."""
    quarter = 0
    tab.wait_for("; end of 2022 of")
    for _ in range(random.randint(1, 8)):
        press = random.choice(PRESSES)
        quarter = quarter + 1 if press == "Step" else 0
        tab.press(press)
        tab.wait_for(f"; {quarter_text(quarter - 1) if quarter else 'end of 2022'} of")
    leave(tab)


def _cut_while_playing(tab: tabs.Tab) -> None:
    """Leave in the midst of play, which may show any quarter by the time one looks."""
    tab.press("▶")
    later = [f"; {quarter_text(quarter)} of" for quarter in range(1, QUARTERS)]
    tabs.until(lambda: any(map(tab.sees, later)), "a second quarter")
    tab.vanish()


def _emptied(server: tabs.Server) -> dict[str, float]:
    """Return what a server holds once everybody has left, or when it never will."""
    with suppress(AssertionError):
        tabs.until(lambda: (held := server.holds())["sessions"] == 0 and held["models"] <= 2, limit=60.0)
    return server.holds()
