"""Safe YAML reading: any text becomes a tree with positions, or an ``InputError``.

Only plain data is read: tags are refused, so nothing can be constructed.  Files are limited to
1 MiB, nesting to 24 levels, aliases to 200, and the tree with its aliases written out to
50,000 values, which disarms "billion laughs" files.  Scalars follow the YAML 1.2 core schema
without octal and hexadecimal numbers, so ``yes`` and ``2026-Q1`` are text.
"""

from __future__ import annotations

import io
import re
from dataclasses import dataclass, field, replace
from os import PathLike
from pathlib import Path
from typing import Any

from sim.core.errors import InputError, Problem, nearest
from sim.scenario.nodes import Entry, Mapping, Node, Place, Scalar, Sequence

MAX_BYTES = 1 << 20
MAX_DEPTH = 24
MAX_ALIASES = 200
MAX_VALUES = 50_000

_UNPRINTABLE = re.compile("[^\t\n\r\x20-\x7e\x85\xa0-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
_SURROGATE = re.compile("[\ud800-\udfff]")
_INT = re.compile(r"[-+]?[0-9]{1,300}")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")
_CONSTANTS: dict[str, bool | None] = {
    "": None,
    "~": None,
    **dict.fromkeys(("null", "Null", "NULL"), None),
    **dict.fromkeys(("true", "True", "TRUE"), True),
    **dict.fromkeys(("false", "False", "FALSE"), False),
}


def read(path: str | PathLike[str], label: str = "") -> Mapping:
    """Return the mapping in a YAML file.

    Args:
        path: the file.
        label: the name to give it in messages; the path as written when empty.

    Raises:
        InputError: the file is missing, unreadable, too large, not UTF-8, not YAML, empty or
            not a mapping.
    """
    label = label or str(path)
    root = parse(_read_text(Path(path), label), label)
    if isinstance(root, Mapping):
        return root
    if isinstance(root, Scalar) and root.value is None:
        raise _error(Place(label), "the file is empty", "write 'key: value' lines")
    raise _error(root.place, "the file is not a mapping", "write 'key: value' lines")


def parse(text: str, label: str, *, positions: bool = True) -> Node:
    """Return the tree of one YAML document; ``label`` stands for the file in messages.

    Args:
        text: the YAML.
        label: a file name, or a command-line word such as ``--set lever=1``.
        positions: whether places have line and column.

    Raises:
        InputError: the text is not plain YAML data within the limits.
    """
    check_text(text, Place(label), positions=positions)
    return _Composer(label, positions).compose(text)


def check_text(text: str, place: Place, *, positions: bool = False) -> None:
    """Refuse a text with characters that are none, such as control characters.

    Raises:
        InputError: the first of them, with its line and column in the text where these tell something.
    """
    if bad := _UNPRINTABLE.search(text):
        line = text.count("\n", 0, bad.start()) + 1
        exact = Place(place.file, line, bad.start() - text.rfind("\n", 0, bad.start()))
        raise _error(exact if positions else place, f"the character {bad[0]!r} is not text")


def dump(document: dict[str, Any]) -> str:
    """Return plain data as block YAML in the order given."""
    from ruamel.yaml import YAML

    yaml = YAML()
    yaml.width = 100
    stream = io.StringIO()
    yaml.dump(document, stream)
    return stream.getvalue()


def plain(node: Node) -> Any:
    """Return a tree as dicts, lists and scalars (for a repeated key the last value)."""
    if isinstance(node, Scalar):
        return node.value
    if isinstance(node, Sequence):
        return [plain(item) for item in node.items]
    return {entry.key: plain(entry.value) for entry in node.entries}


def _error(place: Place, what: str, remedy: str = "") -> InputError:
    return InputError(Problem(place.file, place.line, place.column, what, remedy=remedy))


def _read_text(path: Path, label: str) -> str:
    try:
        if path.is_dir():
            raise _error(Place(label), "this is a folder, not a file", _yaml_files(path))
        if path.exists() and not path.is_file():
            raise _error(Place(label), "this is not a regular file")
        with path.open("rb") as stream:
            data = stream.read(MAX_BYTES + 1)
    except FileNotFoundError:
        siblings = _names(path.parent)
        problem = Problem(label, 0, 0, "there is no such file", nearest=nearest(path.name, siblings))
        raise InputError(problem) from None
    except (OSError, ValueError) as error:
        reason = getattr(error, "strerror", None) or str(error)
        raise _error(Place(label), f"the file cannot be read: {reason}") from None
    if len(data) > MAX_BYTES:
        raise _error(Place(label), f"the file is larger than {MAX_BYTES // 1024} KiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        before = data[: error.start]
        place = Place(label, before.count(b"\n") + 1, error.start - before.rfind(b"\n"))
        raise _error(place, "the file is not UTF-8 text", "save it as UTF-8") from None


def _names(folder: Path) -> list[str]:
    try:
        return [p.name for p in folder.iterdir()]
    except OSError:
        return []


def _yaml_files(folder: Path) -> str:
    found = sorted(n for n in _names(folder) if n.endswith((".yaml", ".yml")))[:5]
    return f"name one of its files, such as {', '.join(found)}" if found else ""


@dataclass(slots=True)
class _Open:
    """A list or mapping still being read; ``size`` counts its values with aliases written out."""

    place: Place
    is_mapping: bool
    anchor: str | None
    size: int = 1
    items: list[Node] = field(default_factory=list)


class _Composer:
    """Builds the tree from parser events, without recursion."""

    def __init__(self, label: str, positions: bool) -> None:
        self.label = label
        self.positions = positions
        self.anchors: dict[str, tuple[Node, int]] = {}
        self.aliases = 0
        self.open: list[_Open] = []
        self.root: Node | None = None

    def compose(self, text: str) -> Node:
        from ruamel.yaml import YAML
        from ruamel.yaml.error import MarkedYAMLError

        try:
            for event in YAML(typ="safe", pure=True).parse(text):
                self._take(event)
        except InputError:
            raise
        except MarkedYAMLError as error:
            what = str(error.problem or error.context or "it cannot be read")
            place = self._place(error.problem_mark or error.context_mark)
            raise _error(place, f"not valid YAML: {what}", _syntax_hint(what)) from None
        except Exception as error:  # the parser fails in many ways on hostile text
            raise _error(Place(self.label), f"not valid YAML: {error}") from None
        return self.root or Scalar(Place(self.label), None, "")

    def _place(self, mark: Any) -> Place:
        if mark is None or not self.positions:
            return Place(self.label)
        return Place(self.label, mark.line + 1, mark.column + 1)

    def _take(self, event: Any) -> None:
        kind = type(event).__name__
        place = self._place(event.start_mark)
        if getattr(event, "ctag", None) is not None:
            raise _error(
                place, f"the tag {str(event.ctag)[:80]} is not allowed", "write plain values without '!'"
            )
        if kind == "DocumentStartEvent" and self.root is not None:
            raise _error(place, "a second document starts here", "keep one document in a file")
        if kind == "ScalarEvent":
            self._add(_scalar(event, place), 1, event.anchor)
        elif kind == "AliasEvent":
            self._alias(event.anchor, place)
        elif kind in ("MappingStartEvent", "SequenceStartEvent"):
            if len(self.open) >= MAX_DEPTH:
                raise _error(place, f"values are nested more than {MAX_DEPTH} deep")
            self.open.append(_Open(place, kind == "MappingStartEvent", event.anchor))
        elif kind in ("MappingEndEvent", "SequenceEndEvent"):
            done = self.open.pop()
            node = _mapping(done) if done.is_mapping else Sequence(done.place, tuple(done.items))
            self._add(node, done.size, done.anchor)

    def _alias(self, name: str, place: Place) -> None:
        self.aliases += 1
        if self.aliases > MAX_ALIASES:
            raise _error(place, f"more than {MAX_ALIASES} aliases")
        if name not in self.anchors:
            raise _error(place, f"the alias *{name} has no finished anchor &{name} before it")
        self._add(*self.anchors[name], None)

    def _add(self, node: Node, size: int, anchor: str | None) -> None:
        if anchor:
            self.anchors[anchor] = (node, size)
        if not self.open:
            self.root = node
            return
        self.open[-1].items.append(node)
        self.open[-1].size += size
        if sum(part.size for part in self.open) > MAX_VALUES:
            raise _error(node.place, f"more than {MAX_VALUES:,} values, aliases written out")


def _mapping(done: _Open) -> Mapping:
    pairs = zip(done.items[::2], done.items[1::2], strict=True)
    return Mapping(done.place, tuple(_entry(key, value) for key, value in pairs))


def _entry(key: Node, value: Node) -> Entry:
    if not isinstance(key, Scalar):
        raise _error(key.place, "a key must be a single word, not a list or mapping")
    if isinstance(value, Scalar) and not value.raw and value.place.line > key.place.line:
        value = replace(value, place=key.place)  # the parser puts what is missing where the next thing stands
    return Entry(key.raw, key.place, value)


def _scalar(event: Any, place: Place) -> Scalar:
    raw: str = event.value
    if _SURROGATE.search(raw):
        raise _error(place, "half a character (a surrogate) is not text")
    return Scalar(place, raw if event.style else _plain_value(raw), raw)


def _plain_value(raw: str) -> bool | int | float | str | None:
    if raw in _CONSTANTS:
        return _CONSTANTS[raw]
    if _INT.fullmatch(raw):
        return int(raw)
    if _FLOAT.fullmatch(raw):
        return float(raw)
    if _NOT_FINITE.fullmatch(raw):
        return float(raw.replace(".", ""))
    return raw


def _syntax_hint(what: str) -> str:
    if "'\\t'" in what or "tab" in what:
        return "indent with spaces, not tabs"
    if "mapping values are not allowed" in what:
        return "put text that has ': ' in it in quotes, and check the indentation"
    return ""
