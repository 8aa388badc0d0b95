"""Answers of the planner's page: numbers as on the command line, moves that cancel, workers that die."""

from __future__ import annotations

import queue
import threading
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np
import pytest

pytest.importorskip("solara", reason="the extra [app] is not installed")

import sim
from sim.app import estimator as estimator_module
from sim.app import shelf, shown
from sim.app.crew import Crew
from sim.app.document import Edit, Variant
from sim.app.estimator import Answer, Estimator, Pace
from sim.app.runs import SERIES
from sim.metrics import METRICS
from sim.report.results import read
from sim.scenario import Resolved, load, resolve
from sim.world import country

LIMIT = 120.0
SHORT = "world: synthetic:Z=6,K=20\nuntil: 2023-Q4\n"
BASE = Variant("own.yaml", SHORT)
MOVED = BASE.edited(Edit("policy.talent_card", "2023-Q2", 0.8))


def resolved(variant: Variant) -> Resolved:
    scenario = load_own(variant)
    return resolve(scenario, country(scenario.world))


def load_own(variant: Variant):
    from tempfile import TemporaryDirectory

    with TemporaryDirectory() as folder:
        file = Path(folder) / "own.yaml"
        file.write_text(variant.text)
        return load(file, variant.sets)


@pytest.fixture(scope="module")
def crew() -> Iterator[Crew]:
    """Return a crew whose workers have all begun: the order of answers is that of work, not of start-up."""
    crew, heard = Crew(2), queue.Queue[str]()
    for seed in range(crew.size):
        crew.want("warm", resolved(BASE), 100 + seed, 0.002, lambda word, _: heard.put(word))
    done = 0
    while done < crew.size:
        done += heard.get(timeout=LIMIT) == "done"
    yield crew
    crew.close()


@pytest.fixture(autouse=True)
def _own_shelf(tmp_path_factory, monkeypatch) -> None:
    folder = tmp_path_factory.mktemp("shelf")
    monkeypatch.setattr(shelf, "usable_folder", lambda key: folder)


def answers(crew: Crew, *arms: Resolved, pace: Pace) -> list[Answer]:
    """Return all answers to one move."""
    told: queue.Queue[Answer | str] = queue.Queue()
    estimator = Estimator(crew, told.put, pace)
    estimator.move(arms)
    found: list[Answer] = []
    while not (found and found[-1].exact and found[-1].pairs == pace.pairs):
        answer = told.get(timeout=LIMIT)
        assert not isinstance(answer, str), answer
        found.append(answer)
    estimator.close()
    return found


@pytest.mark.slow
@pytest.mark.parametrize("pairs", [2, 8])
def test_numbers_and_verdicts_are_those_of_compare(
    crew: Crew, tmp_path: Path, monkeypatch, pairs: int
) -> None:
    monkeypatch.setattr(estimator_module, "PAUSE", 5.0)  # the estimate is whole before
    pace = Pace(quick=0.002, exact=0.003, pairs=pairs, seed=3)
    found = answers(crew, resolved(BASE), resolved(MOVED), pace=pace)
    base, moved = tmp_path / "base.yaml", tmp_path / "moved.yaml"
    base.write_text(SHORT)
    moved.write_text(SHORT + "policy: {talent_card: {2023-Q2: 0.8}}\n")
    done = sim.compare(base, moved, runs=pairs, seed=3, scale=0.003, out=tmp_path / "out", jobs=1)
    rows = {row["metric"]: row for row in done.rows}
    for row in found[-1].rows:
        theirs = rows[row["metric"]]
        for key in ("baseline", "value", "difference", "ci_low", "ci_high", "p_value", "runs"):
            assert row[key] == theirs[key], (row["metric"], key)
    (theirs,) = read(done.folder).comparison.values()
    reported = {row.metric.name: row.verdict for row in theirs}
    shown_as = {name: row["verdict"] for name, row in shown.verdict(found[-1])["rows"][0].items()}
    assert shown_as == {name: reported[name] for name in SERIES}
    assert set(shown_as.values()) > {"same"}
    estimates = [a for a in found if not a.exact]
    assert estimates[-1].scale == 0.002
    assert estimates[-1].runs
    told = [a.pairs for a in found if a.exact]
    assert told == sorted(set(told))
    assert (told[0], told[-1]) == (1, pairs)
    assert all(not a.rows[0]["ci_low"] for a in estimates), "an estimate of one pair has no interval"


@pytest.mark.slow
def test_what_is_shown_is_what_the_runs_say_and_the_bill_adds_up(crew: Crew) -> None:
    answer = answers(crew, resolved(BASE), resolved(MOVED), pace=Pace(exact=0.003, pairs=1))[-1]
    bill = shown.bill(answer)
    english, chinese = bill["bills"]
    paid = {part["title"]: part["lines"] for part in english["parts"]}
    for arm, runs in enumerate(answer.runs):
        lines = [float(line["cells"][arm].replace(",", "")) for line in paid["Paid out"]]
        assert sum(lines[:-1]) == pytest.approx(lines[-1])
        assert lines[-1] == pytest.approx(runs[0].metrics["public_cost"] / 1000, abs=0.06)
        net = float(paid["What is left to pay"][-1]["cells"][arm].replace(",", "").replace("−", "-"))
        assert net == pytest.approx(runs[0].metrics["public_net_cost"] / 1000, abs=0.2)
    assert len(chinese["parts"]) == len(english["parts"])
    assert bill["programmes"][1]["talent_card"]["requested"] > 0
    one = shown.place(answer, [2])[1]["series"]["output"]
    layer = shown.layer(answer, "output")[1]
    np.testing.assert_allclose([year[2] for year in layer], one, rtol=6e-3)
    parts = sum(np.array(shown.layer(answer, str(k))[0], dtype=float) for k in range(20))
    np.testing.assert_allclose(
        parts, np.array(shown.layer(answer, "output")[0], dtype=float), rtol=2e-2, atol=1.0
    )
    fans = shown.fans(answer)
    assert set(fans) == set(SERIES)
    assert fans["jobs"]["differences"][0]["mean"] == pytest.approx(
        (answer.series[1]["jobs"] - answer.series[0]["jobs"])[0], abs=60
    )
    verdict = shown.verdict(answer)
    assert verdict["rows"][0]["jobs"]["unit"] == METRICS["jobs"].unit
    assert verdict["rows"][0]["jobs"]["verdict"] in ("single", "same"), "one pair has no interval"
    assert verdict["sentences"][0][0].startswith("With B, ")


