"""Results folders: a new dated one, an empty one, or one to go on with."""

from __future__ import annotations

import json
import os
from datetime import datetime
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem
from sim.lab.plan import Plan, folder_name

MANIFEST = "manifest.json"


def open_folder(out: str | Path | None, plan: Plan) -> Path:
    """Return the absolute path of the folder to write into, made if need be.

    Without ``out`` it is a new dated folder under ``results/``.  A folder with an unfinished or
    finished study of the same plan is gone on with.

    Raises:
        InputError: it is a file, cannot be written, or holds something else.
    """
    if out is None:
        return _new(plan)
    root = Path(out).absolute()
    if root.exists() and not root.is_dir():
        _refuse(out, "is a file", "an empty, new or unfinished results folder")
    try:
        root.mkdir(parents=True, exist_ok=True)
        content = [p.name for p in root.iterdir() if not p.name.startswith(".")]
    except OSError as error:
        _refuse(out, f"cannot be made or read: {error.strerror}", "a folder you may write to")
    if not os.access(root, os.W_OK | os.X_OK):
        _refuse(out, "cannot be written to", "a folder you may write to")
    if content:
        _same_plan(out, read_manifest(root, "--out"), plan)
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
            _refuse(str(root), f"cannot be made: {error.strerror}", "a folder you may write to")
        return root
    raise AssertionError("a thousand results folders in one second")


def read_manifest(root: Path, where: str = "") -> dict[str, Any]:
    """Return the manifest of a results folder.

    Raises:
        InputError: the folder does not exist or is not a results folder.
    """
    place = f"{where} {root}".strip()
    if not root.is_dir():
        raise InputError(Problem(place, 0, 0, "no such folder", allowed="a results folder"))
    try:
        manifest = json.loads((root / MANIFEST).read_text(encoding="utf-8"))
        manifest["plan"]["kind"]
    except FileNotFoundError:
        what = f"is not empty and holds no {MANIFEST}" if where else f"holds no {MANIFEST}"
        raise InputError(Problem(place, 0, 0, what, allowed="a results folder of clusterlab")) from None
    except (OSError, ValueError, KeyError, TypeError):
        what = f"its {MANIFEST} cannot be read"
        raise InputError(Problem(place, 0, 0, what, allowed="a results folder of clusterlab")) from None
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
        there, wanted = ", ".join(there or ()), ", ".join(wanted)
    return f"{key} {there} there, {wanted} asked for"


def _refuse(out: str | Path, what: str, allowed: str) -> None:
    raise InputError(Problem(f"--out {out}", 0, 0, what, allowed=allowed)) from None
