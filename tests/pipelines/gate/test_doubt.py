"""Doubts about a sample of the rows: what all rows say is said, and what is doubtful is counted in all of them."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from pipelines.delivery import ingest
from pipelines.gate import doubt, doubts
from pipelines.gate.doubt import Doubt, Examined, ask, ask_some, examined
from pipelines.gate.verdicts import Figure
from pipelines.installation.workspace import Workspace
from pipelines.reading import inbox
from tests.support.changes import every
from tests.support.deliveries import deliver
from tests.support.ordinary import DAY, WEEK, Row

pytestmark = pytest.mark.dear

ARREARS = "huurachterstanden"


@pytest.fixture(autouse=True)
def small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a sample of every second row of a list of 60."""
    monkeypatch.setattr(doubt, "SAMPLE", 30)


def read(con: duckdb.DuckDBPyConnection, ordinary: Workspace, rows: list[Row]) -> Examined:
    path = deliver(ordinary, ARREARS, str(DAY), rows)
    batch = ingest.examine(con, ordinary, inbox.locate(path, ordinary.inbox))
    path.unlink()
    return examined(con, batch, ordinary.settings.gates)


def share_of(*, most: float) -> Doubt:
    """Ask for the share of the rows with a plan."""

    def says(rows: int, plans: int) -> Iterator[Figure]:
        if plans > most * rows:
            yield Figure("plans", plans / rows, None, most, "warning", "")

    return Doubt(("count(*)", "count(regeling_status_code)"), says)


def test_each_doubt_gets_its_own_numbers(con: duckdb.DuckDBPyConnection, ordinary: Workspace) -> None:
    asked = [
        Doubt(("min(n)", "max(n)"), lambda *found: [Figure(str(found), 1, 0, 2, "warning", "")]),
        Doubt(("sum(n)::INT",), lambda *found: [Figure(str(found), 1, 0, 2, "warning", "")]),
    ]
    it = read(con, ordinary, WEEK[ARREARS])
    assert [figure.name for figure in ask(it, "range(5) t(n)", asked)] == ["(0, 4)", "(10,)"]
    assert list(ask(it, "a_table_that_is_not_read", [])) == []


def test_what_a_sample_doubts_is_counted_in_all_rows(
    con: duckdb.DuckDBPyConnection, ordinary: Workspace
) -> None:
    it = read(con, ordinary, WEEK[ARREARS])
    assert doubt.one_in(it) == 2
    rows = f"typed WHERE verdict = 'new' AND {doubt.SOME}"
    assert [figure.value for figure in ask_some(it, rows, [share_of(most=0.3)])] == [40 / 60]
    assert list(ask_some(it, rows, [share_of(most=0.95)])) == []


def test_a_sample_doubts_what_all_rows_do(con: duckdb.DuckDBPyConnection, ordinary: Workspace) -> None:
    gates = ordinary.settings.gates
    assert list(doubts.figures(con, read(con, ordinary, WEEK[ARREARS]).batch, gates)) == []
    cut = read(con, ordinary, every(saldo=lambda v: v[:6])(WEEK[ARREARS]))
    assert "saldo.cut.share" in {figure.name for figure in doubts.figures(con, cut.batch, gates)}
