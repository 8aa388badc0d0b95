"""The report as a file: self-contained, well-formed, complete, the same every time."""

import itertools
import json
import re
from html.parser import HTMLParser

import pandas as pd
import pytest

from sim.core.errors import InputError
from sim.report import write

VOID = {"meta", "br", "link", "img", "hr", "input", "path", "circle", "rect", "line", "use"}
THREE = {"baseline": 0.0, "top_level_design": 1.0, "shared_information": 0.3}

KINDS = {
    "pair": {},
    "several": {"scenarios": THREE, "runs": 3},
    "single": {"scenarios": {"baseline": 0.0}, "runs": 1},
    "one run": {"runs": 1},
}


class Balance(HTMLParser):
    """Follow open and closed elements, ids, references and headings."""

    def __init__(self):
        super().__init__()
        self.open, self.ids, self.references, self.faults, self.headings = [], [], set(), [], []

    def handle_starttag(self, tag, attrs):
        self._note(tag, attrs)
        if tag not in VOID:
            self.open.append(tag)

    def handle_startendtag(self, tag, attrs):
        self._note(tag, attrs)

    def handle_endtag(self, tag):
        if tag in VOID:
            return
        if not self.open or self.open.pop() != tag:
            self.faults.append((tag, self.getpos()))

    def _note(self, tag, attrs):
        if re.fullmatch("h[1-6]", tag):
            self.headings.append(int(tag[1]))
        for name, value in attrs:
            if name == "id":
                self.ids.append(value)
            for found in re.findall(r"url\(#([^)]+)\)", value or ""):
                self.references.add(found)
            if name == "href" and value.startswith("#"):
                self.references.add(value[1:])


def parsed(html):
    parser = Balance()
    parser.feed(html)
    parser.close()
    return parser


def report(folder):
    return write(folder).read_text(encoding="utf-8")


@pytest.fixture(scope="module")
def pages(results_folder):
    """Return each kind of report, written once."""
    folders = {kind: results_folder(**settings) for kind, settings in KINDS.items()}
    return {kind: report(folder) for kind, folder in folders.items()} | {"folder": folders["pair"]}


@pytest.fixture(params=list(KINDS))
def html(request, pages):
    return pages[request.param]


def test_it_needs_nothing_from_outside(html):
    assert not re.search(r"""(?:src|href|action)\s*=\s*["'](?!#)""", html)
    assert not re.search(r"url\((?!#)", html)
    assert not re.search(r"https?://|//[a-z]+\.|@import|<link|<iframe|<img", html)


def test_it_is_well_formed(html):
    found = parsed(html)
    assert not found.faults
    assert not found.open
    assert len(found.ids) == len(set(found.ids))
    assert found.references <= set(found.ids)


def test_headings_never_skip_a_level(html):
    levels = parsed(html).headings
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(b <= a + 1 for a, b in itertools.pairwise(levels))


def test_tables_and_figures_are_named(html):
    assert html.count("<table") == html.count("<caption")
    pictures = re.findall(r"<svg[^>]*>", html)
    assert pictures
    assert all("aria-label=" in p or 'aria-hidden="true"' in p for p in pictures)


def test_every_metric_is_in_the_table(pages):
    manifest = json.loads((pages["folder"] / "manifest.json").read_text())
    for metric in manifest["metrics"]:
        assert f"[{metric['name']}]" in pages["pair"]


def test_same_folder_same_bytes(pages):
    assert report(pages["folder"]) == pages["pair"]


def test_it_stays_small(html):
    assert len(html.encode()) < 2e6


@pytest.mark.slow
@pytest.mark.parametrize("policies", [2, 5])
def test_it_stays_small_with_the_real_country_and_several_policies(results_folder, whole_country, policies):
    names = {"baseline": 0.0} | {f"policy_{i}": 0.2 * i for i in range(1, policies + 1)}
    folder = results_folder(scenarios=names, runs=2, zones=whole_country, years=(2023, 2042))
    # the made-up folder has a fifth of the metrics; a true one adds 70 kB a policy
    assert len(report(folder).encode()) < 2e6 - 7e4 * policies


