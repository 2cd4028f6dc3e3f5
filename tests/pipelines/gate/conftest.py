"""A workspace with the ordinary weeks of `tests/support/ordinary.py`, against which odd deliveries are judged."""

from __future__ import annotations

from collections.abc import Iterator

import duckdb
import pytest

from pipelines.installation.workspace import Workspace
from pipelines.warehouse.stores import attach_vault, open_warehouse
from tests.support.deliveries import deliver, load_well, make_workspace
from tests.support.ordinary import HISTORY


@pytest.fixture(scope="session")
def ordinary(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """Load the weeks before; a test may put files into the inbox and must load none."""
    place = make_workspace(tmp_path_factory.mktemp("ordinary") / "home")
    for (extract, day), rows in HISTORY.items():
        deliver(place, extract, str(day), rows)
    load_well(place)
    return place


@pytest.fixture(scope="module")
def place(ordinary: Workspace) -> Workspace:
    """The workspace of `con`; a module may load one of its own."""
    return ordinary


@pytest.fixture(scope="module")
def con(place: Workspace) -> Iterator[duckdb.DuckDBPyConnection]:
    with open_warehouse(place) as con:
        attach_vault(con, place)
        yield con
