"""Names on maps stand beside their own circle, not over those of others."""

import numpy as np

from sim.report.basemap import WIDTH, Frame
from sim.report.maps import _places


def frame(x, y):
    return Frame(np.array(x), np.array(y), 400.0, (), ())


def named(where, *weights):
    names = ["Long name", "other", "third"][: len(weights)]
    return {p.text: p for p in _places(where, names, np.array(weights), 100.0)}


def test_a_name_goes_right_of_its_circle_where_there_is_room():
    places = named(frame([100.0, 130.0], [200.0, 200.0]), 100.0, 1.0)
    assert places["Long name"].anchor == "start"


def test_a_name_is_left_out_rather_than_put_over_other_circles():
    edge = WIDTH - 20.0
    free = named(frame([edge, 10.0], [200.0, 10.0]), 100.0, 1.0)
    assert free["Long name"].anchor == "end"
    under = named(frame([edge, edge - 40.0, edge - 20.0], [200.0, 201.0, 223.0]), 100.0, 1.0, 1.0)
    assert "Long name" not in under or under["Long name"].anchor == "middle"
    around = [(edge - 40.0, 201.0), (edge - 20.0, 225.0), (edge - 20.0, 178.0)]
    x, y = zip((edge, 200.0), *around, strict=True)
    names = ["Long name", *"bcd"]
    assert "Long name" not in {
        p.text for p in _places(frame(x, y), names, np.array([100.0, 1.0, 1.0, 1.0]), 100.0)
    }
