"""Open the two encrypted stores: the warehouse (no identities) and the vault (identities and quarantine).

A transaction can write to one DuckDB file only. The ingest therefore writes the vault first, under the delivery's hash,
and commits the delivery in the warehouse last. If it is killed in between, the next run replaces the rows in the vault.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import shutil
from collections.abc import Iterator
from contextlib import AbstractContextManager, contextmanager, suppress
from pathlib import Path

import duckdb

from pipelines.installation import faults, logs
from pipelines.installation.calendar import AMSTERDAM
from pipelines.installation.errors import RESTORE, ConfigurationError, WaakvlamError
from pipelines.installation.files import put_in_place
from pipelines.installation.settings import Engine
from pipelines.installation.sql import Sql, fill, literal
from pipelines.installation.workspace import Workspace
from pipelines.warehouse import crypto, journal, migrations, schema, staged, unresolved
from pipelines.warehouse.loaded import nothing_loaded

UNFINISHED = "restore.unfinished"


def derive(key: bytes, purpose: str) -> str:
    """Derive a key for one purpose from the installation's secret (HMAC-SHA256, hexadecimal)."""
    return hmac.new(key, purpose.encode(), hashlib.sha256).hexdigest()


def memory_connection(
    workspace: Workspace, *, brief: bool = False
) -> AbstractContextManager[duckdb.DuckDBPyConnection]:
    """Open an in-memory engine with the installation's limits, encrypted temporary files and no network.

    With `brief`, DuckDB only reads: loading the extension that encrypts takes longer than a few short queries.
    """
    return engine_connection(workspace.stores / "scratch", workspace.settings.engine, brief=brief)


@contextmanager
def engine_connection(
    scratch: Path, engine: Engine, *, brief: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an in-memory engine that spills into a private folder; see `memory_connection`."""
    scratch.mkdir(mode=0o700, parents=True, exist_ok=True)
    scratch.chmod(0o700)
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "checkpoint_threshold": "1TB",  # only `journal.checkpoint` writes the log into the store, and never the engine alone
        "memory_limit": engine.memory_limit,
        # A folder per run: DuckDB does not encrypt in a folder with files of a killed run (`clean_scratch` removes those).
        "temp_directory": str(scratch / f"spill-{secrets.token_hex(4)}"),
    }
    if engine.threads:
        config["threads"] = engine.threads
    con = duckdb.connect(":memory:", config=config)
    try:
        with faults.stoppable(), con:
            if not brief:
                crypto.load(con, crypto.extension(engine.httpfs))
            con.execute("SET temp_file_encryption = true")
            con.execute("PRAGMA disable_checkpoint_on_shutdown")
            # Otherwise a long query prints a progress bar to stdout. A notebook without ipywidgets has none to switch off.
            with suppress(duckdb.InvalidInputException):
                con.execute("SET enable_progress_bar = false")
            con.execute(f"SET TimeZone = '{AMSTERDAM}'")
            # Ibis writes `x -> ...`, which DuckDB 2 accepts only with this setting.
            con.execute("SET lambda_syntax = 'ENABLE_SINGLE_ARROW'")
            try:
                yield con
            finally:
                with suppress(duckdb.Error):  # nothing is open
                    con.rollback()
                # Whatever cannot be written now stays in the engine's log.
                with suppress(duckdb.Error, OSError):
                    journal.checkpoint(con)
    finally:
        journal.release(con)


@contextmanager
def open_warehouse(
    workspace: Workspace, *, read_only: bool = False, brief: bool = False
) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse and create it if it does not exist; unqualified names refer to it, or to temporary tables.

    A warehouse that is older than a contract gains the tables of its extract, even when it is opened to read.
    """
    with memory_connection(workspace, brief=brief) as con:
        attach(con, workspace, "warehouse", read_only=read_only)
        if read_only and schema.lacks_an_extract(con):
            con.execute("DETACH warehouse")
            crypto.load(con, crypto.extension(workspace.settings.engine.httpfs))
            attach(con, workspace, "warehouse")
            _create_tables(con)
            con.execute("USE memory.main; DETACH warehouse")
            attach(con, workspace, "warehouse", read_only=True)
        if read_only:
            con.execute("USE warehouse.main")
        else:
            _create_tables(con)
        yield con


def _create_tables(con: duckdb.DuckDBPyConnection) -> None:
    """Create the tables that the attached warehouse lacks, and its views; names then resolve in it.

    A comment on a view keeps the digest of the statements, so a warehouse that has them all is opened without a write.
    """
    con.execute("USE warehouse.main")
    statements = (*schema.tables(), *staged.tables(), *unresolved.views())
    digest = hashlib.sha256("\n".join(statements).encode()).hexdigest()
    query = fill(
        "SELECT count(*) > 0 FROM duckdb_views() WHERE database_name = 'warehouse' AND schema_name = 'staged' "
        "AND view_name = {name} AND comment = {digest}",
        name=literal(unresolved.POSSIBLE),
        digest=literal(digest),
    )
    if con.execute(query).fetchall()[0][0]:
        return
    con.execute("BEGIN")
    for statement in statements:
        con.execute(statement)
    con.execute(
        fill("COMMENT ON VIEW staged.{name} IS {digest}", name=unresolved.POSSIBLE, digest=literal(digest))
    )
    con.execute("COMMIT")


def read_pepper(con: duckdb.DuckDBPyConnection) -> str:
    """Read the secret of the pseudonyms from the attached vault."""
    query = "SELECT value FROM vault.main.secrets WHERE name = 'pseudonym'"
    return str(con.execute(query).fetchall()[0][0])


def path_of(workspace: Workspace, store: str) -> Path:
    """Return the path of a store's file."""
    return workspace.stores / f"{store}.duckdb"


def attach(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, store: str, *, read_only: bool = False
) -> None:
    """Attach one of the encrypted stores ("warehouse" or "vault") under its own name, and upgrade it if needed.

    Raises
    ------
    WaakvlamError
        Another run has the file open, or it is damaged.
    ConfigurationError
        The key does not open the file, a newer version made it, or it does not exist yet and `read_only` is set.
    """
    path = path_of(workspace, store)
    if (workspace.stores / UNFINISHED).exists():
        raise WaakvlamError(
            "A backup is half restored.",
            where=str(workspace.home),
            mend="Run `waakvlam restore` with --replace again.",
        )
    if read_only and not path.exists():
        raise nothing_loaded(workspace)
    key, fresh_key = derive(workspace.secret(store), store), workspace.keys / f"{store}.key.new"
    try:
        _attach(con, path, store, key, read_only=read_only)
    except ConfigurationError:
        # A key rotation was cut off after replacing the file: the new key still has its temporary name.
        if not fresh_key.exists():
            raise
        key = derive(fresh_key.read_text(encoding="ascii").strip().encode(), store)
        _attach(con, path, store, key, read_only=read_only)
        put_in_place(fresh_key, workspace.keys / f"{store}.key")
    if store == "warehouse" and not read_only:
        forget_kept(workspace)
    try:
        stored = migrations.version(con, store)
        migrations.refuse_newer(stored, store, str(path))
        if stored < migrations.CURRENT:
            if read_only:
                con.execute(fill("DETACH {store}", store=store))
                crypto.load(con, crypto.extension(workspace.settings.engine.httpfs))
                _attach(con, path, store, key)
            migrations.upgrade(con, store)
            if read_only:
                con.execute(fill("DETACH {store}", store=store))
                _attach(con, path, store, key, read_only=True)
    except WaakvlamError:
        con.execute(fill("DETACH {store}", store=store))
        raise
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)


