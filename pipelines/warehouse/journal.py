"""Checkpoint a store so that a run that dies at any moment leaves a file that opens.

At a checkpoint DuckDB overwrites its blocks of metadata in place, and only then writes the header from which the new ones
count (`MetadataManager::Flush` and `SingleFileBlockManager::WriteHeader`, DuckDB 1.5). A kill or a power cut in the middle of
such a block leaves a file that no key opens. The remedy is SQLite's rollback journal: the headers and the blocks of metadata
are copied beside the store before the checkpoint, and the next run puts them back unless a new header was written. The
engine's write-ahead log still holds every change that the checkpoint was to write.
"""

from __future__ import annotations

import os
import struct
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import BinaryIO

import duckdb

from pipelines.installation.files import flush, new_file
from pipelines.installation.sql import fill, literal

HEADER = 4096
"""Bytes of each of DuckDB's three headers: one that never changes, and two that it writes in turn."""

START = 3 * HEADER
"""The offset of the first block."""

PIECE = struct.Struct("<QQ")
"""The header of each piece of the journal: its place in the store, and its length in bytes."""

_readers: dict[int, dict[int, BinaryIO]] = {}
"""The open files of each connection, by inode. Closing one would free DuckDB's own lock on it, since POSIX locks belong to
the process; so they stay open until the connection is closed."""


def checkpoint(con: duckdb.DuckDBPyConnection, least: int = 1) -> None:
    """Write the engine's logs into the stores that are open for writing, each under the protection of a journal.

    Parameters
    ----------
    con : DuckDBPyConnection
        A connection without an open transaction.
    least : int
        Leave a log of fewer bytes alone.

    Raises
    ------
    duckdb.Error, OSError
        The disk is full, or cannot be written. Nothing is lost: the log stays, and the next checkpoint writes it.
    """
    query = "SELECT database_name, path FROM duckdb_databases() WHERE NOT internal AND NOT readonly AND path IS NOT NULL"
    for name, file in con.execute(query).fetchall():
        path, log = Path(file), Path(f"{file}.wal")
        if not log.exists() or log.stat().st_size < least:
            continue
        _keep(con, name, path)
        con.execute(fill("CHECKPOINT {name}", name=name))
        _journal(path).unlink()


def put_back(path: Path) -> None:
    """Undo a checkpoint that a dead run did not finish; see the module's text.

    Nothing happens while another process has the store open: its checkpoint may be under way.
    """
    journal = _journal(path)
    if not journal.exists():
        return
    with path.open("r+b") as store, _alone(store) as alone:
        if not alone:
            return
        pieces = list(_pieces(journal))
        if all(_read(store, at, len(piece)) == piece for at, piece in pieces if at < START):
            for at, piece in pieces:
                store.seek(at)
                store.write(piece)
            flush(store)
        journal.unlink()


def remove(path: Path) -> None:
    """Remove the log and the journal of a store whose file is about to be replaced."""
    Path(f"{path}.wal").unlink(missing_ok=True)
    _journal(path).unlink(missing_ok=True)


def _keep(con: duckdb.DuckDBPyConnection, name: str, path: Path) -> None:
    """Write the journal of a store; one that a failed checkpoint left holds the older state, and stays."""
    if _journal(path).exists():
        return
    query = fill(
        "SELECT DISTINCT block_id FROM pragma_metadata_info({name}) ORDER BY ALL", name=literal(name)
    )
    blocks = [block for (block,) in con.execute(query).fetchall()]
    query = fill(
        "SELECT block_size FROM pragma_database_size() WHERE database_name = {name}", name=literal(name)
    )
    ((size,),) = con.execute(query).fetchall()
    places = [(0, START), *((START + block * size, size) for block in blocks)]
    store = _reader(con, path)
    with new_file(_journal(path), private=True) as part, part.open("wb") as journal:
        for at, length in places:
            if piece := _read(store, at, length):  # a block that was never written needs no protection
                journal.write(PIECE.pack(at, len(piece)) + piece)
    if os.name == "nt":  # on Windows nobody can replace an open file, and locks belong to the handle
        release(con)


def release(con: duckdb.DuckDBPyConnection) -> None:
    """Close the files that `checkpoint` opened; call this after the connection is closed."""
    for file in _readers.pop(id(con), {}).values():
        file.close()


def _reader(con: duckdb.DuckDBPyConnection, path: Path) -> BinaryIO:
    """Return the store opened for reading, once per connection; see `_readers`."""
    readers = _readers.setdefault(id(con), {})
    inode = path.stat().st_ino
    if inode not in readers:
        readers[inode] = path.open("rb")
    return readers[inode]


def _pieces(journal: Path) -> Iterator[tuple[int, bytes]]:
    """Yield the place and the bytes of each piece of a journal."""
    with journal.open("rb") as file:
        while head := file.read(PIECE.size):
            at, length = PIECE.unpack(head)
            yield at, file.read(length)


def _journal(path: Path) -> Path:
    return Path(f"{path}.journal")


def _read(store: BinaryIO, at: int, length: int) -> bytes:
    store.seek(at)
    return store.read(length)


@contextmanager
def _alone(store: BinaryIO) -> Iterator[bool]:
    """Lock an open store as DuckDB does, and yield whether that worked; on Windows nobody else can have opened it."""
    try:
        import fcntl
    except ImportError:
        yield True
        return
    try:
        fcntl.lockf(store, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        yield False
        return
    yield True
