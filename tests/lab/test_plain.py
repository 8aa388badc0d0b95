"""Files written in one go, whatever their contents."""

import json

from sim.lab.plain import write_json


def test_file_names_that_are_not_utf_8_survive_in_json(tmp_path):
    value = {"study_file": b"s\xff.yaml".decode(errors="surrogateescape"), "name": "合肥"}
    write_json(tmp_path / "m.json", value)
    assert json.loads((tmp_path / "m.json").read_text(encoding="utf-8")) == value
