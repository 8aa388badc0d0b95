"""Quarters as text and as numbers."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.calendar import quarter_index, quarter_text, year_of


@given(st.integers(-2000, 2000))
def test_text_and_index_are_the_same_thing(index: int) -> None:
    text = quarter_text(index)
    assert quarter_index(text) == index
    assert text.startswith(f"{year_of(index)}-Q")


@given(st.integers(-2000, 2000))
def test_later_quarters_sort_later(index: int) -> None:
    assert quarter_text(index) < quarter_text(index + 1)


@pytest.mark.parametrize("text", ["2026", "2026-Q5", "2026-Q0", "2026Q1", " 2026-Q1", "26-Q1", ""])
def test_other_texts_are_refused(text: str) -> None:
    with pytest.raises(ValueError, match="2026-Q1"):
        quarter_index(text)
