"""Send the answers to a manager's questions to the portal as sentences, and ask it who worked."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, timedelta

from pipelines.exchange.connection import reach
from pipelines.installation.workspace import Workspace


@dataclass(frozen=True)
class SentAnswer:
    """An answer in Dutch, or the reason why there is none.

    Parameters
    ----------
    name : str
        ``effect``, ``slot``, ``costs``, ``needs``, ``backtest`` or ``fairness`` (`portal.trends.models.EvidenceName`).
    lines : sequence of str
        Sentences without persons or small counts.
    sure : bool
        False if the sentences say why there is no answer yet.
    """

    name: str
    lines: Sequence[str]
    sure: bool


def send_answers(workspace: Workspace, until: date, answers: Sequence[SentAnswer]) -> bool:
    """Send answers to the portal; return False if this installation has none.

    Raises
    ------
    PortalError
        The portal cannot be reached.
    """
    if not workspace.settings.portal.enabled:
        return False
    settings = workspace.settings

    def send() -> None:
        from portal.accounts.models import Corporation
        from portal.exchange import receive

        Corporation.objects.get_or_create(id=settings.corporatie_id, defaults={"name": settings.naam})
        for answer in answers:
            receive.evidence(settings.corporatie_id, answer.name, until, answer.lines, sure=answer.sure)

    reach(workspace, send)
    return True


def coaches_before(workspace: Workspace, until: date) -> int | None:
    """Count the people who logged a contact in the portal in the 52 weeks before a day; None without a portal.

    Raises
    ------
    PortalError
        The portal cannot be reached.
    """
    if not workspace.settings.portal.enabled:
        return None

    def count() -> int:
        from portal.exchange import give

        return give.coaches(workspace.settings.corporatie_id, until - timedelta(weeks=52), until)

    return reach(workspace, count)
