"""Numbers that say how the world behaves stand in the parameter table, not in equations."""

import ast
from collections import Counter
from collections.abc import Iterator

import pytest

from .repository import ROOT, tracked

PLAIN = {0, 1, 2, 4}
"""Neutral elements, halves and doubles, quarters a year."""
TINY = 1e-6
"""Up to here a number guards a division or a comparison."""
LEFT = {
    "sim/mechanisms/books/closing.py": 1,
    "sim/mechanisms/books/expectations.py": 1,
    "sim/mechanisms/demography.py": 4,
    "sim/mechanisms/echelon/__init__.py": 2,
    "sim/mechanisms/entry/founding.py": 3,
    "sim/mechanisms/entry/parents.py": 2,
    "sim/mechanisms/entry/support.py": 1,
    "sim/mechanisms/exit/listing.py": 2,
    "sim/mechanisms/exit/merger.py": 8,
    "sim/mechanisms/exit/rescue.py": 1,
    "sim/mechanisms/exit/windup.py": 1,
    "sim/mechanisms/finance/deals.py": 4,
    "sim/mechanisms/finance/guidance.py": 3,
    "sim/mechanisms/finance/loans.py": 2,
    "sim/mechanisms/finance/seekers.py": 5,
    "sim/mechanisms/labour/distance.py": 1,
    "sim/mechanisms/labour/matching.py": 1,
    "sim/mechanisms/labour/moving.py": 7,
    "sim/mechanisms/labour/teams.py": 1,
    "sim/mechanisms/layout/assignment.py": 4,
    "sim/mechanisms/layout/judgement.py": 1,
    "sim/mechanisms/projects.py": 3,
    "sim/mechanisms/research/clock.py": 3,
    "sim/mechanisms/research/search.py": 5,
    "sim/mechanisms/research/steps.py": 7,
    "sim/mechanisms/tally.py": 4,
    "sim/mechanisms/trade/imports.py": 1,
    "sim/mechanisms/trade/orders.py": 2,
    "sim/mechanisms/trade/prices.py": 1,
    "sim/mechanisms/trade/projects.py": 2,
    "sim/mechanisms/trade/scenarios.py": 3,
}
"""How many literals of a file are still to be named.  The list only shrinks."""


def literals(source: str) -> Iterator[tuple[int, float]]:
    """Yield line and value of the numbers in functions that ought to have a name.

    A half is let pass as an exponent and in ``floor(x + 0.5)``.
    """
    seen = set()
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            half = {id(part) for node in ast.walk(function) for part in _halves(node)}
            for node in ast.walk(function):
                if not isinstance(node, ast.Constant) or id(node) in half | seen:
                    continue
                seen.add(id(node))
                number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
                if number and node.value not in PLAIN and abs(node.value) > TINY:
                    yield node.lineno, node.value


def _halves(node: ast.AST) -> Iterator[ast.Constant]:
    """Yield the halves that round to the nearest (``x + 0.5``), or are a root or a half-life in ``power``."""
    parts: list[ast.expr] = []
    if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        parts = [node.right]
    elif isinstance(node, ast.Call) and getattr(node.func, "id", "") == "power":
        parts = node.args
    for part in parts:
        if isinstance(part, ast.Constant) and part.value == 0.5:
            yield part


def test_no_behaviour_in_literals() -> None:
    files = [path for path in tracked("sim/mechanisms") if path.suffix == ".py"]
    assert len(files) > 50
    found = {path.as_posix(): list(literals((ROOT / path).read_text(encoding="utf-8"))) for path in files}
    more = [
        f"{path}:{line}: {value}"
        for path, those in found.items()
        if len(those) > LEFT.get(path, 0)
        for line, value in those
    ]
    assert not more, "\n".join(["give these a name, in the parameter table or as a constant:", *more])
    count = Counter({path: len(those) for path, those in found.items() if those})
    assert count == Counter(LEFT), "fewer are left: shorten the list"


@pytest.mark.parametrize("line", ["x * 0.3", "np.clip(x, -0.15, 1)", "0.5 * x", "x[i] >= 8", "max(x, 1e-3)"])
def test_the_watch_sees(line: str) -> None:
    assert list(literals(f"def f(x):\n    return {line}"))


@pytest.mark.parametrize(
    "line", ["4.0 * x - 1", "floor(x + 0.5)", "power(x, 0.5)", "max(x, 1e-9)", "x >= MARKET", "'3'", "True"]
)
def test_the_watch_lets_pass(line: str) -> None:
    assert not list(literals(f"SMALL = 0.3\n\ndef f(x):\n    return {line}"))
