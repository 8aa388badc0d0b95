"""Mutants of every shipped scenario and study: each is a valid plan or is answered with its problems."""

from __future__ import annotations

import random
import re
import resource
import signal
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

import sim.lab.planning
from sim.core.errors import InputError
from sim.lab.planning import build
from sim.lab.studyfile import is_study, read_study
from sim.scenario import Scenario, yamlfile
from sim.scenario.nodes import Mapping, Node, Scalar, Sequence
from tests.torture.frame import ROOT, SCRATCH, Row

FULL, SMALL = 100_000, 300
KEPT = 200
"""Scenarios and plans kept for further mutants; more would fill the memory."""
WELL = "a plan, or every problem in one line with file, line and column"
SCENARIOS, STUDIES = "scenario", "study"
PREFIX = "mutant-"
MEMORY = 4 << 30
"""Bytes that an answer may take with all that is loaded: more is broken."""
PATIENCE = 120
"""Seconds after which an answer counts as hung: a thousand times what it takes."""
LONGEST = 8000
"""Most characters of one problem's line; lists of 60 names are the longest."""
WHOLE = (
    "the file is empty", "the file is larger", "the file cannot be read", "there is no such file",
    "not valid YAML", "this is a scenario", "this is a study",
)  # fmt: skip
"""How mistakes of a whole file begin, which have no line."""
HOSTILE = (
    "1e400", "-1e400", ".inf", "-.inf", ".nan", "9" * 400, "-0", "0x10", "0o17", "1_000", "1:30",
    "2026-01-01", "2026-Q5", "٢٠٢٦-Q1", "２０２６", "0000-Q1", "9999-Q4", "2072-Q4", "~", "null", "true",
    "yes", "''", '"\\0"', '"\\ud800"', '"a\\nb"', '"\\e[31m"', "!!python/object:os.system [x]",
    "!!binary aGk=", "!x", "&a", "*a", "&a [*a]", "<<: *a", "<<", "[]", "{}", "[[]]", "{a: {}}",
    "[" * 30 + "]" * 30, "x" * 6000, "../" * 100, "..", ".", "/", "/dev/zero", "/proc/self/mem", "~root",
    "~nobody/x", "", "合肥", "340100", "50%", "1,5", "'1,000'", "- - -", "? x", "? [x]", "|", ">",
    "%YAML 1.1", "---", "...", "#", "@", "`", "\t", "\r", "\ufeff", "\x00", "\x1b", "\u2028", "\U0001f600",
    "kind", "compare", "sensitivity", "sweep", "baseline", "baseline.yaml", "ten_ones", "none", "all",
    "synthetic:Z=999999999", "synthetic:Z=300,K=-1", "china-31", "'", '"', "{", "}", "[", "]", ",", ":",
    "a: b: c", "extends", "policy", "zones", "runs", "0", "-1", "1.5", "100000", "1e-300",
)  # fmt: skip
"""Values that have broken readers of YAML, or that mean something at another place."""


def seeds() -> dict[str, bytes]:
    """Return every shipped scenario and study by path below the root; the sign table with two levers."""
    files = [*(ROOT / "scenarios").rglob("*.yaml"), *(ROOT / "experiments").glob("*.yaml")]
    return {
        file.relative_to(ROOT).as_posix(): file.read_bytes().replace(b"\n# levers:", b"\nlevers:")
        for file in sorted(files)
    }


def mutant(luck: random.Random, corpus: dict[str, bytes]) -> tuple[str, bytes]:
    """Return the path of a seed and a mutant of it, after one to four changes of one kind each."""
    studies = luck.random() < 0.3
    name = luck.choice([name for name in corpus if name.startswith("experiments") == studies])
    data = corpus[name]
    for _ in range(luck.choice((1, 1, 1, 2, 2, 3, 4))):
        data = luck.choice(MUTATORS)(luck, data, corpus)
    return name, data[: 2 * yamlfile.MAX_BYTES]


def _bytes(luck: random.Random, data: bytes, corpus: dict[str, bytes]) -> bytes:
    """Change, insert or cut out some bytes, or cut the file short."""
    changed = bytearray(data)
    for _ in range(luck.randint(1, 4)):
        at = luck.randrange(len(changed) + 1)
        what = luck.randrange(4)
        if what == 0:
            changed[at : at + 1] = bytes([luck.randrange(256)])
        elif what == 1:
            changed[at:at] = luck.randbytes(luck.randint(1, 3))
        elif what == 2:
            del changed[at : at + luck.randint(1, 20)]
        elif luck.random() < 0.2:
            del changed[at:]
    return bytes(changed)


