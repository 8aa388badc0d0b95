"""The engine: run the schedule over the tables, quarter by quarter.

A run depends only on the code, the resolved scenario, the seed and the scale.  With ``check``
every mechanism is watched (it may change only what it declares in ``WRITES``) and the accounts
of money and people are verified after every quarter.
"""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray

from sim import balance
from sim.core.accounts import Item, Sector
from sim.core.calendar import quarter_text
from sim.core.defaults import PANELS
from sim.core.digest import digest
from sim.core.drawer import OWNERS
from sim.core.lever import Lever
from sim.core.memory import keep_freed, peak
from sim.core.shown import Shown, figure
from sim.core.theory import Mechanism, open_theories
from sim.mechanisms.exit.memory import Memory as Lives
from sim.metrics import HEADLINE, METRICS, coupling, remarks, summarise
from sim.metrics.opening import opening
from sim.metrics.scale import scale_warnings
from sim.records import Recorder
from sim.schedule import LEVERS, mechanisms
from sim.world import Parameters, country
from sim.world.populate import populate
from sim.world.uncertain import draw_markets

if TYPE_CHECKING:
    from sim.scenario import Resolved
    from sim.world import Country
    from sim.world.state import State


class UndeclaredWriteError(RuntimeError):
    """A mechanism changed a column, or part of a drawer, that it does not declare in WRITES."""


@dataclass(frozen=True, slots=True, repr=False)
class RunResult(Shown):
    """What one run leaves behind; columns as in the tables of a results folder."""

    scenario: str
    seed: int
    world: str
    scale: float
    quarters: list[str]
    national: dict[str, NDArray[np.float64]]
    metrics: dict[str, float | None]
    cells: dict[str, Any]
    zones: dict[str, Any]
    industries: dict[str, Any]
    panels: dict[str, dict[str, NDArray[Any]]]
    programmes: dict[str, dict[str, float]]
    flows: dict[str, list[Any]]
    profile: dict[str, float]
    """Seconds by mechanism."""
    memory: dict[str, float]
    """Peak of the process before the first quarter (``start``), and what each mechanism raised it by, MiB."""
    warnings: tuple[str, ...]

    def _shown(self) -> tuple[str, list[Sequence[str]], list[str]]:
        span = f"{self.quarters[0]} to {self.quarters[-1]}" if self.quarters else "no quarter yet"
        head = f"{self.scenario}, seed {self.seed}, {self.world} at scale {self.scale:g}, {span}"
        told = [name for name in HEADLINE if name in self.metrics]
        rows: list[Sequence[str]] = [(n, figure(self.metrics[n]), METRICS[n].unit) for n in told]
        tables = (
            f"series by quarter in .national; .cells, .zones, .industries{', .panels' * bool(self.panels)}"
        )
        return head, rows, [f"all {len(self.metrics)} in .metrics; {tables}", *remarks(told), *self.warnings]


