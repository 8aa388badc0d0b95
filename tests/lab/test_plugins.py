"""Own metrics reach every process of a study, count in its identity, and say what is wrong with them."""

import json
import os
import subprocess
import sys
from importlib import import_module

import pytest

import sim
from sim.core.errors import InputError
from sim.core.plugins import bring, plugins
from sim.lab import catalogue
from sim.metrics import METRICS
from sim.metrics.registry import MetricError, metric

QUICK = {"world": "synthetic:Z=2", "scale": 0.002, "until": "2023-Q1", "runs": 1, "report": False}
MINE = '''
"""A researcher's module."""
from sim.metrics.registry import metric

@metric("firms", "higher", "final", "")
def {name}(state):
    """Firms in business, times a number."""
    return {value}
'''


@pytest.fixture
def own(tmp_path, monkeypatch):
    """Write and import a module with an own metric; it is forgotten afterwards."""
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(str(tmp_path))
    before = dict(METRICS)

    def write(module, value="2.0 * state.firms.alive.sum()", name=None, load=True):
        parts = module.split(".")
        for depth in range(1, len(parts)):
            folder = tmp_path.joinpath(*parts[:depth])
            folder.mkdir(exist_ok=True)
            (folder / "__init__.py").touch()
        file = tmp_path.joinpath(*parts).with_suffix(".py")
        file.write_text(MINE.format(name=name or f"of_{parts[-1]}", value=value))
        if load:
            import_module(module)
        return file

    yield write
    METRICS.clear()
    METRICS.update(before)
    for name, module in list(sys.modules.items()):
        if str(tmp_path) in str(getattr(module, "__file__", None) or getattr(module, "__path__", "")):
            del sys.modules[name]


def compare(out, jobs=1):
    return sim.compare("baseline", "top_level_design", out=out, jobs=jobs, **QUICK)


def test_the_same_rows_with_any_number_of_workers(own, tmp_path):
    own("pack.mine_a")
    own("mine_c", value="state.t + 0.5")
    rows = []
    for jobs in (1, 2):
        outcome = compare(f"x{jobs}", jobs)
        assert outcome.done == 2
        rows.append([r for r in outcome.rows if r["metric"] in {"of_mine_a", "of_mine_c"}])
    assert rows[0] == rows[1]
    assert [r["value"] for r in rows[0]][1] == 0.5
    assert rows[0][0]["value"] > 0
    record = json.loads(next((tmp_path / "x2").glob("runs/*/*/run.json")).read_text(encoding="utf-8"))
    assert set(record["identity"]["plugins"]) == {"mine_c", "pack.mine_a"}


def test_the_catalogue_says_where_a_metric_is_from(own):
    own("mine_d")
    found = {m["name"]: m for m in catalogue.metrics()}
    assert found["of_mine_d"]["origin"] == "mine_d"
    assert found["of_mine_d"]["group"] == "own"
    assert found["output"]["origin"] == ""
    assert list(found)[-1] == "of_mine_d"


def test_another_version_is_another_study_and_resume_brings_what_was_there(own, tmp_path):
    file = own("mine_e")
    compare("x")
    METRICS.pop("of_mine_e")
    del sys.modules["mine_e"]
    assert plugins() == ()
    with pytest.raises(InputError, match=r"holds another study: plug-ins mine_e .* there, none now"):
        compare("x")
    assert sim.resume("x", jobs=1, report=False).skipped == 2
    assert METRICS["of_mine_e"].origin == "mine_e"
    METRICS.pop("of_mine_e")
    del sys.modules["mine_e"]
    text = file.read_text()
    file.write_text(text + "# edited\n")
    with pytest.raises(InputError, match="plug-in parts of_mine_e have changed since the study began"):
        sim.resume("x", jobs=1)
    METRICS.pop("of_mine_e")
    del sys.modules["mine_e"]
    file.unlink()
    with pytest.raises(InputError, match=r"mine_e\.py: plug-in parts of_mine_e are not there any more"):
        sim.resume("x", jobs=1)


def test_a_module_of_the_same_name_elsewhere_is_not_taken(own, tmp_path, monkeypatch):
    own("mine_f")
    plugin = plugins()[0]
    METRICS.pop("of_mine_f")
    del sys.modules["mine_f"]
    other = tmp_path / "other"
    other.mkdir()
    (other / "mine_f.py").write_text("")
    monkeypatch.syspath_prepend(str(other))
    bring([plugin])
    assert METRICS["of_mine_f"].measure.__code__.co_filename == plugin.file


