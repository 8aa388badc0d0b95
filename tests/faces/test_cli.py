"""The command line: exit codes, what goes to stdout and stderr, and no traceback for a user's mistake."""

import json
import os
import signal
import subprocess
import sys
import time

import pytest

import sim.cli
from sim.cli.progress import PlainLines
from sim.lab.progress import Progress

QUICK = ("--world", "synthetic:Z=6,K=20", "--scale", "0.002", "--until", "2024-Q1")


@pytest.fixture
def scenario(tmp_path):
    """Write a scenario file and return its path."""

    def write(name="plain", text="", file=None):
        path = tmp_path / (file or f"{name}.yaml")
        path.write_text(f"name: {name}\n{text}")
        return str(path)

    return write


@pytest.fixture
def command(capsys, monkeypatch, tmp_path):
    """Run a command in this process and return its exit code, stdout and stderr lines."""
    monkeypatch.chdir(tmp_path)

    def run(*arguments):
        code = sim.cli.run([str(a) for a in arguments])
        out, err = capsys.readouterr()
        return code, out, err.splitlines()

    return run


def process(*arguments, cwd=None, **env):
    return subprocess.run(
        [sys.executable, "-m", "sim", *map(str, arguments)],
        capture_output=True,
        text=True,
        check=False,
        timeout=300,
        cwd=cwd,
        env=os.environ | {"PYTHONPATH": os.pathsep.join(sys.path)} | env,
    )


# Looking things up


