"""Test that a taken port is refused by name, before the portal is made."""

from __future__ import annotations

import socket
from pathlib import Path

import pytest

from pipelines.cli.portal import refuse_taken
from tests.support.deliveries import make_workspace, waakvlam


def test_a_port_that_another_program_uses_is_refused(tmp_path: Path):
    place = make_workspace(tmp_path / "home")
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        said = waakvlam(place, "portal", "--port", str(port))
    assert said.code == 2 and f"uses port {port}" in said.err and "--port" in said.err
    assert not (place.home / "portal").exists()


@pytest.mark.parametrize("port", [0, None])
def test_a_free_port_is_not(port: int | None):
    with socket.create_server(("127.0.0.1", 0)) as closed:
        free = closed.getsockname()[1] if port is None else port
    refuse_taken(free)
