"""Plug-ins: modules from outside that declare own metrics, mechanisms or theories, known by content.

A researcher's module is a plug-in once it is imported and has declared something; those of installed
packages are found through the entry-point group ``clusterlab.plugins``, single files are named under
``plugins:`` in a scenario.  A study counts plug-ins by a hash of their source, so a run with another
version is another run, and brings them to every process that works for it.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Container, Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from types import CodeType
from typing import Any, NamedTuple, NoReturn

from sim.core.errors import InputError, Problem

GROUP = "clusterlab.plugins"
"""Entry-point group of installed packages whose modules declare parts of their own."""
PROGRAM = "sim."
"""How the modules of this program begin."""


class _Part(NamedTuple):
    declared: Any
    registry: Container[str]
    key: str


_NOTED: dict[str, dict[str, _Part]] = {}
"""What each module from outside has declared, by name."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A module that declares parts of its own: where it is, and what it is by content."""

    module: str
    file: str
    """Absolute path; empty in a notebook or at a prompt."""
    digest: str
    parts: tuple[str, ...]
    """Names of its metrics and mechanisms, ``slot: name`` of its theories."""

    @property
    def movable(self) -> bool:
        """Whether another process can import it; a script that runs or a notebook's cell it cannot."""
        return self.module != "__main__"

    @property
    def place(self) -> str:
        """Where it is, for messages."""
        return self.file or self.module

    @property
    def told(self) -> str:
        """What it declares, for messages."""
        return f"plug-in parts {', '.join(self.parts)}"


def origin(module: str) -> str:
    """Return the module if it is from outside; empty for the program's."""
    return "" if module.startswith(PROGRAM) else module


def module_of(what: object) -> str:
    """Return the module that something is or stands in; empty for nothing."""
    return str(getattr(what, "__module__", None) or getattr(what, "__name__", ""))


def note(module: str, name: str, declared: Any, registry: Container[str], key: str) -> None:
    """Remember that a module, if it is from outside, has put something into a registry under a key."""
    if origin(module):
        _NOTED.setdefault(module, {})[name] = _Part(declared, registry, key)


def _parts(module: str) -> dict[str, Any]:
    """Return what a module has declared and what is still there, by name."""
    noted = _NOTED.get(module, {})
    return {name: part.declared for name, part in noted.items() if part.key in part.registry}


def refuse(code: CodeType, what: str, allowed: str = "") -> NoReturn:
    """Refuse a declaration, and say where it stands.

    Raises:
        InputError: always.
    """
    raise InputError(Problem(code.co_filename, code.co_firstlineno, 1, what, allowed))


def plugins() -> tuple[Plugin, ...]:
    """Return the modules that have declared parts of their own in this process, by name."""
    found = {module: tuple(_parts(module).items()) for module in sorted(_NOTED)}
    return tuple(_plugin(module, parts) for module, parts in found.items() if parts)


def load_installed() -> None:
    """Import the plug-ins of installed packages.

    Raises:
        InputError: one of them cannot be imported.
    """
    for entry in sorted(entry_points(group=GROUP), key=lambda entry: entry.name):
        try:
            entry.load()
        except InputError:
            raise
        except Exception as error:
            what = f"the installed plug-in {entry.value} cannot be imported: {_words(error)}"
            raise InputError(Problem(GROUP, 0, 0, what, remedy="mend it or uninstall it")) from error


def load_file(file: Path) -> None:
    """Import a file as a plug-in under the name of the file.

    Raises:
        InputError: it cannot be imported, declares nothing, or has the name of another module.
    """
    if not file.is_file():
        remedy = "paths are relative to the file that names them"
        raise InputError(Problem(str(file), 0, 0, "there is no such file", remedy=remedy))
    loaded = file.stem in sys.modules and _file_of(file.stem) != file.resolve()
    if loaded or file.stem in sys.stdlib_module_names:
        what = f"another module is called {file.stem}"
        raise InputError(Problem(str(file), 0, 0, what, remedy="give the file another name"))
    try:
        _load(Plugin(file.stem, str(file.absolute()), "", ()))
    except InputError:
        raise
    except Exception as error:
        raise InputError(Problem(str(file), 0, 0, f"cannot be imported: {_words(error)}")) from error
    if not _parts(file.stem):
        what = "declares no metric, mechanism or theory"
        raise InputError(Problem(str(file), 0, 0, what, remedy="leave it out of plugins:"))


def bring(wanted: Iterable[Plugin]) -> None:
    """Import plug-ins that this process does not have, and see that they are what they were.

    Raises:
        InputError: with all that are not there any more, cannot be imported, or have changed.
    """
    problems: list[Problem] = []
    for plugin in wanted:
        try:
            if not set(plugin.parts) <= _parts(plugin.module).keys():
                _load(plugin)
            _same(plugin)
        except InputError as error:
            problems += error.problems
        except Exception as error:
            what = f"{plugin.told} cannot be imported: {_words(error)}"
            problems.append(Problem(plugin.place, 0, 0, what))
    if problems:
        raise InputError(problems)


def _words(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


@lru_cache(maxsize=64)
def _plugin(module: str, parts: tuple[tuple[str, Any], ...]) -> Plugin:
    """Return what a module is when first asked for; an edit of its file counts from the next start on."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if file and Path(file).is_file():
        content = Path(file).read_bytes()
    else:
        file, content = "", "".join(_text(*part) for part in parts).encode()
    where = str(Path(file).absolute()) if file else ""
    return Plugin(module, where, hashlib.sha256(content).hexdigest()[:16], tuple(name for name, _ in parts))


def _text(name: str, declared: Any) -> str:
    """Return the source of something declared, or what it compiles to where there is no source."""
    try:
        return inspect.getsource(declared)
    except (OSError, TypeError):
        code = getattr(declared, "__code__", None)
        return name if code is None else f"{name} {code.co_code.hex()} {code.co_consts!r}"


def _load(plugin: Plugin) -> None:
    """Import a plug-in by its name, or from its file where another module has the name."""
    if not plugin.movable:
        what = f"{plugin.told} were declared in a script or notebook"
        remedy = "declare them here before going on; in a module of their own they would be found"
        raise InputError(Problem(plugin.place, 0, 0, what, remedy=remedy))
    file = Path(plugin.file)
    if not file.is_file():
        what = f"{plugin.told} are not there any more"
        raise InputError(Problem(plugin.place, 0, 0, what, remedy="put the file back"))
    depth = plugin.module.count(".") + (file.name == "__init__.py")
    root = str(file.parents[depth])
    if root not in sys.path:
        sys.path.append(root)
    if plugin.module not in sys.modules and _found(plugin.module) == file.resolve():
        return
    if _file_of(plugin.module) == file.resolve() and _parts(plugin.module):
        return
    spec = spec_from_file_location(plugin.module, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python module")
    sys.modules[plugin.module] = module = module_from_spec(spec)
    spec.loader.exec_module(module)


def _file_of(module: str) -> Path:
    return Path(getattr(sys.modules.get(module), "__file__", None) or "").resolve()


def _found(module: str) -> Path | None:
    """Import a module by name and return its file."""
    try:
        return Path(import_module(module).__file__ or "").resolve()
    except ModuleNotFoundError as error:
        if error.name != module.partition(".")[0]:
            raise
        return None


def _same(plugin: Plugin) -> None:
    here = {p.module: p for p in plugins()}.get(plugin.module)
    if here is None or here.digest != plugin.digest:
        what = f"{plugin.told} have changed since the study began"
        remedy = "put the old ones back, or start another study"
        raise InputError(Problem(plugin.place, 0, 0, what, remedy=remedy))