def test_help_is_quick_and_names_the_commands():
    code = (
        "import sys, sim.cli; sim.cli.run(['--help']); print({'numba', 'pandas', 'numpy'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("set()")
    names = "demo run compare study resume status report app check explain levers metrics odd schema warmup"
    assert set(names.split()) <= set(done.stdout.split())


def test_levers_have_the_promised_fields(command):
    code, out, _ = command("levers", "--json")
    levers = {lever["name"]: lever for lever in json.loads(out)}
    assert code == 0
    promised = "name unit low high default neutral group source evidence source_rows requires doc"
    groups = "coordination technology demand enterprises talent capital environment world"
    for lever in levers.values():
        assert list(lever)[: len(promised.split())] == promised.split()
        assert None not in lever.values()
        assert lever["group"] in groups.split()
        assert lever["evidence"] in {"measured", "literature", "assumption"}
        assert lever["source_rows"]
        assert lever["doc"].endswith(".")
        assert lever["source"]
        assert set(lever["requires"]) <= set(levers) - {lever["name"]}
        for value in (lever["default"], lever["neutral"]):
            number = isinstance(value, int | float)
            assert (
                lever["low"] <= value <= lever["high"] if number else value in (lever["low"], lever["high"])
            )
        assert lever["low"] != lever["high"]
    assert sum(lever["group"] != "world" for lever in levers.values()) >= 35


def test_bounds_and_company_of_every_lever_are_accepted_where_they_belong(command, scenario):
    levers = json.loads(command("levers", "--json")[1])
    for end in ("low", "high"):
        sections = {"policy": {}, "assumptions": {}}
        for lever in levers:
            sections["assumptions" if lever["group"] == "world" else "policy"][lever["name"]] = lever[end]
        path = scenario(
            end,
            f"policy: {json.dumps(sections['policy'])}\nassumptions: {json.dumps(sections['assumptions'])}\n",
        )
        assert command("check", path)[0] == 0
    for lever in (lever for lever in levers if lever["requires"]):
        path = scenario(lever["name"], f"policy: {json.dumps(lever['requires'])}\n")
        assert command("check", path)[0] == 0


def test_metrics_have_the_promised_fields(command):
    code, out, _ = command("metrics", "--json")
    metrics = json.loads(out)
    assert code == 0
    promised = "name unit better account source_rows doc"
    for metric in metrics:
        assert list(metric)[: len(promised.split())] == promised.split()
        assert metric["better"] in {"higher", "lower", ""}
        assert isinstance(metric["account"], bool)
        assert metric["source_rows"]
        assert metric["doc"].endswith(".")
    better = {metric["name"]: metric["better"] for metric in metrics}
    assert better["duplicated_layouts"] == "lower"
    assert {"cluster_count", "largest_cluster_output"} <= set(better)
    account = {metric["name"] for metric in metrics if metric["account"]}
    assert {"public_cost", "public_net_cost", "tax_revenue"} <= account
    assert not {"duplicated_layouts", "output", "jobs"} & account


def test_rows_say_what_serves_them(command):
    code, out, _ = command("rows", "--json")
    rows = {row["row"]: row for row in json.loads(out)}
    assert code == 0
    assert len(rows) == 56
    kinds = ["levers", "metrics", "scenarios", "studies"]
    assert list(rows["K2"]) == ["row", "group", "named", "documents", "needs", *kinds]
    assert "cases/zhaoqing_lowalt" in rows["K2"]["scenarios"]
    assert rows["K2"]["studies"] == ["cases"]
    assert rows["T7"]["levers"] == ["ip_protection"]
    told = command("rows")[1]
    assert all(f"\n{row} " in told for row in rows)


def test_catalogues_are_readable(command):
    assert "talent_card" in command("levers")[1]
    assert "duplicated_layouts" in command("metrics")[1]
    assert json.loads(command("schema")[1])["type"]


def test_check_tells_good_from_bad(command, scenario):
    good, bad = scenario("good"), scenario("bad", "policy: {talent_crad: 1}\n")
    assert command("check", good)[0] == 0
    code, out, err = command("check", good, bad)
    assert code == 2
    assert out.startswith(f"{good}: ok")
    assert err[0].startswith(f"{bad}:2:10: ")
    assert "did you mean 'talent_card'?" in err[0]


def test_explain_points_at_the_file(command, scenario):
    path = scenario(text="policy: {talent_card: 0.25}\n")
    code, out, _ = command("explain", path, "talent_card")
    assert code == 0
    assert f"{path}:2" in out
    assert command("explain", path, "talent_crad")[0] == 2


def test_bare_command_shows_help(command):
    code, out, err = command()
    assert code == 0
    assert "compare" in out
    assert err == []


# Mistakes


@pytest.mark.parametrize(
    ("options", "said"),
    [
        (("--jobs", "0"), "--jobs: "),
        (("--scale", "3"), "--scale: "),
        (("--scale", "nan"), "--scale: "),
        (("--until", "2019"), "--until: "),
        (("--until", "2022-Q4"), "--until: "),
        (("--world", "chna-31"), "did you mean 'china-31'?"),
        (("--set", "talent_crad=1"), "--set talent_crad=1: "),
        (("--set", "talent_card=[1"), "--set talent_card=[1"),
        (("--seed", "-1"), "--seed: "),
        (("--panel", "firm"), "did you mean 'firms'?"),
        (("--panel", "firms", "--json"), "add --out DIR"),
        (("--scale", "abc"), "--scale"),
        (("--rnus", "3"), "clusterlab run: "),
    ],
)
def test_bad_options_of_run(command, scenario, options, said):
    code, out, err = command("run", scenario(), *options)
    assert code == 2
    assert out == ""
    assert len(err) == 1
    assert said in err[0]


def test_all_problems_come_at_once(command, scenario):
    bad = scenario("bad", "policy: {talent_crad: 1}\n")
    code, _, err = command("compare", bad, "nowhere.yaml", "--scale", "9", "--runs", "0", "--jobs", "0")
    assert code == 2
    assert [line.split(":")[0] for line in err] == ["--scale", "--runs", "--jobs", bad, "nowhere.yaml"]


@pytest.mark.parametrize("kind", ["file", "foreign", "below-a-file"])
def test_folders_that_cannot_be_written(command, scenario, tmp_path, kind):
    out = tmp_path / "place"
    if kind == "foreign":
        out.mkdir()
        (out / "letter.txt").touch()
    else:
        out.touch()
    code, _, err = command("run", scenario(), *QUICK, "--out", out / "x" if kind == "below-a-file" else out)
    assert code == 2
    assert err[0].startswith("--out ")


def test_one_name_for_two_scenarios_is_refused(command, scenario):
    code, _, err = command("compare", scenario("same"), scenario("same", file="other.yaml"))
    assert code == 2
    assert "already taken" in err[0]


def test_errors_are_never_wrapped(scenario, tmp_path):
    bad = scenario("bad", "policy: {talent_crad: 1, information_sharing: 7}\n")
    done = process("run", bad, "--scale", "9", COLUMNS="40", LINES="10", cwd=tmp_path)
    assert done.returncode == 2
    assert done.stdout == ""
    lines = done.stderr.splitlines()
    assert len(lines) == 3
    assert lines[0].startswith("--scale: ")
    assert all(line.startswith(f"{bad}:2:") for line in lines[1:])


@pytest.mark.parametrize(
    "words", [("nothing",), ("compare",), ("run",), ("status", "."), ("report", "."), ("resume", ".")]
)
def test_wrong_use_is_told_in_one_line(command, words):
    code, _, err = command(*words)
    assert code == 2
    assert len(err) <= 1
    assert not any("Traceback" in line for line in err)


def test_studies_that_cannot_be_done_yet(command, scenario, tmp_path):
    a, b = scenario("a"), scenario("b")
    study = tmp_path / "study.yaml"
    study.write_text(f"kind: sweep\nscenarios: [{a}, {b}]\n")
    code, _, err = command("study", study)
    assert code == 2
    assert err[0].startswith(f"{study}:1:7: not yet")
    study.write_text(f"kind: compare\nscenarios: [{a}, c.yaml]\nruns: 0\nscal: 1\noutcomes: [outptu]\n")
    code, _, err = command("study", study)
    assert code == 2
    assert [line.removeprefix(f"{study}:").split(":")[0] for line in err] == ["2", "3", "4", "5"]
    study.write_text(f"kind: compare\nscenarios: [{a}, {b}]\nruns: 0\nscale: 9\n")
    code, _, err = command("study", study)
    assert [line.removeprefix(f"{study}:").split(":")[0] for line in err] == ["3", "4"]


def test_dry_run_computes_nothing(command, scenario, tmp_path):
    scenario("a"), scenario("b")
    study = tmp_path / "study.yaml"
    study.write_text("kind: compare\nscenarios: [a.yaml, b.yaml]\nruns: 3\nworld: china-31\n")
    code, out, _ = command("study", study, "--dry-run")
    assert code == 0
    assert "2 scenarios x 3 runs on china-31" in out
    assert sorted(p.name for p in tmp_path.iterdir()) == ["a.yaml", "b.yaml", "study.yaml"]


def test_dry_run_of_a_sensitivity_study_says_what_is_compared_with_what(command, scenario, tmp_path):
    scenario("a")
    study = tmp_path / "study.yaml"
    text = "kind: sensitivity\nmethod: one_at_a_time\nbase: a.yaml\noutcomes: [output]\n"
    study.write_text(text + "levers: [revenue_sharing, roadmap]\nworld: china-31\n")
    code, out, _ = command("study", study, "--dry-run")
    assert code == 0
    assert "4 scenarios x 6 runs" in out
    company = "in the company of staggering_quota 1. Compared with with_staggering_quota."
    assert f"revenue_sharing at 0.4 instead of 0 {company}" in out
    assert "roadmap at 1 instead of 0. Compared with a." in out


def test_a_sensitivity_study_ends_with_its_answer_and_report(command, scenario, tmp_path):
    scenario("a")
    study = tmp_path / "study.yaml"
    text = "kind: sensitivity\nmethod: one_at_a_time\nbase: a.yaml\noutcomes: [output, jobs]\n"
    study.write_text(text + "levers: [downturn]\nruns: 2\nscale: 0.002\nworld: china-31\nuntil: 2023-Q2\n")
    code, out, _ = command("study", study, "--out", "results", "--jobs", "1")
    assert code == 0
    answer, page = out.splitlines()
    assert answer.startswith("1 lever and 2 outcomes: ")
    assert page == str(tmp_path / "results" / "report.html")
    assert "downturn" in (tmp_path / "results" / "report.html").read_text(encoding="utf-8")


# Running


def test_run_json_prints_json_and_writes_nothing(command, scenario, tmp_path):
    code, out, _ = command("run", scenario(), *QUICK, "--json", "--seed", "3", "--check")
    found = json.loads(out, parse_constant=lambda word: pytest.fail(f"{word} in the output"))
    assert code == 0
    assert set(found) == {"scenario", "seed", "world", "scale", "metrics"}
    assert (found["scenario"], found["seed"], found["scale"]) == ("plain", 3, 0.002)
    assert set(found["metrics"]) >= {"output", "duplicated_layouts", "public_cost"}
    assert [p.name for p in tmp_path.iterdir()] == ["plain.yaml"]


def test_run_writes_a_folder_that_says_the_same(command, scenario, tmp_path):
    path, out = scenario(), tmp_path / "out"
    code, text, _ = command("run", path, *QUICK, "--out", out, "--panel", "firms,layout")
    assert code == 0
    assert "duplicated_layouts" in text
    assert text.rstrip().splitlines()[-1] == str(out / "report.html")
    files = {p.name for p in out.iterdir()}
    assert files >= {
        "manifest.json",
        "timeseries.parquet",
        "cells.parquet",
        "zones.parquet",
        "industries.parquet",
        "report.html",
        "scenarios",
        "panel",
    }
    assert {p.stem for p in (out / "panel").iterdir()} == {"firms", "layout"}
    again = json.loads(command("run", path, *QUICK, "--out", out, "--json")[1])
    alone = json.loads(command("run", path, *QUICK, "--json")[1])
    assert again == alone
    counts = json.loads(command("status", out, "--json")[1])
    assert counts == {"total": 1, "done": 1, "failed": 0, "running": 0, "damaged": 0}


def test_run_without_out_makes_a_dated_folder(command, scenario, tmp_path):
    code, _, err = command("run", scenario(), *QUICK, "--profile")
    assert code == 0
    assert len(list((tmp_path / "results").glob("*-run-plain"))) == 1
    assert any("trade" in line for line in err)


def test_python_gives_the_same_numbers(command, scenario):
    import sim

    path = scenario()
    options = {"world": QUICK[1], "scale": 0.002, "until": QUICK[5]}
    result = sim.run(path, seed=2, **options)
    found = json.loads(command("run", path, *QUICK, "--seed", "2", "--json")[1])
    assert {k: v for k, v in result.metrics.items() if v is not None} == pytest.approx(
        {k: v for k, v in found["metrics"].items() if v is not None}, rel=1e-15
    )
    assert sim.load(path).name == "plain"


@pytest.fixture
def two(scenario):
    return scenario("loose"), scenario("tight", "policy: {information_sharing: 1, staggering_quota: 1}\n")


@pytest.mark.slow
def test_compare_end_to_end_and_again(command, two, tmp_path):
    words = ("compare", *two, *QUICK, "--runs", "2", "--jobs", "1", "--out", tmp_path / "out")
    code, text, err = command(*words)
    assert code == 0, err
    report = tmp_path / "out" / "report.html"
    assert text.rstrip().splitlines()[-1] == str(report)
    assert report.stat().st_size > 1000
    manifest = json.loads((tmp_path / "out/manifest.json").read_text())
    assert manifest["question"] == "Tight against loose"
    assert manifest["scenarios"][1]["policy_difference"][0]["key"] == "information_sharing"
    assert (manifest["runs_done"], manifest["state"]) == (4, "done")
    before = {p: p.stat().st_mtime_ns for p in (tmp_path / "out/runs").rglob("run.json")}
    code, text, err = command(*words)
    assert code == 0
    assert "4 of 4 runs finished, 0 of them now (4 were there already)" in err
    assert before == {p: p.stat().st_mtime_ns for p in (tmp_path / "out/runs").rglob("run.json")}
    assert command("resume", tmp_path / "out")[0] == 0
    code, _, err = command(*words, "--scale", "0.003")
    assert code == 2
    assert "scale 0.002 there, 0.003 asked for" in err[0]


@pytest.mark.slow
def test_workers_change_nothing(command, two, tmp_path):
    for jobs in (1, 2):
        words = ("compare", *two, *QUICK, "--runs", "2", "--jobs", jobs, "--out", tmp_path / f"jobs{jobs}")
        assert command(*words)[0] == 0
    for table in (
        "comparison.csv",
        *(f"{t}.parquet" for t in ("timeseries", "cells", "zones", "industries")),
    ):
        assert (tmp_path / "jobs1" / table).read_bytes() == (tmp_path / "jobs2" / table).read_bytes()


def test_failed_runs_give_3(command, two, tmp_path, monkeypatch):
    from sim import engine

    def fails(resolved, *, seed, **options):
        raise ArithmeticError("the accounts do not close")

    monkeypatch.setattr(engine, "simulate", fails)
    code, _, err = command("compare", *two, *QUICK, "--runs", "1", "--jobs", "1", "--out", tmp_path / "out")
    assert code == 3
    assert "failed: loose, seed 1: ArithmeticError: the accounts do not close" in err
    code, out, err = command("run", two[0], *QUICK, "--json")
    assert (code, out) == (3, "")
    assert err == ["failed: ArithmeticError: the accounts do not close"]


@pytest.mark.slow
@pytest.mark.parametrize("number", [signal.SIGINT, signal.SIGTERM])
def test_interrupted_comparison_goes_on(two, tmp_path, number):
    out = tmp_path / "out"
    words = ["compare", *two, *QUICK[:4], "--runs", "40", "--jobs", "2", "--out", str(out)]
    at_work = subprocess.Popen(
        [sys.executable, "-m", "sim", *words],
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
        # a shell's background jobs ignore SIGINT, and so would their children
        preexec_fn=lambda: signal.signal(signal.SIGINT, signal.SIG_DFL),  # noqa: PLW1509
    )
    patience = time.monotonic() + 500
    while len(list(out.glob("runs/*/seed-*/run.json"))) < 3 and time.monotonic() < patience:
        time.sleep(0.05)
    at_work.send_signal(number)
    _, err = at_work.communicate(timeout=300)
    assert at_work.returncode == 130, err
    assert "Traceback" not in err
    assert f"--out {out}" in err.splitlines()[-1]
    before = {p: p.stat().st_mtime_ns for p in out.glob("runs/*/seed-*/run.json")}
    assert len(before) >= 3
    done = json.loads(process("status", out, "--json").stdout)
    assert done == {"total": 80, "done": len(before), "failed": 0, "running": 0, "damaged": 0}


def test_plain_progress_is_a_few_lines(capsys):
    watch = PlainLines()
    for step in range(1001):
        watch(Progress(10, step // 100, 0, step / 1000, step / 10, (1000 - step) / 10))
    lines = capsys.readouterr().err.splitlines()
    assert 5 <= len(lines) <= 12
    assert lines[-1] == "10 of 10 runs, 100 %, 1 min 40 s gone"


def test_a_planner_finds_any_zone_in_a_folder(command, scenario, tmp_path):
    base, other = scenario("base"), scenario("other", "zones: {Zone 1: {priorities: [AI], talent_card: 1}}\n")
    quick = (*QUICK[:-1], "2024-Q4", "--runs", 2, "--jobs", 1, "--out", tmp_path / "out")
    assert command("compare", base, other, *quick)[0] == 0
    code, out, _ = command("place", tmp_path / "out", "zone 1", "--industries", "AI,PV", "--json")
    rows = json.loads(out)
    assert code == 0
    assert {(row["place"], row["scenario"], row["base"]) for row in rows} == {("Zone 1", "other", "base")}
    assert {"its industries", "the same elsewhere"} <= {row["of"] for row in rows}
    assert "Zone 1, other against base" in command("place", tmp_path / "out", "Zone 1")[1]
    page = (tmp_path / "out" / "report.html").read_text(encoding="utf-8")
    assert "The places it names" in page
    code, out, err = command("place", tmp_path / "out", "Zone 11")
    assert (code, out) == (2, "")
    assert "no such zone or province" in err[0]
    assert command("place", tmp_path, "Zone 1")[0] == 2


def test_check_says_what_a_study_and_a_scenario_would_take(command, scenario, tmp_path):
    scenario("a"), scenario("b")
    study = tmp_path / "study.yaml"
    study.write_text("kind: compare\nscenarios: [a.yaml, b.yaml]\nruns: 3\nworld: china-31\n")
    code, out, err = command("check", "study.yaml", "a.yaml", "--jobs", "1")
    assert (code, err) == (0, [])
    lines = out.splitlines()
    assert lines[0] == "study.yaml: ok, study 'study' of 2 scenarios x 3 runs on china-31"
    assert lines[1].startswith("  6 runs: about ")
    assert " with 1 worker, " in lines[1]
    assert lines[2].startswith("  from runs measured on 20")
    assert lines[3] == "a.yaml: ok, scenario 'a' on china-178 until 2042-Q4"
    assert lines[4].startswith("  1 run: about ")
    assert lines[1] in command("study", "study.yaml", "--dry-run", "--jobs", "1")[1].splitlines()


def test_check_and_dry_run_as_json(command, scenario, tmp_path):
    scenario("a"), scenario("b", "policy: {talent_crad: 1}")
    study = tmp_path / "study.yaml"
    study.write_text("kind: compare\nscenarios: [baseline, a.yaml]\nruns: 3\nworld: china-31\n")
    code, out, err = command("check", "study.yaml", "b.yaml", "--jobs", "1", "--json")
    good, bad = json.loads(out)
    assert code == 2
    assert (bad["file"], bad["problems"][0]["line"], bad["problems"][0]["nearest"]) == (
        "b.yaml",
        2,
        "talent_card",
    )
    assert len(err) == 1
    assert good["problems"] == []
    assert good["scenarios"] == ["baseline", "a"]
    assert good["estimate"].keys() == {"runs", "workers", "seconds", "memory", "disk", "basis"}
    assert good["estimate"]["runs"] == 6
    dry = json.loads(command("study", "study.yaml", "--dry-run", "--json", "--jobs", "1")[1])
    assert {"file": "study.yaml", "problems": [], "warnings": [], **dry} == good
    assert command("study", "study.yaml", "--json")[2] == [
        "--json: only a dry run is told as JSON; add --dry-run"
    ]


def test_zones_are_found_by_any_name(command):
    for word in ("hefei", "合肥", "合肥市高新区", "340100"):
        code, out, _ = command("zones", word, "--json")
        (zone,) = json.loads(out)
        assert (code, zone["zone"], zone["zone_zh"], zone["province_zh"]) == (0, "Hefei", "合肥", "安徽")
    assert len(json.loads(command("zones", "安徽", "--json")[1])) == 8
    assert len(json.loads(command("zones", "--json")[1])) == 178
    code, out, err = command("zones", "合费")
    assert (code, out) == (2, "")
    assert err == [
        "合费: no zone or province is called this; did you mean '合肥'?; 'clusterlab zones' lists them all"
    ]


def test_lines_that_change_nothing_are_told_once_and_harm_nothing(command, scenario):
    base = scenario("base", "policy: {talent_card: 0.4}\n")
    idle = scenario("idle", f"extends: {base}\npolicy: {{talent_card: 0.4}}\n")
    told = f"warning: {idle}:3:23: talent_card 0.4 changes nothing: it is that anyway"
    for words in (("check", idle), ("explain", idle, "talent_card"), ("run", idle, *QUICK, "--json")):
        code, _, err = command(*words)
        assert (code, err.count(told)) == (0, 1)
    option = ("--set", "talent_card=0.4")
    code, _, err = command("check", base, idle)
    assert (code, err) == (0, [told])
    code, _, err = command("run", base, *QUICK, *option, "--json")
    assert (
        err.count("warning: --set talent_card=0.4: talent_card 0.4 changes nothing: it is that anyway") == 1
    )


def test_an_own_file_of_a_shipped_name_is_told(command, tmp_path):
    (tmp_path / "scenarios").mkdir()
    (tmp_path / "scenarios" / "baseline.yaml").write_text("name: baseline\npolicy: {talent_card: 1}\n")
    code, out, err = command("explain", "baseline", "talent_card")
    assert code == 0
    assert "scenarios/baseline.yaml:2" not in out
    assert err == [
        "warning: baseline: this is the scenario that comes with the program; "
        "there is also ./scenarios/baseline.yaml, your own: write ./scenarios/baseline.yaml for it"
    ]
    code, out, err = command("explain", "./scenarios/baseline.yaml", "talent_card")
    assert (code, err) == (0, [])
    assert "from 2023-Q1  1  (scenarios/baseline.yaml:2:23)" in out
