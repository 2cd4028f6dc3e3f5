"""Files are fetched from a real SFTP server on this machine, only if it shows the pinned key."""

from __future__ import annotations

import asyncio
import os
import threading
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import NamedTuple

import asyncssh
import pytest

from pipelines.installation.workspace import Workspace
from pipelines.sources import errors
from pipelines.sources.fetch import SourceReport, fetch
from tests.support.deliveries import make_workspace, with_settings

TODAY = date(2026, 11, 17)
PASSWORD = "ZZWACHTWOORD"


class Server(NamedTuple):
    """A running server: its port, its public key, the private key of its user, and the folder that it serves."""

    port: int
    host_key: str
    private_key: Path
    folder: Path


class Login(asyncssh.SSHServer):
    def password_auth_supported(self) -> bool:
        return True

    def validate_password(self, username: str, password: str) -> bool:
        return (username, password) == ("waakvlam", PASSWORD)


@pytest.fixture(scope="module")
def server(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Server]:
    top = tmp_path_factory.mktemp("sftp")
    folder = top / "served"
    (folder / "export").mkdir(parents=True)
    host, user = (asyncssh.generate_private_key("ssh-ed25519") for _ in range(2))
    user.write_private_key(top / "key")
    user.write_public_key(top / "key.pub")
    loop = asyncio.new_event_loop()

    async def start() -> asyncssh.SSHAcceptor:
        return await asyncssh.listen(
            "127.0.0.1",
            0,
            server_factory=Login,
            server_host_keys=[host],
            authorized_client_keys=str(top / "key.pub"),
            sftp_factory=lambda channel: asyncssh.SFTPServer(channel, chroot=str(folder)),
        )

    acceptor = loop.run_until_complete(start())
    thread = threading.Thread(target=loop.run_forever, daemon=True)
    thread.start()
    yield Server(acceptor.get_port(), host.export_public_key().decode().strip(), top / "key", folder)
    loop.call_soon_threadsafe(acceptor.close)
    loop.call_soon_threadsafe(loop.stop)
    thread.join()


@pytest.fixture(autouse=True)
def secret(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("SFTP_PASSWORD", PASSWORD)
    monkeypatch.setattr(errors, "FIRST_PAUSE", 0.0)


def place(
    home: Path,
    server: Server,
    host_key: str = "",
    login: str = 'secret = "SFTP_PASSWORD"',
    files: str = "*.csv",
) -> Workspace:
    return with_settings(
        make_workspace(home),
        f"""[[sources]]
        name = "viewpoint"
        kind = "sftp"
        host = "127.0.0.1"
        port = {server.port}
        user = "waakvlam"
        host_key = "{host_key or server.host_key}"
        folder = "/export"
        {login}
        [[sources.extracts]]
        extract = "huurachterstanden"
        files = "{files}"
        """,
    )


def problem(reports: tuple[SourceReport, ...]) -> str:
    ((only,),) = (report.problems for report in reports)
    assert PASSWORD not in only
    return only


@pytest.mark.parametrize("login", ['secret = "SFTP_PASSWORD"', 'private_key = "{key}"'])
def test_a_file_is_fetched_once_over_sftp(tmp_path: Path, server: Server, login: str):
    file = server.folder / "export" / "stand 2026-11-16.csv"
    file.write_text("overeenkomst_id;saldo\nO1;1,00\n")
    os.utime(file, (1_700_000_000, 1_700_000_000))
    workspace = place(tmp_path, server, login=login.format(key=server.private_key))
    assert fetch(workspace, TODAY) == (SourceReport("viewpoint", ("huurachterstanden_2026-11-16.csv",)),)
    assert (workspace.inbox / "huurachterstanden_2026-11-16.csv").read_bytes() == file.read_bytes()
    assert fetch(workspace, TODAY) == (SourceReport("viewpoint"),)


def test_a_folder_per_day_gives_its_date(tmp_path: Path, server: Server):
    (server.folder / "export" / "2026-11-09").mkdir()
    (server.folder / "export" / "2026-11-09" / "stand.csv").write_text("Contract\nK1\n")
    workspace = place(tmp_path, server, files="2026*/stand.csv")
    assert fetch(workspace, TODAY)[0].files == ("huurachterstanden_2026-11-09.csv",)


def test_a_server_with_another_key_gets_no_password(tmp_path: Path, server: Server):
    other = asyncssh.generate_private_key("ssh-ed25519").export_public_key().decode().strip()
    assert "a host key other than" in problem(fetch(place(tmp_path, server, other), TODAY))


def test_a_wrong_password_is_refused_at_once(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("SFTP_PASSWORD", "other")
    monkeypatch.setattr(errors.time, "sleep", lambda _: pytest.fail("a refused login is not tried again"))
    assert "login was refused" in problem(fetch(place(tmp_path, server), TODAY))


def test_a_secret_that_is_not_set_is_named(tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch):
    monkeypatch.delenv("SFTP_PASSWORD")
    assert "SFTP_PASSWORD of a source is not set" in problem(fetch(place(tmp_path, server), TODAY))


def test_a_server_that_is_away_is_reported(tmp_path: Path, server: Server):
    assert "cannot be reached" in problem(fetch(place(tmp_path, server._replace(port=1)), TODAY))


def test_without_the_package_the_extra_is_named(
    tmp_path: Path, server: Server, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr("pipelines.installation.extras._is_installed", lambda module: False)
    assert "waakvlam[sftp]" in problem(fetch(place(tmp_path, server), TODAY))
