"""A kind of study of one's own: scenarios in the order of one outcome."""

import csv

from markupsafe import Markup

from sim.lab.kinds import Kind
from sim.lab.plain import write_csv
from sim.lab.planning import build
from sim.metrics import METRICS
from sim.report.section import Section
from sim.scenario import nodes


def plan(study, wanted):
    names = nodes.texts(study.found["entrants"].value, study.report, "entrants") or []
    files = [file for text, place in names if (file := study.scenario(text, place))]
    design = {"by": study.names("by", "metric", METRICS)}
    return study.built(lambda: build("ranking", files, design=design, **wanted), known=bool(files))


def summarise(plan, root, metrics, catalogue):
    (by,) = plan.design["by"]
    rows = [
        {"scenario": arm, "mean": sum(run[by] for run in runs.values()) / len(runs), "runs": len(runs)}
        for arm, runs in metrics.items()
    ]
    rows.sort(key=lambda row: -row["mean"])
    write_csv(root / "ranking.csv", ("scenario", "mean", "runs"), rows)
    return rows


def told(plan):
    return [f"ranked by {plan.design['by'][0]}"]


def section(results):
    with (results.folder / "ranking.csv").open(encoding="utf-8-sig", newline="") as file:
        order = [row["scenario"] for row in csv.DictReader(file)]
    return Section(
        html=Markup("<section><h2>The ranking</h2><p>{}</p></section>").format(" > ".join(order)),
        question="Which scenario comes first?",
        answers=(f"{order[0]} comes first of {len(order)}.",),
        table=Markup("ranking in <code>ranking.csv</code>"),
        reading=Markup("<p>There are none.</p>"),
    )


RANKING = Kind(
    keys=("entrants", "by", "method"),
    runs=2,
    methods=("mean",),
    later=("median",),
    design=("by",),
    plan=plan,
    told=told,
    summarise=summarise,
    tables=("ranking.csv",),
    section="toy_kind:section",
)
