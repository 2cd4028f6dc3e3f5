"""A portal and a pipeline of one workspace, in processes of their own: Django knows one database for its whole life.

`Portal()` uses one process that has imported everything and forks a child for each thing that is asked of it.
"""

from __future__ import annotations

import asyncio
import atexit
import json
import os
import random
import signal
import sqlite3
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import date, timedelta
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import pytest

from pipelines.installation import calendar
from pipelines.installation.workspace import Workspace, init
from pipelines.sample.write import write_corporation
from pipelines.week import run as flow
from pipelines.week.steps import Step
from tests.support import waits

AFTERWARDS = "history of runs"
"""What a run does after its last step."""
SAYS = 1
"""Where a child says which stage it begins, and at the end its answer."""
ROOT = Path(__file__).resolve().parents[2]
NOTE = "ZZNOTITIE van de coach"
CLOCK = {"published_at", "given_at", "created_at", "at", "applied", "password", "date_joined", "last_login"}
DRAWN = {("webhooks_event", "reference")}
"""Columns with an id that is random each time."""
NOT_OURS = ("django_", "sqlite_", "auth_", "axes_", "mfa_", "account_", "socialaccount_")


@cache
def _process() -> subprocess.Popen[str]:
    """Start the process that forks; all who ask share it, because its imports take some seconds."""
    process = subprocess.Popen(
        [sys.executable, "-m", "tests.support.portal_home"],
        cwd=ROOT,
        env=_environment(),
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        text=True,
    )

    def end() -> None:
        assert process.stdin
        process.stdin.close()
        process.wait()

    atexit.register(end)
    return process


def _environment() -> dict[str, str]:
    """Return the variables of this process but for those that name a portal."""
    names = ("DJANGO_SETTINGS_MODULE", "WAAKVLAM_HOME", "DATABASE_URL", "PORTAL_SECRET_KEY")
    return {name: value for name, value in os.environ.items() if name not in names}


class Portal:
    """Asks the process that forks, for workspaces that are given by their folder; what it forks has these variables."""

    def __init__(self, **environment: str) -> None:
        self.variables = _environment() | environment

    def ask(self, what: str, home: Path, **arguments: Any) -> Any:
        """Do one thing; the answer is ``{"killed": "<stage>"}`` where it was killed."""
        process = _process()
        assert process.stdin and process.stdout
        asked = {"what": what, "home": str(home), "variables": self.variables, **arguments}
        process.stdin.write(json.dumps(asked) + "\n")
        process.stdin.flush()
        answer = json.loads(waits.line(process.stdout, f"the portal's {what} in {home}"))
        assert "failed" not in answer, answer["failed"]
        return answer


@contextmanager
def running(key: str) -> Iterator[Portal]:
    """Give a portal for the block; the key is that of the stores."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("WAAKVLAM_KEY", key)
        yield Portal()


def first_week(
    portal: Portal, home: Path, *, homes: int, trends: int, more: Path | None = None
) -> dict[str, Any]:
    """Run the week of last Monday in a new workspace; with `more`, what is delivered a week later is put there."""
    monday = calendar.this_monday()
    init(home, portal=True)
    settings = home / "settings.toml"
    text = settings.read_text(encoding="utf-8")
    settings.write_text(text.replace("weeks = 104", f"weeks = {trends}"), encoding="utf-8")
    later = [monday + timedelta(days=7)] if more else []
    write_corporation(
        home / "inbox", homes=homes, weeks=40, seed=1, until=max([monday, *later]), deliveries=1 + len(later)
    )
    for day in later:
        more.mkdir(parents=True)
        for path in (home / "inbox").glob(f"*_{day}.*"):
            path.replace(more / path.name)
    return portal.ask("weekly", home, as_of=str(monday), today=str(calendar.today()))


def held(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Read every table of a portal's SQLite database but for what holds the clock or is drawn."""
    with sqlite3.connect(home / "portal" / "portal.sqlite3") as con:
        names = [
            name
            for (name,) in con.execute("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY name")
            if not name.startswith(NOT_OURS)
        ]
        result = {}
        for name in names:
            columns = [
                f'"{row[1]}"'
                for row in con.execute(f"PRAGMA table_info({name})")
                if row[1] not in CLOCK and (name, row[1]) not in DRAWN
            ]
            result[name] = con.execute(f"SELECT {', '.join(columns)} FROM {name} ORDER BY 1").fetchall()
        return result


