"""Units are words of one vocabulary."""

import pytest

from sim.core import units
from sim.core.table import column


def test_a_misspelt_unit_is_refused_with_the_nearest() -> None:
    with pytest.raises(ValueError, match="'m yuan'"):
        units.check("m yuna/year")


def test_codes_and_flags_have_no_unit() -> None:
    assert units.check("") == ""


def test_a_column_cannot_be_declared_with_an_unknown_unit() -> None:
    with pytest.raises(ValueError, match="furlongs"):
        column("furlongs", "how long")
