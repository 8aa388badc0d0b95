"""Layer 4: the engine as a genuine Mesa model, with agents that read the tables.

Firms, talent, funds and institutes live in tables and are stepped by compiled kernels; nothing
here computes.  :class:`ClusterModel` lends them the shape Mesa's tools expect: ``step``,
``running``, ``agents``, a ``DataCollector`` and, from Mesa 3.5 on, Mesa's ``Scenario``.
"""

from __future__ import annotations

import json
from collections.abc import Iterator, Sequence
from dataclasses import replace
from functools import partial
from os import PathLike
from typing import Any, overload

import mesa
import numpy as np
from mesa.agent import AgentSet
from numpy.typing import NDArray

from sim.core.calendar import quarter_index, quarter_text
from sim.core.errors import InputError, Problem
from sim.core.table import Table
from sim.engine import Engine
from sim.metrics import METRICS
from sim.scenario import Scenario, load
from sim.scenario.layers import Layer, read_layer
from sim.scenario.load import DEFAULT_UNTIL, LAST_QUARTER
from sim.scenario.nodes import Report
from sim.scenario.options import option_layer
from sim.scenario.vocabulary import DEFAULT_WORLD, TIERS, Gazetteer, standard
from sim.world import country

DEFAULT_SEED = 1
DEFAULT_SCALE = 0.02
LOWEST_SCALE = 0.002


class _Row:
    """Attributes that are the columns of one table row, read at the moment they are asked for."""

    table: Table
    row: int

    def __getattr__(self, name: str) -> Any:
        table = self.__dict__.get("table")
        if table is None or name not in table:
            raise AttributeError(f"{type(self).__name__} has no attribute or column {name!r}")
        value = getattr(table, name)[self.row]
        return value.item() if np.ndim(value) == 0 else value.copy()

    def __setattr__(self, name: str, value: Any) -> None:
        if name in self.__dict__.get("table", ()):
            raise AttributeError(f"column {name!r} is changed by the mechanisms only")
        super().__setattr__(name, value)


class _TableAgent(_Row, mesa.Agent):
    """A Mesa agent whose state is one row of a table."""

    model: ClusterModel

    def __init__(self, model: ClusterModel, table: Table, row: int) -> None:
        super().__init__(model)
        self.table = table
        self.row = row


class Zone(_TableAgent):
    """A zone with its committee; ``pos`` is (longitude, latitude) in degrees."""

    def __init__(self, model: ClusterModel, table: Table, row: int) -> None:
        super().__init__(model, table, row)
        land = model.engine.state.country
        self.name = land.zones[row]
        self.province = land.provinces[land.province[row]]
        self.tier = TIERS[land.tier[row]]
        self.pos: Any = (float(land.lon[row]), float(land.lat[row]))

    @property
    def priorities(self) -> tuple[str, ...]:
        """Codes of the industries its committee targets now."""
        state = self.model.engine.state
        return tuple(np.array(state.country.industries)[state.cells.priority[self.row]].tolist())


class Fund(_TableAgent):
    """A fund that is not yet wound up."""


class Institute(_TableAgent):
    """A university or research institute."""


class RowView(_Row):
    """One firm or one R&D worker (with its weight), read from its table."""

    def __init__(self, table: Table, row: int) -> None:
        self.table = table
        self.row = row

    def __eq__(self, other: object) -> bool:
        return isinstance(other, RowView) and (self.table, self.row) == (other.table, other.row)

    def __hash__(self) -> int:
        return hash((id(self.table), self.row))

    def __repr__(self) -> str:
        return f"<{self.table.name} row {self.row}>"


