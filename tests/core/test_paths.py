"""Paths as people give them, and names that no file can have."""

from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.core.paths import exists, is_file, is_folder, is_path, path_of


class OfBytes:
    def __fspath__(self):
        return b"x"


def test_home_is_known_and_nobody_stays_as_it_is():
    assert path_of("~/a") == Path.home() / "a"
    assert path_of(Path("~nobody-here/a")) == Path("~nobody-here/a")


@pytest.mark.parametrize("given", [None, 3, b"x", ["a"], OfBytes()])
def test_what_is_no_path_is_told(given):
    assert not is_path(given)
    with pytest.raises(InputError, match=r"^out: .* is no path; allowed: a text or a pathlib.Path$"):
        path_of(given, "out")


@pytest.mark.parametrize("name", ["x" * 6000, "a\0b"])
def test_what_has_a_name_that_none_can_have_is_not_there(name, tmp_path):
    place = tmp_path / name
    assert [exists(place), is_file(place), is_folder(place)] == [False] * 3


def test_what_is_there_is_there(tmp_path):
    file = tmp_path / "a"
    file.touch()
    assert [exists(file), is_file(file), is_folder(file)] == [True, True, False]
    assert [exists(tmp_path), is_file(tmp_path), is_folder(tmp_path)] == [True, False, True]
