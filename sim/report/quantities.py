"""Numbers as people read them: scaled yuan, percentages, signs and intervals.

A unit text decides the form: ``m yuan ...`` is scaled to m, bn or tn yuan, ``share`` becomes a
percentage whose differences are percentage points, and everything else keeps its own unit.  In Chinese, yuan
are scaled to 万, 亿 and 万亿, and nothing stands between a number and what follows it.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

from sim.report.phrases import chinese, language, say

MINUS = "\N{MINUS SIGN}"
BLANK = "\N{EN DASH}"
SPACE = "\N{NO-BREAK SPACE}"
"""Stands between a number and its unit, so that they are never torn apart."""
_YUAN = {
    "en": ((1e6, 1e-6, "tn"), (1e3, 1e-3, "bn"), (0.0, 1.0, "m")),
    "zh": ((1e6, 1e-6, "万亿"), (1e2, 1e-2, "亿"), (0.0, 1e2, "万")),
}
_COUNT = {
    "en": ((1e9, 1e-9, "bn"), (1e6, 1e-6, "million"), (1e5, 1e-3, "thousand"), (0.0, 1.0, "")),
    "zh": ((1e8, 1e-8, "亿"), (1e4, 1e-4, "万"), (0.0, 1.0, "")),
}
"""Scales of million yuan and of counts: from which value on, factor, word."""
_NAMELESS = {"", "1", "index", "ratio", "cosine"}


@dataclass(frozen=True, slots=True)
class Scale:
    """What to multiply a raw value by, and the word that then stands behind it."""

    factor: float
    suffix: str


def is_share(unit: str) -> bool:
    """Return whether a unit is a share between 0 and 1 (shown as a percentage)."""
    return unit == "share" or unit.startswith("share ")


def is_yuan(unit: str) -> bool:
    """Return whether a unit is million yuan, alone or per something."""
    return unit == "m yuan" or unit.startswith(("m yuan ", "m yuan/"))


def scale(magnitude: float, unit: str) -> Scale:
    """Return the scale that suits values of this magnitude in this unit.

    >>> scale(2.5e6, "m yuan")
    Scale(factor=1e-06, suffix='tn')
    """
    if is_share(unit):
        return Scale(100.0, "%")
    steps = (_YUAN if is_yuan(unit) else _COUNT)[language()]
    for floor, factor, suffix in steps:
        if abs(magnitude) >= floor:
            return Scale(factor, suffix)
    return Scale(1.0, "")


def plain_unit(unit: str) -> str:
    """Return the unit as words in running text, without the scale that the number carries.

    >>> plain_unit("m yuan a year"), plain_unit("share"), plain_unit("index")
    ('yuan a year', '%', '')
    """
    if is_share(unit):
        return "%"
    if is_yuan(unit):
        unit = unit[2:]
    for period in ("year", "quarter"):
        unit = unit.replace(f"/{period}", f" a {period}")
    return "" if unit in _NAMELESS else say(unit.replace("/", " per "), sense="unit")


def digits(value: float, most: int = 6) -> str:
    """Return a value with about three significant digits, ``most`` decimals, and a true minus sign.

    >>> digits(-1234.5), digits(0.01234), digits(12.34)
    ('−1,234', '0.0123', '12.3')
    """
    if not math.isfinite(value):
        return BLANK
    size = abs(value)
    if size == 0:
        return "0"
    if size < 1e-4:
        mantissa, exponent = f"{size:.1e}".split("e")
        text = f"{mantissa}e{MINUS}{abs(int(exponent))}"
    else:
        text = f"{size:,.{min(most, _decimals(size))}f}"
    return (MINUS if value < 0 else "") + text


def number(value: float | None, unit: str) -> str:
    """Return a level: ``31.2 tn``, ``74.1 %``, ``512``; a dash when undefined."""
    if value is None or not math.isfinite(value):
        return BLANK
    use = scale(value, unit)
    suffix = use.suffix if value or is_share(unit) else ""
    return join(_shown(value * use.factor, unit), suffix)


def _shown(value: float, unit: str) -> str:
    """Return the digits of a scaled value; percentages of some size have two decimals at most."""
    return digits(value, most=2) if is_share(unit) and abs(value) >= 0.01 else digits(value)


def join(text: str, suffix: str) -> str:
    """Return a number and what stands behind it, kept on one line."""
    return f"{text}{'' if chinese() else SPACE}{suffix}" if suffix else text


def signed(value: float | None, unit: str) -> str:
    """Return a difference with its sign: ``+12.4 bn``, ``−2.1 pp``."""
    if value is None or not math.isfinite(value):
        return BLANK
    use = scale(value, unit)
    suffix = say("pp") if is_share(unit) else use.suffix
    sign = "+" if value > 0 else ""
    return join(sign + _shown(value * use.factor, unit), suffix)


def interval(low: float | None, high: float | None, unit: str) -> str:
    """Return ``195 to 230`` or ``−3.1 to 5.02 bn`` at one common scale."""
    if low is None or high is None or not (math.isfinite(low) and math.isfinite(high)):
        return BLANK
    use = scale(max(abs(low), abs(high)), unit)
    suffix = say("pp") if is_share(unit) else use.suffix
    low, high = low * use.factor, high * use.factor
    size = max(abs(low), abs(high))
    decimals = min(2, _decimals(size)) if is_share(unit) and size >= 0.01 else _decimals(size)
    return join(say("{low} to {high}", low=_end(low, decimals), high=_end(high, decimals)), suffix)


def _end(value: float, decimals: int) -> str:
    """Return one end of an interval with the decimals of its larger end, never a false zero."""
    text = f"{abs(value):,.{decimals}f}"
    if value and not float(text.replace(",", "")):
        return digits(value)
    return (MINUS if value < 0 else "") + text


def _decimals(size: float) -> int:
    """Return how many decimals give about three significant digits."""
    return min(6, max(0, 2 - math.floor(math.log10(size)))) if size > 0 else 0


def amount(value: float, unit: str, *, difference: bool = False) -> str:
    """Return a value with its unit in words: ``212 zones``, ``1.2 tn yuan a year``."""
    if is_share(unit):
        return join(_shown(value * 100, unit), say("percentage points") if difference else "%")
    return join(number(value, unit), plain_unit(unit))


def percent_change(difference: float | None, baseline: float | None, unit: str) -> str:
    """Return the change as a percentage of the baseline, or nothing where that means little."""
    if difference is None or not baseline or is_share(unit):
        return ""
    change = 100.0 * difference / abs(baseline)
    if not math.isfinite(change) or abs(change) > 1000.0:
        return ""
    sign = "+" if change > 0 else MINUS if change < 0 else ""
    size = abs(change)
    if size < 0.05:
        return ""
    return join(sign + (f"{size:.0f}" if size >= 10 else f"{size:.1f}"), "%")


def axis(magnitude: float, unit: str) -> tuple[float, str]:
    """Return the factor and the label for a chart's axis: ``(1e-6, 'tn yuan a year')``."""
    use = scale(magnitude, unit)
    if is_share(unit):
        return use.factor, "%"
    label = f"{use.suffix}{'' if chinese() else ' '}{plain_unit(unit)}".strip()
    return use.factor, label or say(unit or "index")


def p_text(value: float | None) -> str:
    """Return a p-value: ``< 0.001``, ``0.034`` or a dash."""
    if value is None or not math.isfinite(value):
        return BLANK
    return "< 0.001" if value < 0.001 else f"{value:.3f}" if value < 0.1 else f"{value:.2f}"
