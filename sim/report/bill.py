"""The bill: what programmes asked for, what governments paid, passed on and got back, line by line.

All lines are means over runs: payments in the ledger (``flows`` and ``programmes`` of the manifest) and tax
on the 20 industries.  Lines are rounded to 100 m yuan (0.1 bn yuan, 1 亿元) so that what is printed adds
up to the last digit, to the rounded sum.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from sim.core.accounts import GOVERNMENTS, NO_OUTLAY
from sim.report import quantities as q
from sim.report.names import scenario_label
from sim.report.phrases import chinese, say
from sim.report.results import Results

STEP = 100.0
"""m yuan that one unit of a printed line stands for."""
MOST = 3
"""Most alternatives that a bill sets side by side."""
_TIERS = tuple(sector.name.lower() for sector in GOVERNMENTS)
_KEPT = {item.name.lower() for item in NO_OUTLAY}
_OUTLAY = {
    "equity": "equity put into firms",
    "capital_call": "paid into guidance funds",
    "grant": "grants and subsidies",
    "sales": "first purchases",
    "programme": "running of programmes",
    "interest": "interest on platform debt",
}
_PASSED = {
    ("centre", "provinces"): "by the centre to provinces",
    ("centre", "local"): "by the centre to zones",
    ("provinces", "local"): "by provinces to zones",
    ("local", "local"): "by zones to zones that stood aside",
}
Floats = NDArray[np.float64]
Flows = Mapping[tuple[str, str, str], float]


@dataclass(frozen=True)
class Line:
    """One line of the bill; ``values`` has one whole number of ``STEP`` m yuan a column."""

    text: str
    values: tuple[int, ...]
    total: bool = False


@dataclass(frozen=True)
class Part:
    """Lines of which the last is the sum of the others."""

    title: str
    lines: tuple[Line, ...]


@dataclass(frozen=True)
class Bill:
    """The whole bill; ``columns`` are scenarios, and the change where there is one alternative."""

    columns: tuple[str, ...]
    parts: tuple[Part, ...]
    unit: str

    def text(self, value: int, column: int) -> str:
        """Return a printed number; changes have a sign."""
        signed = self.changes and column == len(self.columns) - 1 and value > 0
        shown = f"{abs(value):,}" if chinese() else f"{abs(value) / 10:,.1f}"
        return ("+" if signed else q.MINUS if value < 0 else "") + shown

    @property
    def changes(self) -> bool:
        """Say whether the last column is the change."""
        return len(self.columns) == 3 and self.columns[2] == say("change")


def flows(results: Results, scenario: str) -> dict[tuple[str, str, str], float]:
    """Return m yuan by (payer, payee, item) over the run, mean over runs."""
    lists = (results.manifest.get("flows") or {}).get(scenario) or {}
    columns = [lists.get(k) or [] for k in ("payer", "payee", "item", "amount")]
    paid: dict[tuple[str, str, str], float] = {}
    for payer, payee, item, amount in zip(*columns, strict=False):
        paid[payer, payee, item] = paid.get((payer, payee, item), 0.0) + float(amount or 0.0)
    return paid


def bill(results: Results, alternatives: Sequence[str]) -> Bill | None:
    """Return the bill of the base and of up to ``MOST`` alternatives, ``None`` without payments."""
    names = [results.base, *alternatives[:MOST]]
    paid = [flows(results, name) for name in names]
    programmes = results.manifest.get("programmes") or {}
    asked = [programmes.get(name) or {} for name in names]
    taxes = [_taxes(results, name) for name in names]
    return added_up([scenario_label(name) for name in names], paid, asked, taxes) if all(paid) else None


def added_up(
    names: Sequence[str],
    paid: Sequence[Flows],
    programmes: Sequence[Mapping[str, Mapping[str, Any]]],
    taxes: Sequence[float],
) -> Bill:
    """Return the bill of scenarios, the first being the base.

    Args:
        names: what they are called.
        paid: m yuan by (payer, payee, item) over the run.
        programmes: by lever, what was ``requested`` and ``delivered``, m yuan.
        taxes: tax on the 20 industries over the run, m yuan.
    """
    changes = (say("change"),) if len(names) == 2 else ()
    outlay = _outlay(paid)
    back = _came_back(taxes, paid)
    net = [
        *(Line(line.text, line.values) for line in outlay.lines[-1:]),
        _negative(say("less what came back"), back.lines[-1:]),
    ]
    parts = (
        _programmes(programmes),
        outlay,
        _passed_on(paid),
        back,
        _summed(say("What is left to pay"), net, say("net public cost")),
    )
    return Bill((*names, *changes), tuple(part for part in parts if part.lines), say("bn yuan"))


def _rounded(amounts: Floats) -> NDArray[np.int64]:
    """Return amounts (lines,) in steps, each rounded so that they add up to the rounded sum."""
    steps = amounts / STEP
    whole = np.floor(steps)
    up = np.argsort(whole - steps, kind="stable")[: round(float(steps.sum())) - int(whole.sum())]
    whole[up] += 1.0
    return whole.astype(np.int64)


def _lines(rows: Mapping[str, Sequence[float]]) -> list[Line]:
    """Return lines of m yuan by scenario, in steps; of one alternative the change is rounded first."""
    if not rows:
        return []
    amounts = np.array(list(rows.values()), dtype=np.float64)
    if amounts.shape[1] == 2:
        base, change = _rounded(amounts[:, 0]), _rounded(amounts[:, 1] - amounts[:, 0])
        columns = [base, base + change, change]
    else:
        columns = [_rounded(column) for column in amounts.T]
    return [Line(text, tuple(map(int, values))) for text, *values in zip(rows, *columns, strict=True)]


def _summed(title: str, lines: Sequence[Line], text: str) -> Part:
    """Return lines with their sum below, without those that are zero everywhere."""
    shown = [line for line in lines if any(line.values)]
    return Part(title, (*shown, _total(text, shown)) if shown else ())


def _total(text: str, lines: Sequence[Line]) -> Line:
    return Line(text, tuple(map(sum, zip(*(line.values for line in lines), strict=True))), total=True)


def _negative(text: str, lines: Sequence[Line]) -> Line:
    """Return the sum of lines, taken off."""
    return Line(text, tuple(-sum(values) for values in zip(*(line.values for line in lines), strict=True)))


def _programmes(programmes: Sequence[Mapping[str, Mapping[str, Any]]]) -> Part:
    """Return what programmes asked for, what budgets could not pay, and what was paid."""
    asked, given = (
        [sum(float(p.get(key) or 0.0) for p in mine.values()) for mine in programmes]
        for key in ("requested", "delivered")
    )
    unpaid = [g - a for g, a in zip(given, asked, strict=True)]
    lines = _lines({say("asked for"): asked, say("budgets could not pay"): unpaid})
    return _summed(say("Programmes"), lines, say("paid or set aside for programmes"))


def _outlay(paid: Sequence[Flows]) -> Part:
    """Return what governments paid to others, by item."""
    out = [
        {k: v for k, v in f.items() if k[0] in _TIERS and k[1] not in _TIERS and k[2] not in _KEPT}
        for f in paid
    ]
    items = dict.fromkeys([*_OUTLAY, *(k[2] for f in out for k in f)])
    rows = {
        say(_OUTLAY.get(item, item.replace("_", " "))): [
            sum(v for k, v in f.items() if k[2] == item) for f in out
        ]
        for item in items
    }
    return _summed(say("Paid out"), _lines(rows), say("gross public cost"))


def _passed_on(paid: Sequence[Flows]) -> Part:
    """Return what governments passed on to each other, which adds nothing to the bill."""
    rows = {say(text): [f.get((*pair, "transfer"), 0.0) for f in paid] for pair, text in _PASSED.items()}
    given = _lines(rows)
    return _summed(
        say("Passed on and shared"), [*given, _negative(say("received"), given)], say("adds to the bill")
    )


def _came_back(taxes: Sequence[float], paid: Sequence[Flows]) -> Part:
    """Return tax on the 20 industries, returns of funds and dividends."""

    def back(payer: str, item: str) -> list[float]:
        return [sum(f.get((payer, tier, item), 0.0) for tier in _TIERS) for f in paid]

    rows = {
        say("tax on the 20 industries"): taxes,
        say("returns of funds"): back("funds", "distribution"),
        say("dividends of firms"): back("firms", "dividend"),
    }
    return _summed(say("Came back"), _lines(rows), say("came back"))


def _taxes(results: Results, scenario: str) -> float:
    """Return tax on the 20 industries over the run, mean over runs; zero where it is not measured."""
    if "tax_revenue" not in results.timeseries:
        return 0.0
    return float(np.nansum(results.series("tax_revenue", scenario)[1], axis=1).mean())