class Rows(Sequence[RowView]):
    """The living rows of a table at the moment this was asked for; rows become views on demand."""

    def __init__(self, table: Table, rows: NDArray[np.int64] | None = None) -> None:
        self.table = table
        self.rows = np.flatnonzero(table.used("alive")) if rows is None else rows

    def __len__(self) -> int:
        return len(self.rows)

    @overload
    def __getitem__(self, index: int) -> RowView: ...
    @overload
    def __getitem__(self, index: slice) -> Rows: ...
    def __getitem__(self, index: int | slice) -> RowView | Rows:
        if isinstance(index, slice):
            return Rows(self.table, self.rows[index])
        return RowView(self.table, int(self.rows[index]))

    def __iter__(self) -> Iterator[RowView]:
        return (RowView(self.table, row) for row in self.rows.tolist())

    def get(self, column: str) -> NDArray[Any]:
        """Return a copy of a column for these rows, first axis ``len(self)``, in the column's unit."""
        return getattr(self.table, column)[self.rows]


class ClusterModel(mesa.Model):
    """The country as a Mesa model: one step is one quarter.

    Stepped to the end it gives the numbers of :func:`sim.engine.simulate`, bit for bit.

    Attributes:
        engine: what computes; ``engine.state`` holds the tables.
        resolved: the scenario in force, with its levers as dated arrays.
        datacollector: ``quarter`` and all national metrics, a row a quarter.
        running: whether quarters are left.
    """

    def __init__(
        self,
        scenario: Any = None,
        *,
        seed: int | None = None,
        world: str | None = None,
        scale: float | None = None,
        until: str | None = None,
        **levers: Any,
    ) -> None:
        """Build the country at the end of 2022.

        Args:
            scenario: a scenario file, what :func:`sim.load` returned, a Mesa ``Scenario`` (3.5 and
                later) whose attributes are further arguments of this class, or None for the
                default of every lever (nothing is coordinated).
            seed: whole number; 1 when neither this nor a Mesa scenario's ``rng`` says otherwise.
            world: ``china-178``, ``china-31`` or ``synthetic``; the scenario's own when None.
            scale: share of HOST firms and R&D workers that are simulated, 0.002 to 1; 0.02 when None.
            until: last quarter, such as ``2030-Q4``; the scenario's own when None.
            **levers: values that override the scenario's, written as in its YAML: a number, a list
                of names, or a mapping of quarters to values.

        Raises:
            InputError: with every problem found.
        """
        told: dict[str, Any] = dict(scenario) if _is_mesa(scenario) else {}
        rng = told.pop("rng", None)
        number = _whole(seed if seed is not None else rng if rng is not None else DEFAULT_SEED)
        if _is_mesa(scenario):
            super().__init__(scenario=type(scenario)(**told, rng=number))
            scenario = told.pop("file", None)
        else:
            super().__init__(rng=number)
        said = {"world": world, "scale": scale, "until": until}
        told |= {key: value for key, value in said.items() if value is not None} | levers
        share = _share(told.pop("scale", DEFAULT_SCALE))
        chosen = _chosen(scenario, told.pop("world", None), told.pop("until", None), told)
        self.resolved = chosen.resolve(country(chosen.world))
        self.engine = Engine(self.resolved, seed=number, scale=share)
        self._funds: dict[tuple[int, int], Fund] = {}
        state = self.engine.state
        for row in range(len(state.country.zones)):
            Zone(self, state.zones, row)
        for row in range(state.institutes.rows):
            Institute(self, state.institutes, row)
        self._meet_funds()
        self.datacollector = mesa.DataCollector(
            {"quarter": lambda model: quarter_text(model.engine.quarter - 1)}
            | {name: partial(_latest, name) for name in METRICS}
        )

    def step(self) -> None:
        """Run one quarter and collect its metrics; do nothing after the last."""
        if self.engine.done:
            return
        self.engine.step()
        self._meet_funds()
        self.datacollector.collect(self)
        self.running = not self.engine.done

    def _meet_funds(self) -> None:
        """Let funds that were wound up go, and welcome new ones (rows are used again)."""
        funds = self.engine.state.funds
        rows = np.flatnonzero(funds.used("alive"))
        now = dict.fromkeys(zip(rows.tolist(), funds.lot[rows].tolist(), strict=True))
        for key in self._funds.keys() - now.keys():
            self._funds.pop(key).remove()
        for key in now:
            if key not in self._funds:
                self._funds[key] = Fund(self, funds, key[0])

    def _kind(self, kind: type[_TableAgent]) -> AgentSet:
        return self.agents_by_type.get(kind) or AgentSet([], random=self.random)

    @property
    def zones(self) -> AgentSet:
        """All zones, in the order of the world's table."""
        return self._kind(Zone)

    @property
    def funds(self) -> AgentSet:
        """All funds that are not yet wound up."""
        return self._kind(Fund)

    @property
    def institutes(self) -> AgentSet:
        """All universities and research institutes."""
        return self._kind(Institute)

    @property
    def firms(self) -> Rows:
        """All firms in business, HOST included."""
        return Rows(self.engine.state.firms)

    @property
    def talent(self) -> Rows:
        """All R&D workers."""
        return Rows(self.engine.state.talent)


