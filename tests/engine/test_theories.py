"""Theories stand in slots: every verb of the quarter can be left out, replaced and joined by one's own."""

from types import SimpleNamespace

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.core.theory import SLOTS, Slot, theory
from sim.schedule import LEVERS, SCHEDULE, absent_levers, mechanism, mechanisms

VERBS = list(mechanisms({}))


class Fairs:
    """Fairs: every quarter each zone's leaders are told what others build."""

    LEVERS = ()
    READS = ()
    WRITES = ("zones.cash",)

    @staticmethod
    def step(state):
        """Count quarters in the zones' money."""
        state.zones.cash[:] += 1.0


@pytest.fixture
def forget():
    """Take back what a test declares."""
    from sim import schedule

    slots, order = {name: dict(slot.variants) for name, slot in SLOTS.items()}, list(schedule._ORDER)
    yield
    for name, slot in list(SLOTS.items()):
        slot.variants.clear()  # in place: plug-ins are known by what stands in it
        slot.variants.update(slots.get(name, {}))
        if name not in slots:
            del SLOTS[name]
    schedule._ORDER[:] = order
    schedule._list_levers()


@pytest.mark.parametrize("verb", VERBS)
def test_every_verb_can_be_left_out_and_the_accounts_still_close(verb, engine):
    everything = [f"{name}={lever.high}" for name, lever in LEVERS.items() if lever.kind == "number"]
    run = engine(*everything, f"theories.{verb}=none", until="2024-Q4", check=True)
    assert verb not in run.mechanisms
    levers = {lever.name for lever in SLOTS[verb].variants["standard"].LEVERS}
    assert not levers & run.state.force.catalogue.keys()
    while not run.done:
        run.step()
    assert np.isfinite(run.result().metrics["output"])


def test_levers_of_a_verb_that_is_left_out_are_neutral(engine):
    run = engine("technology_transfer=1.0", "talent_card=1.0", "theories.science=none")
    run.step()
    assert run.state.lever.technology_transfer == LEVERS["technology_transfer"].neutral
    assert np.all(run.state.lever.talent_card > 0.0)
    assert run.state.lever.priorities.shape == (4, 20)
    assert absent_levers({"science": "none"})["technology_transfer"] == "science"
    assert absent_levers({}) == {}


def test_without_a_government_nothing_is_bought_and_the_world_is_as_assumed(engine):
    run = engine("talent_card=1.0", "interest_rate=0.09", "theories.policy=none")
    run.step()
    assert run.state.lever.interest_rate == 0.09
    assert np.all(run.state.lever.talent_card == 0.0)
    assert run.state.treasury.programmes == {}


def test_the_order_of_the_quarter_is_the_schedule():
    assert [SLOTS[name].variants["standard"] for name in VERBS] == list(SCHEDULE)


@pytest.mark.usefixtures("forget")
def test_a_verb_of_ones_own_joins_where_it_says_and_only_when_chosen(engine):
    mechanism(Fairs, name="fairs", after="tally")
    assert list(mechanisms({})) == VERBS
    assert list(mechanisms({"fairs": "standard"})) == [*VERBS, "fairs"]
    plain, own = engine(), engine("theories.fairs=standard")
    plain.step()
    own.step()
    assert own.state.zones.cash - plain.state.zones.cash == pytest.approx(np.ones(4))
    assert plain.resolved.digest != own.resolved.digest


@pytest.mark.usefixtures("forget")
def test_a_verb_can_be_replaced(engine):
    mechanism(Fairs, name="fairs", instead_of="exit")
    run = engine("theories.exit=fairs")
    assert run.mechanisms["exit"] is Fairs
    assert list(run.mechanisms) == VERBS


@pytest.mark.usefixtures("forget")
@pytest.mark.parametrize(
    ("said", "message"),
    [
        ({"name": "fairs", "after": "traed"}, "names no verb after which or instead of which it acts"),
        ({"name": "fairs"}, "names no verb"),
        ({"name": "trade", "after": "exit"}, "there is a theory 'trade' already"),
        ({"name": "standard", "instead_of": "exit"}, "there is a theory 'standard' already"),
    ],
)
def test_a_verb_that_has_no_place_is_refused(said, message):
    with pytest.raises(InputError, match=message):
        mechanism(Fairs, **said)


@pytest.mark.usefixtures("forget")
def test_a_part_of_a_verb_has_variants_chosen_by_name():
    def plain(state, x):
        """Add one."""
        return x + 1

    step = Slot("steps", "how much is added", plain)

    @theory("steps")
    def double(state, x):
        """Add as much again."""
        return x + x

    chosen, silent = SimpleNamespace(theories={"steps": "double"}), SimpleNamespace(theories={})
    assert (step(chosen, 5), step(silent, 5)) == (10, 6)
    assert step.told() == {"plain": "Add one.", "double": "Add as much again."}
    with pytest.raises(InputError, match="there is no slot 'stpes'"):
        theory("stpes")(double)
