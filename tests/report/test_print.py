"""The report in a browser without a network: page one is one sheet, folds print, phones scroll down only."""

import os
import re
import shutil
import subprocess

import pytest

from sim.report import write

CHROMIUM = shutil.which("chromium")
FLAGS = "--headless --no-sandbox --disable-gpu --hide-scrollbars --no-first-run --no-pdf-header-footer"
pytestmark = pytest.mark.browser


@pytest.fixture
def chromium(tmp_path):
    """Return what opens a page in a browser that reaches nothing, and returns what it prints."""
    if CHROMIUM is None:
        reason = "chromium is not installed"
        if os.environ.get("CLUSTERLAB_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)

    def opened(html, *flags):
        page = tmp_path / "page.html"
        page.write_text(html, encoding="utf-8")
        words = [CHROMIUM, *FLAGS.split(), f"--user-data-dir={tmp_path / 'profile'}", *flags]
        words += ["--host-resolver-rules=MAP * ~NOTFOUND", page.as_uri()]
        return subprocess.run(words, capture_output=True, timeout=180, check=True).stdout.decode()

    return opened


def pages(chromium, tmp_path, html):
    """Print a page to A4 and return how many sheets it takes."""
    chromium(html, f"--print-to-pdf={tmp_path / 'page.pdf'}")
    return len(re.findall(rb"/Type\s*/Page\b", (tmp_path / "page.pdf").read_bytes()))


@pytest.mark.slow
@pytest.mark.parametrize("language", ["en", "zh"])
def test_page_one_is_one_page_and_what_is_folded_prints(quick, chromium, tmp_path, language):
    html = write(quick, language).read_text(encoding="utf-8")
    end = html.index("</section>", html.index('id="front"')) + len("</section>")
    assert pages(chromium, tmp_path, html[:end] + "</main></body></html>") == 1
    folded = html.replace('document.querySelectorAll("details.fold")', "[]").replace("details.fold::", "no::")
    assert pages(chromium, tmp_path, html) > pages(chromium, tmp_path, folded) + 4


@pytest.mark.slow
def test_a_phone_needs_no_sideways_scroll(quick, chromium):
    html = write(quick).read_text(encoding="utf-8")
    told = "[innerWidth, document.documentElement.scrollWidth].join('/')"
    dom = chromium(
        html.replace("</body>", f"<script>document.title = {told}</script></body>"),
        "--window-size=390,900",
        "--dump-dom",
    )
    width, needed = map(int, re.search(r"<title>(\d+)/(\d+)</title>", dom).groups())
    assert width <= 500
    assert needed <= width
