"""Delete data past its retention period, rewrite the files that held it, and verify that it is gone.

The limits are settings (`[retention]`). Deleted rows would remain in free pages of a store's file, so the store is
copied to a new file and the old file removed. The pseudonymous history in the warehouse is kept, because past lists
could not be explained without it.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from features.known import current_sql
from pipelines.delivery import freshness
from pipelines.exchange import removal
from pipelines.exchange.connection import PortalError
from pipelines.installation import calendar
from pipelines.installation.errors import DeliveryError, WaakvlamError
from pipelines.installation.retention_settings import Retention
from pipelines.installation.sql import Sql, fill, join, literal
from pipelines.installation.workspace import STORES, Workspace
from pipelines.operations.manifest import read_manifest
from pipelines.proof import openings
from pipelines.reading import inbox
from pipelines.warehouse.copies import rewrite
from pipelines.warehouse.stores import attach_vault, clean_scratch, open_warehouse

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LISTS = ("lists", "list_coaches", "decisions", "draws", "seal_openings")


@dataclass(frozen=True)
class Removed:
    """Number of rows or files of one kind that were removed, and the day before which they dated."""

    kind: str
    number: int
    before: date


def retention(workspace: Workspace, today: date) -> list[Removed]:
    """Remove everything past its retention period, and verify that it is gone.

    Parameters
    ----------
    workspace : Workspace
        The installation; its settings hold the limits.
    today : date
        The day from which the retention periods count back.

    Returns
    -------
    list of Removed
        One per kind, including kinds with nothing to remove.

    Raises
    ------
    WaakvlamError
        Something could not be removed, or still exists afterwards.
    """
    rules = workspace.settings.retention
    portal = _portal(workspace, rules, today)  # first: if the portal is down, nothing has been removed yet
    removed = [_files(kind, paths, before) for kind, paths, before in _old_files(workspace, rules, today)]
    with open_warehouse(workspace) as con:
        clean_scratch(workspace)
        attach_vault(con, workspace)
        changed = set()
        for kind, store, table, condition, before in _old_rows(rules, today):
            (number,) = con.execute(
                _on("SELECT count(*) FROM {table} WHERE {condition}", table, condition)
            ).fetchall()[0]
            if number:
                con.execute(_on("DELETE FROM {table} WHERE {condition}", table, condition))
                changed.add(store)
            removed.append(Removed(kind, number, before))
        openings.account_for(workspace, con, "retention", calendar.now())
        for store in STORES:
            if store in changed:
                rewrite(con, workspace, store)
        for kind, _, table, condition, _ in _old_rows(rules, today):
            left = con.execute(
                _on("SELECT count(*) FROM {table} WHERE {condition}", table, condition)
            ).fetchall()
            if left != [(0,)]:
                raise WaakvlamError(f"Rows still exist after removal: {kind}.", where=str(workspace.home))
    return _together(removed + portal)


def check_clock(workspace: Workspace, today: date) -> None:
    """Raise WaakvlamError if the clock is far ahead of the newest delivery, because too much would be removed."""
    newest = freshness.doubted(workspace, today)
    if newest is not None:
        raise WaakvlamError(
            f"Nothing was removed: the clock says {today}, and the newest delivery is of {newest}.",
            where=str(workspace.home),
            mend=f"Set the clock. If it is right and nothing was delivered since, confirm it with `--today {today}`.",
        )


def _old_files(workspace: Workspace, rules: Retention, today: date) -> Iterator[tuple[str, list[Path], date]]:
    """Yield the files and folders past their retention period: kind, paths, and the day before which they date."""
    before = today - timedelta(days=rules.deliveries_days)
    for kind, folder in (
        ("deliveries in the inbox", workspace.inbox),
        ("withdrawn deliveries", workspace.withdrawn),
    ):
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()] if folder.is_dir() else []
        yield kind, [path for path in files if max(_peildatum(path), _written(path)) < before], before
    before = calendar.months_before(today, rules.lists_months)
    folders = [
        path for path in sorted(workspace.output.glob("*")) if path.is_dir() and DAY.fullmatch(path.name)
    ]
    yield "lists", [path for path in folders if path.name < before.isoformat()], before
    before = calendar.months_before(today, rules.logs_months)
    yield (
        "logs",
        [path for path in sorted(workspace.logs.glob("*.jsonl")) if path.stem < f"{before:%Y-%m}"],
        before,
    )
    before = today - timedelta(days=rules.backups_days)
    folder_of_backups = workspace.home / rules.backups if rules.backups else None
    files = (
        sorted(folder_of_backups.glob("*.backup")) if folder_of_backups and folder_of_backups.is_dir() else []
    )
    yield "backups", [path for path in files if _backed_up(path) < before], before
    # A retired key only opens old backups; the file's modification time is the time of its retirement.
    retired = sorted((workspace.keys / "retired").glob("*.key")) if folder_of_backups else []
    yield "retired keys", [path for path in retired if _written(path) < before], before


def _on(query: str, table: str, condition: Sql) -> Sql:
    """Fill in the dotted name of a table and a condition."""
    return fill(query, table=join(table.split("."), "."), condition=condition)


def _old_rows(rules: Retention, today: date) -> Iterator[tuple[str, str, str, Sql, date]]:
    """Yield the rows past their retention period: kind, store, table, SQL condition, and the day before which they date."""

    def older(condition: str, before: date) -> Sql:
        return fill(condition, before=literal(before.isoformat()))

    before = today - timedelta(days=rules.deliveries_days)
    old = older("regexp_extract(file_name, '\\d{4}-\\d{2}-\\d{2}')::DATE < {before}::DATE", before)
    yield "rows set apart", "vault", "vault.main.quarantine", old, before
    before = calendar.months_before(today, rules.identities_months)
    gone = fill(
        "(corporatie_id, overeenkomst_id) NOT IN (SELECT (corporatie_id, overeenkomst_id) "
        "FROM versions.huurovereenkomsten v WHERE {current} AND coalesce(einddatum >= {before}::DATE, true))",
        current=Sql(current_sql("v")),
        before=literal(before.isoformat()),
    )
    yield "names and addresses", "vault", "vault.main.tenancies", gone, before
    yield "groups for auditing", "vault", "vault.main.audit_groups", gone, before
    before = calendar.months_before(today, rules.lists_months)
    for table in LISTS:
        yield "decisions", "warehouse", f"run.{table}", older("as_of < {before}::DATE", before), before
    before = calendar.months_before(today, rules.logs_months)
    old = older("run_id IN (SELECT run_id FROM run.runs WHERE started_at < {before}::DATE)", before)
    yield "history of runs", "warehouse", "run.stages", old, before
    yield "history of runs", "warehouse", "run.runs", older("started_at < {before}::DATE", before), before


def _files(kind: str, paths: list[Path], before: date) -> Removed:
    for path in paths:
        try:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        except OSError as error:
            mend = (
                "Close the file if a program has it open, or give this user the right to delete it; "
                "then run `waakvlam retention` again."
            )
            raise WaakvlamError(
                f"This cannot be removed ({error.strerror}).", where=str(path), mend=mend
            ) from None
        if path.exists():
            raise WaakvlamError("This still exists after it was removed.", where=str(path))
    return Removed(kind, len(paths), before)


def _portal(workspace: Workspace, rules: Retention, today: date) -> list[Removed]:
    try:
        removed = removal.purge(workspace, today, **rules.in_portal(today))
    except PortalError as error:
        raise PortalError(
            f"Nothing else was removed. {error.problem}", where=error.where, mend=error.mend
        ) from None
    return [Removed(f"portal: {kind}", number, before) for kind, (number, before) in removed.items()]


def _together(removed: list[Removed]) -> list[Removed]:
    """Add up the numbers per kind."""
    kinds: dict[str, Removed] = {}
    for item in removed:
        earlier = kinds.get(item.kind)
        kinds[item.kind] = Removed(item.kind, item.number + (earlier.number if earlier else 0), item.before)
    return list(kinds.values())


def _peildatum(path: Path) -> date:
    """Return the peildatum in a file's name, or the earliest possible day if the file is not a delivery."""
    try:
        return inbox.parse(path).peildatum
    except DeliveryError:
        return date.min


def _written(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


def _backed_up(path: Path) -> date:
    try:
        return datetime.fromisoformat(read_manifest(path).made).date()
    except WaakvlamError:
        return _written(path)