@pytest.mark.slow
def test_a_kept_run_comes_back_as_it_was_and_a_damaged_one_does_not(crew: Crew, tmp_path: Path) -> None:
    answer = answers(crew, resolved(BASE), resolved(BASE), pace=Pace(exact=0.003, pairs=1))[-1]
    run, key = answer.runs[0][0], ("abc", 1, 0.003)
    shelf.put("s", key, run)
    again = shelf.taken("s", key)
    assert again is not None
    assert again.metrics == run.metrics
    assert again.flows == run.flows
    np.testing.assert_array_equal(again.cells["output"], run.cells["output"])
    np.testing.assert_array_equal(again.priority, run.priority)
    (file,) = shelf.usable_folder("").glob("abc*")
    file.write_bytes(file.read_bytes()[:1000])
    assert shelf.taken("s", key) is None


class Slow:
    """Stands for a crew: keeps what is asked until it is told to answer."""

    def __init__(self) -> None:
        self.asked: list[tuple] = []
        self.left: list[object] = []
        self.news = threading.Condition()

    def want(self, who, resolved, seed, scale, hear, *, rank=0, lasting=False):
        with self.news:
            self.asked.append((who, resolved.digest, seed, scale, rank, hear))
            self.news.notify_all()

    def leave(self, who) -> None:
        with self.news:
            self.left.append(who)
            self.news.notify_all()

    def until(self, met) -> None:
        with self.news:
            assert self.news.wait_for(met, LIMIT)


def test_a_move_gives_up_what_the_one_before_wanted_and_exact_pairs_wait_for_rest() -> None:
    crew, base, moved = Slow(), resolved(BASE), resolved(MOVED)
    told: queue.Queue = queue.Queue()
    estimator = Estimator(crew, told.put, Pace(pairs=2))  # pyright: ignore
    estimator.move([base, base])
    estimator.move([base, moved])
    crew.until(lambda: sum(rank > 0 for *_, rank, _ in crew.asked) == 4)
    first, last = crew.asked[0][0], crew.asked[-1][0]
    assert first in crew.left
    assert last not in crew.left
    assert [rank for *_, rank, _ in crew.asked] == [0, 0, 0, 0, 1, 1, 2, 2], (
        "no exact pair before it lay still"
    )
    crew.asked[0][-1]("failed", "of the first move")
    crew.asked[-1][-1]("failed", "of the last move")
    assert told.get(timeout=LIMIT) == "of the last move"
    estimator.close()
    crew.until(lambda: last in crew.left)


def test_words_of_the_quick_pair_do_not_put_exact_pairs_off(monkeypatch) -> None:
    monkeypatch.setattr(estimator_module, "PAUSE", 0.2)
    crew, base, moved = Slow(), resolved(BASE), resolved(MOVED)
    estimator = Estimator(crew, lambda answer: None, Pace(pairs=1))  # pyright: ignore
    estimator.move([base, moved])
    crew.until(lambda: crew.asked)
    hear, end = crew.asked[0][-1], time.monotonic() + LIMIT
    while (quick_only := not any(rank for *_, rank, _ in crew.asked)) and time.monotonic() < end:
        hear("quarter", {})  # oftener than the pause is long
        time.sleep(0.01)
    estimator.close()
    assert not quick_only


@pytest.mark.slow
def test_a_worker_that_dies_is_replaced_and_a_run_nobody_wants_is_given_up() -> None:
    crew = Crew(1)
    heard: queue.Queue = queue.Queue()
    long = Variant("own.yaml", "world: china-31\n")
    crew.want("me", resolved(long), 1, 0.01, lambda *word: heard.put(word))
    first = crew._workers[0].process
    assert heard.get(timeout=LIMIT)[0] == "quarter"
    first.kill()
    while heard.get(timeout=LIMIT)[0] != "quarter":
        pass
    assert crew._workers[0].process is not first
    crew._workers[0].process.kill()
    while (word := heard.get(timeout=LIMIT))[0] == "quarter":
        pass
    assert word == ("failed", "the worker process ended in the middle of the run, twice")

    crew.want("me", resolved(long), 2, 0.01, lambda *word: heard.put(word), rank=1)
    crew.want("you", resolved(BASE), 1, 0.002, lambda *word: heard.put(("you", *word)))
    while heard.get(timeout=LIMIT)[:2] != ("you", "done"):
        pass
    assert len(crew._workers[0].orders) == 1, "the urgent run went before the end of the patient one"
    crew.leave("me")
    assert crew.want("you", resolved(BASE), 1, 0.002, print) is not None, "a run that was made is kept"
    crew.want("you", resolved(BASE), 2, 0.002, lambda *word: heard.put(("you", *word)))
    while heard.get(timeout=LIMIT)[:2] != ("you", "done"):
        pass
    crew.close()
    assert not crew._workers[0].process.is_alive()
