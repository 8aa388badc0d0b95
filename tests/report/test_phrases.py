"""Two languages from one table: nothing is lost, nothing is left in English, nothing leaks."""

import ast
import re
from pathlib import Path

import pytest
import yaml
from typer.testing import CliRunner

from sim.cli.commands import app
from sim.metrics import METRICS
from sim.metrics.scale import scale_warnings
from sim.report import page, phrases, write
from sim.report.names import _LABELS, industry_code, key_label, parameters, scenario_label
from sim.report.phrases import language, say, speaking
from sim.schedule import LEVERS
from sim.world import catalogue, country
from tests.report.told import english_in

REPORT = Path(phrases.__file__).parent
TEMPLATES = sorted((REPORT / "templates").glob("*.html.j2"))
PLACES = re.compile(r"{\w*}")


@pytest.mark.parametrize("template", TEMPLATES, ids=lambda path: path.name.split(".")[0])
def test_a_template_keeps_all_that_is_no_phrase(template):
    source = template.read_text(encoding="utf-8")
    pieces = list(phrases._split(source))
    assert "".join(phrases._filled(text, parts) for text, parts, _ in pieces) == source
    chinese = phrases.translated(source)
    for kept in (r"{%.*?%}", r'(?:class|id|href|scope)="[^"{]*"', r"<code>[^<]*</code>"):
        assert sorted(re.findall(kept, chinese, re.S)) == sorted(re.findall(kept, source, re.S))


def test_every_phrase_of_the_templates_is_in_the_table():
    missing = {
        phrase
        for template in TEMPLATES
        for phrase in phrases.phrases_of(template.read_text(encoding="utf-8"))
        if phrase not in phrases.table()
    }
    assert missing <= {"n*", "Python"}


def said():
    """Yield what the report's code says as literal text."""
    for path in REPORT.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
            if isinstance(node, ast.Call) and getattr(node.func, "id", "") == "say":
                first = node.args[0]
                for part in (first.body, first.orelse) if isinstance(first, ast.IfExp) else (first,):
                    if isinstance(part, ast.Constant):
                        yield part.value


def test_what_the_code_says_is_in_the_table():
    found = set(said())
    assert len(found) > 100
    assert found - set(phrases.table()) == set()


def test_every_metric_has_a_chinese_name_and_meaning():
    known = set(phrases.table())
    assert {label for label in _LABELS.values() if label not in known} == set()
    assert {m.name for m in METRICS.values() if m.doc not in known or m.group not in known} == set()


def test_every_parameter_has_a_name_in_each_language_that_is_its_own():
    assert list(parameters()) == list(dict.fromkeys(one.name for one in catalogue()))
    for spoken in ("en", "zh"):
        names = [row[spoken] for row in parameters().values()]
        assert len(set(names)) == len(names)
        assert {name for name in names if name.isascii() is (spoken == "zh")} == set()


def test_every_unit_has_its_chinese():
    units = {one.unit for group in (LEVERS.values(), METRICS.values(), catalogue()) for one in group}
    with speaking("zh"):
        assert {unit for unit in units if say(unit, sense="unit") == unit} <= {""}


def test_keys_are_told_in_words_and_in_places():
    with speaking("zh"):
        told = [key_label(key) for key in ("policy.talent_card", "assumptions.demand_midpoint.NEV")]
        assert told == ["人才卡", "市场达到半饱和的年份（新能源与智能网联汽车）"]
        assert key_label("zones.Hefei.industries.QUANTUM.rd_grant_rate") == "研发补助率（合肥、量子信息）"
        assert key_label("pilots.talent_card") == "人才卡（试点园区）"
        assert key_label("my_lever") == "my_lever", "somebody's own lever stays as it was written"
        assert scenario_label("baseline (more_hype)") == "基准（更热炒作）"


def test_shipped_scenarios_and_industries_are_told_in_chinese():
    files = (REPORT.parents[1] / "scenarios").glob("*.yaml")
    told = {" ".join(str(yaml.safe_load(file.read_text("utf-8"))["description"]).split()) for file in files}
    assert len(told) > 40
    assert told - set(phrases.table()) == set()
    land = country("china-31")
    with speaking("zh"):
        short = [industry_code(code) for code in land.industries]
    assert len(set(short)) == len(short)
    assert not [name for name in short if name.isascii() or len(name) > 5]


@pytest.mark.parametrize("scale", [0.005, 0.01])
def test_what_every_run_warns_of_is_told_in_chinese(scale):
    for warning in scale_warnings(scale):
        said = f"top_level_design: {warning} (3 of 3 runs)"
        assert page._warning(said) == (said, "en")
        with speaking("zh"):
            text, told_in = page._warning(said)
            assert told_in == "zh"
            assert not re.search("[A-Za-z]{2,}", text), text
            assert page._warning("a line of somebody's own") == ("a line of somebody's own", "en")


def test_topics_of_shipped_studies_have_chinese_names():
    files = (REPORT.parents[1] / "experiments").glob("*.yaml")
    topics = {topic for file in files for topic in re.findall(r"group: ([a-z ]+)}", file.read_text("utf-8"))}
    assert len(topics) > 10
    assert topics - set(phrases.table()) == set()


def test_chinese_fills_in_what_english_does():
    for english, chinese in phrases.table().items():
        assert sorted(set(PLACES.findall(english))) == sorted(set(PLACES.findall(chinese))), english


def test_a_phrase_with_several_places_keeps_each_where_its_language_wants_it():
    source = '<p title="{{ a }} in {{ b }}">{{ x }} of {{ y|round }} runs{% if z %} failed{% endif %}.</p>'
    table = {"{0} of {1} runs": "{1}次运行中的{0}次", "{0} in {1}": "{1}的{0}", "failed": "失败"}
    phrases.table.cache_clear()
    try:
        phrases.table().update(table)
        assert phrases.translated(source) == (
            '<p title="{{ b }}的{{ a }}">{{ y|round }}次运行中的{{ x }}次{% if z %} 失败{% endif %}.</p>'
        )
    finally:
        phrases.table.cache_clear()


def test_english_left_over_would_be_found():
    assert english_in(
        "<p>There is English here</p><p lang='en'>There is more here</p><pre>a command of code</pre>"
    )
    assert english_in('<p title="What this text means">好</p>') == ["What this text means"]


def test_no_english_sentence_is_left_in_a_chinese_report(quick):
    english = write(quick).read_text(encoding="utf-8")
    html = write(quick, "zh").read_text(encoding="utf-8")
    assert '<html lang="zh">' in html
    assert len(english_in(english)) > 300
    assert english_in(html) == []
    assert "亿元" in html
    assert not re.search(r"\d (?:bn|tn|m|million)\b", re.sub(r"<[^>]+>", " ", html))
    assert write(quick).read_text(encoding="utf-8") == english


def test_the_command_line_speaks_chinese(quick):
    done = CliRunner().invoke(app, ["report", str(quick), "--lang", "zh"], standalone_mode=False)
    assert done.exit_code == 0, done.output
    assert "一页结论" in (quick / "report.html").read_text(encoding="utf-8")
    assert CliRunner().invoke(app, ["report", str(quick), "--lang", "xx"]).exit_code == 2


def test_the_language_ends_with_its_block():
    with speaking("zh"):
        assert language() == "zh"
        assert say("Glossary") == "术语表"
        assert say("jobs") != say("jobs", sense="unit")
    assert language() == "en"
    assert say("Glossary") == "Glossary"