def kept_folder(workspace: Workspace) -> Path:
    """Return the folder of `pipelines.warehouse.kept`."""
    return workspace.stores / "kept"


def forget_kept(workspace: Workspace) -> None:
    """Remove everything that was computed from the warehouse and kept.

    Raises
    ------
    WaakvlamError
        A file cannot be removed. It could show a person who objects from now on.
    """
    try:
        shutil.rmtree(kept_folder(workspace))
    except FileNotFoundError:
        return
    except OSError as error:
        raise WaakvlamError(
            f"A kept panel cannot be removed ({error.strerror}).",
            where=str(kept_folder(workspace)),
            mend="Remove this folder, then start again.",
        ) from None


def attach_file(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, key: str, *, read_only: bool = False
) -> None:
    """Attach an encrypted file under a name; raise DuckDB's own error if that fails."""
    attach_options = options(key, read_only=read_only)
    query = "ATTACH {path} AS {name} {options}"
    con.execute(fill(query, path=literal(str(path)), name=name, options=attach_options))


def options(key: str, *, read_only: bool = False) -> Sql:
    """Return the options of ATTACH in SQL; they always include an encryption key."""
    mode = Sql(", READ_ONLY" if read_only else "")
    return fill("(ENCRYPTION_KEY {key}{mode})", key=literal(key), mode=mode)


def _attach(
    con: duckdb.DuckDBPyConnection, path: Path, name: str, key: str, *, read_only: bool = False
) -> None:
    """Attach an encrypted file under a name, create it if missing, and translate DuckDB's errors."""
    try:
        if not path.exists():
            # Create it elsewhere and then move it, so that a killed run leaves no unfinished file.
            fresh = path.parent / "scratch" / path.name
            fresh.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
            fresh.unlink(missing_ok=True)
            attach_file(con, fresh, "fresh", key)
            con.execute("DETACH fresh")
            fresh.chmod(0o600)
            put_in_place(fresh, path)
        journal.put_back(path)
        attach_file(con, path, name, key, read_only=read_only)
    except duckdb.Error as error:
        text = str(error).replace(str(path), path.name)
        if "lock" in text.lower():
            raise WaakvlamError(
                f"The {name} is in use by another run{logs.holder(path.parent.parent / 'logs', text)}.",
                where=str(path),
                mend="Wait until it has finished, then start again.",
            ) from None
        if "Wrong encryption key" in text:
            mend = "Use the key with which it was made."
            raise ConfigurationError(
                f"The key does not open the {name}.", where=str(path), mend=mend
            ) from None
        if "AES tag" in text:  # the key is right, since the engine compares it first
            raise WaakvlamError(f"The {name} is damaged.", where=str(path), mend=RESTORE) from None
        raise WaakvlamError(
            f"The {name} cannot be opened ({text.splitlines()[0]})", where=str(path), mend=RESTORE
        ) from None


def attach_vault(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    """Attach the vault to a connection with an open warehouse.

    Raises
    ------
    WaakvlamError
        The vault is missing but the warehouse has deliveries: the list would have no addresses.
    """
    path = workspace.stores / "vault.duckdb"
    if not path.exists() and con.execute("SELECT count(*) FROM run.deliveries").fetchall()[0][0]:
        raise WaakvlamError("The vault is gone.", where=str(path), mend=RESTORE)
    attach(con, workspace, "vault")
    schema.create_vault(con)
    pepper = derive(workspace.secret("vault"), "pseudonym")
    con.execute("INSERT INTO vault.main.secrets VALUES ('pseudonym', ?) ON CONFLICT DO NOTHING", [pepper])


def clean_scratch(workspace: Workspace) -> None:
    """Remove the files of killed runs from the scratch folder; they can be copies of deliveries with names."""
    for path in (workspace.stores / "scratch").iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
