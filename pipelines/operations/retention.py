"""No longer than needed: what is past its time is removed, written over, and looked for again.

The limits are settings (`[retention]`). What is deleted from a store would stay in the pages of its file until they
are used again, so the file is written anew and the old one removed. What stays: the pseudonymous history of the
warehouse, without which no past list can be explained.
"""

from __future__ import annotations

import re
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

from features.known import current_sql
from pipelines.delivery import inbox
from pipelines.exchange import removal
from pipelines.exchange.connection import PortalError
from pipelines.installation.errors import DeliveryError, WaakvlamError
from pipelines.installation.settings import Retention
from pipelines.installation.sql import Sql, fill, join, literal
from pipelines.installation.workspace import STORES, Workspace
from pipelines.operations import backup
from pipelines.warehouse.stores import attach_vault, clean_scratch, open_warehouse, rewrite

DAY = re.compile(r"\d{4}-\d{2}-\d{2}")
LISTS = ("lists", "list_coaches", "decisions", "draws")


@dataclass(frozen=True)
class Removed:
    """What was removed of one kind: how many rows or files, from before which day."""

    what: str
    number: int
    before: date


def retention(workspace: Workspace, today: date) -> list[Removed]:
    """Remove everything that is past its time, and prove that it is gone.

    Parameters
    ----------
    workspace : Workspace
        The installation; its settings hold the limits.
    today : date
        The day from which is counted.

    Returns
    -------
    list of Removed
        One per kind, also where there was nothing to remove.

    Raises
    ------
    WaakvlamError
        Something could not be removed, or is still found afterwards.
    """
    rules = workspace.settings.retention
    portal = _portal(workspace, rules, today)  # first: where it is down, nothing was removed yet
    made = [_files(what, found, before) for what, found, before in _old_files(workspace, rules, today)]
    with open_warehouse(workspace) as con:
        clean_scratch(workspace)
        attach_vault(con, workspace)
        changed = set()
        for what, store, table, condition, before in _old_rows(rules, today):
            (number,) = con.execute(
                _on("SELECT count(*) FROM {table} WHERE {condition}", table, condition)
            ).fetchall()[0]
            if number:
                con.execute(_on("DELETE FROM {table} WHERE {condition}", table, condition))
                changed.add(store)
            made.append(Removed(what, number, before))
        for store in STORES:
            if store in changed:
                rewrite(con, workspace, store)
        for what, _, table, condition, _ in _old_rows(rules, today):
            left = con.execute(
                _on("SELECT count(*) FROM {table} WHERE {condition}", table, condition)
            ).fetchall()
            if left != [(0,)]:
                raise WaakvlamError(f"Still there after it was removed: {what}.", where=str(workspace.home))
    return _together(made + portal)


