"""Check whether an installation is healthy: each check returns its finding and, if something is wrong, the remedy."""

from __future__ import annotations

import importlib.metadata
import json
import os
import shutil
import sys
import urllib.request
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import duckdb

from pipelines.delivery import freshness, ingest
from pipelines.exchange import connection, webhooks
from pipelines.installation import calendar, extras, faults, logs, notify, traces
from pipelines.installation.contracts import contracts
from pipelines.installation.errors import WaakvlamError
from pipelines.installation.workspace import DEMO, DEMO_ID, STORES, Workspace
from pipelines.operations import dead_runs, source_checks, versions
from pipelines.operations.status import missed_monday
from pipelines.proof import hold
from pipelines.scoring import cards
from pipelines.warehouse import crypto, unresolved
from pipelines.warehouse.copies import fingerprint
from pipelines.warehouse.stores import UNFINISHED, attach, memory_connection, open_warehouse, path_of

PORTAL_URL = "WAAKVLAM_PORTAL_URL"


@dataclass(frozen=True)
class Check:
    """The result of one check; `mend` is empty when nothing is wrong."""

    name: str
    found: str
    mend: str = ""


def examine(workspace: Workspace, now: datetime) -> list[Check]:
    """Check everything the Monday run needs; reads only.

    An error inside a check becomes a finding of that check, so that the other checks still run.

    Parameters
    ----------
    now : datetime
        The current local time.
    """
    checks: list[tuple[str, Callable[[Workspace, datetime], Check | Iterator[Check]]]] = [
        ("versions", _versions), ("settings", _settings), ("keys", _keys), ("stores", _stores), ("rights", _rights),
        ("disk", _disk), ("clock", _clock), ("runs", _runs), ("schedule", _schedule), ("freshness", _freshness),
        ("sources", _sources), ("unresolved", _unresolved), ("publication", _publication), ("portal", _portal),
        ("traces", _traces), ("notices", _notices),
    ]  # fmt: skip
    results: list[Check] = []
    for name, check in checks:
        try:
            result = check(workspace, now)
            results += [result] if isinstance(result, Check) else list(result)
        except (WaakvlamError, duckdb.Error) as fault:
            error = faults.explain(fault)
            assert isinstance(error, WaakvlamError)
            message = f"{error.where}: {error.problem}".lstrip(": ")
            results.append(Check(name, message, error.mend or "See docs/operations.md."))
        except OSError as error:
            text = f"cannot be read ({error.strerror})"
            results.append(Check(name, text, "Give this user the right to read the workspace."))
    return results


def _versions(workspace: Workspace, now: datetime) -> Check:  # noqa: ARG001
    crypto.extension(workspace.settings.engine.httpfs)
    different = versions.different()
    mend = f"Install the tested versions: {', '.join(different[:5])}." if different else ""
    waakvlam = importlib.metadata.version("waakvlam")
    return Check(
        "versions",
        f"waakvlam {waakvlam}, Python {sys.version.split()[0]}, packages that differ from the lock: {len(different)}",
        mend,
    )


def _settings(workspace: Workspace, now: datetime) -> Check:  # noqa: ARG001
    for extract in contracts():
        workspace.mapping(extract)
    card = cards.scorecard(workspace)
    if loaded := path_of(workspace, "warehouse").exists():
        with open_warehouse(workspace, read_only=True) as con:
            ingest.refuse_renamed(con, workspace)
    note = "" if loaded or workspace.settings.corporatie_id != DEMO else f". {DEMO_ID}"
    return Check("settings", f"settings, mappings and scorecard {card.name} {card.version} can be read{note}")


def _keys(workspace: Workspace, now: datetime) -> Iterator[Check]:  # noqa: ARG001
    secrets = {workspace.secret(store) for store in STORES}
    shared = len(secrets) < len(STORES)
    mend = "Run `waakvlam rotate-key` to create a key for each." if shared else ""
    yield Check(
        "keys",
        "warehouse and vault share one key" if shared else "warehouse and vault each have a key",
        mend,
    )
    for path in workspace.keys.glob("*.key.new"):
        yield Check("keys", f"{path.name}: a key rotation was cut off", "Run `waakvlam rotate-key` again.")


