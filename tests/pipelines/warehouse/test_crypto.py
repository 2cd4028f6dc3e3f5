"""Test that the encrypting extension is found in the settings, the wheel or DuckDB's own folder."""

from __future__ import annotations

import shutil
from pathlib import Path

import duckdb
import pytest

from pipelines.installation.errors import ConfigurationError
from pipelines.installation.settings import Engine
from pipelines.warehouse import crypto, stores

VERSION = f"v{duckdb.__version__}"


@pytest.fixture
def given(tmp_path: Path) -> Path:
    """Copy the extension to a folder of the form in which DuckDB installs extensions; return the file."""
    path = tmp_path / "extensions" / VERSION / "linux_amd64" / "httpfs.duckdb_extension"
    path.parent.mkdir(parents=True)
    return Path(shutil.copy(crypto.extension(), path))


def test_the_setting_names_a_file_or_a_folder(given: Path, tmp_path: Path):
    assert crypto.extension(str(given)) == given
    assert crypto.extension(str(tmp_path)) == given
    alone = Path(shutil.copy(given, tmp_path / given.name))
    assert crypto.extension(str(tmp_path)) == given, "the file of this version comes first"
    shutil.rmtree(tmp_path / "extensions")
    assert crypto.extension(str(tmp_path)) == alone
    with stores.engine_connection(tmp_path / "scratch", Engine(httpfs=str(tmp_path))) as con:
        con.execute(
            f"ATTACH '{tmp_path / 'x.duckdb'}' AS x (ENCRYPTION_KEY 'k'); CREATE TABLE x.t AS SELECT 1 AS a"
        )


def test_without_the_wheel_the_folder_of_duckdb_is_searched(given: Path, tmp_path: Path, monkeypatch):
    monkeypatch.setattr(crypto, "find_spec", lambda _: None)
    monkeypatch.setenv("HOME", str(tmp_path))
    with pytest.raises(
        ConfigurationError, match=rf"httpfs extension for DuckDB {duckdb.__version__}.*docs/install"
    ):
        crypto.extension()
    shutil.move(tmp_path / "extensions", tmp_path / ".duckdb" / "extensions")
    assert crypto.extension().is_relative_to(tmp_path / ".duckdb")


def test_an_extension_of_another_version_is_not_taken(given: Path, tmp_path: Path):
    given.parents[1].rename(tmp_path / "extensions" / "v0.0.1")
    with pytest.raises(ConfigurationError, match="httpfs = "):
        crypto.extension(str(tmp_path))
