"""Study files are answered with every problem and its place, before anything is resolved or run."""

import os

import pytest

from sim.core.errors import InputError
from sim.lab import options
from sim.lab.factors import HOW
from sim.lab.kinds import KINDS, LATER
from sim.lab.methods import METHODS
from sim.lab.planning import build
from sim.lab.studyfile import is_study, read_study
from sim.scenario import load
from sim.scenario.find import shipped
from sim.scenario.yamlfile import parse

HERE = "paths are relative to the study file; shipped scenarios are known by name"
TWO = "allowed: two or more scenario files or names"
PAIR = "kind: compare\nscenarios: [a.yaml, b.yaml]\n"


@pytest.fixture
def problems(tmp_path, monkeypatch):
    """Write a study beside two scenarios, and return what is told of it."""
    monkeypatch.chdir(tmp_path)
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\n")

    def tell(text):
        data = text if isinstance(text, bytes) else text.encode()
        (tmp_path / "q.yaml").write_bytes(data)
        with pytest.raises(InputError) as caught:
            read_study("q.yaml")
        return [str(problem) for problem in caught.value.problems]

    return tell


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("kind: compare\n", [f"q.yaml:1:1: the study has no 'scenarios'; {TWO}"]),
        ("kind: compare\nscenarios: []\n", [f"q.yaml:2:12: there is nothing to compare; {TWO}"]),
        ("kind: compare\nscenarios: [a.yaml]\n", [f"q.yaml:2:12: there is nothing to compare; {TWO}"]),
        ("kind: compare\nscenarios: {}\n", ["q.yaml:2:12: scenarios is a mapping, not a list of names"]),
        ("kind: compare\nscenarios:\n", ["q.yaml:2:1: scenarios is no value, not a list of names"]),
        (
            "kind: compare\nscenarios: nowhere\n",
            [
                f"q.yaml:2:12: there is nothing to compare; {TWO}",
                f"q.yaml:2:12: there is no file nowhere; {HERE}",
            ],
        ),
        (
            "kind: compare\nscenarios: [a.yaml, c.yaml, tenones]\n",
            [
                f"q.yaml:2:21: there is no file c.yaml; did you mean 'b.yaml'?; {HERE}",
                f"q.yaml:2:29: there is no file tenones; did you mean 'ten_ones'?; {HERE}",
            ],
        ),
        (
            "kind: compare\nscenarios: [a.yaml, [b.yaml], ~]\n",
            [
                "q.yaml:2:21: an item of scenarios is a list, not text",
                "q.yaml:2:31: an item of scenarios is no value, not text",
            ],
        ),
        (
            PAIR + "kind: compare\nrun: 3\nseed: 1\nseed: 2\n",
            [
                "q.yaml:3:1: 'kind' is set twice at this level, first at q.yaml:1:1; keep one of them",
                "q.yaml:4:1: the study has no key 'run'; allowed: kind, name, description, serves, runs, "
                "seed, scale, until, world, outcomes, keep, scenarios, precision, equal_cost; "
                "did you mean 'runs'?",
                "q.yaml:6:1: 'seed' is set twice at this level, first at q.yaml:5:1; keep one of them",
            ],
        ),
        (
            PAIR
            + "runs: many\nscale: 7\nseed: -1\nuntil: 2026-Q9\nworld: mars\noutcomes: [jbos, jobs, jobs]\n",
            [
                "q.yaml:3:7: runs is the text 'many', not a whole number",
                "q.yaml:4:8: 7.0 is out of range; allowed: a number from 0.002 to 1",
                "q.yaml:5:7: -1 is out of range; allowed: a whole number from 0 to 2147483647",
                "q.yaml:6:8: '2026-Q9' is not a quarter such as 2026-Q1; allowed: a quarter from 2023-Q1 on, "
                "such as 2042-Q4",
                "q.yaml:7:8: 'mars' is not a world; allowed: china-178, china-31, synthetic, china-2012, "
                "swiss-cantons, three-zones; synthetic takes options, as in synthetic:Z=24,hetero=0.5; "
                "own zones are a .csv file",
                "q.yaml:8:12: there is no metric 'jbos'; did you mean 'jobs'?",
                "q.yaml:8:24: the metric 'jobs' is named again, first at q.yaml:8:18; name it once",
            ],
        ),
        (
            "kind: calibrate\nruns: 0\nscenarios: [a.yaml, b.yaml]\n",
            [
                f"q.yaml:1:7: not yet: studies of kind 'calibrate' come later; allowed: {', '.join(KINDS)}",
                "q.yaml:2:7: 0 is out of range; allowed: a whole number from 1 to 100000",
            ],
        ),
        (
            "scenarios: [a.yaml, b.yaml]\n",
            [f"q.yaml:1:1: the study has no 'kind'; allowed: {', '.join(KINDS)}"],
        ),
        (
            "kind: no\npolicy: {talent_card: 1}\n",
            [
                f"q.yaml:1:7: kind is 'no'; allowed: {', '.join((*KINDS, *LATER))}",
                "q.yaml:2:1: 'policy' belongs to scenario files, and 'kind' to studies; "
                "leave 'kind' out for a scenario, or write this in a scenario that the study names",
            ],
        ),
        (
            "kind: sensitivity\nlevers: [talent_crad]\nbase: c.yaml\n",
            [
                f"q.yaml:1:1: the study has no 'method'; allowed: {', '.join(METHODS)}",
                "q.yaml:1:1: the study has no 'outcomes'; allowed: metrics; 'clusterlab metrics' lists them",
                "q.yaml:2:10: there is no lever 'talent_crad'; did you mean 'talent_card'?",
                f"q.yaml:3:7: there is no file c.yaml; did you mean 'b.yaml'?; {HERE}",
            ],
        ),
        (
            "kind: sensitivity\nmethod: sobol\nbase: a.yaml\noutcomes: jobs\n",
            [f"q.yaml:1:1: the study has no 'factors'; allowed: keys of --set, each with {HOW}"],
        ),
        (
            "kind: sensitivity\nmethod: [a]\nbase: a.yaml\noutcomes: jobs\nworlds: {}\n",
            [
                "q.yaml:2:9: method is a list, not text",
                "q.yaml:5:1: 'worlds' belongs to studies of kind 'robust'; "
                "leave it out, or write kind: robust",
            ],
        ),
        (
            PAIR + "method: sobol\nname: [a]\nserves: {}\n",
            [
                "q.yaml:3:1: 'method' belongs to studies of kind 'sensitivity'; "
                "leave it out, or write kind: sensitivity",
                "q.yaml:4:7: name is a list, not text",
                "q.yaml:5:9: serves is a mapping, not a list of names",
            ],
        ),
        ("name: a\npolicy: {}\n", None),
        (PAIR + "runs: 100000\nscale: 1e400\n", ["q.yaml:4:8: scale is not a finite number"]),
        (PAIR + "until: ٢٠٢٦-Q1\n", None),
        (
            "kind: compare\nscenarios: &x [a.yaml, *x]\n",
            ["q.yaml:2:24: the alias *x has no finished anchor &x before it"],
        ),
        (
            "kind: compare\nscenarios: !!python/object:os.system [a]\n",
            [
                "q.yaml:2:12: the tag tag:yaml.org,2002:python/object:os.system is not allowed; "
                "write plain values without '!'"
            ],
        ),
        ("", ["q.yaml: the file is empty; write 'key: value' lines"]),
        (b"\x7fELF\x02\x01\x00", ["q.yaml:1:1: the character '\\x7f' is not text"]),
        ("kind: compare\n".encode("utf-16"), ["q.yaml:1:1: the file is not UTF-8 text; save it as UTF-8"]),
        ("\ufeffkind: compare\n", [f"q.yaml:1:1: the study has no 'scenarios'; {TWO}"]),
    ],
)
def test_every_problem_is_told_at_its_place(problems, text, told):
    found = problems(text)
    if told is not None:
        assert found == told
    assert all(line.startswith("q.yaml") for line in found)


