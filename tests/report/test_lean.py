"""Studies that keep metrics alone have a report, too."""

import json

import pytest

import sim

COMMON = (
    "world: synthetic:Z=2\nscale: 0.002\nuntil: 2023-Q2\nruns: 2\nkeep: metrics\noutcomes: [output, gluts]\n"
)
STUDIES = {
    "sweep": "base: baseline\nfactors:\n  order_first: [0.1, 0.4]\ndesign: grid\n",
    "sensitivity": (
        "method: morris\nsamples: 4\nbase: baseline\nfactors: {talent_card: {}, order_first: {}}\n"
    ),
    "robust": "scenarios: [baseline, talent_city]\nworlds: {as_it_is: {}, other: {order_first: 0.4}}\n",
    "optimise": (
        "base: baseline\nfactors: {talent_card: {}}\nmaximise: output\ntrials: 3\nbudget: 1000000000\n"
    ),
}


@pytest.mark.parametrize("kind", STUDIES)
def test_a_study_of_metrics_alone_is_reported(kind, tmp_path):
    study = tmp_path / "study.yaml"
    study.write_text(f"kind: {kind}\nname: lean\n{COMMON}{STUDIES[kind]}")
    sim.study(study, out=tmp_path / "out", jobs=1)
    assert json.loads((tmp_path / "out/manifest.json").read_text())["keep"] == "metrics"
    assert not (tmp_path / "out/timeseries.parquet").exists()
    assert "2023" in (tmp_path / "out/report.html").read_text()
