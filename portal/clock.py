"""Return the current time of casework: that of the machine, or the one set for an invented past."""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import date, datetime
from random import Random

from django.utils import timezone

_moment: ContextVar[datetime | None] = ContextVar("moment", default=None)
_chance: ContextVar[Random | None] = ContextVar("chance", default=None)


def now() -> datetime:
    """Return the current moment, with its time zone."""
    return _moment.get() or timezone.now()


def today() -> date:
    """Return the current date in Amsterdam."""
    return timezone.localdate(now())


def suffix() -> str:
    """Return eight random hexadecimal digits."""
    chance = _chance.get()
    return secrets.token_hex(4) if chance is None else f"{chance.getrandbits(32):08x}"


@contextmanager
def at(moment: datetime, chance: Random) -> Iterator[None]:
    """Let casework happen at a moment in the past, with references drawn from `chance`. Only demos use this."""
    before, source = _moment.set(moment), _chance.set(chance)
    try:
        yield
    finally:
        _moment.reset(before)
        _chance.reset(source)
