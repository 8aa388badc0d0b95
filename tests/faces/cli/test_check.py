"""Check and explain: what a file would do, what it would take, what in it changes nothing."""

import json

from .commands import QUICK


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
