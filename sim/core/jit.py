"""The one way to compile a kernel: single-threaded, releases the GIL, cached safely.

Numba's on-disk cache notices edits in a kernel's own file but not in kernels it imports, and
then returns wrong numbers silently.  So the cache folder is keyed by a hash of every file that
holds kernels and of every file these import, however far down: an edit there means a fresh
folder, an edit anywhere else costs nothing.  How files are kept, see ``kept``.
"""

from __future__ import annotations

import hashlib
import re
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import numba

from sim.core import kept

_SIM = Path(__file__).resolve().parents[1]


_IMPORT = re.compile(r"^(?:from|import) +(sim[\w.]*)(?: import +(\([^)]*\)|[^\n#]*))?", re.MULTILINE)
"""A module's own imports at its top (those under TYPE_CHECKING or in functions are indented)."""


def kernel_sources() -> list[Path]:
    """Return, in order, the files that hold kernels and all files of the package that these import."""
    texts = {path: path.read_text(encoding="utf-8") for path in _SIM.rglob("*.py")}
    todo = [path for path, text in texts.items() if re.search(r"^@(kernel|vectorize)\b", text, re.MULTILINE)]
    found: set[Path] = set()
    while todo:
        path = todo.pop()
        if path in texts and path not in found:
            found.add(path)
            todo += _imported(texts[path])
    return sorted(found)


def _imported(text: str) -> list[Path]:
    """Return the files that may stand behind a module's imports of this package."""
    names = []
    for module, words in _IMPORT.findall(text):
        names += [module, *(f"{module}.{word}" for word in re.findall(r"\w+", words))]
    paths = [_SIM.parent.joinpath(*name.split(".")) for name in names]
    return [*(path.with_suffix(".py") for path in paths), *(path / "__init__.py" for path in paths)]


def source_hash() -> str:
    """Return a short hash of all that compiled kernels depend on."""
    digest = hashlib.sha256(f"{sys.version_info[:2]}{numba.__version__}".encode())
    for path in kernel_sources():
        digest.update(path.relative_to(_SIM).as_posix().encode())
        digest.update(path.read_bytes())
    return digest.hexdigest()[:16]


FOLDER = kept.usable_folder(source_hash())
"""Where compiled kernels are kept; ``None`` where there is no place for them."""


def kernel(function: Callable[..., Any]) -> Callable[..., Any]:
    """Compile ``function`` with the project's one set of options."""
    compiled = numba.njit(nogil=True, error_model="numpy")(function)
    if FOLDER is not None and not numba.config.DISABLE_JIT:  # type: ignore[attr-defined]
        compiled._cache = kept.Kept(function, FOLDER)  # type: ignore[attr-defined]
    return compiled
