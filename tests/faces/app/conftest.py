"""A browser that cannot resolve any name."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

import pytest

from .visit import LIMIT

CHROMIUM, DRIVER = shutil.which("chromium"), shutil.which("chromedriver")
FLAGS = (
    "--headless=new --no-sandbox --disable-gpu --disable-quic --no-first-run --no-proxy-server "
    "--disable-sync --disable-background-networking --disable-component-update --window-size=1500,1000"
)


def start(folder: Path):
    """Start a browser that cannot resolve any name, with its profile in a folder; return its driver."""
    from selenium import webdriver
    from selenium.webdriver.chrome.service import Service

    options = webdriver.ChromeOptions()
    options.binary_location = CHROMIUM or ""
    for flag in (*FLAGS.split(), f"--user-data-dir={folder / 'profile'}"):
        options.add_argument(flag)
    options.add_argument("--host-resolver-rules=MAP * ~NOTFOUND , EXCLUDE 127.0.0.1")
    options.set_capability("goog:loggingPrefs", {"performance": "ALL", "browser": "ALL"})
    driver = webdriver.Chrome(options=options, service=Service(DRIVER))
    driver.set_page_load_timeout(LIMIT)
    driver.set_script_timeout(LIMIT)
    return driver


@pytest.fixture
def browser(tmp_path: Path):
    """Start a browser that cannot resolve any name; yield its driver."""
    if not (CHROMIUM and DRIVER):
        reason = "chromium and chromedriver are not installed"
        if os.environ.get("CLUSTERLAB_REQUIRE_BROWSER") == "1":
            pytest.fail(reason)
        pytest.skip(reason)
    driver = start(tmp_path)
    try:
        yield driver
    finally:
        driver.quit()
