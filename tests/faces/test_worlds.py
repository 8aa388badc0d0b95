"""Somebody else's regions: from the command line and from Python, to a folder that outlives the file."""

import json
import shutil

import pytest

import sim
import sim.cli
from sim.model import ClusterModel

ZONES = "zone,province,lon,lat,gdp,population\n" + "".join(
    f"R{i},{'Land' if i < 2 else 'Other'},{6 + i},{46 + i},{200_000 + 30_000 * i},{3_000_000 + i}\n"
    for i in range(4)
)

OWN = ("run", "baseline", "--world", "land/mine.csv", "--scale", 0.002, "--until", "2023-Q1", "--out", "x")


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "land").mkdir()
    (tmp_path / "land" / "mine.csv").write_text(ZONES)
    return tmp_path


@pytest.fixture
def command(here, capsys):
    def run(*words):
        code = sim.cli.run([str(word) for word in words])
        out, err = capsys.readouterr()
        return code, out, err

    return run


def test_a_study_goes_on_when_the_file_has_moved(here, command):
    (here / "land" / "a.yaml").write_text("name: a\nworld: mine.csv\nuntil: 2023-Q1\n")
    (here / "land" / "b.yaml").write_text("name: b\nextends: a.yaml\nzones: {R3: {talent_card: 1}}\n")
    (here / "land" / "study.yaml").write_text(
        "kind: compare\nscenarios: [a.yaml, b.yaml]\nruns: 1\nscale: 0.002\nworld: mine.csv\n"
    )
    outcome = sim.study("land/study.yaml", out="x", jobs=2)
    assert (outcome.done, outcome.report is not None) == (2, True)
    shutil.rmtree(here / "land")
    b = json.loads((here / "x" / "manifest.json").read_text(encoding="utf-8"))["scenarios"][1]
    shutil.rmtree(here / "x" / b["runs"])
    shutil.rmtree(here / "x" / "world")
    resumed = sim.resume("x", jobs=1)
    assert (resumed.skipped, resumed.rows) == (1, outcome.rows)
    manifest = json.loads((here / "x" / "manifest.json").read_text(encoding="utf-8"))
    assert manifest["world_tables"]["derived"]["rd_fte"]["evidence"] == "assumption"
    assert sim.load("x/scenarios/b.yaml").world == manifest["world"]
    again = sim.run("x/scenarios/b.yaml", scale=0.002)
    assert again.metrics["output"] == resumed.frame().set_index("metric")["value"]["output"]
    code, out, _ = command("place", "x", "R3", "--json")
    assert (code, {row["place"] for row in json.loads(out)}) == (0, {"R3"})


def test_another_file_of_that_name_is_another_study(here, command):
    assert command(*OWN)[0] == 0
    assert command(*OWN)[0] == 0
    (here / "land" / "mine.csv").write_text(ZONES.replace("200000", "200001"))
    code, _, err = command(*OWN)
    assert (code, "holds another study" in err) == (2, True)


def test_the_command_that_is_kept_names_the_file(here, command):
    command(*OWN)
    kept = json.loads((here / "x" / "manifest.json").read_text(encoding="utf-8"))["command"]
    assert f"--world {here / 'land' / 'mine.csv'}" in kept


def test_check_says_what_is_there_and_what_is_derived(here, command):
    code, out, _ = command("world", "check", "land/mine.csv")
    assert code == 0
    assert "ok, world mine@" in out
    assert "4 zones in 2 provinces" in out
    assert "rd_fte is derived [assumption]" in out
    told = json.loads(command("world", "check", "land/mine.csv", "--json")[1])
    assert told["zones"] == ["R0", "R1", "R2", "R3"]
    (here / "land" / "mine.csv").write_text(ZONES.replace(",47,", ",147,"))
    code, _, err = command("world", "check", "land/mine.csv")
    assert code == 2
    assert err.startswith("land/mine.csv:3:11: lat is 147; allowed: a number from -90 to 90")


def test_a_path_may_be_given_wherever_a_world_is(here, command):
    for world in (here / "land" / "mine.csv", "land/mine.csv"):
        assert sim.run("baseline", world=world, scale=0.002, until="2023-Q1").world.startswith("mine@")
    model = ClusterModel(world="land/mine.csv", scale=0.002, until="2023-Q1", seed=1)
    assert [zone.name for zone in model.zones] == ["R0", "R1", "R2", "R3"]
    assert model.resolved.world.startswith("mine@")
    _, out, _ = command("zones", "--world", "land/mine.csv", "--json")
    assert [zone["zone"] for zone in json.loads(out)] == ["R0", "R1", "R2", "R3"]
    with pytest.raises(sim.api.lab.InputError, match=r"--world: 3 is not a world"):
        sim.run("baseline", world=3)


def test_an_example_gives_a_report_with_its_own_names(here, command):
    words = ("--world", "three-zones", "--runs", 2, "--scale", 0.002, "--until", "2023-Q4", "--jobs", 1)
    assert command("compare", "baseline", "top_level_design", *words, "--out", "x")[0] == 0
    report = (here / "x" / "report.html").read_text(encoding="utf-8")
    assert "Harbour" in report
    assert not any(name in report for name in ("Hefei", "Anhui", "Beijing", "Natural Earth", "审图号"))
    assert 'class="province"' not in report
    kept = json.loads((here / "x" / "manifest.json").read_text(encoding="utf-8"))
    assert "--world three-zones" in kept["command"]
    assert (here / "x" / "world" / "three-zones" / "world.yaml").is_file()


def test_check_says_what_a_world_is_and_what_it_lacks(here, command):
    code, out, _ = command("world", "check", "swiss-cantons")
    assert code == 0
    assert "  title: Swiss cantons" in out
    assert "  money in m CHF, at 7.3535 yuan: Federal Reserve" in out
    assert "  the other 15 have no firms, no market and no place on lists" in out
    assert json.loads(command("world", "check", "china-2012", "--json")[1])["about"]["industries"] == []
    code, _, err = command("run", "baseline", "--world", "swiss-canton")
    assert (code, "did you mean 'swiss-cantons'?" in err) == (2, True)
