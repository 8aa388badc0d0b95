"""The ledger: money moves between sectors and is never made or lost."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.accounts import Item, Ledger, Sector

PAYMENTS = st.lists(
    st.tuples(
        st.sampled_from(list(Item)),
        st.sampled_from(list(Sector)),
        st.sampled_from(list(Sector)),
        st.floats(0, 1e6),
    ),
    max_size=60,
)


@given(PAYMENTS)
def test_over_all_sectors_money_is_constant(payments: list[tuple[Item, Sector, Sector, float]]) -> None:
    ledger = Ledger()
    for item, payer, payee, amount in payments:
        ledger.pay(item, payer, payee, amount)
    scale = 1.0 + sum(p[3] for p in payments)
    assert abs(ledger.balance.sum()) <= 1e-9 * scale
    came_in, went_out = ledger.flow.sum(axis=(0, 1)), ledger.flow.sum(axis=(0, 2))
    assert np.allclose(ledger.balance, came_in - went_out, rtol=0, atol=1e-9 * scale)


@given(PAYMENTS, PAYMENTS)
def test_closing_a_quarter_moves_it_to_the_totals(first: list, second: list) -> None:
    ledger, whole = Ledger(), Ledger()
    for quarter in (first, second):
        for payment in quarter:
            ledger.pay(*payment)
            whole.pay(*payment)
        ledger.close_quarter()
        assert not ledger.flow.any()
    assert np.allclose(ledger.total, whole.flow)
    assert np.allclose(ledger.balance, whole.balance)


def test_loans_follow_lending_repayment_and_default() -> None:
    ledger = Ledger()
    ledger.lend(Sector.FIRMS, 10.0)
    ledger.repay(Sector.FIRMS, 4.0)
    ledger.write_off(1.0)
    assert ledger.loans == 5.0
    assert ledger.balance[Sector.FIRMS] == 6.0
    assert ledger.balance[Sector.BANKS] == -6.0


@pytest.mark.parametrize("amount", [-1.0, float("nan")])
def test_a_payment_is_never_negative_nor_undefined(amount: float) -> None:
    with pytest.raises(ValueError, match="WAGES"):
        Ledger().pay(Item.WAGES, Sector.FIRMS, Sector.HOUSEHOLDS, amount)
