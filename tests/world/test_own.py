"""Own worlds: what a file gives is kept, what it leaves out is derived, and all mistakes are placed."""

import pickle

import numpy as np
import pytest

from sim.core.errors import InputError
from sim.engine import simulate
from sim.scenario import load, resolve
from sim.world import Parameters, country, own
from sim.world.load import provinces

HEADER = "zone,province,lon,lat,gdp,population"


def rows(count, homes=2, size=1.0):
    return [
        f"R{i:03d},Land {i % homes},{6 + i / 50:.2f},{46 + i % 7},{size * (2e4 + 3e3 * i)},{300_000 + i}"
        for i in range(count)
    ]


@pytest.fixture
def table(tmp_path, monkeypatch):
    """Write zones.csv and return its name."""
    monkeypatch.chdir(tmp_path)

    def write(lines, header=HEADER, name="zones.csv", encoding="utf-8"):
        (tmp_path / name).parent.mkdir(exist_ok=True)
        (tmp_path / name).write_text("\n".join([header, *lines]) + "\n", encoding=encoding)
        return name

    return write


def problems(place):
    with pytest.raises(InputError) as caught:
        country(place)
    return [f"{p.file}:{p.line}:{p.column}: {p.what}" for p in caught.value.problems]


def test_what_a_file_gives_is_kept_and_zones_come_by_province(table):
    land = country(table(["b,Y,7,47,40000,500000", "a,X,6,46,30000.5,400000", "c,Y,8,48,60000,900000"]))
    assert (land.zones, land.provinces) == (("b", "c", "a"), ("Y", "X"))
    assert land.province.tolist() == [0, 0, 1]
    assert land.gdp.tolist() == [40000, 60000, 30000.5]
    assert land.population.tolist() == [500000, 900000, 400000]
    assert land.lon.tolist() == [7, 8, 6]


def test_what_it_leaves_out_is_chinas_per_yuan_by_the_elasticity(table):
    tables = own.read_own(table(rows(26)))
    land, p, real = country(tables.name), Parameters(), provinces()
    part = land.gdp.sum() / real.gdp.sum()
    assert land.rd_workers.sum() == round(part * real.rd_fte.sum())
    assert land.st_budget.sum() == pytest.approx(part * real.st_budget.sum())
    ratio = land.st_budget[0] / land.st_budget[1]
    assert ratio == pytest.approx((land.gdp[0] / land.gdp[1]) ** p.world_exponent_budget)
    total, power = own.derived(tables, p)["rd_fte"]
    assert (total, power) == (land.rd_workers.sum(), p.world_exponent_research)
    assert np.all(land.capability == 1.0)
    assert not land.plan_named.any()


def test_further_columns_replace_what_would_be_derived(table):
    lines = ["a,X,6,46,300000,400000,12,3,700", "b,X,6,47,300000,400000,4,0,100"]
    name = table(lines, header=f"{HEADER},universities,double_first_class,rd_fte")
    land = country(name)
    assert land.institutes.tolist() == [12, 4]
    assert land.double_first_class.tolist() == [3, 0]
    assert land.rd_workers.sum(axis=1).tolist() == [700, 100]
    assert set(own.derived(own.read_own(name), Parameters())) == {
        "high_tech_firms", "hightech_revenue", "incubators", "st_budget", "venture_capital",
    }  # fmt: skip


def test_a_folder_may_hold_quotients_and_plans(table):
    table(rows(4), name="land/zones.csv")
    table(["Land 1,AI,3"], "province,industry,location_quotient", "land/capability.csv")
    table(["Land 0,QUANTUM"], "province,industry", "land/plans.csv")
    land = country("land")
    k = land.industries.index("AI")
    assert (land.gdp / land.gdp.sum()) @ land.capability[:, k] == pytest.approx(1.0)
    assert land.capability[3, k] == pytest.approx(3 * land.capability[0, k])
    named = land.plan_named[:, land.industries.index("QUANTUM")]
    assert [land.provinces[p] for p in land.province[named]] == ["Land 0", "Land 0"]


