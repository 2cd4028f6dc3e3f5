"""The flows of a workspace run one at a time, by a lock that ends with its process."""

from __future__ import annotations

from pathlib import Path

import pytest

from pipelines.installation import logs
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.workspace import Workspace
from pipelines.week import turns
from tests.support.deliveries import make_workspace

pytestmark = pytest.mark.slow  # imports Prefect


def test_a_second_weekly_run_is_cancelled_while_one_is_busy(tmp_path: Path):
    place = make_workspace(tmp_path / "home")
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(turns, "close_dead", lambda workspace: [])
        with turns.turn(place, "weekly"), logs.run(place.logs, "weekly"):
            with (
                pytest.raises(turns.BusyError, match="Another weekly run is busy"),
                turns.turn(place, "weekly"),
            ):
                pass
            patch.setattr(turns.time, "sleep", lambda _: (_ for _ in ()).throw(TimeoutError))
            with pytest.raises(TimeoutError), turns.turn(place, "retention"):
                pass
        with turns.turn(place, "retention"):
            pass


def test_a_missing_workspace_is_refused_and_not_created(tmp_path: Path):
    with pytest.raises(ConfigurationError), turns.turn(Workspace(tmp_path / "none"), "weekly"):
        pass
    assert not (tmp_path / "none").exists()