def months_before(day: date, months: int) -> date:
    """Give the day so many months earlier; the last of the month where that one is shorter."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    last = (date(year + (month + 1) // 12, (month + 1) % 12 + 1, 1) - timedelta(days=1)).day
    return date(year, month + 1, min(day.day, last))


def _old_files(workspace: Workspace, rules: Retention, today: date) -> Iterator[tuple[str, list[Path], date]]:
    """List what lies on the disk past its time, by kind."""
    before = today - timedelta(days=rules.deliveries_days)
    for what, folder in (
        ("deliveries in the inbox", workspace.inbox),
        ("withdrawn deliveries", workspace.withdrawn),
    ):
        files = [path for path in sorted(folder.rglob("*")) if path.is_file()] if folder.is_dir() else []
        yield what, [path for path in files if max(_told(path), _written(path)) < before], before
    before = months_before(today, rules.lists_months)
    folders = [
        path for path in sorted(workspace.output.glob("*")) if path.is_dir() and DAY.fullmatch(path.name)
    ]
    yield "lists", [path for path in folders if path.name < before.isoformat()], before
    before = months_before(today, rules.logs_months)
    yield (
        "logs",
        [path for path in sorted(workspace.logs.glob("*.jsonl")) if path.stem < f"{before:%Y-%m}"],
        before,
    )
    before = today - timedelta(days=rules.backups_days)
    kept = workspace.home / rules.backups if rules.backups else None
    there = sorted(kept.glob("*.backup")) if kept and kept.is_dir() else []
    yield "backups", [path for path in there if _backed_up(path) < before], before
    # A retired key opens backups only; the file is as old as its retirement.
    retired = sorted((workspace.keys / "retired").glob("*.key")) if kept else []
    yield "retired keys", [path for path in retired if _written(path) < before], before


def _on(query: str, table: str, condition: Sql) -> Sql:
    """Fill in the dotted name of a table and a condition."""
    return fill(query, table=join(table.split("."), "."), condition=condition)


def _old_rows(rules: Retention, today: date) -> Iterator[tuple[str, str, str, Sql, date]]:
    """List the rows past their retention period: what they are, store, table, condition in SQL, and the day."""

    def older(condition: str, before: date) -> Sql:
        return fill(condition, before=literal(before.isoformat()))

    before = today - timedelta(days=rules.deliveries_days)
    old = older("regexp_extract(file_name, '\\d{4}-\\d{2}-\\d{2}')::DATE < {before}::DATE", before)
    yield "rows set apart", "vault", "vault.main.quarantine", old, before
    before = months_before(today, rules.identities_months)
    gone = fill(
        "(corporatie_id, overeenkomst_id) NOT IN (SELECT (corporatie_id, overeenkomst_id) "
        "FROM versions.huurovereenkomsten v WHERE {current} AND coalesce(einddatum >= {before}::DATE, true))",
        current=Sql(current_sql("v")),
        before=literal(before.isoformat()),
    )
    yield "names and addresses", "vault", "vault.main.tenancies", gone, before
    before = months_before(today, rules.lists_months)
    for table in LISTS:
        yield "decisions", "warehouse", f"run.{table}", older("as_of < {before}::DATE", before), before
    before = months_before(today, rules.logs_months)
    old = older("run_id IN (SELECT run_id FROM run.runs WHERE started_at < {before}::DATE)", before)
    yield "history of runs", "warehouse", "run.stages", old, before
    yield "history of runs", "warehouse", "run.runs", older("started_at < {before}::DATE", before), before


def _files(what: str, found: list[Path], before: date) -> Removed:
    for path in found:
        try:
            if path.is_dir():
                shutil.rmtree(path)
            else:
                path.unlink()
        except OSError as error:
            mend = (
                "Close it where it is open, or give this user the right; then run `waakvlam retention` again."
            )
            raise WaakvlamError(
                f"It cannot be removed ({error.strerror}).", where=str(path), mend=mend
            ) from None
        if path.exists():
            raise WaakvlamError("It is still there after it was removed.", where=str(path))
    return Removed(what, len(found), before)


def _portal(workspace: Workspace, rules: Retention, today: date) -> list[Removed]:
    cases, lists, runs = (
        months_before(today, months) for months in (rules.cases_months, rules.lists_months, rules.logs_months)
    )
    try:
        made = removal.purge(workspace, today, cases=cases, lists=lists, runs=runs)
    except PortalError as error:
        raise PortalError(
            f"Nothing else was removed. {error.problem}", where=error.where, mend=error.mend
        ) from None
    return [Removed(f"portal: {what}", number, before) for what, (number, before) in made.items()]


def _together(made: list[Removed]) -> list[Removed]:
    """Add up what is of one kind."""
    kinds: dict[str, Removed] = {}
    for item in made:
        earlier = kinds.get(item.what)
        kinds[item.what] = Removed(item.what, item.number + (earlier.number if earlier else 0), item.before)
    return list(kinds.values())


def _told(path: Path) -> date:
    """Give the peildatum that a file's name tells; the earliest day where it is no delivery."""
    try:
        return inbox.parse(path).peildatum
    except DeliveryError:
        return date.min


def _written(path: Path) -> date:
    return datetime.fromtimestamp(path.stat().st_mtime, UTC).date()


def _backed_up(path: Path) -> date:
    try:
        return datetime.fromisoformat(backup.read_manifest(path)["made"]).date()
    except WaakvlamError:
        return _written(path)
