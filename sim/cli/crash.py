"""What is said when clusterlab itself is at fault: one line, and a file with all that helps to mend it."""

from __future__ import annotations

import os
import platform
import shlex
import sys
import tempfile
import time
import traceback
from collections.abc import Sequence
from pathlib import Path

from sim.core.paths import path_of

DEBUG = "CLUSTERLAB_TRACEBACK"
"""Environment variable that shows where an error came from."""


def here() -> str:
    """Return the working directory; empty where it was deleted or may not be read."""
    try:
        return os.getcwd()  # noqa: PTH109
    except OSError:
        return ""


def explain(error: Exception, words: Sequence[str]) -> list[str]:
    """Return the lines to tell, and write the details into a file of their own.

    Args:
        error: what nobody expected.
        words: the command's arguments.
    """
    what = f"{type(error).__name__}: {' '.join(str(error).split())}".rstrip(": ")
    trace = "".join(traceback.format_exception(error))
    told = [f"clusterlab stopped by an error of its own: {what[:300]}; {_details(trace, words)}"]
    return [*told, trace.rstrip()] if os.environ.get(DEBUG) else told


def _details(trace: str, words: Sequence[str]) -> str:
    """Write the file and say where it is."""
    from sim.lab.manifest import packages, program_version

    lines = [
        time.strftime("%Y-%m-%d %H:%M:%S %z"),
        f"clusterlab {program_version()}, Python {sys.version.split()[0]}, {platform.platform()}",
        ", ".join(f"{name} {version}" for name, version in packages().items()),
        f"in {here() or 'a folder that is gone'}",
        shlex.join(["clusterlab", *words]),
        "",
        trace,
    ]
    for folder in (*_results(words), Path(tempfile.gettempdir())):
        path = folder / f"clusterlab-error-{time.strftime('%Y%m%d-%H%M%S')}-{os.getpid()}.txt"
        try:
            path.write_text("\n".join(lines), encoding="utf-8")
        except OSError:
            continue
        return f"details in {path}"
    return f"details with {DEBUG}=1"


def _results(words: Sequence[str]) -> list[Path]:
    """Return the results folders that the command names."""
    from sim.lab.options import MANIFEST

    named = [path_of(word.removeprefix("--out=")) for word in words]
    return [path.absolute() for path in named if os.path.isfile(path / MANIFEST)]  # noqa: PTH113  never raises
