"""Where every shown table comes from, and what makes it old: results/reference/provenance.json.

A table is old when the model has changed its results since: when CHANGELOG.md has another entry marked
**results**, or when small runs (the fingerprint, results/reference/fingerprint.csv) give other numbers than
they gave with the code that made the table.  The first catches what the small runs do not touch, the second
what nobody marked.  The hash of the sources is recorded too, but most of its changes change no number.
"""

import csv
import hashlib
import io
import json
import platform
import re
from datetime import UTC, datetime
from functools import cache
from pathlib import Path
from typing import Any

import numpy as np

from sim.lab import paired
from sim.lab.api import simulate_plan
from sim.lab.identity import source_hash
from sim.lab.manifest import program_version
from sim.lab.planning import build

ROOT = Path(__file__).resolve().parents[2]
REFERENCE = ROOT / "results" / "reference"
RECORDS, FINGERPRINT = "provenance.json", "fingerprint.csv"
RENEWED = "make reference PARTS=fingerprint"
CHANGELOG = ROOT / "CHANGELOG.md"
SMALL = {"seed": 1, "scale": 0.002, "world": "china-178", "until": "2028-Q4"}
SAMPLE = np.array([3.0, -1.0, 4.0, 1.0, 5.0, -9.0, 2.0, 6.0])  # whose interval belongs to the numbers shown
PLAYED = ("baseline", "top_level_design", "ten_ones")  # the last one pulls most levers
_LATER = "not run again yet since plants have places and markets are drawn (record 0038)"
_TIMES = "times and their ratios: what runs tell changed, hardly how long they take"
KNOWN_OLD: dict[str, str] = {
    "bench.csv": _TIMES,
    "bench.svg": _TIMES,
    "scorecard_theories.csv": "thirty studies of a minute or two each, not run again yet",
    "assumptions.csv": _LATER,
    "assumptions_signs.csv": _LATER,
    "best.csv": _LATER,
    "best_ranking.csv": _LATER,
    "best_regret.csv": _LATER,
    "bits.csv": _LATER,
    "coordination_dial.csv": _LATER,
    "guidance_share.csv": _LATER,
    "markets.csv": _LATER,
    "pilots.csv": _LATER,
    "scale_stability.csv": _LATER,
    "ten_ones.csv": _LATER,
}
"""Tables that pages may show although they are old, and why; each page says so in a line of its own."""


def changes(path: Path = CHANGELOG) -> int:
    """Return how many changes of results the changelog marks in its entries."""
    entries = path.read_text(encoding="utf-8").partition("\n## ")[2]
    return len(re.findall(r"\*\*results\*\*", entries))


@cache
def fingerprint() -> str:
    """Return every metric of three small runs and the intervals of a sample, digit by digit."""
    out = io.StringIO()
    rows = csv.writer(out, lineterminator="\n")
    rows.writerow(("scenario", "metric", "value"))
    for name in PLAYED:
        metrics = simulate_plan(build("run", [ROOT / f"scenarios/{name}.yaml"], **SMALL)).metrics
        rows.writerows(
            (name, key, "" if value is None else repr(float(value))) for key, value in metrics.items()
        )
    for name, compare in {"difference": paired.difference, "student": paired.student}.items():
        found = compare(SAMPLE, np.zeros_like(SAMPLE))
        rows.writerows((name, key, repr(float(getattr(found, key)))) for key in ("low", "high", "p_value"))
    return out.getvalue()


def digest(text: str) -> str:
    """Return a short hash of a text."""
    return hashlib.sha256(text.encode()).hexdigest()[:16]


def read(folder: Path = REFERENCE) -> dict[str, dict[str, Any]]:
    """Return the records by file name; none where there are none yet."""
    path = folder / RECORDS
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def record(files: list[str], how: dict[str, Any], folder: Path = REFERENCE) -> None:
    """Write down how tables and pictures were made, by the code that is here now.

    Args:
        files: their names in results/reference.
        how: command, runs, what they are runs of, seed, scale, world and until.
        folder: where the records stand.
    """
    now = {
        "sources": source_hash(),
        "clusterlab": program_version(),
        "python": platform.python_version(),
        "fingerprint": digest(fingerprint()),
        "changes": changes(),
        "made": datetime.now(UTC).date().isoformat(),
    }
    records = read(folder) | dict.fromkeys(files, how | now)
    write(records, folder)


def renew_fingerprint(folder: Path = REFERENCE) -> None:
    """Write the small runs' numbers.

    Where those written before still hold and only new metrics come, tables stay as current as they were.
    """
    path, text = folder / FINGERPRINT, fingerprint()
    before = path.read_text(encoding="utf-8") if path.exists() else ""
    path.write_text(text, encoding="utf-8")
    if set(before.splitlines()) <= set(text.splitlines()):
        records = read(folder)
        for whole in records.values():
            for one in (whole, *whole.get("parts", {}).values()):
                if one["fingerprint"] == digest(before):
                    one["fingerprint"] = digest(text)
        write(records, folder)
    record([FINGERPRINT], {**SMALL, "runs": 1, "of": "run a scenario", "command": RENEWED}, folder)


def write(records: dict[str, dict[str, Any]], folder: Path) -> None:
    """Write the records, sorted by file name."""
    text = json.dumps(dict(sorted(records.items())), indent=1, ensure_ascii=False)
    (folder / RECORDS).write_text(text + "\n", encoding="utf-8")


def old(record: dict[str, Any], folder: Path = REFERENCE) -> str:
    """Return why a table with this record is older than the last change of results, or nothing."""
    if record["changes"] < changes():
        return f"{changes() - record['changes']} entries marked **results** in the changelog are newer"
    if record["fingerprint"] != digest((folder / FINGERPRINT).read_text(encoding="utf-8")):
        return "small runs give other numbers than they gave then"
    return ""


def told(record: dict[str, Any]) -> str:
    """Return in one sentence how a table was made."""
    count = f"{record['runs']} {record['of']}" if record["runs"] > 1 else "one run"
    scale = record["scale"]
    scales = ", ".join(f"{s:g}" for s in scale) if isinstance(scale, list) else f"{scale:g}"
    took = f"; {record['minutes']:g} minutes of one processor" if "minutes" in record else ""
    return (
        f"`{record['command']}`: {count} from seed {record['seed']}, scale {scales}, {record['world']}, to "
        f"{record['until']}; sources `{record['sources']}`, {record['made']}{took}"
    )
