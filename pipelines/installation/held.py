"""Show other processes that one is alive: it holds a lock on a file, which the operating system releases when it ends.

A process number does not suffice, because another process can have it after a power cut.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

if os.name == "nt":
    import msvcrt

    def _lock(number: int) -> None:
        msvcrt.locking(number, msvcrt.LK_NBLCK, 1)  # type: ignore[attr-defined,unused-ignore]

else:
    import fcntl

    def _lock(number: int) -> None:
        fcntl.flock(number, fcntl.LOCK_EX | fcntl.LOCK_NB)


@contextmanager
def hold(path: Path) -> Iterator[bool]:
    """Hold a file for the length of a block, and remove it afterwards.

    Parameters
    ----------
    path : Path
        The file; its folder is created if needed.

    Yields
    ------
    bool
        False if another process holds it, or if the folder cannot be written.
    """
    try:
        path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
        number = os.open(path, os.O_RDWR | os.O_CREAT, 0o600)
    except OSError:
        yield False
        return
    try:
        mine = _locked(number, path)
        yield mine
    finally:
        if mine:
            path.unlink(missing_ok=True)
        os.close(number)


def _locked(number: int, path: Path) -> bool:
    """Lock an open file; return False if it is locked, or was removed by the process that held it before."""
    try:
        _lock(number)
        return os.fstat(number).st_ino == path.stat().st_ino
    except OSError:
        return False


def is_held(path: Path) -> bool:
    """Return whether a living process holds a file."""
    try:
        number = os.open(path, os.O_RDWR)
    except OSError:
        return False
    try:
        _lock(number)
    except OSError:
        return True
    finally:
        os.close(number)
    return False
