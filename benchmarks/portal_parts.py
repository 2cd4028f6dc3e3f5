"""Measure what each part of a request to the coach's pages takes: `python -m benchmarks.portal_parts`.

Profiles the pages of `benchmarks.portal_pages` and adds up the time of each function by the part of the program that it
belongs to. The profiler slows small functions most, so read the shares; the milliseconds are the shares of the
processor time that a page takes without the profiler.
"""

from __future__ import annotations

import cProfile
import pstats
import time
from pathlib import Path
from typing import Any

from benchmarks.portal_pages import HOST, TIMES, fill, median, print_measured
from pipelines.installation import calendar

ROOT = Path(__file__).resolve().parents[1]
PARTS = {
    "database": ("django/db/backends/", "psycopg", "sqlite3"),
    "queries and rows": ("django/db/", "portal/prepared.py"),
    "templates": (
        "django/template",
        "templatetags",
        "portal/fragments.py",
        "django/utils/html",
        "safestring",
    ),
    "words and dates": (
        "translation",
        "gettext",
        "dateformat",
        "formats.py",
        "portal/choices.py",
        "models/words",
    ),
    "forms": ("django/forms/", "coach/forms.py", "copy.py"),
    "own code": ("portal/", "<string>"),  # what a dataclass writes has no file
}
"""The parts, each with what the path of a file of it holds; the first that fits counts, and else `REST`."""
REST = "session, middleware, JSON and the rest"


def part_of(path: str) -> str:
    """Return the part to which a file of this repository or of a library belongs."""
    path = path.rpartition("site-packages/")[2].removeprefix(f"{ROOT}/")
    return next((part for part, names in PARTS.items() if any(name in path for name in names)), REST)


def by_part(stats: dict[Any, Any]) -> dict[str, float]:
    """Add up the own seconds of each function of a profile by part; a function of C counts where it was called."""
    seconds: dict[str, float] = dict.fromkeys([*PARTS, REST], 0.0)
    for (path, _line, _name), (_primitive, _calls, own, _with_callees, callers) in stats.items():
        if path != "~":
            seconds[part_of(path)] += own
            continue
        for (caller, _caller_line, _caller_name), (_primitive, _calls, own_here, *_rest) in callers.items():
            seconds[part_of(caller)] += own_here
    return seconds


def measure() -> dict[str, dict[str, float]]:
    """Return milliseconds of processor time by page and part."""
    from django.test import Client

    from portal.accounts.models import User
    from portal.casework.models import Case

    coach = User.objects.get(pk=fill(calendar.this_monday()))
    client = Client(headers={"host": HOST})
    client.force_login(coach, backend="portal.accounts.backend.Backend")
    case = Case.objects.earliest("pk").pk
    result = {}
    for page in ("/week/", f"/week/adres/{case}/", f"/week/adres/{case}/contact/"):
        whole = median(client, page)["cpu"]
        profile = cProfile.Profile(time.process_time)  # so that other work on the machine does not count
        with profile:
            for _time in range(TIMES):
                client.get(page)
        seconds = by_part(pstats.Stats(profile).stats)  # type: ignore[attr-defined]
        shares = {part: own / sum(seconds.values()) for part, own in seconds.items()}
        result[page] = {"all": whole} | {part: round(whole * share, 1) for part, share in shares.items()}
    return result


if __name__ == "__main__":
    print_measured(measure)