def _stores(workspace: Workspace, now: datetime) -> Iterator[Check]:  # noqa: ARG001
    if (workspace.stores / UNFINISHED).exists():
        yield Check("stores", "a backup is half restored", "Run `waakvlam restore FILE --replace` again.")
        return
    if not path_of(workspace, "warehouse").exists():
        yield Check("stores", "nothing has been loaded yet", "`waakvlam weekly` loads what is in the inbox.")
        return
    with memory_connection(workspace) as con:
        for store in STORES:
            attach(con, workspace, store, read_only=True)
            tables = fingerprint(con, store)  # reads every row: damage could otherwise go unnoticed for weeks
            rows = sum(count for count, _ in tables.values())
            yield Check(store, f"opens and can be read, {len(tables)} tables, {rows:,} rows")


def _rights(workspace: Workspace, now: datetime) -> Check:  # noqa: ARG001
    if os.name == "nt":
        return Check("rights", "Windows: check that only this user can read the workspace's folder")
    folders = (
        workspace.inbox,
        workspace.stores,
        workspace.output,
        workspace.keys,
        workspace.logs,
        workspace.withdrawn,
    )
    # Files in a folder that only its owner may enter need no check of their own; keys are checked one by one anyway.
    paths = [path for path in (*folders, *workspace.keys.rglob("*.key*")) if path.exists()]
    loose = [path for path in paths if path.stat().st_mode & 0o077]
    mend = f"chmod -R go-rwx {' '.join(str(path) for path in loose)}" if loose else ""
    return Check(
        "rights",
        f"{len(loose)} folders or keys that others can read" if loose else "for the owner only",
        mend,
    )


def _disk(workspace: Workspace, now: datetime) -> Check:  # noqa: ARG001
    free = shutil.disk_usage(workspace.home).free
    used = sum(path.stat().st_size for path in workspace.stores.glob("*.duckdb*"))
    need = max(1e9, 3 * used)
    mend = f"Make room: {need / 1e9:.1f} GB are needed." if free < need else ""
    return Check("disk", f"{free / 1e9:.1f} GB free, {used / 1e6:.0f} MB in the stores", mend)


def _clock(workspace: Workspace, now: datetime) -> Check:
    local, amsterdam = now.astimezone(), now.astimezone(ZoneInfo(calendar.AMSTERDAM))
    newest = max((e["at"] for e in logs.read(workspace.logs)), default=None)
    ahead = newest is not None and datetime.fromisoformat(newest) > now.astimezone(UTC) + timedelta(minutes=5)
    if ahead or local.year < 2025:
        mend = "Set the clock and synchronise it over the network: the date decides which list is made."
        return Check("clock", f"{local:%Y-%m-%d %H:%M}, earlier than the last run ({str(newest)[:16]})", mend)
    if delivered := freshness.doubted(workspace, local.date()):
        mend = "Set the clock, or deliver: until then `waakvlam weekly` and `waakvlam retention` stop."
        return Check("clock", f"{local:%Y-%m-%d}, long after the newest delivery ({delivered})", mend)
    other = local.utcoffset() != amsterdam.utcoffset()
    zone = f"; this machine is set to {local.tzname()}, the schedule to Amsterdam" if other else ""
    return Check("clock", f"{amsterdam:%Y-%m-%d %H:%M} in Amsterdam{zone}")


def _schedule(workspace: Workspace, now: datetime) -> Iterator[Check]:
    missed = missed_monday(workspace, now)
    if missed:
        yield Check(
            "schedule",
            f"the list of Monday {missed} was not made",
            "Start `waakvlam weekly`, and check the scheduler.",
        )
    api = os.environ.get("PREFECT_API_URL")
    if not api:
        yield Check(
            "schedule",
            "no Prefect server is configured (PREFECT_API_URL); cron or the Task Scheduler starts the runs",
        )
        return
    try:
        deployments = json.loads(_get(f"{api}/deployments/filter", b"{}"))
    except (OSError, ValueError):
        yield Check("schedule", f"no Prefect server answers at {api}", "Start it: `prefect server start`.")
        return
    yield from _dead(workspace, api, deployments, now)
    active = {
        d["name"]
        for d in deployments
        if not d.get("paused") and any(s.get("active") for s in d.get("schedules", []))
    }
    mend = "" if "weekly" in active else "Run `waakvlam deploy`."
    yield Check("schedule", f"deployments on a schedule: {', '.join(sorted(active)) or 'none'}", mend)
    late = [d["name"] for d in deployments if d["name"] == "weekly" and d.get("status") == "NOT_READY"]
    if late:
        yield Check(
            "schedule",
            "no worker picks up the runs",
            "Start one: `prefect worker start --pool waakvlam`.",
        )


