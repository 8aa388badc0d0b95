"""The engine in the shape that Mesa's tools expect."""

from __future__ import annotations

import copy
from collections.abc import Iterable, Mapping
from functools import partial
from os import PathLike
from pathlib import Path
from typing import Any, Self

import mesa
import numpy as np

from sim.core.calendar import quarter_text
from sim.core.defaults import DEFAULT_SCALE, LOWEST_SCALE
from sim.core.errors import InputError, Problem, nearest
from sim.engine import Engine
from sim.metrics import METRICS
from sim.model import versions
from sim.model.agents import Fund, Institute, Zone
from sim.model.policy import Change, changed, chosen, in_force
from sim.model.seeds import replication_seed, seed_from
from sim.model.versions import AgentSet, ContinuousSpace, Shell, Tables
from sim.model.views import Rows
from sim.scenario import resolve
from sim.scenario.yamlfile import dump
from sim.schedule import LEVERS
from sim.world import country


class ClusterModel(Shell):
    """The country as a Mesa model: one step is one quarter.

    Stepped to the end it gives the numbers of :func:`sim.engine.simulate`, bit for bit; so does a copy
    (``pickle``, ``copy.deepcopy``, :meth:`branch`) made on the way.

    Every metric and every lever is an attribute: ``model.output`` is the metric after the last quarter,
    ``model.talent_card`` what the scenario asks for in the coming one.  They are read only; policy is
    changed with :meth:`set`.  Only the metric ``firms`` has its name taken, by the view of the firms;
    ``model.metrics["firms"]`` has it.

    Attributes:
        engine: what computes; ``engine.state`` holds the tables.
        resolved: the scenario in force, with its levers as dated arrays.
        seed: the whole number that all luck comes from, given or drawn; ``seed=model.seed`` repeats it.
        changes: what :meth:`set` changed, in order.
        datacollector: ``quarter``, ``seed`` and all national metrics; the first row is the opening state.
        space: the map, longitude and latitude in degrees; zones stand on it.
        running: whether quarters are left.
    """

    @versions.keywords
    def __init__(
        self,
        scenario: Any = None,
        *,
        seed: Any = None,
        rng: Any = None,
        world: str | None = None,
        scale: float | None = None,
        until: str | None = None,
        metrics: Iterable[str] | None = None,
        **levers: Any,
    ) -> None:
        """Build the country at the end of 2022.

        Args:
            scenario: a scenario file, a mapping with what one would say, what :func:`sim.load` returned,
                a Mesa ``Scenario`` (3.5 and later) whose attributes are further arguments of this class
                (``file`` names a scenario file), or None for the default of every lever (nothing is
                coordinated).
            seed: whole number, or what else :func:`sim.model.seeds.seed_from` takes; a Mesa
                scenario's own when None; else a fresh one is drawn.
            rng: another name for ``seed``, as Mesa 4 has it.
            world: ``china-178``, ``china-31`` or ``synthetic``; the scenario's own when None.
            scale: share of HOST firms and R&D workers that are simulated, 0.002 to 1; 0.02 when None.
            until: last quarter, such as ``2030-Q4``; the scenario's own when None.
            metrics: names of the metrics that ``datacollector`` keeps; all when None.
            **levers: values that override the scenario's, written as in its YAML: a number, a list
                of names, or a mapping of quarters to values; ``zones``, ``provinces``, ``tiers`` and
                ``pilots`` hold mappings to such values.

        Raises:
            InputError: with every problem found.
        """
        if seed is not None and rng is not None:
            raise InputError(
                Problem("rng", 0, 0, "seed and rng are two names for one thing", remedy="give one")
            )
        asked = seed if rng is None else rng
        if versions.is_scenario_class(scenario):
            scenario = scenario(rng=seed_from(asked))
        own: Any = scenario if versions.is_scenario(scenario) else None
        told = {} if own is None else versions.said(own)
        given = {"world": world, "scale": scale, "until": until, "metrics": metrics}
        given = {key: value for key, value in given.items() if value is not None} | levers
        told |= given
        number = _number(asked, own)
        if own is not None:
            if asked is not None or given or isinstance(own.rng, np.integer):
                own = versions.replaced(own, number, given)
            scenario = told.pop("file", None)
        super().__init__(number, own)
        self.seed = number
        texts = {key: _text(key, told.pop(key, None)) for key in ("world", "until")}
        share = _share(told.pop("scale", DEFAULT_SCALE))
        kept = _metrics(told.pop("metrics", tuple(METRICS)))
        self._policy = chosen(scenario, texts["world"], texts["until"], told)
        self.resolved = resolve(self._policy, country(self._policy.world))
        self.engine = Engine(self.resolved, seed=number, scale=share)
        self._opening = self.engine.opening()
        self.changes: tuple[Change, ...] = ()
        self._settle()
        self.datacollector = mesa.DataCollector(
            {"quarter": _quarter, "seed": "seed"} | {name: partial(_latest, name) for name in kept}
        )
        self.datacollector.collect(self)

    def _settle(self) -> None:
        """Put the agents that stay in their places, and meet the funds."""
        state = self.engine.state
        land = state.country
        bounds = [[land.lon.min(), land.lon.max()], [land.lat.min(), land.lat.max()]]
        self.space = ContinuousSpace(bounds, random=self.random, n_agents=len(land.zones))
        for row in range(len(land.zones)):
            Zone(self, state.zones, row)
        for row in range(state.institutes.rows):
            Institute(self, state.institutes, row)
        self._funds: dict[tuple[int, int], Fund] = {}
        self._meet_funds()

    def _meet_funds(self) -> None:
        """Let funds that were wound up go, and welcome new ones (rows are used again)."""
        funds = self.engine.state.funds
        rows = np.flatnonzero(funds.alive)
        now = dict.fromkeys(zip(rows.tolist(), funds.lot[rows].tolist(), strict=True))
        for key in self._funds.keys() - now.keys():
            self._funds.pop(key).remove()
        for key in now:
            if key not in self._funds:
                self._funds[key] = Fund(self, funds, key[0])

    def step(self) -> None:
        """Run one quarter and collect its metrics; do nothing after the last."""
        if self.engine.done:
            return
        self.engine.step()
        self._meet_funds()
        self.datacollector.collect(self)
        self.running = not self.engine.done

    def set(self, changes: Mapping[str, Any] | None = None, /, **levers: Any) -> None:
        """Change policy from the next quarter on.

        The model then gives the numbers, bit for bit, of one that was told so from the start by a dated
        scenario, which :meth:`write_scenario` writes down.  ``changes`` keeps what was done.

        Args:
            changes: the same as ``levers``, for keys that are no Python names, such as
                ``{"zones.Hefei.talent_card": 0.5}``.
            **levers: as in the constructor.  A plain value holds from the next quarter to the end, in
                the place of all that was planned; a mapping begins at its own first quarter.

        Raises:
            InputError: with every problem found, and nothing changed: an unknown lever, a value out of
                bounds, a quarter that has been run, or no quarter left.
        """
        now = self.engine.quarter
        if self.engine.done:
            raise InputError(Problem("set", 0, 0, f"the run ended with {quarter_text(now - 1)}"))
        scenario, told = changed(self._policy, {**(changes or {}), **levers}, now)
        resolved = resolve(scenario, self.engine.state.country)
        self.engine.follow(resolved)
        self.resolved = resolved
        self._policy = scenario
        self.changes += told

    def branch(self, changes: Mapping[str, Any] | None = None, /, **levers: Any) -> Self:
        """Return an independent copy that goes on from here under the same luck, policy changed if told.

        Args:
            changes: see :meth:`set`.
            **levers: see :meth:`set`.
        """
        twin = copy.deepcopy(self)
        if changes or levers:
            twin.set(changes, **levers)
        return twin

    def write_scenario(self, path: str | PathLike[str]) -> None:
        """Write the scenario in force, with every change on the way dated, as a scenario file.

        Run with ``seed=model.seed`` and ``scale=model.engine.scale`` it gives this model's numbers.
        """
        Path(path).expanduser().write_text(dump(self.resolved.document), encoding="utf-8")

    @property
    def metrics(self) -> dict[str, float]:
        """All national metrics after the last quarter; of the opening state before the first."""
        return {name: self._measured(name) for name in self._opening}

    def _measured(self, name: str) -> float:
        quarter = self.engine.quarter
        return float(self.engine.recorder.national[name][quarter - 1]) if quarter else self._opening[name]

    @property
    def levers(self) -> dict[str, Any]:
        """What the scenario asks for in the coming quarter (after the last one: in the last), by lever.

        A number or a tuple of names; where zones differ, one of these for each zone in order.
        """
        return {name: self._in_force(name) for name in LEVERS}

    def _in_force(self, name: str) -> Any:
        quarter = min(self.engine.quarter, self.engine.quarters - 1)
        return in_force(LEVERS[name], self.resolved.levers[name][quarter], self.engine.state.country)

    @property
    def data_recorder(self) -> Tables:
        """What was collected, in the form in which Mesa 4's ``run_scenarios`` looks for it."""
        return Tables(self.datacollector)

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

    def _kind(self, kind: type[mesa.Agent]) -> Any:
        return self.agents_by_type.get(kind) or AgentSet([], random=self.random)

    @property
    def firms(self) -> Rows:
        """All firms in business, HOST included."""
        return Rows(self.engine.state.firms, random=self.random)

    @property
    def talent(self) -> Rows:
        """All R&D workers."""
        return Rows(self.engine.state.talent, random=self.random)

    def __getattr__(self, name: str) -> Any:
        if "engine" in self.__dict__:
            if name in self._opening:
                return self._measured(name)
            if name in LEVERS:
                return self._in_force(name)
        raise AttributeError(f"{type(self).__name__} has no attribute, metric or lever {name!r}")

    def __setattr__(self, name: str, value: Any) -> None:
        if name in LEVERS:
            how = f"model.set({name}={value!r}) changes it from the next quarter on"
            raise AttributeError(f"the lever {name!r} is not set by assignment; {how}")
        if name in METRICS:
            raise AttributeError(f"{name!r} is measured, not set")
        super().__setattr__(name, value)

    def __repr__(self) -> str:
        done, of = self.engine.quarter, self.engine.quarters
        about = f"{self.resolved.name}, {self.resolved.world}, seed {self.seed}, scale {self.engine.scale:g}"
        return f"<{type(self).__name__} {about}: {_quarter(self)}, {done} of {of} quarters run>"


