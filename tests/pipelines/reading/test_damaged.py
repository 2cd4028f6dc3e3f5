"""Damaged deliveries of every extract and kind of file: each is refused with a reason, or loads exactly as written.

`WAAKVLAM_LONG=1 pytest tests/pipelines/reading/test_damaged.py -rP` tries 2,200 files and prints what became of them.
"""

from __future__ import annotations

import os
import re
import time
from collections import Counter
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from pathlib import Path
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import duckdb
import pytest

from pipelines.delivery import ingest
from pipelines.installation.errors import DeliveryError
from pipelines.installation.workspace import Workspace
from pipelines.parsing.batch import Batch
from pipelines.parsing.dates import NO_DATE
from pipelines.parsing.hidden import UNKNOWN
from pipelines.reading.inbox import Delivery
from pipelines.reading.read import Dialect, read
from pipelines.sample.write import write_corporation
from pipelines.warehouse.stores import attach_vault, open_warehouse
from tests.support import demo, year
from tests.support.cases import cases
from tests.support.damage import IN_BYTES, Table
from tests.support.damaged_files import damaged
from tests.support.deliveries import make_workspace
from tests.support.independent import Row, compare
from tests.support.small import no_gate

FILES = cases(80, 2200)
AT_ONE = 40
"""Files for one workspace: with more its history would take most of the time."""
SECONDS = 10.0
DAY = date(2026, 11, 16)


@pytest.fixture(scope="module")
def tables(tmp_path_factory) -> dict[str, Table]:
    """Return some good rows of every extract."""
    folder = tmp_path_factory.mktemp("good")
    write_corporation(folder, homes=60, weeks=20, seed=1, until=DAY, deliveries=1)
    result: dict[str, Table] = {}
    for path in sorted(folder.iterdir()):
        rows = demo.read(path)
        result[path.name.rsplit("_", 1)[0]] = [list(rows[0]), *(list(row.values()) for row in rows[:25])]
    about = {"overeenkomst_id": "OVK0000001", "eenheid_id": "VHE000001", "huurder_id": "RLT000001"}
    for extract in ("boekingen", "contactmomenten"):
        rows = [
            year._MAKE[extract](f"X{n}", DAY - timedelta(days=n + 1), about, Random(n)) for n in range(20)
        ]
        result[extract] = [list(rows[0]), *(list(row.values()) for row in rows)]
    return result


def delivered(con: duckdb.DuckDBPyConnection) -> list[Row]:
    rows = con.execute("SELECT COLUMNS(c -> c <> 'kinds ') FROM temp.delivered ORDER BY line").fetchall()
    return [(line, tuple(value or "" for value in values)) for line, *values in rows]


@pytest.mark.slow
@pytest.mark.long
def test_damaged_deliveries(tables: dict[str, Table], tmp_path: Path):
    """Load each file completely: the report must match the store, cell by cell."""
    became: Counter[str] = Counter()
    wrong: list[str] = []
    for begin in range(0, FILES, AT_ONE):
        place = make_workspace(tmp_path / str(begin))
        with no_gate(), open_warehouse(place) as con:
            attach_vault(con, place)
            for number in range(begin, min(FILES, begin + AT_ONE)):
                draw = Random(number)
                extract = draw.choice(list(tables))
                result = damaged(tables[extract], draw)
                path = place.inbox / f"{extract}_{DAY + timedelta(days=number - begin)}.{result.ending}"
                path.write_bytes(result.content)
                os.utime(path, (1e9, 1e9))
                try:
                    became[one(con, place, path, result.content, result.ending)] += 1
                except Exception as error:
                    wrong.append(
                        f"{number} {extract} {result.done}: {type(error).__name__} {str(error)[:300]}"
                    )
    print(f"{became.total() + len(wrong)} damaged deliveries: {dict(became.most_common())}")
    assert not wrong, "\n".join(wrong)
    assert became["refused"] and became["loaded"] and became["loaded, rows set apart"]


