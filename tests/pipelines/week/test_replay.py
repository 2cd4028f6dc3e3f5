"""Exact in time: what is computed today for a past Monday is what was computed on that Monday.

Weekly deliveries are loaded one week at a time, and after each week all signals, facts, scope and points are
computed and stored. At the end the same Mondays are computed in one query from the final state. `make test` takes the
last twelve weeks of a year, in which the clock goes back, a list is skipped and the year ends; `make test-long` all of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from datetime import date
from random import Random
from typing import NamedTuple

import ibis
import ibis.expr.types as ir
import pyarrow as pa
import pytest

from features.compile import COLUMNS, features
from features.known import KEY
from models.card.scorecard import EXPERT
from models.card.scorecard import load as load_card
from models.selection.scope import scope
from pipelines.delivery import ingest
from pipelines.installation.workspace import Workspace
from pipelines.reading import inbox
from pipelines.scoring import history
from pipelines.warehouse.stores import open_warehouse
from tests import reference
from tests.support import year
from tests.support.agreement import COOLDOWN_DAYS, differences
from tests.support.cases import cases
from tests.support.deliveries import csv_text, make_workspace, put
from tests.support.quicker import remembered
from tests.support.small import no_gate

pytestmark = [pytest.mark.slow, pytest.mark.long]
UNTIL = date(2026, 1, 5)
WEEKS = cases(12, 53)
Staged = Mapping[str, ir.Table]


class Replay(NamedTuple):
    """The weeks as they went."""

    place: Workspace
    deliveries: year.Year
    then: pa.Table
    """What was computed each Monday, on that Monday."""


def together(staged: Staged, as_of: date | Sequence[date], available: frozenset[str]) -> ir.Table:
    """Return the query for the signals, facts, points and scope of some Mondays."""
    signals = features(staged, as_of, available)
    points = load_card(EXPERT).points(signals)
    return signals.join(points, list(KEY)).join(scope(staged, as_of, COOLDOWN_DAYS), list(KEY))


TOGETHER = remembered(together)
"""The same, compiled once for all dates: compiling takes longer than a small delivery takes to load."""


def compute(place: Workspace, as_of: Sequence[date], cut: Collection[str] = ()) -> pa.Table:
    """Compute all there is to compute for some Mondays from what is in the warehouse, in a fixed order.

    An objection of today changes what is made of the past, on purpose: it is left out here (test_nothing_after_objection.py).

    Parameters
    ----------
    cut : collection of str
        Tables of which the current rows are taken, as if each had been known on the day it is about.
    """
    with open_warehouse(place, read_only=True) as con:
        staged = {name: table for name, table in history.staged(con).items() if name != "objectors"}
        query = ibis.to_sql(TOGETHER(staged, as_of, history.available(con)), dialect="duckdb")
        for name in cut:
            stored = f'"warehouse"."staged"."{name}"'
            assert stored in query
            query = query.replace(stored, f"temp.cut_{name}")
            days_before = 1 if EVENTS[name] == "peildatum" else 0
            con.execute(
                f"CREATE TEMP TABLE cut_{name} AS SELECT * REPLACE ({EVENTS[name]}::DATE - {days_before} AS known_from) "
                f"FROM {stored} WHERE known_until IS NULL"
            )
        return con.execute(query).to_arrow_table().sort_by([(name, "ascending") for name in KEY])


def deliver(place: Workspace, week: date, extracts: Mapping[str, year.Rows]) -> None:
    for extract, rows in extracts.items():
        put(place, f"{extract}_{week}.csv", csv_text(rows))


def load(place: Workspace, order: Callable[[list], list] = lambda found: found) -> list[str]:
    found, wrong = inbox.find(place.inbox)
    assert not wrong
    with no_gate():
        outcomes = ingest.load_all(place, order(found))
    return [outcome.refusal for outcome in outcomes if outcome.refusal]


@pytest.fixture(scope="module")
def key() -> Iterator[None]:
    """One secret for all workspaces: pseudonyms of reporters are made with it."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAAKVLAM_KEY", "0" * 64)
        yield


