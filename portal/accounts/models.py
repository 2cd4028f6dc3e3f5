"""Define users, their roles and scopes, corporations, and the audit log."""

from __future__ import annotations

import unicodedata
from typing import Any, NoReturn

from django.contrib.auth.models import AbstractUser
from django.core.exceptions import ValidationError
from django.db import models
from django.utils import timezone
from django.utils.functional import cached_property
from django.utils.translation import gettext_lazy as _

from portal.prepared import Slot, prepared


def plain_name(name: str) -> str:
    """Return a user name as it is compared: without blanks around it, case, or other forms of the same character."""
    return " ".join(unicodedata.normalize("NFKC", name).casefold().split())


class Role(models.TextChoices):
    """The role of a user; each user has one."""

    COACH = "coach", _("Wooncoach")
    MANAGER = "manager", _("Manager")
    ANALYST = "analyst", _("Analist")
    MELDER = "melder", _("Melder")
    AUDITOR = "auditor", _("Auditor")


class Corporation(models.Model):
    """A housing corporation.

    `newest_list` is the as-of date of its newest published list; *Deze week* shows the entries of that date.
    """

    id = models.CharField(primary_key=True, max_length=100)
    name = models.CharField(_("naam"), max_length=200)
    newest_list = models.DateField(null=True, editable=False)

    class Meta:
        verbose_name = _("corporatie")
        verbose_name_plural = _("corporaties")
        ordering = ("name",)

    def __str__(self) -> str:
        return self.name


class User(AbstractUser):
    """A user of the portal. An analyst creates accounts; there is no sign-up."""

    role = models.CharField(_("rol"), max_length=10, choices=Role.choices, default=Role.MELDER)
    second_factor = models.BooleanField(
        _("tweede factor verplicht"),
        default=True,
        help_text=_("Zonder inlogapp alleen voor de demo, of waar het werkaccount er al om vraagt."),
    )

    is_program = models.BooleanField(
        _("programma"),
        default=False,
        db_default=False,  # so that the previous version can still add a user
        help_text=_("Een ander programma, dat met een sleutel komt en nooit inlogt."),
    )

    closed_by_provider = models.BooleanField(default=False, db_default=False, editable=False)
    """Whether the identity provider closed the user, so that it may open the user again."""

    class Meta:
        verbose_name = _("gebruiker")
        verbose_name_plural = _("gebruikers")

    def __str__(self) -> str:
        return self.get_full_name() or self.username

    @property
    def stands_in(self) -> bool:
        """Whether colleagues may count on this coach: the account is open, and of a person."""
        return self.is_active and self.role == Role.COACH and not self.is_program

    @property
    def never_here(self) -> bool:
        """Whether this person never logged in, and so sees nothing of what is waiting."""
        return self.last_login is None and not self.is_program

    @cached_property
    def areas(self) -> tuple[tuple[str, str], ...]:
        """Corporation and wijk of each area of this user, read once per request; no wijk means all of the corporation."""
        return tuple((scope.corporation_id, scope.wijk) for scope in _scopes().rows(user=self.pk))

    def check_password(self, raw_password: str | None) -> bool:
        """Return whether the password is right; never for a program, which comes with a token."""
        return not self.is_program and super().check_password(raw_password)

    def clean(self) -> None:
        """Refuse a user name that the login cannot tell from another one."""
        super().clean()
        others = User.objects.exclude(pk=self.pk).values_list("username", flat=True)
        if plain_name(self.username) in map(plain_name, others):
            raise ValidationError({"username": _("Deze naam lijkt te veel op die van een andere gebruiker.")})


class Scope(models.Model):
    """What a user may see: a corporation or one of its wijken. Names of wijken are unique only within a corporation."""

    user = models.ForeignKey(User, models.CASCADE, related_name="scopes")
    corporation = models.ForeignKey(Corporation, models.CASCADE, verbose_name=_("corporatie"))
    wijk = models.CharField(
        _("wijk"), max_length=100, blank=True, help_text=_("Leeg: alle wijken van deze corporatie.")
    )

    class Meta:
        verbose_name = _("werkgebied")
        verbose_name_plural = _("werkgebied")
        constraints = [
            models.UniqueConstraint(fields=("user", "corporation", "wijk"), name="scope_once"),
        ]

    def __str__(self) -> str:
        return f"{self.corporation_id} {self.wijk}".strip()


@prepared
def _scopes() -> models.QuerySet[Scope]:
    return Scope.objects.filter(user_id=Slot("user"))


class AppendOnly(models.QuerySet):
    """Rows that can only be added and read. The database itself also refuses changes (migration 0002)."""

    def _refuse(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        raise PermissionError("the audit log cannot be changed or deleted")

    update = delete = bulk_update = update_or_create = _refuse


class AuditEntry(models.Model):
    """An action or a view by a user. Names are stored as text, so an entry outlives the user and the case."""

    at = models.DateTimeField(_("wanneer"), default=timezone.now, db_index=True)
    username = models.CharField(_("wie"), max_length=150, db_index=True)
    role = models.CharField(_("rol"), max_length=10)
    action = models.CharField(_("wat"), max_length=40, db_index=True)
    corporation = models.CharField(_("corporatie"), max_length=100, blank=True)
    overeenkomst_id = models.CharField(_("overeenkomst"), max_length=100, blank=True, db_index=True)
    detail = models.JSONField(_("bijzonderheden"), default=dict)

    objects = AppendOnly.as_manager()

    class Meta:
        verbose_name = _("regel van het logboek")
        verbose_name_plural = _("logboek")
        ordering = ("-at", "-id")

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M} {self.username} {self.action}"

    def save(self, *args: Any, **kwargs: Any) -> None:
        """Insert the entry; refuse an update."""
        if not self._state.adding:
            raise PermissionError("the audit log cannot be changed or deleted")
        super().save(*args, **kwargs)

    def delete(self, *_args: Any, **_kwargs: Any) -> NoReturn:
        """Refuse to delete the entry."""
        raise PermissionError("the audit log cannot be changed or deleted")
