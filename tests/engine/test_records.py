"""What results are called: Chinese names and codes stand beside the model's own names, at the end."""

import numpy as np

from sim.engine import Engine
from sim.scenario import load, resolve
from sim.world import country, names
from sim.world.tables import K


def test_results_name_places_and_industries_in_chinese_and_by_code(tmp_path):
    file = tmp_path / "plain.yaml"
    file.write_text("name: plain\n")
    land = country("china-31")
    resolved = resolve(load(file, world="china-31", until="2023-Q1"), land)
    engine = Engine(resolved, seed=1, scale=0.002)
    recorder, state = engine.recorder, engine.state
    anhui = land.zones.index("Anhui")
    zones, cells = recorder.zones(state, 1), recorder.cells(state, 1)
    last = ("zone_zh", "zone_code", "province_zh", "province_code")
    assert tuple(zones)[-4:] == last
    assert [zones[name][anhui] for name in last] == ["安徽", "340000", "安徽", "340000"]
    assert tuple(cells)[-3:] == ("zone_zh", "province_zh", "industry_zh")
    mine = cells["zone"] == "Anhui"
    assert set(cells["zone_zh"][mine]) == set(cells["province_zh"][mine]) == {"安徽"}
    assert list(cells["industry_zh"][mine][:2]) == ["通用人工智能", "量子信息"]
    assert list(recorder.industries(state, 1)["industry_zh"]) == list(cells["industry_zh"][mine])
    assert {len(column) for column in cells.values()} == {len(land.zones) * K}


def test_a_synthetic_world_has_no_chinese_names(engine):
    made = engine()
    zones = made.recorder.zones(made.state, 1)
    assert set(zones["zone_zh"]) == set(zones["zone_code"]) == {""}
    assert np.size(zones["zone_zh"]) == np.size(zones["zone"])


def test_panels_name_places_and_industries_in_chinese_a_word_once():
    land = country("china-31")
    scenario = load("top_level_design", world="china-31", until="2025-Q1")
    run = Engine(resolve(scenario, land), seed=1, scale=0.02, panels=("firms", "layout", "talent"))
    while not run.done:
        run.step()
    panels = run.result().panels
    known = {
        "zone": names.zone, "from_zone": names.zone, "to_zone": names.zone,
        "province": names.province, "industry": names.industry,
    }  # fmt: skip
    columns = {
        "firms": ("zone", "province", "industry"),
        "layout": ("zone", "industry"),
        "talent": ("from_zone", "to_zone"),
    }
    for panel, named in columns.items():
        table = panels[panel]
        assert tuple(table)[-len(named) :] == tuple(f"{column}_zh" for column in named)
        for column in named:
            assert len(table[column]) > 0
            assert hasattr(table[f"{column}_zh"], "categories")
            assert list(table[f"{column}_zh"]) == [known[column](name).zh for name in table[column]]
    assert set(panels["firms"]["zone_zh"]) > {"安徽"}


def test_panels_of_a_synthetic_world_have_no_chinese_zones(engine):
    made = engine(panels=("firms",), until="2023-Q1")
    made.step()
    assert set(made.result().panels["firms"]["zone_zh"]) == {""}
