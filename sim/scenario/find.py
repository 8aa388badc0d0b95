"""Where a scenario is found: one rule for the command line, studies, Python and ``extends``.

- A *name* (``baseline``) is the shipped scenario of that name, whatever lies here; if there is none,
  a file of that name.
- A *file name* (``baseline.yaml``) is the file beside: in the folder of the file that names it, or
  in the folder one is in; if there is none, the shipped scenario.
- A *path* (``./baseline``, ``~/mine.yaml``, ``cases/hefei_quantum.yaml``) is that file; if there is
  none, the shipped scenario.  So is every ``pathlib.Path``.

Where a shipped scenario and an own file have the same name, the one that was not taken is told.
"""

from __future__ import annotations

import filecmp
import os
from dataclasses import dataclass
from os import PathLike
from pathlib import Path

from sim.core.errors import InputError, Problem, nearest
from sim.core.paths import is_file, path_of

_SIM = Path(__file__).resolve().parents[1]
_ENDINGS = (".yaml", ".yml")
_LONGEST = 120
"""Most characters of a name that a message repeats."""


@dataclass(frozen=True, slots=True)
class Found:
    """A scenario file, what messages call it, and what to tell of another one of its name."""

    file: Path
    label: str
    note: str = ""


def collection(name: str) -> Path | None:
    """Return the shipped folder ``scenarios`` or ``experiments``, of the checkout or the installation."""
    return next((p for p in (_SIM.parent / name, _SIM / name) if p.is_dir()), None)


def names() -> list[str]:
    """Return the names of the shipped scenarios, sorted; not those in folders."""
    root = collection("scenarios")
    return sorted(file.stem for file in root.glob("*.yaml")) if root else []


def shipped(name: str) -> Path:
    """Return the file of a shipped scenario, given ``baseline`` or ``baseline.yaml``.

    Raises:
        InputError: no shipped scenario has this name.
    """
    file = _shipped(name)
    if file is None:
        raise _missing(name, Path())
    return file


def find(word: str | PathLike[str], beside: Path | None = None, label: str = "") -> Found:
    """Return the file that a word means; see the module's text.

    Args:
        word: a name, a file name or a path.
        beside: folder of the file that says it, if a file does.
        label: what messages call that folder.

    Raises:
        InputError: a name that no shipped scenario and no file has.
    """
    text, folder = os.fspath(word), beside or Path()
    if not text.strip(". /"):
        raise _missing(text, folder)
    own, ours = folder / path_of(text), _shipped(text)
    said = str(_tidy(Path(label) / path_of(text)))
    is_path = not isinstance(word, str) or text != Path(text).name
    if is_path:
        return Found(own, said) if ours is None or _there(own) else Found(ours, _short(ours))
    if text.endswith(_ENDINGS) and is_file(own):
        return Found(own, said, _own_taken(said, text, own, ours))
    here = [own, own.with_name(f"{own.name}.yaml")]
    here += [Path("scenarios") / o.name for o in here] if beside is None else []
    here = [file for file in here if is_file(file)]
    if ours is not None:
        return Found(ours, _short(ours), next((n for file in here if (n := _own_left(file, ours))), ""))
    if here:
        return Found(here[0], str(_tidy(Path(label) / here[0])) if beside is None else said)
    if _there(own):  # a folder, a pipe: the reader tells
        return Found(own, said)
    raise _missing(text, folder)


def _shipped(text: str) -> Path | None:
    root = collection("scenarios")
    stem = text.removesuffix(".yaml")
    file = root / f"{stem}.yaml" if root and stem and ".." not in Path(stem).parts else None
    return file if file and not Path(stem).is_absolute() and is_file(file) else None


def _there(path: Path) -> bool:
    return os.path.lexists(path)


def _own_taken(said: str, text: str, own: Path, ours: Path | None) -> str:
    if ours is None or _same(own, ours):
        return ""
    what = f"this is your own file {said}, not the scenario that comes with the program"
    return f"{what}; write {text.removesuffix('.yaml')} for that"


def _own_left(own: Path, ours: Path) -> str:
    if _same(own, ours):
        return ""
    said = own if own.is_absolute() else f"./{own}"
    what = "this is the scenario that comes with the program"
    return f"{what}; there is also {said}, your own: write {said} for it"


def _same(one: Path, other: Path) -> bool:
    """Say whether two files are one, or say the same."""
    try:
        return one.samefile(other) or filecmp.cmp(one, other, shallow=False)
    except OSError:
        return False


def _short(file: Path) -> str:
    """Return a path from the folder one is in, if the file lies below it."""
    try:
        here = Path.cwd()
    except OSError:  # the folder one is in has been deleted
        return str(file)
    return str(file.relative_to(here)) if file.is_relative_to(here) else str(file)


def _tidy(path: Path) -> Path:
    """Return ``a/b/../c`` as ``a/c`` for messages."""
    parts: list[str] = []
    for part in path.parts:
        if part == ".." and parts and parts[-1] not in ("..", path.anchor):
            parts.pop()
        else:
            parts.append(part)
    return Path(*parts)


def _missing(text: str, folder: Path) -> InputError:
    known = names()
    try:
        beside = [p.name for p in folder.iterdir() if p.suffix in _ENDINGS]
    except OSError:
        beside = []
    said = (text if len(text) <= _LONGEST else f"{text[:_LONGEST]}…") or "''"
    if text.endswith(_ENDINGS):
        near = nearest(text[:_LONGEST], [*beside, *(f"{name}.yaml" for name in known)])
        return InputError(Problem(said, 0, 0, "there is no such file", nearest=near))
    near = nearest(text[:_LONGEST], [*beside, *known])
    allowed = f"a path, or a shipped scenario ({', '.join(known)})" if known else "a path"
    return InputError(Problem(said, 0, 0, "no such scenario file", allowed=allowed, nearest=near))
