"""Let analysts manage users and roles in Django's admin."""

from __future__ import annotations

from typing import Any

from allauth.mfa.models import Authenticator
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.access import UserRequest
from portal.accounts.audit import record
from portal.accounts.models import Corporation, Scope, User


class Scopes(admin.TabularInline):
    """Edit the corporations and wijken of a user."""

    model = Scope
    extra = 1


@admin.register(User)
class Users(UserAdmin):
    """Manage names, roles and scopes. Rights come from the role alone, so groups and permissions are not shown."""

    inlines = (Scopes,)
    list_display = ("username", "first_name", "last_name", "role", "is_active", "last_login")
    list_filter = ("role", "is_active")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Persoon"), {"fields": ("first_name", "last_name")}),
        (_("Toegang"), {"fields": ("role", "second_factor", "is_active")}),
    )
    add_fieldsets = ((None, {"fields": ("username", "role", "usable_password", "password1", "password2")}),)
    actions = ("reset_factor",)

    @admin.action(description=_("Tweede factor wissen (telefoon kwijt)"))
    def reset_factor(self, request: UserRequest, users: QuerySet[User]) -> None:
        """Let users who lost their telephone set up the second factor again."""
        for user in users:
            Authenticator.objects.filter(user=user).delete()
            record(request.user, "user.factor", subject=user.username)

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Return False: former users are deactivated, so that their log entries keep a name."""
        return False

    def log_addition(self, request: UserRequest, obj: User, message: Any) -> Any:  # type: ignore[override]
        """Also record the addition in the audit log."""
        record(request.user, "user.add", subject=obj.username, given=obj.role)
        return super().log_addition(request, obj, message)

    def log_change(self, request: UserRequest, obj: User, message: Any) -> Any:  # type: ignore[override]
        """Also record the change in the audit log."""
        record(request.user, "user.change", subject=obj.username, given=obj.role, active=obj.is_active)
        return super().log_change(request, obj, message)


@admin.register(Corporation)
class Corporations(admin.ModelAdmin):
    """Manage corporations, whose ids are those of the deliveries."""

    list_display = ("id", "name", "newest_list")
