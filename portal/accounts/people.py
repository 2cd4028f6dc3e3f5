"""Add and change users: what an account may do is written to the log, and nobody widens their own access."""

from __future__ import annotations

import secrets
from collections import defaultdict
from collections.abc import Iterable
from collections.abc import Set as AbstractSet
from typing import Any

from allauth.mfa.models import Authenticator
from axes.models import AccessAttempt
from axes.utils import reset
from django.db import transaction

from portal.accounts.audit import record
from portal.accounts.models import Scope, User, plain_name

Area = tuple[str, str]
"""Corporation and wijk; no wijk means all of the corporation."""


def access(user: User) -> dict[str, Any]:
    """Return what an account may do, for the log."""
    areas = sorted(map(str, Scope.objects.filter(user=user)))
    return {
        "subject": user.username,
        "given": user.role,
        "active": user.is_active,
        "second_factor": user.second_factor,
        "areas": areas,
    }


@transaction.atomic
def add(by: User, user: User, areas: AbstractSet[Area], *, with_password: bool) -> str:
    """Add a user, and return the password that was made; "" for one who logs in by work account, and for a program."""
    password = _password(user) if with_password else ""
    if not password:
        user.set_unusable_password()
    user.save()
    _give(user, areas)
    record(by, "user.add", **access(user))
    return password


@transaction.atomic
def change(by: User, user: User, areas: AbstractSet[Area] | None) -> None:
    """Save a changed user and the areas, if given.

    Raises
    ------
    PermissionError
        Users would change the areas, the role or the closing of their own account.
    """
    before = User.objects.select_for_update().get(pk=user.pk)
    same = (before.role, before.is_active) == (user.role, user.is_active)
    if by.pk == user.pk and not (same and areas is None):
        raise PermissionError("nobody changes their own access")
    user.save()
    if areas is not None:
        _give(user, areas)
    record(by, "user.change", **access(user))


@transaction.atomic
def new_password(by: User, user: User) -> str:
    """Return a new password of a user; the old one and the open sessions end."""
    password = _password(user)
    user.save(update_fields=["password"])
    unlock(by, user)
    record(by, "user.password_new", subject=user.username)
    return password


@transaction.atomic
def forget_factor(by: User, user: User) -> None:
    """Let a user who lost the telephone set up the second factor again at the next login."""
    Authenticator.objects.filter(user=user).delete()
    record(by, "user.factor", subject=user.username)


def failed_logins(users: Iterable[User]) -> dict[str, int]:
    """Return how often somebody gave a wrong password lately, by the plain name of each user for whom it happened."""
    failures: dict[str, int] = defaultdict(int)
    tried = AccessAttempt.objects.filter(username__in={plain_name(user.username) for user in users})
    for name, number in tried.values_list("username", "failures_since_start"):
        failures[name] += number
    return dict(failures)


def unlock(by: User, user: User) -> None:
    """Let a user log in again after too many wrong passwords."""
    if reset(username=plain_name(user.username)):
        record(by, "user.unlock", subject=user.username)


def _password(user: User) -> str:
    password = secrets.token_urlsafe(12)
    user.set_password(password)
    return password


def _give(user: User, areas: AbstractSet[Area]) -> None:
    """Replace the areas of a user; those that stay keep their row."""
    stored = {(scope.corporation_id, scope.wijk): scope for scope in Scope.objects.filter(user=user)}
    Scope.objects.filter(pk__in=[stored[area].pk for area in stored.keys() - areas]).delete()
    Scope.objects.bulk_create(
        Scope(user=user, corporation_id=corporation, wijk=wijk)
        for corporation, wijk in sorted(areas - stored.keys())
    )
