"""How sure a comparison has to be: what may be asked for, and what stopping early does to intervals."""

import io
import re

import numpy as np
import pytest
from scipy.special import stdtrit

from sim.cli import sofar
from sim.cli.progress import PlainLines, shown
from sim.core.errors import InputError
from sim.lab.options import problems
from sim.lab.planning import build
from sim.lab.precision import FEWEST, Goal, asked_for, goals, half_width
from sim.lab.progress import Progress
from sim.lab.stream import Answer
from sim.lab.studyfile import read_study

PAIR = ["baseline", "top_level_design"]


@pytest.mark.parametrize(
    ("width", "told"),
    [
        ("10%", (0.1, True)),
        (" 2.5 %", (0.025, True)),
        ("5000", (5000.0, False)),
        (3, (3.0, False)),
        (np.float64(2), (2.0, False)),
    ],
)
def test_a_half_width_is_a_number_or_a_percentage(width, told):
    assert half_width(width) == pytest.approx(told)


@pytest.mark.parametrize("width", ["", "%", "ten", "10 jobs", True, None, [1]])
def test_anything_else_is_refused(width):
    with pytest.raises(ValueError, match=f"^{re.escape(repr(width))} is no half-width$"):
        half_width(width)


@pytest.mark.parametrize("width", ["0", 0, -1, "-5%", "nan", float("inf")])
def test_a_half_width_is_above_nought(width):
    with pytest.raises(ValueError, match=f"^the half-width {width!r} is not above 0$"):
        half_width(width)


def test_a_goal_is_written_as_it_is_read():
    for goal in goals({"jobs": "10%", "output": 5e4}):
        assert goals({goal.outcome: goal.width}) == (goal,)
    assert str(Goal("jobs", 0.1, relative=True)) == "jobs=10%"
    assert Goal("jobs", 0.1, relative=True).words("jobs") == "jobs within 10% of the difference"
    assert Goal("jobs", 5e4).words("jobs") == "jobs within 50000 jobs"
    assert Goal("hhi", 0.5).words("") == "hhi within 0.5"


def test_the_command_lines_words_are_taken_apart_at_the_first_sign():
    assert asked_for(["jobs = 10%", "output=5=6"]) == {"jobs": " 10%", "output": "5=6"}
    assert asked_for(None) == {}


def row(low, high, difference=-10.0, runs=FEWEST):
    return {"ci_low": low, "ci_high": high, "difference": difference, "runs": runs}


def test_a_goal_is_reached_by_half_of_the_interval_and_pairs_enough():
    assert Goal("jobs", 2.0).reached(row(-12, -8))
    assert not Goal("jobs", 1.99).reached(row(-12, -8))
    assert not Goal("jobs", 2.0).reached(row(-12, -8, runs=FEWEST - 1))
    assert Goal("jobs", 0.2, relative=True).reached(row(-12, -8))
    assert not Goal("jobs", 0.2, relative=True).reached(row(-12, -8, difference=9.0))
    assert not Goal("jobs", 2.0).reached(row(None, None, difference=None, runs=0))
    assert Goal("jobs", 0.2, relative=True).reached(row(0.0, 0.0, difference=0.0))


def test_options_tell_every_mistake():
    told = [str(p) for p in problems(precision={"dupl_layouts": "1", "jobs": "ten"})]
    assert told == [
        "--precision: there is no metric 'dupl_layouts'; did you mean 'duplicated_layouts'?",
        "--precision: jobs: 'ten' is no half-width; allowed: a number above 0 in the outcome's unit, or a "
        "percentage of the difference such as 10%",
    ]
    assert [str(p) for p in problems(precision="10%")] == [
        "--precision: '10%' is no mapping of outcomes to half-widths; allowed: such as duplicated_layouts=10%"
    ]
    assert [str(p) for p in problems(precision={7: 1})] == ["--precision: there is no metric 7"]


def test_a_plan_keeps_it_in_its_command_and_says_where_it_has_no_effect():
    plan = build("compare", PAIR, runs=FEWEST, precision={"jobs": "10%"})
    assert "--precision jobs=10%" in plan.command()
    assert [str(w) for w in plan.warnings] == [
        "--precision: no effect with 8 runs: how sure an outcome is, is judged from 8 pairs on"
    ]
    assert build("compare", PAIR, runs=FEWEST + 1, precision={"jobs": "10%"}).warnings == ()


def study(tmp_path, text):
    file = tmp_path / "q.yaml"
    file.write_text("kind: compare\nscenarios: [baseline, top_level_design]\n" + text)
    return file


def test_a_study_file_has_the_same_key(tmp_path):
    plan = read_study(study(tmp_path, "precision: {duplicated_layouts: 10%, jobs: 5e4}\n"))
    assert plan.precision == goals({"duplicated_layouts": "10%", "jobs": 5e4})
    few = read_study(file := study(tmp_path, "runs: 4\nprecision: {jobs: 10%}\n"))
    assert [str(w) for w in few.warnings] == [
        f"{file}:4:12: no effect with 4 runs: how sure an outcome is, is judged from 8 pairs on"
    ]


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("precision: {jbs: 10%}\n", ":3:13: precision has no key 'jbs'; allowed: one of "),
        ("precision: {jobs: much}\n", ":3:19: jobs: 'much' is no half-width; allowed: a number above 0"),
        ("precision: {jobs: [1]}\n", ":3:19: jobs: 'a list' is no half-width"),
        ("precision: 10%\n", ":3:12: precision is the text '10%', not a mapping of 'key: value' lines"),
        ("precision: {jobs: 1, jobs: 2}\n", ":3:22: 'jobs' is set twice at this level"),
    ],
)
def test_mistakes_in_a_study_file_are_told_at_their_place(tmp_path, text, told):
    with pytest.raises(InputError) as caught:
        read_study(study(tmp_path, text))
    assert len(caught.value.problems) == 1
    assert told in str(caught.value.problems[0])


