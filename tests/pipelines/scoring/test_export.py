"""Test that the staged history survives export to Parquet, and that an incomplete export is refused."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from pathlib import Path

import duckdb
import pytest

from pipelines.installation.errors import ConfigurationError, DeliveryError, WaakvlamError
from pipelines.installation.files import MANIFEST
from pipelines.scoring import export
from tests.support.disks import small_disk

AVAILABLE = frozenset({"huurovereenkomsten", "reparatieverzoeken"})
CORPORATIONS = ("L0001", "0002", "a/b c=d%é", "")
"""Names from which a reader of paths could guess numbers, folders or nothing at all."""


@pytest.fixture
def warehouse() -> Iterator[duckdb.DuckDBPyConnection]:
    """Staged tables with two rows per corporation, in which nearly everything is NULL, and empty ones."""
    with duckdb.connect(config={"threads": 1}) as con:
        con.execute("CREATE SCHEMA staged")
        for name, columns in export.tables().items():
            con.execute(
                f"CREATE TABLE staged.{name} ({', '.join(f'{c} {kind}' for c, kind in columns.items())})"
            )
        for corporation in CORPORATIONS:
            for name in sorted(AVAILABLE):
                con.execute(
                    f"INSERT INTO staged.{name} (corporatie_id, overeenkomst_id, known_from) "
                    "VALUES ($who, 'O1', '2024-02-29'), ($who, 'O2', NULL)",
                    {"who": corporation},
                )
        con.execute("""
            UPDATE staged.reparatieverzoeken SET melddatum = '2024-03-31 02:30:00.123456',
                niet_thuis_datums = ['2024-02-29', NULL] WHERE overeenkomst_id = 'O1'""")
        yield con


@pytest.fixture
def exported(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path) -> export.History:
    return export.write(warehouse, AVAILABLE, tmp_path / "history")


def test_it_comes_back_as_it_went(warehouse: duckdb.DuckDBPyConnection, exported: export.History):
    assert export.read(exported.folder) == exported
    with duckdb.connect() as con:
        actual = export.attach(con, exported)
        assert set(actual) == set(export.tables())
        for name in actual:
            back = con.sql(f"FROM history.{name} ORDER BY ALL")
            went = warehouse.sql(f"FROM staged.{name} ORDER BY ALL")
            assert (back.columns, back.types, back.fetchall()) == (went.columns, went.types, went.fetchall())


def test_each_corporation_has_a_folder(exported: export.History):
    folders = list((exported.folder / "reparatieverzoeken").iterdir())
    assert len(folders) == len(CORPORATIONS)
    assert all(folder.name.startswith("corporatie_id=") for folder in folders)


def test_a_folder_without_a_history_is_refused(tmp_path: Path):
    with pytest.raises(ConfigurationError, match=r"has no complete history\. "):
        export.read(tmp_path / "nothing")
    with pytest.raises(ConfigurationError, match="has no complete history: it has no manifest"):
        export.read(tmp_path)


def test_a_copy_that_stopped_before_the_manifest_is_refused(exported: export.History):
    (exported.folder / MANIFEST).unlink()
    with pytest.raises(ConfigurationError, match="no manifest"):
        export.read(exported.folder)


def one_file(exported: export.History) -> Path:
    return next((exported.folder / "reparatieverzoeken").rglob("*.parquet"))


def test_a_history_with_a_missing_file_is_refused(exported: export.History):
    one_file(exported).unlink()
    with pytest.raises(
        DeliveryError,
        match="reparatieverzoeken: The history is incomplete: 8 rows were exported, 6 are present",
    ):
        export.read(exported.folder)


def test_a_history_with_a_missing_table_is_refused(exported: export.History):
    shutil.rmtree(exported.folder / "bezwaren")
    with pytest.raises(DeliveryError, match=r"bezwaren: The history is incomplete: .* 0 are present"):
        export.read(exported.folder)


def test_a_history_with_an_extra_file_is_refused(exported: export.History):
    file = one_file(exported)
    shutil.copy(file, file.with_name("again.parquet"))
    with pytest.raises(DeliveryError, match="8 rows were exported, 10 are present"):
        export.read(exported.folder)


@pytest.mark.parametrize("kept", [0, 10, -1])
def test_a_history_with_a_truncated_file_is_refused(exported: export.History, kept: int):
    file = one_file(exported)
    file.write_bytes(file.read_bytes()[:kept])
    with pytest.raises(DeliveryError, match=r"\.parquet: This Parquet file is incomplete"):
        export.read(exported.folder)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"rows": 1, "available": []}'])
def test_a_history_with_another_manifest_is_refused(exported: export.History, text: str):
    (exported.folder / MANIFEST).write_text(text)
    with pytest.raises(DeliveryError, match="not the manifest of a history"):
        export.read(exported.folder)


def test_a_history_with_columns_of_another_version_is_refused(exported: export.History):
    path = exported.folder / MANIFEST
    content = json.loads(path.read_text(encoding="utf-8"))
    del content["tables"]["huurachterstanden"]["saldo"]
    path.write_text(json.dumps(content), encoding="utf-8")
    with pytest.raises(ConfigurationError, match="Another version"):
        export.read(exported.folder)


def test_on_a_full_disk_nothing_is_left(warehouse: duckdb.DuckDBPyConnection, tmp_path: Path):
    warehouse.execute(
        "INSERT INTO staged.bezwaren (corporatie_id, bezwaar_id) SELECT 'C', uuid() FROM range(200000)"
    )
    with small_disk(tmp_path / "disk") as disk:
        with pytest.raises(WaakvlamError, match="The disk is full; nothing was kept"):
            export.write(warehouse, AVAILABLE, disk / "history")
        assert list(disk.iterdir()) == []
