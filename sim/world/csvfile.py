"""Read a CSV file of a user's: cells with their places, and every problem of the file at once."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path

from sim.core.errors import InputError, Problem, nearest

_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?")
_LARGEST = 5_000_000
"""Bytes of a file; 500 zones take a hundredth of it."""
MOST = 30
"""Problems that are told of one file."""


@dataclass(frozen=True, slots=True)
class Cell:
    """A text and where it stands; line and column are 1-based."""

    text: str
    line: int
    column: int


Row = dict[str, Cell]


@dataclass
class Sheet:
    """The rows of a file, and what is wrong with it so far."""

    file: str
    rows: list[Row] = field(default_factory=list)
    columns: dict[str, Cell] = field(default_factory=dict)
    problems: list[Problem] = field(default_factory=list)

    def add(self, cell: Cell, what: str, allowed: str = "", near: str = "", remedy: str = "") -> None:
        """Note a problem at a cell."""
        self.problems.append(Problem(self.file, cell.line, cell.column, what, allowed, near, remedy))

    def number(self, row: Row, name: str, low: float, high: float, *, whole: bool = False) -> float | None:
        """Return a cell as a number within bounds; note what it is instead."""
        cell = row[name]
        allowed = f"{'a whole number' if whole else 'a number'} from {low:,.10g} to {high:,.10g}"
        if not _NUMBER.fullmatch(cell.text):
            remedy = "a comma may mean a point or thousands: write neither" if "," in cell.text else ""
            what = f"{name} is {cell.text!r}" if cell.text else f"{name} is empty"
            self.add(cell, what, allowed, remedy=remedy)
            return None
        value = float(cell.text)
        if not low <= value <= high or (whole and value != int(value)):
            self.add(cell, f"{name} is {cell.text}", allowed)
            return None
        return value

    def stop(self) -> None:
        """Raise ``InputError`` if there are problems."""
        if self.problems:
            more = len(self.problems) - MOST
            told = self.problems[:MOST]
            if more > 0:
                told.append(Problem(self.file, 0, 0, f"{more} more problems"))
            raise InputError(told)


def text_of(file: Path, label: str) -> str:
    """Return the text of a UTF-8 file, with or without a byte-order mark; ``label`` is for messages.

    Raises:
        InputError: it cannot be read, is too large or not UTF-8.
    """
    try:
        if file.stat().st_size > _LARGEST:
            raise InputError(Problem(label, 0, 0, "is too large for zones", f"{_LARGEST:,} bytes"))
        content = file.read_bytes()
    except (OSError, ValueError) as error:
        what = "no such file" if isinstance(error, FileNotFoundError) else f"cannot be read: {error}"
        raise InputError(Problem(label, 0, 0, what)) from None
    try:
        return content.decode("utf-8-sig").replace("\r\n", "\n").replace("\r", "\n")
    except UnicodeDecodeError as error:
        line = content[: error.start].count(b"\n") + 1
        column = error.start - (content.rfind(b"\n", 0, error.start) + 1) + 1
        remedy = "save it as 'CSV UTF-8' (Excel) or with encoding utf-8"
        raise InputError(Problem(label, line, column, "is not UTF-8 here", remedy=remedy)) from None


def sheet_of(label: str, text: str, required: Sequence[str], optional: Sequence[str] = ()) -> Sheet:
    """Return the rows of a CSV text with these columns, in any order.

    Raises:
        InputError: it lacks columns or has others; other problems are kept for the caller to add to.
    """
    sheet = Sheet(label)
    lines = list(_lines(text, sheet))
    top = Cell("", 1, 1)
    if not lines:
        sheet.add(top, "the file is empty", f"columns {', '.join(required)}")
        sheet.stop()
    known = (*required, *optional)
    header = [Cell(cell.text.casefold(), cell.line, cell.column) for cell in lines[0]]
    if len(header) == 1 and re.search(r"[;\t|]", header[0].text):
        sheet.add(header[0], "cells are not separated by commas", remedy="save it as CSV with commas")
        sheet.stop()
    for cell in header:
        if cell.text in sheet.columns:
            sheet.add(cell, f"there are two columns {cell.text!r}")
        elif cell.text not in known:
            what = f"{cell.text!r} is not a column" if cell.text else "a column has no name"
            sheet.add(cell, what, ", ".join(known), nearest(cell.text, known), "take it out or rename it")
        sheet.columns[cell.text] = cell
    for name in required:
        if name not in sheet.columns:
            sheet.add(top, f"there is no column {name!r}", f"columns {', '.join(required)}")
    sheet.stop()
    for cells in lines[1:]:
        if len(cells) != len(header):
            what = f"the row has {len(cells)} cells, the first line {len(header)}"
            sheet.add(cells[0], what)
        else:
            sheet.rows.append({name.text: cell for name, cell in zip(header, cells, strict=True)})
    return sheet


def _lines(text: str, sheet: Sheet) -> Iterator[list[Cell]]:
    """Yield the rows that hold anything, as cells without outer spaces."""
    line, start, at, cells = 1, 0, 0, []
    while at < len(text):
        begin, row = at, line
        if text[at] == '"':
            end = at + 1
            while (end := text.find('"', end)) >= 0 and text[end + 1 : end + 2] == '"':
                end += 2
            if end < 0:
                sheet.add(Cell("", row, begin - start + 1), "the quotation mark is not closed")
                return
            word, at = text[begin + 1 : end].replace('""', '"'), end + 1
            line += word.count("\n")
            if text[at : at + 1] not in ("", ",", "\n"):
                sheet.add(Cell("", row, begin - start + 1), "there is text after the closing quotation mark")
                return
        else:
            at = min(p for p in (text.find(",", at), text.find("\n", at), len(text)) if p >= 0)
            word = text[begin:at]
        cells.append(Cell(" ".join(word.split()), row, begin - start + 1))
        if text[at : at + 1] == ",":
            at += 1
            if text[at : at + 1] in ("", "\n"):
                cells.append(Cell("", line, at - start + 1))
        if text[at : at + 1] in ("", "\n"):
            if any(cell.text for cell in cells):
                yield cells
            at, line, cells = at + 1, line + 1, []
            start = at
