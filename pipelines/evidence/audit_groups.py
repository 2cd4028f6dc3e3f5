"""Keep groups of tenants for auditing in the vault, apart from all that signals and models can read.

A corporation may lawfully have the age class, the form of the household or the language of the post of its tenants. To see
whether people are treated alike these are needed; to choose an address they are forbidden. So they are not delivered with the rest: they
never enter the warehouse, and only the audit of the chain (`pipelines.evidence.chain`) reads this module.
"""

from __future__ import annotations

from pathlib import Path

import duckdb
import pandas as pd

from features.known import AGREEMENT
from pipelines.installation.audit_contract import contract
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.sql import fill
from pipelines.reading.by_agreement import read_by_agreement


def read_file(path: Path, corporation: str) -> pd.DataFrame:
    """Read a file of groups: overeenkomst_id, one or more columns of the contract, and optionally corporatie_id.

    Parameters
    ----------
    path : Path
        CSV separated by ``;`` or ``,``, in UTF-8.
    corporation : str
        The corporation of every row, if the file does not name it.

    Raises
    ------
    ConfigurationError
        The file cannot be read, has a column or a value that the contract does not know, or has an agreement twice. The
        message names the line and never the value.
    """
    rows = read_by_agreement(path)
    known = contract().columns
    given = [name for name in rows if name in known]
    strange = [name for name in rows if name not in known and name not in AGREEMENT]
    if "overeenkomst_id" not in rows or not given or strange:
        problem = (
            f"The groups have a column that is not in the contract ({len(strange)} in all)."
            if strange
            else "The groups lack overeenkomst_id or every column of groups."
        )
        raise ConfigurationError(
            problem, where=str(path), mend=f"Columns: overeenkomst_id;{';'.join(known)}."
        )
    if "corporatie_id" not in rows:
        rows = rows.assign(corporatie_id=corporation)
    _refuse_values(rows, given, path)
    return rows.reindex(columns=[*AGREEMENT, *known]).replace("", None)


def _refuse_values(rows: pd.DataFrame, given: list[str], path: Path) -> None:
    for name in given:
        wrong = rows.index[~rows[name].fillna("").isin(["", *contract().columns[name].values])]
        if len(wrong):
            raise ConfigurationError(
                f"Line {wrong[0] + 2} has another value of {name} than the contract allows.",
                where=str(path),
                mend=f"Values: {', '.join(contract().columns[name].values)}, or empty.",
            )


def keep(con: duckdb.DuckDBPyConnection, groups: pd.DataFrame) -> int:
    """Replace the stored groups by these, in one transaction; an empty table forgets them. The vault is attached."""
    con.register("groups_of_file", groups)
    con.execute("BEGIN")
    con.execute("DELETE FROM vault.main.audit_groups")
    con.execute("INSERT INTO vault.main.audit_groups BY NAME SELECT * FROM groups_of_file")
    con.execute("COMMIT")
    con.unregister("groups_of_file")
    return len(groups)


def empty() -> pd.DataFrame:
    """Return a table without groups, with the columns of the contract."""
    return pd.DataFrame(columns=[*AGREEMENT, *contract().columns], dtype="str")


def read(con: duckdb.DuckDBPyConnection) -> pd.DataFrame:
    """Return the stored groups, one row per agreement; a column without any value is left out. The vault is attached."""
    query = fill("SELECT {columns} FROM vault.main.audit_groups", columns=[*AGREEMENT, *contract().columns])
    return con.execute(query).df().dropna(axis="columns", how="all")
