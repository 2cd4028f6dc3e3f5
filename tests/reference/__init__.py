"""A reference of every signal, of scope and of points: slow, in plain Python, from the words of docs/signals.md.

It shares no code with `features`: one small function per column, over the rows of one agreement. The compiled
query must give the same values (tests/properties/test_engines.py, tests/spark/test_agreement.py). Read here what a column
means; if the words were not enough to write the function, the words were improved.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from datetime import date
from pathlib import Path
from typing import Any

from tests.reference import arrears, nuisance, others, repairs, stacking
from tests.reference.cut import SIGNALS, Case, Row, Tables, is_known
from tests.reference.points import points
from tests.reference.scope import reach

__all__ = ["SIGNALS", "cases", "features", "scope", "scores"]

COLUMN_MODULES = (arrears, nuisance, repairs, others, stacking)


def cases(tables: Tables, as_of: Sequence[date], available: frozenset[str]) -> Iterator[Case]:
    """Every known agreement on every as-of date, with what was known of its corporation."""
    for moment in sorted(set(as_of)):
        by_corporation: dict[str, dict[str, list[Row]]] = {}
        for table, rows in tables.items():
            for row in rows:
                if is_known(row, moment):
                    known = by_corporation.setdefault(row["corporatie_id"], {name: [] for name in tables})
                    known[table].append(row)
        for known in by_corporation.values():
            for agreement in known["huurovereenkomsten"]:
                yield Case(moment, agreement, known, available)


def features(case: Case, columns: Sequence[str]) -> dict[str, Any]:
    """The row of the features of one agreement, in plain Python values."""
    return key(case) | {name: SIGNALS[name](case) for name in columns if name not in key(case)}


def scope(case: Case, cooldown_days: int) -> dict[str, Any]:
    """The row of the scope of one agreement."""
    return key(case) | reach(case, cooldown_days)


def scores(case: Case, card: Path, row: dict[str, Any]) -> dict[str, Any]:
    """The row of points of one agreement, from its row of features."""
    return key(case) | points(card, row)


def key(case: Case) -> dict[str, Any]:
    agreement = case.agreement
    return {
        "corporatie_id": agreement["corporatie_id"],
        "overeenkomst_id": agreement["overeenkomst_id"],
        "as_of": case.as_of,
    }
