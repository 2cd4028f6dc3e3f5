"""What several test folders need."""

from __future__ import annotations

import os
from pathlib import Path

import pytest


@pytest.fixture(scope="session")
def realdata() -> Path:
    """Folder of public data sets that are not part of this repository; its README.md says what they are."""
    beside = Path(__file__).parents[2] / "shared" / "realdata"
    folder = Path(os.environ.get("WAAKVLAM_REALDATA", beside))
    if not folder.is_dir():
        pytest.skip(f"no real data here: set WAAKVLAM_REALDATA (looked in {folder})")
    return folder