class Engine:
    """One run, steppable: ``step()`` until ``done``, then ``result()``."""

    def __init__(
        self,
        resolved: Resolved,
        *,
        seed: int,
        scale: float,
        check: bool = False,
        panels: Sequence[str] = (),
    ) -> None:
        unknown = set(panels) - set(PANELS)
        if unknown:
            raise ValueError(f"unknown panels {sorted(unknown)}; there are {PANELS}")
        keep_freed()
        self.resolved = resolved
        self._asked = _by_quarter(resolved)
        self.seed, self.scale, self.check = seed, scale, check
        parameters = Parameters(resolved.parameters)
        place = country(resolved.world, parameters)
        if not place.kept.all():
            parameters = parameters.only(place.kept)
        share = float(place.firms.sum() / (parameters.firms_2022.sum() + parameters.host_firms_2022))
        if abs(share - 1.0) > 1e-9:  # a part of the country has that part of its money and markets
            parameters = parameters.scaled(share)
        parameters = draw_markets(parameters, seed)
        self.state: State = populate(place, parameters, seed, scale, resolved.theories)
        mine = {lever.name for mechanism in self.mechanisms.values() for lever in mechanism.LEVERS}
        self.state.force.catalogue = {name: lever for name, lever in LEVERS.items() if name in mine}
        for name, lever in LEVERS.items():
            self.state.lever.put(name, _neutral(lever, place))
        open_theories(self.state)
        self._world = [name for name, lever in self.state.force.catalogue.items() if lever.group == "world"]
        """Levers that say how the world is, whether or not there is a government."""
        for name in self.mechanisms:
            if name in OWNERS:
                self.state.memory.open(OWNERS[name])
        self.state.memory[coupling.Memory].chains_start = coupling.reference(self.state)
        self.quarters = resolved.quarters
        self.quarter = 0
        self.seconds = dict.fromkeys(self.mechanisms, 0.0)
        self.seconds["measure"] = 0.0
        self._peak = peak()
        self.memory = {"start": self._peak, **dict.fromkeys(self.seconds, 0.0)}
        self.recorder = Recorder(self.state, resolved.name, self.quarters, tuple(panels))
        self._marks: dict[str, str] = {}
        if check:
            self._opening = balance.opening(self.state)

    @property
    def mechanisms(self) -> dict[str, Mechanism]:
        """The verbs of the quarter by name, in order (looked up, not held: modules cannot be pickled)."""
        return mechanisms(self.resolved.theories)

    @property
    def done(self) -> bool:
        """Whether every quarter has been run."""
        return self.quarter >= self.quarters

    def step(self) -> None:
        """Run the next quarter."""
        if self.done:
            raise RuntimeError("the run is over")
        state = self.state
        state.t = self.quarter
        state.counts.clear()
        self.ask()
        self._marks = {}
        self._since = time.perf_counter()
        for name, mechanism in self.mechanisms.items():
            if self.check:
                self._watched(name, mechanism)
            else:
                mechanism.step(state)
            self._account(name)
        state.memory[Lives].births[state.t] += state.counts.entries
        if self.check:
            balance.verify(state, self._opening)
        self.recorder.quarter(state)
        state.ledger.close_quarter()
        self._account("measure")
        self.quarter += 1

    def opening(self) -> dict[str, float]:
        """Return the metrics of the opening state (NaN for what a quarter has to be run for)."""
        return opening(self.state)

    def follow(self, resolved: Resolved) -> None:
        """Go on under another policy from the next quarter on.

        Args:
            resolved: a scenario that differs in the values of levers only, in quarters still to come.

        Raises:
            ValueError: it differs in anything else.
        """
        was, now = self.resolved, self.quarter
        for what in ("world", "quarters", "parameters", "theories"):
            if getattr(resolved, what) != getattr(was, what):
                raise ValueError(f"{what} cannot change on the way")
        for name in LEVERS:
            same = np.array_equal(resolved.levers[name][:now], was.levers[name][:now])
            if not same or not _same_aims(resolved.aimed, was.aimed, name, now):
                raise ValueError(f"{name} differs in quarters that have been run")
        self.resolved = resolved
        self._asked = _by_quarter(resolved)

    def _account(self, name: str) -> None:
        """Add what has passed since the last call, time and memory, to what ``name`` has taken."""
        now, most = time.perf_counter(), peak()
        self.seconds[name] += now - self._since
        self.memory[name] += most - self._peak
        self._since, self._peak = now, most

    def ask(self) -> None:
        """Tell the state what the scenario asks for this quarter."""
        state, now = self.state, self.quarter
        force = state.force
        force.asked = {name: self._asked[name][now] for name in force.catalogue}
        pilots = self.resolved.pilot_levers
        force.if_pilot = {name: values[now] for name, values in pilots.items() if name in force.catalogue}
        force.aimed, force.aimed_if_pilot = (
            {name: values[now] for name, values in aimed.items() if name in force.catalogue}
            for aimed in (self.resolved.aimed, self.resolved.pilot_aimed)
        )
        for name in self._world:
            force.lever.put(name, force.asked[name])

    def _watched(self, name: str, mechanism: Mechanism) -> None:
        before = self._marks or self._fingerprints()
        mechanism.step(self.state)
        self._marks = self._fingerprints()
        allowed = set(mechanism.WRITES)
        changed = [
            column
            for column, mark in self._marks.items()
            if mark != before.get(column) and not allowed & {column, column.rpartition(".")[0] + ".*"}
        ]
        if changed:
            raise UndeclaredWriteError(f"{name} changed {changed} without declaring it in WRITES")

    def _fingerprints(self) -> dict[str, str]:
        """Return digests of all columns and parts of drawers by address (memories: of verbs)."""
        state, verbs = self.state, {f"memory.{name}" for name in self.mechanisms}
        marks = {}
        for name, drawer in state.drawers().items():
            if name in verbs or not name.startswith("memory."):
                marks |= {f"{name}.{part}": digest(getattr(drawer, part)) for part in drawer.held}
        for name, table in state.tables.items():
            marks |= {f"{name}.{column}": digest(table[column]) for column in table}
        return marks

    def result(self) -> RunResult:
        """Return the tables of the run so far."""
        state, recorder = self.state, self.recorder
        national = {name: values[: self.quarter] for name, values in recorder.national.items()}
        programmes = {
            name: {"requested": requested, "delivered": delivered}
            for name, (requested, delivered) in state.treasury.programmes.items()
        }
        return RunResult(
            scenario=self.resolved.name,
            seed=self.seed,
            world=self.resolved.world,
            scale=self.scale,
            quarters=[quarter_text(t) for t in range(self.quarter)],
            national=national,
            metrics=summarise(national),
            cells=recorder.cells(state, self.seed),
            zones=recorder.zones(state, self.seed),
            industries=recorder.industries(state, self.seed),
            panels=recorder.panel_tables(state),
            programmes=programmes,
            flows=_flows(state),
            profile=dict(self.seconds),
            memory=dict(self.memory),
            warnings=scale_warnings(self.scale) + _lonely_levers(self.resolved),
        )


