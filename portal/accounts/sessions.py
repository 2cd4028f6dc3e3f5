"""Sessions in the database, as Django keeps them; each request reads its session by a query that is compiled once."""

from __future__ import annotations

from django.contrib.sessions.backends import db
from django.contrib.sessions.models import Session
from django.db.models import CharField, DateTimeField, QuerySet
from django.utils import timezone

from portal.prepared import Slot, prepared


class SessionStore(db.SessionStore):
    """Django's own store of sessions."""

    def _get_session_from_db(self) -> Session | None:
        session = _sessions().first(key=self.session_key, now=timezone.now())
        if session is None:
            self._session_key = None  # as Django does: a key without a session is not used again
        return session


@prepared
def _sessions() -> QuerySet[Session]:
    return Session.objects.filter(
        session_key=Slot("key", CharField()), expire_date__gt=Slot("now", DateTimeField())
    )
