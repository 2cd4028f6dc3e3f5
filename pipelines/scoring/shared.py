"""One panel for every report that reads a whole one: the backtest, fairness and the report of what can be left out."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from datetime import date
from functools import cache
from importlib.metadata import version
from importlib.resources import files

import duckdb
import pandas as pd

from pipelines.installation.workspace import Workspace
from pipelines.scoring import panel
from pipelines.warehouse import kept

CODE = ("features", "models", "pipelines.scoring", "pipelines.warehouse")
"""The packages whose code decides what a panel holds."""
ENGINES = ("duckdb", "ibis-framework")


def read(
    con: duckdb.DuckDBPyConnection, workspace: Workspace, dates: Sequence[date], *, horizon_weeks: int
) -> pd.DataFrame:
    """Return the whole panel of some as-of dates, and keep it for the next report.

    It is computed only if no panel was kept with the same inputs: the rows of the warehouse, with objections and erasures,
    the dates, the settings that it depends on, and the code.

    Parameters
    ----------
    con : duckdb.DuckDBPyConnection
        The open warehouse; read-only is enough.
    workspace : Workspace
        The installation.
    dates, horizon_weeks
        As for `pipelines.scoring.panel.build`.

    Returns
    -------
    pandas.DataFrame
        The columns of `pipelines.scoring.panel.build`, in order of date and agreement.
    """
    cooldown = workspace.settings.shortlist.cooldown_days
    inputs = [kept.fingerprint(con), _code(), sorted(set(dates)), horizon_weeks, cooldown]
    name = hashlib.sha256(repr(inputs).encode()).hexdigest()
    if not kept.read(con, workspace, name, "panel"):
        panel.build(con, dates, cooldown_days=cooldown, horizon_weeks=horizon_weeks)
        kept.write(con, workspace, name, "panel")
    return con.execute("SELECT * FROM panel ORDER BY as_of, corporatie_id, overeenkomst_id").df()


@cache
def _code() -> str:
    """Return a hash of the code and of the versions of the engines."""
    digest = hashlib.sha256(" ".join(f"{name} {version(name)}" for name in ENGINES).encode())
    for package in CODE:
        folders = [files(package)]
        while folders:
            for item in sorted(folders.pop().iterdir(), key=lambda item: item.name):
                if item.is_dir():
                    folders.append(item)
                elif item.name.endswith((".py", ".sql", ".toml", ".json")):
                    digest.update(item.read_bytes())
    return digest.hexdigest()
