"""A point of a design as a scenario file of its own."""

from __future__ import annotations

from pathlib import Path

from sim.core.errors import InputError, Problem, nearest
from sim.core.paths import path_of
from sim.lab.folder import read_manifest
from sim.lab.manifest import points, restore_scenarios, whole
from sim.lab.plain import write_text


def write_point(folder: str | Path, name: str, file: str | Path) -> Path:
    """Write a point of a sweep, a search or a discovery as a scenario file and return its path.

    Args:
        folder: the results folder.
        name: the point as its table names it; with several scenarios followed by the scenario's:
            ``p012 plain``.
        file: where to write it; the scenario is called as the file.

    Raises:
        InputError: there is no such folder or point, or there is such a file already.
    """
    from sim.scenario import Files
    from sim.scenario.yamlfile import dump

    root, target = path_of(folder).absolute(), path_of(file).absolute()
    manifest = read_manifest(root, ("scenarios",))
    there = {point.name: point for point in points(manifest)}
    if name not in there:
        what = f"there is no point {name!r}"
        allowed = (
            f"the names in the column point of its table, such as {next(iter(there))!r}" if there else ""
        )
        raise InputError(Problem(str(folder), 0, 0, what, allowed, nearest(name, there)))
    if target.exists():
        raise InputError(Problem(str(file), 0, 0, "the file exists already", remedy="choose another name"))
    restore_scenarios(root, manifest)
    point = there[name]
    base = next(root / one["file"] for one in whole(manifest) if one["name"] == point.of)
    document = Files(base).scenario(list(point.settings)).document()
    told = f"{point.of} at {name} of {manifest['name']}: {', '.join(point.settings)}"
    document |= {"name": target.stem, "description": told}
    write_text(target, dump(document))
    return target
