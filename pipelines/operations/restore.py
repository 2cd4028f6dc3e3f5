"""Restore a backup: whole or not at all, into a new workspace or in the place of one that is lost."""

from __future__ import annotations

from pathlib import Path, PurePosixPath
from typing import Any

import duckdb

from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import explain_refusal, put_in_place, write_bytes
from pipelines.installation.settings import Engine
from pipelines.installation.workspace import STORES, secret
from pipelines.operations.backup import (
    MEMBERS,
    Backup,
    attached,
    passphrase,
    prove,
    read_manifest,
    scratch,
    unpack,
)
from pipelines.warehouse.keys import retire
from pipelines.warehouse.stores import UNFINISHED, derive, engine_connection


def restore(file: Path, home: Path, *, replace: bool = False, keys: Path | None = None) -> Backup:
    """Put a backup in place, whole or not at all.

    Parameters
    ----------
    file : Path
        What `backup` made.
    home : Path
        The workspace to fill; made where it does not exist.
    replace : bool
        Whether stores that are there may be replaced. Deliveries, lists and other files there stay as they are.
    keys : Path, optional
        The folder with the keys it was made with; default `keys` of the workspace. The environment goes before it.

    Raises
    ------
    ConfigurationError
        No backup, of a newer version, the wrong keys, or stores are there and may not be replaced. Nothing was changed.
    WaakvlamError
        The file is damaged, a run is busy, or the disk is full.
    """
    manifest = read_manifest(file)
    stores = home / "warehouse"
    if not replace and any((stores / MEMBERS[store]).exists() for store in STORES):
        raise ConfigurationError(
            "There is a warehouse here already.",
            where=str(home),
            mend="Restore into a new folder, or add --replace.",
        )
    folder_of_keys = keys or home / "keys"
    with explain_refusal(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        stores.mkdir(mode=0o700, exist_ok=True)
        with engine_connection(stores / "scratch", Engine()) as con, scratch(stores / "scratch") as folder:
            found = _read_keys(con, file, folder, manifest, folder_of_keys)
            prove(con, file, folder, found)
            _hold(con, stores, found)
            (stores / UNFINISHED).touch()
            _load_files(con, folder / MEMBERS["files"], derive(found["warehouse"], "files"), home)
            for store in reversed(STORES):  # the vault first, as when a delivery is loaded
                path = stores / MEMBERS[store]
                path.with_name(path.name + ".wal").unlink(missing_ok=True)
                put_in_place(folder / MEMBERS[store], path)
            _place_keys(found, home)
            (stores / UNFINISHED).unlink()
    return Backup(file, file.stat().st_size, manifest)


def _load_files(con: duckdb.DuckDBPyConnection, file: Path, key: str, home: Path) -> None:
    with attached(con, file, key, read_only=True):
        rows = con.execute("FROM opened.files").fetchall()
    for name, content in rows:
        parts = PurePosixPath(name)
        if parts.is_absolute() or ".." in parts.parts:
            raise ConfigurationError("The backup names a file outside the workspace.", where=file.name)
        path = home / parts
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        write_bytes(path, content, private=True)


def _read_keys(
    con: duckdb.DuckDBPyConnection, file: Path, folder: Path, manifest: dict[str, Any], keys: Path
) -> dict[str, bytes]:
    """Give the secrets that open the backup: those at hand, else those inside it."""
    try:
        return {store: secret(keys, store) for store in STORES}
    except ConfigurationError:
        if "keys" not in manifest["sha256"]:
            raise
    inside = unpack(file, "keys", folder, manifest)
    with attached(con, inside, passphrase(manifest["salt"]), read_only=True):
        rows = con.execute("FROM opened.keys").fetchall()
    return {store: text.encode() for store, text in rows}


def _place_keys(found: dict[str, bytes], home: Path) -> None:
    """Put the keys where the workspace looks for them, unless these very ones are at hand there."""
    for store in STORES:
        try:
            if secret(home / "keys", store) == found[store]:
                continue
        except ConfigurationError:
            pass
        (home / "keys").mkdir(mode=0o700, exist_ok=True)
        path = home / "keys" / f"{store}.key"
        if path.exists():
            retire(path)
        write_bytes(path, found[store] + b"\n", private=True)


def _hold(con: duckdb.DuckDBPyConnection, stores: Path, found: dict[str, bytes]) -> None:
    """See that no run has a store open; one that is damaged, or has another key, is what is being replaced."""
    for store in STORES:
        path = stores / MEMBERS[store]
        if path.exists():
            try:
                with attached(con, path, derive(found[store], store), read_only=False):
                    pass
            except ConfigurationError:
                continue