def test_digits_of_other_scripts_make_no_quarter(problems):
    (told,) = problems(PAIR + "until: ٢٠٢٦-Q1\n")
    assert told.startswith("q.yaml:3:8: '٢٠٢٦-Q1' is not a quarter such as 2026-Q1")


def test_a_scenario_given_as_study_is_told_with_the_right_command(problems):
    remedy = "for one run: clusterlab run q.yaml; a study has 'kind', such as kind: compare"
    assert problems("policy: {talent_card: 1}\n") == [f"q.yaml: this is a scenario, not a study; {remedy}"]


def test_a_study_given_as_scenario_is_told_with_the_right_command(tmp_path):
    study, child = tmp_path / "q.yaml", tmp_path / "child.yaml"
    study.write_text("kind: compare\nscenarios: [a, b]\nruns: 0\n")
    child.write_text("name: child\nextends: q.yaml\n")
    told = f"this is a study, not a scenario; carry it out with: clusterlab study {study}"
    for file, place in ((study, f"{study}: "), (child, f"{child}:2:10: {study}: ")):
        with pytest.raises(InputError) as caught:
            build("run", [file])
        assert str(caught.value) == place + told


@pytest.mark.parametrize(
    ("text", "study"),
    [
        ("name: a", False),
        ("kind: compare", True),
        ("kind: x\npolicy: {}", True),
        ("runs: 3", True),
        ("runs: 3\npolicy: {}", False),
        ("world: china-31", False),
    ],
)
def test_a_study_is_known_by_its_keys(text, study):
    assert is_study(parse(text, "f")) == study