def one(con: duckdb.DuckDBPyConnection, place: Workspace, path: Path, content: bytes, ending: str) -> str:
    """Load one file and return what became of it."""
    extract, day = path.name.split(".")[0].rsplit("_", 1)
    before, began = held(con), time.process_time()
    outcome = ingest.load(con, place, Delivery(path, extract, date.fromisoformat(day)))
    assert time.process_time() - began < SECONDS, "it takes too long"
    if outcome.refusal:
        assert outcome.refusal.startswith(path.name) and outcome.refusal.endswith((".", "…")), outcome.refusal
        assert held(con) == before, "something of a refused delivery was kept"
        return "refused"
    batch = outcome.batch
    assert batch is not None
    reading = place.mapping(extract).reading_of(extract)
    dialect = Dialect(reading.encoding, reading.delimiter, reading.quote, reading.sheet)
    read(con, path, dialect, batch.read.columns, place.stores / "scratch")  # loading dropped the texts
    rows = delivered(con)
    compare(content, ending, dialect, batch.read, rows)
    assert (
        batch.rows_read
        == batch.read.records - batch.combined.rows
        == batch.rows_valid + batch.rows_duplicate + batch.rows_quarantined
    )
    ((delivery, new, same),) = con.execute(
        "SELECT delivery_id, rows_new, rows_same FROM run.deliveries WHERE file_name = ?", [path.name]
    ).fetchall()
    names = [
        name
        for name, column in batch.contract.columns.items()
        if column.kept and not column.identity and not column.pseudonym
    ]
    stored = con.execute(
        f"SELECT s.line, {', '.join(names)} FROM raw.{extract}_sightings s JOIN raw.{extract} r USING (row_id) "
        "WHERE s.delivery_id = ? ORDER BY s.line",
        [delivery],
    ).fetchall()
    assert new + same == len(stored) == batch.rows_valid, "the store holds more or fewer rows than told"
    ((apart,),) = con.execute(
        "SELECT count(*) FROM vault.main.quarantine WHERE file_name = ? "
        "AND len([r FOR r IN reasons IF NOT starts_with(r, 'hidden')]) > 0",  # a hidden value sets no row apart
        [path.name],
    ).fetchall()
    assert apart == batch.rows_quarantined, "more or fewer rows were set apart than told"
    same_values(
        batch, names, dict(rows), {line: dict(zip(names, values, strict=True)) for line, *values in stored}
    )
    return "loaded, rows set apart" if batch.rows_quarantined else "loaded"


def held(con: duckdb.DuckDBPyConnection) -> list[Any]:
    return con.execute("SELECT count(*), sum(rows_read) FROM run.deliveries").fetchall()


def same_values(
    batch: Batch, names: list[str], texts: dict[int, tuple[str, ...]], stored: dict[int, dict[str, Any]]
) -> None:
    """Assert that every value in the store is what its text says, and all amounts of a column by one decimal sign."""
    for name in names:
        amounts: list[set[str]] = []
        header, column = batch.source.headers.get(name), batch.contract.columns[name]
        if header is None or column.replace or (column.type == "dates" and batch.combined.rows):
            continue
        at = batch.read.columns.index(header)
        for line, row in stored.items():
            text, value = texts[line][at].strip(" \t\xa0"), row[name]
            if value == UNKNOWN and column.codes:
                assert text not in column.codes, f"{name}, line {line}: a known code was hidden"
            elif column.type == "euro" and text:
                amounts.append(readings(text, value))
            else:
                none = name.endswith("_id") and text.lower() in NO_ID
                assert value in ([None] if none else meant(text, column.type, column.codes)), (
                    f"{name}, line {line}: {text!r} became {value!r}"
                )
        assert not amounts or set.intersection(*amounts), f"{name} was read by two decimal signs, or changed"


