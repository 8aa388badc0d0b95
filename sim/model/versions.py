"""What differs between Mesa 3.3, 3.5 and the pre-releases of 4.0: nothing else here asks for a version.

Each difference is found by looking for the thing itself, not by the number of the version.
"""

from __future__ import annotations

import hashlib
import inspect
import json
import sys
import weakref
from collections import defaultdict
from collections.abc import Callable
from typing import Any, TypeVar

import mesa
import mesa.agent
import numpy as np
from mesa.agent import AgentSet
from mesa.experimental.continuous_space import ContinuousSpace, ContinuousSpaceAgent

try:  # from 3.5 on
    from mesa.experimental.scenarios import Scenario  # pyright: ignore[reportMissingImports]
except ImportError:
    Scenario = None

GroupBy: Any = sys.modules.get("mesa.agentset", mesa.agent).GroupBy  # it moved

Initialiser = TypeVar("Initialiser", bound=Callable[..., None])

__all__ = [
    "AgentSet",
    "ContinuousSpace",
    "ContinuousSpaceAgent",
    "GroupBy",
    "Shell",
    "Tables",
    "is_scenario",
    "is_scenario_class",
    "keywords",
    "replaced",
    "replication_of",
    "said",
    "seed_of",
]


def is_scenario(value: object) -> bool:
    """Return whether this is one of Mesa's own scenarios, which Mesa before 3.5 does not have."""
    return Scenario is not None and isinstance(value, Scenario)


def is_scenario_class(value: object) -> bool:
    """Return whether this is a class of Mesa's scenarios, which Mesa 4 takes in a scenario's stead."""
    return Scenario is not None and isinstance(value, type) and issubclass(value, Scenario)


def said(scenario: Any) -> dict[str, Any]:
    """Return a Mesa scenario's parameters by name, without its seed."""
    return {name: value for name, value in scenario if name != "rng"}


def seed_of(scenario: Any) -> Any:
    """Return where a Mesa scenario's luck comes from, in a form that does not change while it is used.

    Mesa 3.5 keeps what it was given.  Mesa 4 makes a generator of it and keeps the generator's first
    state (4.0.0a0, where the generator itself does not survive a process border) or its seed sequence.
    """
    if hasattr(scenario, "seed_sequence"):
        return scenario.seed_sequence
    if hasattr(scenario, "initial_rng_state"):
        text = json.dumps(scenario.initial_rng_state, default=np.ndarray.tolist, sort_keys=True)
        return int.from_bytes(hashlib.sha256(text.encode()).digest()[:16])
    return scenario.rng


def replication_of(scenario: Any) -> int | None:
    """Return which replication of its design point a scenario is; None if it is the only one."""
    number = getattr(scenario, "replication_id", None)
    return None if number is None or number < 0 else int(number)


def replaced(scenario: Any, seed: int, values: dict[str, Any]) -> Any:
    """Return a scenario of the same class and numbers with another seed or other values."""
    numbers = ("_scenario_id", "scenario_id", "replication_id")
    kept = {name: getattr(scenario, name) for name in numbers if hasattr(scenario, name)}
    return type(scenario)(**said(scenario) | values | kept, rng=seed)


def keywords(init: Initialiser) -> Initialiser:
    """Let a constructor's ``**levers`` be seen under the name that Mesa's page insists on before 3.5."""
    if Scenario is None:
        signature = inspect.signature(init)
        named = [
            p.replace(name="kwargs") if p.kind is p.VAR_KEYWORD else p for p in signature.parameters.values()
        ]
        init.__signature__ = signature.replace(parameters=named)  # pyright: ignore[reportFunctionMemberAccess]
    return init


class _OfModel:
    """A scenario's way back to its model (Mesa 3.5) that does not keep the model alive."""

    def __init__(self, model: mesa.Model) -> None:
        self._model = weakref.ref(model)

    def __bool__(self) -> bool:
        return self._model() is not None

    def __getattr__(self, name: str) -> Any:
        return getattr(self._model(), name)

    def __reduce__(self) -> tuple[Any, ...]:
        return _OfModel, (self._model(),)


