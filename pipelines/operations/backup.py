"""Back up warehouse, vault, settings, mappings, artefacts and seals to one encrypted file, and verify it.

The file is a ZIP of three encrypted DuckDB files and a manifest without personal data. Warehouse and vault keep
separate keys, so identities stay separate in the backup as well. The keys are included only on request, encrypted
under a passphrase. Each backup is read back before it gets its final name, because an untested backup may be useless.
"""

from __future__ import annotations

import hashlib
import json
import os
import secrets
import shutil
import zipfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

import duckdb

from models.as_json import as_json
from pipelines.installation.errors import ConfigurationError, WaakvlamError
from pipelines.installation.files import explain_refusal, new_file
from pipelines.installation.workspace import STORES, Workspace
from pipelines.operations.manifest import FORMAT, MANIFEST, Manifest, read_manifest
from pipelines.warehouse import migrations
from pipelines.warehouse.copies import copy_store, fingerprint
from pipelines.warehouse.stores import attach, attach_file, derive, memory_connection

PASSPHRASE = "WAAKVLAM_BACKUP_PASSPHRASE"  # noqa: S105 - the name of a variable
MEMBERS = {store: f"{store}.duckdb" for store in (*STORES, "files", "keys")}


@dataclass(frozen=True)
class Backup:
    """A backup file and its manifest, as written by `backup` or read by `restore`."""

    path: Path
    bytes: int
    manifest: Manifest

    @property
    def rows(self) -> int:
        """Total number of rows over all tables of both stores."""
        return sum(count for store in STORES for count, _ in self.manifest.tables[store].values())

    @property
    def keys_inside(self) -> bool:
        """Whether the backup contains the keys."""
        return "keys" in self.manifest.sha256


def backup(workspace: Workspace, target: Path, *, with_keys: bool = False) -> Backup:
    """Write a backup and verify that it can be read back.

    Both stores are held open for reading meanwhile, so no run can write; if a run is busy, an error is raised.
    Uncommitted changes of a run that was killed are not included.

    Parameters
    ----------
    workspace : Workspace
        The installation.
    target : Path
        A new file, or a folder (created if missing) in which the file is named after the current time.
    with_keys : bool
        Include the keys, encrypted under the passphrase from the environment.

    Raises
    ------
    ConfigurationError
        The target exists already, there is nothing to save, or no passphrase is set.
    WaakvlamError
        A run is busy, the disk is full, or the backup does not match the stores.
    """
    now = datetime.now(UTC)
    if (
        target.is_dir() or not target.suffix
    ):  # a path without suffix is a folder to create: retention looks for `*.backup`
        target.mkdir(mode=0o700, parents=True, exist_ok=True)
        target = target / f"waakvlam_{now:%Y-%m-%dT%H%M%SZ}.backup"
    if target.exists():
        raise ConfigurationError(
            "The target of the backup exists already.", where=str(target), mend="Name a new file."
        )
    with (
        explain_refusal(target),
        memory_connection(workspace) as con,
        scratch(workspace.stores / "scratch") as folder,
    ):
        for store in STORES:
            attach(con, workspace, store, read_only=True)
        tables = {
            store: copy_store(con, store, folder / MEMBERS[store], derive(workspace.secret(store), store))
            for store in STORES
        }
        _save_files(con, workspace, folder / MEMBERS["files"])
        salt = secrets.token_hex(16) if with_keys else None
        if salt is not None:
            _save_keys(con, workspace, folder / MEMBERS["keys"], salt)
        hashes = {name: _sha256(folder / m) for name, m in MEMBERS.items() if (folder / m).exists()}
        manifest = Manifest(FORMAT, migrations.CURRENT, now.isoformat(), tables, salt, hashes)
        with new_file(target, private=True) as part:
            _pack(part, folder, manifest)
            prove(con, part, folder / "again", {store: workspace.secret(store) for store in STORES})
    return Backup(target, target.stat().st_size, manifest)


@contextmanager
def scratch(parent: Path) -> Iterator[Path]:
    """Create a private folder inside `parent` and delete it when the block ends."""
    folder = parent / f"backup-{secrets.token_hex(4)}"
    folder.mkdir(mode=0o700)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)


@contextmanager
def attached(con: duckdb.DuckDBPyConnection, path: Path, key: str, *, read_only: bool) -> Iterator[None]:
    """Attach an encrypted DuckDB file as `opened` for the duration of the block."""
    try:
        attach_file(con, path, "opened", key, read_only=read_only)
    except duckdb.Error as error:
        if "lock" in str(error).lower():
            mend = "Wait until it has finished, then start again."
            raise WaakvlamError("A run is busy here.", where=str(path), mend=mend) from None
        raise ConfigurationError(
            f"The key does not open {path.stem} of the backup.",
            where=path.name,
            mend="Use the keys that were in use when the backup was made.",
        ) from None
    try:
        yield
        if not read_only:
            con.execute("CHECKPOINT opened")
    finally:
        con.execute("DETACH opened")


