"""What every file of the repository keeps to: no machine paths, no hosts, links that lead somewhere."""

import os
import re
import subprocess
import sys
import tomllib
import zipfile
from pathlib import Path

from hatchling import build

import sim
from sim.lab.studyfile import read_study
from sim.world.about import about_of

from .repository import ROOT, tracked

# Written in pieces, so that this file does not match itself.
FORBIDDEN = re.compile(
    "|".join(
        [
            r"/(?:wo" + r"rk|ro" + r"ot|ho" + r"me/\w+|op" + r"t/py\w+)/",
            r"py" + r"pi\.org",
            r"python" + r"hosted",
            r"npm" + r"js\.",
            r"deb" + r"ian\.org",
            r"index" + r"-url",
        ]
    )
)
TEXT = {
    ".py",
    ".md",
    ".toml",
    ".txt",
    ".yaml",
    ".yml",
    ".csv",
    ".cff",
    ".j2",
    ".css",
    ".js",
    ".svg",
    ".html",
    "",
}


def test_no_file_names_a_machine_or_a_registry() -> None:
    hits = [
        f"{path}:{number}: {line[:120]}"
        for path in tracked()
        if path.suffix in TEXT
        for number, line in enumerate((ROOT / path).read_text(encoding="utf-8").splitlines(), 1)
        if FORBIDDEN.search(line)
    ]
    assert hits == []


def test_links_between_pages_lead_somewhere() -> None:
    link = re.compile(r"\]\((?!https?:|#|mailto:)([^)#\s]+)")
    broken = [
        f"{page}: {target}"
        for page in tracked()
        if page.suffix == ".md"
        for target in link.findall((ROOT / page).read_text(encoding="utf-8"))
        if not (ROOT / page.parent / target).exists()
    ]
    assert broken == []


def commands(tool: str) -> set[tuple[str, str]]:
    """Return (page, first word after the tool) of every command line shown in a page's code."""
    found = set()
    for page in tracked():
        if page.suffix == ".md":
            text = (ROOT / page).read_text(encoding="utf-8")
            code = [
                *re.findall(r"^```(?:sh|bash|console)?\n(.*?)^```", text, re.M | re.S),
                *re.findall(r"`([^`\n]+)`", text),
            ]
            for part in code:
                found |= {
                    (str(page), word) for word in re.findall(rf"^\$? ?{tool} ([a-z][a-z-]*)", part, re.M)
                }
    return found


def test_every_make_command_in_the_pages_exists() -> None:
    targets = set(re.findall(r"^([a-z][a-z-]*):", (ROOT / "Makefile").read_text(encoding="utf-8"), re.M))
    assert {(page, word) for page, word in commands("make") if word not in targets} == set()
    assert {"run", "test", "install", "app", "lint", "study", "clean"} <= targets


def test_every_clusterlab_command_in_the_pages_exists() -> None:
    shown = subprocess.run(
        [sys.executable, "-m", "sim", "--help"], capture_output=True, text=True, check=True, cwd=ROOT
    ).stdout
    words = set(re.findall(r"[a-z][a-z-]+", shown))
    assert {(page, word) for page, word in commands("clusterlab") if word not in words} == set()


def test_every_scenario_and_study_in_the_pages_is_valid(tmp_path: Path) -> None:
    (tmp_path / "baseline.yaml").write_text(
        (ROOT / "scenarios" / "baseline.yaml").read_text(encoding="utf-8")
    )
    texts = [(ROOT / page).read_text(encoding="utf-8") for page in tracked() if page.suffix == ".md"]
    for text in texts:
        for name, module in re.findall(r"^```python\n# (\w+\.py)[^\n]*\n(.*?)^```", text, re.M | re.S):
            (tmp_path / name).write_text(module, encoding="utf-8")
    shown = [block for text in texts for block in re.findall(r"^```yaml\n(.*?)^```", text, re.M | re.S)]
    assert len(shown) >= 2
    for number, block in enumerate(shown):
        file = tmp_path / f"shown{number}.yaml"
        file.write_text(block, encoding="utf-8")
        if "plugins:" in block:  # own modules, in a process of their own
            command = [sys.executable, "-m", "sim", "check", str(file)]
            subprocess.run(command, cwd=tmp_path, env=os.environ | {"PYTHONPATH": str(ROOT)}, check=True)
        elif re.match(r"title: ", block):
            assert about_of(block, file.name).source
        elif re.match(r"kind: ", block):
            assert read_study(file).name == yaml_name(block)
        else:
            assert sim.load(file).name == yaml_name(block)


def yaml_name(block: str) -> str:
    """Return the name a scenario or study gives itself."""
    found = re.search(r"^name: (\w+)$", block, re.M)
    assert found
    return found[1]


def pins(file: str) -> list[str]:
    """Return a file's pins as ``name==version ; marker``, hashes and comments left out."""
    text = (ROOT / file).read_text(encoding="utf-8").replace("\\\n", "")
    lines = [re.sub(r" +--hash=sha256:[0-9a-f]{64}(?= |$)", "", line) for line in text.splitlines()]
    return [line.rstrip() for line in lines if not line.startswith(("#", "-r "))]


def test_pins_have_no_hosts_and_cover_what_is_declared() -> None:
    found = pins("constraints.txt")
    pin = re.compile(r"[a-z0-9.-]+==[^\s@:;]+( ; [a-zA-Z0-9_ .*()'<>=!]+)?")
    assert [line for line in found if not pin.fullmatch(line)] == []
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    extras = project["optional-dependencies"]
    declared = [*project["dependencies"], *extras["app"], *extras["dev"]]
    names = {re.sub(r"[._-]+", "-", re.split(r"[\[<>=]", word)[0].lower()) for word in declared}
    assert names - {line.split("==")[0] for line in found} == set()


def test_what_make_installs_is_the_readable_set_with_a_hash_for_every_pin() -> None:
    levels = [f".ci/pins/{level}.txt" for level in ("run", "app", "dev")]
    assert sorted(line for file in levels for line in pins(file)) == sorted(pins("constraints.txt"))
    for file in levels:
        for entry in re.split(r"\n(?=\S)", (ROOT / file).read_text(encoding="utf-8")):
            assert "--hash=sha256:" in entry or entry.startswith(("#", "-r "))


def test_an_installed_copy_has_all_data_scenarios_and_studies(tmp_path: Path, monkeypatch) -> None:
    monkeypatch.chdir(ROOT)
    with zipfile.ZipFile(tmp_path / build.build_wheel(str(tmp_path))) as wheel:
        packed = set(wheel.namelist())
    for path in tracked("sim"):  # what makes the pages of the repository stays there
        assert (path.as_posix() in packed) == (not path.is_relative_to("sim/reference")), path
    for path in tracked("scenarios", "experiments"):
        assert f"sim/{path.as_posix()}" in packed
