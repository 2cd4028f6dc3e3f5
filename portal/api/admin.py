"""Let analysts issue and revoke the tokens of programs."""

from __future__ import annotations

from typing import Any

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.utils import timezone
from django.utils.cache import add_never_cache_headers
from django.utils.translation import gettext_lazy as _

from portal.accounts.access import UserRequest
from portal.accounts.audit import record
from portal.api.models import Token


@admin.register(Token)
class Tokens(admin.ModelAdmin):
    """Issue a token, which is shown once, and revoke it. A token is never changed or deleted."""

    list_display = ("start", "user", "created_at", "expires_on", "revoked_at", "used_on")
    list_filter = ("user",)
    fields = ("user", "expires_on")
    actions = ("revoke",)

    def has_change_permission(self, request: HttpRequest, obj: Any = None) -> bool:
        """Allow the list and its actions, and no change of a token."""
        return obj is None and super().has_change_permission(request)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Return False: a revoked token stays, so that the log can be understood."""
        return False

    def save_model(self, request: UserRequest, obj: Token, form: Any, change: bool) -> None:  # type: ignore[override] # noqa: ARG002
        """Issue the token and keep its secret for the page that shows it."""
        obj.secret = obj.issue()  # type: ignore[attr-defined]
        record(
            request.user, "token.add", subject=obj.user.username, token=str(obj), until=str(obj.expires_on)
        )

    def response_add(self, request: HttpRequest, obj: Token, post_url_continue: Any = None) -> HttpResponse:  # noqa: ARG002
        """Show the secret, once."""
        page = render(request, "api/token.html", {"token": obj, "secret": obj.secret})  # type: ignore[attr-defined]
        add_never_cache_headers(page)
        return page

    @admin.action(description=_("Sleutel intrekken"))
    def revoke(self, request: UserRequest, tokens: QuerySet[Token]) -> None:
        """Revoke tokens; they open nothing from the next request on."""
        for token in tokens.filter(revoked_at=None).select_related("user"):
            Token.objects.filter(pk=token.pk).update(revoked_at=timezone.now())
            record(request.user, "token.revoke", subject=token.user.username, token=str(token))
