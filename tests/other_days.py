"""Run the tests again on other days and in other time zones: `python -m tests.other_days [--few] [PYTEST ARGUMENTS]`.

A test that depends on today's date passes for months and then fails. `faketime` moves the clock of pytest and of every
process that it starts, including DuckDB's own `now()`; libraries that fake the clock inside Python reach neither. File
times stay those of the real clock. All processes of a run share one offset, so the clock never runs backwards.

With `--few`, the first three moments and only the tests marked `clock` that are neither slow nor dear; `make test` does
that. Each of the three tries every such test, and a third of the cases of a parametrised one. Without it, these three and a
day long after the deliveries of the tests have all quick tests, and the slow ones that are marked `clock`. The other moments
have the quick tests marked `clock`: one that does not read the clock passed on four days already.

Three moments run side by side, each in one process: two processes for a moment would both import everything.
"""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from zoneinfo import ZoneInfo

from tests.support.cases import SHARE
from tests.support.clock import reads_the_clock

TESTS = Path(__file__).parent
AMSTERDAM, KIRITIMATI, LOS_ANGELES = "Europe/Amsterdam", "Pacific/Kiritimati", "America/Los_Angeles"
FEW = (
    ("2028-02-29T02:30", KIRITIMATI),  # leap day; the machine is 13 hours ahead of Amsterdam
    ("2027-10-31T02:30", AMSTERDAM),  # the hour that occurs twice
    ("2031-01-01T00:10", LOS_ANGELES),  # a year that has begun in Amsterdam but not on this machine
)
"""Local times in Amsterdam, each with the time zone to which the machine is set."""
THOROUGH = (
    *FEW,
    ("2027-08-01T12:00", AMSTERDAM),  # more than half a year after the deliveries of most tests
)
MOMENTS = (
    *THOROUGH,
    ("2026-03-29T02:59", AMSTERDAM),  # DST begins: this minute does not exist
    ("2026-03-29T03:01", "UTC"),
    ("2026-10-25T02:30", AMSTERDAM),  # DST ends
    ("2026-10-25T03:05", LOS_ANGELES),
    ("2026-10-26T00:05", "UTC"),  # a Monday in Amsterdam, still Sunday on the machine
    ("2026-11-29T12:00", AMSTERDAM),  # a Sunday
    ("2026-11-30T09:00", AMSTERDAM),  # a Monday
    ("2026-12-01T00:00", "UTC"),  # rent falls due on the first
    ("2026-12-25T12:00", AMSTERDAM),
    ("2026-12-31T23:59", AMSTERDAM),  # the year ends during the run
    ("2027-01-01T00:01", "UTC"),
    ("2027-01-03T23:59", KIRITIMATI),  # a Sunday that belongs to week 53 of 2026
    ("2027-01-04T06:00", LOS_ANGELES),
    ("2027-02-28T23:58", AMSTERDAM),
    ("2027-03-01T08:00", "Asia/Kathmandu"),  # an offset of 5:45
    ("2027-03-28T03:00", AMSTERDAM),
    ("2027-03-31T12:00", AMSTERDAM),  # the last day of a quarter
    ("2027-04-01T00:30", LOS_ANGELES),
    ("2027-05-31T15:00", "Australia/Lord_Howe"),  # DST of half an hour
    ("2027-06-30T23:59", "UTC"),
    ("2027-08-30T12:00", AMSTERDAM),
    ("2027-12-31T12:00", KIRITIMATI),
    ("2028-02-28T12:00", AMSTERDAM),  # a Monday, the day before leap day
    ("2028-02-29T12:00", AMSTERDAM),
    ("2028-03-01T12:00", "UTC"),
    ("2029-02-28T12:00", AMSTERDAM),  # a year after leap day
    ("2030-12-30T07:00", AMSTERDAM),  # a Monday in week 1 of 2031
    ("2031-01-01T12:00", AMSTERDAM),
    ("2036-02-29T12:00", AMSTERDAM),
)


def run(moment: str, zone: str, arguments: Sequence[str], share: str = "1/1") -> int:
    """Run pytest as if it were `moment` in Amsterdam, on a machine set to `zone`; print what it said, return its exit code."""
    begin = datetime.fromisoformat(moment).replace(tzinfo=ZoneInfo(AMSTERDAM))
    offset = round((begin - datetime.now(UTC)).total_seconds())
    # Waiting and time limits use the monotonic clock, which faketime would move as well.
    path = os.pathsep.join(filter(None, [str(TESTS / "support" / "faked"), os.environ.get("PYTHONPATH")]))
    environment = os.environ | {
        "TZ": zone,
        "FAKETIME_DONT_FAKE_MONOTONIC": "1",
        "PYTHONPATH": path,
        SHARE: share,
    }
    # pytest removes temporary folders of sessions that it takes for days old; in a root of their own it meets no others.
    with tempfile.TemporaryDirectory(prefix="waakvlam-day-") as root:
        environment["PYTEST_DEBUG_TEMPROOT"] = root
        pytest = [sys.executable, "-m", "pytest", "-p", "no:cacheprovider"]
        command = ["faketime", "-f", f"{offset:+d}s", *pytest, *arguments]
        done = subprocess.run(
            command, env=environment, check=False, text=True, stdout=subprocess.PIPE, stderr=subprocess.STDOUT
        )
    print(f"== {moment} in Amsterdam, machine set to {zone}\n{done.stdout}", flush=True)
    return done.returncode


def chosen(few: bool, thorough: bool) -> str:
    """Return the tests of a moment, as an expression of markers."""
    if thorough:
        return "clock or not slow"
    return "clock and not slow and not dear" if few else "clock and not slow"


def main(words: list[str]) -> int:
    """Run every moment, even after a failure; return 1 if any failed or if faketime is missing in CI."""
    if not shutil.which("faketime"):
        print("The package faketime is not installed: the tests were not run on other days.")
        return int("CI" in os.environ)
    few = words[:1] == ["--few"]
    clock = [str(path) for path in sorted(TESTS.rglob("test_*.py")) if reads_the_clock(path)]
    moments = FEW if few else MOMENTS

    def fails(at: int) -> bool:
        thorough = not few and moments[at] in THOROUGH
        arguments = words[few:] or ["-n", "0", *([] if thorough else clock)]
        share = f"{at + 1}/{len(FEW)}" if few else "1/1"
        return bool(run(*moments[at], [*arguments, "-m", chosen(few, thorough)], share))

    with ThreadPoolExecutor(len(FEW)) as side_by_side:
        results = list(side_by_side.map(fails, range(len(moments))))
    failed = [" ".join(moment) for moment, fail in zip(moments, results, strict=True) if fail]
    for line in failed:
        print(f"FAILED on {line}")
    return int(bool(failed))


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
