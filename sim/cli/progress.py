"""Progress and the answer so far on stderr: rewritten in place in a terminal, a few plain lines elsewhere."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from sim.cli import sofar
from sim.cli.write import note
from sim.lab.progress import OnProgress, Progress

if TYPE_CHECKING:
    from sim.lab.stream import Answer

_STEP = 0.1
"""Share of the work between two plain lines."""
_SILENCE = 30.0
"""Longest silence between two plain lines, seconds."""
_GAP = 2.0
"""Shortest time between two plain lines, seconds."""


@contextmanager
def shown() -> Iterator[OnProgress]:
    """Give a callback that shows progress until the block ends."""
    if sys.stderr.isatty():
        with _bar() as watch:
            yield watch
    else:
        yield PlainLines()


class PlainLines:
    """Writes a line every tenth of the way, or after a long silence, and one at the end.

    The answer so far comes with it where it is a newer one, and the first as soon as there is one.
    """

    def __init__(self) -> None:
        self.share = 0.0
        self.at = 0.0
        self.answer: Answer | None = None

    def __call__(self, now: Progress) -> None:
        """Hear about a step and perhaps write a line."""
        finished = now.done + now.failed >= now.total
        gap = now.elapsed - self.at
        due = gap >= _SILENCE or (now.fraction - self.share >= _STEP and gap >= _GAP)
        first = now.answer is not None and self.answer is None
        if now.elapsed > 0 and (due or first or (finished and self.share < 1.0)):
            self.share, self.at = now.fraction, now.elapsed
            note(words(now), *self._news(now.answer))

    def _news(self, answer: Answer | None) -> list[str]:
        if answer is None or answer is self.answer:
            return []
        self.answer = answer
        return [f"  {line}" for line in sofar.lines(answer)]


def words(now: Progress) -> str:
    """Return a moment of a study as one line.

    >>> words(Progress(60, 12, 0, 0.2, 35.0, 140.0))
    '12 of 60 runs, 20 %, 35 s gone, about 2 min 20 s left'
    """
    failed = f", {now.failed} failed" if now.failed else ""
    left = "" if now.remaining is None or now.fraction >= 1 else f", about {span(now.remaining)} left"
    return (
        f"{now.done} of {now.total} runs{failed}, {100 * now.fraction:.0f} %, {span(now.elapsed)} gone{left}"
    )


def span(seconds: float) -> str:
    """Return a time span for people.

    >>> span(3.2), span(100), span(7300)
    ('3 s', '1 min 40 s', '2 h 1 min')
    """
    whole = round(seconds)
    if whole < 60:
        return f"{whole} s"
    minutes, rest = divmod(whole, 60)
    if minutes < 60:
        return f"{minutes} min {rest} s" if rest else f"{minutes} min"
    return f"{minutes // 60} h {minutes % 60} min"


@contextmanager
def _bar() -> Iterator[OnProgress]:
    from rich.console import Console, Group
    from rich.live import Live
    from rich.progress import BarColumn, TextColumn
    from rich.progress import Progress as Bar
    from rich.text import Text

    bar = Bar(BarColumn(bar_width=40), TextColumn("{task.description}"))
    task = bar.add_task("starting", total=1.0)
    with Live(bar, console=Console(stderr=True), transient=True) as live:

        def watch(now: Progress) -> None:
            bar.update(task, completed=now.fraction, description=words(now))
            lines = sofar.table(now.answer) if now.answer else []
            live.update(Group(bar, *(Text(line, no_wrap=True, overflow="ellipsis") for line in lines)))

        yield watch
