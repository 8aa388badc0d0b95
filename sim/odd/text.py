"""Markdown out of docstrings, numbers and tables."""

from __future__ import annotations

import re
from collections.abc import Iterable, Sequence
from textwrap import dedent

from sim.odd.sources import ROOT, Place

UP = "../"
"""From the folder of the document to the root of the repository."""
_KEPT = re.compile(r"`[^`]*`|\*\*\w[^*]*\*\*|(?<![\w)*])\*\w[^*]*\*(?![\w*])")
_RECORD = re.compile(r"(decision records?) (\d{4})")


def table(header: Sequence[str], rows: Iterable[Sequence[str]]) -> str:
    r"""Return a Markdown table.

    >>> print(table(("a", "b"), [("1", "x|y")]))
    | a | b |
    |---|---|
    | 1 | x\|y |
    """
    lines = [f"| {' | '.join(cell.replace('|', chr(92) + '|') for cell in row)} |" for row in (header, *rows)]
    return "\n".join([lines[0], "|---" * len(header) + "|", *lines[1:]])


def number(value: float) -> str:
    """Return a number for readers.

    >>> number(6353574.0), number(0.4845), number(-0.5)
    ('6,353,574', '0.4845', '−0.5')
    """
    text = f"{value:,.0f}" if abs(value) >= 1000 else f"{value:.6g}"
    return text.replace("-", "−")


def prose(text: str) -> str:
    r"""Return a docstring as Markdown: ``::`` blocks fenced, stray asterisks escaped, records linked.

    >>> print(prose("A b*c*d of ``x``::\n\n    y = 1\n\n*Then* n* counts."))
    A b\*c\*d of `x`:
    <BLANKLINE>
    ```text
    y = 1
    ```
    <BLANKLINE>
    *Then* n\* counts.
    """
    out = []
    for block in re.split(r"\n\n+(?=\S)", text.strip()):
        words, equations, lines = block.partition("::\n\n")
        out.append(inline(words) + (":" if equations else ""))
        if equations:
            out.append(f"```text\n{dedent(lines)}\n```")
    return "\n\n".join(out)


def inline(text: str) -> str:
    """Return running text with roles, code and decision records in Markdown."""
    text = re.sub(r":\w+:`~?([^`]+)`", r"`\1`", text).replace("``", "`")
    out, end = "", 0
    for kept in _KEPT.finditer(text):
        out += _escape(text[end : kept.start()]) + kept[0]
        end = kept.end()
    return _RECORD.sub(_record, out + _escape(text[end:]))


def _escape(text: str) -> str:
    return re.sub(r"([*<>])", r"\\\1", text)


def _record(found: re.Match[str]) -> str:
    """Return the mention of a decision record as a link, where the record is at hand."""
    page = next((ROOT.parent / "docs" / "decisions").glob(f"{found[2]}-*.md"), None)
    return f"[{found[1]} {found[2]}](decisions/{page.name})" if page else found[0]


def link(file: str) -> str:
    """Return a file of the repository as a link."""
    return f"[`{file}`]({UP}{file})"


def places(found: Iterable[Place]) -> str:
    """Return functions by file, mechanisms' files by their name in ``sim/mechanisms/``, as links.

    >>> places([Place("sim/mechanisms/tally.py", "step"), Place("sim/mechanisms/tally.py", "")])
    '[tally.py](../sim/mechanisms/tally.py) `step`'
    """
    files: dict[str, list[str]] = {}
    for place in found:
        files.setdefault(place.file, [])
        if place.function:
            files[place.file].append(f"`{place.function}`")
    parts = []
    for file, functions in files.items():
        name = file.removeprefix("sim/mechanisms/").removeprefix("sim/")
        parts.append(f"[{name}]({UP}{file}) {', '.join(functions)}".strip())
    return "; ".join(parts)


def folded(summary: str, body: str) -> str:
    """Return a part that a reader opens with a click."""
    return f"<details>\n<summary>{summary}</summary>\n\n{body}\n\n</details>"
