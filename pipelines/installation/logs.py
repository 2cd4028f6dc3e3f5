"""What ran: one JSON line an event, and from those the history of runs that can be queried.

No event holds personal data: names of verbs and stages, counts, seconds, and the words of our own errors, which hold
none either. Of an error that is not ours only its kind and place are kept, for its words may quote a row.
"""

from __future__ import annotations

import json
import os
import re
import secrets
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, TypeVar

import duckdb

from pipelines.installation import faults, held, traces
from pipelines.installation.sql import Sql, fill

Result = TypeVar("Result")
SLOW_FACTOR, SLOW_SECONDS, SLOW_RUNS = 2.0, 2.0, 4
"""A stage is told as slow at twice the median of its past, where that is known from four runs and it matters."""


class Log:
    """The log of one run.

    Parameters
    ----------
    folder : Path
        The workspace's `logs`; a file a month.
    verb : str
        What runs: "weekly", "backup", ...
    """

    def __init__(self, folder: Path, verb: str) -> None:
        self.folder, self.verb, self.run = folder, verb, secrets.token_hex(6)
        self.outcome, self.said, self.counts = "good", "", dict[str, int]()
        self.seconds: dict[str, float] = {}

    def event(self, event: str, **figures: Any) -> None:
        """Append one line; a log that cannot be written never stops the work."""
        now = datetime.now(UTC)
        line: dict[str, Any] = {
            "at": now.isoformat(timespec="milliseconds"),
            "run": self.run,
            "verb": self.verb,
        }
        line |= {"process": os.getpid(), "event": event} | figures
        try:
            self.folder.mkdir(mode=0o700, exist_ok=True)
            path = self.folder / f"{now:%Y-%m}.jsonl"
            number = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND, 0o600)
            try:
                os.write(number, (json.dumps(line, ensure_ascii=False, default=str) + "\n").encode())
            finally:
                os.close(number)
        except OSError:
            return

    def count(self, **counts: int) -> None:
        """Keep figures for the run's last line."""
        self.counts |= counts

    def fell_short(self, reasons: list[str] | tuple[str, ...]) -> None:
        """Say that the run did its work and not all is well."""
        if reasons:
            self.outcome, self.said = "fell short", "; ".join(reasons)

    def timed(self, name: str, function: Callable[..., Result]) -> Callable[..., Result]:
        """Make a stage that logs itself when it is done."""
        return lambda *arguments, **options: self.stage(name, function, *arguments, **options)

    def stage(self, name: str, function: Callable[..., Result], *arguments: Any, **options: Any) -> Result:
        """Do one stage and log how long it took and how it ended."""
        began, outcome = time.monotonic(), "failed"
        try:
            with traces.span(name, self.run):
                result = function(*arguments, **options)
            outcome = "good"
            return result
        finally:
            seconds = round(time.monotonic() - began, 3)
            self.seconds[name] = seconds
            self.event("stage", stage=name, seconds=seconds, outcome=outcome)


@contextmanager
def run(folder: Path, verb: str) -> Iterator[Log]:
    """Log one run from beginning to end, however it ends; `folder` is the workspace's `logs`."""
    log = Log(folder, verb)
    began = time.monotonic()
    with held.hold(_held_by(folder, log.run)) as holds:
        log.event("started", held=holds)
        try:
            with traces.span(verb, log.run):
                yield log
        except (KeyboardInterrupt, SystemExit):
            log.outcome, log.said = "stopped", "The run was stopped; start it again."
            raise
        except BaseException as error:
            log.outcome, log.said = "failed", str(faults.told(error))
            raise
        finally:
            seconds = round(time.monotonic() - began, 3)
            log.event("ended", seconds=seconds, outcome=log.outcome, said=log.said, counts=log.counts)


def _held_by(folder: Path, run: str) -> Path:
    """Return the file that a run holds while it lives."""
    return folder / "running" / run


def read(folder: Path) -> list[dict[str, Any]]:
    """Read every event, oldest first; a line that a power cut left half is passed over."""
    events = []
    for path in sorted(folder.glob("*.jsonl")):
        for line in path.read_text(encoding="utf-8", errors="replace").splitlines():
            try:
                event = json.loads(line)
            except ValueError:
                continue
            if isinstance(event, dict) and {"at", "run", "verb", "event", "process"} <= event.keys():
                events.append(event)
    return events


