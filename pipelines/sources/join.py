"""Join several files of one export into one delivery."""

from __future__ import annotations

import gzip
from collections.abc import Sequence
from pathlib import Path

import pyarrow as pa
import pyarrow.parquet as pq

from pipelines.sources.errors import FetchError

_BOM = b"\xef\xbb\xbf"


def join_files(parts: Sequence[tuple[str, Path]], ending: str, skip_lines: int, target: Path) -> None:
    """Write one file with the rows of all parts.

    Parameters
    ----------
    parts : sequence of (str, Path)
        Name and copy of each file, in order.
    ending : str
        The common ending of their names: `.csv`, `.csv.gz` or `.parquet`.
    skip_lines : int
        Lines above the header of each file.
    target : Path
        The new file; its ending is the same, except that a compressed part is written without compression.

    Raises
    ------
    FetchError
        The files are of a kind that cannot be joined, or their headers differ.
    """
    if ending == ".parquet":
        _join_parquet(parts, target)
    elif ending in (".csv", ".csv.gz"):
        _join_text(parts, compressed=ending == ".csv.gz", skip_lines=skip_lines, target=target)
    else:
        raise FetchError(
            f"several {ending} files cannot be joined.",
            mend="Export csv or parquet, or put the sheets into one workbook and list them under `sheets` in the mapping.",
        )


def _join_parquet(parts: Sequence[tuple[str, Path]], target: Path) -> None:
    tables = [pq.read_table(path) for _, path in parts]
    for (name, _), table in zip(parts, tables, strict=True):
        if table.schema.names != tables[0].schema.names:
            raise _other_header(name)
    try:
        pq.write_table(pa.concat_tables(tables, promote_options="permissive"), target)
    except pa.ArrowException:
        raise FetchError(
            "a column has another type in one of the files.", mend="Export them alike."
        ) from None


def _join_text(parts: Sequence[tuple[str, Path]], *, compressed: bool, skip_lines: int, target: Path) -> None:
    header: bytes | None = None
    with target.open("wb") as joined:
        for name, path in parts:
            content = gzip.decompress(path.read_bytes()) if compressed else path.read_bytes()
            if b"\0" in content[:200]:
                raise FetchError("UTF-16 files cannot be joined.", where=name, mend="Export them as UTF-8.")
            lines = content.removeprefix(_BOM).splitlines(keepends=True)
            own = b"".join(lines[skip_lines : skip_lines + 1]).strip()
            if header is None:
                header = own
                joined.write(content if content.endswith(b"\n") else content + b"\n")
                continue
            if own != header:
                raise _other_header(name)
            rest = b"".join(lines[skip_lines + 1 :])
            joined.write(rest if rest.endswith(b"\n") or not rest else rest + b"\n")


def _other_header(name: str) -> FetchError:
    return FetchError(
        "its columns are not those of the first file, so the files were not joined.",
        where=name,
        mend="Export them alike, or narrow the pattern `files`.",
    )
