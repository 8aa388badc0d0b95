"""Compiled kernels on disk: never stale, never damaged, never where others can put them.

Numba's own store falls back in silence to folders that know nothing of our key (``__pycache__``, a
user-wide folder) and serves what was compiled from older files; it runs whatever bytes its files hold;
and two processes that fill it at once can give one kernel the other's code.  Here every signature of a
kernel has a file of its own, named by all it depends on and checked by a hash; it is written aside and
renamed.  What cannot be read is compiled again; what cannot be written is let go.
"""

from __future__ import annotations

import hashlib
import os
import pickle
import stat
import sys
import tempfile
from functools import cache
from importlib import import_module
from pathlib import Path
from typing import Any

from numba.core.compiler import CompileResult
from numba.core.serialize import dumps

_ENDING = ".kernel"
_TOLD = "CLUSTERLAB_CACHE_TOLD"
"""Set in the environment once the user was told, so that worker processes do not repeat it."""


def usable_folder(key: str) -> Path | None:
    """Return the folder of this key that can be written, or was filled before; else a private one, or none.

    ``CLUSTERLAB_CACHE`` or ``XDG_CACHE_HOME`` name the folder above it, else it is ``~/.cache``.
    """
    base = os.environ.get("CLUSTERLAB_CACHE") or os.environ.get("XDG_CACHE_HOME")
    asked = (Path(base).expanduser() if base else Path("~/.cache").expanduser()) / "clusterlab" / key
    try:
        return _writable(asked)
    except OSError as error:
        why = error.strerror or str(error)
    if _filled(asked):
        return asked
    private = _private(key)
    where = f"are kept in {private}" if private else "are compiled again by every process"
    _tell(f"compiled kernels cannot be kept in {asked} ({why}); they {where}")
    return private


def _writable(folder: Path) -> Path:
    folder.mkdir(parents=True, exist_ok=True)
    with tempfile.TemporaryFile(dir=folder) as file:
        file.write(bytes(4096))
    return folder


def _filled(folder: Path) -> bool:
    try:
        return any(folder.glob(f"*/*{_ENDING}"))
    except OSError:
        return False


def _private(key: str) -> Path | None:
    """Return a folder among the temporary files that only this user can write to."""
    user = os.getuid() if hasattr(os, "getuid") else 0
    folder = Path(tempfile.gettempdir()) / f"clusterlab-{user}"
    try:
        folder.mkdir(mode=0o700, exist_ok=True)
        found = folder.lstat()
        ours = not hasattr(os, "getuid") or (found.st_uid == user and not stat.S_IMODE(found.st_mode) & 0o077)
        return _writable(folder / key) if stat.S_ISDIR(found.st_mode) and ours else None
    except OSError:
        return None


def _tell(words: str) -> None:
    if not os.environ.get(_TOLD):
        os.environ[_TOLD] = "1"
        sys.stderr.write(f"clusterlab: {words}\n")


@cache
def _load_registries() -> None:
    """Load what numba knows of numpy, but not SciPy's linear algebra: that takes long, no kernel calls it."""
    unwanted = "scipy.linalg.cython_blas"
    if unwanted not in sys.modules:
        sys.modules[unwanted] = None  # type: ignore[assignment]
        try:
            import_module("numba.np.arraymath")
        finally:
            del sys.modules[unwanted]


class Kept:
    """What numba asks of a cache, for one function: a file for every signature and processor."""

    def __init__(self, function: Any, folder: Path) -> None:
        code = function.__code__
        stem = f"{Path(code.co_filename).stem}.{function.__qualname__}-{code.co_firstlineno}"
        self._stem = folder / function.__module__ / stem
        self.cache_path = str(self._stem.parent)

    def load_overload(self, signature: Any, context: Any) -> Any:
        """Return what was compiled for a signature; ``None`` if nothing was, or if it is damaged."""
        _load_registries()
        context.refresh()
        path = self._path(signature, context.codegen())
        try:
            content = path.read_bytes()
        except OSError:
            return None
        if _seal(path, content[32:]) != content[:32]:
            return None
        return CompileResult._rebuild(context, *pickle.loads(content[32:]))

    def save_overload(self, signature: Any, compiled: Any) -> None:
        """Keep what was compiled for a signature, if there is room for it."""
        if compiled.lifted or compiled.library.has_dynamic_globals:
            return
        content = dumps(compiled._reduce())
        path = self._path(signature, compiled.codegen)
        try:
            _write(path, _seal(path, content) + content)
        except OSError as error:
            _tell(f"compiled kernels cannot be kept in {self.cache_path} ({error.strerror or error})")

    def flush(self) -> None:
        """Drop what was kept of the function."""
        for path in self._stem.parent.glob(f"{self._stem.name}.*{_ENDING}"):
            path.unlink(missing_ok=True)

    def _path(self, signature: Any, codegen: Any) -> Path:
        key = hashlib.sha256(repr((signature, codegen.magic_tuple())).encode()).hexdigest()[:24]
        return self._stem.with_name(f"{self._stem.name}.{key}{_ENDING}")


def _seal(path: Path, content: bytes) -> bytes:
    """Return the hash of a file's name and content: one kernel's code never passes for another's."""
    return hashlib.sha256(path.name.encode() + content).digest()


def _write(path: Path, content: bytes) -> None:
    """Write a whole file or none."""
    path.parent.mkdir(parents=True, exist_ok=True)
    handle, draft = tempfile.mkstemp(dir=path.parent, prefix=".draft-")
    try:
        with os.fdopen(handle, "wb") as file:
            file.write(content)
        Path(draft).replace(path)
    except BaseException:
        Path(draft).unlink(missing_ok=True)
        raise
