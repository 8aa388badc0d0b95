"""The protocol: up to date, complete, the same bytes every time; every lever leads to code that acts."""

import ast
import re
from collections import defaultdict
from pathlib import Path
from xml.etree import ElementTree

import pytest

import sim.cli
from sim.core.defaults import PANELS
from sim.core.draws import Stream
from sim.engine import Engine
from sim.metrics import METRICS
from sim.odd import PICTURE, catalogue, dataflow, document, entities, numbers, sources
from sim.scenario import load, resolve
from sim.scenario.find import shipped
from sim.schedule import LEVERS, SCHEDULE
from sim.world import country

DOCS = Path(sim.__file__).resolve().parents[1] / "docs"


@pytest.fixture(scope="module")
def text():
    return document()


def test_the_committed_protocol_is_what_the_code_says(text):
    remedy = "is stale: renew it with `make docs` (or `clusterlab odd`) and commit it"
    assert (DOCS / "ODD.md").read_text(encoding="utf-8") == text, f"docs/ODD.md {remedy}"
    assert (DOCS / PICTURE).read_text(encoding="utf-8") == dataflow.picture(), f"docs/{PICTURE} {remedy}"


def section(text, heading):
    """Return the text under a heading up to the next one of its level or a higher one."""
    level = heading.split()[0]
    found = re.search(rf"^{re.escape(heading)}$(.*?)(?=^#{{1,{len(level)}}} |\Z)", text, re.M | re.S)
    assert found, heading
    return found[1]


def test_it_has_the_sections_of_the_protocol(text):
    assert [line[3:4] for line in text.splitlines() if line.startswith("## ")] == list("1234567ABC")
    concepts = section(text, "## 4 Design concepts and decisions")
    for element in (
        "Theoretical and empirical background",
        "Individual decision-making",
        "Learning",
        "Individual sensing",
        "Individual prediction",
        "Interaction",
        "Collectives",
        "Heterogeneity",
        "Stochasticity",
        "Observation",
    ):
        assert f"\n### {element}\n" in concepts


def test_no_part_is_left_to_make_and_no_link_leads_nowhere(text):
    assert "<!--" not in text
    targets = {t for t in re.findall(r"\]\(([^)\s]+)\)", text) if not t.startswith(("http", "#"))}
    assert len(targets) > 50
    assert [t for t in targets if not (DOCS / t).exists()] == []
    anchors = set(re.findall(r"\]\(#([^)]+)\)", text))
    heads = re.findall(r"^#+ (.+)$", text, re.M)
    assert anchors <= {re.sub(r"[^\w\- ]", "", head.lower()).replace(" ", "-") for head in heads}


def test_every_mechanism_is_a_submodel_with_all_its_files(text):
    for mechanism in SCHEDULE:
        name = entities.name_of(mechanism)
        mine = section(text, f"### {name}")
        title = mechanism.__doc__.split("\n\n")[0].split(":")[1].strip().split()
        assert " ".join(title[:3]) in mine
        file = Path(sources.file_of(mechanism))
        files = file.parent.glob("*.py") if file.name == "__init__.py" else [file]
        assert [f for f in files if f.as_posix() not in mine] == []


def test_every_lever_metric_and_stream_is_told(text):
    levers, metrics = section(text, "## A Levers"), section(text, "## B Metrics")
    assert [name for name in LEVERS if f"| **`{name}`** " not in levers] == []
    assert [name for name in METRICS if f"| `{name}` | " not in metrics] == []
    luck = section(text, "### Stochasticity")
    assert [s for s in Stream if not re.search(rf"^\| {s.value} \| {s.name.lower()} \| ", luck, re.M)] == []
    assert [s for s in Stream if not sources.uses("Stream", s.name)] == []
    assert [s for s in Stream if "|  |" in re.search(rf"^\| {s.value} \|.*$", luck, re.M)[0]] == []
    observed = section(text, "### Observation")
    assert [name for name in PANELS if f"`{name}`" not in observed] == []


def test_every_column_is_told_under_its_table(text):
    for name, table in entities.TABLES.items():
        mine = text.partition(f"<summary><b>{name}</b>")[2].partition("</details>")[0]
        assert [c for c in table.columns if f"\n| `{c}` | " not in mine] == []

    for name, held in entities.DRAWERS.items():
        mine = text.partition(f"<summary><b>{name}</b>")[2].partition("</details>")[0]
        assert [part for part in held if f"\n| `{part}` | " not in mine] == []

    world = "synthetic:Z=2,K=20"
    resolved = resolve(load(shipped("baseline"), (), world=world, until="2023-Q1"), country(world))
    state = Engine(resolved, seed=1, scale=0.01).state
    assert set(state.tables) == set(entities.TABLES)
    assert set(state.drawers()) == set(entities.DRAWERS)