@pytest.mark.parametrize("value", ["1 / 0", "'many'", "[1, 2]", "state.nothing"])
def test_one_that_fails_stops_the_run_with_a_clear_word(own, value):
    own("mine_g", value=value)
    with pytest.raises(MetricError, match=r"own metric of_mine_g of mine_g in 2023-Q1: [A-Z]"):
        sim.run("baseline", **{k: v for k, v in QUICK.items() if k not in {"runs", "report"}})


def test_one_that_is_undefined_is_null(own):
    own("mine_h", value="float('nan')")
    run = sim.run("baseline", **{k: v for k, v in QUICK.items() if k not in {"runs", "report"}})
    assert run.metrics["of_mine_h"] is None


@pytest.mark.parametrize(
    ("name", "said"),
    [("output", "there is a metric 'output' already, from clusterlab"), ("seed", "cannot name a metric")],
)
def test_names_that_are_taken_are_refused_with_their_place(own, name, said):
    with pytest.raises(InputError) as caught:
        own("mine_i", name=name)
    problem = caught.value.problems[0]
    assert problem.file.endswith("mine_i.py")
    assert (problem.line, said in problem.what) == (5, True)
    assert METRICS["output"].origin == ""


def test_two_modules_do_not_share_a_name_but_one_may_declare_again(own):
    own("mine_j", name="shared")
    with pytest.raises(InputError, match="already, from mine_j"):
        own("mine_k", name="shared")

    for value in (1.0, 2.0):

        def again(state, value=value):
            return value

        again.__module__ = "cell"
        metric("firms", "", "mean", "")(again)
    assert METRICS["again"].measure(None) == 2.0


def test_bad_declarations_are_told():
    def mine(state):
        return 0.0

    with pytest.raises(InputError, match=r"over is 'last'; allowed: final, total, mean"):
        metric("firms", "", "last", "")(mine)
    with pytest.raises(InputError, match=r"better is 'more'; allowed: 'higher', 'lower' or ''"):
        metric("firms", "more", "final", "")(mine)


def process(folder, *words):
    env = os.environ | {"PYTHONPATH": os.pathsep.join([str(folder), *sys.path])}
    done = subprocess.run(
        [sys.executable, *words],
        capture_output=True,
        text=True,
        check=False,
        cwd=folder,
        env=env,
        timeout=300,
    )
    assert "Traceback" not in done.stderr, done.stderr
    return done


def test_a_script_with_its_own_metric_runs_here_and_says_so(tmp_path):
    text = MINE.format(name="of_script", value="7.0") + (
        f"import sim\no = sim.compare('baseline', 'b.yaml', out='x', jobs=2, **{QUICK!r})\n"
        "print(o.done, [r['value'] for r in o.rows if r['metric'] == 'of_script'])\n"
    )
    (tmp_path / "b.yaml").write_text("extends: baseline\npolicy: {talent_card: 1}\n", encoding="utf-8")
    (tmp_path / "script.py").write_text(text)
    done = process(tmp_path, "script.py")
    assert done.stdout == "2 [7.0]\n"
    assert "plug-in parts of a script or notebook (of_script) cannot be sent" in done.stderr
    resumed = process(tmp_path, "-m", "sim", "resume", "x")
    assert resumed.returncode == 2
    assert "plug-in parts of_script were declared in a script or notebook" in resumed.stderr


@pytest.mark.parametrize("broken", [False, True])
def test_installed_packages_offer_metrics_through_an_entry_point(tmp_path, broken):
    info = tmp_path / "theirs-1.0.dist-info"
    info.mkdir()
    (info / "METADATA").write_text("Metadata-Version: 2.1\nName: theirs\nVersion: 1.0\n")
    (info / "entry_points.txt").write_text("[clusterlab.plugins]\ntheirs = theirs\n")
    text = "import nothing_of_this_name\n" if broken else MINE.format(name="of_theirs", value="1.0")
    (tmp_path / "theirs.py").write_text(text)
    done = process(tmp_path, "-m", "sim", "metrics", "--json")
    if broken:
        assert done.returncode == 2
        assert "clusterlab.plugins: the installed plug-in theirs cannot be imported" in done.stderr
    else:
        assert {m["name"]: m["origin"] for m in json.loads(done.stdout)}["of_theirs"] == "theirs"
