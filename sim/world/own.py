"""Somebody else's regions as the world: a CSV file of zones, or a folder with tables.

``zones.csv`` gives each zone its province, place, GDP (m yuan a year) and population.  Whatever else a
zone has may stand in further columns; what does not is derived (assumption): the country has China's
amount per yuan of GDP, and zones share it in proportion to GDP^e, where e is the elasticity over
China's provinces (``world_exponent_*``; :mod:`sim.world.downscale` uses them inside provinces).  A
folder may also hold ``capability.csv`` (location quotients by province and industry, 1 where silent)
and ``plans.csv`` (industries that a province's documents named before 2023, none where silent), and
``world.yaml`` (:mod:`sim.world.about`): title, source, money, and which of the 20 industries there are.

Three examples come with the program (:data:`EXAMPLES`), each known by its name.

A world is known by its content: its name is that of the file and a hash of the cells.  So a run's
identity counts the tables, and they may move: results folders keep a copy, and :class:`Tables` that
reach another process are known there, too.
"""

from __future__ import annotations

import hashlib
import json
import os
import re
from collections.abc import Callable
from dataclasses import asdict, dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np

from sim.core.errors import InputError, Problem, nearest
from sim.core.paths import is_folder, path_of
from sim.world import load
from sim.world.about import NAME as ABOUT
from sim.world.about import About, about_of
from sim.world.assemble import assemble, kinship, scaled
from sim.world.csvfile import Sheet, sheet_of, text_of
from sim.world.downscale import endow, largest_remainder
from sim.world.load import Provinces, Zones
from sim.world.ownsheets import DERIVED, OTHER, REQUIRED, check_pairs, check_zones
from sim.world.reading import Array

if TYPE_CHECKING:
    from sim.world.nation import Country
    from sim.world.parameters import Parameters


@dataclass(frozen=True, slots=True)
class Tables:
    """The tables of an own world, as text; equal if the content is."""

    name: str
    path: str
    """Where they were read, absolute."""
    files: tuple[tuple[str, str], ...]
    """Names below the place of the copy, and texts."""

    def __reduce__(self) -> tuple[Callable[..., Any], tuple[Any, ...]]:
        return _arrived, (self.name, self.path, self.files)

    @property
    def copy(self) -> str:
        """The name of the copy: that of the file or of the folder."""
        first = self.files[0][0]
        return first.partition("/")[0]


EXAMPLES = Path(__file__).with_name("examples")
"""Worked examples of own worlds, a folder each."""
_KNOWN: dict[str, Tables] = {}
"""Own worlds that this process has met, by name; a name tells the content."""


def _arrived(*values: Any) -> Tables:
    tables = Tables(*values)
    return _KNOWN.setdefault(tables.name, tables)


@lru_cache(maxsize=1)
def examples() -> tuple[str, ...]:
    """Return the names of the worked examples of own worlds that come with the program."""
    return tuple(sorted(folder.name for folder in EXAMPLES.iterdir() if (folder / ABOUT).is_file()))


def known(name: str) -> Tables | None:
    """Return the tables of an own world that this process has read or been sent."""
    return _KNOWN.get(name)


def spoken(name: str) -> str:
    """Return a world as one asks for it: the path of an own one."""
    if name not in _KNOWN:
        return name
    path = Path(_KNOWN[name].path)
    return path.name if path.parent == EXAMPLES else str(path)


def is_path(word: str) -> bool:
    """Say whether a word means a file or folder of zones rather than one of the model's own worlds."""
    if word.partition(":")[0] == "synthetic" or word in _KNOWN:
        return False
    if word in examples():
        return True
    return word.endswith(".csv") or "/" in word or os.sep in word or is_folder(path_of(word))


def beside(word: str, folder: Path) -> str:
    """Return a world as it is meant in a file of ``folder``: paths are relative to that."""
    if word in examples():
        return word
    path = folder / path_of(word)
    return str(path) if is_path(word) or (word not in _KNOWN and is_folder(path)) else word


