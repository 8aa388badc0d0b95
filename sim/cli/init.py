"""The command that makes a study folder to begin with, anywhere."""

from __future__ import annotations

import shlex
from pathlib import Path
from typing import Annotated

import typer

from sim.cli.write import line
from sim.core.errors import InputError, Problem
from sim.core.paths import path_of

_BEGINNING = Path(__file__).with_name("beginning")


def init(
    folder: Annotated[
        Path,
        typer.Argument(help="New or empty folder.", metavar="DIR", parser=path_of, show_default=False),
    ],
) -> None:
    """Make a folder with a study to begin with: three commented scenarios, a study, schemas for editors."""
    from sim.lab.plain import dump
    from sim.lab.studyschema import study_schema
    from sim.scenario import schema

    texts = {
        str(file.relative_to(_BEGINNING)): file.read_text(encoding="utf-8")
        for file in sorted(_BEGINNING.rglob("*"))
        if file.is_file()
    }
    texts["scenario.schema.json"] = dump(schema()) + "\n"
    texts["study.schema.json"] = dump(study_schema()) + "\n"
    try:
        if folder.is_dir() and (there := next(folder.iterdir(), None)):
            what = f"is not empty: it holds {there.name}"
            remedy = "nothing was written; name a folder that is not there yet"
            raise InputError(Problem(str(folder), 0, 0, what, "a new or an empty folder", "", remedy))
        for name, text in texts.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_text(text, encoding="utf-8")
    except OSError as error:
        allowed = "a folder one may write to"
        raise InputError(
            Problem(str(folder), 0, 0, f"cannot be written: {error.strerror}", allowed)
        ) from None
    for name in texts:
        line(f"wrote {folder / name}")
    line(f"next: clusterlab study {shlex.quote(str(folder / 'study.yaml'))}")
