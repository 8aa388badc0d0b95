"""Render the pages that show numbers of runs, from docs/parts/*.md.j2 and the tables in results/reference.

Use: python .ci/pages.py.  A figure in a sentence is filled in from a table, and what the sentence makes of it
stands in a claim that fails here when the table no longer bears it:

    {% call claim(dial.quota_only.output.down) %}Quotas cost output.{% endcall %}

Templates are written in Jinja2 with these functions:

- ``table(file, column, ...)``: the rows of a table (see Row), by the values of one or more of its columns;
- ``how(file)`` and ``shown(file)``: the record of how a table was made, and the sentence about it;
- ``num``, ``signed``, ``percent``, ``part`` (a fraction in words), ``count`` (a whole number in words): one
  number;
- ``cell`` (difference and interval), ``give`` (difference and half of the interval), ``verdict`` (a word by
  the sign, another one where it is not clear), ``change`` (so many per cent more or less): one row.
"""

import csv
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import jinja2
import provenance
import signs
from provenance import REFERENCE, ROOT

PARTS = ROOT / "docs" / "parts"
ELSEWHERE = {"README.md": ROOT / "README.md", "reference.md": REFERENCE / "README.md"}
"""Pages that do not go to docs/."""
MINUS = "\N{MINUS SIGN}"
WORDS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
FRACTIONS = {
    1 / 10: "a tenth", 1 / 8: "an eighth", 1 / 6: "a sixth", 1 / 5: "a fifth", 1 / 4: "a quarter",
    3 / 10: "three tenths", 1 / 3: "a third", 2 / 5: "two fifths", 1 / 2: "half", 3 / 5: "three fifths",
    2 / 3: "two thirds", 7 / 10: "seven tenths", 3 / 4: "three quarters", 4 / 5: "four fifths",
    9 / 10: "nine tenths", 1.0: "all",
}  # fmt: skip


FEW = "So few pairs make intervals too narrow and allow no small p-value: read the large differences only."
ENOUGH = 6
"""Fewest pairs whose p-value can be below 0.05, as in the report."""


class Row:
    """A row of a table: its columns as attributes, numbers as numbers, and what they amount to."""

    def __init__(self, cells: dict[str, str]) -> None:
        self._cells = {column: _value(text) for column, text in cells.items()}

    def __getattr__(self, column: str) -> Any:
        try:
            return self.__dict__["_cells"][column]
        except KeyError:
            raise AttributeError(column) from None

    @property
    def base(self) -> float:
        """What the row is compared with."""
        return self._cells["partner" if "partner" in self._cells else "baseline"]

    @property
    def share(self) -> float:
        """The difference over what it is compared with."""
        return self.difference / abs(self.base)

    @property
    def up(self) -> bool:
        """Whether the difference is clearly above zero."""
        return self.difference > 0.0 and not self.unclear

    @property
    def down(self) -> bool:
        """Whether the difference is clearly below zero."""
        return self.difference < 0.0 and not self.unclear

    @property
    def unclear(self) -> bool:
        """Whether the interval includes zero or, of pairs enough, the adjusted p-value is 0.05 or more."""
        likely = self.runs >= ENOUGH and self.p_value >= 0.05
        return self.ci_low <= 0.0 <= self.ci_high or likely

    @property
    def half(self) -> float:
        """Half of the interval's width."""
        return (self.ci_high - self.ci_low) / 2.0


def _value(text: str) -> Any:
    try:
        return float(text)
    except ValueError:
        return text


def table(file: str, *columns: str) -> Any:
    """Return a table's rows by the values of columns, dictionaries in dictionaries; a list without any."""
    with (REFERENCE / file).open(encoding="utf-8-sig", newline="") as text:
        cells = list(csv.DictReader(text))
    if not columns:
        return [Row(row) for row in cells]
    found: dict[str, Any] = {}
    for row in cells:
        at = found
        for column in columns[:-1]:
            at = at.setdefault(row[column], {})
        at[row[columns[-1]]] = Row(row)
    return found


def how(file: str) -> dict[str, Any]:
    """Return the record of how a table was made."""
    return provenance.read()[file]


def text(file: str) -> str:
    """Return what stands in a file."""
    return (REFERENCE / file).read_text(encoding="utf-8").strip()


def shown(*files: str) -> str:
    """Return how tables were made, in a line; those that are old in a line of their own."""
    lines = []
    for file in files:
        record = how(file)
        lines.append(f"*Made by {provenance.told(record)}.*")
        if "paired runs a scenario" in record["of"] and 1 < record["runs"] < ENOUGH:
            lines.append(FEW)
        if why := provenance.old(record):
            lines.append(f"**{file} was made before the last change of results: {why}.**")
    return "\n\n".join(dict.fromkeys(lines))


def num(value: float, decimals: int = 0) -> str:
    """Return a number with separators and a true minus.

    >>> num(-1234.56), num(-0.004, 1), num(0.25, 2)
    ('−1,235', '0.0', '0.25')
    """
    text = f"{value:,.{decimals}f}"
    return text.replace("-", MINUS if float(text.replace(",", "")) else "")


def signed(value: float, decimals: int = 0) -> str:
    """Return a number with its sign, zero without.

    >>> signed(2.4), signed(-2.6), signed(0.2)
    ('+2', '−3', '0')
    """
    text = num(value, decimals)
    return text if text.startswith(MINUS) or not float(text.replace(",", "")) else f"+{text}"


