"""The invented users of a demo: coaches with the weeks in which they work, and the person who passes on worries."""

from __future__ import annotations

from portal.accounts.models import Corporation, Role, Scope, User

STAFF = (("noor", 0, 40), ("sem", 13, 51), ("coach", 30, None), ("samira", 45, None))
"""The invented coaches: name, first week and last week. Two of them left."""


def member(name: str, role: Role, corporation: Corporation) -> User:
    """Return a user of this name and role, created without a password if needed, who works for all of a corporation."""
    user, new = User.objects.get_or_create(
        username=name, defaults={"role": role, "first_name": name.capitalize(), "second_factor": False}
    )
    if new:
        user.set_unusable_password()
        user.save()
    Scope.objects.get_or_create(user=user, corporation=corporation, wijk="")
    return user