def _dead(
    workspace: Workspace, api: str, deployments: list[dict[str, Any]], now: datetime
) -> Iterator[Check]:
    """Yield the runs that Prefect counts as running while their process is gone."""
    body = {"flow_runs": {"state": {"type": {"any_": list(dead_runs.GRACE)}}}}
    runs = json.loads(_get(f"{api}/flow_runs/filter", json.dumps(body).encode()))
    for run in dead_runs.dead(workspace, dead_runs.from_json(runs, deployments), now.astimezone()):
        yield Check(
            "schedule",
            f"{run} was cut off; Prefect still counts it as {run.state.lower()}",
            "`prefect deployment run weekly/weekly` closes it and runs the week.",
        )


def _runs(workspace: Workspace, now: datetime) -> Iterator[Check]:  # noqa: ARG001
    for started in logs.cut_off(workspace.logs):
        at = datetime.fromisoformat(started["at"]).astimezone()
        yield Check(
            "runs",
            f"`waakvlam {started['verb']}` of {at:%Y-%m-%d %H:%M} was cut off",
            f"Start `waakvlam {started['verb']}` again: what was done stays.",
        )


def _freshness(workspace: Workspace, now: datetime) -> Iterator[Check]:
    with open_warehouse(workspace, read_only=True) as con:
        for item in freshness.freshness(con, workspace.settings, calendar.last_monday(now.date())):
            if item.expected:
                finding = f"{item.name}: {f'of {item.newest}' if item.newest else 'never delivered'}"
                mend = f"Ask for a new export of {item.name}." if item.stale else ""
                yield Check("freshness", finding, mend)


def _sources(workspace: Workspace, now: datetime) -> Iterator[Check]:  # noqa: ARG001
    lacking = list(source_checks.wanting(workspace))
    if workspace.settings.sources and not lacking:
        yield Check(
            "sources", f"{len(workspace.settings.sources)} sources have what they need on this machine"
        )
    for finding, mend in lacking:
        yield Check("sources", finding, mend)


def _unresolved(workspace: Workspace, now: datetime) -> Iterator[Check]:  # noqa: ARG001
    with open_warehouse(workspace, read_only=True) as con:
        rows = unresolved.unresolved(con)
    if not rows:
        yield Check("unresolved", "every objection, flag, contact and worry matches somebody of the register")
    for row in rows:
        yield Check("unresolved", row.finding, unresolved.MEND)


def _publication(workspace: Workspace, now: datetime) -> Check:
    return Check("publication", *hold.state(workspace, calendar.last_monday(now.date())))


def _portal(workspace: Workspace, now: datetime) -> Iterator[Check]:
    address = os.environ.get(PORTAL_URL)
    if not address:
        yield Check("portal", f"its pages are not checked: {PORTAL_URL} is not set")
    else:
        try:
            _get(address)
            yield Check("portal", f"answers at {address}")
        except (OSError, ValueError):
            yield Check("portal", f"does not answer at {address}", "Start `waakvlam portal`.")
    if workspace.settings.portal.enabled:
        yield Check("portal", connection.state(workspace))
    if workspace.settings.webhooks:
        for name, number in webhooks.given_up(workspace, now).items():
            yield Check("portal", f"{number} webhooks did not reach {name}", webhooks.MEND)


def _traces(workspace: Workspace, now: datetime) -> Iterator[Check]:  # noqa: ARG001
    if os.environ.get(traces.ENDPOINT) and extras.missing("otel"):
        yield Check("traces", f"{traces.ENDPOINT} is set, but nothing is sent", extras.mend("otel"))


def _notices(workspace: Workspace, now: datetime) -> Check:
    return Check("notices", *notify.state(workspace, now))


def _get(address: str, body: bytes | None = None) -> bytes:
    """Fetch a http(s) address of this installation, with a timeout of five seconds."""
    if not address.startswith(("http://", "https://")):
        raise ValueError(address)
    request = urllib.request.Request(address, body, {"Content-Type": "application/json"})  # noqa: S310
    with urllib.request.urlopen(request, timeout=5) as answer:  # noqa: S310
        return bytes(answer.read(1 << 20))