@pytest.fixture(scope="module")
def replay(key, tmp_path_factory: pytest.TempPathFactory) -> Replay:
    """Load week by week, and compute each Monday from what was there."""
    place = make_workspace(tmp_path_factory.mktemp("replay"))
    deliveries = year.write(tmp_path_factory.mktemp("sample"), UNTIL, deliveries=WEEKS)
    computed = []
    for week, extracts in deliveries.items():
        for path in place.inbox.iterdir():
            path.unlink()
        deliver(place, week, extracts)
        assert not (refused := load(place)), refused
        computed.append(compute(place, [week]))
    return Replay(
        place, deliveries, pa.concat_tables(computed).sort_by([(name, "ascending") for name in KEY])
    )


def assert_same(now: pa.Table, then: pa.Table) -> None:
    if not now.equals(then):
        pytest.fail("\n".join(differences(now.to_pylist(), then.to_pylist(), limit=20)))


def test_every_past_monday_comes_out_as_it_did_on_that_day(replay):
    assert replay.then.num_rows > 100 * WEEKS
    assert_same(compute(replay.place, list(replay.deliveries)), replay.then)


EVENTS = {
    "huurovereenkomsten": "begindatum",
    "huurachterstanden": "peildatum",
    "peildata": "peildatum",
    "overlastmeldingen": "gebeurd_op",
    "reparatieverzoeken": "gebeurd_op",
    "meldingen_medewerkers": "gebeurd_op",
    "boekingen": "boekdatum",
    "signaleringen": "begindatum",
    "contactmomenten": "datum",
    "contacten": "datum",
    "bezwaren": "datum",
}


@pytest.mark.parametrize(
    "names", [tuple(EVENTS), *((name,) for name in EVENTS)], ids=lambda n: n[0] if len(n) == 1 else "all"
)
def test_cut_on_the_event_date_the_past_comes_out_otherwise(replay, names):
    """The test can fail: if the known date is ignored in any one table, past Mondays change."""
    now = compute(replay.place, list(replay.deliveries), names)
    assert not now.equals(replay.then)


def test_the_reference_agrees_on_all_weeks(replay):
    """The values computed then equal those of the reference, from the staged rows as they are now."""
    with open_warehouse(replay.place, read_only=True) as con:
        staged, available = history.staged(con), history.available(con)
        tables = {name: table.to_pyarrow().to_pylist() for name, table in staged.items()}
    expected = [
        reference.features(case, COLUMNS) | reference.scope(case, COOLDOWN_DAYS)
        for case in reference.cases(tables, list(replay.deliveries), available)
    ]
    said = replay.then.select(list(expected[0])).to_pylist()
    assert not (actual := differences(said, expected)), "\n".join(actual)


def stored(place: Workspace) -> dict[str, list[tuple]]:
    """Read all staged tables, in a fixed order and without the numbers that the order of loading gave."""
    with open_warehouse(place, read_only=True) as con:
        columns = {
            name: [column for column in table.columns if column != "row_id"]
            for name, table in history.staged(con).items()
        }
        return {
            name: con.execute(f"SELECT {', '.join(own)} FROM staged.{name} ORDER BY ALL").fetchall()
            for name, own in columns.items()
        }


def test_order_and_repetition_of_deliveries_change_nothing(replay, tmp_path_factory):
    """All files at once, each twice, in any order; what waits for another file comes in with the next run."""
    place = make_workspace(tmp_path_factory.mktemp("shuffled"))
    for week, extracts in replay.deliveries.items():
        deliver(place, week, extracts)
    random = Random(7)
    runs = 0
    while load(place, lambda found: random.sample(found * 2, len(found) * 2)):
        runs += 1
        assert runs < 10
    assert_same(compute(place, list(replay.deliveries)), replay.then)
    assert stored(place) == stored(replay.place)
