"""Explain errors of the operating system and the database engine: what is wrong, where, and what to do.

Errors of this project are shown as they are. For other errors only the type and place are shown, because their message
may quote a row.
"""

from __future__ import annotations

import errno
import traceback
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

import duckdb

from models.errors import EvaluationError, ScorecardError, TrainingError
from pipelines.installation.errors import RESTORE, ConfigurationError, FaultError, WaakvlamError

OURS = (WaakvlamError, ScorecardError, TrainingError, EvaluationError)
"""Errors whose messages this project writes and which hold no data."""
AGAIN = "What was loaded is kept; start again afterwards."


def explain(error: BaseException) -> Exception:
    """Return an error that is safe to show to the user; return one of `OURS` unchanged."""
    if isinstance(error, OURS):
        return error
    if isinstance(error, OSError):
        return _system(error)
    if isinstance(error, duckdb.Error):
        return _engine(error)
    if isinstance(error, MemoryError):
        return WaakvlamError("Not enough memory.", mend=f"Close other programs. {AGAIN}")
    return FaultError(f"A fault of the program: {place(error)}.", mend="Keep the deliveries and report it.")


@contextmanager
def stoppable() -> Iterator[None]:
    """Raise what a signal during a query asked for; DuckDB makes a RuntimeError of it, with the original as its cause."""
    try:
        yield
    except RuntimeError as error:
        asked = error.__cause__
        if asked is None or isinstance(asked, Exception):
            raise
        raise asked from None


def place(error: BaseException) -> str:
    """Return the type of an error and where it was raised, without its message."""
    frames = traceback.extract_tb(error.__traceback__)
    return type(error).__name__ + (
        f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    )


def _system(error: OSError) -> WaakvlamError:
    where = str(error.filename) if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WaakvlamError("The disk is full.", where=where, mend=f"Make room. {AGAIN}")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        mend = f"Give this user access, or close the program that has it open. {AGAIN}"
        return WaakvlamError(f"Reading or writing is not allowed ({error.strerror}).", where=where, mend=mend)
    if error.errno in (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENOENT):
        mend = f"Look at this path: a folder may be missing, or be a file, or the other way round. {AGAIN}"
        return WaakvlamError(
            f"The path is not of the expected kind ({error.strerror}).", where=where, mend=mend
        )
    mend = f"Check that the disk or the network folder is available. {AGAIN}"
    return WaakvlamError(
        f"It cannot be read or written ({error.strerror or type(error).__name__}).", where=where, mend=mend
    )


def _engine(error: duckdb.Error) -> WaakvlamError:
    text = str(error).lower()
    if "no space left" in text or "disk full" in text:
        return WaakvlamError("The disk is full.", mend=f"Make room. {AGAIN}")
    if isinstance(error, duckdb.OutOfMemoryException) or "out of memory" in text:
        mend = f"Raise memory_limit under [engine] in settings.toml, or close other programs. {AGAIN}"
        return ConfigurationError("The engine needs more memory than its limit.", mend=mend)
    if "aes tag" in text:  # every block of a store has one
        return WaakvlamError(f"A store is damaged on the disk ({place(error)}).", mend=RESTORE)
    if isinstance(error, duckdb.IOException | duckdb.SerializationException | duckdb.FatalException):
        mend = f"Check the disk with `waakvlam doctor`; if it is sound, `waakvlam restore` a backup. {AGAIN}"
        return WaakvlamError(f"A store cannot be read or written ({place(error)}).", mend=mend)
    return FaultError(f"A fault of the program: {place(error)}.", mend="Keep the deliveries and report it.")
