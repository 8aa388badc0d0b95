"""Numbers that are shown are current: pages are made from tables, tables by the code that is here."""

import csv
import doctest
import io
import json
import re

import pytest

from sim.reference import bench, pages, parts, provenance, strength, tabled, worded

from .repository import ROOT, tracked

RECORDS = provenance.read()
REMEDY = "If the change is meant, mark it **results** in CHANGELOG.md and run `make reference`."
OTHER = {"README.md", provenance.RECORDS, "robustness.csv", "mutants.csv"}
"""Files of results/reference that are no results of the model; each row of the last tells its own sources."""


def text_of_pages():
    return "".join(page.read_text(encoding="utf-8") for page in pages.pages().values())


@pytest.mark.parametrize("name", pages.pages())
def test_a_page_is_what_its_template_and_the_tables_give(name):
    page = pages.pages()[name]
    made = pages.render(name, (pages.PARTS / name).read_text(encoding="utf-8"))
    assert page.read_text(encoding="utf-8") == made, (
        f"stale or edited by hand: edit docs/parts/{name}, run `make docs`"
    )


def test_every_table_and_picture_has_its_record_and_no_other():
    shown = {path.name for path in tracked("results/reference")} - OTHER
    assert shown == set(RECORDS)
    for record in RECORDS.values():
        assert record["command"].startswith(("clusterlab ", "make reference", "make bits", "make bench"))
        assert record["runs"] >= 1
        assert {"of", "seed", "scale", "world", "until", "sources", "fingerprint", "changes", "made"} <= set(
            record
        )
        assert provenance.told(record)


def test_every_table_is_shown_or_linked_with_its_record():
    text = text_of_pages()
    for file, record in RECORDS.items():
        assert f"[{file}]({file}) | `{record['command']}`" in text


@pytest.mark.parametrize("file", RECORDS)
def test_no_table_is_older_than_the_last_change_of_results(file):
    why = provenance.old(RECORDS[file])
    if file in provenance.KNOWN_OLD:
        assert why, f"{file} is current again: take it out of KNOWN_OLD in sim/reference/provenance.py"
        assert f"**{file} was made before the last change of results" in text_of_pages()
    else:
        assert not why, f"{file}: {why}. Run `make reference`."


def test_only_tables_are_known_to_be_old():
    assert set(provenance.KNOWN_OLD) <= set(RECORDS)


def test_the_small_runs_give_the_numbers_that_are_written_down():
    def rows(text):
        return {(scenario, metric): value for scenario, metric, value in csv.reader(io.StringIO(text))}

    stored = rows((provenance.REFERENCE / provenance.FINGERPRINT).read_text(encoding="utf-8"))
    now = rows(provenance.fingerprint())
    changed = [
        f"{' '.join(key)}: {value} written, {now.get(key)} now"
        for key, value in stored.items()
        if now.get(key) != value
    ]
    assert not changed, f"{len(changed)} of {len(stored)} numbers changed: {changed[:3]}. {REMEDY}"
    assert now == stored, f"there are new metrics: run `{provenance.RENEWED}`"


def test_a_new_entry_marked_results_makes_tables_old(tmp_path, monkeypatch):
    log = tmp_path / "CHANGELOG.md"
    text = "# Changelog\nMarked **results**: numbers change.\n\n## [Unreleased]\n\n- **results** One.\n"
    log.write_text(text, encoding="utf-8")
    monkeypatch.setattr(provenance, "changes", lambda count=provenance.changes: count(log))
    assert provenance.changes() == 1
    record = {"changes": 1, "fingerprint": RECORDS[provenance.FINGERPRINT]["fingerprint"]}
    assert provenance.old(record) == ""
    log.write_text(text + "- **results** Third.\n", encoding="utf-8")
    assert provenance.old(record) == "1 entries marked **results** in the changelog are newer"


def test_another_fingerprint_makes_tables_old_and_new_metrics_do_not(tmp_path, monkeypatch):
    def renew(text):
        monkeypatch.setattr(provenance, "fingerprint", lambda: text)
        provenance.renew_fingerprint(tmp_path)
        return provenance.old(provenance.read(tmp_path)["table.csv"], tmp_path)

    monkeypatch.setattr(provenance, "fingerprint", lambda: "a,b,1\n")
    provenance.record(["table.csv"], {"command": "clusterlab demo"}, tmp_path)
    table = provenance.read(tmp_path)["table.csv"]
    provenance.write({"table.csv": table | {"parts": {"quick": table}}}, tmp_path)
    assert renew("a,b,1\n") == ""
    assert renew("a,b,1\na,c,2\n") == ""
    assert provenance.old(provenance.read(tmp_path)["table.csv"]["parts"]["quick"], tmp_path) == ""
    assert renew("a,b,1.5\na,c,2\n") == "small runs give other numbers than they gave then"


def test_a_claim_that_no_table_bears_names_its_sentence_and_all_of_them_are_told():
    text = "{% call claim(1 < 2) %}Fine.{% endcall %} {% call claim(false) %}Costs\nfall.{% endcall %}"
    with pytest.raises(pages.Untrue) as told:
        pages.render("made.md.j2", text + "{% call claim(false) %}Output grows.{% endcall %}")
    assert str(told.value).splitlines() == [
        "docs/parts/made.md.j2: the tables do not bear this: Costs fall.",
        "docs/parts/made.md.j2: the tables do not bear this: Output grows.",
    ]