def test_studies_of_other_kinds_have_no_such_key(tmp_path):
    file = tmp_path / "s.yaml"
    file.write_text(
        "kind: sensitivity\nmethod: one_at_a_time\nbase: baseline\noutcomes: [jobs]\nprecision: {jobs: 1}\n"
    )
    with pytest.raises(InputError, match="'precision' belongs to studies of kind 'compare'"):
        read_study(file)


def coverage(fewest, width, planned=30, studies=20_000):
    """Return how often intervals hold the true mean of normal differences when one stops at a half-width."""
    d = np.random.default_rng(1).normal(size=(studies, planned))
    n = np.arange(1, planned + 1)
    mean = d.cumsum(axis=1) / n
    variance = (np.square(d).cumsum(axis=1) - n * mean**2) / np.maximum(n - 1, 1)
    half = stdtrit(np.maximum(n - 1, 1), 0.975) * np.sqrt(variance / n)
    enough = (half <= width) & (n >= fewest)
    enough[:, -1] = True
    at = (np.arange(studies), enough.argmax(axis=1))
    return float((np.abs(mean[at]) <= half[at]).mean())


@pytest.mark.parametrize("width", [0.8, 0.6, 0.5, 0.4])
def test_stopping_early_costs_some_coverage_and_eight_pairs_keep_it_small(width):
    """The documentation says so: nominally 95 %."""
    assert 0.925 < coverage(FEWEST, width) < 0.95
    assert coverage(2, width) < 0.895


ROW = {"scenario": "top_level_design", "metric": "duplicated_layouts", "unit": "zones", "runs": 3}
NUMBERS = {"baseline": 100.0, "value": 6.0, "difference": -94.0, "ci_low": -101.0, "ci_high": -88.0}


def test_the_answer_so_far_in_words():
    single = ROW | NUMBERS | {"metric": "public_cost", "unit": "m yuan", "ci_low": None, "ci_high": None}
    undefined = ROW | dict.fromkeys(NUMBERS) | {"runs": 0}
    answer = Answer(3, 30, (ROW | NUMBERS, single, undefined))
    assert [line.replace("\N{NO-BREAK SPACE}", " ") for line in sofar.lines(answer)] == [
        "after 3 of 30 pairs, top_level_design: duplicated layouts (the planner's own yardstick) −94.0 zones "
        "(−101 to −88); "
        "gross public cost −94.0 m yuan"
    ]
    head, first, second = sofar.table(answer)
    assert head.startswith("after 3 of 30 pairs")
    assert head.split()[-5:] == ["value", "difference", "95", "%", "interval"]
    assert "duplicated layouts" in first
    assert "−101 to −88" in first
    assert second.startswith("top_level_design")
    assert sofar.table(Answer(1, 2, (undefined,))) == []


def test_a_table_of_very_many_scenarios_is_cut():
    rows = tuple(ROW | NUMBERS | {"scenario": f"s{i}"} for i in range(40))
    assert sofar.table(Answer(3, 30, rows))[-1] == "... and 24 more rows"
    assert len(sofar.lines(Answer(3, 30, rows))) == 40


class Terminal(io.StringIO):
    """A standard error that says it is a terminal."""

    def isatty(self):
        return True


def test_a_terminal_shows_the_answer_below_the_bar_and_takes_both_away(monkeypatch):
    screen = Terminal()
    monkeypatch.setenv("TERM", "xterm")
    monkeypatch.setenv("COLUMNS", "100")
    monkeypatch.setattr("sys.stderr", screen)
    with shown() as watch:
        for pairs in (1, 2):
            watch(Progress(60, 2 * pairs, 0, pairs / 30, 1.0, 9.0, Answer(pairs, 30, (ROW | NUMBERS,))))
    text = screen.getvalue()
    assert text.index("4 of 60 runs") < text.index("after 2 of 30 pairs")
    assert text.endswith("\x1b[2K")  # the last line is wiped, as those above
    assert all(len(re.sub(r"\x1b\[[\d;?]*[A-Za-z]", "", line)) <= 100 for line in text.splitlines())


def test_a_log_gets_the_first_answer_at_once_and_later_ones_with_the_progress(capsys):
    watch = PlainLines()
    watch(Progress(60, 1, 0, 1 / 60, 5.0, 9.0))
    for pairs in (1, 2, 3):
        watch(Progress(60, 2 * pairs, 0, pairs / 30, 5.0 + pairs, 9.0, Answer(pairs, 30, (ROW | NUMBERS,))))
    watch(Progress(60, 20, 0, 1 / 3, 30.0, 9.0, Answer(10, 30, (ROW | NUMBERS,))))
    told = [line.strip()[:22] for line in capsys.readouterr().err.splitlines()]
    assert told == [
        "2 of 60 runs, 3 %, 6 s",
        "after 1 of 30 pairs, t",
        "20 of 60 runs, 33 %, 3",
        "after 10 of 30 pairs, ",
    ]
