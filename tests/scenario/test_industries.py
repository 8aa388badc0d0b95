"""Levers by industry: what may be said, what holds where, and that the same in more words is the same."""

import numpy as np
import pytest

from sim.scenario.difference import difference
from sim.scenario.effects import warnings_of
from sim.scenario.explain import explained
from sim.scenario.schema import schema

CODES = ("AI", "SEMI", "PV")
NAN = float("nan")


def cells(aimed, text, *sets, name="grant", quarter=0):
    """Return what is said by zone (Beijing's, Hefei, Wuhu, Wuhan's) and industry (AI, SEMI, PV)."""
    return aimed.resolve(text, *sets, until="2026-Q4").aimed[name][quarter].tolist()


def same(one, other):
    return np.array_equal(one, other, equal_nan=True)


def test_an_industry_covers_the_places_and_a_place_s_industry_covers_the_nation_s(aimed):
    text = """
policy: {grant: 0.1}
zones: {Wuhu: {grant: 0.7, industries: {AI: {grant: 0.9}}}}
provinces: {Anhui: {grant: 0.6, industries: {AI: {grant: 0.5}, PV: {grant: 0}}}}
industries: {AI: {grant: 0.2}}
"""
    run = aimed.resolve(text, until="2026-Q4")
    assert run.levers["grant"][0].tolist() == [0.1, 0.6, 0.7, 0.1]
    wanted = [[0.2, NAN, NAN], [0.5, NAN, 0.0], [0.9, NAN, 0.0], [0.2, NAN, NAN]]
    assert same(run.aimed["grant"][0], wanted)


def test_values_by_quarter_and_unset_mean_what_they_mean_elsewhere(aimed):
    text = "industries: {第三代半导体: {grant: {2024-Q1: 0.2, 2025-Q1: unset}}}"
    for quarter, value in ((0, NAN), (4, 0.2), (7, 0.2), (8, NAN)):
        assert same(cells(aimed, text, quarter=quarter), [[NAN, value, NAN]] * 4)


def test_the_same_in_more_words_is_the_same(aimed):
    plain = aimed.resolve("policy: {grant: 0.2}\nzones: {Hefei: {grant: 0.5}}", until="2026-Q4")
    every = ", ".join(f"{code}: {{grant: 0.2}}" for code in CODES)
    zone = ", ".join(f"{code}: {{grant: 0.5}}" for code in CODES)
    for text in (
        f"industries: {{{every}}}\nzones: {{Hefei: {{industries: {{{zone}}}}}}}",
        "policy: {grant: 0.2}\nzones: {Hefei: {grant: 0.5}}\nindustries: {AI: {grant: 0.2}}\n"
        "provinces: {Anhui: {industries: {AI: {grant: unset}}}}",
    ):
        run = aimed.resolve(text, until="2026-Q4")
        if "unset" in text:  # takes back nothing: the nation's industry still holds at Hefei
            assert same(run.aimed["grant"][0][1], [0.2, NAN, NAN])
            continue
        assert run.levers["grant"].tolist() == plain.levers["grant"].tolist()
        assert run.aimed == {}
    assert plain.aimed == {}


def test_a_purse_is_never_the_place_s_even_when_all_have_one_alike(aimed):
    every = ", ".join(f"{code}: {{fund: 5}}" for code in CODES)
    run = aimed.resolve(f"policy: {{fund: 5}}\nindustries: {{{every}}}", until="2026-Q4")
    assert (run.aimed["fund"] == 5.0).all()
    assert (run.levers["fund"] == 5.0).all()


def test_a_nationwide_lever_may_differ_by_industry_but_not_by_place(aimed):
    assert same(cells(aimed, "industries: {AI: {roadmap: 1}}", name="roadmap"), [[1.0, NAN, NAN]] * 4)
    every = ", ".join(f"{code}: {{roadmap: 1}}" for code in CODES)
    run = aimed.resolve(f"industries: {{{every}}}", until="2026-Q4")
    assert (run.levers["roadmap"] == 1.0).all()
    assert run.aimed == {}
    assert aimed.problems("zones: {Hefei: {industries: {AI: {roadmap: 1}}}}") == [
        "s.yaml:1:35: 'roadmap' holds nationwide; write it under industries: at the left margin"
    ]


def test_pilots_aim_too_and_what_would_be_is_known_for_all_zones(aimed):
    text = "policy: {pilot_zones: [Hefei], grant: 0.1}\npilots: {industries: {AI: {grant: 0.4}}}"
    run = aimed.resolve(text, until="2026-Q4")
    assert same(run.aimed["grant"][0], [[NAN] * 3, [0.4, NAN, NAN], [NAN] * 3, [NAN] * 3])
    assert same(run.pilot_aimed["grant"][0], [[0.4, NAN, NAN]] * 4)
    assert (run.pilot_levers["grant"] == 0.1).all()