def _latest(metric: str, model: ClusterModel) -> float:
    return float(model.engine.recorder.national[metric][model.engine.quarter - 1])


def _is_mesa(scenario: object) -> bool:
    """Return whether this is a Mesa ``Scenario``, which Mesa before 3.5 does not have."""
    return any(kind.__module__.startswith("mesa.") for kind in type(scenario).__mro__)


def _whole(seed: Any) -> int:
    if isinstance(seed, int | np.integer) and 0 <= seed < 2**31:
        return int(seed)
    raise InputError(Problem("seed", 0, 0, f"{seed!r} is not a seed", "a whole number from 0 to 2147483647"))


def _share(scale: Any) -> float:
    if isinstance(scale, int | float) and LOWEST_SCALE <= scale <= 1.0:
        return float(scale)
    raise InputError(Problem("scale", 0, 0, f"{scale!r} is not a scale", f"{LOWEST_SCALE:g} to 1"))


def _chosen(source: Any, world: str | None, until: str | None, levers: dict[str, Any]) -> Scenario:
    """Return the scenario that is asked for, with levers on top of it."""
    sets = [f"{key}={json.dumps(value, default=np.ndarray.tolist)}" for key, value in levers.items()]
    if isinstance(source, str | PathLike):
        return load(source, sets, world=world, until=until)
    if source is None:
        return _covered(_blank(world or DEFAULT_WORLD, until or DEFAULT_UNTIL), sets)
    if world or until:
        what = "world and until apply to scenario files, not to a loaded scenario"
        raise InputError(Problem(source.name, 0, 0, what, remedy="give them to sim.load"))
    return _covered(source, sets)


def _blank(world: str, until: str) -> Scenario:
    """Return the scenario that says nothing: every lever at its default."""
    try:
        last = quarter_index(until)
    except ValueError as error:
        raise InputError(Problem("until", 0, 0, str(error))) from None
    if not 0 <= last <= LAST_QUARTER:
        allowed = f"{quarter_text(0)} to {quarter_text(LAST_QUARTER)}"
        raise InputError(Problem("until", 0, 0, f"{until} is out of range", allowed))
    names = Gazetteer(world, country(world))
    about = ("baseline", "Every lever at its default.", (), "")
    return Scenario(*about, world, quarter_text(0), until, Layer(), (), standard(), names)


def _covered(scenario: Scenario, sets: Sequence[str]) -> Scenario:
    """Return a scenario with options on top, as :func:`sim.load` lays them over a file."""
    report = Report()
    layer = Layer(dict(scenario.layer.paths), dict(scenario.layer.parameters), scenario.layer.targets)
    options = option_layer(sets, scenario.words, report)
    layer.cover(read_layer(options, scenario.words, scenario.names, scenario.quarters - 1, report))
    report.stop()
    return replace(scenario, layer=layer)