def rows(home: Path, query: str, *values: Any) -> list[tuple[Any, ...]]:
    """Ask a portal's SQLite database."""
    with sqlite3.connect(home / "portal" / "portal.sqlite3") as con:
        return con.execute(query, values).fetchall()


def weekly(home: Path, *, as_of: str, today: str, die_in: str = "", after: float = 0.0) -> dict[str, Any]:
    """Run the week; with `die_in` it kills itself this many seconds after that stage begins."""
    seconds: dict[str, float] = {}

    def begin(name: str) -> float:
        os.write(SAYS, f"{name}\n".encode())
        if name == die_in:
            threading.Timer(after, os.kill, (os.getpid(), signal.SIGKILL)).start()
        return time.monotonic()

    def runner(step: Step[..., Any], *arguments: Any, **options: Any) -> Any:
        nonlocal ended
        name = step.name
        began = begin(name)
        result = step.function(*arguments, **options)
        ended = time.monotonic()
        seconds[name] = ended - began
        if name == "report":
            begin(AFTERWARDS)
        return result

    ended = time.monotonic()
    result = flow.run(
        Workspace(home), date.fromisoformat(as_of), runner=runner, today=date.fromisoformat(today)
    )
    seconds[AFTERWARDS] = time.monotonic() - ended
    if die_in:
        time.sleep(600)  # it was done sooner: the timer ends it all the same
    return {"seconds": seconds, "fell_short": list(result.fell_short), "notices": list(result.weekly.notices)}


def recheck(home: Path, *, day: str) -> dict[str, Any]:
    """Look before the visit; where an event loop runs, as in a task of a flow."""
    from pipelines.exchange import recheck as looking

    async def look() -> tuple[date | None, int]:
        return looking.recheck(Workspace(home), date.fromisoformat(day))

    as_of, message = asyncio.run(look())
    return {"as_of": str(as_of), "told": message}


def work(home: Path, *, back: int = 1, extra: int = 0, objection: bool = True) -> dict[str, Any]:
    """Record a coach's work of `back` days ago: a visit, a watch, a worry, a contact taken back, and an `objection`."""
    from portal import serve

    serve.prepare(home, static=False)
    from portal.accounts.models import Corporation, Role, Scope, User
    from portal.casework import care, services, worries
    from portal.casework.codes import Kind, State, Worries
    from portal.casework.queries import this_week

    day = calendar.today() - timedelta(days=back)
    user, new = User.objects.get_or_create(username="coach", defaults={"role": Role.COACH})
    if new:
        for corporation in Corporation.objects.all():
            Scope.objects.create(user=user, corporation=corporation)
    cases = [row.case for row in this_week(user)]
    keys = [case.overeenkomst_id for case in cases]
    if extra:
        case = cases[min(extra, len(cases) - 1)]  # a short list on some dates
        services.log_contact(user, case.pk, version=case.version, token=f"x{extra}", kind=Kind.PHONE, on=day)
        return {"extra": case.overeenkomst_id}
    visited, watched, objecting, back_again = cases[:4]
    visit = {"kind": Kind.VISIT, "reached": True, "on": day, "note": NOTE}
    services.log_contact(user, visited.pk, version=1, token="a", **visit)
    services.set_state(user, watched.pk, version=1, token="b", state=State.WATCH)
    if objection:
        care.object_to(user, objecting.pk, on=day)
    contact = services.log_contact(user, back_again.pk, version=1, token="c", kind=Kind.CARD, on=day)
    services.undo(user, contact.pk, version=2)
    worries.pass_on_worry(user, token="d", source="overig", worry=Worries.MONEY, case_id=visited.pk)
    return {"visited": keys[0], "watched": keys[1], "objecting": keys[2], "back": keys[3]}


