"""Copy the files of a source to the scratch folder, and determine the day and the origin of each."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import UTC, date, datetime
from pathlib import Path

from pipelines.installation.source_settings import SourceExtract, SourceSettings
from pipelines.installation.workspace import Workspace
from pipelines.reading.read import extension
from pipelines.sources import database, https, peildatum
from pipelines.sources.errors import FetchError
from pipelines.sources.files import FileSource, Folder, Offered, offered
from pipelines.sources.join import join_files
from pipelines.sources.ledger import Ledger


@dataclass(frozen=True)
class Arrived:
    """A complete file in the scratch folder, with its day and its origin."""

    path: Path
    ending: str
    day: date
    origin: tuple[str, ...]
    query: str = ""


def arrived_answer(
    workspace: Workspace, source: SourceSettings, part: SourceExtract, today: date, scratch: Path
) -> Arrived:
    """Download the address of an extract, or run its query."""
    target = scratch / "answer"
    if source.kind == "https":
        name = https.download(workspace, source, part, today, target)
        named = target.rename(scratch / name)
        return Arrived(
            named, extension(named), _day_in(workspace, part, named, today, scratch), (part.address,)
        )
    path = workspace.queries / part.query
    if not path.is_file():
        raise FetchError("there is no such query.", where=str(path), mend="Write it, or correct `query`.")
    query = path.read_text(encoding="utf-8")
    named = scratch / "answer.parquet"
    database.write_query(workspace, source, query, named)
    day = _day_in(workspace, part, named, today, scratch)
    return Arrived(named, ".parquet", day, (part.query,), query)


def arrived_files(
    workspace: Workspace, source: SourceSettings, part: SourceExtract, ledger: Ledger, scratch: Path
) -> Iterator[Arrived]:
    """Copy the files that were not fetched before, and join files of the same day if the settings ask for it."""
    with _open_files(workspace, source) as place:
        offered_files = offered(place, part.files)
        if not offered_files:
            raise FetchError(f"no file fits {part.files!r}.", mend="Correct `files`, or ask for the export.")
        if part.date_from == "column":
            days = {
                file: _day_inside(workspace, source, part, place, file, ledger, scratch)
                for file in offered_files
            }
        else:
            days = {file: _day_of(part, file) for file in offered_files}
        for day in sorted(set(days.values())):
            files = [file for file in offered_files if days[file] == day]
            for group in [files] if part.join else _one_by_one(files):
                origin = tuple(_signature(file) for file in group)
                if not ledger.knows(source.name, part.extract, origin):
                    yield _combined(workspace, part, place, group, day, origin, scratch)


@contextmanager
def _open_files(workspace: Workspace, source: SourceSettings) -> Iterator[FileSource]:
    """Connect to a source of files: a folder, or an SFTP server."""
    if source.kind == "folder":
        yield Folder(workspace.home / source.folder)
        return
    from pipelines.sources import sftp  # needs the extra `sftp`

    with sftp.connect(workspace, source) as files:
        yield files


def _one_by_one(files: list[Offered]) -> Iterator[list[Offered]]:
    """Yield the file of a day on its own; refuse several, because nobody can know whether one replaces another.

    Raises
    ------
    FetchError
        Several files have the same day.
    """
    if len(files) > 1:
        raise FetchError(
            f"{len(files)} files have the same day, {', '.join(file.name for file in files[:3])}.",
            mend="Set join = true if together they are one export; else narrow `files`, or remove those that were replaced.",
        )
    yield from ([file] for file in files)


def _day_of(part: SourceExtract, file: Offered) -> date:
    """Return the day on which a file was last changed, or the date in its name or that of its folder."""
    if part.date_from == "day":
        return file.day
    day = peildatum.in_name(file.name, part.date_format)
    if day is None:
        raise FetchError(
            "the name holds no date, or more than one.",
            where=file.name,
            mend='Set date_format, or date = "column" or "day", in [[sources.extracts]].',
        )
    return day


def _day_inside(
    workspace: Workspace,
    source: SourceSettings,
    part: SourceExtract,
    place: FileSource,
    file: Offered,
    ledger: Ledger,
    scratch: Path,
) -> date:
    """Return the day in a column of a file, from the ledger if the file was fetched before."""
    known = ledger.day_of(source.name, part.extract, _signature(file))
    if known:
        return date.fromisoformat(known)
    return _day_in(workspace, part, _copied(place, file, scratch), file.day, scratch)


def _day_in(workspace: Workspace, part: SourceExtract, path: Path, otherwise: date, scratch: Path) -> date:
    """Return the latest day in the column that the settings name; `otherwise` if they name none."""
    if part.date_from != "column":
        return otherwise
    mapping = workspace.mapping(part.extract)
    return peildatum.in_column(path, part.date_column, part.extract, mapping, scratch, part.date_format)


def _signature(file: Offered) -> str:
    """Identify one version of a file by its name, size and moment of change."""
    return f"{file.name}, {file.size} bytes, {datetime.fromtimestamp(file.changed, UTC).isoformat()}"


def _copied(place: FileSource, file: Offered, scratch: Path) -> Path:
    """Copy one file, unless an earlier attempt copied it."""
    copy = scratch / f"{file.changed}-{file.size}" / file.name
    if not copy.exists():
        copy.parent.mkdir(parents=True, exist_ok=True)
        unfinished = copy.with_name(f"{copy.name}.part")
        place.copy(file, unfinished)
        unfinished.rename(copy)
    return copy


def _combined(
    workspace: Workspace,
    part: SourceExtract,
    place: FileSource,
    group: list[Offered],
    day: date,
    origin: tuple[str, ...],
    scratch: Path,
) -> Arrived:
    """Copy the files of one delivery, and join them if there are several."""
    copies = [(file.name, _copied(place, file, scratch)) for file in group]
    endings = {extension(path) for _, path in copies}
    if len(endings) > 1:
        raise FetchError(
            f"files of several kinds ({', '.join(sorted(endings))}) fit one pattern.", mend="Narrow `files`."
        )
    ending = endings.pop()
    if len(copies) == 1:
        return Arrived(copies[0][1], ending, day, origin)
    joined_ending = ".csv" if ending == ".csv.gz" else ending
    joined = scratch / f"joined-{day}{joined_ending}"
    skip_lines = workspace.mapping(part.extract).reading_of(part.extract).skip_lines
    join_files(copies, ending, skip_lines, joined)
    return Arrived(joined, joined_ending, day, origin)
