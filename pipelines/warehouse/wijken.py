"""Decide under which name the figures of a wijk are shown. Every page and file with figures per wijk uses this module."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import date

import duckdb
import pandas as pd

OTHER = "Overige wijken"
"""Name of the small wijken of a corporation together."""
COUNT = """SELECT corporatie_id, coalesce(wijk, ''), count(DISTINCT eenheid_id) FROM scored
    WHERE as_of = ? AND exclusion IS NULL GROUP BY ALL"""


def shown_as(homes: Mapping[str, int], least: int) -> dict[str, str | None]:
    """Map each wijk of one corporation to the name under which its figures are shown.

    Small wijken are shown together as `OTHER`. If even together they have too few homes, the smallest of the large wijken
    joins them. Which wijken are neighbours is not known.

    Parameters
    ----------
    homes : mapping of str to int
        Number of homes per wijk that the figures are about; ``""`` is an unknown wijk.
    least : int
        Minimum number of homes of whatever is shown.

    Returns
    -------
    dict of str to str or None
        Per wijk its own name, `OTHER`, or None if the whole corporation has too few homes to show any figure.
    """
    if sum(homes.values()) < least:
        return dict.fromkeys(homes)
    together: set[str] = set()
    left = 0
    for wijk in sorted(homes, key=lambda wijk: (homes[wijk], wijk)):
        if homes[wijk] >= least and not 0 < left < least:
            break
        together.add(wijk)
        left += homes[wijk]
    return {wijk: OTHER if wijk in together else wijk for wijk in homes}


def grouped(rows: pd.DataFrame, home: Sequence[str], least: int) -> pd.Series:
    """Return the shown wijk of each row of a table; missing where the wijk is unknown or must not be shown.

    Parameters
    ----------
    rows : pandas.DataFrame
        Has ``wijk`` and `home`.
    home : sequence of str
        The columns that identify a home, or the agreement or household in it.
    least : int
        See `shown_as`.
    """
    counts = rows.drop_duplicates(["wijk", *home]).groupby("wijk").size()
    shown = shown_as({str(wijk): int(count) for wijk, count in counts.items()}, least)
    return pd.Series([shown.get(wijk) for wijk in rows["wijk"]], index=rows.index, dtype=object)


def put_shown(con: duckdb.DuckDBPyConnection, as_of: date, least: int) -> None:
    """Register the table `shown_wijken` (corporatie_id, wijk, shown) for the agreements in scope of a date.

    ``wijk`` is ``""`` where it is unknown. Wijken that must not be shown are left out.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        Holds the temporary table `scored`.
    as_of : date
        A date of `scored`.
    least : int
        See `shown_as`.
    """
    homes: dict[str, dict[str, int]] = {}
    for corporation, wijk, count in con.execute(COUNT, [as_of]).fetchall():
        homes.setdefault(corporation, {})[wijk] = count
    rows = [
        (corporation, wijk, shown)
        for corporation, counts in homes.items()
        for wijk, shown in shown_as(counts, least).items()
        if shown is not None
    ]
    con.register("shown_wijken", pd.DataFrame(rows, columns=["corporatie_id", "wijk", "shown"], dtype="str"))
