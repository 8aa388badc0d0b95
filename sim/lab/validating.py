"""The kind ``validate``: scenarios held against measured facts, a scorecard each.

With ``other_theories`` the first scenario is also run with one theory changed at a time (a verb left out, a
part's rival in its place), so that a mechanism can be judged by the facts that need it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
from contextlib import suppress
from functools import partial
from math import nan
from pathlib import Path
from typing import Any

from sim.core.errors import InputError
from sim.core.theory import SLOTS
from sim.facts import BY_SEED, COLUMNS, MISSING, SHAPES, STANDINGS, card, counted, measure, missing, shapes
from sim.facts.run import Run
from sim.lab import proof, store
from sim.lab.comparison import Values
from sim.lab.execute import execute
from sim.lab.given import Given
from sim.lab.identity import facts_hash
from sim.lab.plain import plain, write_csv, write_text
from sim.lab.plan import Job, Plan, Point, run_folder
from sim.lab.planning import build
from sim.lab.points import setting
from sim.lab.workers import Task
from sim.scenario.nodes import Place

PANELS = ("firms", "deals", "talent", "layout", "funds")
"""What facts are computed from, beside the year-end tables."""
TABLES = (
    "scorecard.csv", "scorecard_windows.csv", "scorecard_missing.csv", "scorecard_shapes.csv",
    "scorecard_theories.csv",
)  # fmt: skip
KEPT = "facts.json"
"""What a run says of the facts, beside its tables."""
THEORIES = ("scenario", "slot", "theory", *STANDINGS, "all", "of", "gained", "lost", "no_number")
"""Facts with the role ``calibrate`` that are inside, by standing and all, of how many; ids of those that came
inside, left or lost their number against the first scenario."""
ALL = "all"
_ALLOWED = "scenario files or names"


def plan(study: Given, wanted: dict[str, Any]) -> Plan:
    """Return the plan of a study file: its scenarios, one or more, with every panel, and other theories."""
    named = study.scenarios(_ALLOWED)
    files, places = [file for file, _ in named], [place for _, place in named]
    asked = study.names("other_theories", "slot of theories", {*SLOTS, ALL})
    slots = list(SLOTS) if ALL in asked else [slot for slot in asked if slot in SLOTS]

    def built() -> Plan:
        changed: list[tuple[Point, list[str]]] = []
        if slots and files:
            place = study.found["other_theories"].value.place
            with suppress(InputError):  # told when the plan is built
                changed = others(files[0], slots, place, wanted)
        design = {"other_theories": {arm.name: what for arm, what in changed}}
        arms = [arm for arm, _ in changed]
        return build("validate", files, places=places, panels=PANELS, points=arms, design=design, **wanted)

    return study.built(built, known=bool(files))


def others(
    file: str, slots: Sequence[str], place: Place, wanted: Mapping[str, Any]
) -> list[tuple[Point, list[str]]]:
    """Return a scenario with each theory that it has not chosen, one at a time, with slot and theory.

    Raises:
        InputError: the scenario is wrong itself.
    """
    from sim.scenario import load

    scenario = load(file, world=wanted.get("world"), until=wanted.get("until"))
    found = []
    for slot in slots:
        mine = scenario.theories.get(slot, SLOTS[slot].default)
        for theory in SLOTS[slot].variants:
            if theory != mine:
                name = f"{slot}: {theory}"
                settings = (setting(f"theories.{slot}", theory),)
                found.append((Point(name, scenario.name, settings, place), [slot, theory]))
    return found


def no_pairs(plan: Plan) -> list[tuple[str, str]]:
    """Return no pairs: each scenario is held against the facts."""
    return []


def task(plan: Plan) -> Task:
    """Return what carries out a run and asks it for the facts, so that workers share that, too."""
    return partial(_carry_out, set(plan.design.get("other_theories", {})))


def _carry_out(others: Collection[str], job: Job, on_quarter: Callable[[int], None] | None = None) -> None:
    said(execute(job, on_quarter), whole=job.scenario not in others)


def said(folder: Path, *, whole: bool) -> dict[str, Any]:
    """Return what a run says of the facts: once found it is kept beside its tables.

    Args:
        folder: of the run.
        whole: also in every window of years, and the points of pictures.
    """
    asked = {"whole": whole, "by": facts_hash()}
    kept = proof.load(folder / KEPT)
    if kept.sealed and kept.content and asked.items() <= kept.content.items():
        return kept.content
    run = Run(folder)
    found = plain(asked | {"facts": measure(run, by_window=whole), "shapes": shapes(run) if whole else []})
    write_text(folder / KEPT, proof.sealed(found))
    return found


def told(plan: Plan) -> list[str]:
    """Return how many facts the runs are held against."""
    from sim.facts.known import ANSWERS

    return [f"{len(ANSWERS)} facts, computed from every run; {len(missing())} more are listed with a reason"]


def summarise(
    plan: Plan, root: Path, metrics: dict[str, Values], catalogue: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Write the scorecard, its parts by seed and window, and what cannot be computed; return the first."""
    cards: list[dict[str, Any]] = []
    windows: list[dict[str, Any]] = []
    pictures: list[dict[str, Any]] = []
    other = plan.design.get("other_theories", {})
    for arm in plan.arms:
        found = {}
        for seed in plan.seeds:
            folder = run_folder(plan.runs_of(arm, root), seed)
            if store.read(folder).proved is None:
                continue
            mine = said(folder, whole=arm.name not in other)
            found[seed] = [(*asked, nan if value is None else value) for *asked, value in mine["facts"]]
            pictures += [{"scenario": arm.name, "seed": seed, **row} for row in mine["shapes"]]
        cards += card(arm.name, found)
        parts: list[dict[str, Any]] = [
            dict(zip(BY_SEED, (arm.name, fact, seed, first, last, value), strict=True))
            for seed, rows in found.items()
            for fact, first, last, value in rows
        ]
        windows += parts
    write_csv(root / TABLES[0], COLUMNS, _short(cards))
    write_csv(root / TABLES[1], BY_SEED, _short(windows))
    write_csv(root / TABLES[2], MISSING, missing())
    write_csv(root / TABLES[3], SHAPES, _short(pictures))
    write_csv(root / TABLES[4], THEORIES, compared(cards, other))
    return cards


