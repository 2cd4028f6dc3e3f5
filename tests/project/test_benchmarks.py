"""Test that rivals in the benchmark give equal answers, that its deliveries load, and that its page can be written."""

from __future__ import annotations

import os
from datetime import date, timedelta
from pathlib import Path
from typing import Any

import duckdb
import ibis
import pytest

from benchmarks import (
    encryption,
    gate_share,
    performance_page,
    portal_parts,
    report,
    rivals,
    stages,
    weeks,
    with_pandas,
    with_pandas_apply,
    with_polars,
)
from benchmarks.generate import AS_OF, Extent, generate
from benchmarks.measure import Cost, measure
from features.compile import features
from pipelines.scoring import history
from pipelines.warehouse import stores as warehouse
from tests.support.cases import cases


@pytest.fixture(scope="module")
def place(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("bench")
    history, week = generate(folder, Extent(1000, years=3, ledger_years=1))
    stages.prepare(folder / "home", history, "1GB", 1)
    stages.bring(folder / "home", week)
    assert stages.load_only(folder / "home") == 5
    rivals.export(folder / "home", folder / "staged")
    return folder


@pytest.mark.slow
@pytest.mark.parametrize("rival", [with_pandas, with_pandas_apply, with_polars])
def test_rivals_count_the_same(place: Path, rival) -> None:
    theirs = rival.signals(place / "staged", AS_OF)
    with rivals.opened(place / "home") as con:
        table = features(history.staged(con), AS_OF, history.available(con))
        con.execute(f"CREATE TEMP TABLE ours AS {ibis.to_sql(table, dialect='duckdb')}")
        ask = ", ".join(f"count({name}), coalesce(sum({name}), 0)" for name in theirs)
        values = con.execute(f"SELECT {ask} FROM ours").fetchall()[0]
    ours = dict(zip(theirs, zip(values[::2], values[1::2], strict=True), strict=True))
    assert len(ours) == 33
    assert sum(known > 0 and total != 0 for known, total in ours.values()) > 25
    for name, (known, total) in theirs.items():
        assert ours[name] == (known, pytest.approx(total)), name


@pytest.mark.slow
def test_the_parts_of_the_gate_are_within_every_measured_week(tmp_path: Path) -> None:
    (week,) = gate_share.measured(tmp_path, homes=4000, years=1, weeks=1)
    assert set(week.parts) == set(gate_share.PARTS.values())
    assert min(week.parts.values()) > 0
    assert sum(week.parts.values()) < week.whole


def test_the_share_of_the_gate_is_that_of_its_parts() -> None:
    week = gate_share.Week(8.0, {"figures": 0.5, "verdicts": 1.5})
    assert str(week) == "gate 2.00 of 8.00 s: 0.250, at most 0.15 (figures 0.50, verdicts 1.50)"


def test_the_page_holds_every_figure_and_a_dash_where_there_is_none() -> None:
    cost = {"wall": 2.0, "cpu": 1.0, "peak": 2**30}
    stage = {"total": cost, "stages": {"quality gate": cost}}
    small = {"agreements": 20_000, "bytes_delivered": 1, "bytes_stored": 2**31, "ledger_years": 5}
    when = {"measured_on": "2026-11-30", "machine": "2 cores"}
    small |= when | {"weekly run": stage, "features": stage, "floor, tables": stage}
    page = performance_page.page([small, small | {"agreements": 40_000}])
    assert "\nMachine of the newest column: 2 cores.\n" in page
    assert "| quality gate | 1.0 (2.0) s, 1.0 GiB | 1.0 (2.0) s, 1.0 GiB |" in page
    assert "| measured on | 2026-11-30 | 2026-11-30 |" in page
    assert "| features ÷ floor, tables | ≤ 2 | 1.00 | 1.00 |" in page
    assert "| pandas, vectorised ÷ features |  | – | – |" in page
    assert "| quality gate | 1.0 (2.0) s, 1.0 GiB | – |" in performance_page.page(
        [small, {"agreements": 40_000, "ledger_years": 5, "features": stage} | when]
    )
    assert Cost(1, 1, 5) + Cost(1, 1, 7) == Cost(2, 2, 7)


def test_growth_compares_only_sizes_of_one_day_and_machine() -> None:
    def measured(agreements: int, day: str, seconds: float) -> dict[str, Any]:
        cost = {"wall": 2.0, "cpu": seconds, "peak": 2**30}
        week = {"total": cost, "stages": {"publish": cost}}
        return {"agreements": agreements, "ledger_years": 5, "measured_on": day, "machine": "2 cores"} | {
            "weekly run": week, "features": week
        }  # fmt: skip

    small, middle = measured(10, "2026-11-30", 1.0), measured(20, "2026-11-30", 4.0)
    page = performance_page.page([small, middle, measured(100, "2026-11-22", 50.0)])
    assert "Growth from 10 to 20 agreements (2.0 ×)" in page
    assert "| publish | 4.0 × |" in page
    assert "Growth" not in performance_page.page([small, measured(100, "2026-11-22", 50.0)])


def test_the_page_is_that_of_the_kept_figures_and_notes() -> None:
    assert report.PAGE.read_text(encoding="utf-8") == performance_page.page(report.kept())


def test_a_size_is_measured_anew_without_losing_the_others(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(report, "FIGURES", tmp_path / "figures.json")
    report.FIGURES.write_text('[{"agreements": 10, "a": 1}, {"agreements": 30}]', encoding="utf-8")
    report.keep({"agreements": 20})
    report.keep({"agreements": 10, "a": 2})
    assert report.kept() == [{"agreements": 10, "a": 2}, {"agreements": 20}, {"agreements": 30}]


def test_a_row_changed_if_it_differs_from_the_date_before_or_is_new() -> None:
    days = [date(2026, 11, 2), date(2026, 11, 9), date(2026, 11, 16)]
    with duckdb.connect() as con:
        con.execute(
            "CREATE TABLE hashed (corporatie_id VARCHAR, overeenkomst_id VARCHAR, as_of DATE, arrears UBIGINT)"
        )
        rows = [("same", 7, 7, 7), ("moved", 7, 8, 8), ("new", None, 7, 7), ("back", 7, 8, 7)]
        for name, *values in rows:
            for day, value in zip(days, values, strict=True):
                if value is not None:
                    con.execute("INSERT INTO hashed VALUES ('C', ?, ?, ?)", [name, day, value])
        assert weeks.changed(con, "arrears", days, timedelta(weeks=1)) == 4 / 8
        assert weeks.changed(con, "arrears", days[::2], timedelta(weeks=2)) == 2 / 4


def test_encryption_is_left_out_on_one_side_only() -> None:
    key = "0" * 64
    assert encryption.plain(lambda: warehouse.options(key)) == ""
    assert encryption.plain(lambda: warehouse.options(key, read_only=True)) == "(READ_ONLY)"
    assert "ENCRYPTION_KEY" in warehouse.options(key)


def test_the_table_of_encryption_holds_medians_of_neighbours() -> None:
    figures = [(3, 2, 30, 20), (1, 1, 10, 10), (9, 3, 90, 90)]
    pairs = [{"encrypted": Cost(cpu=a, wall=c), "plain": Cost(cpu=b, wall=d)} for a, b, c, d in figures]
    cells = [[cell.strip() for cell in line.split("|")[2:-1]] for line in encryption.middle(pairs)]
    assert cells == [
        ["3.00", "2.00", "1.500", "30.00", "20.00", "1.000"],
        ["", "", "1.00-3.00", "", "", "1.00-1.50"],
    ]


@pytest.mark.long
@pytest.mark.slow
def test_the_price_of_encryption_is_printed_as_one_table(
    tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    repeats = cases(1, 2)
    encryption.main("1000", "--repeats", str(repeats), "--folder", str(tmp_path))
    title, _, *table = capsys.readouterr().out.splitlines()
    assert "1,000 agreements" in title
    assert [line.split("|")[1].strip() for line in table[2:]] == [
        *("1, plain", "2, encrypted")[:repeats],
        "median",
        "range",
    ]
    assert {line.count("|") for line in table} == {8}
    for side, hidden in (("encrypted", True), ("plain", False)):
        stores = (tmp_path / "1000x2" / side / "warehouse").glob("*.duckdb")
        assert {
            b"huurovereenkomsten" in store.read_bytes() for store in stores if store.stem == "warehouse"
        } == {not hidden}


def test_a_measured_process_that_is_killed_is_not_waited_for() -> None:
    with pytest.raises(RuntimeError, match="_exit was killed"):
        measure(os._exit, 9)


def test_a_profile_is_added_up_by_part():
    here, library = str(portal_parts.ROOT), "/lib/site-packages/"
    stats = {
        (f"{here}/portal/coach/visit.py", 1, "of"): (1, 1, 2.0, 9.0, {}),
        (f"{library}django/db/models/query.py", 1, "all"): (1, 1, 3.0, 3.0, {}),
        (f"{library}django/db/backends/utils.py", 1, "execute"): (1, 1, 0.5, 3.0, {}),
        (f"{library}whitenoise/middleware.py", 1, "call"): (1, 1, 0.25, 3.0, {}),
        ("~", 0, "<len>"): (
            2,
            2,
            1.5,
            1.5,
            {
                (f"{here}/portal/prepared.py", 1, "rows"): (1, 1, 1.0, 1.0),
                (f"{library}django/template/base.py", 1, "render"): (1, 1, 0.5, 0.5),
            },
        ),
    }
    expected = {
        "own code": 2.0,
        "queries and rows": 4.0,
        "templates": 0.5,
        "database": 0.5,
        portal_parts.REST: 0.25,
    }
    assert {part: own for part, own in portal_parts.by_part(stats).items() if own} == expected
