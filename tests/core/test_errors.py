"""Problems say where, what, what is allowed, the nearest name and the remedy."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sim.core.errors import InputError, Problem, nearest


def test_a_full_problem_reads_as_one_line() -> None:
    problem = Problem("a.yaml", 3, 7, "unknown lever 'talent_crad'", "levers", "talent_card", "rename it")
    assert str(problem) == (
        "a.yaml:3:7: unknown lever 'talent_crad'; allowed: levers; did you mean 'talent_card'?; rename it"
    )


def test_a_problem_without_a_place_names_only_the_word() -> None:
    assert str(Problem("--set", 0, 0, "no '=' in 'x'")) == "--set: no '=' in 'x'"


def test_all_problems_are_told_in_order() -> None:
    problems = [Problem("a.yaml", line, 1, f"mistake {line}") for line in (2, 5, 9)]
    error = InputError(iter(problems))
    assert error.problems == tuple(problems)
    assert str(error).splitlines() == [str(p) for p in problems]
    assert InputError(problems[0]).problems == (problems[0],)


@given(st.text(max_size=20), st.lists(st.text(min_size=1, max_size=12), max_size=8))
def test_the_nearest_name_is_always_an_allowed_one(word: str, allowed: list[str]) -> None:
    assert nearest(word, allowed) in {"", *allowed}


def test_case_and_a_slip_of_the_pen_are_forgiven() -> None:
    assert nearest("Quantm", ["AI", "QUANTUM"]) == "QUANTUM"
    assert nearest("zzz", ["AI", "QUANTUM"]) == ""


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\nb", "a\\nb"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("half \udcff", "half \\udcff"),
        ("合肥", "合肥"),
        ("x" * 6000, f"{'x' * 160} ... {'x' * 80}"),
    ],
)
def test_whatever_a_user_wrote_stays_in_one_line_that_a_terminal_can_show(text, shown):
    assert str(Problem(text, 3, 1, text)) == f"{shown}:3:1: {shown}"
    str(Problem(text, 3, 1, text)).encode()
