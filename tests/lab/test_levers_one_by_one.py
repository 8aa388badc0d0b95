"""Every lever one at a time: arms and partners of the whole catalogue, and a study that was stopped."""

import csv
import json

import pytest

from sim.lab import api
from sim.lab.oneatatime import contrasts, far_bound, one_at_a_time
from sim.lab.outcome import Interrupted
from sim.scenario.scenario import plain_path
from sim.schedule import LEVERS
from tests.lab.test_oneatatime import BASE, SMALL, STUDY, values


@pytest.fixture(scope="module")
def plan():
    return one_at_a_time(BASE, world="china-178", until="2023-Q4")


def test_every_lever_has_an_arm_at_its_far_bound_and_a_partner_at_neutral(plan):
    assert [c.lever for c in contrasts(plan)] == list(LEVERS)
    for contrast in contrasts(plan):
        lever = LEVERS[contrast.lever]
        assert (
            sorted(values(plan, contrast.arm, lever.name)) == sorted(far_bound(lever))
            if isinstance(far_bound(lever), list)
            else values(plan, contrast.arm, lever.name) == far_bound(lever)
        )
        assert values(plan, contrast.partner, lever.name) == lever.neutral


def test_arm_and_partner_differ_in_the_lever_alone(plan):
    arms = {arm.name: arm.scenario for arm in plan.arms}
    for contrast in contrasts(plan):
        differing = [
            name
            for name, lever in LEVERS.items()
            if plain_path(arms[contrast.arm].national(lever))
            != plain_path(arms[contrast.partner].national(lever))
        ]
        assert differing == [contrast.lever]


def test_both_have_the_company_without_which_the_lever_does_nothing(plan):
    for contrast in contrasts(plan):
        for name, value in LEVERS[contrast.lever].requires.items():
            for arm in (contrast.arm, contrast.partner):
                assert (
                    set(values(plan, arm, name)) == set(value)
                    if isinstance(value, list)
                    else (values(plan, arm, name) == value)
                )


def test_levers_with_the_same_partner_share_it(plan):
    partners = {c.lever: c.partner for c in contrasts(plan)}
    assert partners["roadmap"] == partners["import_cut"] == "baseline"
    assert partners["guidance_public_share"] == partners["guidance_fund_life"] == "with_guidance_fund_size"
    assert partners["bail_out"] == "without_bail_out"  # its default is not neutral
    digests = [arm.scenario.digest for arm in plan.arms]
    assert len(set(digests)) == len(digests)
    assert partners["revenue_sharing"] == partners["staggering_equity"] == "staggering_quota"
    assert len(plan.arms) == len(LEVERS) + len(set(partners.values()) - set(LEVERS))


def test_arms_share_the_arrays_that_are_the_same(plan):
    base, *others = (arm.resolved.levers for arm in plan.arms)
    assert all(sum(arm[name] is not base[name] for name in base) <= 4 for arm in others)


@pytest.fixture(scope="module")
def finished(tmp_path_factory):
    """Return the folder of a study that was stopped after three of its eight runs and gone on with."""
    root = tmp_path_factory.mktemp("study")
    (root / "base.yaml").write_text("name: base\n")
    levers = "levers: [import_cut, revenue_sharing]\n"
    (root / "study.yaml").write_text(STUDY + SMALL + levers)

    def stop(progress):
        if progress.done == 3:
            raise KeyboardInterrupt

    with pytest.raises(Interrupted) as caught:
        api.study(root / "study.yaml", out=root / "results", jobs=1, on_progress=stop)
    assert caught.value.command.startswith(f"clusterlab study {root / 'study.yaml'}")
    outcome = api.resume(root / "results", jobs=1)
    assert (outcome.skipped, outcome.done, outcome.total) == (3, 8, 8)
    return root


def test_a_study_that_was_stopped_goes_on_to_the_same_table(finished):
    again = api.study(finished / "study.yaml", out=finished / "again", jobs=1)
    table = (finished / "results" / "sensitivity.csv").read_bytes()
    assert table == (finished / "again" / "sensitivity.csv").read_bytes()
    assert [(r["lever"], r["outcome"]) for r in again.rows] == [
        (lever, outcome) for lever in ("import_cut", "revenue_sharing") for outcome in ("output", "jobs")
    ]
    assert list(again.frame().columns) == list(again.rows[0])


def test_the_folder_is_that_of_any_study(finished):
    results = finished / "results"
    manifest = json.loads((results / "manifest.json").read_text(encoding="utf-8"))
    assert (manifest["kind"], manifest["state"], manifest["runs_done"]) == ("sensitivity", "done", 8)
    assert manifest["command"] == f"clusterlab study {finished / 'study.yaml'}"
    names = ["base", "import_cut", "with_staggering_quota", "revenue_sharing"]
    assert [s["name"] for s in manifest["scenarios"]] == names
    assert manifest["contrasts"][1]["partner"] == "with_staggering_quota"
    assert (results / "timeseries.parquet").exists()
    assert not (results / "comparison.csv").exists()
    with (results / "sensitivity.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = {(r["lever"], r["outcome"]): r for r in csv.DictReader(file)}
    cut = rows["import_cut", "output"]
    assert (cut["value"], cut["neutral"], cut["requires"], cut["runs"]) == ("1", "0", "", "2")
    assert float(cut["mean"]) < float(cut["partner"])
    assert rows["revenue_sharing", "jobs"]["requires"] == "staggering_quota 1"
