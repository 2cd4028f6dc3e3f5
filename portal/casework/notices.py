"""Send a notice about an urgent worry, through a sender that the server's start sets; without personal data."""

from __future__ import annotations

import threading
from collections.abc import Callable

from django.db import transaction
from django.utils import timezone

from portal.casework.models import Worry

Sender = Callable[[str], object]
_sender: list[Sender] = []


def send_with(sender: Sender) -> None:
    """Use this function to send notices; without one, none are sent."""
    _sender[:] = [sender]


def urgent_worry(worry: Worry) -> None:
    """Send a notice once the worry is saved, in a thread of its own so that the reporter need not wait for a mail server."""
    at = timezone.localtime(worry.created_at)
    text = (
        f"Een zorg die niet kan wachten, gemeld op {at:%d-%m-%Y} om {at:%H:%M} ({worry.reference}). "
        "Open het portaal: zij staat boven aan Deze week."
    )
    for sender in _sender:
        thread = threading.Thread(target=sender, args=(text,), daemon=True)
        transaction.on_commit(thread.start)
