"""Read bytes as a delivery, for tests that try any bytes."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import duckdb

from pipelines.readers import Dialect, read


def read_bytes(content: bytes, ending: str) -> tuple[int, int, int]:
    """Give the records that were counted, the rows that were loaded and the broken ones."""
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        file = Path(folder) / f"levering.{ending}"
        file.write_bytes(content)
        os.utime(file, (1e9, 1e9))
        result = read(con, file, Dialect(), ("overeenkomst_id", "saldo"), Path(folder))
        (held,) = con.execute("SELECT count(*) FROM delivered").fetchall()[0]
    return result.records, int(held), len(result.broken)
