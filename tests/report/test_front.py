"""Page one: a verdict in one sentence, five numbers, caveats, and questions whose commands are true."""

import shlex
from collections import Counter

import pytest
import typer

from sim.cli.commands import app
from sim.report import caveats, contradictions, front, questions
from sim.report.quantities import SPACE
from sim.report.results import Difference, Metric, read

UNITS = {"duplicated_layouts": "zones", "gluts": "industries", "jobs": "jobs", "failed_plants": "plants"}


def row(name, difference, sure=True, base=1e6, better="lower", runs=30):
    unit = UNITS.get(name, "m yuan/year")
    width = 0.1 if sure else 3.0
    low, high = sorted((difference - width * abs(difference), difference + width * abs(difference)))
    metric = Metric(name, unit, better)
    p = 0.001 if sure else 0.8
    return Difference("plan", metric, base, base + difference, difference, low, high, p, None, runs)


def told(*rows):
    return front.verdict(rows, "top_level_design").replace(SPACE, " ")


def test_the_verdict_is_one_sentence_that_names_what_falls_and_what_rises():
    text = told(
        row("built_overcapacity", 2e5),
        row("failed_plants", -3e5),
        row("value_added_constant", -5e4, better="higher"),
        row("public_cost", 1e2),
    )
    assert text == (
        "With top level design, waste falls in failed plants of zones (−30 %) but rises in capacity beyond "
        "demand (+20 %); value added at constant prices falls by 50.0 bn yuan a year (−5.0 %); gross public "
        "cost hardly changes."
    )


def test_the_verdict_claims_nothing_that_runs_do_not_show():
    text = told(row("built_overcapacity", 2e5, sure=False), row("public_cost", 2e5, sure=False, runs=4))
    assert "no kind of waste clearly changes" in text
    assert "gross public cost does not clearly change" in text
    few = told(row("built_overcapacity", 2e5, runs=3))
    assert few.endswith("(3 runs are too few to be sure).")


def test_five_numbers_and_spares_for_those_that_are_missing():
    assert front._chosen([*front.FIVE, "output"]) == list(front.FIVE)
    assert front._chosen(["jobs", "output", "cluster_count"]) == ["jobs", "cluster_count", "output"]


def parse(command):
    """Parse a command as the command line does, without carrying it out."""
    program, *words = shlex.split(command)
    assert program == "clusterlab"
    group = typer.main.get_command(app)
    context = typer.Context(group)
    name, chosen, rest = group.resolve_command(context, words)
    return chosen.make_context(name, rest, parent=context).params


@pytest.mark.parametrize("settings", [{}, {"runs": 40}, {"scenarios": {"baseline": 0.0}, "runs": 1}])
def test_three_questions_each_with_a_command_that_the_command_line_takes(results_folder, settings):
    found = questions.questions(read(results_folder(**settings)))
    assert len(found) == questions.MOST
    assert len({question.text for question in found}) == questions.MOST
    for question in found:
        assert question.text.endswith("?")
        assert parse(question.command)


def test_a_wrong_command_would_be_noticed():
    with pytest.raises(Exception, match="equal-money"):
        parse("clusterlab compare baseline top_level_design --equal-money")


def test_the_command_on_a_lever_takes_it_back_to_the_base(results_folder):
    results = read(results_folder())
    results.levers["pilot_zones"] = {}
    for about in results.manifest["scenarios"]:
        for item in about["policy_difference"]:
            item["base"] = "0"
    every = [q.command for q in questions._asked(results)]
    assert any(parse(command).get("sets") == ["staggering_quota=0"] for command in every)


def test_there_are_three_caveats_and_the_first_is_about_the_world(results_folder):
    found = caveats.caveats(read(results_folder()))
    assert len(found) == 3
    assert "worlds tried so far" in found[0]
    signs = Counter(
        row["sign"]
        for row in caveats._worlds()
        if (row["scenario"], row["outcome"]) == ("top_level_design", "built_overcapacity")
    )
    assert signs.total() > 5
    assert f"a sure rise in {signs['+']}, a sure fall in {signs['-']}" in found[0]
    assert "8 runs" in found[1]
    assert "rest on assumptions" not in found[2] or "Of 2 levers" in found[2]


def test_without_worlds_it_says_so(results_folder, monkeypatch):
    monkeypatch.setattr(caveats, "_worlds", list)
    assert "has not been measured" in caveats.caveats(read(results_folder()))[0]


@pytest.mark.parametrize("world", ["three-zones", "china-2012", "synthetic:Z=4,K=20"])
def test_what_was_measured_of_china_is_not_told_of_another_world(results_folder, world):
    results = read(results_folder())
    results.manifest["world"] = world
    assert "has not been measured" in caveats.caveats(results)[0]


def test_a_draft_is_called_one(results_folder):
    results = read(results_folder())
    assert "draft" not in caveats.caveats(results)[1]
    results.manifest["scale"] = 0.005
    assert "draft at scale 0.005" in caveats.caveats(results)[1]


def test_what_seems_to_contradict_itself_is_explained():
    rows = [row("structure_similarity", -2e5), row("priority_jaccard", 2e5)]
    (found,) = contradictions.contradictions(rows)
    assert found.better == "Similarity of industrial structures"
    assert found.worse == "Overlap of priority lists"
    assert "Similarity compares what provinces make" in found.why
    assert contradictions.contradictions([rows[0], row("priority_jaccard", -2e5)]) == []
    assert contradictions.contradictions([rows[0], row("priority_jaccard", 2e5, sure=False)]) == []
