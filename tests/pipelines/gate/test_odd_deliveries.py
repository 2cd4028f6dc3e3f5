"""None of some 550 odd deliveries in ten kinds (`tests/support/odd`) loads with another meaning and without a word.

`WAAKVLAM_LONG=1 pytest -n 0 -s tests/pipelines/gate/test_odd_deliveries.py` tries all and prints a line for each kind. What the
rows mean is read here from the ordinary rows themselves, without the readers of the program.
"""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime
from typing import Any

import duckdb
import pytest

from pipelines.delivery import ingest
from pipelines.gate import profile
from pipelines.gate.expectations import judge
from pipelines.gate.verdicts import Gate
from pipelines.installation.contracts import Contract, contracts
from pipelines.installation.errors import DeliveryError
from pipelines.installation.workspace import Workspace
from pipelines.parsing.batch import Batch
from pipelines.reading import inbox
from tests.support.cases import cases
from tests.support.deliveries import put
from tests.support.odd import amounts, around, codes, columns, cut, dates, days, exports, forms, grain, ids
from tests.support.odd.odd import RIGHT, Odd
from tests.support.ordinary import DAY, WEEK

pytestmark = pytest.mark.dear

KINDS = {
    module.__name__.rsplit(".", 1)[1]: module.CASES
    for module in (dates, amounts, codes, ids, around, grain, cut, forms, days, columns, exports)
}
Meaning = dict[str, Any]


@pytest.fixture(scope="module")
def usual(con: duckdb.DuckDBPyConnection, ordinary: Workspace) -> dict[str, set[str]]:
    """What is said of the ordinary delivery of each extract."""
    return {extract: judged(con, ordinary, Odd("ordinary", extract))[1] for extract in WEEK}


def judged(
    con: duckdb.DuckDBPyConnection, ordinary: Workspace, odd: Odd
) -> tuple[list[Meaning] | None, set[str]]:
    """Return the rows as read, None if the delivery is refused, and what is said of it, without its numbers."""
    path = put(ordinary, f"{odd.extract}_{DAY}.{odd.suffix}", odd.content())
    try:
        batch = ingest.examine(con, ordinary, inbox.locate(path, ordinary.inbox))
        gate = judge(odd.extract, DAY, profile.figures(con, batch, ordinary.settings.gates))
    except DeliveryError as refusal:
        return None, {str(refusal)}
    finally:
        path.unlink()
    rows = con.execute("SELECT * FROM typed WHERE verdict = 'new'")
    names = [column[0] for column in rows.description]
    read = [dict(zip(names, row, strict=True)) for row in rows.fetchall()]
    return (read if gate.passed else None), {re.sub(r"\d+", "#", word) for word in _words(batch, gate)}


def _words(batch: Batch, gate: Gate) -> Iterator[str]:
    """Yield all that a run, `status` or `check` says of a delivery."""
    yield from (warning.describe() for warning in (*gate.warnings, *gate.failures))
    yield from batch.reasons
    yield from (f"{value.column} {value.value}" for value in batch.unmapped)
    yield from batch.ignored
    yield from batch.notes
    yield from batch.replaced
    if batch.rows_duplicate:
        yield "rows occur twice"


def meant(odd: Odd) -> dict[str, Meaning]:
    """Read the ordinary rows that a delivery stands for, by their number."""
    extract = contracts()[odd.extract]
    number = "overeenkomst_id" if extract.snapshot else extract.own_id
    rows = odd.meant(WEEK[odd.extract])
    return {row[number]: {name: _value(extract, name, row[name]) for name in row} for row in rows}


def _value(extract: Contract, name: str, text: str) -> Any:
    kind = extract.columns[name].type
    if not text:
        return None
    if kind == "euro":
        return round(float(text.replace(",", ".")), 2)
    if kind == "timestamp":
        return datetime.fromisoformat(text)
    if kind == "date":
        return date.fromisoformat(text)
    return [date.fromisoformat(day) for day in text.split("|")] if kind == "dates" else text


def differences(odd: Odd, read: list[Meaning]) -> set[str]:
    """Return the columns in which rows differ from what they mean, and whether rows are lost or more."""
    extract = contracts()[odd.extract]
    number = "overeenkomst_id" if extract.snapshot else extract.own_id
    left = meant(odd)
    found = set()
    for row in read:
        truth = left.pop(str(row[number]), None)
        if truth is None:
            found.add("more rows")
            continue
        for name, value in truth.items():
            actual = row[name]
            if extract.columns[name].pseudonym:
                actual, value = actual is None, value is None
            elif extract.columns[name].type == "euro" and actual is not None:
                actual = round(float(actual), 2)
            elif isinstance(actual, datetime):
                actual = actual.replace(tzinfo=None)
            if (actual or None) != (value or None):
                found.add(name)
    return found | ({"rows lost"} if left else set())


def outcome(con: duckdb.DuckDBPyConnection, ordinary: Workspace, usual: dict[str, set[str]], odd: Odd) -> str:
    """Return what becomes of a delivery."""
    read, words = judged(con, ordinary, odd)
    if read is None:
        return "refused"
    if not differences(odd, read):
        return "right"
    return "said" if words - usual[odd.extract] else "silently different"


@pytest.mark.parametrize("extract", WEEK)
def test_an_ordinary_delivery_is_read_as_it_is_meant(
    con: duckdb.DuckDBPyConnection, ordinary: Workspace, usual: dict[str, set[str]], extract: str
) -> None:
    assert outcome(con, ordinary, usual, Odd("ordinary", extract)) == "right"


@pytest.mark.long
@pytest.mark.parametrize("kind", KINDS)
def test_no_odd_delivery_is_silently_different(
    con: duckdb.DuckDBPyConnection, ordinary: Workspace, usual: dict[str, set[str]], kind: str
) -> None:
    tried = KINDS[kind][:: cases(20, 1)]
    outcomes = {(odd.extract, odd.name): outcome(con, ordinary, usual, odd) for odd in tried}
    print(f"\n{kind}: {len(tried)} deliveries,", dict(Counter(outcomes.values())))
    silent = [case for case, actual in outcomes.items() if actual == "silently different"]
    wrong = [(o.extract, o.name) for o in tried if o.want == RIGHT and outcomes[o.extract, o.name] != "right"]  # fmt: skip
    assert (silent, wrong) == ([], [])