def _save_files(con: duckdb.DuckDBPyConnection, workspace: Workspace, target: Path) -> None:
    """Save settings, mappings, queries, artefacts and seals as rows of an encrypted file; its key derives from the warehouse's secret."""
    paths = [workspace.home / "settings.toml"]
    for folder in (workspace.mappings, workspace.queries, workspace.artefacts, workspace.proof):
        paths += sorted(path for path in folder.rglob("*") if path.is_file())
    with attached(con, target, derive(workspace.secret("warehouse"), "files"), read_only=False):
        con.execute("CREATE TABLE opened.files (path VARCHAR NOT NULL, content BLOB NOT NULL)")
        for path in paths:
            name = path.relative_to(workspace.home).as_posix()
            con.execute("INSERT INTO opened.files VALUES (?, ?)", [name, path.read_bytes()])


def _save_keys(con: duckdb.DuckDBPyConnection, workspace: Workspace, target: Path, salt: str) -> None:
    with attached(con, target, passphrase(salt), read_only=False):
        con.execute("CREATE TABLE opened.keys (store VARCHAR NOT NULL, secret VARCHAR NOT NULL)")
        for store in STORES:
            con.execute("INSERT INTO opened.keys VALUES (?, ?)", [store, workspace.secret(store).decode()])


def passphrase(salt: str) -> str:
    """Derive a key from the passphrase in the environment (scrypt, RFC 7914, 64 MiB).

    Raises
    ------
    ConfigurationError
        The passphrase is missing or shorter than 16 characters.
    """
    words = os.environ.get(PASSPHRASE, "")
    if len(words) < 16:
        raise ConfigurationError(
            "The keys need a passphrase of at least 16 characters.",
            where=PASSPHRASE,
            mend=f"Set {PASSPHRASE}.",
        )
    return hashlib.scrypt(words.encode(), salt=bytes.fromhex(salt), n=2**16, r=8, p=1, maxmem=2**27).hex()


def _pack(part: Path, folder: Path, manifest: Manifest) -> None:
    """Write the ZIP file without compression, because encrypted content does not compress."""
    with zipfile.ZipFile(part, "w", zipfile.ZIP_STORED) as packed:
        packed.writestr(MANIFEST, json.dumps(as_json(manifest), indent=2))
        for name in manifest.sha256:
            packed.write(folder / MEMBERS[name], MEMBERS[name])


def unpack(file: Path, name: str, folder: Path, manifest: Manifest) -> Path:
    """Extract one member into `folder` and check its SHA-256 against the manifest.

    Raises
    ------
    WaakvlamError
        The member is missing or damaged.
    """
    target = folder / MEMBERS[name]
    try:
        with (
            zipfile.ZipFile(file) as packed,
            packed.open(MEMBERS[name]) as inside,
            target.open("wb") as outside,
        ):
            target.chmod(0o600)
            shutil.copyfileobj(inside, outside, 1 << 20)
        intact = _sha256(target) == manifest.sha256[name]
    except (zipfile.BadZipFile, KeyError, EOFError):
        intact = False
    if not intact:
        raise WaakvlamError(
            f"The backup is damaged: {MEMBERS[name]}.", where=str(file), mend="Use another backup."
        )
    return target


def prove(
    con: duckdb.DuckDBPyConnection, file: Path, folder: Path, secrets_by_store: dict[str, bytes]
) -> None:
    """Extract every member of a backup, open it, and compare each table with the manifest.

    Parameters
    ----------
    folder : Path
        Receives the extracted files; created if missing.
    secrets_by_store : dict
        Secret of each store, by store name.

    Raises
    ------
    ConfigurationError
        A secret does not open its store.
    WaakvlamError
        A member is damaged, or a table differs from the manifest.
    """
    manifest = read_manifest(file)
    folder.mkdir(mode=0o700, exist_ok=True)
    for name in manifest.sha256:
        unpack(file, name, folder, manifest)
    with attached(
        con, folder / MEMBERS["files"], derive(secrets_by_store["warehouse"], "files"), read_only=True
    ):
        con.execute("SELECT count(*) FROM opened.files").fetchall()
    for store in STORES:
        with attached(con, folder / MEMBERS[store], derive(secrets_by_store[store], store), read_only=True):
            if fingerprint(con, "opened") != manifest.tables[store]:
                raise WaakvlamError(
                    f"The {store} of the backup differs from its manifest.",
                    where=str(file),
                    mend="Use another backup.",
                )


def _sha256(path: Path) -> str:
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()
