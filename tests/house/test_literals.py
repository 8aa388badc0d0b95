"""Numbers that say how the world behaves stand in the parameter table, not in equations."""

import ast
from collections.abc import Iterator

import pytest

from .repository import ROOT, tracked

PLAIN = {0, 1, 2, 4}
"""Neutral elements, halves and doubles, quarters a year."""
TINY = 1e-6
"""Up to here a number guards a division or a comparison."""


def literals(source: str) -> Iterator[tuple[int, float]]:
    """Yield line and value of the numbers in functions that ought to have a name.

    What counts, and does not say how much, is let pass: places and shapes of arrays, numbers of draws; so
    is a half that rounds, divides yes from no, or is a root or a half-life.
    """
    seen = set()
    for function in ast.walk(ast.parse(source)):
        if isinstance(function, ast.FunctionDef):
            plain = {id(part) for node in ast.walk(function) for part in _plain(node)}
            for node in ast.walk(function):
                if not isinstance(node, ast.Constant) or id(node) in plain | seen:
                    continue
                seen.add(id(node))
                number = isinstance(node.value, int | float) and not isinstance(node.value, bool)
                if number and node.value not in PLAIN and abs(node.value) > TINY:
                    yield node.lineno, node.value


def _plain(node: ast.AST) -> Iterator[ast.AST]:
    """Yield the parts of an expression whose numbers count, round or stand for a root."""
    name = getattr(node.func, "attr", getattr(node.func, "id", "")) if isinstance(node, ast.Call) else ""
    if isinstance(node, ast.Subscript):
        yield from (part for part in ast.walk(node.slice) if _whole(part))
    elif isinstance(node, ast.Call) and name in {"empty", "zeros", "uint64"}:
        yield from (part for part in ast.walk(node.args[0]) if _whole(part))
    elif isinstance(node, ast.Call) and name == "power":
        yield from filter(_half, node.args)
    elif isinstance(node, ast.BinOp) and isinstance(node.op, ast.Add):
        yield from filter(_half, [node.right])
    elif isinstance(node, ast.Compare):
        yield from filter(_half, node.comparators)


def _whole(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and isinstance(node.value, int)


def _half(node: ast.AST) -> bool:
    return isinstance(node, ast.Constant) and node.value == 0.5


def test_no_behaviour_in_literals() -> None:
    files = [path for path in tracked("sim/mechanisms") if path.suffix == ".py"]
    assert len(files) > 50
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in files}
    found = [f"{path}:{line}: {value}" for path, text in texts.items() for line, value in literals(text)]
    assert not found, "\n".join(["give these a name, in the parameter table or as a constant:", *found])


@pytest.mark.parametrize(
    "line", ["x * 0.3", "np.clip(x, -0.15, 1)", "0.5 * x", "x[i] >= 8", "max(x, 1e-3)", "x[i] * 3"]
)
def test_the_watch_sees(line: str) -> None:
    assert list(literals(f"def f(x):\n    return {line}"))


@pytest.mark.parametrize(
    "line",
    [
        "4.0 * x - 1",
        "floor(x + 0.5)",
        "power(x, 0.5)",
        "max(x, 1e-9)",
        "x >= MARKET",
        "x[:, 3]",
        "np.zeros((x, 10))",
        "'3'",
        "True",
    ],
)
def test_the_watch_lets_pass(line: str) -> None:
    assert not list(literals(f"SMALL = 0.3\n\ndef f(x):\n    return {line}"))
