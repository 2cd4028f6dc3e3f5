"""Copy files from an SFTP server whose host key is pinned in the settings."""

from __future__ import annotations

import asyncio
import posixpath
from collections.abc import Coroutine, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any, TypeVar

from pipelines.installation import extras
from pipelines.installation.source_settings import SourceSettings
from pipelines.installation.workspace import Workspace
from pipelines.sources.errors import FetchError
from pipelines.sources.files import FolderItem, Offered, being_written

Result = TypeVar("Result")
TIMEOUT = 30
"""Seconds to wait for the connection and for the login."""


class Sftp:
    """The files of one folder of an SFTP server, over an open connection."""

    def __init__(self, runner: asyncio.Runner, client: Any, folder: str) -> None:
        self._runner, self._client, self._folder = runner, client, folder or "."

    def entries(self, folder: str) -> list[FolderItem]:
        """List the folder, or one in it; see `FileSource`."""
        place = posixpath.join(self._folder, folder)

        async def listed() -> list[Any]:
            return [entry async for entry in self._client.scandir(place)]

        from asyncssh import FILEXFER_TYPE_DIRECTORY

        return [
            FolderItem(
                str(entry.filename),
                entry.attrs.type == FILEXFER_TYPE_DIRECTORY,
                entry.attrs.size or 0,
                int(entry.attrs.mtime or 0),
            )
            for entry in _translated(self._runner, listed(), place)
        ]

    def copy(self, file: Offered, target: Path) -> None:
        """Copy one file; see `FileSource`."""
        place = posixpath.join(self._folder, file.name)

        async def copied() -> Any:
            await self._client.get(place, str(target))
            return await self._client.stat(place)

        after = _translated(self._runner, copied(), file.name)
        if (after.size, int(after.mtime or 0)) != (
            file.size,
            file.changed,
        ) or target.stat().st_size != file.size:
            raise being_written(file.name)


@contextmanager
def connect(workspace: Workspace, source: SourceSettings) -> Iterator[Sftp]:
    """Log in with a password or a private key, only if the server shows the pinned host key.

    Raises
    ------
    ConfigurationError
        asyncssh is not installed, or the secret is not set.
    FetchError
        The server cannot be reached, shows another key, or refuses the login.
    """
    extras.require("sftp", "An SFTP source")
    import asyncssh

    where = f"{source.host}:{source.port}"
    key = workspace.home / source.private_key if source.private_key else None
    secret = workspace.secret_of_source(source.secret) if source.secret else None

    async def opened() -> tuple[Any, Any]:
        connection = await asyncssh.connect(
            source.host,
            source.port,
            config=None,  # the settings of this program only, not those in ~/.ssh
            username=source.user,
            password=None if key else secret,
            client_keys=[str(key)] if key else None,
            passphrase=secret if key else None,
            agent_path=None,
            known_hosts=([asyncssh.import_public_key(source.host_key)], [], []),
            connect_timeout=TIMEOUT,
            login_timeout=TIMEOUT,
            keepalive_interval=TIMEOUT,
        )
        return connection, await connection.start_sftp_client()

    with asyncio.Runner() as runner:
        connection, client = _translated(runner, opened(), where)
        try:
            yield Sftp(runner, client, source.folder)
        finally:
            connection.close()
            runner.run(connection.wait_closed())


def _translated(runner: asyncio.Runner, work: Coroutine[Any, Any, Result], where: str) -> Result:
    """Run a coroutine, and translate its errors; asyncssh's messages may repeat a path or a banner."""
    import asyncssh

    try:
        return runner.run(work)
    except asyncssh.HostKeyNotVerifiable:
        raise FetchError(
            "the server shows a host key other than `host_key`, so nothing was sent.",
            where=where,
            mend="Ask its administrator whether the key was replaced, and put the new one into settings.toml.",
        ) from None
    except asyncssh.PermissionDenied:
        raise FetchError(
            "the login was refused.", where=where, mend="Check user, secret and private_key."
        ) from None
    except (asyncssh.KeyImportError, asyncssh.KeyEncryptionError):
        raise FetchError(
            "host_key or private_key is not a key, or its passphrase is wrong.", where=where
        ) from None
    except (asyncssh.SFTPNoSuchFile, asyncssh.SFTPNoSuchPath, asyncssh.SFTPPermissionDenied):
        raise FetchError(
            "the folder or file does not exist there, or may not be read.",
            where=where,
            mend="Check `folder`.",
        ) from None
    except (asyncssh.Error, OSError, TimeoutError) as error:
        raise FetchError(
            f"the server cannot be reached ({type(error).__name__}).", where=where, passing=True
        ) from None
