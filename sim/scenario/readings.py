"""What a text may mean that stands where a number belongs.

A hint never chooses: where a text can be read in two ways, both are told, and the writer decides.
"""

from __future__ import annotations

import math
import re
import unicodedata

_PLAIN = re.compile(r"[-+]?(?:[0-9]+(?:\.[0-9]*)?|\.[0-9]+)(?:[eE][-+]?[0-9]+)?")
_GROUPED = re.compile(r"[-+]?[0-9]{1,3}(?:,[0-9]{3})+(?:\.[0-9]*)?")
_POINTED = re.compile(r"[-+]?[0-9]{1,3}(?:\.[0-9]{3}){2,}")
_BETWEEN = re.compile(r"(?<=[0-9])[ _'’](?=[0-9])")
"""What only groups digits, whoever writes it."""
_TIMES = {"万": 1e4, "亿": 1e8}


def readings(text: str) -> list[float]:
    """Return the numbers that a text may be meant as, the likeliest first.

    >>> readings("1,5"), readings("1.000,5"), readings("1_000"), readings("１．５"), readings("two")
    ([1.5, 15.0], [1000.5, 1.0005], [1000.0], [1.5], [])
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    times = _TIMES.get(plain[-1:], 1.0)
    if times != 1.0:
        plain = plain[:-1].strip()
    plain = _BETWEEN.sub("", plain)
    found = [float(way) * times for way in _ways(plain) if _PLAIN.fullmatch(way)]
    return [number for number in dict.fromkeys(found) if math.isfinite(number)]


def _ways(text: str) -> list[str]:
    """Return a text with its points and commas read in each way that is in use somewhere."""
    closed = text.replace(",", "")
    if "," not in text:
        return [text.replace(".", "") if _POINTED.fullmatch(text) else text]
    if text.count(",") > 1:
        return [closed] if _GROUPED.fullmatch(text) else []
    head, _, tail = text.partition(",")
    if "." in tail:
        return [closed]
    decimal = f"{head.replace('.', '')}.{tail}"
    return [closed, decimal] if _GROUPED.fullmatch(text) else [decimal, closed]


def hint(text: str, unit: str = "") -> str:
    """Return how to write what a text may mean; empty where it means no number.

    Args:
        text: what stands where a number belongs.
        unit: of the number wanted; only a share is surely a hundredth of its per cent.
    """
    plain = unicodedata.normalize("NFKC", text).strip()
    if plain.endswith("%"):
        found = [
            way for x in readings(plain[:-1]) for way in ([x / 100] if _is_share(unit) else [x / 100, x])
        ]
    else:
        found = readings(plain)
    written = [f"{x:.15g}" for x in found]
    if not written:
        return ""
    if len(written) > 1:
        return f"{' or '.join(written)}? write the one you mean, with a point for decimals and no other sign"
    if plain.endswith("%"):
        return f"write {written[0]} for {text.strip()}"
    return (
        f"write {written[0]}, without quotes"
        if _PLAIN.fullmatch(text)
        else f"write {written[0]}, digits and point only"
    )


def _is_share(unit: str) -> bool:
    return unit.startswith(("share", "ratio"))
