"""How quick the planner's page is: ``python -m tests.faces.app.measure`` renews docs/page_speed.md.

A real browser at 1280 x 800, then many sessions without one, at a server with the usual scales.
"""

from __future__ import annotations

import os
import statistics
import sys
import tempfile
import threading
import time
from collections.abc import Callable
from datetime import UTC, datetime
from importlib import import_module
from pathlib import Path
from typing import Any

HERE = Path(__file__).parent
PAGE = HERE.parents[2] / "docs" / "page_speed.md"
MOVES, SESSIONS, ROUNDS = 12, (10, 20), 2
PATIENCE = 900.0
"""Seconds after which something will not come, on a machine that has more to do."""
REST = ("housing", "technology_transfer", "school_enterprise")
STORED = ("talent_card", "information_sharing", "shared_definition", "concept_verification", "rd_grant_rate")
PAINTED = "return performance.getEntriesByName('first-contentful-paint').map(e => e.startTime)"

Rows = list[tuple[str, str, str]]


def main() -> None:
    """Measure everything and write the page."""
    from sim.app import stored
    from sim.app.defaults import DEFAULT_PAIRS
    from sim.app.document import Variant
    from sim.app.luck import SEEDS
    from sim.app.planner.office import MAIN

    sys.path.insert(0, str(HERE.parent))
    tabs = import_module("tabs")
    rows: Rows = []
    _processor(rows)
    with tempfile.TemporaryDirectory() as folder:
        environment = {**os.environ, "SOLARA_KERNEL_CULL_TIMEOUT": "1s"}
        begun = time.monotonic()
        with tabs.serving(Path(folder), "--ahead", environment=environment) as server:
            rows.append(("server's start", f"{time.monotonic() - begun:.1f} s", ""))
            runs = DEFAULT_PAIRS + SEEDS + len(list(stored.trials(Variant("baseline"), MAIN)))
            tabs.until(lambda: _made() >= runs, "the stored runs", 900)
            _in_browser(server, Path(folder), rows)
            tabs.until(lambda: server.holds()["sessions"] == 0, "the browser's session ends")
            for count in SESSIONS:
                _sessions(tabs, server, count, "talent_card", "a main lever (stored)", rows)
            _sessions(tabs, server, SESSIONS[0], "housing", "another lever (not stored)", rows)
            _memory(tabs, server, rows)
    _write(rows)


def _processor(rows: Rows) -> None:
    """Note what one run costs, whatever else the machine does."""
    from sim.app import own
    from sim.app.document import Variant
    from sim.app.estimator import Pace
    from sim.engine import simulate

    resolved, pace = own.resolved(own.read(Variant("baseline"))), Pace()
    for said, scale in (("a quick run", pace.quick), ("an exact run", pace.exact)):
        took = []
        for seed in (1, 2):
            begun = time.process_time()
            simulate(resolved, seed=seed, scale=scale)
            took.append(time.process_time() - begun)
        rows.append((f"processor time of {said} (scale {scale})", f"{min(took):.1f} s", ""))


def _made() -> int:
    """Return how many of the base's runs are on disk."""
    from sim.app import shelf
    from sim.lab.identity import source_hash

    folder = shelf.usable_folder(f"page-{source_hash()}")
    return len(list(folder.glob("*.npz"))) if folder else 99


def _in_browser(server: Any, folder: Path, rows: Rows) -> None:
    from tests.faces.app import conftest, visit
    from tests.faces.app.planner import Planner

    visit.LIMIT = PATIENCE

    driver = conftest.start(folder)
    try:
        page = Planner(driver)
        paints, maps = [], []
        for _ in range(5):
            driver.get("about:blank")
            begun = time.monotonic()
            driver.get(f"{server.address}/?lang=en")
            page.until(lambda: page.count(".map .zones circle") and page.count(".lever"), "the map")
            maps.append(time.monotonic() - begun)
            page.until(lambda: page.js(PAINTED), "a paint")
            paints.append(page.js(PAINTED)[0] / 1000)
        rows.append(("first paint", _told(paints), "1 s"))
        rows.append(("map and levers can be used", _told(maps), "2 s"))
        page.until(lambda: page.status().startswith("8 of 8"), "the base's answer")
        for said, levers in (("(stored)", STORED), ("(not stored)", REST)):
            _moves(page, said, levers, rows)
        begun = time.monotonic()
        page.move("talent_card", 0.77)
        page.until(lambda: " of 8 pairs" in page.status(), "a pair")
        rows.append(("last move to first exact pair", f"{time.monotonic() - begun:.1f} s", "5 s"))
        page.until(lambda: page.status().startswith("8 of 8"), "eight pairs")
        rows.append(("last move to eight exact pairs", f"{time.monotonic() - begun:.1f} s", "30 s"))
        rows.append(("scrubbing a finished run", f"{_frames(driver):.0f} frames a second", "30"))
        rows.append(
            ("card of a zone", _told([_card(page, zone) for zone in ("Hefei", "Shenzhen", "Wuhu")]), "0.05 s")
        )
    finally:
        driver.quit()


