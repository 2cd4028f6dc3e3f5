"""Read one delivery as the weekly run does, without a workspace and a gate."""

from __future__ import annotations

import os
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from pipelines.installation.mapping import Mapping, read_mapping
from pipelines.parsing.batch import Batch, read_batch
from pipelines.reading import inbox


@contextmanager
def reading(
    content: str | bytes, *, name: str = "huurachterstanden_2026-11-16.csv", mapping: str = ""
) -> Iterator[tuple[duckdb.DuckDBPyConnection, Batch]]:
    """Read a file; the connection holds its tables `delivered`, `texts` and `typed`.

    Parameters
    ----------
    content : str or bytes
        The file.
    name : str
        Its name, with extract and peildatum.
    mapping : str
        The mapping file after its name, as TOML.
    """
    with tempfile.TemporaryDirectory() as folder, duckdb.connect() as con:
        con.execute("SET TimeZone = 'Europe/Amsterdam'")
        path = Path(folder) / name
        path.write_bytes(content.encode() if isinstance(content, str) else content)
        os.utime(path, (1e9, 1e9))
        how = Mapping(name="canoniek")
        if mapping:
            toml = Path(folder) / "eigen.toml"
            toml.write_text(f'name = "eigen"\n{mapping}', encoding="utf-8")
            how = read_mapping(toml)
        scratch = Path(folder) / "scratch"
        scratch.mkdir()
        delivery = inbox.parse(path)
        yield con, read_batch(con, delivery, how, corporations=("c",), pepper="pepper", scratch=scratch)


def typed(
    content: str | bytes, columns: str, *, name: str = "huurachterstanden_2026-11-16.csv", mapping: str = ""
) -> list[tuple[object, ...]]:
    """Return columns of the rows of a file that count, in the order of the file."""
    with reading(content, name=name, mapping=mapping) as (con, _):
        return con.execute(f"SELECT {columns} FROM typed WHERE verdict = 'new' ORDER BY line").fetchall()
