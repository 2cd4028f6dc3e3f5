"""Read a small file of an analyst with a row per agreement, such as its group."""

from __future__ import annotations

import csv
from pathlib import Path

import pandas as pd

from features.known import AGREEMENT
from pipelines.installation.errors import ConfigurationError


def read_by_agreement(path: Path) -> pd.DataFrame:
    """Read a file of groups as text, with a row per agreement and its columns as delivered.

    Parameters
    ----------
    path : Path
        CSV separated by ``;`` or ``,``, in UTF-8, with overeenkomst_id and optionally corporatie_id.

    Raises
    ------
    ConfigurationError
        The file cannot be read, or has an agreement twice. The message names the line and never the value.
    """
    try:
        text = path.read_text(encoding="utf-8-sig")
    except (OSError, UnicodeDecodeError) as error:
        raise ConfigurationError(
            f"The groups cannot be read as UTF-8 text ({type(error).__name__}).", where=str(path)
        ) from None
    delimiter = ";" if ";" in text.split("\n", 1)[0] else ","
    rows = pd.DataFrame(list(csv.DictReader(text.splitlines(), delimiter=delimiter)), dtype=str)
    key = [name for name in AGREEMENT if name in rows]
    if "overeenkomst_id" in key and len(twice := rows.index[rows.duplicated(key)]):
        raise ConfigurationError(
            f"Line {twice[0] + 2} names an agreement for the second time.", where=str(path)
        )
    return rows
