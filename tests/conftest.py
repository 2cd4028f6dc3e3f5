"""Hooks and fixtures that several test folders need."""

from __future__ import annotations

import os
import tempfile
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support import QUERIES
from tests.support.cases import LONG, cases, of_this_run
from tests.support.clock import reads_the_clock
from tests.support.cost import OPTION, Cost
from tests.support.left_out import QUICK, left_out
from tests.support.waits import end_if_forked, limit_waits


def pytest_addoption(parser: pytest.Parser) -> None:
    """Add `--cost`."""
    parser.addoption(OPTION, action="store_true", help="report the processor seconds of each test file")


def pytest_configure(config: pytest.Config) -> None:
    """Set the number of generated examples: fewest for the quick tests, most in the long run, and in CI the same ones each time."""
    worker = hasattr(config, "workerinput")
    if not worker:  # the processes of pytest-xdist share the folder of the first one
        folder = tempfile.TemporaryDirectory(prefix="waakvlam-queries-")
        os.environ[QUERIES] = folder.name
        config.add_cleanup(folder.cleanup)
    if config.option.cost:
        config.pluginmanager.register(Cost())
    if worker or not config.option.numprocesses:  # the process that shares out the tests runs none
        from tests.support import new_stores, quicker

        limit_waits()
        quicker.spare_the_engine()
        quicker.spare_waits()
        quicker.compile_once()
        quicker.build_commands_once()
        new_stores.create_once()
    settings.register_profile("quick", max_examples=12, deadline=None)
    settings.register_profile(
        "whole", max_examples=cases(60, 300), deadline=None, derandomize="CI" in os.environ
    )
    settings.load_profile("quick" if "not slow" in config.option.markexpr else "whole")


@pytest.hookimpl(tryfirst=True)
def pytest_runtest_makereport(call: pytest.CallInfo[None]) -> None:
    """Let no forked child of a test run the tests after it."""
    end_if_forked(call)


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that depend on the clock; put the files that take long first, so that no worker ends with one.

    A test that tries all of its cases may take hours: it has no time limit.

    Tests in a browser come last: Playwright leaves an event loop in its process, in which Prefect cannot start another.
    """
    longest: dict[Path, int] = {}
    for item in items:
        if reads_the_clock(item.path):
            item.add_marker(pytest.mark.clock)
        if LONG in os.environ and getattr(getattr(item, "obj", None), "is_hypothesis_test", False):
            item.add_marker(pytest.mark.long)  # it tries more examples then
        if LONG in os.environ and item.get_closest_marker("long"):
            item.add_marker(pytest.mark.timeout(0))
        marks = [bool(item.get_closest_marker(name)) for name in ("long", "slow")]
        longest[item.path] = max(longest.get(item.path, 0), 2 * marks[0] + marks[1])
    items[:] = of_this_run(items)
    items.sort(key=lambda item: ("browser" in item.path.parts, -longest[item.path]))


def pytest_ignore_collect(collection_path: Path, config: pytest.Config) -> bool | None:
    """Leave a module unread if a mark that it gives to all of its tests keeps them out: its imports take long."""
    if collection_path.suffix != ".py" or config.option.markexpr != QUICK:
        return None
    return True if left_out(collection_path) else None


def pytest_collection_finish(session: pytest.Session) -> None:
    """Let the garbage collector pass over what was imported and found: it took a twentieth of the time of the tests."""
    from tests.support import quicker

    quicker.look_less_for_garbage()


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Folder of public data sets that are not part of this repository; its README.md says what they are."""
    beside = Path(__file__).parents[2] / "shared" / "realdata"
    folder = Path(os.environ.get("WAAKVLAM_REALDATA", beside))
    if not folder.is_dir():
        pytest.skip(f"no real data here: set WAAKVLAM_REALDATA (looked in {folder})")
    return folder
