"""Demo corporations that the tests of the sample share."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.sample.write import write_corporation
from tests.support.demo import UNTIL


@pytest.fixture(scope="session")
def small(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inbox of a small corporation."""
    inbox = tmp_path_factory.mktemp("small") / "inbox"
    write_corporation(inbox, homes=300, weeks=60, seed=7, until=UNTIL)
    return inbox


@pytest.fixture(scope="session")
def city(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inbox of a corporation with two years of history, in four deliveries."""
    inbox = tmp_path_factory.mktemp("city") / "inbox"
    write_corporation(inbox, homes=3000, weeks=112, seed=3, until=UNTIL, deliveries=4)
    return inbox


@pytest.fixture(scope="session")
def coast(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The inbox of a corporation with numeric keys and a monthly arrears list."""
    inbox = tmp_path_factory.mktemp("coast") / "inbox"
    write_corporation(inbox, homes=400, weeks=60, seed=7, until=UNTIL, variant="kust")
    return inbox
