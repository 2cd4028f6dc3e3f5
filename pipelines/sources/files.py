"""What sources of files have in common, and the one that is a folder of this machine or network."""

from __future__ import annotations

import fnmatch
import shutil
from dataclasses import dataclass
from datetime import date
from pathlib import Path
from typing import Protocol

from pipelines.installation import calendar
from pipelines.installation.files import is_unfinished
from pipelines.sources.errors import FetchError


@dataclass(frozen=True, order=True)
class Offered:
    """A file that a source offers: its name, size in bytes and last change in seconds since 1970."""

    name: str
    size: int
    changed: int

    @property
    def day(self) -> date:
        """The day on which the file was last changed, in the Netherlands."""
        return calendar.day_of(self.changed)


class FileSource(Protocol):
    """A place from which files can be copied."""

    def offered(self, pattern: str) -> list[Offered]:
        """List the whole files whose name fits a pattern such as `Achterstand*.xlsx`."""
        ...

    def copy(self, file: Offered, target: Path) -> None:
        """Copy one file; raise `FetchError` if it changes meanwhile."""
        ...


def fitting(files: list[Offered], pattern: str) -> list[Offered]:
    """Return the files whose name fits a pattern, without regard to capitals; unfinished ones are left out.

    A server could name a file with a path in it, which would lead out of the scratch folder: such names are left out too.
    """
    return sorted(
        file
        for file in files
        if not set(file.name) & set("/\\\0")
        and fnmatch.fnmatchcase(file.name.lower(), pattern.lower())
        and not is_unfinished(file.name)
    )


def being_written(name: str) -> FetchError:
    """Build the error for a file that changed while it was copied."""
    return FetchError("the file is still being written.", where=name, passing=True)


class Folder:
    """A folder of this machine or of a mounted network disk."""

    def __init__(self, path: Path) -> None:
        self.path = path

    def offered(self, pattern: str) -> list[Offered]:
        """List the files that fit a pattern; see `FileSource`."""
        try:
            files = [self._state(path) for path in self.path.iterdir() if path.is_file()]
        except OSError as error:
            raise FetchError(
                f"the folder cannot be read ({error.strerror}).",
                where=str(self.path),
                mend="Check the path and the rights, and whether the network disk is mounted.",
                passing=True,
            ) from None
        return fitting(files, pattern)

    def copy(self, file: Offered, target: Path) -> None:
        """Copy one file; see `FileSource`."""
        try:
            shutil.copyfile(self.path / file.name, target)
            after = self._state(self.path / file.name)
        except OSError as error:
            raise FetchError(
                f"the file cannot be read ({error.strerror}).", where=file.name, passing=True
            ) from None
        if after != file:
            raise being_written(file.name)

    @staticmethod
    def _state(path: Path) -> Offered:
        state = path.stat()
        return Offered(path.name, state.st_size, int(state.st_mtime))
