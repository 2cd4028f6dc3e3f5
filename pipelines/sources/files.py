"""What sources of files have in common, and the one that is a folder of this machine or network."""

from __future__ import annotations

import fnmatch
import shutil
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from pipelines.installation import calendar
from pipelines.installation.files import is_unfinished
from pipelines.sources.errors import FetchError


@dataclass(frozen=True)
class FolderItem:
    """A file or folder as a source lists it: its name, size in bytes and last change in seconds since 1970."""

    name: str
    is_folder: bool
    size: int
    changed: int


@dataclass(frozen=True, order=True)
class Offered:
    """A file that a source offers: its name, with its folder if it lies in one, its size in bytes and last change."""

    name: str
    size: int
    changed: int

    @property
    def day(self) -> date:
        """The day on which the file was last changed, in the Netherlands."""
        return calendar.day_of(self.changed)


class FileSource(Protocol):
    """A place from which files can be copied."""

    def entries(self, folder: str) -> Iterable[FolderItem]:
        """List a folder of the source; an empty name is the source itself."""
        ...

    def copy(self, file: Offered, target: Path) -> None:
        """Copy one file; raise `FetchError` if it changes meanwhile."""
        ...


def offered(place: FileSource, pattern: str) -> list[Offered]:
    """List the whole files whose name fits a pattern, without regard to capitals; unfinished ones are left out.

    Parameters
    ----------
    place : FileSource
        Where to look.
    pattern : str
        Such as `Achterstand*.xlsx`, or `export_*/stand.csv` for files in folders with a name of their own.

    Returns
    -------
    list of Offered
        In the order of their names.
    """
    folders, _, files = pattern.rpartition("/")
    places = [""]
    if folders:
        places = [entry.name for entry in _fitting(place.entries(""), folders) if entry.is_folder]
    return sorted(
        Offered(f"{folder}/{file.name}" if folder else file.name, file.size, file.changed)
        for folder in places
        for file in _fitting(place.entries(folder), files)
        if not file.is_folder
    )


def _fitting(entries: Iterable[FolderItem], pattern: str) -> list[FolderItem]:
    """Return the entries whose name fits. A server could name a file with a path in it, which would lead elsewhere."""
    return [
        entry
        for entry in entries
        if entry.name not in {".", ".."}
        and not set(entry.name) & set("/\\\0")
        and fnmatch.fnmatchcase(entry.name.lower(), pattern.lower())
        and not is_unfinished(entry.name)
    ]


def being_written(name: str) -> FetchError:
    """Build the error for a file that changed while it was copied."""
    return FetchError("the file is still being written.", where=name, passing=True)


class Folder:
    """A folder of this machine or of a mounted network disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def entries(self, folder: str) -> list[FolderItem]:
        """List the folder, or one in it; see `FileSource`."""
        try:
            return [
                _entry(path) for path in (self.path / folder).iterdir() if path.is_file() or path.is_dir()
            ]
        except OSError as error:
            raise FetchError(
                f"the folder cannot be read ({error.strerror}).",
                where=str(self.path / folder),
                mend="Check the path and the rights, and whether the network disk is mounted.",
                passing=True,
            ) from None

    def copy(self, file: Offered, target: Path) -> None:
        """Copy one file; see `FileSource`."""
        try:
            shutil.copyfile(self.path / file.name, target)
            after = _entry(self.path / file.name)
        except OSError as error:
            raise FetchError(
                f"the file cannot be read ({error.strerror}).", where=file.name, passing=True
            ) from None
        if (after.size, after.changed) != (file.size, file.changed):
            raise being_written(file.name)


def _entry(path: Path) -> FolderItem:
    state = path.stat()
    return FolderItem(path.name, path.is_dir(), state.st_size, int(state.st_mtime))
