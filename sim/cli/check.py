"""The command that tells, before anything runs, whether scenario and study files are valid."""

from __future__ import annotations

from typing import Annotated

import typer

from sim.cli.write import line
from sim.core.errors import InputError, Problem


def check(
    files: Annotated[
        list[str], typer.Argument(metavar="FILE...", help="Scenario or study files.", show_default=False)
    ],
) -> None:
    """Validate scenario and study files; tell every problem with its place."""
    problems: list[Problem] = []
    for file in files:
        try:
            line(f"{file}: ok, {_checked(file)}")
        except InputError as error:
            problems += [p for p in error.problems if p not in problems]
    if problems:
        raise InputError(problems)


def _checked(file: str) -> str:
    """Return in a few words what a valid file holds."""
    from sim.lab.plan import build
    from sim.lab.shipped import locate
    from sim.lab.studyfile import is_study, read_study
    from sim.scenario.yamlfile import read

    path = locate(file)
    if is_study(read(path)):
        plan = read_study(path)
        return f"study {plan.name!r} of {len(plan.arms)} scenarios x {plan.runs} runs on {plan.world}"
    plan = build("run", [str(path)])
    return f"scenario {plan.name!r} on {plan.world} until {plan.until}"
