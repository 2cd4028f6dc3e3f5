"""Decide how many cases a test tries: some in `make test`, all in `make test-long`."""

from __future__ import annotations

import os
from collections import Counter
from collections.abc import Sequence

import pytest

LONG = "WAAKVLAM_LONG"
"""Variable with which the tests marked `long` try all of their cases."""
SHARE = "WAAKVLAM_TEST_SHARE"
"""Variable with which of how many runs side by side this is, such as `1/3`: together they try all cases of each test."""


def cases(some: int, every: int) -> int:
    """Return the number of cases to try; a test that uses it has the marker `long`."""
    return every if LONG in os.environ else some


def of_this_run(items: Sequence[pytest.Item]) -> list[pytest.Item]:
    """Return the tests of this run: all of them, or of each parametrised test the cases in its share, at least one."""
    run, runs = map(int, os.environ.get(SHARE, "1/1").split("/"))
    number_of = Counter(map(_test, items))
    before: Counter[str] = Counter()
    kept = []
    for item in items:
        test = _test(item)
        if before[test] % min(runs, number_of[test]) == (run - 1) % min(runs, number_of[test]):
            kept.append(item)
        before[test] += 1
    return kept


def _test(item: pytest.Item) -> str:
    return item.nodeid.partition("[")[0]