@pytest.mark.parametrize("count", [2, 3, 26, 200])
def test_accounts_close_with_few_and_many_zones(table, tmp_path, count):
    name = table(rows(count, homes=min(count, 7), size=0.2 if count > 3 else 1.0))
    scenario = tmp_path / "s.yaml"
    scenario.write_text(f"world: {name}\nuntil: 2023-Q2\npolicy: {{staggering_quota: 1, talent_card: 0.5}}\n")
    made = load(scenario)
    run = simulate(resolve(made, country(made.world)), seed=1, scale=0.002, check=True)
    assert run.metrics["output"] > 0
    assert len(set(run.zones["zone"])) == count


def test_zones_where_hardly_anybody_lives(table, tmp_path):
    lines = ["tiny,X,6,46,1,1,0,0", "b,X,6,46,121000,2000000,3,100", "c,Y,7,46,20000,2000000,0,5"]
    name = table(lines, header=f"{HEADER},universities,rd_fte")
    (tmp_path / "s.yaml").write_text(f"world: {name}\nuntil: 2024-Q1\n")
    made = load(tmp_path / "s.yaml")
    run = simulate(resolve(made, country(made.world)), seed=1, scale=0.002, check=True)
    assert run.metrics["output"] > 0


def test_the_name_tells_the_content_not_the_form(table):
    first = own.read_own(table(rows(3)))
    assert own.read_own(table(rows(3), encoding="utf-8-sig")).name == first.name
    quoted = [",".join(f'" {cell} "' for cell in line.split(",")) for line in rows(3)]
    assert own.read_own(table(quoted)).name == first.name
    assert own.read_own(table([*rows(2), *rows(3, size=1.5)[2:]])).name != first.name


def test_it_is_known_wherever_it_is_sent(table, tmp_path, monkeypatch):
    table(rows(3))
    (tmp_path / "s.yaml").write_text("world: zones.csv\nuntil: 2023-Q1\n")
    made = load(tmp_path / "s.yaml")
    sent = pickle.dumps((made, resolve(made, country(made.world))))
    (tmp_path / "zones.csv").unlink()
    monkeypatch.setattr(own, "_KNOWN", {})
    again, resolved = pickle.loads(sent)
    assert again.digest == resolved.digest == made.digest
    assert country(resolved.world).zones == ("R000", "R002", "R001")


def test_paths_in_a_file_are_relative_to_it_and_one_content_has_one_digest(table, tmp_path, monkeypatch):
    table(rows(3), name="deep/mine.csv")
    (tmp_path / "deep" / "s.yaml").write_text("world: mine.csv\n")
    (tmp_path / "t.yaml").write_text("world: deep/mine.csv\nname: s\n")
    digest = load("deep/s.yaml").digest
    assert load("t.yaml").digest == digest
    assert load("t.yaml", world=str(tmp_path / "deep" / "mine.csv")).digest == digest
    assert load("deep/s.yaml").world.startswith("mine@")
    monkeypatch.chdir(tmp_path / "deep")
    assert load("s.yaml").digest == digest


GOOD = rows(3)
CASES = [
    ([*GOOD, "R000,Land 0,6,46,1e4,1e5"], ["zones.csv:5:1: the zone 'R000' stands in line 2 already"]),
    ([*GOOD, " r-000 ,Land 0,6,46,1e4,1e5"], ["zones.csv:5:1: the zone 'r-000' stands in line 2 already"]),
    (["a,X,181,46,2e5,3e5", "b,X,6,-91,2e5,3e5"], ["zones.csv:2:5: lon is 181", "zones.csv:3:7: lat is -91"]),
    (["a,X,6,46,nan,3e5", "b,X,6,46,2e5,inf"], [
        "zones.csv:2:10: gdp is 'nan'", "zones.csv:3:14: population is 'inf'",
    ]),
    (["a,X,6,46,,3e5", "b,X,6,46,0,-1"], [
        "zones.csv:2:10: gdp is empty", "zones.csv:3:10: gdp is 0", "zones.csv:3:12: population is -1",
    ]),
    (['a,X,6,46,"20,000",3e5', "b,X,6,46,1_000,3e5"], [
        "zones.csv:2:10: gdp is '20,000'", "zones.csv:3:10: gdp is '1_000'",
    ]),
    ([",X,6,46,2e5,3e5", "b,,6,46,2e5,3e5"], [
        "zones.csv:2:1: the zone has no name", "zones.csv:3:3: the province has no name",
    ]),
    (["a,X,6,46,2e5,3e5"], ["zones.csv:1:1: there are 1 zones"]),
    ([], ["zones.csv:1:1: there are 0 zones"]),
    (rows(501), ["zones.csv:1:1: there are 501 zones"]),
    (["a,X,6,46,2e5", "b,X,6,46,2e5,3e5"], ["zones.csv:2:1: the row has 5 cells, the first line 6"]),
    (['a,"X,6,46,2e5,3e5', "b,X,6,46,2e5,3e5"], ["zones.csv:2:3: the quotation mark is not closed"]),
    (rows(3, size=1e-3), ["zones.csv:1:23: the GDP of all zones is 69 m yuan, 5.8e-07 times China's"]),
]  # fmt: skip


