"""Whole or not there: drafts, locks, what is set aside and swept, and errors of the disk in words."""

import errno
import os
import time
from pathlib import Path
from types import SimpleNamespace

import filelock
import pytest

from sim.lab import durable
from sim.lab.durable import NotStored, drafting, exclusive, put, running, set_aside, storing, sweep, whole

HOST, FOREIGN = durable._host(), "0" * 8


def stem(host, name="x"):
    return f".{name}.{host}-0123abcd"


@pytest.fixture
def locked(monkeypatch):
    """Say that every lock is held by somebody, or that there are none, as the test wants."""

    def be(error):
        def acquire(self, *words, **more):
            raise error

        monkeypatch.setattr(filelock.FileLock, "acquire", acquire)

    return be


@pytest.mark.parametrize(
    ("error", "why"),
    [
        (OSError(errno.ENOSPC, "x"), "the disk is full"),
        (OSError(errno.EACCES, "x"), "it may not be written to"),
        (OSError(errno.ENOENT, "x"), "the folder is gone"),
        (OSError(errno.EMFILE, "Too many"), "Too many"),
        (OSError("odd"), "odd"),
    ],
)
def test_errors_of_the_disk_are_told_in_words(error, why):
    with pytest.raises(NotStored) as caught, storing(Path("there")):
        raise error
    assert (caught.value.path, caught.value.why) == ("there", why)
    assert str(caught.value) == f"cannot write there: {why}"
    assert caught.value.args == ("there", why)
    assert caught.value.__cause__ is error


def test_a_file_takes_its_name_only_when_whole(tmp_path):
    final = tmp_path / "a.txt"
    with whole(final) as draft:
        draft.write_text("one")
        assert not final.exists()
        assert draft.name.startswith(f".a.txt.{HOST}-")
        assert durable._HIDDEN.fullmatch(draft.name)
        assert draft.suffix == ".draft"
        assert {p.suffix for p in tmp_path.iterdir()} == {".draft", ".lock"}
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]

    def half():
        with whole(final) as draft:
            draft.write_text("two")
            raise OSError(errno.ENOSPC, "x")

    with pytest.raises(NotStored):
        half()
    assert final.read_text() == "one"
    assert [p.name for p in tmp_path.iterdir()] == ["a.txt"]


def test_a_name_that_somebody_sweeps_is_given_up_for_another(tmp_path, monkeypatch):
    tried, acquire = [], filelock.FileLock.acquire

    def swept(lock, *words, **more):
        tried.append(lock.lock_file)
        if len(tried) == 1:
            raise filelock.Timeout(lock.lock_file)
        return acquire(lock, *words, **more)

    monkeypatch.setattr(filelock.FileLock, "acquire", swept)
    with whole(tmp_path / "a.txt") as draft:
        draft.write_text("one")
    assert (tmp_path / "a.txt").read_text() == "one"
    assert len(set(tried)) == len(tried) == 2


def test_after_twenty_names_that_somebody_holds_a_file_counts_as_locked(tmp_path, monkeypatch):
    tried = []

    def held(lock):
        tried.append(lock)
        assert len(tried) < 50, "this has no end"
        raise TimeoutError

    monkeypatch.setattr(durable, "_hold", held)
    with pytest.raises(NotStored), whole(tmp_path / "a.txt"):
        pass
    assert len(set(tried)) == len(tried) == 20


def test_what_a_draft_leaves_is_removed_files_and_folders(tmp_path):
    with drafting(tmp_path / "run") as draft:
        (draft / "below").mkdir(parents=True)
        draft.with_suffix(".old").mkdir()
    assert list(tmp_path.iterdir()) == []


def test_what_cannot_be_removed_is_no_error(tmp_path, monkeypatch):
    asked = []
    monkeypatch.setattr(durable.shutil, "rmtree", lambda *words, **more: asked.append((words, more)))
    durable._remove(tmp_path, tmp_path / "none")
    assert asked == [((tmp_path,), {"ignore_errors": True})]


def test_all_of_a_folder_is_on_the_disk_before_it_takes_its_name(tmp_path, monkeypatch):
    synced = []
    monkeypatch.setattr(durable, "_sync", synced.append)
    draft, final = tmp_path / "draft", tmp_path / "final"
    (draft / "panel").mkdir(parents=True)
    (draft / "panel" / "a").touch()
    put(draft, final)
    assert set(synced[:2]) == {draft / "panel", draft / "panel" / "a"}
    assert synced[2:] == [draft, tmp_path]
    assert (final / "panel" / "a").exists()


@pytest.mark.parametrize("code", [errno.EINVAL, errno.EBADF, errno.EIO])
def test_folders_that_cannot_be_forced_are_let_be_and_files_are_not(tmp_path, monkeypatch, code):
    (tmp_path / "file").touch()
    closed, close = [], os.close

    def fails(number):
        raise OSError(code, "x")

    monkeypatch.setattr(os, "fsync", fails)
    monkeypatch.setattr(os, "close", lambda number: closed.append(number) or close(number))
    with pytest.raises(OSError, match="x"):
        durable._sync(tmp_path / "file")
    if code == errno.EIO:
        with pytest.raises(OSError, match="x"):
            durable._sync(tmp_path)
    else:
        durable._sync(tmp_path)
    assert len(closed) == 2


