"""A document as a piece of text that fits into an address, and back."""

from __future__ import annotations

import base64
import binascii
import json
import zlib
from typing import Any

from sim.app.document import MOST_ARMS, MOST_EDITS, Document, Edit, Variant
from sim.core.calendar import quarter_index
from sim.core.errors import InputError, Problem
from sim.scenario.layers import OVERRIDES

LONGEST = 30_000
"""Characters of a link; browsers and proxies carry that many."""
_UNPACKED = 1 << 20
SECTIONS = ("policy", "assumptions", "theories", *OVERRIDES)
"""Where an override may stand: not in the head of a file, where worlds and files are named."""


def link(document: Document) -> str:
    """Return the document as text of letters, digits, ``-`` and ``_``; empty where that is too long."""
    plain = [[v.base, v.text, v.world, [[e.key, e.quarter, e.value] for e in v.edits]] for v in document.arms]
    packed = zlib.compress(json.dumps(plain, separators=(",", ":"), ensure_ascii=False).encode(), 9)
    text = base64.urlsafe_b64encode(packed).decode().rstrip("=")
    return text if len(text) <= LONGEST else ""


def restored(text: str) -> Document:
    """Return the document of a link; whether its scenarios can be read is seen when they are.

    Raises:
        InputError: this is no link.
    """
    try:
        packed = base64.b64decode(text.encode() + b"=" * (-len(text) % 4), b"-_", validate=True)
        unpack = zlib.decompressobj()
        plain = json.loads(unpack.decompress(packed, _UNPACKED))
        if unpack.unconsumed_tail or not 2 <= len(plain) <= MOST_ARMS:
            raise ValueError
        return Document(tuple(_variant(*parts) for parts in plain))
    except (ValueError, TypeError, zlib.error, binascii.Error, UnicodeError, RecursionError):
        what = "this link is damaged: it restores nothing"
        raise InputError(Problem("link", 0, 0, what, remedy="copy the whole address")) from None


def _variant(base: Any, text: Any, world: Any, edits: Any) -> Variant:
    if not all(isinstance(word, str) for word in (base, text, world)) or len(edits) > MOST_EDITS:
        raise ValueError
    return Variant(base, text, tuple(_edit(*parts) for parts in edits), world)


def _edit(key: Any, quarter: Any, value: Any) -> Edit:
    if not isinstance(key, str) or key.partition(".")[0] not in SECTIONS:
        raise TypeError
    if quarter or not key.startswith("assumptions."):
        quarter_index(quarter)
    if isinstance(value, list) and all(isinstance(name, str) for name in value):
        return Edit(key, quarter, tuple(value))
    if isinstance(value, bool) or not isinstance(value, int | float):
        raise TypeError
    return Edit(key, quarter, value)
