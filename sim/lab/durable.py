"""Files and folders that are whole or not there, even when the process, the machine or the disk dies.

What is written goes to a hidden draft beside its final place, is forced to the disk, and only then
renamed.  Whoever writes a draft holds a lock beside it; the system lets go of the lock when the
process ends, however it ends, so a draft whose lock can be taken is left over and :func:`sweep`
removes it.  Of a draft from another machine, and where a file system has no locks, the age decides.
"""

from __future__ import annotations

import errno
import hashlib
import logging
import os
import platform
import re
import shutil
import time
import uuid
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from functools import cache
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from filelock import BaseFileLock

LOCK = ".lock"
"""What who reads and writes a results folder's manifest holds meanwhile."""
_OLD = 86_400.0
"""Seconds after which a draft counts as left over where no lock can tell."""
_HIDDEN = re.compile(r"(?P<stem>\..+\.(?P<host>[0-9a-f]{8})-[0-9a-f]{8})\.(draft|old|lock)")
_PLACES = ("", "*/", "runs/*/")
"""Where drafts lie, seen from a results folder."""
_NAMES = 20
"""Hidden names that are tried before a file counts as locked."""
_NO_LOCKS = {errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL, errno.EBADF}
_REASONS = {
    errno.ENOSPC: "the disk is full",
    errno.EDQUOT: "the disk quota is used up",
    errno.EROFS: "the disk is read-only",
    errno.EACCES: "it may not be written to",
    errno.EPERM: "it may not be written to",
    errno.ENOENT: "the folder is gone",
    errno.ENOTDIR: "the folder is gone",
    errno.EIO: "the disk has a fault",
}
DISK = {errno.ENOSPC, errno.EDQUOT, errno.EROFS, errno.EIO}
"""Errors that are the disk's, whatever raised them."""
log = logging.getLogger("clusterlab")
"""Where a study says what its caller should know at once; on stderr, unless the caller wants otherwise."""


class NotStored(Exception):
    """Something could not be written: where, and why in words."""

    def __init__(self, path: str, why: str) -> None:
        super().__init__(path, why)
        self.path = path
        self.why = why

    def __str__(self) -> str:
        return f"cannot write {self.path}: {self.why}"


@contextmanager
def storing(path: Path) -> Iterator[None]:
    """Turn errors of the file system within the block into :class:`NotStored`."""
    try:
        yield
    except OSError as error:
        why = _REASONS.get(error.errno or 0) or error.strerror or str(error)
        raise NotStored(str(path), why) from error


@contextmanager
def drafting(final: Path) -> Iterator[Path]:
    """Give a hidden name beside ``final`` for a file or folder; what is left of it at the end is removed."""
    with storing(final):
        stem, lock, held = _claimed(final)
    draft = final.with_name(f"{stem}.draft")
    try:
        yield draft
    finally:
        _remove(final.with_name(f"{stem}.old"), draft)
        _let_go(lock, held)


def _claimed(final: Path) -> tuple[str, Path, BaseFileLock | None]:
    """Return a hidden name that nobody has, its lock's path and its lock."""
    tried = 0
    while True:
        stem = f".{final.name}.{_host()}-{uuid.uuid4().hex[:8]}"
        lock = final.with_name(f"{stem}.lock")
        tried += 1
        try:
            return stem, lock, _hold(lock)
        except TimeoutError:  # somebody who sweeps took it for one that was left: take another
            if tried == _NAMES:
                raise


@contextmanager
def whole(final: Path) -> Iterator[Path]:
    """Give a draft to write a file to; it takes its final name, on the disk, if all went well."""
    with drafting(final) as draft, storing(final):
        yield draft
        put(draft, final)


def put(draft: Path, final: Path) -> None:
    """Force a draft to the disk and give it its final name."""
    if draft.is_dir():
        for path in draft.rglob("*"):
            _sync(path)
    _sync(draft)
    draft.replace(final)
    _sync(final.parent)


