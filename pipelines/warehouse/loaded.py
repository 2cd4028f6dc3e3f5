"""Say that nothing has been loaded yet, before a command answers from an empty warehouse."""

from __future__ import annotations

import duckdb

from pipelines.installation.errors import ConfigurationError
from pipelines.installation.workspace import Workspace


def require_loaded(con: duckdb.DuckDBPyConnection, workspace: Workspace) -> None:
    """Check that the warehouse holds a delivery: from an empty one nothing can be said.

    Raises
    ------
    ConfigurationError
        Nothing has been loaded yet.
    """
    if not con.execute("SELECT count(*) > 0 FROM run.deliveries").fetchall()[0][0]:
        raise nothing_loaded(workspace)


def nothing_loaded(workspace: Workspace) -> ConfigurationError:
    """Describe that nothing has been loaded yet, and what to do."""
    mend = "`waakvlam weekly` loads what is in the inbox."
    return ConfigurationError("Nothing has been loaded yet.", where=str(workspace.home), mend=mend)