NO_ID = ("0", "-", "null", "none", "nan", "<na>", "n/a", "nvt", "n.v.t.", "#n/b", "#n/a", "#verw!", "#ref!")
"""Words that databases, pandas and spreadsheets write where there is no id."""


def readings(text: str, value: float) -> set[str]:
    """Return the decimal signs with which a text means this amount; "typed" if a sheet or Parquet holds a number."""
    bare = re.sub(r"€|EUR|\s", "", text)
    bare = f"-{bare[:-1]}" if bare.endswith("-") else bare
    result = {",": bare.replace(".", "").replace(",", "."), ".": bare.replace(",", ""), "typed": bare}
    return {sign for sign, plain in result.items() if _number(plain) == value}


def _number(text: str) -> float | None:
    try:
        return round(float(text), 2)
    except ValueError:
        return None


def meant(text: str, kind: str, codes: tuple[str, ...]) -> list[Any]:
    """Return what a text can mean, as Python reads it."""
    if not text:
        return [None]
    if codes:
        return [code for code in codes if code.lower() == text.lower()] or [text]
    if kind in ("date", "timestamp"):
        moment = _moment(text)
        if moment is not None and str(moment.date()) in NO_DATE:
            return [None]
        return [moment.date() if moment and kind == "date" else moment]
    if kind == "dates":
        days = {_moment(part.strip()) for part in text.split("|") if part.strip()}
        return [sorted(day.date() for day in days if day and str(day.date()) not in NO_DATE)]
    if kind == "bool":
        return [text.lower() in ("ja", "j", "1", "true", "waar", "yes", "y")]
    return [text]


def _moment(text: str) -> datetime | None:
    """Read a date or moment in ISO or Dutch form; with an offset it is the clock in the Netherlands."""
    text = text.strip()
    if re.match(r"\d{4}-\d\d-\d\d", text):
        try:
            moment = datetime.fromisoformat(text)
        except ValueError:
            return None
        return (
            moment.astimezone(ZoneInfo("Europe/Amsterdam")).replace(tzinfo=None) if moment.tzinfo else moment
        )
    for form in ("%d-%m-%Y", "%d-%m-%Y %H:%M", "%d-%m-%Y %H:%M:%S", "%d.%m.%Y"):
        try:
            return datetime.strptime(text, form)
        except ValueError:
            continue
    return None


def public_files(realdata: Path) -> Iterator[Path]:
    return iter(sorted((realdata / "messy_csv").rglob("*.csv")))


@pytest.mark.slow
@pytest.mark.long
@pytest.mark.realdata
def test_damaged_public_files(realdata: Path, tmp_path: Path):
    """The public messy files damaged further: the readers refuse them, or give what Python's csv gives."""
    files = [path for path in public_files(realdata) if path.stat().st_size < 100_000]
    became: Counter[str] = Counter()
    with duckdb.connect(config={"threads": 1}) as con:
        for number in range(FILES):
            draw = Random(number)
            source = draw.choice(files)
            names = re.split(
                r"[;,\t|]", source.read_bytes().decode("utf-8", "replace").split("\n")[0].strip()
            )
            change = draw.choice(list(IN_BYTES))
            content = IN_BYTES[change](source.read_bytes(), draw)
            path = tmp_path / "levering.csv"
            path.write_bytes(content)
            os.utime(path, (1e9, 1e9))
            began = time.process_time()
            try:
                said = read(
                    con, path, Dialect(), tuple(name.strip('" ') for name in names) or ("a",), tmp_path
                )
            except DeliveryError as error:
                assert error.problem
                became["refused"] += 1
            else:
                rows = delivered(con)
                try:
                    compare(content, "csv", Dialect(), said, rows)
                except AssertionError as error:
                    raise AssertionError(f"{number} {source.name} {change}: {error}") from error
                became["loaded, records set apart" if said.broken else "loaded"] += 1
            assert time.process_time() - began < SECONDS, source.name
    print(f"{became.total()} damaged public files: {dict(became.most_common())}")
    assert len(became) == 3
