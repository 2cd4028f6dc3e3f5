"""Questions about a sample of the rows: what all rows say is said, and what is doubtful is counted in all of them."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from pipelines.delivery import ingest
from pipelines.gate import doubts, questions
from pipelines.gate.questions import Question, ask, ask_some
from pipelines.gate.verdicts import Figure
from pipelines.installation.sql import Sql
from pipelines.installation.workspace import Workspace
from pipelines.parsing.batch import Batch
from pipelines.reading import inbox
from tests.support.changes import every
from tests.support.deliveries import deliver
from tests.support.ordinary import DAY, WEEK, Row

ARREARS = "huurachterstanden"


@pytest.fixture(autouse=True)
def small_sample(monkeypatch: pytest.MonkeyPatch) -> None:
    """Take a sample of every second row of a list of 60."""
    monkeypatch.setattr(questions, "SAMPLE", 30)


def examined(con: duckdb.DuckDBPyConnection, ordinary: Workspace, rows: list[Row]) -> Batch:
    path = deliver(ordinary, ARREARS, str(DAY), rows)
    batch = ingest.examine(con, ordinary, inbox.locate(path, ordinary.inbox))
    path.unlink()
    return batch


def share_of(*, most: float) -> Question:
    """Ask for the share of the rows with a plan."""

    def answer(rows: int, plans: int) -> Iterator[Figure]:
        if plans > most * rows:
            yield Figure("plans", plans / rows, None, most, "warning", "")

    return Question((Sql("count(*)"), Sql("count(regeling_status_code)")), answer)


def test_each_question_gets_its_own_numbers(con: duckdb.DuckDBPyConnection) -> None:
    asked = [
        Question((Sql("min(n)"), Sql("max(n)")), lambda *found: iter([Figure(str(found), 1, 0, 2, "warning", "")])),
        Question((Sql("sum(n)::INT"),), lambda *found: iter([Figure(str(found), 1, 0, 2, "warning", "")])),
    ]  # fmt: skip
    assert [figure.name for figure in ask(con, Sql("range(5) t(n)"), asked)] == ["(0, 4)", "(10,)"]
    assert list(ask(con, Sql("a_table_that_is_not_read"), [])) == []


def test_what_a_sample_doubts_is_counted_in_all_rows(
    con: duckdb.DuckDBPyConnection, ordinary: Workspace
) -> None:
    batch = examined(con, ordinary, WEEK[ARREARS])
    assert questions.every(batch) == 2
    rows = Sql("typed WHERE verdict = 'new'")
    assert [figure.value for figure in ask_some(con, batch, rows, [share_of(most=0.3)])] == [40 / 60]
    assert list(ask_some(con, batch, rows, [share_of(most=0.95)])) == []


def test_a_sample_doubts_what_all_rows_do(con: duckdb.DuckDBPyConnection, ordinary: Workspace) -> None:
    batch = examined(con, ordinary, WEEK[ARREARS])
    assert list(doubts.figures(con, batch, ordinary.settings.gates)) == []
    batch = examined(con, ordinary, every(saldo=lambda v: v[:6])(WEEK[ARREARS]))
    names = {figure.name for figure in doubts.figures(con, batch, ordinary.settings.gates)}
    assert "saldo.cut.share" in names
