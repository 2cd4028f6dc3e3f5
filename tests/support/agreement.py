"""Compare the results of engines on the same generated histories, cell by cell."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from datetime import date
from typing import Any, NamedTuple

import ibis

from features.compile import COLUMNS, features
from models.card.scorecard import EXPERT
from models.card.scorecard import load as load_card
from models.selection.scope import scope
from tests import reference
from tests.support.history import Row, connection, fetch
from tests.support.history import staged as engine_tables
from tests.support.worlds import Tables

COOLDOWN_DAYS = 84
KEYS = ("as_of", "corporatie_id", "overeenkomst_id")


class Answers(NamedTuple):
    """All that is computed for each agreement and as-of date."""

    features: Any
    scope: Any
    points: Any


def expressions(
    staged: Mapping[str, ibis.Table], as_of: Sequence[date], available: frozenset[str]
) -> Answers:
    """Give the compiled side, not yet run: the points are those of a table `features` made before."""
    result = features(staged, as_of, available)
    kept = ibis.table(result.schema(), name="features")
    return Answers(result, scope(staged, as_of, COOLDOWN_DAYS), load_card(EXPERT).points(kept))


def by_duckdb(queries: Answers) -> Answers:
    """Run compiled expressions on what is in the shared engine."""
    connection().con.execute(f"CREATE OR REPLACE TEMP TABLE features AS {queries.features}")
    return Answers(fetch("FROM features"), fetch(queries.scope), fetch(queries.points))


def by_reference(tables: Tables, as_of: Sequence[date], available: frozenset[str]) -> Answers:
    """The words: every row computed by the reference."""
    actual = Answers([], [], [])
    for case in reference.cases(tables, as_of, available):
        row = reference.features(case, COLUMNS)
        actual.features.append(row)
        actual.scope.append(reference.scope(case, COOLDOWN_DAYS))
        actual.points.append(reference.scores(case, EXPERT, row))
    return actual


def differences(said: Iterable[Row], expected: Iterable[Row], limit: int = 10) -> list[str]:
    """Where two sides do not say the same: rows that one lacks, and cells with another value."""
    left = {tuple(row[name] for name in KEYS): row for row in said}
    right = {tuple(row[name] for name in KEYS): row for row in expected}
    actual = [f"only one side has {key}" for key in sorted(left.keys() ^ right.keys())]
    for key in sorted(left.keys() & right.keys()):
        assert left[key].keys() == right[key].keys()
        actual += [
            f"{' '.join(map(str, key))}: {name} is {left[key][name]!r}, expected {value!r}"
            for name, value in right[key].items()
            if left[key][name] != value
        ]
    return actual[:limit]


def stored() -> Tables:
    """Read back all staged rows of the shared engine."""
    return {name: fetch(f"SELECT * FROM {name}") for name in engine_tables()}
