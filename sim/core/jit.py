"""The one way to compile a kernel: single-threaded, releases the GIL, cached safely.

Numba's on-disk cache notices edits in a kernel's own file but not in kernels it imports, and
then returns wrong numbers silently.  So what is kept of a kernel stands under a hash of its file
and of every file this imports, however far down: an edit there means that it is compiled again,
an edit anywhere else costs nothing.  How files are kept, see ``kept``.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable
from functools import cache
from pathlib import Path
from typing import Any, Literal

import numba

from sim.core import kept

_SIM = Path(__file__).resolve().parents[1]


_IMPORT = re.compile(r"^(?:from|import) +(sim[\w.]*)(?: import +(\([^)]*\)|[^\n#]*))?", re.MULTILINE)
"""A module's own imports at its top (those under TYPE_CHECKING or in functions are indented)."""


@cache
def sources(path: Path) -> list[Path]:
    """Return, in order, a file and all files of the package that it imports, however far down."""
    todo, found = [path], set[Path]()
    while todo:
        one = todo.pop()
        if one not in found and _text(one) is not None:
            found.add(one)
            todo += _imported(one)
    return sorted(found)


@cache
def _text(path: Path) -> str | None:
    return path.read_text(encoding="utf-8") if path.is_file() else None


@cache
def _imported(path: Path) -> list[Path]:
    """Return the files that stand behind a module's imports of this package."""
    names = []
    for module, words in _IMPORT.findall(_text(path) or ""):
        names += [module, *(f"{module}.{word}" for word in re.findall(r"\w+", words))]
    paths = [_SIM.parent.joinpath(*name.split(".")) for name in names]
    files = [*(path.with_suffix(".py") for path in paths), *(path / "__init__.py" for path in paths)]
    return [file for file in files if _text(file) is not None]


@cache
def source_hash(path: Path) -> str:
    """Return a short hash of all that the kernels of a file depend on."""
    digest = hashlib.sha256()
    for one in sources(path):
        digest.update(one.relative_to(_SIM).as_posix().encode())
        digest.update((_text(one) or "").encode())
    return digest.hexdigest()[:16]


FOLDER = kept.usable_folder(f"{sys.version_info[0]}.{sys.version_info[1]}-numba-{numba.__version__}")
"""Where compiled kernels are kept; ``None`` where there is no place for them."""


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile ``function`` with the project's one set of options."""
    return _compiled(function, "never")


def formula(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile ``function`` to be written out wherever a kernel calls it: same numbers.

    For what loops call row by row with a tuple of columns, where a call counts references to each of them and
    takes longer than the formula.  Measure: with several tuples the opposite can be true.
    """
    return _compiled(function, "always")


def _compiled(function: Callable[..., Any], inline: Literal["never", "always"]) -> Callable[..., Any]:
    compiled = numba.njit(nogil=True, error_model="numpy", inline=inline)(function)
    if FOLDER is not None and not numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        compiled._cache = kept.Kept(function, FOLDER / source_hash(Path(function.__code__.co_filename)))  # type: ignore[attr-defined]
    return compiled