def _moves(page: Any, said: str, levers: tuple[str, ...], rows: Rows) -> None:
    """Move levers, each to other places of its range, and note how soon the page answers."""
    from sim.schedule import LEVERS

    first, whole = [], []
    for card in page.driver.find_elements("css selector", ".levers .more[aria-expanded=false]"):
        card.click()
    for move in range(MOVES):
        begun = time.monotonic()
        lever = levers[move % len(levers)]
        page.move(lever, (0.1 + 0.05 * move) * LEVERS[lever].high)
        page.until(page.answered, "a word of the estimate", 0.01)
        first.append(time.monotonic() - begun)
        page.until(lambda: not page.count(".planner.waiting"), "the estimate")
        whole.append(time.monotonic() - begun)
    rows.append((f"lever to first word of an estimate {said}", _told(first), "0.5 s"))
    rows.append((f"lever to whole estimate {said}", _told(whole), "0.1 s" if said == "(stored)" else ""))


def _frames(driver: Any) -> float:
    """Return frames a second while the time bar is dragged for three seconds."""
    script = """
    const done = arguments[0], bar = document.querySelector('.time input'), begun = performance.now();
    let frames = 0;
    const go = (now) => {
      bar.value = frames % 80; bar.dispatchEvent(new Event('input')); frames++;
      if (now - begun < 3000) requestAnimationFrame(go); else done(1000 * frames / (now - begun));
    };
    requestAnimationFrame(go);"""
    return driver.execute_async_script(script)


def _card(page: Any, zone: str) -> float:
    """Return seconds from a click on a zone to its card."""
    script = """
    const [zone, done] = arguments, begun = performance.now();
    document.querySelector(`[data-zone="${zone}"]`).dispatchEvent(new MouseEvent('click', {bubbles: true}));
    const look = () => {
      const head = document.querySelector('.place h2');
      const there = head && head.textContent === zone;
      if (there) done((performance.now() - begun) / 1000); else setTimeout(look, 2);
    };
    look();"""
    return page.driver.execute_async_script(script, zone)


class Session:
    """A session without a browser: it moves levers and waits for answers."""

    def __init__(self, tabs: Any, address: str) -> None:
        self.tab = tabs.Tab(address, path="/")
        self.until: Callable[..., Any] = tabs.until
        self.until(lambda: self.part("fans"), "a first answer", 600)

    def _widget(self) -> str:
        return next(name for name, state in list(self.tab.widgets.items()) if "atlas" in state)

    def part(self, name: str) -> Any:
        """Return a part as it is shown now."""
        return next((s.get(name) for s in list(self.tab.widgets.values()) if "atlas" in s), None)

    def move(self, lever: str, value: float) -> float:
        """Move a lever; return seconds to the first word of an answer."""
        begun = time.monotonic()
        said = ["lever", {"name": lever, "value": value, "quarter": "2024-Q1"}]
        content = {"method": "custom", "content": {"event": "say", "data": said}}
        old = self.part("fans")
        self.tab._send("comm_msg", comm_id=self._widget(), data=content)
        self.until(lambda: self.part("fans") is not old, "an answer", 600)
        return time.monotonic() - begun


def _sessions(tabs: Any, server: Any, count: int, lever: str, said: str, rows: Rows) -> None:
    """Let sessions move levers, each at its own times, and note how soon they hear."""
    sessions = [Session(tabs, server.address) for _ in range(count)]
    found: list[float] = []

    def work(number: int) -> None:
        for turn in range(ROUNDS):
            time.sleep((number * 7 % count) * 10 / count)  # within ten seconds, not all at once
            found.append(sessions[number].move(lever, round(0.01 + (turn * count + number) / 100, 2)))

    threads = [threading.Thread(target=work, args=(number,)) for number in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    for session in sessions:
        session.tab.close()
    tabs.until(lambda: server.holds()["sessions"] == 0, "all sessions end")
    rows.append((f"{count} sessions, each moving {said} every ten seconds: first word", _told(found), "1 s"))


def _memory(tabs: Any, server: Any, rows: Rows) -> None:
    """Open and close sessions that ask for nothing new; note what stays."""
    held = []
    for _ in range(3):
        for _ in range(20):
            session = Session(tabs, server.address)
            session.tab.close()
        tabs.until(lambda: server.holds()["sessions"] == 0, "all sessions end")
        held.append(server.holds()["mib"])
    rows.append(
        ("memory that a closed session leaves", f"{max(0.0, held[-1] - held[0]) / 40:.2f} MiB", "1 MiB")
    )
    rows.append(("memory of the server then", f"{held[-1]:.0f} MiB", ""))
    rows.append(("memory of its largest worker process", f"{server.holds()['worker']:.0f} MiB", ""))


def _told(seconds: list[float]) -> str:
    """Return median and 95th percentile in seconds."""
    ordered = sorted(seconds)
    high = ordered[min(len(ordered) - 1, round(0.95 * (len(ordered) - 1) + 0.49))]
    return f"{statistics.median(ordered):.2f} s (p95 {high:.2f} s)"


def _write(rows: Rows) -> None:
    cores, load = len(os.sched_getaffinity(0)), os.getloadavg()[2]
    lines = "\n".join(f"| {what} | {found} | {goal} |" for what, found, goal in rows)
    PAGE.write_text(
        "# How quick the planner's page is\n\n"
        f"Made by `python -m tests.faces.app.measure` on {datetime.now(UTC):%Y-%m-%d}; {cores} cores, "
        f"browser (Chromium) on the same machine; mean load over the last quarter of an hour {load:.1f}.\n\n"
        f"| what | measured | goal |\n|---|---|---|\n{lines}\n",
        encoding="utf-8",
    )
    print(PAGE.read_text(encoding="utf-8"))  # noqa: T201


if __name__ == "__main__":
    main()
