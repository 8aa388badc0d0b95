"""The catalogues as plain records: what each lever, theory, metric and industry says of itself."""

from sim.core.theory import Slot
from sim.lab import catalogue
from sim.metrics import METRICS
from sim.schedule import LEVERS
from sim.world import catalogue as parameters
from sim.world import country


def test_a_lever_that_costs_money_tells_price_base_and_who_pays_whom():
    found = {record["name"]: record for record in catalogue.levers()}
    assert list(found) == list(LEVERS)
    prices = {row.name: row for row in parameters()}
    for name, record in found.items():
        assert tuple(record) == catalogue.LEVER_KEYS
        lever = LEVERS[name]
        own = {key: record[key] for key in ("unit", "low", "high", "default", "doc", "kind", "evidence")}
        assert own == {key: _plain(getattr(lever, key)) for key in own}
        cost = {key: record[key] for key in catalogue.FREE}
        if lever.programme is None:
            assert cost == catalogue.FREE
        else:
            programme, price = lever.programme, prices[lever.programme.price]
            assert cost == {
                "price": price.value,
                "price_unit": price.unit,
                "base": programme.base,
                "payer": programme.payer,
                "payee": programme.payee,
                "delay": programme.delay,
            }
    assert 0 < sum(record["payer"] == "" for record in found.values()) < len(found)


def _plain(value):
    return list(value) if isinstance(value, tuple) else value


def test_theories_are_told_by_slot_with_the_default_first():
    found = catalogue.theories()
    assert {tuple(record) for record in found} == {
        ("slot", "about", "theory", "default", "doc", "origin"),
    }
    slots = {record["slot"]: [r for r in found if r["slot"] == record["slot"]] for record in found}
    assert [record["default"] for record in slots["wages"]] == [True, *[False] * (len(slots["wages"]) - 1)]
    curve = next(record for record in slots["wages"] if record["theory"] == "wage_curve")
    assert (curve["default"], curve["origin"]) == (False, "")
    assert curve["about"] == slots["wages"][0]["about"] != ""
    assert curve["doc"] not in ("", slots["wages"][0]["doc"])
    for rivals in slots.values():
        assert rivals[0]["default"]
        rest = [record["theory"] for record in rivals[1:]]
        assert len(set(rest)) == len(rest)


def test_a_default_stands_first_wherever_it_was_declared_and_own_theories_name_their_module(monkeypatch):
    def late(state):
        """It is late."""

    def early(state):
        """It is early."""

    late.__module__ = "sim.somewhere"
    monkeypatch.setattr("sim.core.theory.SLOTS", {})
    Slot("hours", "when it is", late).variants = {"early": early, "late": late}
    found = catalogue.theories()
    assert [(r["theory"], r["default"], r["origin"]) for r in found] == [
        ("late", True, ""),
        ("early", False, __name__),
    ]


def test_metrics_come_in_the_order_of_the_reports():
    found = catalogue.metrics()
    assert [record["name"] for record in found] == list(METRICS)
    assert all(tuple(record) == catalogue.METRIC_KEYS for record in found)
    assert found[0]["unit"] == next(iter(METRICS.values())).unit
    assert isinstance(found[0]["source_rows"], list)


def test_industries_are_named_by_code():
    land = country("china-31")
    found = catalogue.industries("china-31")
    assert list(found.items()) == list(zip(land.industries, land.industry_names, strict=True))
    assert found["AI"].startswith("Artificial")
