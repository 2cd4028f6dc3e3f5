"""Report the processor seconds of each test file: `pytest --cost`.

Wall time depends on what else the machine does; processor time hardly does. Processes that a test starts count once they have
ended and were waited for; those that serve several tests, such as a browser, at the last test of a file.
"""

from __future__ import annotations

import resource
from collections import Counter
from collections.abc import Iterator
from contextlib import suppress

import psutil
import pytest

OPTION = "--cost"
LEAST = 0.5
"""Files that cost fewer seconds are not listed."""


def _spent() -> float:
    """Return the processor seconds of this process and of its ended children."""
    usages = [resource.getrusage(who) for who in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)]
    return sum(usage.ru_utime + usage.ru_stime for usage in usages)


def _still_running() -> float:
    """Return the processor seconds of the processes that this one started and that still run, with those that they started."""
    total = 0.0
    for process in psutil.Process().children(recursive=True):
        with suppress(psutil.NoSuchProcess):
            total += sum(process.cpu_times()[:4])  # own and of ended children, as user and as system
    return total


class Cost:
    """Measure each phase of each test where it runs, and add the figures up per file where the report is printed."""

    def __init__(self) -> None:
        self.before = _spent()
        self.files: Counter[str] = Counter()
        self.ends_file = False
        self.running = 0.0

    def pytest_collection_finish(self) -> None:
        self.before = _spent()

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_protocol(self, item: pytest.Item, nextitem: pytest.Item | None) -> Iterator[None]:
        self.ends_file = nextitem is None or nextitem.path != item.path
        return (yield)

    @pytest.hookimpl(wrapper=True)
    def pytest_runtest_makereport(self, call: pytest.CallInfo[None]) -> Iterator[None]:
        report = yield
        now = _spent()
        if self.ends_file and call.when == "teardown":
            self.running = _still_running()
        now += self.running
        report.processor_seconds = now - self.before
        self.before = now
        return report

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        self.files[report.nodeid.partition("::")[0]] += getattr(report, "processor_seconds", 0.0)

    def pytest_terminal_summary(self, terminalreporter: pytest.TerminalReporter) -> None:
        terminalreporter.section("processor seconds")
        for file, seconds in self.files.most_common():
            if seconds >= LEAST:
                terminalreporter.line(f"{seconds:8.1f}  {file}")
        terminalreporter.line(
            f"{self.files.total():8.1f}  in all, without starting pytest and finding the tests"
        )