def who(folder: Path, message: str) -> str:
    """Say who holds a store, from the process that the engine's message names: " (weekly, since ...)"."""
    found = re.search(r"PID (\d+)", message)
    if not found:
        return ""
    for event in reversed(read(folder)):
        if event["process"] == int(found[1]) and event["event"] != "ended":
            since = datetime.fromisoformat(event["at"]).astimezone()
            return f" ({event['verb']}, process {found[1]}, busy since {since:%Y-%m-%d %H:%M})"
    return f" (process {found[1]})"


def lives(folder: Path, started: dict[str, Any]) -> bool:
    """Return whether the run of a "started" event still lives.

    The runs of earlier versions held no file; those live if a process of their number does.
    """
    if started.get("held"):
        return held.is_held(_held_by(folder, started["run"]))
    return alive(started["process"])


def is_busy(folder: Path, verb: str) -> bool:
    """Return whether a run of this verb lives."""
    events = read(folder)
    ended = {event["run"] for event in events if event["event"] == "ended"}
    started = [e for e in events if e["event"] == "started" and e["verb"] == verb and e["run"] not in ended]
    return any(lives(folder, event) for event in started)


def cut_off(folder: Path) -> list[dict[str, Any]]:
    """Return the "started" event of each verb whose last run has no end and no longer lives."""
    last: dict[str, dict[str, Any]] = {}
    for event in read(folder):
        if event["event"] == "started":
            last[event["verb"]] = event
        elif event["event"] == "ended" and last.get(event["verb"], {}).get("run") == event["run"]:
            del last[event["verb"]]
    return [started for started in last.values() if not lives(folder, started)]


def alive(process: int) -> bool:
    """Return whether a process of this number exists; on Windows, which cannot be asked, assume that it does."""
    if os.name == "nt":
        return True  # os.kill ends a process there
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def gather(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Bring `run.runs` and `run.stages` of an open warehouse up to date with the log files.

    A run without an end is "running" while its process lives, else "killed".
    """
    runs: dict[str, list[Any]] = {}
    stages: list[list[Any]] = []
    for event in read(folder):
        at = datetime.fromisoformat(event["at"]).astimezone(UTC).replace(tzinfo=None)
        if event["event"] == "started":
            state = "running" if lives(folder, event) else "killed"
            runs[event["run"]] = [event["run"], event["verb"], at, None, state, "", "{}", event["process"]]
        elif event["event"] == "ended" and event["run"] in runs:
            told = [
                event.get("seconds"),
                event.get("outcome"),
                event.get("said"),
                json.dumps(event.get("counts", {})),
            ]
            runs[event["run"]][3:7] = told
        elif event["event"] == "stage":
            stages.append([event["run"], event["stage"], at, event["seconds"], event["outcome"]])
    con.execute("BEGIN")
    for table, rows in (("runs", list(runs.values())), ("stages", stages)):
        con.execute(
            fill("DELETE FROM run.{table} WHERE run_id IN (SELECT unnest(?))", table=table), [list(runs)]
        )
        if rows:
            marks = Sql(", ".join("?" * len(rows[0])))
            con.executemany(fill("INSERT INTO run.{table} VALUES ({marks})", table=table, marks=marks), rows)
    con.execute("COMMIT")


def slow(con: duckdb.DuckDBPyConnection, run_id: str) -> list[str]:
    """Compare each stage of a run with its own past, and tell those that took more than twice as long."""
    found = con.execute(
        """WITH good AS (SELECT s.*, r.verb, r.started_at FROM run.stages s JOIN run.runs r USING (run_id) WHERE s.outcome = 'good'),
            now AS (SELECT stage, verb, started_at, sum(seconds) AS seconds FROM good WHERE run_id = ? GROUP BY ALL)
        SELECT now.stage, now.seconds, median(past.seconds) FROM now JOIN good past
            ON past.stage = now.stage AND past.verb = now.verb AND past.started_at < now.started_at
        GROUP BY ALL HAVING count(*) >= ? AND now.seconds > ? * median(past.seconds) AND now.seconds - median(past.seconds) > ?
        ORDER BY now.stage""",
        [run_id, SLOW_RUNS, SLOW_FACTOR, SLOW_SECONDS],
    ).fetchall()
    return [f"{stage} took {now:.0f} s; {past:.0f} s is usual." for stage, now, past in found]
