"""The kind ``sensitivity``: one lever at a time.

A lever's arm is the base scenario with the lever at its far bound and with the company that its
``requires`` names.  It is compared with its *partner*: the base with the same company and the lever
at its neutral value, so that the difference is the lever's own and not its company's.  The same scenario
is run once: most levers share the base as partner, and the arm of one may be the partner of another.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import asdict, replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sim.core.errors import InputError
from sim.lab import options, points
from sim.lab.comparison import Values
from sim.lab.contrast import Contrast
from sim.lab.given import Given
from sim.lab.plain import write_csv
from sim.lab.plan import Plan
from sim.lab.planning import at, build
from sim.lab.sensitivity import COLUMNS, sensitivity
from sim.scenario.nodes import Place

if TYPE_CHECKING:
    from sim.core.lever import Lever
    from sim.scenario import Scenario


def plan(study: Given, wanted: dict[str, Any]) -> Plan:
    """Return the plan of a study file: its base, with its levers or all moved one after the other."""
    from sim.schedule import LEVERS

    points.outcomes(study)
    levers = study.names("levers", "lever", LEVERS)
    known = [name for name in levers if name in LEVERS]
    base = points.base(study)

    def built() -> Plan:
        if base and (known or not levers):
            return one_at_a_time(*base[0], names=known, **wanted)
        files, places = [file for file, _ in base], [place for _, place in base]
        return build("sensitivity", files, places=places, **wanted)  # for its problems

    return study.built(built, known=bool(base))


def one_at_a_time(
    base: str | Path,
    place: Place | None = None,
    *,
    names: Sequence[str] = (),
    world: str | None = None,
    until: str | None = None,
    **rest: Any,
) -> Plan:
    """Return the plan of a study that moves one lever after the other.

    Args:
        base: scenario file.
        place: where the base was named, for messages.
        names: levers, all when empty.
        world: overrides the scenario's world.
        until: overrides the scenario's last quarter.
        rest: as for :func:`sim.lab.planning.build`.

    Raises:
        InputError: with every problem of the options and of the scenario under any of the levers.
    """
    from sim.scenario import load
    from sim.schedule import LEVERS

    asked = {k: rest[k] for k in ("seed", "scale", "runs", "jobs", "out") if k in rest}
    problems = options.problems(until=until, **asked)
    arms: dict[str, Scenario] = {}  # by digest; the first is the base
    contrasts = []

    def arm(settings: Mapping[str, Any], name: str = "", description: str = "") -> str:
        """Return the name of the arm with these settings, a new one if there is none yet."""
        scenario = load(base, _options(settings), world=world, until=until)
        if name:
            scenario = replace(scenario, name=name, description=description, serves=())
        return arms.setdefault(scenario.digest, scenario).name

    try:
        arm({})
        for lever in LEVERS.values() if not names else (LEVERS[name] for name in dict.fromkeys(names)):
            value, company = far_bound(lever), dict(lever.requires)
            partner = arm(
                company | {lever.name: lever.neutral},
                _partner_name(lever, {scenario.name for scenario in arms.values()}),
                f"What {lever.name} and others with the same company are compared with.",
            )
            requires = "; ".join(f"{key} {worded(v)}" for key, v in company.items())
            contrast = Contrast(
                lever.name, lever.name, partner, worded(value), worded(lever.neutral), requires
            )
            mine = arm(company | {lever.name: value}, lever.name, contrast.words)
            contrasts.append(replace(contrast, arm=mine))
    except InputError as error:
        told = {problem.file for problem in problems}
        found = (at(place or Place(str(base)), str(base), p) for p in error.problems if p.file not in told)
        raise InputError([*problems, *found]) from None
    told = [asdict(contrast) for contrast in contrasts]
    return build(
        "sensitivity",
        list(arms.values()),
        design={"method": "one_at_a_time", "contrasts": told},
        derived=True,
        **rest,
    )


def contrasts(plan: Plan) -> list[Contrast]:
    """Return what a sensitivity study compares."""
    return [Contrast(**contrast) for contrast in plan.design["contrasts"]]


def pairs(plan: Plan) -> list[tuple[str, str]]:
    """Return every lever's arm with its partner, by name."""
    return [(contrast.arm, contrast.partner) for contrast in contrasts(plan)]


def told(plan: Plan) -> list[str]:
    """Return what is compared with what, in words."""
    return [f"{contrast.words} Compared with {contrast.partner}." for contrast in contrasts(plan)]


def summarise(
    plan: Plan, root: Path, metrics: dict[str, Values], catalogue: Sequence[Mapping[str, Any]]
) -> list[dict[str, Any]]:
    """Write ``sensitivity.csv`` and return its rows."""
    rows = sensitivity(contrasts(plan), metrics, plan.outcomes, catalogue)
    write_csv(root / "sensitivity.csv", COLUMNS, rows)
    return rows


def far_bound(lever: Lever) -> Any:
    """Return the bound of a lever that lies farther from its neutral value, ``high`` if neither does.

    Sets of zones or industries have no distance; ``high`` is then a valid choice of members.
    """
    if lever.kind in ("number", "integer") and lever.neutral - lever.low > lever.high - lever.neutral:
        return lever.low
    return lever.high


def worded(value: Any) -> str:
    """Return a lever's value for people.

    >>> worded(0.30), worded(["AI", "SEMI"]), worded([])
    ('0.3', 'AI, SEMI', 'none')
    """
    return f"{value:.10g}" if isinstance(value, int | float) else ", ".join(value) or "none"


def _options(settings: Mapping[str, Any]) -> list[str]:
    """Return settings as ``key=value`` texts in YAML, of which JSON is a part."""
    return [f"{key}={json.dumps(value)}" for key, value in settings.items()]


def _partner_name(lever: Lever, taken: Collection[str]) -> str:
    """Return a name that tells the company, and the lever where the company alone does not."""
    name = f"with_{'_and_'.join(lever.requires)}" if lever.requires else f"without_{lever.name}"
    return f"{name}_for_{lever.name}" if name in taken else name
