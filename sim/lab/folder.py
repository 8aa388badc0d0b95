"""Results folders: a new dated one, an empty one, or one to go on with."""

from __future__ import annotations

import json
from datetime import datetime
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem
from sim.core.paths import path_of
from sim.lab.options import MANIFEST, place_problems
from sim.lab.plan import Plan, folder_name

_MANY = 12
"""Scenarios of a study beyond which a message does not name them all."""


def open_folder(out: str | Path | None, plan: Plan) -> Path:
    """Return the absolute path of the folder to write into, made if need be.

    Without ``out`` it is a new dated folder under ``results/``.  A folder with an unfinished or
    finished study of the same plan is gone on with.

    Raises:
        InputError: it is a file, cannot be written, or holds something else.
    """
    if out is None:
        return _new(plan)
    if found := place_problems(out):
        raise InputError(found)
    root = path_of(out).absolute()
    try:
        root.mkdir(parents=True, exist_ok=True)
    except OSError as error:
        raise _unmade(f"--out {out}", error) from None
    if (root / MANIFEST).exists():
        _same_plan(out, read_manifest(root), plan)
    return root


def _new(plan: Plan) -> Path:
    stamp = datetime.now().astimezone().strftime("%Y-%m-%d-%H%M%S")
    stem = Path("results").absolute() / f"{stamp}-{plan.kind}-{folder_name(plan.name)[:60]}"
    for number in range(1, 1000):
        root = stem if number == 1 else stem.with_name(f"{stem.name}-{number}")
        try:
            root.mkdir(parents=True)
        except FileExistsError:
            continue
        except OSError as error:
            raise _unmade(str(root), error) from None
        return root
    raise AssertionError("a thousand results folders in one second")


def read_manifest(root: Path) -> dict[str, Any]:
    """Return the manifest of a results folder.

    Raises:
        InputError: the folder does not exist or is not a results folder.
    """
    place, allowed = str(root), "a results folder of clusterlab"
    if not root.is_dir():
        raise InputError(Problem(place, 0, 0, "no such folder", allowed))
    try:
        manifest = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
        manifest["plan"]["kind"]
    except FileNotFoundError:
        raise InputError(Problem(place, 0, 0, f"holds no {MANIFEST}", allowed)) from None
    except (OSError, ValueError, KeyError, TypeError):
        raise InputError(Problem(place, 0, 0, f"its {MANIFEST} cannot be read", allowed)) from None
    return manifest


def _same_plan(out: str | Path, manifest: dict[str, Any], plan: Plan) -> None:
    there, wanted = manifest["plan"], plan.as_dict()
    differences = [
        _in_words(key, there.get(key), value) for key, value in wanted.items() if there.get(key) != value
    ]
    if differences:
        what = f"holds another study: {'; '.join(differences)}"
        raise InputError(Problem(f"--out {out}", 0, 0, what, remedy="choose another --out"))


def _in_words(key: str, there: Any, wanted: Any) -> str:
    if key == "source_hash":
        return "it was computed with another version of the program"
    if key == "scenarios" and isinstance(there, dict) and list(there) == list(wanted):
        changed = [name for name in wanted if there[name] != wanted[name]]
        return f"the scenario {' and '.join(map(repr, changed))} has changed"
    if key == "scenarios":
        if len(wanted) > _MANY:  # name only those that the other does not have
            there, wanted = (
                [n for n in a if n not in b] for a, b in ((there or (), wanted), (wanted, there or ()))
            )
        there, wanted = (", ".join(names) or "no others" for names in (there or (), wanted))
    return f"{key} {there} there, {wanted} asked for"


def _unmade(place: str, error: OSError) -> InputError:
    return InputError(
        Problem(place, 0, 0, f"cannot be made: {error.strerror}", "a folder you may write to", remedy="--out")
    )
