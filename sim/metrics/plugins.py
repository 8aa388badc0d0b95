"""Own metrics: the modules that declare them, known by content, and brought to every process of a study.

A researcher's module that declares metrics (:func:`sim.metrics.registry.metric`) is a plug-in once it
is imported; those of installed packages are found through the entry-point group
``clusterlab.plugins``.  A study counts plug-ins by a hash of their source, so a run with another
version of a metric is another run.
"""

from __future__ import annotations

import hashlib
import inspect
import sys
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import import_module
from importlib.metadata import entry_points
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path

from sim.core.errors import InputError, Problem
from sim.metrics.registry import DECLARED, Metric

GROUP = "clusterlab.plugins"
"""Entry-point group of installed packages whose modules declare metrics."""


@dataclass(frozen=True, slots=True)
class Plugin:
    """A module that declares metrics: where it is, and what it is by content."""

    module: str
    file: str
    """Absolute path; empty in a notebook or at a prompt."""
    digest: str
    metrics: tuple[str, ...]

    @property
    def movable(self) -> bool:
        """Whether another process can import it; a script that runs or a notebook's cell it cannot."""
        return self.module != "__main__"

    @property
    def place(self) -> str:
        """Where it is, for messages."""
        return self.file or self.module


def plugins() -> tuple[Plugin, ...]:
    """Return the modules that have declared metrics of their own in this process, by name."""
    own: dict[str, list[Metric]] = {}
    for metric in DECLARED.values():
        if metric.origin:
            own.setdefault(metric.origin, []).append(metric)
    return tuple(_plugin(module, tuple(metrics)) for module, metrics in sorted(own.items()))


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


def bring(wanted: Iterable[Plugin]) -> None:
    """Import plug-ins that this process does not have, and see that they are what they were.

    Raises:
        InputError: with all that are not there any more, cannot be imported, or have changed.
    """
    problems: list[Problem] = []
    for plugin in wanted:
        try:
            if not set(plugin.metrics) <= DECLARED.keys():
                _load(plugin)
            _same(plugin)
        except InputError as error:
            problems += error.problems
        except Exception as error:
            what = f"own metrics {', '.join(plugin.metrics)} cannot be imported: {_words(error)}"
            problems.append(Problem(plugin.place, 0, 0, what))
    if problems:
        raise InputError(problems)


def _words(error: Exception) -> str:
    return " ".join(f"{type(error).__name__}: {error}".split())


@lru_cache(maxsize=64)
def _plugin(module: str, metrics: tuple[Metric, ...]) -> Plugin:
    """Return what a module is when first asked for; an edit of its file counts from the next start on."""
    file = getattr(sys.modules.get(module), "__file__", None)
    if file and Path(file).is_file():
        content = Path(file).read_bytes()
    else:
        file, content = "", "".join(map(_text, metrics)).encode()
    where = str(Path(file).absolute()) if file else ""
    names = tuple(metric.name for metric in metrics)
    return Plugin(module, where, hashlib.sha256(content).hexdigest()[:16], names)


def _text(metric: Metric) -> str:
    """Return a metric's source, or what it compiles to where there is no source."""
    try:
        return inspect.getsource(metric.measure)
    except (OSError, TypeError):
        code = getattr(metric.measure, "__code__", None)
        return metric.name if code is None else f"{metric.name} {code.co_code.hex()} {code.co_consts!r}"


def _load(plugin: Plugin) -> None:
    """Import a plug-in by its name, or from its file where another module has the name."""
    names = ", ".join(plugin.metrics)
    if not plugin.movable:
        what = f"own metrics {names} were declared in a script or notebook"
        remedy = "declare them here before going on; in a module of their own they would be found"
        raise InputError(Problem(plugin.place, 0, 0, what, remedy=remedy))
    file = Path(plugin.file)
    if not file.is_file():
        what = f"own metrics {names} are not there any more"
        raise InputError(Problem(plugin.place, 0, 0, what, remedy="put the file back"))
    depth = plugin.module.count(".") + (file.name == "__init__.py")
    root = str(file.parents[depth])
    if root not in sys.path:
        sys.path.append(root)
    if plugin.module not in sys.modules and _found(plugin.module) == file.resolve():
        return
    spec = spec_from_file_location(plugin.module, file)
    if spec is None or spec.loader is None:
        raise ImportError(f"{file} is no Python module")
    sys.modules[plugin.module] = module = module_from_spec(spec)
    spec.loader.exec_module(module)


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
        what = f"own metrics {', '.join(plugin.metrics)} have changed since the study began"
        remedy = "put the old ones back, or start another study"
        raise InputError(Problem(plugin.place, 0, 0, what, remedy=remedy))
