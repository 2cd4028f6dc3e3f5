"""What the system or the engine refused, in words that help: what is wrong, where, and the mend.

An error that is ours speaks for itself. Of any other only its kind and place are told, for its words may quote a row.
"""

from __future__ import annotations

import errno
import traceback
from pathlib import Path

import duckdb

from models.errors import EvaluationError, ScorecardError, TrainingError
from pipelines.installation.errors import RESTORE, ConfigurationError, FaultError, WaakvlamError

OURS = (WaakvlamError, ScorecardError, TrainingError, EvaluationError)
"""Errors whose words are ours and hold no data."""
AGAIN = "What was loaded stays; start again afterwards."


def told(error: BaseException) -> Exception:
    """Give an error that can be told; one of `OURS` is given back as it is."""
    if isinstance(error, OURS):
        return error
    if isinstance(error, OSError):
        return _system(error)
    if isinstance(error, duckdb.Error):
        return _engine(error)
    if isinstance(error, MemoryError):
        return WaakvlamError("There is not enough memory.", mend=f"Close other programs. {AGAIN}")
    return FaultError(f"A fault of the program: {place(error)}.", mend="Keep the deliveries and report it.")


def place(error: BaseException) -> str:
    """Say of which kind an error is and where it arose, without its words."""
    frames = traceback.extract_tb(error.__traceback__)
    return type(error).__name__ + (
        f" in {Path(frames[-1].filename).name}, line {frames[-1].lineno}" if frames else ""
    )


def _system(error: OSError) -> WaakvlamError:
    where = str(error.filename) if error.filename else ""
    if error.errno in (errno.ENOSPC, errno.EDQUOT):
        return WaakvlamError("The disk is full.", where=where, mend=f"Make room. {AGAIN}")
    if error.errno in (errno.EACCES, errno.EPERM, errno.EROFS):
        mend = f"Give this user the right, or close the program that has it open. {AGAIN}"
        return WaakvlamError(f"It may not be read or written ({error.strerror}).", where=where, mend=mend)
    if error.errno in (errno.EEXIST, errno.ENOTDIR, errno.EISDIR, errno.ENOENT):
        mend = (
            f"See what is there: a file where a folder should be, or the other way round, or nothing. {AGAIN}"
        )
        return WaakvlamError(f"It is not what it should be ({error.strerror}).", where=where, mend=mend)
    mend = f"See that the disk or the network folder is there. {AGAIN}"
    return WaakvlamError(
        f"It cannot be read or written ({error.strerror or type(error).__name__}).", where=where, mend=mend
    )


def _engine(error: duckdb.Error) -> WaakvlamError:
    text = str(error).lower()
    if "no space left" in text or "disk full" in text:
        return WaakvlamError("The disk is full.", mend=f"Make room. {AGAIN}")
    if isinstance(error, duckdb.OutOfMemoryException) or "out of memory" in text:
        mend = f"Raise memory_limit under [engine] in settings.toml, or close other programs. {AGAIN}"
        return ConfigurationError("The engine needs more memory than it may use.", mend=mend)
    if "aes tag" in text:  # every block of a store has one
        return WaakvlamError(f"A store is damaged on the disk ({place(error)}).", mend=RESTORE)
    if isinstance(error, duckdb.IOException | duckdb.SerializationException | duckdb.FatalException):
        mend = f"See that the disk is sound (`waakvlam doctor`); else `waakvlam restore` a backup. {AGAIN}"
        return WaakvlamError(f"A store cannot be read or written ({place(error)}).", mend=mend)
    return FaultError(f"A fault of the program: {place(error)}.", mend="Keep the deliveries and report it.")
