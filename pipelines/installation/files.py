"""A folder of output that appears whole or not at all, for its owner only."""

from __future__ import annotations

import errno
import json
import shutil
import tempfile
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from pipelines.installation.errors import ConfigurationError, WaakvlamError

MANIFEST = "manifest.json"
"""Written last: a folder without it was copied or deleted half-way."""


def refuse_existing(out: Path) -> None:
    """Raise ConfigurationError where there is something already: nothing is ever overwritten."""
    if out.exists() and (not out.is_dir() or any(out.iterdir())):
        mend = "Name a new folder, or remove this one."
        raise ConfigurationError("There is something here already.", where=str(out), mend=mend)


@contextmanager
def new_folder(out: Path) -> Iterator[Path]:
    """Give a hidden folder to write into, which gets its name when all of it is there.

    Parameters
    ----------
    out : Path
        The folder to make; its parents are made where they do not exist.

    Raises
    ------
    ConfigurationError
        There is something already.
    WaakvlamError
        The disk is full, or nothing may be written there. Nothing is left behind.
    """
    refuse_existing(out)
    made: Path | None = None
    try:
        out.parent.mkdir(parents=True, exist_ok=True)
        made = Path(tempfile.mkdtemp(prefix=f".{out.name}.", dir=out.parent))
        yield made
        for path in made.rglob("*"):
            path.chmod(0o700 if path.is_dir() else 0o600)
        if out.exists():
            out.rmdir()
        made.replace(out)
    except Exception as error:
        if _is_full(error):
            mend = "Make room, or name a folder on another disk."
            raise WaakvlamError("The disk is full; nothing was kept.", where=str(out), mend=mend) from None
        if isinstance(error, OSError):
            raise ConfigurationError(
                f"Nothing can be written here ({error.strerror}).", where=str(out)
            ) from None
        raise
    finally:
        if made is not None:
            shutil.rmtree(made, ignore_errors=True)


def write_manifest(folder: Path, content: Mapping[str, Any]) -> None:
    """Say what the folder holds, as the last thing that is written into it."""
    text = json.dumps(content, indent=2, ensure_ascii=False, default=str)
    (folder / MANIFEST).write_text(text + "\n", encoding="utf-8")


def _is_full(error: Exception) -> bool:
    """Whether a disk was full: Python has a number for it; DuckDB and Spark pass on the words of the system."""
    return getattr(error, "errno", None) == errno.ENOSPC or "No space left on device" in str(error)


def write_text(path: Path, text: str) -> None:
    """Write a file so that it is there whole or not at all."""
    path.parent.mkdir(parents=True, exist_ok=True)
    temporary = path.with_name(path.name + ".new")
    temporary.write_text(text, encoding="utf-8", newline="\n")
    temporary.replace(path)
