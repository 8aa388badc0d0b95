"""What own worlds say of themselves, worlds that lack industries, and the shipped examples."""

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.engine import simulate
from sim.scenario import load, resolve
from sim.world import Parameters, country, own
from sim.world.about import about_of
from sim.world.load import industries, provinces

ZONES = "zone,province,lon,lat,gdp,population\na,X,6,46,300000,400000\nb,X,7,46,300000,500000\n"
GOOD = "title: Land\nsource: invented\n"


def problems(text):
    with pytest.raises(InputError) as caught:
        about_of(text, "world.yaml")
    return [str(p) for p in caught.value.problems]


@pytest.fixture
def land(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "land").mkdir()

    def write(text, zones=ZONES):
        (tmp_path / "land" / "world.yaml").write_text(text, encoding="utf-8")
        (tmp_path / "land" / "zones.csv").write_text(zones, encoding="utf-8")
        return "land/"

    return write


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("heading: a\nsource: b\n", "world.yaml:1:1: the world has no key 'heading'; allowed: title, source"),
        ("heading: a\nsource: b\n", "world.yaml:1:1: there is no title; write 'title: ...'"),
        (
            GOOD + "evidence: guessed\n",
            "world.yaml:3:11: evidence is 'guessed'; allowed: measured or assumption",
        ),
        (GOOD + "industries: [AI, QANTUM]\n", "did you mean 'QUANTUM'?"),
        (GOOD + "industries: AI\n", "world.yaml:3:13: industries is no list"),
        (GOOD + "industries: [AI, AI]\n", "world.yaml:3:18: AI stands there twice"),
        (GOOD + "money: {unit: m EUR}\n", "world.yaml:3:8: money has no yuan"),
        (GOOD + "money: {unit: m EUR, yuan: -1, source: x}\n", "world.yaml:3:28: yuan is no rate"),
        (GOOD + "money: {unit: m EUR, yuan: 7, source: x, per: 1}\n", "money has no key 'per'"),
        (GOOD + "title: again\n", "world.yaml:3:1: 'title' is set twice; keep one of them"),
        (GOOD + "year: [1]\n", "world.yaml:3:7: year is no text"),
        ("- a\n", "world.yaml:1:1: the file is not a mapping"),
        ("", "world.yaml:1:1: the file is empty"),
        ("title: a: b\n", "world.yaml:1:9: not valid YAML: mapping values are not allowed here"),
        ("title: *x\n", "world.yaml:1:"),
    ],
)
def test_every_mistake_has_its_place_and_a_remedy(text, told):
    assert any(told in line for line in problems(text)), problems(text)


def test_mistakes_of_all_files_are_told_at_once(land):
    with pytest.raises(InputError) as caught:
        own.read_own(land("title: Land\n", ZONES.replace(",46,", ",146,")))
    assert {p.file for p in caught.value.problems} == {"land/world.yaml", "land/zones.csv"}


def test_money_is_counted_in_the_worlds_own_unit(land):
    header, *lines = ZONES.splitlines()
    rich = "\n".join(
        [f"{header},st_budget,rd_fte", *(f"{row},{n},{n}" for row, n in zip(lines, (90, 30), strict=True))]
    )
    text = GOOD + "money: {unit: m EUR, yuan: 8, source: somebody}\n"
    place = country(land(text, rich + "\n"))
    assert place.gdp.tolist() == [2_400_000, 2_400_000]
    assert place.st_budget.tolist() == [720, 240]
    assert place.rd_workers.sum(axis=1).tolist() == [90, 30]
    assert place.population.tolist() == [400_000, 500_000]


def test_what_a_world_says_is_part_of_what_it_is(land):
    plain = own.read_own(land(GOOD)).name
    assert own.read_own(land("# a word\n" + GOOD)).name == plain
    assert own.read_own(land(GOOD + "industries: [AI]\n")).name != plain
    assert own.about(own.read_own(land(GOOD))).industries == industries().codes


def test_an_industry_that_is_left_out_stays_empty(land):
    world = land(GOOD + "industries: [SEMI, AI]\n")
    lever = "policy: {priorities: [QUANTUM, AI], staggering_quota: 1, failure_tolerance: 1}\n"
    (own.path_of("land") / "s.yaml").write_text("name: s\n" + lever, encoding="utf-8")
    result = simulate(
        resolve(load("land/s.yaml", world=world, until="2026-Q4"), country(world)), seed=1, scale=0.002
    )
    cells = result.cells
    there = np.isin(cells["industry"], ["AI", "SEMI"])
    for name in ("firms", "jobs", "priority", "public_money"):
        assert not np.asarray(cells[name])[~there].any(), name
    assert np.asarray(cells["output"])[~there].sum() < 1.0 < np.asarray(cells["output"])[there].sum()
    assert np.asarray(cells["priority"])[there].any()


def test_a_country_without_some_industries_has_the_markets_of_the_others():
    whole, kept = Parameters(), np.isin(industries().codes, ["AI"])
    fewer = whole.only(kept)
    assert fewer.demand_2022[kept].tolist() == whole.demand_2022[kept].tolist()
    assert fewer.demand_2022[~kept].sum() < 1.0
    assert (fewer.firms_2022 > 0).tolist() == kept.tolist()
    assert fewer.host_demand_2022 == whole.host_demand_2022


def test_examples_are_known_by_name_and_say_where_they_are_from():
    assert own.examples() == ("china-2012", "swiss-cantons", "three-zones")
    for name in own.examples():
        tables = own.read_own(name)
        said = own.about(tables)
        assert own.is_path(name)
        assert own.spoken(tables.name) == name
        assert said.source
        assert (own.EXAMPLES / name / "README.md").is_file()
        assert said.evidence == ("assumption" if name == "three-zones" else "measured")


def test_figures_of_the_examples_add_up_to_what_their_sources_say():
    swiss, old = country("swiss-cantons"), country("china-2012")
    assert (len(swiss.zones), len(swiss.provinces), swiss.population.sum()) == (26, 7, 8_670_300)
    assert swiss.gdp.sum() / 7.3535 == pytest.approx(694_662, abs=1.5)
    assert old.provinces == provinces().names
    sums = (
        old.gdp.sum(),
        old.population.sum(),
        old.rd_workers.sum(),
        old.hightech_revenue.sum(),
        old.st_budget.sum(),
    )
    assert sums == pytest.approx((54_306_320, 1_356_940_000, 3_246_845, 10_228_410, 224_220.12))
    assert not old.kept.any()


def test_the_rest_of_high_technology_can_be_alone():
    resolved = resolve(load("baseline", world="china-2012", until="2023-Q2"), country("china-2012"))
    result = simulate(resolved, seed=1, scale=0.002, check=True)
    assert result.metrics["firms"] == 0.0
    assert result.metrics["rd_workers"] > 1e6
