"""The machine-readable description of the software says what pyproject.toml and CITATION.cff say."""

import json
import re
import tomllib

from .repository import ROOT


def test_codemeta_says_what_the_project_says():
    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))["project"]
    said = json.loads((ROOT / "codemeta.json").read_text(encoding="utf-8"))
    assert said["@context"].startswith("https://w3id.org/codemeta/")
    assert said["@type"] == "SoftwareSourceCode"
    for key in ("name", "version", "description", "keywords"):
        assert said[key] == project[key], key
    assert said["license"].endswith(f"/{project['license']}")
    assert said["runtimePlatform"] == f"Python {project['requires-python']}"
    assert said["softwareRequirements"] == project["dependencies"]
    cited = (ROOT / "CITATION.cff").read_text(encoding="utf-8")
    assert [author["name"] for author in said["author"]] == re.findall(r"^  - name: (.+)$", cited, re.M)
    assert f"\nversion: {project['version']}\n" in cited
