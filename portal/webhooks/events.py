"""Record an event in the transaction of the action, so that neither exists without the other."""

from __future__ import annotations

from portal.webhooks.models import Event

LIST_PUBLISHED = "list.published"
HANDOVER_ANSWERED = "handover.answered"
KINDS = (LIST_PUBLISHED, HANDOVER_ANSWERED)


def emit(kind: str, **data: str | int) -> None:
    """Record an event for the receivers of its kind.

    Parameters
    ----------
    kind : str
        One of `KINDS`.
    **data
        Ids of the portal, codes, dates and counts: nothing by which another program could recognise a person.
    """
    Event.objects.create(kind=kind, data=data)
