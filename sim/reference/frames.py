"""Two mechanisms with mesa-frames: firms and workers as Polars columns, one expression a rule.

    FRAMES=ENVIRONMENT/bin/python make bench ARGS=frames

mesa-frames 0.1.0a0 wants an older numpy than the engine and runs under a Python of its own (``pip install
mesa-frames==0.1.0a0 "mesa<3.1"``), which ``FRAMES`` names: this file is a module here and a script there, a
snapshot goes across as an npz file.  Formulas are written once, for columns of either kind: a test holds
them against the engine with numpy's columns, and with Polars' where ``FRAMES`` is set.

It is written to be quick: columns are exchanged together (``AgentSet.set`` joins the table with itself), and
what the quarter is like is computed beforehand, which is part of the engine's time.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import numpy as np

FIRMS = (
    "weight", "zone", "industry", "rd_staff", "rd_spending", "research_stock", "served", "access", "allied",
    "trl", "quality", "unit_cost", "patents",
)  # fmt: skip
WORKERS = ("weight", "zone", "field", "experience")
QUARTER = ("around", "skill", "keep", "copies", "quality", "unit_cost", "tired", "early", "late")
"""What the quarter is like, by zone, industry or field: tables of ``objects.Country``."""
PARAMETERS = (
    "trl_rd_exponent", "platform_gain", "innovation_rate", "innovation_lead", "quality_gain", "cost_gain",
    "patents_per_rd", "retire_late_years",
)  # fmt: skip
ENOUGH = 0.5
"""Processor seconds that a measurement takes at least."""
PYTHON = os.environ.get("FRAMES", "")
"""The Python that has mesa-frames; empty where none is named."""


def pack(state: Any, file: Path) -> None:
    """Write what firms, workers and the quarter are like."""
    from sim.mechanisms.research.steps import TEAM
    from sim.reference.objects import Country
    from sim.world.tables import HOST, PROVEN

    country = Country(state)
    about: dict[str, Any] = {name: np.array(getattr(country, name)) for name in QUARTER}
    about |= {name: getattr(state.p, name) for name in PARAMETERS}
    about |= {f"filing_{name}": value for name, value in country.filing._asdict().items()}
    about |= {"host": HOST, "proven": PROVEN, "team": TEAM}
    # firms of other high technology (HOST, the last code) take no steps
    about["pace"] = np.pad(np.array(country.speed) / np.array(country.usual), ((0, 1), (0, 0)))
    about["alliance"] = np.pad(np.array(country.alliance), ((0, 0), (0, 1)))
    for kind, table, names in (("firm", state.firms, FIRMS), ("worker", state.talent, WORKERS)):
        about |= {f"{kind}.{name}": table[name][table.alive] for name in names}
    np.savez(file, **about)


def unpack(file: Path) -> tuple[SimpleNamespace, dict[str, Any], dict[str, Any]]:
    """Return what the quarter is like, and the columns of firms and of workers."""
    kinds: dict[str, dict[str, Any]] = {"": {}, "firm": {}, "worker": {}}
    with np.load(file) as about:
        for name in about:
            kind, _, column = name.rpartition(".")
            values = about[name][()]
            kinds[kind][column] = values if values.dtype.kind in "fb" else values.astype(np.int64)
    return SimpleNamespace(**kinds[""]), kinds["firm"], kinds["worker"]


class Numpy:
    """What formulas ask of numpy's columns; ``by_frames`` has the same of Polars'."""

    where, exp = staticmethod(np.where), staticmethod(np.exp)

    @staticmethod
    def at(table: Any, *places: Any) -> Any:
        """Return the entries of a table at places that columns name."""
        return table[places]


def remembered(f: Any, q: Any, by: Any) -> Any:
    """Return the stock of a firm's research after the quarter's outlay."""
    smoothed = f["research_stock"] + q.filing_memory * (f["rd_spending"] - f["research_stock"])
    return by.where(f["research_stock"] > 0.0, smoothed, f["rd_spending"])


def filed(f: Any, q: Any, by: Any) -> Any:
    """Return the mean of the patents that a firm files, by its stock."""
    usual, place = f["weight"] * q.filing_team, (f["zone"], f["industry"])
    worked = usual * (f["research_stock"] / usual) ** q.filing_returns
    return q.patents_per_rd * worked * by.at(q.around, *place) ** q.filing_around * by.at(q.keep, *place)


def researched(f: Any, q: Any, by: Any) -> dict[str, Any]:
    """Return readiness, quality and cost after research with the luck in ``u`` and ``gain``."""
    k, place = f["industry"], (f["zone"], f["industry"])
    searching = (f["trl"] < q.proven) & (k < q.host)
    team = f["rd_staff"] * by.at(q.skill, *place) / f["weight"] / q.team
    effort = by.where(team > 0.0, team, 0.0) ** q.trl_rd_exponent * by.at(q.around, *place)
    platform = 1.0 + q.platform_gain * by.where(f["access"], 1.0, f["served"])
    allied = 1.0 + by.at(q.alliance, *place) * f["allied"]
    step = effort * platform * allied * by.at(q.pace, k, f["trl"])
    innovation = q.innovation_rate * effort * by.at(q.keep, *place) / 4.0
    lucky = f["u"] < 1.0 - by.exp(-by.where(searching, step, innovation))
    found = lucky & ~searching
    copied = by.where(searching, 0.0, by.at(q.copies, *place))

    def changed(name: str, ahead: Any, gap: Any, gain: Any) -> Any:
        """Return a column after a gain, less the further a firm is ahead, or a copy of what others know."""
        won = f[name] * gain * f["gain"] * by.where(ahead < 1.0, ahead, 1.0) ** q.innovation_lead
        return f[name] + by.where(found, won, copied * gap)

    quality, cost = by.at(q.quality, k), by.at(q.unit_cost, k)
    behind, dearer = quality - f["quality"], cost - f["unit_cost"]
    behind, dearer = by.where(behind > 0.0, behind, 0.0), by.where(dearer < 0.0, dearer, 0.0)
    return {
        "trl": f["trl"] + by.where(searching & lucky, 1, 0),
        "quality": changed("quality", quality / f["quality"], behind, q.quality_gain),
        "unit_cost": changed("unit_cost", f["unit_cost"] / cost, dearer, -q.cost_gain),
    }


def leaves(w: Any, q: Any, by: Any) -> Any:
    """Return which workers retire, or give up research, with the luck in ``u``."""
    retire = by.where(w["experience"] >= q.retire_late_years, q.late, q.early)
    return w["u"] < retire + by.at(q.tired, w["zone"], w["field"])


def outcomes(before: Any, after: Any, q: Any) -> list[float]:
    """Return patents of industries, readiness steps, and how much quality and cost of all firms changed."""
    weight = before["weight"]
    counts = {"patents": before["industry"] < q.host, "trl": weight, "quality": weight, "unit_cost": weight}
    return [float(((after[name] - before[name]) * count).sum()) for name, count in counts.items()]


def measured(state: Any, seeds: int = 1) -> dict[str, Any]:
    """Return what :func:`by_frames` does, of a state of the engine; both keep to one thread."""
    with tempfile.TemporaryDirectory() as folder:
        pack(state, file := Path(folder) / "snapshot.npz")
        alone = {name: value for name, value in os.environ.items() if name != "PYTHONPATH"}
        done = subprocess.run(
            [PYTHON, __file__, str(file), str(seeds)], env=alone | {"POLARS_MAX_THREADS": "1"},
            check=True, stdout=subprocess.PIPE, text=True,
        )  # fmt: skip
    return json.loads(done.stdout)


def by_frames(file: Path, seeds: int) -> dict[str, Any]:
    """Return outcomes of so many seeds, and what a row and quarter takes, in ns, with mesa-frames."""
    import polars as pl  # pyright: ignore[reportMissingImports]
    from mesa_frames import AgentSetPolars, ModelDF  # pyright: ignore[reportMissingImports]

    class Polars:
        exp = staticmethod(lambda x: x.exp())
        where = staticmethod(lambda yes, a, b: pl.when(yes).then(a).otherwise(b))

        @staticmethod
        def at(table: Any, *places: Any) -> Any:
            place = places[0] if len(places) == 1 else places[0] * table.shape[1] + places[1]
            return pl.lit(pl.Series(table.ravel())).gather(place)

    q, firms, workers = unpack(file)
    column = {name: pl.col(name) for name in {*FIRMS, *WORKERS, "u", "gain"}}

    class Firms(AgentSetPolars):
        def step(self) -> None:
            random, rows = self.model.random, len(self)
            drawn = {"u": pl.Series(random.random(rows)), "gain": pl.Series(random.beta(3.0, 3.0, rows))}
            known = self.agents.with_columns(**drawn, research_stock=remembered(column, q, Polars))
            mean = known.select(filed(column, q, Polars)).to_series().to_numpy()
            new = {"patents": column["patents"] + pl.Series(random.poisson(mean))}
            self.agents = known.with_columns(**new, **researched(column, q, Polars))

    class Workers(AgentSetPolars):
        def step(self) -> None:
            now = self.agents.with_columns(u=pl.Series(self.model.random.random(len(self))))
            self.remove(now.filter(leaves(column, q, Polars))["unique_id"])

    def sets(seed: int) -> tuple[Any, Any]:
        country, first, both = ModelDF(seed=seed), 0, []
        for kind, columns in ((Firms, firms), (Workers, workers)):
            rows = len(columns["zone"])
            both.append(kind(country))
            both[-1].add(pl.DataFrame(columns | {"unique_id": np.arange(first, first + rows)}))
            country.agents.add(both[-1])
            first += rows
        return both[0], both[1]

    found: dict[str, Any] = {"research": [], "leave": [], "took": {}}
    for seed in range(seeds):
        firm, worker = sets(seed)
        before, heads = firm.agents, worker.agents["weight"].sum()
        firm.step()
        worker.step()
        found["research"].append(outcomes(before, firm.agents, q))
        found["leave"].append([heads - worker.agents["weight"].sum()])
    for verb, agents in zip(("research", "leave"), sets(seeds), strict=True):
        rows, begun = 0, time.process_time()
        while (took := time.process_time() - begun) < ENOUGH:
            rows += len(agents)  # those who left before take no time any more
            agents.step()
        found["took"][verb] = 1e9 * took / rows
    return found


if __name__ == "__main__":
    sys.stdout.write(json.dumps(by_frames(Path(sys.argv[1]), int(sys.argv[2]))))