def read_own(place: str | Path) -> Tables:
    """Read and check a file or a folder of own tables.

    Raises:
        InputError: with every problem of every table at its place.
    """
    path = EXAMPLES / place if place in examples() else path_of(place).absolute()
    try:
        inside = {p.name: p for p in sorted(path.iterdir()) if _is_table(p)} if is_folder(path) else {}
    except OSError as error:
        raise InputError(Problem(str(place), 0, 0, f"cannot be read: {error.strerror}")) from None
    problems: list[Problem] = []
    known_files = ("zones.csv", *OTHER, ABOUT)
    for name in inside.keys() - set(known_files):
        near = nearest(name, known_files)
        problems.append(
            Problem(_shown(place, name, path), 0, 0, "is no table of a world", ", ".join(known_files), near)
        )
    if is_folder(path) and "zones.csv" not in inside:
        problems.append(Problem(str(place), 0, 0, "holds no zones.csv"))
    texts: dict[str, str] = {}
    label = {name: _shown(place, name, path) for name in (inside or ("zones.csv",))}
    for name, file in inside.items() if is_folder(path) else [("zones.csv", path)]:
        try:
            texts[name] = text_of(file, label[name]) if name in known_files else ""
        except InputError as error:
            problems += error.problems
    if "zones.csv" in texts:
        problems += _problems({n: t for n, t in texts.items() if n in known_files}, label)
    if problems:
        raise InputError(problems)
    stem = (
        re.sub(r"[^\w.-]+", "-", path.stem if not is_folder(path) else path.name).strip("-.")[:40] or "world"
    )
    where = f"{stem}/" if is_folder(path) else ""
    files = tuple(
        (where + (n if where else f"{stem}.csv"), text) for n, text in sorted(texts.items(), reverse=True)
    )
    cells: list[Any] = [_plain(sheet) for _, sheet in sorted(_sheets(texts, label).items())]
    if ABOUT in texts:
        cells.append(asdict(about_of(texts[ABOUT], ABOUT)))
    digest = hashlib.sha256(json.dumps(cells, sort_keys=True).encode()).hexdigest()[:12]
    tables = Tables(f"{stem}@{digest}", str(path), files)
    _KNOWN[tables.name] = tables
    return tables


def _is_table(file: Path) -> bool:
    return file.suffix == ".csv" or file.name.casefold() in (ABOUT, "world.yml")


def _shown(place: str | Path, name: str, path: Path) -> str:
    return str(Path(place) / name) if is_folder(path) else str(place)


def _sheets(texts: dict[str, str], label: dict[str, str]) -> dict[str, Sheet]:
    made = {}
    for name, text in texts.items():
        if name == ABOUT:
            continue
        columns = (REQUIRED, tuple(DERIVED)) if name == "zones.csv" else (OTHER[name], ())
        made[name] = sheet_of(label[name], text, *columns)
    return made


def _plain(sheet: Sheet) -> list[dict[str, str]]:
    return [{name: cell.text for name, cell in row.items()} for row in sheet.rows]


def _problems(texts: dict[str, str], label: dict[str, str]) -> list[Problem]:
    """Return what is wrong with the tables' cells."""
    found: list[Problem] = []
    provinces: set[str] = set()
    about = About()
    if ABOUT in texts:
        try:
            about = about_of(texts[ABOUT], label[ABOUT])
        except InputError as error:
            found += error.problems
    for name in sorted(texts.keys() - {ABOUT}, reverse=True):  # zones first
        try:
            sheet = _sheets({name: texts[name]}, label)[name]
            if name == "zones.csv":
                check_zones(sheet, about)
                provinces = {row["province"].text for row in sheet.rows}
            else:
                check_pairs(sheet, provinces, about.industries)
            sheet.stop()
        except InputError as error:
            found += error.problems
    return found


def _texts(tables: Tables) -> dict[str, str]:
    return {name.rpartition("/")[2] if "/" in name else "zones.csv": text for name, text in tables.files}


def about(tables: Tables) -> About:
    """Return what an own world says of itself."""
    text = _texts(tables).get(ABOUT)
    return About() if text is None else about_of(text, ABOUT)


@lru_cache(maxsize=8)
def _parsed(tables: Tables) -> dict[str, list[dict[str, str]]]:
    texts = _texts(tables)
    return {name: _plain(sheet) for name, sheet in _sheets(texts, dict.fromkeys(texts, tables.path)).items()}


def derived(tables: Tables, p: Parameters) -> dict[str, tuple[float, float]]:
    """Return what is derived because the file is silent: the total and the elasticity to GDP."""
    given = _parsed(tables)["zones.csv"][0].keys()
    values = _amounts(tables, p)
    return {
        name: (float(values[name].sum()), float(getattr(p, how.exponent)))
        for name, how in DERIVED.items()
        if name not in given
    }


