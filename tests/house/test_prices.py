"""Nothing is free by oversight: every policy lever has a price, or a reason for having none."""

from sim.schedule import LEVERS
from sim.world import Parameters

UNPRICED = {
    "pilot_zones": "a name only: money comes with pilot_boost, programmes under pilots: have their prices",
    "pilot_rollout": "each zone that joins costs its pilot_boost and the programmes under pilots:",
    "priorities": "a list only: the committee's plants and grants are paid from the zone's budget",
    "scenario_industries": "says what application_scenarios buy, which have their price",
    "guidance_public_share": "says how guidance_fund_size, which has its price, is to be matched",
    "guidance_local_reinvestment": "a term of the guidance fund, whose price is guidance_fund_size",
    "guidance_fund_life": "a term of the guidance fund, whose price is guidance_fund_size",
    "guidance_loss_tolerance": "a term: first losses borne and gains ceded show in public returns",
    "guidance_early_share": "a term of the guidance fund, whose price is guidance_fund_size",
    "platform_company": "is itself money: budget and debt that finance pays into the company",
    "credit_guarantee": "costs what the zone pays when guaranteed firms fail",
    "direct_subsidy": "is itself money: finance pays it from the zone's budget",
    "basic_research_matching": "costs a yuan a yuan, paid by the centre as gifts come in",
    "staggering_equity": "says how staggering_quota, which has its price, deals out places",
    "local_autonomy": "leave to deviate from staggering_quota, which has its price",
    "parallel_bets": "says where staggering_quota, which has its price, keeps more zones than n*",
    "bail_out": "has no price in advance: rescues are paid and booked when they are needed",
}
"""Levers without a programme, and where their cost arises instead."""


def test_every_policy_lever_is_paid_for_or_says_why_not() -> None:
    free = {name for name, lever in LEVERS.items() if lever.group != "world" and lever.programme is None}
    assert free == set(UNPRICED)
    assert all(len(reason) > 20 for reason in UNPRICED.values())


def test_assumptions_about_the_world_are_not_bought() -> None:
    assert not [name for name, lever in LEVERS.items() if lever.group == "world" and lever.programme]


def test_every_price_is_a_parameter() -> None:
    p = Parameters()
    for lever in LEVERS.values():
        if lever.programme is not None:
            assert getattr(p, lever.programme.price) > 0.0, lever.name
            if lever.programme.less:  # what improves is below neutral
                assert lever.low < lever.neutral
