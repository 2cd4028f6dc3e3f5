"""Dates of the working week."""

from __future__ import annotations

from datetime import date, timedelta


def last_monday(today: date) -> date:
    """Return the Monday on or before a day."""
    return today - timedelta(days=today.weekday())
