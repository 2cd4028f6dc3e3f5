"""Take role and areas from the groups of a work account, and open and close its user, if the installation says so.

`PORTAL_OIDC_GROUPS` names a TOML file that maps groups of the identity provider to roles and areas (docs/portal.md). With
it, every login by work account sets the user's role and areas again. The provider then decides who is a user; a user that an
analyst closed stays closed.
"""

from __future__ import annotations

import logging
import tomllib
from collections.abc import Collection, Mapping
from functools import cache
from pathlib import Path
from typing import Any

from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import transaction
from pydantic import BaseModel, ConfigDict, Field, ValidationError

from portal.accounts.audit import record
from portal.accounts.models import Corporation, Role, Scope, User

log = logging.getLogger(__name__)


class _Strict(BaseModel):
    model_config = ConfigDict(extra="forbid", frozen=True)


class Area(_Strict):
    """A corporation, or one of its wijken."""

    corporation: str
    wijk: str = ""


class Group(_Strict):
    """A group of the provider (its name or id, as in the claim), with what its members may do and where."""

    group: str = Field(min_length=1)
    role: Role
    areas: list[Area] = []


class Groups(_Strict):
    """The mapping of an installation. The first group of a user decides the role."""

    claim: str = "groups"
    groups: list[Group] = Field(min_length=1)


class TooManyGroupsError(Exception):
    """The provider left out the groups, because the user is in more than it sends (Entra ID: 200)."""


@cache
def read(path: Path) -> Groups:
    """Read the mapping.

    Raises
    ------
    ImproperlyConfigured
        The file cannot be read, or an entry is wrong.
    """
    try:
        return Groups.model_validate(tomllib.loads(path.read_text(encoding="utf-8")))
    except OSError as error:
        raise ImproperlyConfigured(f"PORTAL_OIDC_GROUPS: {path} cannot be read ({error.strerror})") from None
    except tomllib.TOMLDecodeError as error:
        raise ImproperlyConfigured(f"PORTAL_OIDC_GROUPS: {path}: {error}") from None
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, e['loc']))}: {e['msg']}" for e in error.errors())
        raise ImproperlyConfigured(f"PORTAL_OIDC_GROUPS: {path}: {wrong}") from None


def mapping() -> Groups | None:
    """Return the mapping of this installation; None if analysts manage the users."""
    return read(settings.OIDC_GROUPS) if settings.OIDC_GROUPS else None


def theirs(groups: Groups, claims: Mapping[str, Any]) -> list[Group]:
    """Return the mapped groups that an identity token names, in the order of the file.

    Raises
    ------
    TooManyGroupsError
        The token points elsewhere for the groups.
    """
    named = claims.get(groups.claim)
    if named is None and groups.claim in claims.get("_claim_names", {}):
        raise TooManyGroupsError
    names = [named] if isinstance(named, str) else named if isinstance(named, list) else []
    return [group for group in groups.groups if group.group in names]


@transaction.atomic
def apply(user: User, mine: Collection[Group]) -> bool:
    """Give a user the role and areas of their groups; without any, remove the areas and close the user.

    Closing also ends the sessions that the user has open elsewhere, because each request checks `is_active`.

    Returns
    -------
    bool
        Whether the user may enter.
    """
    if not mine:
        if user.is_active and user.pk:
            user.is_active, user.closed_by_provider = False, True
            user.save(update_fields=["is_active", "closed_by_provider"])
            _set_areas(user, set())
            record(user, "user.closed")
        return False
    if not user.is_active and not user.closed_by_provider:
        return False
    role = next(iter(mine)).role
    areas = {(area.corporation, area.wijk) for group in mine if group.role == role for area in group.areas}
    reopened, user.is_active, user.closed_by_provider = not user.is_active, True, False
    changed = reopened or user.role != role
    user.role = role
    user.set_unusable_password()  # a password would let a user in after the provider closed the account
    user.save()
    if _set_areas(user, areas) or changed:
        record(user, "user.groups", given=role, areas=len(areas))
    return True


def _set_areas(user: User, areas: set[tuple[str, str]]) -> bool:
    """Replace the areas of a user; return whether they changed."""
    known = set(Corporation.objects.values_list("pk", flat=True))
    for unknown in sorted({corporation for corporation, _wijk in areas} - known):
        log.warning("the groups name the corporation %s, which has no published list yet", unknown)
    wanted = {area for area in areas if area[0] in known}
    present = {(scope.corporation_id, scope.wijk): scope for scope in Scope.objects.filter(user=user)}
    for area in present.keys() - wanted:
        present[area].delete()
    for corporation, wijk in wanted - present.keys():
        Scope.objects.create(user=user, corporation_id=corporation, wijk=wijk)
    return wanted != present.keys()


def created(name: str, claims: Mapping[str, Any]) -> User:
    """Return a new, unsaved user for a work account."""
    first, last = (str(claims.get(claim) or "")[:150] for claim in ("given_name", "family_name"))
    return User(username=name, first_name=first, last_name=last)