def percent(share: float, decimals: int | None = None) -> str:
    """Return the size of a share as a percentage, some two digits.

    >>> percent(-0.2938), percent(0.0064), percent(0.095)
    ('29 %', '0.6 %', '9.5 %')
    """
    size = abs(100.0 * share)
    if size == 0.0:
        return "0 %"
    return f"{num(size, (0 if round(size, 1) >= 10.0 else 1) if decimals is None else decimals)} %"


def part(share: float) -> str:
    """Return the simple fraction nearest to the size of a share, in words.

    >>> part(-0.31), part(0.66), part(0.97)
    ('three tenths', 'two thirds', 'nearly all')
    """
    size = abs(share)
    if 0.95 <= size < 0.995:
        return "nearly all"
    if not 0.08 <= size <= 1.005:
        return percent(share)
    return FRACTIONS[min(FRACTIONS, key=lambda fraction: abs(fraction - size))]


def count(number: float) -> str:
    """Return a whole number in words up to twelve."""
    whole = round(number)
    return WORDS[whole] if 0 <= whole < len(WORDS) else num(whole)


def cell(row: Row, factor: float = 1.0, decimals: int = 0, unit: str = "") -> str:
    """Return difference and interval, the difference with its unit: ``−169 bn [−182, −154]``."""
    low, high = (num(factor * end, decimals) for end in (row.ci_low, row.ci_high))
    return " ".join(filter(None, (signed(factor * row.difference, decimals), unit, f"[{low}, {high}]")))


def give(row: Row, factor: float = 1.0, decimals: int = 0) -> str:
    """Return difference and half of its interval: ``+0.05 ± 0.01``."""
    return f"{signed(factor * row.difference, decimals)} ± {num(factor * row.half, decimals)}"


def verdict(row: Row, up: str, down: str, unclear: str) -> str:
    """Return a word by what is clear."""
    return up if row.up else down if row.down else unclear


def change(row: Row, up: str, down: str, noun: str) -> str:
    """Return a change in words: ``29 % less public money``, or that there is no sure difference in it."""
    word = verdict(row, up, down, "")
    return f"{percent(row.share)} {word} {noun}" if word else f"no sure difference in {noun}"


def grid(
    found: dict[str, dict[str, Row]], heads: dict[str, str], rows: list[tuple[Any, ...]], show: Any = cell
) -> str:
    """Return a Markdown table of outcomes by arms.

    Args:
        found: a table by arm and metric.
        heads: what stands above each arm's column; the first one above the outcomes' names.
        rows: outcome in words, metric, factor, decimals and unit of the base, the same of the differences.
        show: ``cell`` or ``give``.
    """
    arms = list(heads)[1:]
    lines = [f"| {' | '.join(heads.values())} |", "|---" * len(heads) + "|"]
    for words, metric, times, places, unit, *difference in rows:
        base = " ".join(filter(None, (num(times * found[arms[0]][metric].base, places), unit)))
        cells = [show(found[arm][metric], *difference) for arm in arms]
        lines.append(f"| {words} ({base}) | {' | '.join(cells)} |")
    return "\n".join(lines)


HELPERS: dict[str, Callable[..., Any]] = {
    f.__name__: f
    for f in (table, how, text, shown, num, signed, percent, part, count, cell, give, verdict, change, grid)
}


class Untrue(Exception):
    """Sentences of a page that its tables do not bear."""


def render(name: str, text: str) -> str:
    """Return the page of a template.

    Raises:
        Untrue: with every claim that fails.
    """
    failed = []

    def claim(holds: bool, caller: Callable[[], str]) -> str:
        said = caller()
        if not holds:
            failed.append(" ".join(said.split()))
        return said

    world = jinja2.Environment(
        undefined=jinja2.StrictUndefined, trim_blocks=True, lstrip_blocks=True, keep_trailing_newline=True,
        autoescape=False,
    )  # fmt: skip
    world.globals |= HELPERS | {"claim": claim, "sign_tables": sign_tables}
    world.globals |= {"records": provenance.read, "old": provenance.old}
    page = world.from_string(text).render()
    if failed:
        raise Untrue("\n".join(f"docs/parts/{name}: the tables do not bear this: {said}" for said in failed))
    return f"<!-- Made from docs/parts/{name} by `make docs`: edit that, not this. -->\n{page}"


def sign_tables() -> str:
    """Return the tables of signs with their reasons."""
    return signs.made(signs.read(signs.TABLE), signs.read(signs.REASONS))


def pages() -> dict[str, Path]:
    """Return where the page of every template goes."""
    return {
        part.name: ELSEWHERE.get(part.stem, ROOT / "docs" / part.stem)
        for part in sorted(PARTS.glob("*.md.j2"))
    }


def main() -> None:
    """Renew all pages; stop at those whose tables do not bear what they say."""
    untrue = []
    for name, page in pages().items():
        try:
            text = render(name, (PARTS / name).read_text(encoding="utf-8"))
        except Untrue as error:
            untrue.append(str(error))
            continue
        page.write_text(text, encoding="utf-8", newline="\n")
    if untrue:
        sys.exit("\n".join(untrue))


if __name__ == "__main__":
    main()
