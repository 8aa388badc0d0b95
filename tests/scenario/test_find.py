"""One rule finds scenarios for files, studies, Python and the command line, and tells of namesakes."""

from pathlib import Path

import pytest

from sim.core.errors import InputError
from sim.scenario import load, warnings_of
from sim.scenario.find import collection, find, names, shipped

OWN = "name: own\npolicy: {talent_card: 1}\n"
SHIPPED = collection("scenarios") / "baseline.yaml"


@pytest.fixture
def here(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    return tmp_path


def test_a_name_is_the_shipped_scenario_from_any_folder(here):
    assert find("baseline").file == find("baseline.yaml").file == shipped("baseline") == SHIPPED
    assert find("cases/hefei_quantum").file == SHIPPED.parent / "cases" / "hefei_quantum.yaml"
    assert load("baseline").name == "baseline"
    assert "baseline" in names()
    assert find("baseline").note == ""


@pytest.mark.parametrize("own", ["baseline.yaml", "scenarios/baseline.yaml", "baseline"])
def test_a_name_means_the_shipped_one_whatever_lies_here_and_the_other_is_told(here, own):
    (here / "scenarios").mkdir()
    (here / own).write_text(OWN)
    found = find("baseline")
    assert found.file == SHIPPED
    assert f"there is also ./{own}, your own: write ./{own} for it" in found.note
    assert find(f"./{own}").file.samefile(here / own)
    assert find(f"./{own}").note == ""


def test_a_copy_that_says_the_same_is_not_told(here):
    (here / "baseline.yaml").write_bytes(SHIPPED.read_bytes())
    (here / "child.yaml").write_text("name: child\nextends: baseline.yaml\n")
    assert find("baseline").note == find("baseline.yaml").note == ""
    assert warnings_of(load("child.yaml")) == ()


def test_a_folder_of_the_name_is_no_scenario(here):
    (here / "baseline").mkdir()
    (here / "mine").mkdir()
    assert find("baseline").file == SHIPPED
    with pytest.raises(InputError, match="mine: this is a folder, not a file"):
        load("mine")


def test_a_file_name_is_the_file_here_and_that_is_told(here):
    (here / "baseline.yaml").write_text(OWN)
    scenario = load("baseline.yaml")
    assert scenario.name == "own"
    (told,) = warnings_of(scenario)
    assert (
        "this is your own file baseline.yaml, not the scenario that comes with the program; write baseline"
        in str(told)
    )


def test_names_of_own_files_are_found_here_and_in_scenarios(here):
    (here / "scenarios").mkdir()
    (here / "mine").write_text(OWN)
    (here / "yours.yaml").write_text(OWN)
    (here / "scenarios" / "ours.yaml").write_text(OWN)
    assert [load(name).name for name in ("mine", "yours", "yours.yaml", "ours", "ours.yaml")] == ["own"] * 5


def test_paths_are_files(here, monkeypatch):
    monkeypatch.setenv("HOME", str(here))
    (here / "talent_card.yaml").write_text(OWN)
    assert load("~/talent_card.yaml").name == load(Path("talent_card.yaml")).name == "own"
    assert find(Path("baseline")).file == SHIPPED
    with pytest.raises(InputError, match="there is no such file"):
        load(Path("mine.yaml"))


@pytest.mark.parametrize("word", ["baselin", "baselin.yaml"])
def test_a_word_that_nothing_is_called_has_the_nearest_name(here, word):
    with pytest.raises(InputError, match=r"did you mean 'baseline(\.yaml)?'\?"):
        load(word)


@pytest.mark.parametrize(
    "word", ["x" * 6000, "x" * 6000 + ".yaml", "a\0b", "", ".", "..", "/", "../baseline"]
)
def test_words_that_no_file_can_have_are_input_errors(here, word):
    with pytest.raises(InputError):
        load(word)


def test_extends_finds_by_the_same_rule(here, tmp_path_factory):
    folder = tmp_path_factory.mktemp("elsewhere")
    child = folder / "child.yaml"
    for word in ("baseline", "baseline.yaml", "cases/hefei_quantum.yaml"):
        child.write_text(f"name: child\nextends: {word}\n")
        assert SHIPPED.name in load(child).files[-1]
        assert load(child).notes == ()
    (folder / "baseline.yaml").write_text(OWN)
    child.write_text("name: child\nextends: baseline.yaml\n")
    assert load(child).document()["policy"]["talent_card"] == 1.0
    assert f"{child}:2:10: baseline.yaml: this is your own file {folder}/baseline.yaml" in str(
        load(child).notes[0]
    )
    child.write_text("name: child\nextends: baseline\n")
    assert load(child).document()["policy"]["talent_card"] == 0.0
    assert f"there is also {folder}/baseline.yaml, your own" in str(load(child).notes[0])


def test_an_own_baseline_that_extends_itself_is_told_how_to_name_the_shipped_one(here):
    (here / "baseline.yaml").write_text("name: own\nextends: baseline.yaml\n")
    with pytest.raises(InputError, match=r"in a circle.*write baseline for the scenario that comes"):
        load("./baseline.yaml")
    (here / "baseline.yaml").write_text("name: own\nextends: baseline\n")
    assert load("./baseline.yaml").name == "own"


def test_messages_name_shipped_files_from_here(monkeypatch):
    monkeypatch.chdir(SHIPPED.parents[1])
    assert load("baseline").files == (str(Path("scenarios/baseline.yaml")),)
