"""Test that the star names nobody, keeps its columns, joins without loss, and keeps no list longer than the warehouse."""

from __future__ import annotations

import csv
import io
import json
import os
import re
import shutil
from datetime import date
from pathlib import Path

import duckdb
import nbformat
import pytest
from nbclient import NotebookClient

from pipelines.exchange.star import page, write
from pipelines.exchange.star.tables import AGREEMENT_KEY, RELATIONS, TABLES
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.workspace import Workspace
from pipelines.warehouse.stores import open_warehouse
from pipelines.week import run
from tests.support.deliveries import corporation, deliver_all, make_workspace, waakvlam, with_settings

pytestmark = pytest.mark.dear

ROOT = Path(__file__).resolve().parents[3]
SMALLEST = 2
MONDAYS = (date(2026, 11, 9), date(2026, 11, 16))


@pytest.fixture(scope="module")
def place(tmp_path_factory) -> Workspace:
    place = make_workspace(tmp_path_factory.mktemp("star") / "home")
    place = with_settings(place, f"[figures]\nleast_homes_per_wijk = {SMALLEST}\n")
    deliver_all(place, "2026-11-09", corporation())
    for monday in MONDAYS:
        run.run(place, monday)
    return place


@pytest.fixture(scope="module")
def star(place: Workspace) -> Path:
    folder = place.home.parent / "star"
    write.export(place, folder)
    return folder


def ask(query: str) -> list[tuple]:
    with duckdb.connect() as con:
        return con.execute(query).fetchall()


def of(star: Path, name: str) -> str:
    (table,) = (table for table in TABLES if table.name == name)
    return f"'{star}/{name}/*.parquet'" if table.weekly else f"'{star}/{name}.parquet'"


def test_every_table_has_the_columns_and_types_of_the_dictionary(star: Path):
    for table in TABLES:
        actual = ask(f"DESCRIBE FROM {of(star, table.name)}")
        assert [(name, kind) for name, kind, *_ in actual] == [(c.name, c.kind) for c in table.columns], (
            table.name
        )
    with (star / "dictionary.csv").open(encoding="utf-8", newline="") as file:
        assert len(list(csv.DictReader(file))) == sum(len(table.columns) for table in TABLES)


def test_every_row_finds_the_row_that_it_points_to(star: Path):
    for relation in RELATIONS:
        one, many = of(star, relation.to_table), of(star, relation.table)
        lost = (
            f"SELECT count(*) FROM {many} f ANTI JOIN {one} d ON f.{relation.column} = d.{relation.to_column}"
        )
        twice = f"SELECT count(*) - count(DISTINCT {relation.to_column}) FROM {one}"
        assert (ask(lost), ask(twice)) == ([(0,)], [(0,)]), relation


def test_the_figures_are_those_of_the_warehouse(star: Path, place: Workspace):
    with open_warehouse(place, read_only=True) as con:
        scores = con.execute(
            "SELECT as_of, score FROM run.decided WHERE score IS NOT NULL ORDER BY ALL"
        ).fetchall()
        listed = con.execute("SELECT as_of, count(place) FROM run.decided GROUP BY 1 ORDER BY 1").fetchall()
    assert ask(f"SELECT list_date, score FROM {of(star, 'fact_score')} ORDER BY ALL") == scores
    assert (
        ask(f"SELECT list_date, listed FROM {of(star, 'dim_list')} ORDER BY ALL") == listed
        and listed[0][1] > 0
    )
    above = f"SELECT count(*) FROM {of(star, 'fact_signal')} WHERE arrears_euro > 0"
    trend = f"SELECT sum(above_zero) FROM {of(star, 'fact_trend')} WHERE signal = 'arrears_euro'"
    assert ask(above) == ask(trend) != [(0,)]


def test_nobody_is_named_and_no_id_is_left(star: Path, place: Workspace):
    with open_warehouse(place, read_only=True) as con:
        ids = {
            text
            for row in con.execute(
                "SELECT overeenkomst_id, eenheid_id, huurder_id FROM versions.huurovereenkomsten"
            ).fetchall()
            for text in row
        }
    for path in star.rglob("*.parquet"):
        values = {str(value) for row in ask(f"FROM '{path}'") for value in row}
        assert not values & ids, path
        assert os.name == "nt" or path.stat().st_mode & 0o077 == 0
    assert len(ids) > 20
    names = {column.name for table in TABLES for column in table.columns}
    assert not names & {"name", "address", "street", "postcode", "phone", "email"}


def test_a_second_export_keeps_what_did_not_change(star: Path, place: Workspace):
    before = {path: path.read_bytes() for path in star.rglob("*.parquet")}
    done = write.export(place, star)
    assert (done.written, done.kept, done.removed) == ((), MONDAYS, ())
    assert {path: path.read_bytes() for path in star.rglob("*.parquet")} == before


