"""Send webhooks to the programs that the settings name, with a secret per program among the keys."""

from __future__ import annotations

import base64
import secrets
from datetime import datetime, timedelta

from pipelines.exchange.connection import PortalError, reach
from pipelines.installation.errors import ConfigurationError
from pipelines.installation.files import write_text
from pipelines.installation.settings import Webhook
from pipelines.installation.workspace import Workspace
from portal.webhooks.post import SECRET, Receiver

MEND = "See whether the program runs, and whether its address in settings.toml is right."
REPORTED = timedelta(days=14)
"""How long a message that did not arrive is a problem to look at."""


def secret(workspace: Workspace, name: str) -> str:
    """Return the secret that this installation shares with a program; the first call creates it.

    Raises
    ------
    ConfigurationError
        The settings have no webhook of this name.
    """
    if name not in {webhook.name for webhook in workspace.settings.webhooks}:
        raise ConfigurationError(
            f"There is no webhook {name!r}.",
            where=str(workspace.home / "settings.toml"),
            mend="Add a block [[webhooks]] with this name.",
        )
    path = workspace.keys / f"webhook_{name}.key"
    if not path.exists():
        drawn = SECRET + base64.b64encode(secrets.token_bytes(32)).decode()
        write_text(path, drawn + "\n", private=True)
    return path.read_text(encoding="ascii").strip()


def receivers(workspace: Workspace) -> list[Receiver]:
    """Return the programs of the settings, with their secrets."""
    return [_receiver(workspace, webhook) for webhook in workspace.settings.webhooks]


def _receiver(workspace: Workspace, webhook: Webhook) -> Receiver:
    return Receiver(
        webhook.name,
        webhook.url,
        frozenset(webhook.events),
        secret(workspace, webhook.name),
        private=webhook.private,
    )


def deliver(workspace: Workspace) -> tuple[int, int]:
    """Send the messages that are due; return how many were received, and how many wait for another attempt.

    Raises
    ------
    PortalError
        The portal's database is down.
    """
    to = receivers(workspace)

    def send() -> tuple[int, int]:
        from portal.webhooks import courier

        done = courier.deliver(to)
        return done.received, done.waiting

    return reach(workspace, send)


def once(workspace: Workspace) -> None:
    """Run `deliver` as an optional step: what was not sent now is sent later, and `doctor` names what never arrived."""
    try:
        deliver(workspace)
    except PortalError:
        return


def given_up(workspace: Workspace, now: datetime) -> dict[str, int]:
    """Return per program the number of recent messages that did not arrive after all attempts."""

    def look() -> dict[str, int]:
        from portal.webhooks import courier

        return courier.given_up_since(now.astimezone() - REPORTED)

    return reach(workspace, look, migrate=False)