@pytest.mark.parametrize(("lines", "said"), CASES)
def test_every_mistake_is_told_at_its_place(table, lines, said):
    assert problems(table(lines)) == said


@pytest.mark.parametrize(
    ("header", "said"),
    [
        ("zone;province;lon", ["zones.csv:1:1: cells are not separated by commas"]),
        ("zone,province,lon,lat,gpd,population", [
            "zones.csv:1:23: 'gpd' is not a column", "zones.csv:1:1: there is no column 'gdp'",
        ]),
        ("zone,province,lon,lat,gdp,gdp", [
            "zones.csv:1:27: there are two columns 'gdp'", "zones.csv:1:1: there is no column 'population'",
        ]),
        ("", ["zones.csv:1:1: the file is empty"]),
    ],
)  # fmt: skip
def test_headers_are_told(table, header, said):
    assert problems(table([] if not header else GOOD, header=header)) == said


def test_further_columns_are_checked(table):
    lines = ["a,X,6,46,300000,400000,1,2,0", "b,X,6,47,300000,400000,1.5,0,0"]
    told = problems(table(lines, header=f"{HEADER},universities,double_first_class,rd_fte"))
    assert told == ["zones.csv:3:24: universities is 1.5"]
    lines[1] = "b,X,6,47,300000,400000,1,0,0"
    told = problems(table(lines, header=f"{HEADER},universities,double_first_class,rd_fte"))
    assert told == [
        "zones.csv:1:70: rd_fte is zero in every zone",
        "zones.csv:2:26: more universities of excellence than universities",
    ]


def test_encodings_and_missing_files_are_told(table, tmp_path):
    table(["合肥,安徽,117,31,300000,400000", "b,X,6,47,300000,400000"], name="g.csv", encoding="gb18030")
    assert problems("g.csv") == ["g.csv:2:1: is not UTF-8 here"]
    assert problems("nothing.csv") == ["nothing.csv:0:0: no such file"]
    (tmp_path / "empty").mkdir()
    assert problems("empty") == ["empty:0:0: holds no zones.csv"]


def test_folders_tell_all_their_tables_problems(table):
    table(GOOD, name="land/zones.csv")
    table(["Land 7,AI,3", "Land 1,AL,-3"], "province,industry,location_quotient", "land/capability.csv")
    table(["x"], "y", "land/plan.csv")
    told = problems("land")
    assert told[0].endswith("land/plan.csv:0:0: is no table of a world")
    assert told[1:] == [
        "land/capability.csv:2:1: there is no province 'Land 7' in this world",
        "land/capability.csv:3:8: there is no industry 'AL' in this world",
        "land/capability.csv:3:11: location_quotient is -3",
    ]


def test_a_scenario_tells_its_worlds_problems_at_their_place(table, tmp_path):
    table(["a,X,6,46,2e5,3e5"])
    (tmp_path / "s.yaml").write_text("world: zones.csv\n")
    with pytest.raises(InputError, match=r"^zones\.csv:1:1: there are 1 zones; allowed: 2 to 500"):
        load("s.yaml")
