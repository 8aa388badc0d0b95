import copy
import pickle

import pytest

from sim.core.digest import digest
from sim.core.drawer import Drawer, Memories, held
from sim.world.treasury import Treasury


class Box(Drawer, owner="test_drawer"):
    """What a theory of nobody remembers."""

    hats: float = held("firms", "made")
    names: dict[str, float] = held("", "of hats", lambda _: {})
    room: float = held("share", "left", lambda state: state / 2.0)


def test_a_drawer_opens_with_what_is_declared():
    box, second = Box(3.0), Box(3.0)
    assert (box.hats, box.names, box.room) == (0.0, {}, 1.5)
    assert box.names is not second.names
    assert {name: part.unit for name, part in Box.held.items()} == {
        "hats": "firms",
        "names": "",
        "room": "share",
    }


def test_a_misspelt_part_is_an_error():
    box = Box(1.0)
    with pytest.raises(AttributeError):
        box.hat = 1.0
    with pytest.raises(AttributeError):
        box.hat += 1.0


def test_a_drawer_of_the_program_is_not_taken():
    with pytest.raises(ValueError, match="has a drawer of treasury already"):
        type(Drawer)("Mine", (Drawer,), {}, owner=Treasury.owner)


def test_an_unknown_unit_is_refused():
    with pytest.raises(ValueError, match="hatfuls"):
        held("hatfuls", "of rain")


def test_a_memory_opens_once_and_copies_and_files_keep_it():
    memories = Memories(4.0)
    memories[Box].hats = 7.0
    for other in (copy.deepcopy(memories), pickle.loads(pickle.dumps(memories))):
        assert (other[Box].hats, other[Box].room) == (7.0, 2.0)
        other[Box].hats = 8.0
        assert digest(other[Box]) != digest(memories[Box])
    assert memories[Box].hats == 7.0
