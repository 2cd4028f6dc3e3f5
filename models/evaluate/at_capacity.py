"""Count what a coach would find: precision, recall and lift of the first k of a ranking, per as-of date.

Points often tie, and a lucky order within a tie looks like skill (dssg/triage #133). Rows with equal scores therefore count
by expectation, as a lot decides between them on the list: each has the same chance of the remaining places. The worst and
the best order are reported as well. A row of a sampled panel takes as many places as it stands for.
"""

from __future__ import annotations

import numpy as np
import pandas as pd

from models.evaluate.ground import Ground


def places(on: Ground, score: np.ndarray) -> np.ndarray:
    """Order the rows of each date.

    Parameters
    ----------
    on : Ground
        The rows.
    score : ndarray of float, shape (rows,)
        Higher comes first.

    Returns
    -------
    ndarray of int, shape (rows,)
        0 for the first place of a date; equal rows share a place, and places are consecutive.
    """
    keys = [on.date, -score]
    order = np.lexsort(keys[::-1])
    changed = np.zeros(len(on), dtype=bool)
    for key in keys:
        changed[1:] |= key[order][1:] != key[order][:-1]
    number = np.cumsum(changed)
    first = np.searchsorted(on.date[order], np.arange(len(on.dates)))
    place = np.empty(len(on), dtype=np.int64)
    place[order] = number - number[first][on.date[order]]
    return place


def _tied(on: Ground, place: np.ndarray) -> pd.DataFrame:
    """Return one row per date and place: rows, positives, and rows before it on that date."""
    table = pd.DataFrame(
        {"date": on.date, "place": place, "rows": on.stands_for, "hits": on.stands_for * on.y}
    )
    tied = table.groupby(["date", "place"], as_index=False, sort=True).sum()
    tied["before"] = tied.groupby("date")["rows"].cumsum() - tied["rows"]
    return tied


def chance(on: Ground, place: np.ndarray, k: int) -> np.ndarray:
    """Return the chance of each row to be among the first `k` of its date, with ties drawn by lot."""
    tied = _tied(on, place)
    tied["chance"] = ((k - tied["before"]) / tied["rows"]).clip(0.0, 1.0)
    keys = pd.MultiIndex.from_arrays([on.date, place])
    return tied.set_index(["date", "place"])["chance"].reindex(keys).to_numpy()


def at_capacity(on: Ground, place: np.ndarray, k: int) -> pd.DataFrame:
    """Count what is among the first `k` of each date.

    Returns
    -------
    pandas.DataFrame
        One row per date (index: the date): ``rows``, ``positives``, ``listed`` (k, or all rows where there are
        fewer), ``hits`` (expected), ``worst`` and ``best`` (hits in the worst and best order of the ties).
    """
    if k < 1:
        raise ValueError(f"A list needs at least one address; k is {k}.")
    tied = _tied(on, place)
    room = (k - tied["before"]).clip(0, tied["rows"])
    tied["listed"] = room
    tied["found"] = room * tied["hits"] / tied["rows"]
    tied["worst"] = (room - (tied["rows"] - tied["hits"])).clip(lower=0)
    tied["best"] = np.minimum(room, tied["hits"])
    sums = tied.groupby("date")[["rows", "hits", "listed", "found", "worst", "best"]].sum()
    sums = sums.rename(columns={"hits": "positives"}).rename(columns={"found": "hits"})
    sums.index = pd.Index(on.dates, name="as_of")
    return sums


def pooled(counts: pd.DataFrame) -> dict[str, float]:
    """Pool the dates, because a single week of a handful of addresses is noise.

    Returns
    -------
    dict of str to float
        precision, recall, lift (hits divided by those of a random list of the same length on each date, so that dates
        with more escalations have no advantage), and precision_worst and precision_best of the ties; NaN where a
        division is impossible.
    """
    listed, positives = (float(counts[name].sum()) for name in ("listed", "positives"))
    hits = float(counts["hits"].sum())
    by_lot = float((counts["listed"] * counts["positives"] / counts["rows"]).sum())
    return {
        "precision": share(hits, listed),
        "recall": share(hits, positives),
        "lift": share(hits, by_lot),
        "precision_worst": share(float(counts["worst"].sum()), listed),
        "precision_best": share(float(counts["best"].sum()), listed),
    }


def share(part: float, whole: float) -> float:
    """Divide; return NaN if the divisor is zero."""
    return part / whole if whole else float("nan")
