"""Numbers as the pages say them."""

from __future__ import annotations

MINUS = "\N{MINUS SIGN}"
WORDS = (
    "no",
    "one",
    "two",
    "three",
    "four",
    "five",
    "six",
    "seven",
    "eight",
    "nine",
    "ten",
    "eleven",
    "twelve",
)
FRACTIONS = {
    1 / 10: "a tenth", 1 / 8: "an eighth", 1 / 6: "a sixth", 1 / 5: "a fifth", 1 / 4: "a quarter",
    3 / 10: "three tenths", 1 / 3: "a third", 2 / 5: "two fifths", 1 / 2: "half", 3 / 5: "three fifths",
    2 / 3: "two thirds", 7 / 10: "seven tenths", 3 / 4: "three quarters", 4 / 5: "four fifths",
    9 / 10: "nine tenths", 1.0: "all",
}  # fmt: skip


def num(value: float, decimals: int = 0) -> str:
    """Return a number with separators and a true minus.

    >>> num(-1234.56), num(-0.004, 1), num(0.25, 2)
    ('−1,235', '0.0', '0.25')
    """
    text = f"{value:,.{decimals}f}"
    return text.replace("-", MINUS if float(text.replace(",", "")) else "")


def signed(value: float, decimals: int = 0) -> str:
    """Return a number with its sign, zero without.

    >>> signed(2.4), signed(-2.6), signed(0.2)
    ('+2', '−3', '0')
    """
    text = num(value, decimals)
    return text if text.startswith(MINUS) or not float(text.replace(",", "")) else f"+{text}"


def percent(share: float, decimals: int | None = None) -> str:
    """Return the size of a share as a percentage, some two digits.

    >>> percent(-0.2938), percent(0.0064), percent(0.095)
    ('29 %', '0.6 %', '9.5 %')
    """
    size = abs(100.0 * share)
    if size == 0.0:
        return "0 %"
    return f"{num(size, (0 if round(size, 1) >= 10.0 else 1) if decimals is None else decimals)} %"


def part(share: float) -> str:
    """Return the simple fraction nearest to the size of a share, in words.

    >>> part(-0.31), part(0.66), part(0.97)
    ('three tenths', 'two thirds', 'nearly all')
    """
    size = abs(share)
    if 0.95 <= size < 0.995:
        return "nearly all"
    if not 0.08 <= size <= 1.005:
        return percent(share)
    return FRACTIONS[min(FRACTIONS, key=lambda fraction: abs(fraction - size))]


def count(number: float) -> str:
    """Return a whole number in words up to twelve."""
    whole = round(number)
    return WORDS[whole] if 0 <= whole < len(WORDS) else num(whole)