def _lines(luck: random.Random, data: bytes, corpus: dict[str, bytes]) -> bytes:
    """Drop, repeat, move, indent or borrow a line."""
    lines = data.splitlines(keepends=True) or [b""]
    at, other = luck.randrange(len(lines)), luck.randrange(len(lines))
    what = luck.randrange(6)
    if what == 0:
        del lines[at]
    elif what == 1:
        lines[at:at] = [lines[at]] * luck.choice((1, 1, 2, 300))
    elif what == 2:
        lines[at], lines[other] = lines[other], lines[at]
    elif what == 3:
        lines[at] = b" " * luck.randint(1, 6) + lines[at]
    elif what == 4:
        lines[at] = lines[at].lstrip()
    else:
        borrowed = luck.choice(list(corpus.values())).splitlines(keepends=True)
        lines.insert(at, luck.choice(borrowed))
    return b"".join(lines)


def _tokens(luck: random.Random, data: bytes, corpus: dict[str, bytes]) -> bytes:
    """Replace a word, a number or a sign by a hostile one or by one of another file."""
    text = data.decode(errors="replace")
    found = [m.span() for m in re.finditer(r"[\w./-]+|[^\s\w]", text)]
    if not found:
        return luck.choice(HOSTILE).encode(errors="replace")
    begin, end = luck.choice(found)
    if luck.random() < 0.5:
        word = luck.choice(HOSTILE)
    else:
        word = luck.choice(re.findall(r"[\w./-]+", luck.choice(list(corpus.values())).decode()))
    return (text[:begin] + word + text[end:]).encode(errors="replace")


def _structure(luck: random.Random, data: bytes, corpus: dict[str, bytes]) -> bytes:
    """Swap, repeat, drop or replace values and keys of the tree, and write it in one line."""
    try:
        tree = yamlfile.parse(data.decode(errors="replace"), "f")
    except InputError:
        return _tokens(luck, data, corpus)
    root = _loose(tree)
    parents = [node for node in _walk(root) if isinstance(node, list) and node]
    if not parents:
        return _tokens(luck, data, corpus)
    place = luck.choice(parents)
    at, other = luck.randrange(len(place)), luck.choice(luck.choice(parents))
    what = luck.randrange(7)
    if what == 0:
        del place[at]
    elif what == 1:
        place.append(place[at])
    elif what == 2:
        place[at] = other
    elif what == 3 and isinstance(place[at], tuple):
        place[at] = (place[at][0], luck.choice(HOSTILE))
    elif what == 4 and isinstance(place[at], tuple):
        place[at] = (luck.choice(HOSTILE), place[at][1])
    elif what == 5 and isinstance(place[at], tuple):
        place[at] = (place[at][0], [other])
    else:
        place[at] = luck.choice(HOSTILE)
    return _written(root, 0).encode(errors="replace")


MUTATORS: tuple[Callable[..., bytes], ...] = (_bytes, _lines, _tokens, _structure)


def _loose(node: Node) -> Any:
    """Return a tree as lists of (key, value), lists of items, and text."""
    if isinstance(node, Mapping):
        return [(entry.key, _loose(entry.value)) for entry in node.entries]
    if isinstance(node, Sequence):
        return [_loose(item) for item in node.items]
    assert isinstance(node, Scalar)
    return node.raw if re.fullmatch(r"[\w./-]*", node.raw) else repr(node.raw)


def _walk(node: Any) -> Iterator[Any]:
    yield node
    for item in node if isinstance(node, list) else ():
        yield from _walk(item[1] if isinstance(item, tuple) else item)


def _written(node: Any, depth: int) -> str:
    """Return a loose tree as YAML; a level that mixes pairs and items is written as it comes."""
    if not isinstance(node, list):
        return str(node)
    if depth > 40:  # a value swapped into itself
        return "..."
    items = [
        f"{item[0]}: {_written(item[1], depth + 1)}" if isinstance(item, tuple) else _written(item, depth + 1)
        for item in node
    ]
    if depth == 0:
        return "\n".join(items) + "\n"
    brackets = "{}" if any(isinstance(item, tuple) for item in node) else "[]"
    return f"{brackets[0]}{', '.join(items)}{brackets[1]}"


