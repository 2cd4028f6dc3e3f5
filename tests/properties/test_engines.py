"""Test on generated histories that the compiled query and the reference agree on signals, facts, scope and points."""

from __future__ import annotations

from datetime import date
from functools import cache

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from features.catalogue import arrears, nuisance, positions, repairs, stacking
from features.compile import COLUMNS, features
from features.known import KEY
from features.render import examples
from models.selection import scope
from tests import reference
from tests.support.agreement import (
    COOLDOWN_DAYS,
    Answers,
    by_duckdb,
    by_reference,
    differences,
    expressions,
    stored,
)
from tests.support.cases import cases
from tests.support.history import ALL, AS_OF, connection, fetch, staged
from tests.support.history import given as given_rows
from tests.support.worlds import OPTIONAL, Tables, load, many, plans, together, world

LEAP, MONDAY, SUMMER = date(2024, 2, 29), date(2024, 3, 4), date(2024, 4, 1)
SPRING, WINTER = date(2026, 3, 30), date(2026, 10, 26)
ASKED: tuple[tuple[tuple[date, ...], frozenset[str]], ...] = (
    ((MONDAY,), ALL),
    ((LEAP, MONDAY, SUMMER), ALL),
    ((WINTER,), ALL - OPTIONAL),
    ((SUMMER,), ALL - {"huurachterstanden"}),
    ((SPRING, WINTER), ALL - {"overlastmeldingen", "contactmomenten"}),
    ((date(2025, 3, 1),), ALL - {"reparatieverzoeken", "meldingen_medewerkers"}),
)
"""The leap day, a month begun, the Mondays after the clock changed; one date and several in one query; extracts that
were never delivered."""


@cache
def _queries(as_of: tuple[date, ...], available: frozenset[str]) -> Answers:
    return Answers(*map(connection().compile, expressions(staged(), as_of, available)))


def compiled(tables: Tables, queries: Answers) -> Answers:
    """Ask DuckDB about some histories."""
    load(tables)
    return by_duckdb(queries)


def disagreement(said: Answers, expected: Answers) -> list[str]:
    return [line for one, other in zip(said, expected, strict=True) for line in differences(one, other)]


@st.composite
def histories(draw):
    """Two corporations with generated staged rows, the dates and the extracts to ask with."""
    as_of, available = draw(st.sampled_from(ASKED))
    parts = [world(draw(plans(draw(st.sampled_from(as_of)))), name) for name in ("C1", "C2")]
    return together(parts, available), as_of, available


def check(history: tuple[Tables, tuple[date, ...], frozenset[str]]) -> None:
    tables, as_of, available = history
    said = compiled(tables, _queries(as_of, available))
    assert not (actual := disagreement(said, by_reference(tables, as_of, available))), "\n".join(actual)


@pytest.mark.dear
@pytest.mark.long
@settings(max_examples=cases(15, 500), deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(histories())
def test_the_compiled_query_agrees_with_the_reference(history):
    """Hypothesis shrinks a history on which they disagree; the next test tries far more of them at once."""
    check(history)


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.parametrize("seed", range(1, 1 + cases(1, 20)))
def test_they_agree_on_thousands_of_corporations_at_once(seed):
    dates = (LEAP, MONDAY, SUMMER, SPRING, WINTER)
    tables = together(many(cases(800, 2000), dates, seed))
    said, expected = compiled(tables, _queries(dates, ALL)), by_reference(tables, dates, ALL)
    assert len(expected.features) > cases(3_000, 10_000)
    assert not (actual := disagreement(said, expected)), "\n".join(actual)


def test_every_column_has_a_reference():
    lacking = [name for name in COLUMNS if name not in {*KEY, *reference.SIGNALS}]
    assert not lacking, f"tests/reference: add a function (@answers) called {', '.join(lacking)}"


@pytest.mark.parametrize("name", examples())
def test_the_reference_gives_the_examples_of_the_page(name):
    example = examples()[name]
    given_rows(**example.tables)
    case = next(c for c in reference.cases(stored(), [AS_OF], ALL) if c.agreement["overeenkomst_id"] == "A")
    assert reference.SIGNALS[name](case) == pytest.approx(example.value)


@pytest.fixture(scope="module")
def crowd() -> Answers:
    """Load many corporations around one date into the shared engine; return what the reference says of them."""
    tables = together(many(1500, [MONDAY], 3))
    load(tables)
    return by_reference(tables, [MONDAY], ALL)


BORDERS = (
    (positions, "FRESH_DAYS", 34), (positions, "FRESH_DAYS", 36), (positions, "HISTORY_DAYS", 729),
    (positions, "LIST_YEAR_DAYS", 363), (positions, "MATTERS_EURO", 25.01), (positions, "OLD_ITEM_DAYS", 61),
    (positions, "OLD_ITEM_DAYS", 63), (positions, "CLEAR_DAYS", 41), (positions, "CLEAR_DAYS", 43),
    (repairs, "SILENCE_DAYS", 729), (repairs, "SETTLED_DAYS", 364), (repairs, "SETTLED_DAYS", 366),
    (repairs, "NEGLECT", ("SCH", "VS1")), (repairs, "LANDLORDS_OWN", ("PLN", "MUT")), (repairs, "CAUSED", ("BEW",)),
    (nuisance, "NO_NUISANCE", ("WOO", "FIN")),
    (stacking, "BACK_DAYS", 90), (stacking, "ACTIVE_EURO", 75.01), (stacking, "ACTIVE_OPEN_DAYS", 31),
    (stacking, "ACTIVE_REPAIRS", 3),
    (scope, "ENDING_DAYS", 91), (scope, "ENDING_DAYS", 93), (scope, "TOO_LATE", ("vonnis",)),
    (scope, "WITH_COACH_DAYS", 181), (scope, "PILOT_LIGHT_DAYS", 90), (scope, "NOT_FITTING_DAYS", 364),
)  # fmt: skip


@pytest.mark.slow
@pytest.mark.parametrize(
    ("module", "name", "value"), BORDERS, ids=lambda value: str(getattr(value, "__name__", value))
)
def test_a_border_that_moves_by_one_is_noticed(crowd: Answers, monkeypatch, module, name, value):
    """The histories reach the borders: with a rule a little different the two sides disagree."""
    assert getattr(module, name) != value
    monkeypatch.setattr(module, name, value)
    if module is scope:
        query, answer = scope.scope(staged(), [MONDAY], COOLDOWN_DAYS), crowd.scope
    else:
        family = arrears if module is positions else module
        own = [item.name for item in (*family.SIGNALS, *family.FACTS) if item.name in COLUMNS]
        query = features(staged(), [MONDAY], ALL, wanted=own)
        answer = [{column: row[column] for column in (*KEY, *own)} for row in crowd.features]
    lines = differences(fetch(connection().compile(query)), answer)
    assert lines and not any(line.startswith("only one side") for line in lines)
