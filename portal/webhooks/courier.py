"""Deliver events to their receivers, and retry failed messages later."""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Count
from django.utils import timezone

from portal.webhooks.models import Delivery, Event
from portal.webhooks.post import Receiver, UnreachableError, post

WAITS = tuple(timedelta(minutes=minutes) for minutes in (1, 5, 30, 120, 360, 720, 1440))
"""How long to wait after each failed attempt; after the last attempt the message is given up."""
OFFERED = timedelta(days=3)
"""Maximum age of an event that is offered to a new receiver."""
CLAIM = timedelta(minutes=2)
"""How long an attempt may take before another process may make the next one."""
GONE = 410
"""The HTTP status with which a receiver declines further attempts."""


@dataclass(frozen=True)
class Delivered:
    """Numbers of messages: received, to be retried, and given up in this call."""

    received: int = 0
    waiting: int = 0
    given_up: int = 0


def deliver(receivers: Iterable[Receiver], now: datetime | None = None) -> Delivered:
    """Send every message that is due, oldest first.

    Several processes may run this at once, because each claims an attempt before making it. If a process is killed
    before it stores an answer, the message is sent again; so a receiver can get it twice, with the same id.

    Parameters
    ----------
    receivers : iterable of Receiver
        The receivers of this installation.
    now : datetime, optional
        The current time.
    """
    now = now or timezone.now()
    named = {receiver.name: receiver for receiver in receivers}
    for receiver in named.values():
        new = Event.objects.filter(kind__in=receiver.events, at__gte=now - OFFERED)
        new = new.exclude(deliveries__receiver=receiver.name)
        Delivery.objects.bulk_create(
            [Delivery(event=event, receiver=receiver.name, next_at=now) for event in new],
            ignore_conflicts=True,
        )
    ours = Delivery.objects.filter(receiver__in=named)
    given_up = 0
    for due in ours.filter(next_at__lte=now).select_related("event"):
        claimed = Delivery.objects.filter(pk=due.pk, next_at=due.next_at).update(next_at=now + CLAIM)
        if claimed:
            given_up += not _attempt(named[due.receiver], due, now)
    waiting = ours.exclude(next_at=None).count()
    received = ours.filter(received_at=now).count()
    return Delivered(received, waiting, given_up)


def _attempt(receiver: Receiver, due: Delivery, now: datetime) -> bool:
    """Try once and store the outcome; return False if the message is given up."""
    event = due.event
    message = {"type": event.kind, "timestamp": event.at.isoformat(), "data": event.data}
    body = json.dumps(message, sort_keys=True).encode()
    gone = False
    try:
        status = post(receiver, event.reference, int(now.timestamp()), body)
        arrived, gone = 200 <= status < 300, status == GONE
        due.problem = "" if arrived else f"HTTP {status}"
    except UnreachableError as error:
        arrived, due.problem = False, str(error)[:100]
    due.attempts += 1
    again = not arrived and not gone and due.attempts <= len(WAITS)
    due.next_at = now + WAITS[due.attempts - 1] if again else None
    due.received_at = now if arrived else None
    due.save(update_fields=["attempts", "next_at", "received_at", "problem"])
    return arrived or again


def missed_since(moment: datetime, corporations: Iterable[str]) -> dict[str, int]:
    """Return per receiver the number of messages since a moment, about some corporations, that did not arrive yet."""
    missed = Delivery.objects.filter(
        received_at=None,
        attempts__gt=0,
        event__at__gte=moment,
        event__data__corporation__in=list(corporations),
    )
    return dict(missed.order_by("receiver").values_list("receiver").annotate(number=Count("pk")))


def given_up_since(moment: datetime) -> dict[str, int]:
    """Return per receiver the number of messages about events since a moment that were given up."""
    numbers: dict[str, int] = {}
    over = Delivery.objects.filter(next_at=None, received_at=None, event__at__gte=moment)
    for receiver in over.values_list("receiver", flat=True):
        numbers[receiver] = numbers.get(receiver, 0) + 1
    return numbers