def test_what_users_wrote_is_escaped(pages):
    html = pages["pair"]
    assert "&lt;b&gt;one&lt;/b&gt; warning" in html
    assert "means &amp; implies" in html


def test_undefined_numbers_read_as_undefined(pages):
    assert not re.search(r"\b(?:nan|None|inf)\b", pages["pair"])
    assert "undefined" in pages["pair"]


def test_one_run_claims_no_interval(pages):
    html = pages["one run"]
    assert "In one single run, which gives no interval" in html
    assert "95 % interval 2" not in html


def test_single_scenario_is_not_compared(pages):
    html = pages["single"]
    assert "no comparison, so no interval" in html
    assert "Who gains" not in html
    assert "Duplicated layouts" in html


def test_several_policies_each_get_answer_and_section(pages):
    html = pages["several"]
    assert html.count('<p class="answer">') == 2
    assert 'id="a1"' in html
    assert 'id="a2"' in html
    assert "Policies at a glance" in html


def test_failed_runs_are_told_and_left_out_of_pairs(results_folder):
    folder = results_folder(failed=1)
    for name in ("timeseries", "cells", "zones", "industries"):
        table = pd.read_parquet(folder / f"{name}.parquet")
        lost = (table["scenario"] == "top_level_design") & (table["seed"] == 3)
        table[~lost].to_parquet(folder / f"{name}.parquet", index=False)
    assert "1 run failed." in report(folder)


def test_dictionary_columns_give_the_same_report(pages, results_folder):
    folder = results_folder()
    for name in ("timeseries", "cells", "industries"):
        table = pd.read_parquet(folder / f"{name}.parquet")
        for column in ("scenario", "zone", "province", "industry"):
            if column in table:
                table[column] = table[column].astype("category")
        table.to_parquet(folder / f"{name}.parquet", index=False)
    assert report(folder).replace(str(folder), str(pages["folder"])) == pages["pair"]


def test_a_folder_without_cells_still_gives_the_national_report(results_folder):
    folder = results_folder(runs=1)
    (folder / "cells.parquet").unlink()
    html = report(folder)
    assert "Every outcome" in html
    assert "Who gains" not in html


def test_a_folder_without_industries_still_tells_who_targets_what(results_folder):
    folder = results_folder(runs=1)
    (folder / "industries.parquet").unlink()
    html = report(folder)
    assert "who targets what" in html
    assert "n*" not in html.split('id="glossary"')[0]


def test_the_titles_are_for_people(pages, results_folder):
    assert "<h1>Coordinated layouts against uncoordinated layouts</h1>" in pages["pair"]
    folder = results_folder(runs=1)
    manifest = json.loads((folder / "manifest.json").read_text())
    asked = "Each rung of the dial alone, and then all of them together, against what zones do by themselves."
    (folder / "manifest.json").write_text(json.dumps(manifest | {"question": asked}))
    html = report(folder)
    assert "<h1>Top level design against baseline</h1>" in html
    assert f'<p class="question">{asked}</p>' in html
    del manifest["question"]
    (folder / "manifest.json").write_text(json.dumps(manifest))
    assert "What does top level design change" in report(folder)


@pytest.mark.parametrize(
    ("spoil", "words"),
    [
        (lambda f: (f / "manifest.json").unlink(), "not a results folder"),
        (lambda f: (f / "manifest.json").write_text("{"), "not readable as JSON"),
        (lambda f: (f / "manifest.json").write_text("[]"), "no mapping"),
        (lambda f: (f / "timeseries.parquet").unlink(), "clusterlab resume"),
    ],
)
def test_what_is_no_results_folder_is_refused_with_a_remedy(results_folder, spoil, words):
    folder = results_folder(runs=1)
    spoil(folder)
    with pytest.raises(InputError, match=words) as caught:
        write(folder)
    assert caught.value.problems[0].remedy


def test_missing_folder_is_refused(tmp_path):
    with pytest.raises(InputError, match="no such folder"):
        write(tmp_path / "nowhere")
