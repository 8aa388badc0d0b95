"""Every kind of harm in its small form, each in a process of its own."""

import subprocess
import sys

import pytest

from tests.torture import frame


@pytest.mark.slow
@pytest.mark.parametrize("kind", frame.KINDS)
def test_nothing_breaks(kind):
    words = [sys.executable, "-m", "tests.torture", "--small", kind]
    done = subprocess.run(words, cwd=frame.ROOT, capture_output=True, text=True, check=False, timeout=540)
    assert done.returncode == 0, done.stdout + done.stderr
    assert " 0 broke" in done.stdout


def test_the_page_shows_the_table():
    text = frame.PAGE.read_text(encoding="utf-8")
    assert frame.made(frame.read()) in text
