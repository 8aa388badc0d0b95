"""What screening drops is never below the chance, and little that is not is kept."""

import numpy as np
import pytest

from sim.core.draws import Stream, key, uniform
from sim.core.screen import highest_key


@pytest.mark.parametrize("chance", [0.0, 1e-15, 0.003, 0.25, 0.9999999, 1.0, 7.0])
def test_no_draw_below_the_chance_is_dropped(chance):
    limit = int(highest_key(chance))
    lots = np.arange(3000)
    drawn = np.array([uniform(1, Stream.MOVE, 5, lot) for lot in lots])
    kept = np.array([int(key(1, Stream.MOVE, 5, lot)) <= limit for lot in lots])
    assert kept[drawn < chance].all()
    assert kept.sum() - (drawn < chance).sum() <= 1


def test_a_draw_at_the_limit_is_above_the_chance():
    for chance in (0.003, 0.25, 0.9):
        assert (float(int(highest_key(chance)) >> 11) + 0.5) / (1 << 53) > chance
