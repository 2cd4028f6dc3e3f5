"""Restore a backup completely or not at all, into a new workspace or over a lost one."""

from __future__ import annotations

from contextlib import suppress
from pathlib import Path, PurePosixPath

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
    scratch,
    unpack,
)
from pipelines.operations.manifest import Manifest, read_manifest
from pipelines.warehouse import journal
from pipelines.warehouse.keys import retire
from pipelines.warehouse.stores import UNFINISHED, derive, engine_connection


def restore(file: Path, home: Path, *, replace: bool = False, keys: Path | None = None) -> Backup:
    """Restore a backup into a workspace, completely or not at all.

    Parameters
    ----------
    file : Path
        A file written by `backup`.
    home : Path
        The workspace to fill; created if missing.
    replace : bool
        Whether existing stores may be replaced. Deliveries, lists and other files in the workspace are left alone.
    keys : Path, optional
        The folder with the keys of the backup; default: `keys` of the workspace. Keys in the environment take
        precedence.

    Raises
    ------
    ConfigurationError
        The file is not a backup or comes from a newer version, the keys are wrong, or stores exist and may not be
        replaced. Nothing has changed.
    WaakvlamError
        The file is damaged, a run is busy, or the disk is full.
    """
    manifest = read_manifest(file)
    stores = home / "warehouse"
    if not replace and any((stores / MEMBERS[store]).exists() for store in STORES):
        raise ConfigurationError(
            "This workspace has a warehouse already.",
            where=str(home),
            mend="Restore into a new folder, or add --replace.",
        )
    folder_of_keys = keys or home / "keys"
    with explain_refusal(home):
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
        stores.mkdir(mode=0o700, exist_ok=True)
        with engine_connection(stores / "scratch", Engine()) as con, scratch(stores / "scratch") as folder:
            secrets = _read_keys(con, file, folder, manifest, folder_of_keys)
            prove(con, file, folder, secrets)
            _hold(con, stores, secrets)
            (stores / UNFINISHED).touch()
            _load_files(con, folder / MEMBERS["files"], derive(secrets["warehouse"], "files"), home)
            for store in reversed(STORES):  # the vault first, the same order as when a delivery is loaded
                path = stores / MEMBERS[store]
                journal.remove(path)
                put_in_place(folder / MEMBERS[store], path)
            _place_keys(secrets, home)
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
    con: duckdb.DuckDBPyConnection, file: Path, folder: Path, manifest: Manifest, keys: Path
) -> dict[str, bytes]:
    """Return the secret per store that opens the backup: from `keys` or the environment, else from the backup itself."""
    try:
        return {store: secret(keys, store) for store in STORES}
    except ConfigurationError:
        if manifest.salt is None:
            raise
    inside = unpack(file, "keys", folder, manifest)
    with attached(con, inside, passphrase(manifest.salt), read_only=True):
        rows = con.execute("FROM opened.keys").fetchall()
    return {store: text.encode() for store, text in rows}


def _place_keys(secrets: dict[str, bytes], home: Path) -> None:
    """Write the keys into the workspace, unless it has the same keys already; retire keys that differ."""
    for store in STORES:
        try:
            if secret(home / "keys", store) == secrets[store]:
                continue
        except ConfigurationError:
            pass
        (home / "keys").mkdir(mode=0o700, exist_ok=True)
        path = home / "keys" / f"{store}.key"
        if path.exists():
            retire(path)
        write_bytes(path, secrets[store] + b"\n", private=True)


def _hold(con: duckdb.DuckDBPyConnection, stores: Path, secrets: dict[str, bytes]) -> None:
    """Raise if a run has a store open; ignore a store that is damaged or has another key, since it gets replaced."""
    for store in STORES:
        path = stores / MEMBERS[store]
        if path.exists():
            # The checkpoint of a damaged store may fail as well.
            with (
                suppress(ConfigurationError, duckdb.Error),
                attached(con, path, derive(secrets[store], store), read_only=False),
            ):
                pass
