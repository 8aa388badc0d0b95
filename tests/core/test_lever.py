"""Short declarations of levers say what long ones do."""

from sim.core.lever import Lever, Programme, dial, per_zone

TOLD = {
    "name": "fairs",
    "unit": "share",
    "group": "technology",
    "doc": "Fairs held.",
    "source": "an example",
    "evidence": "assumption",
    "source_rows": ("T1",),
    "requires": {"roadmap": 1.0},
}


def test_a_dial_goes_from_nothing_to_one():
    programme = Programme(price="price_fair", base="nation", payer="centre")
    long = Lever(**TOLD, low=0.0, high=1.0, default=0.0, neutral=0.0, scope="nation", programme=programme)
    assert dial(**TOLD, scope="nation", programme=programme) == long
    assert dial(**TOLD).scope == "zone"
    assert dial(**TOLD).programme is None


def test_an_amount_per_zone_is_bought_by_the_zone():
    programme = Programme(price="price_fair", base="zone", payer="zone", payee="firms", delay=2)
    long = Lever(**TOLD, low=0.0, high=5.0, default=0.0, neutral=0.0, programme=programme)
    assert per_zone(**TOLD, high=5.0, price="price_fair", payee="firms", delay=2) == long
