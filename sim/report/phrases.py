"""Words in two languages, from one table: what every face says, in English or Chinese.

The program is written in English; ``data/phrases.csv`` has the Chinese of each phrase.  Code says a phrase
with :func:`say`.  Templates are plain English, and their text is replaced phrase by phrase when they are read
(:func:`translated`).  What has no Chinese yet stays English; tests name it.

:func:`speaking` sets the language of what is made inside it, in this thread or task alone.
"""

from __future__ import annotations

import csv
import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from functools import cache
from pathlib import Path
from typing import Any

LANGUAGES = ("en", "zh")
_FILE = Path(__file__).parent / "data" / "phrases.csv"
_language: ContextVar[str] = ContextVar("language", default="en")

_CODE = re.compile(r"({%.*?%}|{#.*?#}|{{.*?}})", re.DOTALL)
_TAG = re.compile(r"(<(?!/?(?:strong|em|code|br|sup)\b)[^<>]*>)", re.DOTALL)
"""A tag that ends a phrase; the others may stand in one."""
_TOLD = re.compile(r'(\b(?:title|aria-label)=")([^"]*)(")')
_HELD = re.compile("\N{START OF TEXT}(\\d+)\N{END OF TEXT}")
_PLACE = re.compile(r"\\{(\w+)\\}")
_WORD = re.compile(r"[A-Za-z]{2,}")


@contextmanager
def speaking(language: str) -> Iterator[None]:
    """Let everything made inside be said in a language of ``LANGUAGES``."""
    token = _language.set(language)
    try:
        yield
    finally:
        _language.reset(token)


def language() -> str:
    """Return the language that is spoken now: ``en`` or ``zh``."""
    return _language.get()


def chinese() -> bool:
    """Return whether Chinese is spoken now."""
    return _language.get() == "zh"


def say(english: str, /, *, sense: str = "", **values: Any) -> str:
    """Return a phrase in the language spoken now, its ``{names}`` filled in.

    Where English has one word for two things, ``sense`` tells which: ``jobs`` as a unit stands in the table
    as ``jobs [unit]``.

    >>> say("{runs} runs failed.", runs=3)
    '3 runs failed.'
    """
    text = english
    if chinese():
        text = table().get(f"{english} [{sense}]") or table().get(english, english)
    return text.format(**values) if values else text


def heard(text: str, phrases: Iterable[str], **called: Callable[[str], str]) -> str:
    """Return what the program said in English, in the language spoken now, if it is one of some phrases.

    ``called`` says what things in its places are called.

    >>> with speaking("zh"):
    ...     heard("in 2042", ["in {year}"])
    '2042年'
    """
    for phrase in phrases if chinese() else ():
        pattern = _PLACE.sub(lambda place: f"(?P<{place[1]}>.+?)", re.escape(phrase))
        if found := re.fullmatch(pattern, text):
            return say(phrase, **{k: called.get(k, str)(v) for k, v in found.groupdict().items()})
    return text


def foreign(english: str, *, sense: str = "") -> bool:
    """Return whether a phrase has no words in the language that is spoken now."""
    return chinese() and say(english, sense=sense).isascii()


@cache
def table() -> dict[str, str]:
    """Return the Chinese of every phrase, by its English."""
    with _FILE.open(encoding="utf-8", newline="") as handle:
        return {row["en"]: row["zh"] for row in csv.DictReader(handle)}


def translated(template: str) -> str:
    """Return the source of a template with its text in Chinese, what is computed left as it is."""
    phrases = table()
    pieces = []
    for text, parts, told in _split(template):
        zh = phrases.get(key(text)) if told else None
        pieces.append(_filled(text if zh is None else _framed(text, zh), parts))
    return "".join(pieces)


def phrases_of(template: str) -> Iterable[str]:
    """Return the phrases of a template in order: its texts with words, ``{0}`` for what is computed."""
    return (key(text) for text, _, told in _split(template) if told and _WORD.search(_bare(text)))


def key(text: str) -> str:
    """Return how a template's text stands in the table: one line, ``{0}`` for what is computed."""
    order: dict[str, str] = {}
    for held in _HELD.findall(text):
        order.setdefault(held, f"{{{len(order)}}}")
    return _HELD.sub(lambda m: order[m[1]], " ".join(text.split()))


def _bare(text: str) -> str:
    """Return a text without what is computed, tags and entities, to see whether it has words."""
    return re.sub(r"<code>.*?</code>|<[^<>]*>|&\w+;", "", _HELD.sub("", text))


def _framed(text: str, zh: str) -> str:
    """Return the Chinese with its numbered places filled as in the English, and the white space around it."""
    held = list(dict.fromkeys(_HELD.findall(text)))
    for i, number in enumerate(held):
        zh = zh.replace(f"{{{i}}}", f"\N{START OF TEXT}{number}\N{END OF TEXT}")
    before, after = text[: len(text) - len(text.lstrip())], text[len(text.rstrip()) :]
    return before + zh + after


def _filled(text: str, parts: list[str]) -> str:
    return _HELD.sub(lambda m: parts[int(m[1])], text)


def _split(template: str) -> Iterator[tuple[str, list[str], bool]]:
    """Yield the template piece by piece: text, what is computed, whether readers are told it.

    What is computed is held back as a number, so that neither tags nor quotes in it matter.
    """
    parts: list[str] = []
    whole = ""
    for i, piece in enumerate(_CODE.split(template)):
        if i % 2:
            parts.append(piece)
        whole += f"\N{START OF TEXT}{len(parts) - 1}\N{END OF TEXT}" if i % 2 else piece
    for i, piece in enumerate(_TAG.split(whole)):
        if i % 2:
            last = 0
            for told in _TOLD.finditer(piece):
                yield piece[last : told.start(2)], parts, False
                yield told[2], parts, True
                last = told.end(2)
            yield piece[last:], parts, False
        else:
            yield from ((text, parts, True) for text in _statements_apart(piece, parts))


def _statements_apart(text: str, parts: list[str]) -> Iterator[str]:
    """Yield a text cut at statements (``{% if %}``), which no phrase spans."""
    last = 0
    for held in _HELD.finditer(text):
        if not parts[int(held[1])].startswith("{{"):
            yield text[last : held.start()]
            yield held[0]
            last = held.end()
    yield text[last:]