def _amounts(tables: Tables, p: Parameters) -> dict[str, Array]:
    """Return what each zone has, given or derived, in the order of the file."""
    from sim.core.functions import power

    rows, real = _parsed(tables)["zones.csv"], load.provinces()
    yuan = about(tables).yuan
    gdp = yuan * np.array([float(row["gdp"]) for row in rows])
    part = float(gdp.sum() / real.gdp.sum())
    made: dict[str, Array] = {"gdp": gdp}
    for name in ("lon", "lat", "population", *DERIVED):
        if name in rows[0]:
            unit = yuan if name in DERIVED and DERIVED[name].money else 1.0
            made[name] = unit * np.array([float(row[name]) for row in rows])
            continue
        how, total = DERIVED[name], part * float(getattr(real, name).sum())
        weight = power(gdp / gdp.max(), float(getattr(p, how.exponent)))
        amount = total * weight / weight.sum()
        made[name] = largest_remainder(weight, max(1, round(total))).astype(float) if how.whole else amount
    made["universities"] = np.maximum(made["universities"], made["double_first_class"])
    return made


def own_country(tables: Tables, p: Parameters) -> Country:
    """Return the country of own tables; zones come sorted by province, as first mentioned."""
    from sim.core.products import product

    rows = _parsed(tables)["zones.csv"]
    provinces = tuple(dict.fromkeys(row["province"] for row in rows))
    home = np.array([provinces.index(row["province"]) for row in rows])
    order = np.argsort(home, kind="stable")
    home, amount = home[order], {name: values[order] for name, values in _amounts(tables, p).items()}
    names = tuple(rows[z]["zone"] for z in order)
    real, industry = load.provinces(), load.industries()
    whole = {name: amount[name].astype(np.int64) for name, how in DERIVED.items() if how.whole}
    government = float(np.average(real.government_share, weights=real.rd_fte))
    place = Provinces(  # each zone stands for itself, so nothing is left to split inside
        names=names,
        lon=amount["lon"],
        lat=amount["lat"],
        population=amount["population"],
        gdp=amount["gdp"],
        rd_spending=float(real.rd_spending.sum() / real.rd_fte.sum()) * whole["rd_fte"].astype(np.float64),
        rd_fte=whole["rd_fte"],
        government_share=np.full(len(names), government),
        st_budget=amount["st_budget"],
        universities=whole["universities"],
        double_first_class=whole["double_first_class"],
        high_tech_firms=amount["high_tech_firms"],
        hightech_revenue=amount["hightech_revenue"],
        incubators=whole["incubators"],
        venture_capital=amount["venture_capital"],
    )
    alone = Zones(
        names=names,
        province=np.arange(len(names)),
        lon=amount["lon"],
        lat=amount["lat"],
        city_gdp=amount["gdp"],
        double_first_class=whole["double_first_class"],
        seats=np.ones(len(names)),
        in_capital=np.ones(len(names), dtype=bool),
    )
    quotient = _quotients(tables, provinces)
    weight = place.gdp / place.gdp.sum()
    level = product(weight, quotient[home])
    quotient = quotient / np.where(level > 0.0, level, 1.0)
    host = quotient[home] * weight[:, None]
    firms = float(place.high_tech_firms.sum()) / float(real.high_tech_firms.sum())
    kept = np.isin(industry.codes, about(tables).industries)
    p = p if kept.all() else p.only(kept)
    held = endow(place, alone, industry, quotient[home], host, kinship(p), scaled(p, firms))
    land, zone = replace(place, names=provinces), replace(alone, province=home)  # only names are used
    return assemble(tables.name, land, zone, held, quotient, _named(tables, provinces), p, kept)


def _quotients(tables: Tables, provinces: tuple[str, ...]) -> Array:
    codes = load.industries().codes
    quotient = np.ones((len(provinces), len(codes)))
    for row in _parsed(tables).get("capability.csv", ()):
        place = provinces.index(row["province"]), codes.index(row["industry"])
        quotient[place] = float(row["location_quotient"])
    return quotient


def _named(tables: Tables, provinces: tuple[str, ...]) -> Any:
    codes = load.industries().codes
    named = np.zeros((len(provinces), len(codes)), dtype=bool)
    for row in _parsed(tables).get("plans.csv", ()):
        named[provinces.index(row["province"]), codes.index(row["industry"])] = True
    return named
