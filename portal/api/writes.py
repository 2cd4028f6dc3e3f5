"""Make each write idempotent: a program names it with a key of its own, and may send it again."""

from __future__ import annotations

import hashlib
from datetime import timedelta

from django.db import IntegrityError, transaction
from django.utils import timezone
from django.utils.crypto import salted_hmac
from ninja.errors import HttpError

from portal.accounts.models import User
from portal.api.auth import Call
from portal.api.models import Write

KEPT = timedelta(days=30)
"""How long a key is remembered."""


def begin(request: Call, key: str) -> bool:
    """Remember a write within the current transaction; return whether this program sent it before.

    Raises
    ------
    HttpError
        With 422, if the key was used for a write with other content.
    """
    content = salted_hmac(
        "portal.api.writes", request.path.encode() + b"\n" + request.body, algorithm="sha256"
    )
    Write.objects.filter(user=request.user, at__lt=timezone.now() - KEPT).delete()
    try:
        with transaction.atomic():
            Write.objects.create(user=request.user, key=key, request=content.hexdigest())
        return False
    except IntegrityError:
        earlier = Write.objects.get(user=request.user, key=key)
    if earlier.request != content.hexdigest():
        raise HttpError(422, "This Idempotency-Key was used for a request with other content.")
    return True


def token(user: User, key: str) -> str:
    """Return the token under which the services save this write (64 characters)."""
    return hashlib.sha256(f"{user.pk}\n{key}".encode()).hexdigest()
