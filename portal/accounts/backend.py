"""Find the user of a session: allauth's backend, with the query for each request compiled once."""

from __future__ import annotations

from typing import Any

from allauth.account.auth_backends import AuthenticationBackend
from django.db.models import QuerySet

from portal.accounts.models import User
from portal.prepared import Slot, prepared


class Backend(AuthenticationBackend):
    """Check passwords as allauth does, and find the user of a session."""

    def get_user(self, user_id: Any) -> User | None:
        """Return the user of a session as the database has it now; None if it is closed or gone."""
        user = _user().first(user=user_id)
        return user if user is not None and self.user_can_authenticate(user) else None


@prepared
def _user() -> QuerySet[User]:
    return User.objects.filter(pk=Slot("user"))
