"""Paths as people give them."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem


def path_of(text: str | PathLike[str], what: str = "path") -> Path:
    """Return the path meant by ``text``, with ``~`` as the home folder.

    A shell does this for its user, but Python callers, notebooks, ``--out=~/x`` and YAML files have
    no shell.  ``~name`` of somebody who is not known stays as it is; environment variables do, too.

    Args:
        text: what was given.
        what: what a message calls it.

    Raises:
        InputError: it is neither text nor a path.
    """
    if not is_path(text):
        raise InputError(Problem(what, 0, 0, f"{text!r} is no path", "a text or a pathlib.Path"))
    return Path(os.path.expanduser(text))  # noqa: PTH111  Path.expanduser raises where this leaves be


def is_path(given: Any) -> bool:
    """Say whether something is text or a path, whose text is no bytes."""
    return isinstance(given, str) or (isinstance(given, PathLike) and isinstance(os.fspath(given), str))


def is_file(path: Path) -> bool:
    """Say whether a file is there; a name that no file can have is not."""
    return os.path.isfile(path)  # noqa: PTH113  Path.is_file raises where the name is too long


def is_folder(path: Path) -> bool:
    """Say whether a folder is there; a name that no folder can have is not."""
    return os.path.isdir(path)  # noqa: PTH112  as above


def exists(path: Path) -> bool:
    """Say whether a file or folder is there; a name that none can have is not."""
    return os.path.exists(path)  # noqa: PTH110  as above
