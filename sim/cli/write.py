"""Ways of writing: lines and JSON to stdout, notes to stderr, tables that fit the terminal."""

from __future__ import annotations

import sys
from collections.abc import Iterable, Sequence
from contextlib import suppress
from typing import Any

from sim.core.errors import Problem

_WIDE = 150
"""Width of tables that go to a file or a pipe."""


def line(text: str) -> None:
    """Write a line to stdout, never wrapped; if its reader has gone, the work goes on unseen."""
    with suppress(BrokenPipeError):
        sys.stdout.write(text + "\n")


def note(*lines: str) -> None:
    """Write lines to stderr, never wrapped; a study does not end because nobody can see them."""
    with suppress(OSError, ValueError):
        sys.stderr.write("".join(text + "\n" for text in lines))
        sys.stderr.flush()


def warn(warnings: Iterable[Problem]) -> None:
    """Write what is accepted and yet changes nothing, or is not what one may think, to stderr."""
    note(*(f"warning: {problem}" for problem in warnings))


def print_json(value: Any) -> None:
    """Write a value as JSON to stdout; NaN becomes null."""
    from sim.lab.plain import dump

    line(dump(value))


def print_table(title: str, header: Sequence[str], rows: Iterable[Sequence[str]], *, right: str = "") -> None:
    """Write a table to stdout; ``right`` names the columns to align right, with commas."""
    from rich.console import Console
    from rich.table import Table
    from rich.text import Text

    terminal = sys.stdout.isatty()
    console = Console(highlight=False, width=None if terminal else _WIDE)
    table = Table(title=title, title_justify="left", box=None, pad_edge=False, padding=(0, 2, 0, 0))
    for name in header:
        to_right = name in right.split(",")
        last = name == header[-1]
        table.add_column(
            name,
            justify="right" if to_right else "left",
            no_wrap=not last,
            overflow="fold",
            ratio=1 if last and not to_right else None,
        )
    for row in rows:
        table.add_row(*(Text(cell) for cell in row))
    if terminal:
        console.print(table)
        return
    with console.capture() as text:
        console.print(table)
    for written in text.get().splitlines():
        line(written.rstrip())