def test_problems_of_the_scenarios_come_too_and_point_at_their_own_lines(problems, tmp_path):
    (tmp_path / "a.yaml").write_text("name: a\npolicy: {talent_crad: 1}\n")
    (tmp_path / "b.yaml").write_text("name: b\npolicy:\n  talent_card: 9\n  talent_card: 1\n")
    found = [line.split(": ")[0] for line in problems(PAIR + "runs: 0\n")]
    assert found == ["q.yaml:3:7", "a.yaml:2:10", "b.yaml:3:16", "b.yaml:4:3"]


def test_what_is_wrong_with_a_whole_scenario_file_is_told_where_it_is_named(problems, tmp_path):
    os.mkfifo(tmp_path / "pipe")
    (tmp_path / "empty").touch()
    (tmp_path / "folder").mkdir()
    assert problems("kind: compare\nscenarios: [pipe, folder, empty, /dev/zero, a.yaml/b]\n") == [
        "q.yaml:2:13: pipe: this is not a regular file",
        "q.yaml:2:19: folder: this is a folder, not a file",
        "q.yaml:2:27: empty: the file is empty; write 'key: value' lines",
        "q.yaml:2:34: /dev/zero: this is not a regular file",
        f"q.yaml:2:45: there is no file a.yaml/b; did you mean 'a.yaml'?; {HERE}",
    ]


def test_faults_of_a_scenario_file_named_like_the_kind_are_told(problems, tmp_path):
    (tmp_path / "compare").write_text("policy: {talent_crad: 1}\n")
    found = problems("kind: compare\nscenarios: [compare, b.yaml]\nruns: 0\n")
    assert [line.split(": ")[0] for line in found] == ["q.yaml:3:7", "compare:1:10"]


def test_a_name_longer_than_any_file_name_is_answered_in_a_line(problems):
    found = problems(f"kind: compare\nscenarios: [{'x' * 6000}, a.yaml]\n")
    assert len(found) == 1
    assert found[0].startswith("q.yaml:2:13: there is no file xxx")
    assert len(found[0]) < 600


def test_names_with_a_nul_or_a_line_break_stay_in_one_line(problems):
    found = problems('kind: compare\nscenarios: ["a\\0b", "c\\nd"]\n')
    assert [line[:36] for line in found] == [
        "q.yaml:2:13: there is no file a\\x00b",
        "q.yaml:2:21: there is no file c\\nd; ",
    ]


# Repeats


