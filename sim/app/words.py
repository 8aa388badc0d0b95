"""The words of the page in its languages, from one table."""

from __future__ import annotations

import csv
from functools import cache
from pathlib import Path

LANGUAGES = ("en", "zh")


@cache
def table() -> dict[str, list[str]]:
    """Return the words by key, one text a language."""
    with (Path(__file__).parent / "words.csv").open(encoding="utf-8", newline="") as file:
        return {row["key"]: [row[language] for language in LANGUAGES] for row in csv.DictReader(file)}