def worry(home: Path, *, token: str, postcode: str, number: str) -> dict[str, Any]:
    """Pass on a worry about an address as a caretaker types it."""
    from portal import serve

    serve.prepare(home, static=False)
    from portal.accounts.models import Corporation, Role, Scope, User
    from portal.casework import worries
    from portal.casework.codes import Source, Worries

    user, new = User.objects.get_or_create(username="melder", defaults={"role": Role.MELDER})
    corporation = Corporation.objects.get()
    if new:
        Scope.objects.create(user=user, corporation=corporation)
    given = {"postcode": postcode, "house_number": number, "corporation": corporation.pk}
    worries.pass_on_worry(user, token=token, source=Source.CARETAKER, worry=Worries.MAIL, **given)
    return {}


def forget(home: Path, *, as_of: str) -> dict[str, Any]:
    """Take the figures of a week away, as in a portal that missed it."""
    from portal import serve

    serve.prepare(home, static=False)
    from portal.trends.models import WeekFigure

    WeekFigure.objects.filter(as_of=as_of).delete()
    return {}


def verb(home: Path, *, words: list[str], streams: str = "", broken: str = "") -> dict[str, Any]:
    """Run the command line, with what goes to the streams themselves in a file; ``broken``: the engine's own error."""
    import duckdb

    from pipelines.warehouse import stores
    from tests.support.deliveries import waakvlam

    if streams:
        file = os.open(streams, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
        os.dup2(file, 1)
        os.dup2(file, 2)
    if not broken:
        return waakvlam(home, *words)._asdict()
    error = duckdb.ConversionException(f"Could not convert string '{broken}' to INT32")
    with mock.patch.object(stores, "engine_connection", side_effect=error):
        return waakvlam(home, *words)._asdict()


def typed(home: Path, *, words: list[str], environment: dict[str, str]) -> dict[str, Any]:
    """Run the command line in the folder `home`, with only these variables in the environment."""
    from tests.support.deliveries import waakvlam

    os.chdir(home)
    os.environ.clear()
    os.environ.update(environment)
    return waakvlam(None, *words)._asdict()


def retention(home: Path, *, today: str) -> dict[str, Any]:
    """Remove data past their retention period on a day."""
    from pipelines.installation.workspace import Workspace
    from pipelines.operations import retention as retaining

    result = retaining.retention(Workspace(home), date.fromisoformat(today))
    return {item.kind: item.number for item in result}


THINGS: dict[str, Callable[..., dict[str, Any]]] = {
    "weekly": weekly,
    "recheck": recheck,
    "work": work,
    "worry": worry,
    "forget": forget,
    "verb": verb,
    "typed": typed,
    "retention": retention,
}


def main() -> None:
    """Read what is asked, a line each; fork, and answer with a line."""
    global SAYS
    from tests.support import new_stores, portal_tables, quicker

    portal_tables.migrate_once()
    quicker.spare_the_engine()
    quicker.spare_waits()
    quicker.compile_once()
    quicker.build_commands_once()
    new_stores.create_once()
    quicker.import_ahead()
    quicker.look_less_for_garbage()
    for line in sys.stdin:
        asked = json.loads(line)
        home, what, variables = Path(asked.pop("home")), asked.pop("what"), asked.pop("variables")
        reading, SAYS = os.pipe()
        pid = os.fork()
        if pid == 0:
            random.seed(0)
            os.close(reading)
            os.environ.clear()
            os.environ.update(variables)
            answer = {}
            try:
                answer = THINGS[what](home, **asked)
            except BaseException as error:
                import traceback

                answer = {"failed": "".join(traceback.format_exception(error))}
            os.write(SAYS, json.dumps(answer, default=str).encode())
            os._exit(0)
        os.close(SAYS)
        with os.fdopen(reading) as file:
            *stages, said = file.read().split("\n")
        os.waitpid(pid, 0)
        print(said or json.dumps({"killed": stages[-1]}), flush=True)


if __name__ == "__main__":
    main()