def test_repeats_are_told_from_their_names_before_anything_is_resolved(problems, monkeypatch):
    """2,000 names of one file once meant 2,000 resolved scenarios, and gigabytes."""
    monkeypatch.setattr("sim.scenario.resolve", lambda *_: pytest.fail("a scenario was resolved"))
    loads = []
    monkeypatch.setattr(
        "sim.scenario.load", lambda *words, **more: loads.append(words) or load(*words, **more)
    )
    items = ["a.yaml"] * 1999 + ["./a.yaml"]
    found = problems(f"kind: compare\nscenarios: [{', '.join(items)}]\n")
    assert found == [
        *(
            f"q.yaml:2:{13 + 8 * i}: the scenario 'a.yaml' is named again, first at q.yaml:2:13; name it once"
            for i in (1, 2, 3)
        ),
        "q.yaml:2:45: 1,996 more scenarios are named again; name each once",
    ]
    assert len(loads) == 1


def test_a_shipped_scenario_and_its_path_are_the_same(problems):
    found = problems(f"kind: compare\nscenarios: [baseline, {shipped('baseline')}]\n")
    assert found == [
        "q.yaml:2:23: the scenario 'baseline.yaml' is named again, first at q.yaml:2:13; name it once"
    ]


def test_two_files_of_one_name_are_told_before_anything_is_resolved(problems, tmp_path, monkeypatch):
    monkeypatch.setattr("sim.scenario.resolve", lambda *_: pytest.fail("a scenario was resolved"))
    (tmp_path / "b.yaml").write_text("name: A\n")
    assert problems(PAIR) == [
        "q.yaml:2:21: the scenario name 'A' is already taken by a.yaml; give each scenario its own 'name'"
    ]


def test_repeats_on_the_command_line_are_told_once_each(tmp_path):
    file = tmp_path / "a.yaml"
    file.write_text("name: a\n")
    with pytest.raises(InputError) as caught:
        build("compare", [str(file), str(file)])
    assert str(caught.value) == f"{file}: the scenario {str(file)!r} is named again; name it once"


# Shipped scenarios, folders


@pytest.mark.parametrize("names", ["baseline, ten_ones", "baseline.yaml, ten_ones.yaml"])
def test_shipped_scenarios_are_known_by_name_from_any_folder(tmp_path, monkeypatch, names):
    file = tmp_path / "q.yaml"
    file.write_text(f"kind: compare\nscenarios: [{names}]\nuntil: 2023-Q1\n")
    for folder in (tmp_path, "/"):
        monkeypatch.chdir(folder)
        assert [arm.name for arm in read_study(file).arms] == ["baseline", "ten_ones"]


def test_paths_are_relative_to_the_study_file(tmp_path, monkeypatch):
    (tmp_path / "s").mkdir()
    for name in "ab":
        (tmp_path / "s" / f"{name}.yaml").write_text(f"name: {name}\nuntil: 2023-Q1\n")
    (tmp_path / "s" / "q.yaml").write_text(PAIR)
    monkeypatch.chdir("/")
    assert [arm.name for arm in read_study(tmp_path / "s" / "q.yaml").arms] == ["a", "b"]


def test_the_base_of_a_sensitivity_study_may_be_shipped(tmp_path):
    file = tmp_path / "q.yaml"
    file.write_text(
        "kind: sensitivity\nmethod: one_at_a_time\nbase: baseline\noutcomes: jobs\nlevers: roadmap\n"
    )
    assert [arm.name for arm in read_study(file).arms] == ["baseline", "roadmap"]


# Size


def test_equal_arrays_of_many_scenarios_are_kept_once(tmp_path):
    files = []
    for i in range(12):
        files.append(tmp_path / f"s{i}.yaml")
        files[-1].write_text(f"name: s{i}\nuntil: 2023-Q2\npolicy: {{talent_card: {i / 100}}}\n")
    plan = build("compare", files)
    arrays = {id(a): a.nbytes for arm in plan.arms for a in arm.resolved.levers.values()}
    single = {id(a): a.nbytes for a in plan.arms[0].resolved.levers.values()}
    own = plan.arms[0].resolved.levers["talent_card"].nbytes
    assert sum(arrays.values()) == sum(single.values()) + 11 * own


