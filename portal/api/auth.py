"""Let a program in by its token, with the role and areas of its user, and limit how often it may ask."""

from __future__ import annotations

from django.http import HttpRequest
from django.utils import timezone
from ninja.errors import AuthorizationError
from ninja.security import HttpBearer
from ninja.throttling import AuthRateThrottle

from portal.accounts.models import Role, User
from portal.api.models import Token, digest

RATE = "120/m"
"""Requests per token and minute; each process of the portal counts its own."""


class Call(HttpRequest):
    """A request of a program, as every operation receives it."""

    user: User
    auth: Token


class Bearer(HttpBearer):
    """Accept the token of a program whose user has one of these roles."""

    def __init__(self, *roles: Role) -> None:
        super().__init__()
        self.roles = frozenset(roles)

    def authenticate(self, request: HttpRequest, token: str) -> Token | None:
        """Return the token if it is valid, and make its user the user of the request.

        Raises
        ------
        AuthorizationError
            The operation is not for the role of this user.
        """
        known = Token.objects.select_related("user").filter(digest=digest(token)).first()
        if known is None or not known.valid:
            return None
        if known.user.role not in self.roles:
            raise AuthorizationError(message=f"This operation is not for the role {known.user.role}.")
        if known.used_on != timezone.localdate():
            Token.objects.filter(pk=known.pk).update(used_on=timezone.localdate())
        request.user = known.user
        return known


class PerToken(AuthRateThrottle):
    """Count requests per token."""

    def __init__(self) -> None:
        super().__init__(RATE)
