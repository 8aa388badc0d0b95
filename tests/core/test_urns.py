"""Urns: everybody has the same chance, and who joins changes only the draws that it takes."""

import numpy as np
import pytest
from scipy import stats

from sim.core.draws import key
from sim.core.urns import drawn, drawn_each, urns

LOTS = np.random.default_rng(7).integers(1, 2**63, 600).astype(np.uint64)
GROUP = np.arange(LOTS.size) % 3


def draws(among, group, n=30_000):
    return np.array([drawn(among, group, np.uint64(key(1, 2, 3, i))) for i in range(n)])


def test_many_draws_hit_what_each_alone_hits():
    among, bits = urns(GROUP, 4, LOTS), np.array([key(1, 2, 3, i) for i in range(500)], dtype=np.uint64)
    for group in range(4):  # nobody is in the last one
        out = np.empty(bits.size, np.int32)
        drawn_each(among, group, bits.copy(), np.empty(bits.size, np.int64), out)
        assert out.tolist() == [drawn(among, group, one) for one in bits]


def test_every_member_of_a_group_has_the_same_chance():
    hits = np.bincount(draws(urns(GROUP, 3, LOTS), 1), minlength=LOTS.size)
    assert not hits[GROUP != 1].any()
    assert stats.chisquare(hits[GROUP == 1]).pvalue > 1e-3


def test_a_newcomer_changes_only_the_draws_that_it_takes():
    """As long as it does not need a larger table: 200 of 512 places are taken."""
    before = draws(urns(GROUP, 3, LOTS), 0)
    after = draws(urns(np.append(GROUP, 0), 3, np.append(LOTS, np.uint64(5))), 0)
    assert set(after[after != before]) == {LOTS.size}
    assert 0.5 / 201 < (after != before).mean() < 2.0 / 201


@pytest.mark.parametrize("members", [129, 257])
def test_in_a_larger_table_about_half_of_the_draws_stay(members):
    """The one more bit that a draw then shows is as often the old place as a new one."""
    few, more = (urns(np.zeros(n, np.int64), 1, LOTS[:n]) for n in (members - 1, members))
    assert more.slot.size == 2 * few.slot.size
    assert 0.25 < (draws(few, 0) == draws(more, 0)).mean() < 0.75


def test_the_order_of_members_does_not_matter():
    mixed = np.random.default_rng(1).permutation(LOTS.size)
    plain, other = urns(GROUP, 3, LOTS), urns(GROUP[mixed], 3, LOTS[mixed])
    assert np.array_equal(plain.begin, other.begin)
    taken = plain.slot >= 0
    assert np.array_equal(mixed[other.slot[taken]], plain.slot[taken])


def test_small_and_empty_groups():
    among = urns(np.array([2]), 3, LOTS[:1])
    assert drawn(among, 0, np.uint64(9)) == -1
    assert set(draws(among, 2, 20)) == {0}
