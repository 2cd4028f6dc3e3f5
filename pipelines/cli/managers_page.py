"""Send the answer of a command to the manager's page, and say so if it did not arrive."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pipelines.cli import output

if TYPE_CHECKING:
    from pipelines.exchange.answers import SentAnswer
    from pipelines.installation.workspace import Workspace


def send(workspace: Workspace, until: date, answers: list[SentAnswer]) -> None:
    """Send answers to the portal; a portal that cannot be reached is reported and stops nothing."""
    from pipelines.exchange.answers import send_answers
    from pipelines.exchange.connection import PortalError

    try:
        send_answers(workspace, until, answers)
    except PortalError as error:
        output.say(f"! The manager's page does not have this: {error}", "yellow")


def coaches(workspace: Workspace, until: date) -> int | None:
    """Count the people who worked as a coach in the last year; None without a portal, or if it cannot be reached."""
    from pipelines.exchange.answers import coaches_before
    from pipelines.exchange.connection import PortalError

    try:
        return coaches_before(workspace, until)
    except PortalError:  # `send` says so
        return None
