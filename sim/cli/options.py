"""Options that several commands share, declared once."""

from __future__ import annotations

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from sim.core.paths import path_of


def scenario_names() -> list[str]:
    """Return what a shell completes a scenario to, besides files."""
    from sim.scenario.find import names

    return names()


Scenario = Annotated[
    str,
    typer.Argument(
        help="Scenario file, or a shipped one's name such as 'baseline'.",
        show_default=False,
        autocompletion=scenario_names,
    ),
]
Folder = Annotated[
    Path, typer.Argument(help="Results folder.", metavar="FOLDER", parser=path_of, show_default=False)
]
Seed = Annotated[int, typer.Option(help="Seed of the first run; run i uses seed + i - 1.")]
Scale = Annotated[float, typer.Option(help="Share of host firms and R&D workers simulated, 0.002 to 1.")]
World = Annotated[
    str | None,
    typer.Option(
        help="china-178, china-31, synthetic, an example (swiss-cantons), or own zones (CSV, folder).  "
        "[default: the scenario's, else china-178]"
    ),
]
Until = Annotated[str | None, typer.Option(help="Last quarter.  [default: the scenario's, else 2042-Q4]")]
Sets = Annotated[
    list[str] | None,
    typer.Option("--set", metavar="LEVER=VALUE", help="Override a setting; YAML value; may be repeated."),
]
Out = Annotated[
    str | None,
    typer.Option(
        help="Folder to write: new, empty, or one to go on with.  [default: a new dated one in results/]"
    ),
]
Jobs = Annotated[
    int | None, typer.Option(help="Worker processes; results are the same.  [default: one a processor]")
]
Runs = Annotated[int, typer.Option(help="Runs per scenario, under the same seeds for all.")]
Precision = Annotated[
    list[str] | None,
    typer.Option(
        metavar="METRIC=WIDTH",
        help="Stop once half of the 95 % interval is that narrow: jobs=5000, or jobs=10% (of the "
        "difference); may be repeated.  [default: all runs]",
    ),
]


class Language(StrEnum):
    """Languages of the report."""

    EN = "en"
    ZH = "zh"


Lang = Annotated[Language, typer.Option("--lang", help="Language of the report.")]
Reuse = Annotated[
    list[str] | None,
    typer.Option(metavar="FOLDER", help="Take runs that are the same from these results; may be repeated."),
]
Json = Annotated[bool, typer.Option("--json", help="Print JSON only.")]
