"""Results folders: a new dated one, an empty one, or one to go on with."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem
from sim.core.paths import is_folder, path_of
from sim.lab import proof
from sim.lab.durable import log, set_aside
from sim.lab.manifest import find
from sim.lab.options import MANIFEST, SPARE, has_runs, place_problems
from sim.lab.plan import Plan, folder_name

_MANY = 12
"""Scenarios of a study beyond which a message does not name them all."""


def open_folder(out: str | Path | None, plan: Plan) -> Path:
    """Return the absolute path of the folder to write into, made if need be.

    Without ``out`` it is a new dated folder under ``results/``.  A folder with an unfinished or
    finished study of the same plan, over these seeds or others, is gone on with; a damaged manifest
    there is set aside and told.

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
    except (OSError, ValueError) as error:
        raise _unmade(f"--out {out}", error) from None
    manifest = _there(root)
    if manifest is not None:
        _same_plan(out, manifest, plan)
    return root


def _there(root: Path) -> dict[str, Any] | None:
    """Return the manifest of the study in a folder, if one can be read there."""
    sheet = find(root)
    if sheet.content is not None:
        return sheet.content
    spare = find(root, SPARE).content
    if sheet.fault:
        if spare is None and not has_runs(root):  # somebody else's
            return read_manifest(root)
        aside = set_aside(root / MANIFEST)
        log.warning("damaged: %s: %s; set aside as %s", root / MANIFEST, sheet.fault, aside.name)
    return spare


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


def read_manifest(root: Path, needed: Sequence[str] = ()) -> dict[str, Any]:
    """Return the manifest of a results folder, or if it is damaged its spare copy, which is told.

    Args:
        root: the folder.
        needed: entries without which the caller cannot go on; those of this version all have them.

    Raises:
        InputError: the folder does not exist or is not a results folder.
    """
    place, allowed = str(root), "a results folder of clusterlab"
    if not is_folder(root):
        raise InputError(Problem(place, 0, 0, "no such folder", allowed))
    sheet, spare = find(root), find(root, SPARE)
    if sheet.content is not None:
        if lacking := [key for key in needed if key not in sheet.content]:
            raise InputError(Problem(place, 0, 0, f"its {MANIFEST} lacks {', '.join(lacking)}", allowed))
        return sheet.content
    fault = sheet.fault or f"holds no {MANIFEST}"
    if spare.content is not None and spare.sealed:
        log.warning("damaged: %s: %s; its copy from when the study began is used", root / MANIFEST, fault)
        return spare.content
    remedy = f"run the command that made it again with --out {root}: finished runs are kept"
    if sheet.absent:
        raise InputError(Problem(place, 0, 0, fault, allowed, remedy=remedy if has_runs(root) else ""))
    what = f"{MANIFEST} cannot be read: {fault}"
    raise InputError(Problem(place, sheet.line, sheet.column, what, allowed, remedy=remedy))


def verify(root: Path, manifest: dict[str, Any], names: Sequence[str]) -> None:
    """Refuse merged files that are not what was written; of older folders, those that cannot be opened.

    Raises:
        InputError: the first that is damaged, and how to make it again.
    """
    files = manifest.get(proof.FILES) or {}
    fault = proof.fault(root, {name: files[name] for name in names if name in files})
    fault = fault or next(filter(None, (_unreadable(root / name) for name in names if name not in files)), "")
    if fault:
        remedy = f"'clusterlab resume {root}' makes it again from the runs"
        raise InputError(Problem(str(root), 0, 0, f"damaged: {fault}", remedy=remedy))


def _unreadable(path: Path) -> str:
    """Say that a Parquet file cannot be opened, if so."""
    import pyarrow.parquet as pq

    if path.suffix == ".parquet" and path.exists():
        try:
            pq.read_metadata(path)
        except (OSError, ValueError) as error:
            return f"{path.name} cannot be read ({str(error).split('.')[0]})"
    return ""


def _same_plan(out: str | Path, manifest: dict[str, Any], plan: Plan) -> None:
    there, wanted = manifest["plan"], plan.as_dict()
    if plan.to_come:  # points that were chosen from results are not asked for yet
        kept = {name: digest for name, digest in there["scenarios"].items() if name in wanted["scenarios"]}
        there = {**there, "scenarios": kept}
    if plan.kind == "run":  # one run a folder
        there, wanted = ({**p, "seed": s} for p, s in ((there, manifest["seed"]), (wanted, plan.seed)))
    differences = [
        _in_words(key, there.get(key), value) for key, value in wanted.items() if there.get(key) != value
    ]
    if differences and _another_view(manifest, plan):
        log.warning(
            "%s: %s; runs that are the same are used, the others stay in runs/", out, "; ".join(differences)
        )
    elif differences:
        what = f"holds another study: {'; '.join(differences)}"
        raise InputError(Problem(f"--out {out}", 0, 0, what, remedy="choose another --out"))


def _another_view(manifest: dict[str, Any], plan: Plan) -> bool:
    """Say whether a plan is the folder's study with other scenarios, of which it has runs already."""
    study = ("kind", "study_file" if plan.study_file else "base")
    mine = {"kind": plan.kind, "study_file": plan.study_file, "base": plan.arms[0].name}
    there = {scenario.get("runs") for scenario in manifest["scenarios"]}
    shared = there & {plan.runs_of(arm).as_posix() for arm in plan.arms}
    return plan.kind != "run" and bool(shared) and all(manifest.get(key) == mine[key] for key in study)


def _in_words(key: str, there: Any, wanted: Any) -> str:
    if key == "plugins":
        return f"plug-ins {_modules(there)} there, {_modules(wanted)} now"
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


def _modules(plugins: dict[str, str] | None) -> str:
    """Return plug-ins in words, each with the hash of its text."""
    return ", ".join(f"{module} ({digest})" for module, digest in (plugins or {}).items()) or "none"


def _unmade(place: str, error: OSError | ValueError) -> InputError:
    what = f"cannot be made: {getattr(error, 'strerror', '') or error}"
    return InputError(Problem(place, 0, 0, what, "a folder you may write to", remedy="--out"))
