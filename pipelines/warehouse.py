"""Open the encrypted stores: the warehouse (no identities) and the vault (identities and quarantine), apart.

One transaction can write to one DuckDB file only, so the ingest writes the vault first, under the delivery's hash,
and commits the delivery in the warehouse last: a run killed in between leaves vault rows that the next run replaces.
"""

from __future__ import annotations

import hashlib
import hmac
import secrets
import shutil
from collections.abc import Iterator
from contextlib import contextmanager
from importlib.util import find_spec
from pathlib import Path

import duckdb

from pipelines import schema, stage
from pipelines.errors import ConfigurationError, WaakvlamError
from pipelines.rows import literal
from pipelines.workspace import Workspace

RESTORE = (
    "Put back a copy; without one, move warehouse.duckdb and vault.duckdb away: "
    "the next run makes both again from the inbox."
)


def derive(key: bytes, purpose: str) -> str:
    """Derive a key for one purpose from the installation's secret (HMAC-SHA256, hexadecimal)."""
    return hmac.new(key, purpose.encode(), hashlib.sha256).hexdigest()


def crypto_extension() -> Path:
    """Find DuckDB's signed httpfs extension, whose OpenSSL writes AES-GCM; it comes as a wheel, not over a network."""
    spec = find_spec("duckdb_extension_httpfs")
    places = [Path(p) for p in (spec.submodule_search_locations or [])] if spec else []
    for place in places:
        for found in sorted(place.rglob(f"v{duckdb.__version__}/httpfs.duckdb_extension")):
            return found
    raise ConfigurationError(
        f"The httpfs extension for DuckDB {duckdb.__version__} is not installed.",
        mend="Install the packages of requirements.lock.",
    )


@contextmanager
def memory_connection(workspace: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open an in-memory engine with the installation's limits, encrypted temporary files and no network."""
    scratch = workspace.stores / "scratch"
    scratch.mkdir(parents=True, exist_ok=True)
    scratch.chmod(0o700)
    engine = workspace.settings.engine
    config: dict[str, str | bool | int | float | list[str]] = {
        "autoinstall_known_extensions": False,
        "autoload_known_extensions": False,
        "memory_limit": engine.memory_limit,
        # Its own for each run: DuckDB does not encrypt beside what a killed run left there (`clean_scratch` removes that).
        "temp_directory": str(scratch / f"spill-{secrets.token_hex(4)}"),
    }
    if engine.threads:
        config["threads"] = engine.threads
    with duckdb.connect(":memory:", config=config) as con:
        con.execute(f"LOAD '{crypto_extension()}'")
        con.execute("SET temp_file_encryption = true")
        con.execute("SET TimeZone = 'Europe/Amsterdam'")
        yield con


@contextmanager
def open_warehouse(workspace: Workspace, *, read_only: bool = False) -> Iterator[duckdb.DuckDBPyConnection]:
    """Open the warehouse, made where it does not exist; names resolve in it, temporary tables beside it."""
    with memory_connection(workspace) as con:
        attach(con, workspace, "warehouse", read_only=read_only)
        con.execute("USE warehouse.main")
        if not read_only:
            schema.create_warehouse(con)
            stage.create(con)
        yield con


def attach(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, store: str, *, read_only: bool = False
) -> None:
    """Attach one of the encrypted stores ("warehouse" or "vault") under its own name.

    Raises
    ------
    WaakvlamError
        Another run holds the file, or it is damaged.
    ConfigurationError
        The key does not fit, or there is nothing yet to read.
    """
    path = workspace.stores / f"{store}.duckdb"
    options = f"ENCRYPTION_KEY '{derive(workspace.key, store)}'" + (", READ_ONLY" if read_only else "")
    if read_only and not path.exists():
        problem, mend = "Nothing has been loaded yet.", "`waakvlam weekly` loads what is in the inbox."
        raise ConfigurationError(problem, where=str(workspace.home), mend=mend)
    try:
        if not path.exists():
            # Aside first, then put in its place whole: a run killed meanwhile leaves no half-made file.
            fresh = workspace.stores / "scratch" / path.name
            fresh.unlink(missing_ok=True)
            con.execute(f"ATTACH {literal(str(fresh))} AS fresh ({options})")
            con.execute("DETACH fresh")
            fresh.chmod(0o600)
            fresh.replace(path)
        con.execute(f"ATTACH {literal(str(path))} AS {store} ({options})")
    except duckdb.Error as error:
        text = str(error).replace(str(path), path.name)
        if "lock" in text.lower():
            raise WaakvlamError(
                f"The {store} is in use by another run.",
                where=str(path),
                mend="Wait until it is done, then start again.",
            ) from None
        if "key" in text.lower() or "decrypt" in text.lower():
            raise ConfigurationError(
                f"The key does not open the {store}.", where=str(path), mend="Use the key it was made with."
            ) from None
        raise WaakvlamError(
            f"The {store} cannot be opened ({text.splitlines()[0]})", where=str(path), mend=RESTORE
        ) from None
    if path.stat().st_mode & 0o077:
        path.chmod(0o600)


def attach_vault(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    """Attach the vault beside an open warehouse.

    Raises
    ------
    WaakvlamError
        It is gone while the warehouse is not: the list would have no addresses.
    """
    path = workspace.stores / "vault.duckdb"
    if not path.exists() and con.execute("SELECT count(*) FROM run.deliveries").fetchall()[0][0]:
        raise WaakvlamError("The vault is gone.", where=str(path), mend=RESTORE)
    attach(con, workspace, "vault")
    schema.create_vault(con)


def clean_scratch(workspace: Workspace) -> None:
    """Remove what a killed run left in the scratch folder: copies of deliveries, with all their names."""
    for path in (workspace.stores / "scratch").iterdir():
        if path.is_dir():
            shutil.rmtree(path, ignore_errors=True)
        else:
            path.unlink()
