"""Fixtures that several pipeline tests start from."""

from __future__ import annotations

import shutil
from pathlib import Path

import pytest

from pipelines.installation.workspace import Workspace
from tests.support.deliveries import corporation, deliver_all, load_well, make_workspace


@pytest.fixture(scope="module")
def good(tmp_path_factory: pytest.TempPathFactory) -> Workspace:
    """A workspace in which the small corporation's deliveries of a week are loaded; only to read or to copy."""
    place = make_workspace(tmp_path_factory.mktemp("good") / "home")
    deliver_all(place, "2026-11-09", corporation())
    load_well(place)
    return place


@pytest.fixture
def place(good: Workspace, tmp_path: Path) -> Workspace:
    """The same for one test to change."""
    shutil.copytree(good.home, tmp_path / "home")
    return Workspace(tmp_path / "home")