def test_every_parameter_is_told_once(text):
    told = re.findall(r"^\| `(\w+)` \| [^|]+ \| [^|]* \| [^|]+ to [^|]+ \| ", text, re.M)
    assert sorted(told) == sorted(numbers.rows())


def test_every_parameter_is_read_by_some_code():
    prices = {lever.programme.price for lever in LEVERS.values() if lever.programme}
    assert [p for p in numbers.rows() if p not in prices and not sources.reads_of_parameter(p)] == []


def test_every_lever_acts_somewhere_outside_its_declaration():
    nowhere = {name for name in LEVERS if not sources.reads_of_lever(name)}
    assert nowhere == set(catalogue.BY_PAYMENT), "say in sim/odd/catalogue.py how it acts without being read"
    assert [lever.name for lever in LEVERS.values() if not catalogue.acts_in(lever)] == []


@pytest.mark.parametrize(
    ("lever", "file", "function"),
    [
        ("talent_card", "sim/mechanisms/labour/services.py", "amenity"),
        ("bail_out", "sim/mechanisms/exit/rescue.py", "bail_out"),
        ("investment_attraction", "sim/mechanisms/entry/support.py", "lure"),
        ("pilot_zones", "sim/mechanisms/policy/pilots.py", "designate"),
        ("urban_transformation", "sim/mechanisms/trade/adopters.py", ""),
    ],
)
def test_the_place_told_is_where_the_lever_acts(lever, file, function):
    assert sources.Place(file, function) in catalogue.acts_in(LEVERS[lever])


def test_declaring_or_requiring_a_lever_is_not_reading_it():
    code = """
LEVERS = (Lever(name="alpha", requires={"beta": 1.0}), dial(name="beta"), per_zone(name="gamma"))
def act(state):
    return state.lever.alpha + state.force.by_zone("gamma") + state.p.delta
"""
    found = defaultdict(lambda: defaultdict(set))
    sources._Reader("sim/mechanisms/made.py", found).visit(ast.parse(code))
    place = {sources.Place("sim/mechanisms/made.py", "act")}
    assert found["lever"] == {"alpha": place}
    assert found["word"] == {"gamma": place}
    assert found["p"] == {"delta": place}


def test_the_picture_shows_what_is_declared():
    svg = ElementTree.fromstring(dataflow.picture())
    shown = [t.text for t in svg.iter("{http://www.w3.org/2000/svg}text")]
    places = [shown.index(entities.name_of(m)) for m in SCHEDULE]
    assert places == sorted(places)
    for mechanism, begin, end in zip(SCHEDULE, places, [*places[1:], len(shown)], strict=True):
        declared = [dataflow.counted(d) for d in (mechanism.READS, mechanism.WRITES)]
        heads = (*entities.TABLES, *entities.SHARED, dataflow.MEMORY)
        expected = [str(d[head]) for head in heads for d in declared if d[head]]
        assert shown[begin + 1 : end][: len(expected)] == expected


def test_a_column_that_no_table_has_is_refused():
    with pytest.raises(KeyError, match="nonsense"):
        entities.columns(("zones.nonsense",))


def test_the_command_writes_the_same_bytes_wherever_it_runs(tmp_path, monkeypatch, capsys, text):
    monkeypatch.chdir(tmp_path)
    assert sim.cli.run(["odd", "--out", "made/protocol.md"]) == 0
    assert capsys.readouterr().out == f"wrote {Path('made/protocol.md')}\nwrote {Path('made') / PICTURE}\n"
    assert (tmp_path / "made" / "protocol.md").read_bytes() == text.encode()
    assert (tmp_path / "made" / PICTURE).read_bytes() == dataflow.picture().encode()


def test_a_file_that_cannot_be_written_is_told_without_a_traceback(tmp_path, capsys):
    (tmp_path / "taken").write_text("")
    assert sim.cli.run(["odd", "--out", str(tmp_path / "taken" / "ODD.md")]) == 2
    assert "cannot be written" in capsys.readouterr().err
