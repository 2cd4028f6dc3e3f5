"""Work out from the deliveries themselves when one that comes at a steady rhythm is late."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from itertools import pairwise
from math import ceil
from statistics import median

from pipelines.installation.calendar import WEEK

LISTS = 8
"""Number of past lists that show how old an extract usually is when a list is made."""
FEWEST = 5
"""Number of deliveries before which there is no rhythm."""


def usual_age(peildata: Iterable[date], as_of: date) -> float | None:
    """Return the age in days up to which an extract is no older than it usually is when a list is made.

    Parameters
    ----------
    peildata : iterable of datetime.date
        The peildatum of each delivery, or of each list in a delivered history.
    as_of : datetime.date
        The as-of date. Only what is of that day or before counts.

    Returns
    -------
    float or None
        The greatest age on the eight weekly lists before the newest delivery, plus a quarter of the usual time between two
        deliveries: the first of a month falls on another day of the week each time. None if there is no rhythm yet.
    """
    days = sorted({day for day in peildata if day <= as_of})
    if len(days) < FEWEST:
        return None
    weeks = max(1, ceil((as_of - days[-1]) / WEEK))  # since the last list that could have had the newest one
    lists = [as_of - number * WEEK for number in range(weeks, weeks + LISTS)]
    ages = [(at - max(day for day in days if day <= at)).days for at in lists if days[0] <= at]
    if len(ages) < FEWEST - 1:
        return None
    between = median((later - earlier).days for earlier, later in pairwise(days[-LISTS - 1 :]))
    return max(ages) + between / 4
