"""The planner's page in a real browser that reaches nothing but this computer."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path

import pytest

pytest.importorskip("solara", reason="the extra [app] is not installed")

from .planner import Planner
from .visit import only_from

OURS = "name: ours\nworld: china-31\nuntil: 2024-Q4\n"
THEIRS = OURS.replace("ours", "theirs") + "policy: {talent_card: 0.35}\n"


@contextmanager
def _serving(folder: Path, runs: str):
    """Serve one small country."""
    from importlib.util import module_from_spec, spec_from_file_location

    spec = spec_from_file_location("tabs_of_planner", Path(__file__).parents[1] / "tabs.py")
    assert spec is not None
    assert spec.loader is not None
    tabs = module_from_spec(spec)
    spec.loader.exec_module(tabs)
    (folder / "ours.yaml").write_text(OURS)
    (folder / "theirs.yaml").write_text(THEIRS)
    environment = {**os.environ, "SOLARA_KERNEL_CULL_TIMEOUT": "1s"}
    asked = ("ours.yaml", "theirs.yaml", "--scale", "0.003", "--runs", runs)
    with tabs.serving(folder, *asked, environment=environment) as server:
        server.until = tabs.until
        yield server
        assert "OUTSIDE" not in server.log(), server.log()
        assert "Traceback" not in server.log(), server.log()


@pytest.fixture(scope="module")
def server(tmp_path_factory):
    """Serve one small country to all visits of this module."""
    with _serving(tmp_path_factory.mktemp("planner"), "2") as server:
        yield server


@pytest.mark.browser
@pytest.mark.slow
def test_a_lever_moves_verdict_map_and_charts_and_a_link_restores_it(server, browser) -> None:
    page = Planner(browser)
    page.open(server.address)
    assert page.count(".map .zones circle") == 31
    page.until(lambda: "A and B are the same" in page.sentence(), "an answer for two equal scenarios")
    assert page.fits(1280, 800), "the page scrolls at 1280 x 800"

    page.move("application_scenarios", 10)  # buyers are there at once; in two years other levers reach nobody
    page.move("application_scenarios", 20)  # the same lever again
    page.until(page.settled, "exact pairs")
    assert page.status().startswith("2 of 2 pairs at scale 0.003")
    assert page.text(".number.money b") not in ("0", "–")
    page.press(".mode-s")
    page.until(lambda: page.count(".map .zones circle") == 2 * 31, "both scenarios on one map")
    page.press(".mode-d")
    page.until(lambda: page.moved() > 0, "the map of changes")
    page.press(".tab-bill")
    assert "programmes" in page.text(".bill").casefold()
    page.scrub(4)
    assert page.text(".map .year") == "2023"
    assert "2023-Q4" in page.text(".fans .levels")
    page.press("[data-zone=Anhui]")
    page.until(lambda: page.count(".place table"), "the card of a zone")
    page.press(".map-bar [aria-label='Zoom in']")
    page.press(".levers .more")
    page.press(".place .more")
    page.until(lambda: page.count(".place #lever-approval_days-here"), "every lever that can differ by zone")
    page.press(".from-here")
    page.move("talent_card-here", 0.5)
    page.until(lambda: "+2" in page.text(".top .arm1"), "two overrides")

    page.until(page.settled, "the answer of both")
    address, state = browser.current_url, page.shown()
    browser.get("about:blank")
    browser.get(address)
    page.until(page.settled, "the same answer")
    page.until(lambda: page.shown() == state, f"what a link restores: {state}")
    page.press(".undo", wait=False)  # what was before the link is not part of it
    assert "+2" in page.text(".top .arm1")
    only_from(browser, server.address)


@pytest.mark.browser
@pytest.mark.slow
def test_b_can_be_given_the_budget_at_which_it_costs_what_a_costs(server, browser) -> None:
    page = Planner(browser)
    page.open(server.address)
    page.move("application_scenarios", 20)
    page.until(page.settled, "exact pairs")
    asked = page.text(".number.money b")
    page.press(".tab-bill")
    page.press(".equal")
    page.press(".tab-overrides")
    page.until(lambda: "zones' budgets for future industries" in page.text(".overrides"), "a budget")
    page.until(page.settled, "exact pairs with it")
    assert page.text(".number.money b") != asked


@pytest.mark.browser
@pytest.mark.slow
def test_two_sessions_do_not_touch_and_leave_nothing(server, browser) -> None:
    page = Planner(browser)
    page.open(server.address)
    page.move("talent_card", 1)
    page.until(lambda: "+1" in page.text(".top .arm1"), "an override")
    first = browser.current_window_handle
    browser.switch_to.new_window("tab")
    page.open(server.address)
    assert "+1" not in page.text(".top .arm1")
    page.choose(".top .arm1 select", "theirs.yaml")
    page.until(lambda: page.value("#lever-talent_card") == "0.35", "their value in force")
    browser.close()
    browser.switch_to.window(first)
    assert "+1" in page.text(".top .arm1")
    assert page.value("#lever-talent_card") == "1"
    browser.get("about:blank")
    server.until(lambda: server.holds()["sessions"] == 0, "every session ends")


@pytest.mark.browser
@pytest.mark.slow
def test_a_file_is_refused_kindly_or_taken_and_the_page_speaks_chinese(
    server, browser, tmp_path: Path
) -> None:
    page = Planner(browser)
    page.open(server.address)
    bad, good = tmp_path / "bad.yaml", tmp_path / "good.yaml"
    bad.write_text("policy: {talent_crad: 1}\n")
    good.write_text(THEIRS)
    page.upload(bad)
    page.until(lambda: "did you mean 'talent_card'?" in page.text(".problems"), "what is wrong with the file")
    assert "bad.yaml:1:10" in page.text(".problems")
    page.upload(good)
    page.until(lambda: page.value("#lever-talent_card") == "0.35", "the value of the file")
    assert not page.count(".problems")
    page.press(".language")
    page.until(lambda: "统筹协调" in page.text(".levers"), "the cards in Chinese")
    titles = page.js("return [...document.querySelectorAll('.lever label')].map(e => e.title)")
    assert not [title for title in titles if title.isascii()]
    assert page.count(".planner[lang=zh-CN]")
    page.until(lambda: "已完成2/2对" in page.status(), "the answer in Chinese")
    assert not [
        t for t in page.texts(".planner button, .planner label, .planner h2") if "." in t and t.islower()
    ]


@pytest.mark.browser
@pytest.mark.slow
def test_on_a_phone_verdict_map_and_levers_are_reached_by_touch(server, browser) -> None:
    page = Planner(browser)
    page.phone()
    page.open(server.address)
    assert page.fits(390, None), "the page is wider than the phone"
    for part in (".sentence", ".map svg"):
        assert page.reached(part), part
    page.tap(".sheet-button")
    page.until(lambda: page.reached(".levers .lever"), "the sheet of levers")
    page.move("talent_card", 0.5)
    page.until(lambda: "+1" in page.text(".top .arm1"), "an override")
    page.tap(".sheet-button")
    page.until(lambda: page.reached(".map svg"), "the map again")


@pytest.mark.browser
@pytest.mark.slow
def test_the_page_can_be_worked_with_the_keyboard(server, browser) -> None:
    from selenium.webdriver.common.keys import Keys

    page = Planner(browser)
    page.open(server.address)
    browser.switch_to.active_element.send_keys(Keys.TAB)
    assert page.js("return !!document.activeElement.closest('.planner')"), "a Tab stop that nobody sees"
    lever = browser.find_element("css selector", "#lever-talent_card")
    lever.send_keys(Keys.END)
    page.until(lambda: "+1" in page.text(".top .arm1"), "End moves a lever to its end")
    lever.send_keys(Keys.CONTROL, "z")
    page.until(lambda: "+1" not in page.text(".top .arm1"), "Ctrl-Z takes it back")
    time = browser.find_element("css selector", ".time input")
    time.send_keys(Keys.HOME)
    page.until(lambda: page.text(".map .year") == "2022", "Home leads to the opening")
    page.until(lambda: page.count(".gains button"), "the provinces")
    browser.find_element("css selector", ".gains button").send_keys(Keys.ENTER)
    page.until(lambda: page.count(".place .inside"), "the card of a province")
    browser.find_element("css selector", ".inside summary").send_keys(Keys.ENTER)
    browser.find_element("css selector", ".inside .zone").send_keys(Keys.ENTER)
    page.until(lambda: page.count(".place .home"), "the card of a zone in it")


@pytest.mark.browser
@pytest.mark.slow
def test_sets_are_chosen_from_lists_and_told_by_their_names(server, browser) -> None:
    page = Planner(browser)
    page.open(server.address, "?lang=zh&more=coordination")
    page.press(".choices summary")
    page.press(".choices [value=Anhui]")
    page.until(lambda: "+2" in page.text(".top .arm1"), "the zone, and money for it")
    page.press(".tab-overrides")
    page.until(lambda: "2024-Q1: 安徽" in page.text(".overrides"), "the zone in Chinese")
    assert "- Anhui" in page.text(".yaml pre") or "[Anhui]" in page.text(".yaml pre")
    page.press(".choices [value=Anhui]")
    page.until(lambda: "2024-Q1: –" in page.text(".overrides"), "no zone again")


@pytest.mark.browser
@pytest.mark.slow
def test_the_charts_are_read_under_the_pointer(server, browser) -> None:
    page = Planner(browser)
    page.open(server.address)
    page.until(lambda: "2024-Q4" in page.text(".fans .levels"), "the last quarter")
    point = (
        "document.querySelector('.fans .levels')"
        ".dispatchEvent(new PointerEvent(arguments[0], {clientX: arguments[1]}))"
    )
    left = page.js("return document.querySelector('.fans .levels').getBoundingClientRect().x")
    page.js(point, "pointermove", left + 70)
    page.until(lambda: "2023-Q1" in page.text(".fans .levels"), "the quarter under the pointer")
    assert page.text(".time output") == "2024-Q4", "pointing moves nothing"
    page.js(point, "pointerleave", 0)
    page.until(lambda: "2024-Q4" in page.text(".fans .levels"), "the quarter of the time bar again")
    assert page.text(".number.money .when") == "all years"
    assert page.text(".number.jobs .when") == "in 2024"


@pytest.mark.browser
@pytest.mark.slow
def test_one_pair_is_no_finding(tmp_path: Path, browser) -> None:
    with _serving(tmp_path, "1") as server:
        page = Planner(browser)
        page.open(server.address)
        page.move("application_scenarios", 20)
        page.until(lambda: page.answered() and "1 of 1 pairs" in page.status(), "the pair")
        assert page.sentence().startswith("First pair only: with B instead of A, ")
        assert "95 %" not in page.status()
        tones = page.js("return [...document.querySelectorAll('.number b')].map(e => e.className)")
        assert set(tones) == {"unclear"}
        page.press(".tab-compare")
        page.until(lambda: page.count(".compare .unclear"), "the table of all differences")
        assert page.text(".compare caption") == "Differences from A in the first pair only"
        assert not page.count(".compare .better, .compare .worse, .compare small")
