"""Numbers, amounts and dates in plain Dutch, the same on every machine (no locale of the system is used)."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import ROUND_HALF_UP, Decimal
from itertools import groupby

# fmt: off
_WORDS = (
    "nul", "één", "twee", "drie", "vier", "vijf", "zes", "zeven", "acht", "negen", "tien", "elf", "twaalf",
)
MONTHS = (
    "januari", "februari", "maart", "april", "mei", "juni",
    "juli", "augustus", "september", "oktober", "november", "december",
)
_WEEKDAYS = ("maandag", "dinsdag", "woensdag", "donderdag", "vrijdag", "zaterdag", "zondag")
# fmt: on
SAFETY = "zorgen over veiligheid"
"""How a reason names that somebody felt unsafe at the address in the last year; it does not say on which day."""


def number(count: int) -> str:
    """Write a count: up to twelve in words, from there in figures with a point per thousand."""
    return _WORDS[count] if 0 <= count < len(_WORDS) else f"{count:,}".replace(",", ".")


def counted(count: int, one: str, many: str) -> str:
    """Write a count with its noun: ``één melding``, ``vier meldingen``."""
    return f"{number(count)} {one if count == 1 else many}"


def roughly(count: float, one: str, many: str) -> str:
    """Write a measure as people say it: ``bijna twee maanden``, ``ruim twee maanden``."""
    if count < 0.75:
        return f"minder dan {counted(1, one, many)}"
    whole, percent = divmod(round(count * 100), 100)
    if 10 < percent < 75:
        return f"ruim {counted(whole, one, many)}"
    return f"{'bijna ' if 75 <= percent < 90 else ''}{counted(whole + (percent >= 75), one, many)}"


def measure(value: float) -> str:
    """Write any value: ``geen`` for 0, a whole value as a count, another with a decimal comma: ``1,5``."""
    if value == 0:
        return "geen"
    if value == round(value):
        return number(int(value))
    return f"{value:.1f}".replace(".", ",") if abs(value) >= 1 else f"{value:.2g}".replace(".", ",")


def euro(amount: float) -> str:
    """Write an amount in whole euros, as it is said at a front door: ``€ 1.240``."""
    if 0 < amount < 1:
        return "minder dan € 1"
    whole = int(Decimal(str(amount)).quantize(Decimal(1), rounding=ROUND_HALF_UP))
    return f"{'-' if whole < 0 else ''}€ {abs(whole):,}".replace(",", ".")


def unbroken(text: str) -> str:
    """Return the text for a page, with a no-break space after each "€" and "≥" so that an amount stays on one line."""
    return text.replace("€ ", "€\u00a0").replace("≥ ", "≥\u00a0")


def month(day: date, as_of: date | None) -> str:
    """Write the month, with the year if it is not the as-of year: ``augustus``, ``december 2025``."""
    name = MONTHS[day.month - 1]
    return name if as_of and day.year == as_of.year else f"{name} {day.year}"


def on(day: date, as_of: date | None = None) -> str:
    """Write a day, with the year if it is not the as-of year: ``3 november``."""
    return f"{day.day} {month(day, as_of)}"


def weekday(day: date) -> str:
    """Write the day of the week: ``maandag``."""
    return _WEEKDAYS[day.weekday()]


def on_days(days: Sequence[date], as_of: date | None = None) -> str:
    """Write days from old to new, each month once: ``28 september, 4 en 12 oktober``."""
    months = [
        (name, list(same)) for name, same in groupby(sorted(set(days)), key=lambda day: month(day, as_of))
    ]
    parts = [f"{listing([str(day.day) for day in same])} {name}" for name, same in months]
    return listing(parts) if len(parts) == len(set(days)) else ", ".join(parts)


def listing(words: Sequence[str]) -> str:
    """Join words: ``a, b en c``."""
    return " en ".join(filter(None, [", ".join(words[:-1]), *words[-1:]]))


def sentence(clauses: Sequence[str]) -> str:
    """Join clauses to one sentence with a capital and a point."""
    text = "; ".join(clauses)
    # Dutch writes the accent on the small letter only: één, Eén.
    return ("Eén" + text[3:] if text.startswith("één") else text[:1].upper() + text[1:]) + "."
