"""Paths as people give them."""

from __future__ import annotations

import os
from os import PathLike
from pathlib import Path


def path_of(text: str | PathLike[str]) -> Path:
    """Return the path meant by ``text``, with ``~`` as the home folder.

    A shell does this for its user, but Python callers, notebooks, ``--out=~/x`` and YAML files have
    no shell.  ``~name`` of somebody who is not known stays as it is; environment variables do, too.
    """
    return Path(os.path.expanduser(text))  # noqa: PTH111  Path.expanduser raises where this leaves be
