"""Store the tokens of programs, and the keys of their writes."""

from __future__ import annotations

import hashlib
import secrets
from datetime import date, timedelta

from django.conf import settings
from django.core.exceptions import ValidationError
from django.db import models
from django.db.models import Q
from django.utils import timezone
from django.utils.translation import gettext_lazy as _

LONGEST = timedelta(days=366)
"""Maximum lifetime of a token."""
PREFIX = "waakvlam_"
"""Start of every token, so that a scanner for secrets recognises a leaked one."""
SHOWN = len(PREFIX) + 6
"""Number of characters by which people recognise a token."""


def in_a_year() -> date:
    """Return the last day of a token made today, unless the analyst chooses another."""
    return timezone.localdate() + timedelta(days=365)


def digest(secret: str) -> str:
    """Return the stored form of a token. It needs no salt, because a token has 256 random bits."""
    return hashlib.sha256(secret.encode()).hexdigest()


class Token(models.Model):
    """A token with which a program acts as a user of the portal. Only its hash is stored."""

    user = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        models.PROTECT,
        related_name="tokens",
        limit_choices_to=Q(is_program=True, is_active=True),
        verbose_name=_("koppeling"),
        help_text=_("Een gebruiker met „programma” aan; rol en werkgebied gelden ook voor de sleutel."),
    )
    start = models.CharField(_("begin"), max_length=20, editable=False)
    digest = models.CharField(max_length=64, unique=True, editable=False)
    created_at = models.DateTimeField(_("gemaakt"), default=timezone.now, editable=False)
    expires_on = models.DateField(
        _("geldig tot en met"), default=in_a_year, help_text=_("Hoogstens een jaar vooruit.")
    )
    revoked_at = models.DateTimeField(_("ingetrokken"), null=True, editable=False)
    used_on = models.DateField(_("laatst gebruikt"), null=True, editable=False)

    class Meta:
        verbose_name = _("sleutel")
        verbose_name_plural = _("sleutels")
        ordering = ("-created_at",)

    def __str__(self) -> str:
        return f"{self.start}…"

    def clean(self) -> None:
        """Refuse a last day in the past or more than a year ahead."""
        if self.expires_on and not timezone.localdate() <= self.expires_on <= timezone.localdate() + LONGEST:
            raise ValidationError({"expires_on": _("Kies een dag binnen een jaar vanaf vandaag.")})

    def issue(self) -> str:
        """Draw a new secret and save its hash; return the secret, which is readable only now."""
        secret = PREFIX + secrets.token_urlsafe(32)
        self.start, self.digest = secret[:SHOWN], digest(secret)
        self.save()
        return secret

    @property
    def valid(self) -> bool:
        """Whether the token opens anything: neither revoked nor expired, and its user is an active program."""
        current = self.revoked_at is None and timezone.localdate() <= self.expires_on
        return current and self.user.is_active and self.user.is_program


class Write(models.Model):
    """A write that a program sent, so that sending it again has no second effect.

    ``request`` is a keyed hash of the content, because the content may hold a note.
    """

    user = models.ForeignKey(settings.AUTH_USER_MODEL, models.CASCADE, related_name="+")
    key = models.CharField(max_length=100)
    request = models.CharField(max_length=64)
    at = models.DateTimeField(default=timezone.now)

    class Meta:
        constraints = [models.UniqueConstraint(fields=("user", "key"), name="write_once")]

    def __str__(self) -> str:
        return f"{self.at:%Y-%m-%d %H:%M}"
