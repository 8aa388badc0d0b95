"""What a command says at the end: the answer, the main numbers, where the files are."""

from __future__ import annotations

import os
import traceback
from collections.abc import Mapping
from typing import Any

from sim.cli.crash import DEBUG
from sim.cli.write import line, note, print_json, print_table
from sim.lab import store
from sim.lab.outcome import Outcome

DONE, SOME_FAILED = 0, 3


def conclude(outcome: Outcome, lang: str) -> int:
    """Write the report of a comparison in a language and print the answer; return the exit code."""
    note(counted(outcome), *filter(None, [outcome.stopped]), *failures(outcome))
    if outcome.done and not outcome.coming:
        from sim.report.page import answered

        page, sentences = answered(outcome.folder, lang)
        for row in (*main_rows(outcome), *sentences):
            line(row)
        line(str(page.absolute()))
    else:
        line(str(outcome.folder))
    return SOME_FAILED if outcome.failures else DONE


def counted(outcome: Outcome) -> str:
    """Return in one line how many runs there are and how many were there already."""
    new = outcome.done - outcome.skipped
    there = f" ({outcome.skipped} were there already)" if outcome.skipped else ""
    return f"{outcome.done} of {outcome.total} runs finished, {new} of them now{there}"


def failures(outcome: Outcome) -> list[str]:
    """Return the failed runs, one line each, and what that means."""
    found = [f"failed: {f.scenario}, seed {f.seed}: {f.error}" for f in outcome.failures]
    if found:
        found.append(
            "scenarios are compared only over the seeds that finished in both; "
            "the same command with the same --out tries the failed runs again"
        )
    return found


def main_rows(outcome: Outcome) -> list[str]:
    """Return the headline metrics of a comparison as aligned lines."""
    from sim.metrics import remarks
    from sim.report.quantities import interval, number, p_text, plain_unit, signed

    rows = outcome.headline()
    cells = [
        (
            row["scenario"],
            row["metric"],
            number(row["baseline"], row["unit"]),
            number(row["value"], row["unit"]),
            signed(row["difference"], row["unit"]),
            interval(row["ci_low"], row["ci_high"], row["unit"]),
            p_text(row["p_value"]),
            plain_unit(row["unit"]).removeprefix("%"),
        )
        for row in rows
    ]
    header = ("scenario", "metric", "baseline", "value", "difference", "95 % interval", "p", "unit")
    return (
        [*aligned([header, *cells]), *remarks(dict.fromkeys(row["metric"] for row in rows))] if cells else []
    )


def aligned(rows: list[tuple[str, ...]]) -> list[str]:
    """Return rows as lines with their columns under each other."""
    widths = [max(len(cell) for cell in column) for column in zip(*rows, strict=True)]
    return [
        "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True)).rstrip() for row in rows
    ]


def costs(seconds: Mapping[str, float], memory: Mapping[str, float]) -> list[str]:
    """Return what each mechanism took, a line each."""
    start = f"start: {memory['start']:.0f} MiB"
    return [start, *(f"{name}: {taken:.3f} s, {memory[name]:+.0f} MiB" for name, taken in seconds.items())]


def print_run(outcome: Outcome, *, json: bool, profile: bool, lang: str) -> int:
    """Print what ``run`` found, as a table with a report or as JSON; return the exit code."""
    if outcome.failures:
        note(*(f"failed: {f.scenario}, seed {f.seed}: {f.error}" for f in outcome.failures))
        return SOME_FAILED
    record = next(
        found.record
        for folder in sorted(outcome.folder.glob("runs/*/seed-*"))
        if (found := store.read(folder)).state is store.State.FINISHED and found.record
    )
    note(*record["warnings"])
    if profile:
        note(*costs(record["profile"], record["memory"]))
    if json:
        keep = {key: record["identity"][key] for key in ("seed", "world", "scale")}
        print_json({"scenario": record["scenario"], **keep, "metrics": record["metrics"]})
    else:
        from sim.report import write

        print_metrics(record)
        line(str(write(outcome.folder, lang).absolute()))
    return DONE


def print_metrics(record: dict[str, Any]) -> None:
    """Print the metrics of one run."""
    from sim.metrics import METRICS, remarks
    from sim.report.quantities import number, plain_unit

    rows = [
        (name, number(value, METRICS[name].unit), plain_unit(METRICS[name].unit).removeprefix("%"))
        for name, value in record["metrics"].items()
        if name in METRICS
    ]
    title = f"{record['scenario']}, seed {record['seed']}, until {record['until']}"
    print_table(title, ("metric", "value", "unit"), rows, right="value")
    note(*remarks(record["metrics"]))


def tell_run_failed(error: Exception) -> int:
    """Say that a run failed; with ``CLUSTERLAB_TRACEBACK`` set, say also where."""
    note(f"failed: {type(error).__name__}: {' '.join(str(error).split())}")
    if os.environ.get(DEBUG):
        note("".join(traceback.format_exception(error)))
    return SOME_FAILED