def set_aside(path: Path) -> Path:
    """Rename something damaged, so that nothing is lost, and return its new name."""
    stamp = time.strftime("%Y%m%d-%H%M%S", time.gmtime())
    ends = [f".damaged-{stamp}", *(f".damaged-{stamp}-{n}" for n in range(2, 1000))]
    aside = next(p for e in ends if not (p := path.with_name(path.name + e)).exists())
    with storing(path), suppress(FileNotFoundError):  # somebody else may have done it
        path.rename(aside)
        _sync(path.parent)
    return aside


@contextmanager
def exclusive(root: Path) -> Iterator[None]:
    """Let one process at a time read, change and write what is common to a results folder."""
    with storing(root):
        held = _hold(root / LOCK, wait=True)
    try:
        yield
    finally:
        _let_go(root / LOCK, held)


def sweep(root: Path) -> None:
    """Remove all drafts below a results folder that nobody is writing any more."""
    for stem, host in _drafts(root):
        lock, young = Path(f"{stem}.lock"), _age(stem) < _OLD
        if young and host != _host():
            continue
        try:
            held = _hold(lock, strict=True)
        except TimeoutError:
            continue
        except OSError:
            if young:
                continue
            held = None
        _remove(Path(f"{stem}.old"), Path(f"{stem}.draft"))
        _let_go(lock, held)


def running(root: Path) -> int:
    """Return how many runs are being computed in a results folder at this moment."""
    runs = [(stem, host) for stem, host in _drafts(root) if Path(stem).parent.parent.name == "runs"]
    return sum(_held(stem) for stem, _ in runs)


def _drafts(root: Path) -> list[tuple[str, str]]:
    """Return path stem and machine of all drafts below a results folder."""
    found = {}
    with suppress(OSError):
        for path in (p for place in _PLACES for p in root.glob(f"{place}.*")):
            if match := _HIDDEN.fullmatch(path.name):
                found[str(path.with_name(match["stem"]))] = match["host"]
    return sorted(found.items())


def _held(stem: str) -> bool:
    lock = Path(f"{stem}.lock")
    if not lock.exists():
        return False
    try:
        held = _hold(lock, strict=True)
    except TimeoutError:
        return True
    except OSError:
        return _age(stem) < _OLD
    if held is not None:
        held.release()
    return False


def _hold(lock: Path, *, wait: bool = False, strict: bool = False) -> BaseFileLock | None:
    """Take a lock and return it; where the file system has none, go on without (unless ``strict``).

    Raises:
        TimeoutError: somebody else holds it.
        OSError: the file cannot be made, or (``strict``) there are no locks.
    """
    from filelock import FileLock

    if not lock.parent.is_dir():  # the library would make it anew
        raise FileNotFoundError(errno.ENOENT, os.strerror(errno.ENOENT), str(lock.parent))
    held = FileLock(lock, timeout=-1 if wait else 0, thread_local=False, fallback_to_soft=False)
    try:
        held.acquire()
    except TimeoutError:
        raise
    except OSError as error:
        if strict or error.errno not in _NO_LOCKS:
            raise
        return None
    return held


def _let_go(lock: Path, held: BaseFileLock | None) -> None:
    """Remove a lock and then give it up, so that nobody takes one that is about to go."""
    with suppress(OSError):
        lock.unlink()
    if held is not None:
        held.release()


def _remove(*paths: Path) -> None:
    for path in paths:
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            with suppress(OSError):
                path.unlink()


def _sync(path: Path) -> None:
    """Force a file, or a folder's list of names, to the disk."""
    if path.is_dir() and os.name != "posix":
        return
    number = os.open(path, os.O_RDONLY if path.is_dir() else os.O_RDWR)
    try:
        os.fsync(number)
    except OSError as error:
        if not path.is_dir() or error.errno not in {errno.EINVAL, errno.EBADF}:
            raise
    finally:
        os.close(number)


def _age(stem: str) -> float:
    times = []
    for end in ("lock", "draft", "old"):
        with suppress(OSError):
            times.append(Path(f"{stem}.{end}").stat().st_mtime)
    return time.time() - max(times, default=0.0)


@cache
def _host() -> str:
    """Return a short name of this machine, fit for a file name."""
    return hashlib.sha256(platform.node().encode()).hexdigest()[:8]
