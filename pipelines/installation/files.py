"""Write files and folders whole or not at all.

This is the only module that renames a file into its place. New content is written beside that place, under a hidden
name, flushed to the disk, and then renamed. A killed process, a full disk or a power cut therefore leaves the previous
version or the new one, and never a part of one. `append_line` is the exception, for a file to which lines are only added.
"""

from __future__ import annotations

import errno
import json
import os
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import IO, Any

from pipelines.installation.errors import ConfigurationError, WaakvlamError

MANIFEST = "manifest.json"
"""Written last: a folder without it was copied or deleted half-way."""


def is_unfinished(name: str) -> bool:
    """Return whether a name is that of a temporary file of a copying program or of Excel, or of a hidden file."""
    return name.startswith((".", "~$")) or name.lower().endswith((".part", ".tmp", ".filepart"))


def write_text(path: Path, text: str, *, private: bool = False) -> None:
    """Write text as UTF-8 into a file; see `write_files`."""
    write_files({path: text.encode()}, private=private)


def write_bytes(path: Path, content: bytes, *, private: bool = False) -> None:
    """Write bytes into a file; see `write_files`."""
    write_files({path: content}, private=private)


def write_files(contents: Mapping[Path, bytes], *, private: bool = False) -> None:
    """Write files that belong together; no file is replaced before all of them are on the disk.

    Parameters
    ----------
    contents : mapping of Path to bytes
        The content of each file. Missing parent folders are created.
    private : bool
        Whether only the owner may read the files (mode 0600). Otherwise the process's umask applies.

    Raises
    ------
    WaakvlamError
        Another program holds a file open, so it cannot be replaced.
    OSError
        The disk is full, or writing is not allowed. Unfinished files are removed.
    """
    parts = {path: _part(path) for path in contents}
    try:
        for path, part in parts.items():
            path.parent.mkdir(parents=True, exist_ok=True)
            _write(part, contents[path], private)
        for path, part in parts.items():
            _rename(part, path)
    finally:
        for part in parts.values():
            part.unlink(missing_ok=True)


def append_line(path: Path, line: str) -> None:
    """Add a line to a file that only its owner can read, in one write, and flush it to the disk.

    A last line that an earlier write did not finish is cut off first. Whole lines are never changed.
    """
    path.parent.mkdir(mode=0o700, parents=True, exist_ok=True)
    with os.fdopen(os.open(path, os.O_RDWR | os.O_CREAT, 0o600), "r+b") as file:
        file.truncate(file.read().rfind(b"\n") + 1)
        file.seek(0, os.SEEK_END)
        file.write(f"{line}\n".encode())
        flush(file)


def flush(file: IO[bytes]) -> None:
    """Wait until everything written to an open file is on the disk."""
    file.flush()
    os.fsync(file.fileno())


@contextmanager
def new_file(path: Path, *, private: bool = False) -> Iterator[Path]:
    """Yield a temporary path for a program that writes a file itself; it becomes `path` when the block ends.

    Parameters and errors are those of `write_files`. If the block raises, `path` keeps its previous content.
    """
    part = _part(path)
    path.parent.mkdir(parents=True, exist_ok=True)
    try:
        _write(part, b"", private)
        yield part
        put_in_place(part, path)
    finally:
        part.unlink(missing_ok=True)


def put_in_place(fresh: Path, path: Path) -> None:
    """Replace `path` with `fresh` in one step and flush both to the disk.

    Both must be on the same file system.

    Raises
    ------
    WaakvlamError
        Another program holds `path` open.
    """
    _flush(fresh)
    _rename(fresh, path)


def refuse_existing(out: Path) -> None:
    """Raise ConfigurationError if `out` exists, unless it is an empty folder, so that output is never overwritten."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        mend = "Name a new folder, or remove this one."
        raise ConfigurationError("The output exists already.", where=str(out), mend=mend)


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Yield a hidden folder to write into; it becomes `out` when the block ends, readable by its owner only.

    Parameters
    ----------
    out : Path
        The folder to create. Missing parent folders are created.

    Raises
    ------
    ConfigurationError
        `out` exists already, or writing is not allowed. Nothing is left behind.
    WaakvlamError
        The disk is full. Nothing is left behind.
    """
    refuse_existing(out)
    hidden: Path | None = None
    try:
        with explain_refusal(out):
            out.parent.mkdir(parents=True, exist_ok=True)
            hidden = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
            yield hidden
            for path in hidden.rglob("*"):
                path.chmod(0o700 if path.is_dir() else 0o600)
                _flush(path)
            if out.exists():
                out.rmdir()
            put_in_place(hidden, out)
    finally:
        if hidden is not None:
            shutil.rmtree(hidden, ignore_errors=True)


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Write the description of a folder's content into it, as its last file."""
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


@contextmanager
def explain_refusal(where: Path) -> Iterator[None]:
    """Translate a full disk or a refused write inside the block into an error that names `where`.

    Raises
    ------
    WaakvlamError
        The disk is full.
    ConfigurationError
        The system refused to write for another reason.
    """
    try:
        yield
    except Exception as error:
        if _is_full(error):
            mend = "Make room, or name another disk."
            raise WaakvlamError("The disk is full; nothing was kept.", where=str(where), mend=mend) from None
        if isinstance(error, OSError):
            problem = f"Nothing can be written here ({error.strerror})."
            raise ConfigurationError(problem, where=str(where)) from None
        raise


def _is_full(error: Exception) -> bool:
    """Return whether the disk was full. DuckDB and Spark only pass on the system's message, so look for its text."""
    return getattr(error, "errno", None) == errno.ENOSPC or "No space left on device" in str(error)


def _part(path: Path) -> Path:
    """Return the temporary path for `path`, which readers of the inbox and the output never take for a finished file.

    Raises
    ------
    ConfigurationError
        `path` is a pipe or a device such as /dev/null, which a rename would take away from every program.
    """
    if path.exists() and not (path.is_file() or path.is_dir()):
        raise ConfigurationError("This is not a file.", where=str(path), mend="Name a file.")
    return path.with_name(f".{path.name}.part")


def _write(part: Path, content: bytes, private: bool) -> None:
    """Create a file with the right permissions from the start, and flush it to the disk."""
    part.unlink(missing_ok=True)
    mode = 0o600 if private else 0o666
    with os.fdopen(os.open(part, os.O_WRONLY | os.O_CREAT | os.O_EXCL, mode), "wb") as file:
        file.write(content)
        flush(file)


def _rename(fresh: Path, path: Path) -> None:
    try:
        fresh.replace(path)
    except PermissionError as error:
        raise WaakvlamError(
            "The file cannot be replaced.",
            where=str(path),
            mend="Close it where it is open (Excel, a browser) and run again.",
        ) from error
    _flush(path.parent)  # without this a power cut can undo the renaming


def _flush(path: Path) -> None:
    """Wait until a file or folder is on the disk. Windows flushes no folders, and files only if opened for writing."""
    if os.name == "nt" and path.is_dir():
        return
    descriptor = os.open(path, os.O_RDWR if os.name == "nt" else os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
