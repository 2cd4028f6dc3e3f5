"""Let analysts manage users and roles in Django's admin."""

from __future__ import annotations

from datetime import date
from typing import Any

from allauth.mfa.models import Authenticator
from django import forms
from django.contrib import admin
from django.contrib.auth.admin import UserAdmin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.utils.translation import gettext_lazy as _

from portal.accounts.access import UserRequest
from portal.accounts.areas import known_wijken
from portal.accounts.audit import record
from portal.accounts.models import Corporation, Scope, User
from portal.accounts.people import access
from portal.choices import set_choices


class ScopeForm(forms.ModelForm):
    """An area: the wijk is chosen from what the deliveries contain, because a typing error would hide a coach's work."""

    wijk = forms.ChoiceField(
        label=_("Wijk"), required=False, help_text=_("Leeg: alle wijken van deze corporatie.")
    )

    class Meta:
        model = Scope
        fields = ("corporation", "wijk")

    def __init__(self, *args: Any, **values: Any) -> None:
        super().__init__(*args, **values)
        known = known_wijken()
        names = dict(Corporation.objects.values_list("pk", "name"))
        groups = [
            (names[id_], [(wijk, wijk) for wijk in sorted(wijken)])
            for id_, wijken in sorted(known.items(), key=lambda item: names[item[0]])
        ]
        stored = self.instance.wijk
        if stored and not any(stored in wijken for wijken in known.values()):
            groups.append((str(_("Niet in de gegevens")), [(stored, stored)]))
        set_choices(self, "wijk", [("", _("Alle wijken")), *groups])
        self.fields["wijk"].widget.attrs["aria-label"] = _("Wijk")
        self.fields["corporation"].widget.attrs["aria-label"] = _("Corporatie")

    def clean(self) -> dict[str, Any]:
        """Refuse a wijk of another corporation."""
        data: dict[str, Any] = super().clean() or self.cleaned_data
        corporation, wijk = data.get("corporation"), data.get("wijk")
        kept = wijk == self.instance.wijk
        if corporation and wijk and not kept and wijk not in known_wijken().get(corporation.pk, set()):
            self.add_error("wijk", _("Deze wijk hoort niet bij deze corporatie."))
        return data


class Scopes(admin.StackedInline):
    """Corporations and wijken of a user; stacked, because a table of fields has no label per field."""

    model = Scope
    form = ScopeForm
    extra = 1


@admin.register(User)
class Users(UserAdmin):
    """Manage names, roles and scopes. Rights come from the role alone, so groups and permissions are not shown."""

    list_display = (
        "username",
        "first_name",
        "last_name",
        "role",
        "working_area",
        "is_program",
        "is_active",
        "last_login",
    )
    list_filter = ("role", "is_active")
    fieldsets = (
        (None, {"fields": ("username", "password")}),
        (_("Persoon"), {"fields": ("first_name", "last_name")}),
        (_("Toegang"), {"fields": ("role", "second_factor", "is_program", "is_active")}),
    )
    add_fieldsets = (
        (None, {"fields": ("username", "role", "is_program", "usable_password", "password1", "password2")}),
    )
    actions = ("reset_factor",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[User]:
        """Read the areas of all users at once."""
        return super().get_queryset(request).prefetch_related("scopes__corporation")

    @admin.display(description=_("Werkgebied"))
    def working_area(self, user: User) -> str:
        """Return the corporations and wijken of a user."""
        return ", ".join(
            f"{scope.corporation}: {scope.wijk or _('Alle wijken')}" for scope in user.scopes.all()
        )

    @admin.action(description=_("Tweede factor wissen (telefoon kwijt)"))
    def reset_factor(self, request: UserRequest, users: QuerySet[User]) -> None:
        """Let users who lost their telephone set up the second factor again."""
        for user in users:
            Authenticator.objects.filter(user=user).delete()
            record(request.user, "user.factor", subject=user.username)

    def get_readonly_fields(self, request: UserRequest, obj: User | None = None) -> tuple[str, ...]:  # type: ignore[override]
        """Return the fields of the own account that somebody else must change: role, second factor and being active."""
        return (
            ("role", "second_factor", "is_program", "is_active")
            if obj is not None and obj == request.user
            else ()
        )

    def get_inlines(self, request: UserRequest, obj: User | None) -> list[Any]:  # type: ignore[override]
        """Leave out the areas of the own account, because nobody may widen their own."""
        return [] if obj is not None and obj == request.user else [Scopes]

    def has_delete_permission(self, request: HttpRequest, obj: Any = None) -> bool:  # noqa: ARG002
        """Return False: former users are deactivated, so that their log entries keep a name."""
        return False

    def log_addition(self, request: UserRequest, obj: User, message: Any) -> Any:  # type: ignore[override]
        """Also record the addition in the audit log."""
        record(request.user, "user.add", **access(obj))
        return super().log_addition(request, obj, message)

    def log_change(self, request: UserRequest, obj: User, message: Any) -> Any:  # type: ignore[override]
        """Also record the change in the audit log."""
        record(request.user, "user.change", **access(obj))
        return super().log_change(request, obj, message)


@admin.register(Corporation)
class Corporations(admin.ModelAdmin):
    """Manage corporations, whose ids are those of the deliveries."""

    list_display = ("id", "name", "newest")

    @admin.display(description=_("Nieuwste lijst"), ordering="newest_list")
    def newest(self, corporation: Corporation) -> date | None:
        """Return the date of the newest list, below a heading in Dutch."""
        return corporation.newest_list