def test_what_the_warehouse_no_longer_holds_leaves_the_export(star: Path, place: Workspace, tmp_path: Path):
    """One list is past its retention period, and the rows of another changed since."""
    folder = tmp_path / "star"
    write.export(place, folder)
    state = json.loads((folder / write.STATE).read_text(encoding="utf-8"))
    state["2020-01-06"], state["2026-11-16"] = "past its term", "other rows"
    (folder / write.STATE).write_text(json.dumps(state), encoding="utf-8")
    for table in ("fact_score", "fact_decision", "fact_signal", "fact_trend"):
        (folder / table / "2020-01-06.parquet").write_bytes(
            (folder / table / "2026-11-09.parquet").read_bytes()
        )
    done = write.export(place, folder)
    assert (done.written, done.kept, done.removed) == (MONDAYS[1:], MONDAYS[:1], (date(2020, 1, 6),))
    assert not list(folder.rglob("2020-01-06*"))


def test_another_folder_is_refused(place: Workspace, tmp_path: Path):
    (tmp_path / "letter.txt").write_text("x", encoding="utf-8")
    with pytest.raises(ConfigurationError, match="something other than an export"):
        write.export(place, tmp_path)


def test_the_secret_decides_the_pseudonyms(star: Path, place: Workspace, tmp_path: Path):
    key = place.keys / write.KEY_FILE
    assert key.stat().st_mode & 0o077 == 0 or os.name == "nt"
    secret = key.read_text(encoding="ascii")
    try:
        key.unlink()
        write.export(place, tmp_path / "other")
    finally:
        key.write_text(secret, encoding="ascii")
    query = "SELECT {} FROM {} ORDER BY 1"
    first, second = (
        ask(query.format(AGREEMENT_KEY, of(where, "dim_agreement"))) for where in (star, tmp_path / "other")
    )
    assert len(first) == len(second) > 5 and not set(first) & set(second)


def test_the_page_is_fresh():
    assert (ROOT / "docs" / "star.md").read_text(encoding="utf-8") == page.page()


@pytest.mark.parametrize("name", ["powerbi.pq", "star.R"])
def test_the_examples_name_tables_that_exist(name: str):
    text = (ROOT / "examples" / "bi" / name).read_text(encoding="utf-8")
    named = set(re.findall(r"\b(?:dim|fact)_[a-z]+", text))
    assert named and named <= {table.name for table in TABLES}


@pytest.mark.slow
def test_the_notebook_runs(star: Path, monkeypatch):
    monkeypatch.setenv("WAAKVLAM_STAR", str(star))
    book = nbformat.read(ROOT / "examples" / "bi" / "star.ipynb", as_version=4)
    assert not any(cell.get("outputs") for cell in book.cells)
    NotebookClient(book, timeout=120, kernel_name="python3").execute()


def test_sql_answers_and_changes_nothing(place: Workspace):
    assert "2026-11-16" in waakvlam(place, "sql", "SELECT as_of FROM run.lists").out
    assert waakvlam(place, "sql", "SELECT 1 AS a, 'x;y' AS b", "--csv").out == "a,b\n1,x;y\n"
    for query, why in {
        "DELETE FROM run.lists": "read-only",
        f"ATTACH '{place.stores / 'vault.duckdb'}' AS v": "Cannot access file",
        "COPY (SELECT 1) TO '/tmp/x.csv'": "Cannot access file",
        "SET enable_external_access = true": "locked",
        "SELECT": "Parser Error",
    }.items():
        said = waakvlam(place, "sql", query)
        assert said.code == 1 and why in said.err, (query, said)


def test_queries_from_a_pipe_are_all_answered(place: Workspace, monkeypatch):
    monkeypatch.setattr("sys.stdin", io.StringIO("SELECT 1 AS a; SELECT 2 AS b;\nSELECT\n3 AS c"))
    assert waakvlam(place, "sql", "--csv").out == "a\n1\nb\n2\nc\n3\n"


def test_trends_are_not_written_of_fewer_homes_than_the_limit(place: Workspace, tmp_path: Path):
    other = make_workspace(tmp_path / "home")
    shutil.copytree(place.home, other.home, dirs_exist_ok=True)
    write.export(with_settings(other, "[figures]\nleast_homes_per_wijk = 13\n"), tmp_path / "star")
    assert ask(f"SELECT count(*) FROM {of(tmp_path / 'star', 'fact_trend')}") == [(0,)]
    assert ask(f"SELECT count(*) > 0 FROM {of(tmp_path / 'star', 'fact_score')}") == [(True,)]
