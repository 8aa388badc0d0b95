"""The report of what is on the screen: a comparison by the command line's own program, in the background."""

from __future__ import annotations

import subprocess
import sys
import threading
from collections.abc import Callable, Sequence
from pathlib import Path
from tempfile import TemporaryDirectory

from sim.app.estimator import Pace
from sim.core.errors import InputError
from sim.lab import api
from sim.scenario import Scenario, yamlfile

Told = Callable[[str, object], None]
"""Told ``("progress", (runs done, of how many))``, then ``("done", html)`` or ``("failed", words)``."""
_BEAT = 1.0
"""Seconds between two looks at the progress."""


class Reporting:
    """One report on its way; it ends when it is done, or given up.

    Args:
        scenarios: the first is what the others are compared with.
        pace: scale, pairs and first seed.
        told: told how it goes, in another thread.
    """

    def __init__(self, scenarios: Sequence[Scenario], pace: Pace, told: Told) -> None:
        self._given_up = threading.Event()
        self._told = told
        self._thread = threading.Thread(target=self._make, args=(scenarios, pace), daemon=True)
        self._thread.start()

    @property
    def under_way(self) -> bool:
        """Whether it is still being made."""
        return self._thread.is_alive()

    def give_up(self) -> None:
        """Stop it."""
        self._given_up.set()

    def _make(self, scenarios: Sequence[Scenario], pace: Pace) -> None:
        with TemporaryDirectory(ignore_cleanup_errors=True) as folder:
            place = Path(folder)
            files = []
            for letter, scenario in zip("ABCD", scenarios, strict=False):
                document = scenario.document() | {"name": f"{letter} {scenario.name}"[:80]}
                files.append(f"{letter}.yaml")
                (place / files[-1]).write_text(yamlfile.dump(document), encoding="utf-8")
            options = {"runs": pace.pairs, "scale": pace.exact, "seed": pace.seed, "out": "results"}
            command = [sys.executable, "-m", "sim", "compare", *files]
            command += [word for key, value in options.items() for word in (f"--{key}", str(value))]
            with (place / "said").open("w+") as said:
                process = subprocess.Popen(command, cwd=folder, stdout=said, stderr=said)
                while not self._given_up.is_set():
                    try:
                        process.wait(_BEAT)
                        break
                    except subprocess.TimeoutExpired:
                        self._progress(place / "results")
                else:
                    process.terminate()
                    process.wait()
                    return
                said.seek(0)
                words = said.read()
            report = place / "results" / "report.html"
            if process.returncode == 0 and report.exists():
                self._told("done", report.read_text(encoding="utf-8"))
            else:
                self._told("failed", words.strip()[-2_000:])

    def _progress(self, results: Path) -> None:
        try:
            counts = api.status(results)
        except (InputError, OSError):  # it has only begun
            return
        self._told("progress", (counts["done"], counts["total"]))
