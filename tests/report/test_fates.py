"""Targets and named places in the report, from the files that the lab writes."""

import pytest

from sim.report import write
from sim.report.fates import fate, fates
from sim.report.goals import goals
from sim.report.results import read

from .conftest import make_results

PLACES = """\
scenario,place,of,metric,unit,year,start,baseline,value,difference,ci_low,ci_high,p_value,runs
top_level_design,Zhaoqing,its industries,output,m yuan/year,2042,257,705,1765,1060,800,1300,0.01,8
top_level_design,Zhaoqing,whole place,talent,persons,2042,9000,12000,12010,10,-5,25,0.4,8
top_level_design,Zhaoqing,whole place,tax,m yuan/quarter,2042,,500,500,0,,,,1
another,Hefei,whole place,talent,persons,2042,1,2,3,1,1,1,0.01,8
"""
TARGETS = """\
scenario,metric,unit,where,industries,as,by,op,target,probability,base_probability,start,median,low,high,runs
top_level_design,output,share,Henan,QUANTUM BRAIN,share,2025-Q4,>=,0.15,0.25,0,0.056,0.12,0.1,0.16,8
top_level_design,output,m yuan/year,,,level,2042-Q4,>=,30000000,1,0.5,,31000000,30000000,32000000,8
"""


@pytest.fixture
def folder(tmp_path):
    folder = make_results(tmp_path / "results")
    (folder / "places.csv").write_text(PLACES)
    (folder / "targets.csv").write_text(TARGETS)
    return folder


def test_named_places_are_told_with_what_is_clear(folder):
    told = fates(read(folder), "top_level_design")
    assert [(f.place, f.outcome, f.clear) for f in told] == [
        ("Zhaoqing", "Output, its industries", True),
        ("Zhaoqing", "R&D workers living there, whole place", False),
        ("Zhaoqing", "Tax, whole place", False),
    ]
    assert (told[0].start, told[0].baseline, told[0].unit) == (
        "257\N{NO-BREAK SPACE}m",
        "705\N{NO-BREAK SPACE}m",
        "yuan a year",
    )
    assert told[0].change == "+1.06\N{NO-BREAK SPACE}bn"
    assert told[2].start == told[2].interval == "\N{EN DASH}"


def test_an_effect_is_clear_only_if_interval_and_p_value_agree():
    row = dict(zip(PLACES.splitlines()[0].split(","), PLACES.splitlines()[1].split(","), strict=True))
    assert fate(row).clear
    assert not fate(row | {"p_value": "0.06"}).clear
    assert not fate(row | {"ci_low": "-1"}).clear


def test_the_page_shows_both(folder):
    page = write(folder).read_text(encoding="utf-8")
    assert "The places it names" in page
    assert "Zhaoqing" in page
    assert "Output, Henan, QUANTUM, BRAIN, share of all 20 at least 15" in page
    first, second = goals(read(folder))
    assert (first.start, second.start) == ("5.60\N{NO-BREAK SPACE}%", "\N{EN DASH}")
    assert (first.probability, second.base) == ("25 %", "50 %")


def test_a_folder_of_before_still_gives_its_report(folder):
    (folder / "places.csv").unlink()
    old = [line.split(",") for line in TARGETS.splitlines()]
    keep = [i for i, name in enumerate(old[0]) if name not in {"industries", "as", "start"}]
    (folder / "targets.csv").write_text("\n".join(",".join(line[i] for i in keep) for line in old) + "\n")
    page = write(folder).read_text(encoding="utf-8")
    assert "The places it names" not in page
    assert goals(read(folder))[0].start == "\N{EN DASH}"
