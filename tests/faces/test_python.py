"""The public interface for Python: what it leaves, how it shows itself, what it refuses."""

import json
from pathlib import Path

import numpy as np
import pytest

import sim
from sim.core.errors import InputError
from sim.core.paths import path_of

QUICK = {"world": "synthetic:Z=6,provinces=2", "scale": 0.002, "until": "2023-Q1"}


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


@pytest.fixture(scope="module")
def compared(tmp_path_factory):
    folder = tmp_path_factory.mktemp("compared") / "x"
    return sim.compare("baseline", "top_level_design", runs=2, jobs=1, out=folder, **QUICK)


def test_everything_promised_is_there():
    assert all(callable(getattr(sim, name)) for name in sim.__all__)
    assert set(sim.__all__) <= set(dir(sim))
    with pytest.raises(AttributeError, match="no attribute 'nothing'"):
        _ = sim.nothing


def test_compare_leaves_what_the_command_leaves(compared):
    assert compared.report == compared.folder / "report.html"
    assert sim.status(compared.folder) == {"total": 4, "done": 4, "failed": 0, "running": 0, "damaged": 0}


def test_a_report_is_left_out_and_written_again_on_wish(compared, here):
    again = sim.compare("baseline", "top_level_design", runs=1, jobs=1, out=here / "y", report=False, **QUICK)
    assert again.report is None
    resumed = sim.resume(again.folder, jobs=1, report=False)
    assert (resumed.skipped, resumed.report) == (2, None)
    assert sim.report(again.folder) == again.folder / "report.html"
    assert again.report is not None
    assert sim.resume(again.folder, jobs=1).done == 2


def test_the_package_of_that_name_stays_a_package():
    from sim.report import page

    assert sim.report.write is page.write


def test_home_is_meant_by_a_tilde(here, monkeypatch):
    monkeypatch.setenv("HOME", str(here / "home"))
    (here / "home").mkdir()
    scenario = here / "home" / "mine.yaml"
    scenario.write_text("name: mine\nextends: ~/base.yaml\n")
    (here / "home" / "base.yaml").write_text("policy: {talent_card: 0.5}\n")
    (here / "home" / "study.yaml").write_text(
        "kind: compare\nruns: 1\nscale: 0.002\nuntil: 2023-Q1\nworld: 'synthetic:Z=2'\n"
        "scenarios: [~/mine.yaml, base.yaml]\n"
    )
    assert sim.load("~/mine.yaml").name == "mine"
    outcome = sim.study("~/study.yaml", out="~/x", jobs=1)
    assert outcome.folder == here / "home" / "x"
    assert sim.status("~/x")["done"] == 2
    assert sim.report("~/x") == outcome.report
    assert not (here / "~").exists()
    assert path_of("~nobody-of-this-name/x") == Path("~nobody-of-this-name/x")


def test_what_a_notebook_shows_fits_a_screen(compared):
    run, scenario = (
        sim.run("baseline", **QUICK),
        sim.load(sim.api.lab.build("run", ["ten_ones"]).arms[0].source),
    )
    resolved = sim.api.lab.build("run", ["ten_ones"]).arms[0].resolved
    for shown, says in (
        (run, ("baseline", "seed 1", "synthetic:Z=6,provinces=2", "scale 0.002", "public_cost", "m yuan")),
        (scenario, ("ten_ones", "china-178", "2042-Q4")),
        (resolved, ("ten_ones", "80 quarters")),
        (compared, ("4 of 4", str(compared.folder), "top_level_design", "duplicated_layouts", "report.html")),
    ):
        text, page = repr(shown), shown._repr_html_()
        assert len(text.splitlines()) <= 25
        assert len(text) < 4000
        assert all(word in text for word in says)
        assert all(word in page for word in says)
    assert "<script" not in sim.api.lab.Outcome(Path("<script>"), 1, 0, 0)._repr_html_()


BAD = [
    *[({"seed": seed}, "--seed") for seed in (True, 1.5, "1", None, -1, 2**31, [1], float("nan"))],
    *[({"scale": scale}, "--scale") for scale in (True, "0.02", None, 0, 1.5, float("nan"), 1j)],
    ({"until": 2030}, "--until"),
    ({"sets": "talent_card=1"}, "--set"),
    ({"panels": "firms"}, "--panel"),
    ({"panels": [1]}, "--panel"),
]


@pytest.mark.parametrize(("options", "flag"), BAD)
def test_wrong_types_are_refused_in_one_line(options, flag):
    with pytest.raises(InputError) as caught:
        sim.run("baseline", **{**QUICK, **options})
    assert [problem.file for problem in caught.value.problems] == [flag]


@pytest.mark.parametrize(
    ("options", "flag"),
    [
        ({"runs": True}, "--runs"),
        ({"runs": 2.0}, "--runs"),
        ({"runs": "2"}, "--runs"),
        ({"jobs": 0}, "--jobs"),
        ({"jobs": 1.0}, "--jobs"),
        ({"jobs": True}, "--jobs"),
        ({"seed": 2**31 - 1, "runs": 2}, "--seed"),
    ],
)
def test_wrong_numbers_of_runs_and_workers_are_refused(options, flag, here):
    with pytest.raises(InputError) as caught:
        sim.compare("baseline", "top_level_design", out="x", **{"runs": 1, **QUICK, **options})
    assert [problem.file for problem in caught.value.problems] == [flag]
    assert not (here / "x").exists()


def test_numbers_of_numpy_are_numbers(here):
    one = sim.compare(
        "baseline", "top_level_design", runs=np.int64(1), seed=np.int32(3), jobs=np.int8(1), out="x",
        **{**QUICK, "scale": np.float64(0.002)},
    )  # fmt: skip
    same = sim.compare("baseline", "top_level_design", runs=1, seed=3, jobs=1, out="x", **QUICK)
    assert (one.done, same.skipped) == (2, 2)
    assert json.loads((one.folder / "manifest.json").read_text(encoding="utf-8"))["seed"] == 3
