"""Test that past lists are made from loaded deliveries only."""

from __future__ import annotations

from datetime import date
from pathlib import Path

import pytest

from pipelines.installation.errors import ConfigurationError
from pipelines.warehouse.stores import open_warehouse
from pipelines.week.backfill import backfill
from tests.support.deliveries import make_workspace

MONDAY = date(2026, 8, 3)


@pytest.mark.parametrize("opened", [False, True])
def test_before_the_first_weekly_run_no_past_list_is_made(tmp_path: Path, opened: bool) -> None:
    """A command that wrote to the warehouse before makes an empty one; an empty list would look like a quiet week."""
    place = make_workspace(tmp_path / "home")
    if opened:
        with open_warehouse(place):
            pass
    with pytest.raises(ConfigurationError, match="waakvlam weekly"):
        backfill(place, MONDAY, MONDAY)
    assert not list(place.output.glob("*"))