@pytest.mark.parametrize(
    ("text", "message"),
    [
        (
            "industries: {AI: {talent_card: 1}}",
            "s.yaml:1:19: 'talent_card' cannot be aimed at an industry; allowed: grant, fund, roadmap; "
            "write it under policy:, or for a place",
        ),
        (
            "industries: {grant: 0.5}",
            "s.yaml:1:14: industries has the lever 'grant' where a name belongs; "
            "name the industries first, then the levers below each",
        ),
        (
            "industries: {SEMY: {grant: 0.5}}",
            "s.yaml:1:14: there is no industry with the code 'SEMY'; allowed: AI, SEMI, PV; "
            "did you mean 'SEMI'?",
        ),
        (
            "industries: {AI: {grnat: 0.5}}",
            "s.yaml:1:19: industries has no lever 'grnat'; allowed: grant, fund, roadmap; "
            "did you mean 'grant'?; 'clusterlab levers' lists the levers with their bounds",
        ),
        (
            "zones: {Hefei: {AI: {grant: 0.5}}}",
            "s.yaml:1:17: zones has no lever 'AI'; allowed: priorities, incubators, talent_card, "
            "approval_days, grant, fund; levers of an industry stand under industries:, then its name",
        ),
        (
            "industries: {AI: {grant: 0.5}, 人工智能: {grant: 1}}",
            "s.yaml:1:32: '人工智能' (AI) is set twice at this level, first at s.yaml:1:14; keep one of them",
        ),
        (
            "policy: {industries: {AI: {grant: 0.5}}}",
            "s.yaml:1:10: 'industries' is not a lever; write it at the left margin of the file",
        ),
        (
            "industries: {AI: {grant: 7}}",
            "s.yaml:1:26: grant is 7, above its bounds; allowed: 0 to 1 share",
        ),
    ],
)
def test_mistakes_are_told_with_what_is_allowed(aimed, text, message):
    assert aimed.problems(text) == [message]


def test_options_aim_as_files_do_and_the_document_says_the_same(aimed):
    sets = ("industries.AI.grant=0.2", "zones.Hefei.industries.AI.grant=0.5", "zones.Hefei.grant=0.4")
    text = "industries: {AI: {grant: 0.2}}\nzones: {Hefei: {grant: 0.4, industries: {AI: {grant: 0.5}}}}"
    said, written = aimed.load("name: s", *sets), aimed.load(text)
    assert said.document() == written.document()
    assert said.digest == written.digest
    assert said.document()["zones"] == {"Hefei": {"grant": 0.4, "industries": {"AI": {"grant": 0.5}}}}
    piloted = aimed.load("policy: {pilot_zones: [Hefei]}", "pilots.industries.AI.grant=0.5")
    assert piloted.document()["pilots"] == {"industries": {"AI": {"grant": 0.5}}}


def test_explain_tells_what_holds_in_a_zone_and_industry(aimed):
    text = "policy: {grant: 0.1}\nindustries: {AI: {grant: {2024-Q1: 0.2}}, PV: {grant: 0.3}}\n"
    scenario = aimed.load(text, until="2026-Q4")
    told = explained(scenario, "zones.Hefei.industries.AI.grant")
    assert "  in Hefei, AI: 0.1, from 2024-Q1 0.2" in told.splitlines()
    assert "industries AI" in told
    assert "industries PV" not in told
    whole = explained(scenario, "grant")
    assert "may differ by zone and by industry" in whole
    assert "industries PV" in whole
    assert "industries may have money of their own beside it" in explained(scenario, "fund")
    assert "industries AI" in explained(scenario, "industries.AI.grant")


def test_lines_that_aim_in_vain_are_told(aimed):
    def warned(text):
        return [str(p).replace(f"{aimed.root}/", "") for p in warnings_of(aimed.load(text, until="2026-Q4"))]

    assert warned("policy: {grant: 0.2}\nindustries: {AI: {grant: 0.2}}") == [
        "s.yaml:2:26: grant 0.2 for industries AI changes nothing: it is that anyway"
    ]
    assert warned("policy: {grant: 0.2}\nindustries: {AI: {grant: 0.3}}") == []
    assert warned("policy: {fund: 5}\nindustries: {AI: {fund: 5}}") == []
    covered = "industries: {AI: {grant: 0.3}}\ntiers: {source: {industries: {AI: {grant: 0.4}}}, bearing: "
    covered += "{industries: {AI: {grant: 0.4}}}}"
    assert [line for line in warned(covered) if "covers it" in line and "industries AI" in line]


def test_the_schema_knows_which_levers_can_be_aimed(aimed):
    whole = schema(aimed.words)
    assert list(whole["$defs"]["aimed"]["properties"]) == ["grant", "fund", "roadmap"]
    assert list(whole["$defs"]["zonal_aimed"]["properties"]) == ["grant", "fund"]
    assert whole["properties"]["industries"]["additionalProperties"] == {"$ref": "#/$defs/aimed"}


def test_a_difference_is_told_under_its_industry(aimed):
    base = aimed.load("name: a", name="a.yaml")
    alt = aimed.load("industries: {AI: {grant: 0.3}}", name="b.yaml")
    assert [(row["key"], row["base"], row["value"]) for row in difference(base, alt)] == [
        ("industries.AI.grant", "not set", "0.3")
    ]