def row(difference, low, high, p="0.01", runs="8"):
    cells = {
        "baseline": "200",
        "difference": difference,
        "ci_low": low,
        "ci_high": high,
        "p_value": p,
        "runs": runs,
    }
    return tabled.Row({key: str(value) for key, value in cells.items()})


def test_verdicts_follow_interval_and_p_value():
    words = ("more", "less", "no sure difference in")
    assert tabled.verdict(row(20, 10, 30), *words) == "more"
    assert tabled.verdict(row(-20, -30, -10), *words) == "less"
    assert tabled.verdict(row(20, -1, 41), *words) == "no sure difference in"
    assert tabled.verdict(row(20, 10, 30, p="0.06"), *words) == "no sure difference in"
    assert (
        tabled.verdict(row(20, 10, 30, p="0.25", runs="3"), *words) == "more"
    )  # three pairs have no such p-value
    assert tabled.change(row(-20, -30, -10), "more", "fewer", "firms") == "10 % fewer firms"
    assert tabled.change(row(-20, -30, 10), "more", "fewer", "firms") == "no sure difference in firms"
    assert tabled.cell(row(-20, -30, 10), 0.1, 1, "bn") == "−2.0 bn [−3.0, 1.0]"
    assert tabled.give(row(-20, -30, -10)) == "−20 ± 10"


def test_examples_of_the_functions_hold():
    assert doctest.testmod(worded).attempted >= 4
    assert doctest.testmod(worded).failed == 0
    assert (worded.count(3), worded.count(13), worded.part(0.02)) == ("three", "13", "2.0 %")


def test_a_grid_has_the_base_in_front_and_a_difference_an_arm():
    found = {"quota": {"output": row(-20, -30, -10)}, "all": {"output": row(4, -1, 9)}}
    heads = {"": "outcome (baseline)", "quota": "quotas", "all": "all four"}
    assert tabled.grid(found, heads, [("output", "output", 0.01, 1, "tn", 1, 0, "bn")]).splitlines() == [
        "| outcome (baseline) | quotas | all four |",
        "|---|---|---|",
        "| output (2.0 tn) | −20 bn [−30, −10] | +4 bn [−1, 9] |",
    ]


def test_figures_in_sentences_are_not_typed():
    """A signed number, an interval or a percentage in a template's own text is a result written by hand."""
    typed = re.compile(r"[−+]\d|\[−?\d[\d.,]*, −?\d|\d[\d.]* (?:%|bn|tn)")
    known = {
        "95 %", "5 %", "30 %", "15 %", "20 %", "13 %",  # confidence, bounds, what documents announce
        "1 bn", "2 bn", "4 bn", "100 bn", "137 bn", "300 bn", "500 bn",
        "−1", "+ 8",
    }  # fmt: skip
    found = {}
    for name in pages.pages():
        text = (pages.PARTS / name).read_text(encoding="utf-8")
        text = re.sub(r"\{%.*?%\}|\{\{.*?\}\}|^```.*?^```", "", text, flags=re.S | re.M)
        found |= {f"{name}: {hit}": hit for hit in typed.findall(text) if hit not in known}
    assert list(found) == []


def test_every_part_is_made_of_a_shipped_study_or_command(tmp_path):
    for part in parts.PARTS.values():
        assert part.tables or part.make
        assert all((ROOT / word).is_file() for word in part.command if word.startswith("experiments/"))
    made = {file for part in parts.PARTS.values() for file in (*part.tables.values(), *part.made)}
    alone = {
        "scale_stability.csv",
        "markets.csv",
        "bits.csv",
        provenance.FINGERPRINT,
        bench.TABLE,
        bench.PICTURE,
    }
    assert made | alone == set(RECORDS)
    with pytest.raises(SystemExit, match="no such part: dail"):
        parts.main(["dail"])


def test_runs_of_other_sources_are_not_taken_for_current_ones(tmp_path):
    run = {"source_hash": "0" * 16}
    (tmp_path / "manifest.json").write_text(json.dumps(run), encoding="utf-8")
    with pytest.raises(SystemExit, match="made by other sources"):
        parts.take("dial", tmp_path, tmp_path)


def test_a_record_counts_the_runs_that_the_table_is_of(tmp_path):
    (tmp_path / "table.csv").write_text("metric,runs\noutput,5\njobs,4\n", encoding="utf-8")
    (tmp_path / "other.csv").write_text("metric,value\noutput,5\n", encoding="utf-8")
    assert parts.counted([tmp_path / "table.csv", tmp_path / "other.csv"], 6) == 5
    assert parts.counted([tmp_path / "other.csv"], 6) == 6


@pytest.mark.parametrize("file", sorted({record for record in RECORDS if record.endswith(".csv")}))
def test_tables_that_count_their_runs_agree_with_their_record(file):
    with (provenance.REFERENCE / file).open(encoding="utf-8-sig", newline="") as text:
        rows = [row for row in csv.DictReader(text) if row.get("runs")]
    runs = []
    for row in rows:
        if file == strength.TABLE and row["row"] in strength.ELSEWHERE:  # of a study that has its own record
            assert int(row["runs"]) == RECORDS[strength.ELSEWHERE[row["row"]][0]]["runs"]
        else:
            runs.append(int(row["runs"]))
    assert not runs or max(runs) == RECORDS[file]["runs"]
