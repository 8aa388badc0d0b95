"""Tables: typed columns of rows in use."""

import copy

import numpy as np
import pytest

from sim.core.table import Flag, Float, Int16, Table, column, scalar_of


class Firms(Table, name="firms"):
    """A small table."""

    cash: Float = column("m yuan", "money")
    zone: Int16 = column("", "where it is", fill=-1)
    skill: Float = column("", "by field", (6,))


def test_columns_have_the_type_of_their_annotation_their_shape_and_fill() -> None:
    firms = Firms(rows=3, room=8)
    assert [c.dtype for c in Firms.columns.values()] == ["f8", "i2", "f8"]
    assert (firms.cash.dtype, firms.zone.dtype) == (np.float64, np.int16)
    assert firms.skill.shape == (3, 6)
    assert (firms.zone == -1).all()
    assert list(firms) == ["cash", "zone", "skill"]
    assert "cash" in firms
    assert "wage" not in firms


def test_growing_keeps_rows_and_fills_the_new_ones() -> None:
    firms = Firms(rows=3)
    firms.cash[:] = [1.0, 2.0, 3.0]
    firms.zone[:] = 4
    firms.grow(10)
    assert firms.room == 10
    assert firms.rows == 3
    assert firms.cash.tolist() == [1.0, 2.0, 3.0]
    assert firms.zone.tolist() == [4] * 3
    firms.rows = 10
    assert firms.zone.tolist() == [4] * 3 + [-1] * 7
    firms.grow(5)
    assert firms.room == 10


def test_copies_hold_the_rows_in_use_and_grow() -> None:
    firms = Firms(rows=3, room=500)
    firms.cash[:] = [1.0, 2.0, 3.0]
    twin = copy.deepcopy(firms)
    assert twin.room == twin.rows == 3
    twin.grow(6)
    twin.rows = 5
    twin.cash[0] = 9.0
    assert twin.cash.tolist() == [9.0, 2.0, 3.0, 0.0, 0.0]
    assert twin.zone.tolist() == [-1] * 5
    assert firms.cash.tolist() == [1.0, 2.0, 3.0]


def test_a_column_is_a_view_of_the_rows_in_use() -> None:
    firms = Firms(rows=2, room=4)
    firms.cash[1] = 3.0
    firms["cash"][0] = 1.0
    assert firms.cash.tolist() == [1.0, 3.0]


def test_a_column_is_changed_in_place_never_replaced() -> None:
    firms = Firms(rows=2)
    with pytest.raises(AttributeError, match=r"firms\.cash\[:\] = "):
        firms.cash = np.ones(2)


def test_an_unknown_column_is_named_with_its_table() -> None:
    with pytest.raises(AttributeError, match="'Firms' object has no attribute 'wage'"):
        _ = Firms(rows=1).wage  # type: ignore[attr-defined]


def test_two_tables_share_no_values() -> None:
    one, other = Firms(rows=1), Firms(rows=1)
    one.cash[:] = 5.0
    assert other.cash[0] == 0.0


def test_dead_rows_are_claimed_lowest_first_and_reset_then_new_ones() -> None:
    class Agents(Table, name="agents"):
        alive: Flag = column("", "in business")
        zone: Int16 = column("", "where it is", fill=-1)
        skill: Float = column("", "by field", (2,), fill=1)

    agents = Agents(rows=4)
    agents.alive[[1, 3]] = True
    agents.zone[:], agents.skill[:] = 7, 7.0
    assert agents.claim(3).tolist() == [2, 4, 5]
    assert (agents.rows, agents.alive[2:].all()) == (6, True)
    assert agents.zone.tolist() == [7, 7, -1, 7, -1, -1]
    assert agents.skill[:, 0].tolist() == [7.0, 7.0, 1.0, 7.0, 1.0, 1.0]
    agents.copy(np.array([1, 3]), np.array([4, 5]))
    assert agents.zone[4:].tolist() == [7, 7]
    assert agents.skill[5].tolist() == [7.0, 7.0]


def test_what_an_array_holds_is_read_from_either_form_of_its_type():
    """Before numpy 2.5 ``NDArray`` spelled out shape and dtype; since then it has one argument."""
    assert scalar_of(np.ndarray[tuple[int], np.dtype[np.int8]]) is np.int8
    assert scalar_of(list[np.int8]) is np.int8


def test_a_copy_of_a_table_without_rows_is_one():
    copied = copy.deepcopy(Firms(rows=0, room=8))
    assert (copied.rows, copied.skill.shape) == (0, (0, 6))
    copied.grow(2)
    copied.rows = 2
    assert copied.zone.tolist() == [-1, -1]