def broken(file: Path) -> str:
    """Return what is wrong with the answer to a file; empty if it is a plan, or problems with places."""
    lines = file.read_bytes().count(b"\n") + file.read_bytes().count(b"\r") + 2
    try:
        with _patience():
            if is_study(yamlfile.read(file)):
                read_study(file)
            else:
                build("run", [file])
    except InputError as error:
        told = [str(problem) for problem in error.problems]
        if not told:
            return "no problem is told"
        for problem, line in zip(error.problems, told, strict=True):
            if not problem.file:
                return f"no file: {line}"
            if problem.line <= 0 and not problem.what.startswith(WHOLE):
                return f"no place: {line}"
            if problem.file == str(file) and not 0 <= problem.line <= lines:
                return f"a place outside the file: {line}"
            if len(line) > LONGEST or len(line.splitlines()) != 1:
                return f"not one line: {line[:200]!r}"
            line.encode()
    except Exception as error:
        return f"{type(error).__name__}: {str(error)[:200]}"
    return ""


@contextmanager
def _bounded() -> Iterator[None]:
    before = resource.getrlimit(resource.RLIMIT_AS)
    resource.setrlimit(resource.RLIMIT_AS, (MEMORY, before[1]))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_AS, before)


@contextmanager
def _patience() -> Iterator[None]:
    def hung(*_: Any) -> None:
        raise TimeoutError(f"no answer in {PATIENCE} s")

    before = signal.signal(signal.SIGALRM, hung)
    signal.alarm(PATIENCE)
    try:
        yield
    finally:
        signal.alarm(0)
        signal.signal(signal.SIGALRM, before)


@contextmanager
def unchanged_once() -> Iterator[None]:
    """Read, load and resolve files that are not mutants once: they are the same for every mutant."""
    reading, loading, resolving = yamlfile.read, sim.lab.planning._load, sim.lab.planning._resolved
    trees: dict[Any, Any] = {}
    loaded: dict[Any, Any] = {}
    resolved: dict[Any, Any] = {}

    def keep_few() -> None:
        if len(loaded) + len(resolved) > KEPT:
            loaded.clear()
            resolved.clear()

    def read(path: Any, label: str = "") -> Any:
        if Path(path).name.startswith(PREFIX):
            return reading(path, label)
        if (key := (str(path), label)) not in trees:
            trees[key] = reading(path, label)
        return trees[key]

    def load(source: Any, place: Any, *rest: Any) -> Any:
        if isinstance(source, Scenario) or Path(source).name.startswith(PREFIX):
            return loading(source, place, *rest)
        if (key := (str(source), *map(str, rest))) not in loaded:
            loaded[key] = loading(source, place, *rest)
        return loaded[key]._replace(place=place)

    def resolve(these: Any, points: Any) -> Any:
        known = {id(one.scenario) for one in loaded.values()}
        key = tuple(id(one.scenario) for one in these)
        if points or not known.issuperset(key):
            return resolving(these, points)
        if key not in resolved:
            resolved[key] = resolving(these, points)
        found = resolved[key]
        keep_few()
        return found

    yamlfile.read, sim.lab.planning._load, sim.lab.planning._resolved = read, load, resolve
    try:
        yield
    finally:
        yamlfile.read, sim.lab.planning._load, sim.lab.planning._resolved = reading, loading, resolving


def trial(count: int, seed: int) -> list[Row]:
    """Try ``count`` mutants; what broke first is kept in the temporary folder as ``mutant-broke.yaml``."""
    luck, corpus = random.Random(seed), seeds()
    tried = {SCENARIOS: 0, STUDIES: 0}
    first: dict[str, list[str]] = {SCENARIOS: [], STUDIES: []}
    with tempfile.TemporaryDirectory(dir=SCRATCH) as scratch, unchanged_once(), _bounded():
        for name, data in corpus.items():
            (Path(scratch) / name).parent.mkdir(parents=True, exist_ok=True)
            (Path(scratch) / name).write_bytes(data)
        for _ in range(count):
            name, data = mutant(luck, corpus)
            kind = STUDIES if name.startswith("experiments") else SCENARIOS
            file = (Path(scratch) / name).with_name(PREFIX + Path(name).name)
            file.write_bytes(data)
            tried[kind] += 1
            if what := broken(file):
                Path(tempfile.gettempdir(), f"{PREFIX}broke.yaml").write_bytes(data)
                first[kind].append(what)
            file.unlink()
    return [
        Row(
            f"mutants of every shipped {kind} file", tried[kind], len(first[kind]), (first[kind] or [WELL])[0]
        )
        for kind in (SCENARIOS, STUDIES)
    ]