def compared(
    cards: Sequence[Mapping[str, Any]], changed: Mapping[str, Sequence[str]]
) -> list[dict[str, Any]]:
    """Return what each other theory does to the facts inside, against the first scenario, which stands first.

    Args:
        cards: rows of the scorecard of every scenario.
        changed: slot and theory of the scenarios that differ in one, by name.
    """
    rows: dict[str, dict[str, str]] = {}
    for row in cards:
        if row["role"] == "calibrate":
            rows.setdefault(row["scenario"], {})[row["fact"]] = row["inside"]
    table: list[dict[str, Any]] = []
    base = next(iter(rows.values()), {})
    for name in [*list(rows)[:1], *changed] if changed else []:
        counts = counted([row for row in cards if row["scenario"] == name])
        mine = rows.get(name, {})
        slot, theory = changed.get(name, ("", ""))
        moved = [f for f in mine if mine[f] != base[f] and mine[f] and base[f]]
        table.append(
            {"scenario": name, "slot": slot, "theory": theory}
            | {standing: counts[standing][0] for standing in (*STANDINGS, "all")}
            | {
                "of": counts["all"][1],
                "gained": " ".join(f for f in moved if mine[f] == "inside"),
                "lost": " ".join(f for f in moved if mine[f] == "outside"),
                "no_number": " ".join(f for f in mine if base[f] and not mine[f]),
            }
        )
    return table


def _short(rows: Iterable[Mapping[str, Any]]) -> list[dict[str, Any]]:
    """Return rows with numbers of four digits, blank where there is none."""
    return [
        {k: _rounded(value) if isinstance(value, float) else value for k, value in row.items()}
        for row in rows
    ]


def _rounded(value: float) -> float | None:
    return float(f"{value:.4g}") if value == value else None  # noqa: PLR0124 (NaN is not itself)
