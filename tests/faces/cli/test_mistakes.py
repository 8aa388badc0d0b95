"""No traceback for a user's mistake: every problem at once, one line each, exit code 2."""

import pytest

from .commands import QUICK, process


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