def _latest(metric: str, model: ClusterModel) -> float:
    return model._measured(metric)


def _quarter(model: ClusterModel) -> str:
    """Return the last quarter that was run, ``2022-Q4`` before the first."""
    return quarter_text(model.engine.quarter - 1)


def _number(asked: Any, scenario: Any) -> int:
    """Return the seed: the one asked for, else the Mesa scenario's, else a fresh one."""
    if asked is not None or scenario is None:
        return seed_from(asked)
    seed, replication = seed_from(versions.seed_of(scenario)), versions.replication_of(scenario)
    return seed if replication is None else replication_seed(seed, replication)


def _text(name: str, value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    raise InputError(Problem(name, 0, 0, f"{value!r} is a {type(value).__name__}, not text"))


def _share(scale: Any) -> float:
    number = isinstance(scale, int | float | np.number) and not isinstance(scale, bool)
    if number and LOWEST_SCALE <= scale <= 1.0:
        return float(scale)
    raise InputError(Problem("scale", 0, 0, f"{scale!r} is not a scale", f"{LOWEST_SCALE:g} to 1"))


def _metrics(names: Iterable[str]) -> list[str]:
    """Return the names of metrics, all of them known."""
    kept = list(names) if isinstance(names, Iterable) and not isinstance(names, str) else [names]
    unknown = [
        Problem("metrics", 0, 0, f"there is no metric {name!r}", nearest=nearest(str(name), METRICS))
        for name in kept
        if name not in METRICS
    ]
    if unknown:
        raise InputError(unknown)
    return kept
