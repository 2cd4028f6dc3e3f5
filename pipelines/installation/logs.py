"""Log each run as JSON lines, and load the history of runs from them into the warehouse.

No event holds personal data. Events hold the names of commands and stages, counts, seconds and the messages of this
project's own errors. For other errors only the type and place are logged, because their message may quote a row.
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
from pipelines.installation.sql import fill, insert

Result = TypeVar("Result")
SLOW_FACTOR, SLOW_SECONDS, SLOW_RUNS = 2.0, 2.0, 4
"""A stage is slow if it takes twice its past median; needs four earlier runs and a minimum difference."""


class Log:
    """The log of one run.

    Parameters
    ----------
    folder : Path
        The workspace's `logs`, with one file per month.
    verb : str
        The command: "weekly", "backup", ...
    """

    def __init__(self, folder: Path, verb: str) -> None:
        self.folder, self.verb, self.run = folder, verb, secrets.token_hex(6)
        self.outcome, self.message, self.counts = "good", "", dict[str, int]()
        self.problems: tuple[str, ...] = ()
        self.seconds: dict[str, float] = {}

    def event(self, event: str, **figures: Any) -> None:
        """Append one line. A log that cannot be written never stops the run."""
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
        """Add counts to the run's last line."""
        self.counts |= counts

    def fell_short(self, reasons: list[str] | tuple[str, ...]) -> None:
        """Record that the run finished but had problems."""
        if reasons:
            self.outcome, self.message, self.problems = "fell short", "; ".join(reasons), tuple(reasons)

    def timed(self, name: str, function: Callable[..., Result]) -> Callable[..., Result]:
        """Wrap a stage so that it is logged when it is called."""
        return lambda *arguments, **options: self.stage(name, function, *arguments, **options)

    def stage(self, name: str, function: Callable[..., Result], *arguments: Any, **options: Any) -> Result:
        """Run one stage; log its duration and its outcome."""
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
    """Log a run from beginning to end, including one that fails; `folder` is the workspace's `logs`."""
    log = Log(folder, verb)
    began = time.monotonic()
    with held.hold(_held_by(folder, log.run)) as holds:
        log.event("started", held=holds)
        try:
            with traces.span(verb, log.run):
                yield log
        except (KeyboardInterrupt, SystemExit):
            log.outcome, log.message = "stopped", "The run was stopped; start it again."
            raise
        except BaseException as error:
            log.outcome, log.message = "failed", str(faults.explain(error))
            raise
        finally:
            seconds = round(time.monotonic() - began, 3)
            figures = {"seconds": seconds, "outcome": log.outcome, "counts": log.counts}
            log.event("ended", **figures, said=log.message, problems=log.problems)


def _held_by(folder: Path, run: str) -> Path:
    """Return the file that a run holds while it lives."""
    return folder / "running" / run


def read(folder: Path) -> list[dict[str, Any]]:
    """Read every event, oldest first, skipping lines that a power cut left incomplete."""
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


def holder(folder: Path, message: str) -> str:
    """Name the run whose process the engine's message mentions: " (weekly, since ...)", or "" if unknown."""
    process = re.search(r"PID (\d+)", message)
    if not process:
        return ""
    for event in reversed(read(folder)):
        if event["process"] == int(process[1]) and event["event"] != "ended":
            since = datetime.fromisoformat(event["at"]).astimezone()
            return f" ({event['verb']}, process {process[1]}, busy since {since:%Y-%m-%d %H:%M})"
    return f" (process {process[1]})"


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
        return True  # os.kill would end the process there
    try:
        os.kill(process, 0)
    except ProcessLookupError:
        return False
    except PermissionError:
        return True
    return True


def gather(con: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Update `run.runs` and `run.stages` of an open warehouse from the log files.

    A run without an end is "running" while its process exists, and "killed" otherwise.
    """
    runs: dict[str, list[Any]] = {}
    stages: list[list[Any]] = []
    for event in read(folder):
        at = datetime.fromisoformat(event["at"]).astimezone(UTC).replace(tzinfo=None)
        if event["event"] == "started":
            state = "running" if lives(folder, event) else "killed"
            runs[event["run"]] = [event["run"], event["verb"], at, None, state, "", "{}", event["process"]]
        elif event["event"] == "ended" and event["run"] in runs:
            ending = [
                event.get("seconds"),
                event.get("outcome"),
                event.get("said"),
                json.dumps(event.get("counts", {})),
            ]
            runs[event["run"]][3:7] = ending
        elif event["event"] == "stage":
            stages.append([event["run"], event["stage"], at, event["seconds"], event["outcome"]])
    con.execute("BEGIN")
    for table, rows in (("runs", list(runs.values())), ("stages", stages)):
        con.execute(
            fill("DELETE FROM run.{table} WHERE run_id IN (SELECT unnest(?))", table=table), [list(runs)]
        )
        insert(con, fill("run.{table}", table=table), rows)
    con.execute("COMMIT")


def slow(con: duckdb.DuckDBPyConnection, run_id: str) -> list[str]:
    """Return a message for each stage that took more than twice its usual time in earlier runs."""
    rows = con.execute(
        """WITH good AS (SELECT s.*, r.verb, r.started_at FROM run.stages s JOIN run.runs r USING (run_id) WHERE s.outcome = 'good'),
            now AS (SELECT stage, verb, started_at, sum(seconds) AS seconds FROM good WHERE run_id = ? GROUP BY ALL)
        SELECT now.stage, now.seconds, median(past.seconds) FROM now JOIN good past
            ON past.stage = now.stage AND past.verb = now.verb AND past.started_at < now.started_at
        GROUP BY ALL HAVING count(*) >= ? AND now.seconds > ? * median(past.seconds) AND now.seconds - median(past.seconds) > ?
        ORDER BY now.stage""",
        [run_id, SLOW_RUNS, SLOW_FACTOR, SLOW_SECONDS],
    ).fetchall()
    return [f"{stage} took {now:.0f} s; {past:.0f} s is usual." for stage, now, past in rows]
