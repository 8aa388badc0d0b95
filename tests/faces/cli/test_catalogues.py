"""What can be looked up: commands, levers, metrics, source rows, zones."""

import json
import subprocess
import sys


def test_help_is_quick_and_names_the_commands():
    code = (
        "import sys, sim.cli; sim.cli.run(['--help']); print({'numba', 'pandas', 'numpy'} & {*sys.modules})"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.rstrip().endswith("set()")
    names = "demo run compare study resume status report app check explain levers metrics odd schema warmup"
    assert set(names.split()) <= set(done.stdout.split())


def test_bare_command_shows_help(command):
    code, out, err = command()
    assert code == 0
    assert "compare" in out
    assert err == []


def test_levers_have_the_promised_fields(command):
    code, out, _ = command("levers", "--json")
    levers = {lever["name"]: lever for lever in json.loads(out)}
    assert code == 0
    promised = "name unit low high default neutral group source evidence source_rows requires doc"
    groups = "coordination technology demand enterprises talent capital environment world"
    for lever in levers.values():
        assert list(lever)[: len(promised.split())] == promised.split()
        assert None not in lever.values()
        assert lever["group"] in groups.split()
        assert lever["evidence"] in {"measured", "literature", "assumption"}
        assert lever["source_rows"]
        assert lever["doc"].endswith(".")
        assert lever["source"]
        assert set(lever["requires"]) <= set(levers) - {lever["name"]}
        for value in (lever["default"], lever["neutral"]):
            number = isinstance(value, int | float)
            assert (
                lever["low"] <= value <= lever["high"] if number else value in (lever["low"], lever["high"])
            )
        assert lever["low"] != lever["high"]
    assert sum(lever["group"] != "world" for lever in levers.values()) >= 35


def test_bounds_and_company_of_every_lever_are_accepted_where_they_belong(command, scenario):
    levers = json.loads(command("levers", "--json")[1])
    for end in ("low", "high"):
        sections = {"policy": {}, "assumptions": {}}
        for lever in levers:
            sections["assumptions" if lever["group"] == "world" else "policy"][lever["name"]] = lever[end]
        path = scenario(
            end,
            f"policy: {json.dumps(sections['policy'])}\nassumptions: {json.dumps(sections['assumptions'])}\n",
        )
        assert command("check", path)[0] == 0
    for lever in (lever for lever in levers if lever["requires"]):
        path = scenario(lever["name"], f"policy: {json.dumps(lever['requires'])}\n")
        assert command("check", path)[0] == 0


def test_metrics_have_the_promised_fields(command):
    code, out, _ = command("metrics", "--json")
    metrics = json.loads(out)
    assert code == 0
    promised = "name unit better account source_rows doc"
    for metric in metrics:
        assert list(metric)[: len(promised.split())] == promised.split()
        assert metric["better"] in {"higher", "lower", ""}
        assert isinstance(metric["account"], bool)
        assert metric["source_rows"]
        assert metric["doc"].endswith(".")
    better = {metric["name"]: metric["better"] for metric in metrics}
    assert better["duplicated_layouts"] == "lower"
    assert {"cluster_count", "largest_cluster_output"} <= set(better)
    account = {metric["name"] for metric in metrics if metric["account"]}
    assert {"public_cost", "public_net_cost", "tax_revenue"} <= account
    assert not {"duplicated_layouts", "output", "jobs"} & account


def test_rows_say_what_serves_them(command):
    code, out, _ = command("rows", "--json")
    rows = {row["row"]: row for row in json.loads(out)}
    assert code == 0
    assert len(rows) == 56
    kinds = ["levers", "metrics", "scenarios", "studies"]
    assert list(rows["K2"]) == ["row", "group", "named", "documents", "needs", *kinds, "measured"]
    assert {row["measured"]["strength"] for row in rows.values()} <= {"live", "weak", "thin", "told"}
    assert {name for name, row in rows.items() if row["measured"]["strength"] == "told"} == {
        name for name, row in rows.items() if not row["levers"]
    }
    assert "cases/zhaoqing_lowalt" in rows["K2"]["scenarios"]
    assert rows["K2"]["studies"] == ["cases"]
    assert rows["T7"]["levers"] == ["ip_protection"]
    told = command("rows")[1]
    assert all(f"\n{row} " in told for row in rows)


def test_catalogues_are_readable(command):
    assert "talent_card" in command("levers")[1]
    assert "duplicated_layouts" in command("metrics")[1]
    assert json.loads(command("schema")[1])["type"]


def test_zones_are_found_by_any_name(command):
    for word in ("hefei", "合肥", "合肥市高新区", "340100"):
        code, out, _ = command("zones", word, "--json")
        (zone,) = json.loads(out)
        assert (code, zone["zone"], zone["zone_zh"], zone["province_zh"]) == (0, "Hefei", "合肥", "安徽")
    assert len(json.loads(command("zones", "安徽", "--json")[1])) == 8
    assert len(json.loads(command("zones", "--json")[1])) == 178
    code, out, err = command("zones", "合费")
    assert (code, out) == (2, "")
    assert err == [
        "合费: no zone or province is called this; did you mean '合肥'?; 'clusterlab zones' lists them all"
    ]