def test_files_are_opened_for_writing_to_be_forced_and_folders_for_reading(tmp_path, monkeypatch):
    """Where this is not Linux, only what may be written to can be forced to the disk."""
    (tmp_path / "file").touch()
    asked, opened = [], os.open
    monkeypatch.setattr(os, "open", lambda path, how: asked.append(how) or opened(path, how))
    durable._sync(tmp_path / "file")
    durable._sync(tmp_path)
    assert asked == [os.O_RDWR, os.O_RDONLY]


def test_elsewhere_than_on_posix_folders_are_not_forced(tmp_path, monkeypatch):
    (tmp_path / "file").touch()
    forced = []
    monkeypatch.setattr(os, "fsync", forced.append)
    monkeypatch.setattr(durable, "os", SimpleNamespace(**vars(os) | {"name": "nt"}))
    durable._sync(tmp_path)
    assert forced == []
    durable._sync(tmp_path / "file")
    assert len(forced) == 1


def test_what_is_set_aside_has_a_name_of_its_own(tmp_path, monkeypatch):
    clock = SimpleNamespace(gmtime=lambda: 7, strftime=lambda form, at: f"{form} at {at}")
    monkeypatch.setattr(durable, "time", clock)
    stamp = "%Y%m%d-%H%M%S at 7"
    names = []
    for n in range(3):
        (tmp_path / "a").write_text(str(n))
        names.append(set_aside(tmp_path / "a"))
    assert [p.name for p in names] == [f"a.damaged-{stamp}{end}" for end in ("", "-2", "-3")]
    assert [p.read_text() for p in names] == ["0", "1", "2"]
    assert set_aside(tmp_path / "a").name == f"a.damaged-{stamp}-4"  # gone already


def test_what_cannot_be_set_aside_is_told(tmp_path, monkeypatch):
    (tmp_path / "a").touch()
    monkeypatch.setattr(durable, "_sync", lambda path: (_ for _ in ()).throw(OSError(errno.EIO, "x")))
    with pytest.raises(NotStored, match="the disk has a fault") as caught:
        set_aside(tmp_path / "a")
    assert caught.value.path == str(tmp_path / "a")


@pytest.mark.parametrize(("wait", "timeout"), [(True, -1), (False, 0)])
def test_a_lock_is_the_systems_and_waited_for_without_end_or_not_at_all(tmp_path, monkeypatch, wait, timeout):
    made = []
    monkeypatch.setattr(
        filelock,
        "FileLock",
        lambda *words, **more: made.append((words, more)) or SimpleNamespace(acquire=list),
    )
    durable._hold(tmp_path / "x.lock", wait=wait)
    more = {"timeout": timeout, "thread_local": False, "fallback_to_soft": False}
    assert made == [((tmp_path / "x.lock",), more)]


def test_a_folder_is_for_one_at_a_time(tmp_path, monkeypatch):
    asked, hold = [], durable._hold
    monkeypatch.setattr(durable, "_hold", lambda *words, **more: asked.append(more) or hold(*words, **more))
    with exclusive(tmp_path):
        assert (tmp_path / ".lock").exists()
        with pytest.raises(TimeoutError):
            hold(tmp_path / ".lock")
    assert asked == [{"wait": True}]
    assert not (tmp_path / ".lock").exists()
    with pytest.raises(NotStored, match="the folder is gone"), exclusive(tmp_path / "none"):
        pass


def test_where_there_are_no_locks_one_goes_on_without(tmp_path, locked):
    for code in (errno.ENOSYS, errno.ENOLCK, errno.EOPNOTSUPP, errno.EINVAL, errno.EBADF):
        locked(OSError(code, "none"))
        assert durable._hold(tmp_path / "x.lock") is None
        with pytest.raises(OSError, match="none"):
            durable._hold(tmp_path / "x.lock", strict=True)
    locked(OSError(errno.EACCES, "no"))
    with pytest.raises(OSError, match="no"):
        durable._hold(tmp_path / "x.lock")
    with pytest.raises(NotStored, match="it may not be written to") as caught, drafting(tmp_path / "a"):
        pass
    assert caught.value.path == str(tmp_path / "a")


def test_no_lock_makes_a_folder_anew(tmp_path):
    with pytest.raises(FileNotFoundError) as caught:
        durable._hold(tmp_path / "none" / "x.lock")
    error = caught.value
    assert (error.errno, error.strerror) == (errno.ENOENT, os.strerror(errno.ENOENT))
    assert error.filename == str(tmp_path / "none")


def left(root, host, *, old=False):
    """Leave a draft, its lock and what it replaces, of now or of two days ago."""
    for end in ("draft", "old", "lock"):
        path = root / f"{stem(host)}.{end}"
        path.touch()
        if old:
            at = time.time() - 2 * 86_400
            os.utime(path, (at, at))
    return lambda: sorted(p.suffix for p in root.glob(f"{stem(host)}.*"))