def test_a_study_with_more_runs_than_a_folder_holds_is_refused(problems, monkeypatch):
    monkeypatch.setattr(options, "MOST_IN_ALL", 7)
    assert problems(PAIR + "runs: 4\n") == [
        "q.yaml:3:7: 2 scenarios x 4 runs are 8 runs; allowed: 7 in all; split the study"
    ]


def test_no_more_than_a_hundred_problems_are_told(problems, tmp_path):
    bad = "".join(f"  {word}: 1\n" for word in range(70))
    for name in "ab":
        (tmp_path / f"{name}.yaml").write_text(f"name: {name}\npolicy:\n{bad}")
    assert 100 <= len(problems(PAIR)) <= 2 * options.MOST_PROBLEMS


def test_a_plan_without_scenarios_is_refused():
    with pytest.raises(InputError, match="compare: there is no scenario"):
        build("compare", [])


# Nothing hides anything else

SWEPT = "base: a.yaml\nfactors: {talent_card: [7], order_first: {low: a, hihg: 1}}\n"
CARD = "7, above its bounds"
ORDER = ("low of order_first is the text 'a'", "has no key 'hihg'")
PARTS = "parts: {x: {talent_card: 7}, y: {incubators: 1}, z: 3}\n"
WORLDS = "worlds: {u: {order_first: 7}, v: {no_such_key: 1}}\n"


@pytest.mark.parametrize(
    ("text", "told"),
    [
        (f"kind: sweep\ndesign: grid\n{SWEPT}", ORDER),
        ("kind: sweep\ndesign: grib\nbase: a.yaml\nfactors: {talent_card: [7]}\n", ("grib", CARD)),
        ("kind: sweep\ndesign: grid\nbase: a.yaml\nfactors: {talent_card: [7]}\n", (CARD,)),
        (f"kind: sensitivity\nmethod: morris\nsamples: 1\n{SWEPT}", ("samples is 1", CARD, *ORDER)),
        (f"kind: sensitivity\nmethod: mors\nlevers: [no]\n{SWEPT}", ("method is 'mors'", "no lever 'no'")),
        (
            f"kind: optimise\nmaximise: no\ntrials: 0\n{SWEPT}",
            ("no metric 'no'", "trials is 0", CARD, *ORDER),
        ),
        (
            f"kind: discover\nscenarios: [a.yaml, c.yaml]\nsamples: 1\n{SWEPT[13:]}",
            ("no file c.yaml", "samples is 1", CARD, *ORDER),
        ),
        (f"kind: complements\nbase: a.yaml\n{PARTS}", ("talent_card is 7", "the part z is 3")),
        (
            f"kind: robust\nscenarios: [a.yaml, c.yaml]\n{WORLDS}",
            ("order_first is 7", "no_such_key", "c.yaml"),
        ),
        (
            "kind: validate\nkeep: metrics\nscenarios: [a.yaml, c.yaml]\nother_theories: [no]\n",
            ("needs tables", "no file c.yaml", "no slot of theories 'no'"),
        ),
        ("kind: replicate\nof: nowhere\nseeds: old\n", ("nowhere: ", "seeds is 'old'")),
        ("kind: compare\nkeep: metrics\nscenarios: [a.yaml, c.yaml]\n", ("needs tables", "no file c.yaml")),
    ],
)
def test_no_problem_hides_another(problems, text, told):
    """A wrong outcome, a wrong option and what is wrong with a kind's own keys are told in one go."""
    found = problems(f"{text}outcomes: [jbos]\nruns: 0\n")
    for words in ("no metric 'jbos'", "0 is out of range", *told):
        assert any(words in line for line in found), (words, found)


def test_nothing_is_resolved_for_a_study_with_a_problem(problems, monkeypatch):
    monkeypatch.setattr("sim.scenario.resolve", lambda *_: pytest.fail("a scenario was resolved"))
    assert len(problems(PAIR + "outcomes: [jbos]\n")) == 1
