"""Find and load DuckDB's signed httpfs extension, whose OpenSSL writes AES-GCM: DuckDB alone only reads it."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import duckdb

from pipelines.installation.errors import ConfigurationError
from pipelines.installation.sql import fill, literal

FILE = "httpfs.duckdb_extension"


def extension(httpfs: str = "") -> Path:
    """Return the path of the extension for this version of DuckDB; nothing is downloaded.

    Parameters
    ----------
    httpfs : str
        The file, or a folder that holds it (`httpfs` under `[engine]` in the settings). Without it: the wheel
        `duckdb-extension-httpfs`, then the folder into which DuckDB itself installs extensions.

    Raises
    ------
    ConfigurationError
        There is no extension for this version of DuckDB.
    """
    spec = find_spec("duckdb_extension_httpfs")
    wheel = [Path(folder) for folder in (spec.submodule_search_locations or [])] if spec else []
    chosen = Path(httpfs).expanduser() if httpfs else None
    if chosen and chosen.is_file():
        return chosen
    for folder in [chosen] if chosen else [*wheel, Path.home() / ".duckdb" / "extensions"]:
        # Both keep a file per version: an extension loads only into the version for which it was made.
        for candidate in sorted(folder.rglob(f"v{duckdb.__version__}/**/{FILE}")):
            return candidate
    if chosen and (chosen / FILE).is_file():
        return chosen / FILE
    raise ConfigurationError(
        f"The httpfs extension for DuckDB {duckdb.__version__} is not installed.",
        where=f"httpfs = {httpfs!r}" if httpfs else "",
        mend="Install the packages of requirements.lock, or fetch the extension as docs/install.md says.",
    )


def load(con: duckdb.DuckDBPyConnection, path: Path) -> None:
    """Load the extension; DuckDB refuses a file that is changed, unsigned or of another version.

    Raises
    ------
    ConfigurationError
        DuckDB refuses the file.
    """
    try:
        con.execute(fill("LOAD {file}", file=literal(str(path))))
    except duckdb.Error as error:
        why = str(error).replace(str(path), path.name).splitlines()[0]
        raise ConfigurationError(
            f"DuckDB {duckdb.__version__} refuses its httpfs extension ({why}).",
            where=str(path),
            mend="Fetch the file of exactly this version, as docs/install.md says.",
        ) from None