def simulate(
    resolved: Resolved,
    *,
    seed: int,
    scale: float,
    check: bool = False,
    panels: Sequence[str] = (),
    on_quarter: Callable[[int], None] | None = None,
) -> RunResult:
    """Run a resolved scenario to its end.

    Args:
        resolved: scenario arrays and parameters.
        seed: non-negative; same seed, same luck for the same agents.
        scale: 0 < scale <= 1, share of HOST firms and talent that have a row of their own.
        check: verify accounts and declared writes every quarter (slower).
        panels: agent-level tables to keep, of ``firms, deals, talent, layout, funds``.
        on_quarter: called with the number of finished quarters.

    Returns:
        The run's tables.

    Raises:
        AssertionError: with ``check``, when an account does not close.
        UndeclaredWriteError: with ``check``, when a mechanism changes what it does not declare.
    """
    engine = Engine(resolved, seed=seed, scale=scale, check=check, panels=panels)
    while not engine.done:
        engine.step()
        if on_quarter is not None:
            on_quarter(engine.quarter)
    return engine.result()


def _by_quarter(resolved: Resolved) -> dict[str, Any]:
    """Return each lever's values by quarter: numbers, or arrays over zones or industries."""
    return {
        name: values.astype(float).tolist() if values.ndim == 1 else values
        for name in LEVERS
        for values in (np.ascontiguousarray(resolved.levers[name]),)
    }


def _same_aims(one: dict[str, Any], other: dict[str, Any], name: str, now: int) -> bool:
    """Return whether a lever has been asked for in the same industries before the quarter ``now``."""
    a, b = (aims[name][:now] if name in aims else np.array(np.nan) for aims in (one, other))
    return bool(((a == b) | (np.isnan(a) & np.isnan(b))).all())


def _neutral(lever: Lever, country: Country) -> Any:
    """Return the value at which a lever does nothing: a number, or who is in a set."""
    zones, industries = (len(country.zones),), (len(country.industries),)
    if lever.kind in ("number", "integer"):
        return lever.neutral
    shape = zones if lever.kind == "zone_set" else zones * (lever.scope == "zone") + industries
    return np.full(shape, lever.neutral == "all")


def _lonely_levers(resolved: Resolved) -> tuple[str, ...]:
    """Return a warning for each lever that is set while one it needs stays neutral."""
    out = []
    for lever in LEVERS.values():
        if not _moved(resolved, lever.name):
            continue
        idle = [name for name in lever.requires if not _moved(resolved, name)]
        if idle:
            out.append(
                f"{lever.name} is set but acts only together with {', '.join(idle)}, which stays neutral"
            )
    return tuple(out)


def _moved(resolved: Resolved, name: str) -> bool:
    neutral = LEVERS[name].neutral
    own = resolved.aimed.get(name, np.array(np.nan))
    aimed = np.any((own != neutral) & ~np.isnan(own))
    return bool(aimed or np.any(resolved.levers[name] != (False if isinstance(neutral, list) else neutral)))


def _flows(state: State) -> dict[str, list[Any]]:
    """Return the sector balance over the run as rows (item, payer, payee, m yuan)."""
    item, payer, payee = np.nonzero(state.ledger.total)
    return {
        "item": [Item(i).name.lower() for i in item],
        "payer": [Sector(i).name.lower() for i in payer],
        "payee": [Sector(i).name.lower() for i in payee],
        "amount": state.ledger.total[item, payer, payee].tolist(),
    }
