"""Study files at the command line."""


def test_studies_that_cannot_be_done_yet(command, scenario, tmp_path):
    a, b = scenario("a"), scenario("b")
    study = tmp_path / "study.yaml"
    study.write_text(f"kind: calibrate\nscenarios: [{a}, {b}]\n")
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