ALL = [".draft", ".lock", ".old"]


def test_what_the_dead_left_here_is_swept_and_elsewhere_when_it_is_old(tmp_path):
    ours, young, old = left(tmp_path, HOST), left(tmp_path, FOREIGN), left(tmp_path, "1" * 8, old=True)
    sweep(tmp_path)
    assert (ours(), young(), old()) == ([], ALL, [])
    sweep(tmp_path / "none")


@pytest.mark.parametrize("old", [False, True])
def test_what_somebody_holds_is_left(tmp_path, locked, old):
    locked(TimeoutError())
    ours = left(tmp_path, HOST, old=old)
    sweep(tmp_path)
    assert ours() == ALL


@pytest.mark.parametrize("error", [TimeoutError(), OSError(errno.ENOLCK, "none")])
def test_what_cannot_be_swept_keeps_nothing_else(tmp_path, monkeypatch, error):
    hold, ours = durable._hold, left(tmp_path, HOST)
    (tmp_path / f"{stem(HOST, 'y')}.draft").touch()

    def held(lock, **more):
        if lock.name == f"{stem(HOST)}.lock":
            raise error
        return hold(lock, **more)

    monkeypatch.setattr(durable, "_hold", held)
    sweep(tmp_path)
    assert ours() == ALL
    assert not (tmp_path / f"{stem(HOST, 'y')}.draft").exists()


def test_locks_that_were_taken_to_look_are_given_up(tmp_path, monkeypatch):
    freed, lock = [], tmp_path / f"{stem(HOST)}.lock"
    monkeypatch.setattr(
        durable, "_hold", lambda path, **more: SimpleNamespace(release=lambda: freed.append(path))
    )
    left(tmp_path, HOST)
    assert not durable._held(str(tmp_path / stem(HOST)))
    assert freed == [lock]
    sweep(tmp_path)
    assert freed == [lock, lock]


def test_a_folder_that_vanishes_meanwhile_has_no_drafts(tmp_path, monkeypatch):
    def gone(self, pattern):
        raise FileNotFoundError

    monkeypatch.setattr(Path, "glob", gone)
    assert durable._drafts(tmp_path) == []


@pytest.mark.parametrize(("old", "kept"), [(False, ALL), (True, [])])
def test_without_locks_age_decides(tmp_path, locked, old, kept):
    locked(OSError(errno.ENOLCK, "none"))
    ours = left(tmp_path, HOST, old=old)
    sweep(tmp_path)
    assert ours() == kept


@pytest.mark.parametrize("end", ["draft", "old", "lock"])
def test_a_draft_is_as_old_as_its_youngest_part(tmp_path, monkeypatch, end):
    left(tmp_path, HOST, old=True)
    at = str(tmp_path / stem(HOST))
    assert 1.9 < durable._age(at) / 86_400 < 2.1
    (tmp_path / f"{stem(HOST)}.{end}").touch()
    assert durable._age(at) < 600
    monkeypatch.setattr(durable, "time", SimpleNamespace(time=lambda: 7.0))
    assert durable._age(str(tmp_path / "none")) == 7.0


def test_drafts_are_known_by_their_names_at_every_depth(tmp_path):
    (tmp_path / "runs" / "base" / "seed-0001").mkdir(parents=True)
    (tmp_path / "scenarios").mkdir()
    for place in ("", "scenarios", "runs/base", "runs/base/seed-0001"):
        (tmp_path / place / f"{stem(HOST)}.draft").touch()
    for name in (
        ".x.draft",
        "x.0123abcd-0123abcd.draft",
        ".x.0123abcd-0123abcd.txt",
        ".x.0123ABCD-0123abcd.old",
    ):
        (tmp_path / name).touch()
    assert durable._drafts(tmp_path) == sorted(
        (str(tmp_path / place / stem(HOST)), HOST) for place in ("", "scenarios", "runs/base")
    )


def test_only_runs_whose_lock_is_held_are_running(tmp_path, locked):
    places = [tmp_path / "runs" / name for name in ("base", "other")]
    for place in (*places, tmp_path / "scenarios"):
        place.mkdir(parents=True)
        (place / f"{stem(HOST)}.lock").touch()
        (place / f"{stem(FOREIGN)}.draft").touch()
    assert running(tmp_path) == 0
    locked(TimeoutError())
    assert running(tmp_path) == 2
    locked(OSError(errno.ENOLCK, "none"))
    assert running(tmp_path) == 2
    for place in places:
        os.utime(place / f"{stem(HOST)}.lock", (0, 0))
    assert running(tmp_path) == 0


def test_a_lock_that_was_tried_is_free_again(tmp_path):
    lock = tmp_path / "a.lock"
    lock.touch()
    assert not durable._held(str(tmp_path / "a"))
    held = durable._hold(lock)
    assert held.is_locked
    assert durable._held(str(tmp_path / "a"))
    durable._let_go(lock, held)
    assert (held.is_locked, lock.exists()) == (False, False)
    durable._let_go(lock, None)
