"""What several test folders need."""

from __future__ import annotations

import os
import re
from functools import cache
from pathlib import Path

import pytest
from hypothesis import settings

from tests.support.quicker import compile_once, trust_the_extension


def pytest_configure(config: pytest.Config) -> None:
    """Set the number of generated examples: fewer for the quick tests, and in CI the same ones each time."""
    trust_the_extension()
    compile_once()
    settings.register_profile("quick", max_examples=12, deadline=None)
    settings.register_profile("whole", max_examples=60, deadline=None, derandomize="CI" in os.environ)
    settings.load_profile("quick" if "not slow" in config.option.markexpr else "whole")


READS_THE_CLOCK = re.compile(
    r"date\.today|datetime\.now|time\.time\(|calendar\.(today|now|this_monday)|timezone\.(now|local)|factories|waakvlam\("
)
"""Text that a test module contains if its tests, or the verbs and pages that it calls, ask what day it is."""


@cache
def _reads_the_clock(module: Path) -> bool:
    return bool(READS_THE_CLOCK.search(module.read_text(encoding="utf-8")))


def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark the tests that depend on the clock, so that none is left out of the runs on other days."""
    for item in items:
        if _reads_the_clock(item.path):
            item.add_marker(pytest.mark.clock)


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Folder of public data sets that are not part of this repository; its README.md says what they are."""
    beside = Path(__file__).parents[2] / "shared" / "realdata"
    folder = Path(os.environ.get("WAAKVLAM_REALDATA", beside))
    if not folder.is_dir():
        pytest.skip(f"no real data here: set WAAKVLAM_REALDATA (looked in {folder})")
    return folder
