"""Measure the portal under load: `python -m benchmarks.portal_load [--users 50] [--seconds 300]`.

Starts the database in a temporary folder, the portal on its real server (waitress), and locust with the users of
`benchmarks.portal_users`. Reports errors, response times, processor time of the portal per request, and contacts that a
user saw saved but the database lacks.

`--pause 0 0` lets the users tap as soon as a page is there: the most that one process can serve. With 50 users it then
answers each in 50 divided by the requests per second. `--rate 120` lets them send 120 requests a second together, as
long as the portal keeps up: the response times at that load.
"""

from __future__ import annotations

import argparse
import csv
import json
import os
import subprocess
import sys
import tempfile
import time
import urllib.request
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
WIJKEN = ("Noord", "Oost", "Zuid", "West", "Midden")
CASES = 40
MELDERS = 5
LIMIT_MS = 500


def main() -> None:
    """Measure and print; exit with 1 if a target is missed."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--users", type=int, default=50)
    parser.add_argument("--seconds", type=int, default=300)
    parser.add_argument("--database", choices=("postgresql", "sqlite"), default="postgresql")
    parser.add_argument(
        "--pause", type=float, nargs=2, default=(2, 8), help="Fewest and most seconds on a page."
    )
    parser.add_argument("--rate", type=float, help="Requests per second of all users together.")
    options = parser.parse_args()
    from tests.support.postgres import cluster

    os.environ["PORTAL_PAUSE"] = json.dumps(options.pause)
    if options.rate:
        os.environ["PORTAL_RATE"] = str(options.rate / options.users)
    database = cluster() if options.database == "postgresql" else nullcontext("")
    with database as url, tempfile.TemporaryDirectory(prefix="portal-load-") as folder:
        os.environ.pop("DATABASE_URL", None)
        if url:
            os.environ["DATABASE_URL"] = url
        result = {"database": options.database} | measure(Path(folder), options.users, options.seconds)
    print(json.dumps(result, indent=2))
    missed = result["failures"] or result["lost"] or result["p95_ms"] >= LIMIT_MS
    sys.exit(1 if missed else 0)


def measure(folder: Path, users: int, seconds: int) -> dict[str, Any]:
    """Fill a portal, serve it, let the users work, and compare what they saw with what the database holds."""
    from pipelines.installation.workspace import init

    home = folder / "home"
    init(home, corporatie_id="load", naam="Proef", portal=True)
    (folder / "users.json").write_text(json.dumps(fill(home, users)), encoding="utf-8")
    port = 8765
    served = subprocess.Popen(  # noqa: S603
        [sys.executable, "-m", "pipelines.cli.app", "--home", str(home), "portal", "--port", str(port)],
        cwd=ROOT,
        stdout=subprocess.DEVNULL,
    )
    try:
        wait_for(f"http://127.0.0.1:{port}/gezond/")
        before, used = os.getloadavg()[0], processor_seconds(served.pid)
        options = {"-u": users, "-r": max(1, users // 10), "-t": f"{seconds}s", "--stop-timeout": 20}
        options |= {"-H": f"http://127.0.0.1:{port}", "--csv": folder / "told"}
        words = [str(word) for pair in options.items() for word in pair]
        people = str(ROOT / "benchmarks" / "portal_users.py")
        run = subprocess.run(  # noqa: S603
            [sys.executable, "-m", "locust", "-f", people, "--headless", "--only-summary", *words],
            cwd=folder,
            env=os.environ
            | {"PORTAL_USERS": str(folder / "users.json"), "PORTAL_SAVED": str(folder / "saved.json")},
            capture_output=True,
            text=True,
            check=False,
        )
        if not (folder / "saved.json").exists():
            raise SystemExit(run.stderr)
        used = processor_seconds(served.pid) - used
    finally:
        served.terminate()
        served.wait()
    result = summary(folder, users, seconds, before)
    return result | {"processor_ms_per_request": round(1000 * used / result["requests"], 2)}


def processor_seconds(process: int) -> float:
    """Return the processor time that a process has used, by its own code and by the kernel for it."""
    fields = Path(f"/proc/{process}/stat").read_text(encoding="ascii").rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def fill(home: Path, users: int) -> list[dict[str, str]]:
    """Publish a list of forty cases in each of five wijken, and log in the users who work there."""
    from portal import serve

    serve.prepare(home)
    from django.test import Client
    from django.utils import timezone

    from portal.accounts.models import Corporation, Role, Scope, User
    from portal.exchange import receive
    from portal.exchange.payload import Entry, Publication, Signals

    monday = timezone.localdate() - timedelta(days=timezone.localdate().weekday())
    entries = tuple(
        Entry("load", f"{wijk}-{number}", f"Wooncoach {wijk}", number, f"Proefstraat {number}", "1811 AB Proef", "Proef",
              "", wijk, ("Ruim twee maanden huurachterstand (€ 1.240).",), monday, ("Nieuw op de lijst.",), "")
        for wijk in WIJKEN for number in range(1, CASES + 1)
    )  # fmt: skip
    signals = tuple(
        Signals(
            "load",
            entry.overeenkomst_id,
            monday - timedelta(weeks=back),
            {"arrears": 5 + back, "nuisance": 3},
        )
        for entry in entries
        for back in range(26)
    )
    receive.publish(Publication(monday, "load", {"load": "Proef"}, "expert 1", entries, signals))
    sessions = []
    for number in range(users):
        melder = number < MELDERS
        user = User.objects.create(
            username=f"user{number}", role=Role.MELDER if melder else Role.COACH, second_factor=False
        )
        wijk = "" if melder else WIJKEN[number % len(WIJKEN)]
        Scope.objects.create(user=user, corporation=Corporation.objects.get(), wijk=wijk)
        client = Client()
        client.force_login(user, backend="portal.accounts.backend.Backend")
        sessions.append({"role": str(user.role), "session": client.cookies["sessionid"].value})
    return sessions


def wait_for(address: str) -> None:
    """Wait until the portal answers."""
    for _ in range(600):
        try:
            with urllib.request.urlopen(address, timeout=5):  # noqa: S310
                return
        except OSError:
            time.sleep(0.2)
    raise SystemExit("the portal did not start")


def summary(folder: Path, users: int, seconds: int, load_before: float) -> dict[str, Any]:
    """Combine the counts of locust with what the database holds."""
    from django.db import connections

    from portal.casework.models import Case, Contact, Worry

    connections.close_all()
    saved = json.loads((folder / "saved.json").read_text(encoding="utf-8"))
    stored = set(Contact.objects.values_list("pk", flat=True))
    with (folder / "told_stats.csv").open(encoding="utf-8", newline="") as file:
        rows = list(csv.DictReader(file))
    with (folder / "told_failures.csv").open(encoding="utf-8", newline="") as file:
        failed = {f"{row['Name']}: {row['Error']}": int(row["Occurrences"]) for row in csv.DictReader(file)}
    every = next(row for row in rows if row["Name"] == "Aggregated")
    versions = sum(Case.objects.values_list("version", flat=True)) - Case.objects.count()
    return {
        "users": users,
        "seconds": seconds,
        "requests": int(every["Request Count"]),
        "requests_per_second": round(float(every["Requests/s"]), 1),
        "failures": int(every["Failure Count"]),
        "failed": failed,
        "median_ms": float(every["50%"]),
        "p95_ms": float(every["95%"]),
        "p99_ms": float(every["99%"]),
        "contacts_saved": len(saved["logged"]),
        "contacts_there": len(stored),
        "lost": len(set(saved["logged"]) - stored) + (len(saved["logged"]) != len(set(saved["logged"]))),
        "changes_of_cases": versions,
        "conflicts_shown": saved["conflicts"],
        "worries_saved": saved["worries"],
        "worries_there": Worry.objects.count(),
        "load_average": [round(load_before, 1), round(os.getloadavg()[0], 1)],
        "cores": os.cpu_count(),
        "p95_per_page_ms": {row["Name"]: float(row["95%"]) for row in rows if row["Name"] != "Aggregated"},
    }


if __name__ == "__main__":
    main()
