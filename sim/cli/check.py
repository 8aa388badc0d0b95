"""Tells, before anything runs, whether scenario and study files are valid and what they would take."""

from __future__ import annotations

from dataclasses import asdict
from typing import TYPE_CHECKING, Annotated, Any

import typer

from sim.cli import options as o
from sim.cli.progress import span
from sim.cli.write import line, print_json, warn
from sim.core.errors import InputError, Problem

if TYPE_CHECKING:
    from sim.lab.plan import Plan


def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Scenario or study files.", show_default=False)
    ],
    jobs: o.Jobs = None,
    json: o.Json = False,
) -> None:
    """Validate scenario and study files: every problem with its place, else what they would take."""
    problems: list[Problem] = []
    answers: list[dict[str, Any]] = []
    for file in files:
        try:
            plan = _plan(file)
        except InputError as error:
            answers.append({"file": file, "problems": [asdict(p) for p in error.problems]})
            problems += [p for p in error.problems if p not in problems]
        else:
            told = [asdict(warning) for warning in plan.warnings]
            answers.append({"file": file, "problems": [], "warnings": told, **as_dict(plan, jobs)})
            warn(plan.warnings)
            if not json:
                line(f"{file}: ok, {_words(plan)}")
                tell(plan, jobs)
    if json:
        print_json(answers)
    if problems:
        raise InputError(problems)


def as_dict(plan: Plan, jobs: int | None) -> dict[str, Any]:
    """Return what a valid file holds and would take, as plain data."""
    from sim.lab.estimate import estimate

    found = {"kind": plan.kind, "name": plan.name, "scenarios": [arm.name for arm in plan.arms if not arm.of]}
    if points := sum(bool(arm.of) for arm in plan.arms):
        found["points"] = points
    found |= {key: getattr(plan, key) for key in ("runs", "seed", "scale", "world", "until")}
    return found | {"estimate": asdict(estimate(plan, jobs))}


def tell(plan: Plan, jobs: int | None) -> None:
    """Write what a plan would take."""
    from sim.lab.equalcost import trial_runs
    from sim.lab.estimate import estimate, told

    for words in told(estimate(plan, jobs), span):
        line(f"  {words}")
    if trials := trial_runs(plan):
        line(f"  before that, about {trials} trial runs one after the other, to find budgets of equal cost")


def _plan(file: str) -> Plan:
    """Return the plan of a study, or of one run of a scenario."""
    from sim.lab.planning import build
    from sim.lab.studyfile import is_study, read_study
    from sim.scenario.find import find
    from sim.scenario.yamlfile import read

    found = find(file)
    return read_study(found.file) if is_study(read(found.file, found.label)) else build("run", [file])


def _words(plan: Plan) -> str:
    if plan.kind == "run":
        return f"scenario {plan.name!r} on {plan.world} until {plan.until}"
    return f"study {plan.name!r} of {len(plan.arms)} scenarios x {plan.runs} runs on {plan.world}"
