"""Decide how many cases a test tries: some in `make test`, all in `make test-long`."""

from __future__ import annotations

import os

LONG = "WAAKVLAM_LONG"
"""Variable with which the tests marked `long` try all of their cases."""


def cases(some: int, every: int) -> int:
    """Return the number of cases to try; a test that uses it has the marker `long`."""
    return every if LONG in os.environ else some