class Shell(mesa.Model):
    """A ``mesa.Model`` with the same face under every version, which can be pickled and let go."""

    def __init__(self, seed: int, scenario: Any = None) -> None:
        """Begin a model whose generators start from ``seed``, or from the Mesa scenario's own."""
        if scenario is None:
            super().__init__(rng=seed)
            return
        super().__init__(scenario=scenario)  # pyright: ignore[reportCallIssue]
        if scenario.rng is None:  # Mesa 3.5 would draw these afresh
            self.random.seed(seed)
            self.rng = np.random.default_rng(seed)

    def __getstate__(self) -> dict[str, Any]:
        state = self.__dict__.copy()
        if "subscribers" in state:  # weak references, which cannot be pickled
            alive = {key: [ref() for ref in refs] for key, refs in state["subscribers"].items()}
            state["subscribers"] = {k: [f for f in found if f is not None] for k, found in alive.items()}
        return state

    def __setstate__(self, state: dict[str, Any]) -> None:
        subscribers = state.pop("subscribers", None)
        self.__dict__.update(state)
        if subscribers is not None:
            from mesa.experimental.mesa_signals.signals_util import create_weakref

            refs = {key: [create_weakref(f) for f in found] for key, found in subscribers.items()}
            self.__dict__["subscribers"] = defaultdict(list, refs)

    if hasattr(mesa.Agent, "_ids"):  # before 3.5: the class counts agents in a table that keeps every model
        agent_id_counter = 1

        def register_agent(self, agent: mesa.Agent) -> None:
            """Number an agent by this model's own counter, and take it in."""
            mesa.Agent._ids.pop(self, None)
            agent.unique_id = self.agent_id_counter
            self.agent_id_counter += 1
            super().register_agent(agent)

    if hasattr(mesa.Model, "scenario"):  # from 3.5 on

        @property
        def scenario(self) -> Any:
            """Mesa's scenario this model was made from, the very object."""
            return self._scenario

        @scenario.setter
        def scenario(self, scenario: Any) -> None:
            self._scenario = scenario
            if hasattr(scenario, "model"):  # 3.5, whose scenario serves one model only and keeps it alive
                object.__setattr__(scenario, "model", _OfModel(self))

    if hasattr(mesa.Model, "run_for"):  # from 3.5 on; 4 counts time only
        if not hasattr(mesa.Model, "reset_randomizer"):

            @property
            def steps(self) -> int:
                """How often the model was stepped."""
                return int(self.time)  # pyright: ignore[reportAttributeAccessIssue]

    else:

        @property
        def time(self) -> float:
            """How often the model was stepped, as Mesa's later versions call it."""
            return float(self.steps)

        def run_for(self, duration: float) -> None:
            """Step ``duration`` times."""
            self.run_until(self.time + duration)

        def run_until(self, end_time: float) -> None:
            """Step until ``time`` is ``end_time``."""
            while self.time < end_time:
                self.step()


class Tables:
    """What a data collector has gathered, as Mesa 4's ``run_scenarios`` asks a recorder for it."""

    def __init__(self, collector: mesa.DataCollector) -> None:
        self._collector = collector

    def get_table_dataframe(self, name: str) -> Any:
        """Return one table; ``model`` has a row for each time of collection."""
        tables = self.get_all_dataframes()
        if name not in tables:
            raise KeyError(f"there is no table {name!r}; there are {sorted(tables)}")
        return tables[name]

    def get_all_dataframes(self) -> dict[str, Any]:
        """Return all tables by name: ``model``, and ``agents`` and the types reported on if there are any."""
        collector = self._collector
        tables = {"model": collector.get_model_vars_dataframe()}
        if collector.agent_reporters:
            tables["agents"] = collector.get_agent_vars_dataframe()
        for kind in collector.agenttype_reporters:
            tables[kind.__name__] = collector.get_agenttype_vars_dataframe(kind)
        return tables
