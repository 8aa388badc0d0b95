"""Tables: typed columns that grow and refuse unknown names."""

import numpy as np
import pytest

from sim.core.table import Column, Table

COLUMNS = (
    Column("cash", "f8", "m yuan", "money at hand"),
    Column("zone", "i2", "", "where it is", fill=-1),
    Column("skill", "f4", "", "by field", shape=(6,)),
)


def test_columns_have_their_type_shape_and_fill() -> None:
    firms = Table("firms", COLUMNS, rows=3, room=8)
    assert firms.cash.dtype == np.float64
    assert firms.skill.shape == (3, 6)
    assert (firms.zone == -1).all()
    assert list(firms) == ["cash", "zone", "skill"]
    assert "cash" in firms
    assert "wage" not in firms


def test_growing_keeps_rows_and_fills_the_new_ones() -> None:
    firms = Table("firms", COLUMNS, rows=3)
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


def test_a_column_is_a_view_of_the_rows_in_use() -> None:
    firms = Table("firms", COLUMNS, rows=2, room=4)
    firms.cash[1] = 3.0
    firms["cash"][0] = 1.0
    assert firms.cash.tolist() == [1.0, 3.0]


def test_a_column_is_changed_in_place_never_replaced() -> None:
    firms = Table("firms", COLUMNS, rows=2)
    with pytest.raises(AttributeError, match=r"firms\.cash\[:\] = "):
        firms.cash = np.ones(2)


def test_an_unknown_column_is_named_with_its_table() -> None:
    with pytest.raises(AttributeError, match="'firms' has no column 'wage'"):
        _ = Table("firms", COLUMNS, rows=1).wage
