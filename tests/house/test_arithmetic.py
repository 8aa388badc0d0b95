"""Below the model, numbers come from arithmetic that is the same on every machine."""

import ast
from collections.abc import Iterator

import pytest

from .repository import ROOT, tracked

LAYERS = ("sim/core", "sim/world", "sim/mechanisms", "sim/scenario", "sim/metrics", "sim/lab")
MODULES = ("sim/report/gains.py", "sim/schedule.py", "sim/engine.py", "sim/balance.py", "sim/records.py")

FUNCTIONS = "sim.core.functions"
INSTEAD = {
    **{name: f"{FUNCTIONS}.{name}" for name in ("exp", "expm1", "log", "log1p", "power")},
    **dict.fromkeys(("float_power", "pow", "cbrt"), f"{FUNCTIONS}.power"),
    **dict.fromkeys(("exp2", "log2", "log10", "sinh", "cosh", "tanh", "logaddexp"), "exp and log"),
    **{name: f"sim.core.angles.{name}" for name in ("sin", "cos", "arcsin", "arctan2", "radians", "degrees")},
    **dict.fromkeys(("tan", "arccos", "arctan", "hypot", "asin", "acos", "atan", "atan2"), "sim.core.angles"),
    **dict.fromkeys(("dot", "matmul", "einsum", "inner", "vdot", "tensordot"), "sim.core.products.product"),
    **dict.fromkeys(("matvec", "vecmat", "vecdot", "linalg", "polyfit"), "sim.core.products.product"),
    **dict.fromkeys(("cov", "corrcoef", "convolve", "correlate"), "sums of products, one by one"),
    "interp": "differences and products (numpy's C code may fuse them)",
    "polyval": "sums and products, written out",
    "dist": "np.sqrt of a sum of squares",
    "gamma": "a table", "lgamma": "a table", "erf": "sim.core.draws.normal_inverse", "fsum": "np.sum",
}  # fmt: skip
"""What numpy, the C library or BLAS compute differently by processor, and what takes its place."""

OTHERS = {"scipy", "statistics", "cmath"}
EXACT_SCIPY = {"linear_sum_assignment", "linprog", "csr_array", "ndtr", "ndtri", "stdtr", "stdtrit"}
"""From scipy only these: they add and compare (the assignment), or are compiled once (the quantiles)."""


def _problems(source: str) -> Iterator[tuple[int, str]]:
    """Yield line and complaint for everything in a file that depends on the processor."""
    for node in ast.walk(ast.parse(source)):
        if isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.MatMult):
            yield node.lineno, "a matrix product by BLAS: use sim.core.products.product"
        elif isinstance(node, ast.BinOp | ast.AugAssign) and isinstance(node.op, ast.Pow):
            parts = (node.target, node.value) if isinstance(node, ast.AugAssign) else (node.left, node.right)
            if not all(isinstance(part, ast.Constant) and isinstance(part.value, int) for part in parts):
                yield node.lineno, f"a power by the C library: use np.square or {FUNCTIONS}.power"
        elif isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name):
            if node.value.id in {"np", "math"} and node.attr in INSTEAD:
                yield node.lineno, f"{node.value.id}.{node.attr}: use {INSTEAD[node.attr]}"
        elif isinstance(node, ast.ImportFrom):
            module, names = node.module or "", {alias.name for alias in node.names}
            if module in {"math", "numpy"}:
                for name in sorted(names & set(INSTEAD)):
                    yield node.lineno, f"{module}.{name}: use {INSTEAD[name]}"
            if module.split(".")[0] in OTHERS and not names <= EXACT_SCIPY:
                yield node.lineno, f"{module}: only {', '.join(sorted(EXACT_SCIPY))} of scipy's are exact"
        elif isinstance(node, ast.Import) and any(
            a.name.split(".")[0] in {"scipy", "statistics", "cmath"} for a in node.names
        ):
            yield node.lineno, "scipy, statistics: import by name what is exact"
        elif isinstance(node, ast.Call):
            yield from _calls(node)


def _calls(node: ast.Call) -> Iterator[tuple[int, str]]:
    name = node.func.attr if isinstance(node.func, ast.Attribute) else getattr(node.func, "id", "")
    if name in {"argsort", "argpartition"}:
        kinds = [getattr(word.value, "value", "") for word in node.keywords if word.arg == "kind"]
        if kinds not in (["stable"], ["mergesort"]):  # compiled code knows the second, which is stable
            yield node.lineno, f'{name}: equals come in any order; use argsort(..., kind="stable")'
    elif isinstance(node.func, ast.Name) and name == "pow":
        yield node.lineno, f"pow: use {FUNCTIONS}.power"


def test_nothing_that_reaches_results_depends_on_the_processor() -> None:
    files = [path for path in tracked(*LAYERS, *MODULES) if path.suffix == ".py"]
    assert len(files) > 100
    texts = {path: (ROOT / path).read_text(encoding="utf-8") for path in files}
    found = [f"{path}:{line}: {why}" for path, text in texts.items() for line, why in _problems(text)]
    assert not found, "\n".join(["arithmetic that differs between machines:", *found])


@pytest.mark.parametrize(
    "line",
    [
        "a @ b",
        "a @= b",
        "x ** 0.5",
        "2 ** n",
        "np.exp(x)",
        "math.log(x)",
        "np.linalg.inv(a)",
        "np.einsum('i,i', a, a)",
        "np.argsort(x)",
        "x.argsort()",
        "from scipy.stats import norm",
        "from math import exp",
        "import statistics",
        "pow(x, y)",
        "np.add(1, np.log1p(x))",
        "np.interp(x, a, b)",
    ],
)
def test_the_watch_sees(line: str) -> None:
    assert list(_problems(line))


@pytest.mark.parametrize(
    "line", ["2**31", "np.argsort(x, kind='stable')", "np.sqrt(np.square(x))", "math.floor(x)"]
)
def test_the_watch_lets_pass(line: str) -> None:
    assert not list(_problems(line))
