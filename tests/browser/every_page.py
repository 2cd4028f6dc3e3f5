"""Every page of every role, with work of all kinds in it, as the table of the portal's URLs names them."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass

from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal.auth import TOTP, generate_totp_secret
from django.urls import reverse

from portal.accounts.models import Corporation, Role, User
from portal.casework import care, services, worries
from portal.casework.codes import Kind
from portal.casework.models import Case
from tests.portal import factories, two_years
from tests.portal.factories import TODAY
from tests.portal.table import ANYBODY, NO_PAGE, TABLE

WITH_FACTOR = {
    "mfa_deactivate_totp",
    "mfa_generate_recovery_codes",
    "mfa_reauthenticate",
    "mfa_view_recovery_codes",
}
"""Pages for whoever has a second factor."""
ONCE_IN = {"account_logout"}
"""Pages of the way in that somebody who is in sees."""


@dataclass(frozen=True)
class Opened:
    """A page: the name of its URL, who opens it, and its path."""

    name: str
    user: User | None
    path: str


@dataclass(frozen=True)
class World:
    """A corporation with work of all kinds: users of each role, and addresses worked on, untouched and objected to."""

    users: dict[str, User]
    guarded: dict[str, User]
    worked_on: Case
    objected: Case

    @classmethod
    def of(cls, corporation: Corporation, other: Corporation) -> World:
        """Make the world."""
        users = {role: factories.user(role, corporation, first_name="Noor") for role in Role.values}
        guarded = {role: factories.user(role, corporation) for role in Role.values}
        for user in guarded.values():
            TOTP.activate(user, generate_totp_secret())
            RecoveryCodes.activate(user)
        users[Role.MANAGER].scopes.create(corporation=other)
        first, second, third = (factories.listed_case(corporation, position=place) for place in (1, 2, 3))
        coach = users[Role.COACH]
        services.log_contact(
            coach, first.pk, version=1, token="a", kind=Kind.VISIT, follow_up_on=TODAY, note="Kort."
        )
        care.hand_over(coach, first.pk, version=2, token="h", partner="wijkteam")
        care.grow(coach, first.pk, version=3, domain="geld", step=1, phase="start")
        care.object_to(coach, third.pk)
        factories.worry(second, urgent=True)
        urgent = {"urgent": True, "corporation": corporation.pk, "eenheid_id": "E1"}
        worries.pass_on_worry(users[Role.MELDER], token="w", source="vakman", worry="veiligheid", **urgent)
        two_years.runs(corporation, 10)
        two_years.figures(corporation, 2, 30)
        return cls(users, guarded, first, third)

    def pages(self) -> Iterator[Opened]:
        """Yield each page for each role that may open it, and what the table cannot say: other states of an address."""
        for name, (roles, arguments) in TABLE.items():
            if name in NO_PAGE:
                continue
            path = reverse(name, args=arguments(self.worked_on) if arguments else ())
            if roles == ANYBODY and name not in ONCE_IN:
                yield Opened(name, None, path)
                continue
            who = self.guarded if name in WITH_FACTOR else self.users
            for role in Role.values:
                if role in roles or name in ONCE_IN:
                    yield Opened(name, who[role], path)
        coach = self.users[Role.COACH]
        yield Opened("an objection", coach, reverse("coach:case", args=(self.objected.pk,)))
        yield Opened("no address", coach, reverse("coach:case", args=(0,)))
        program = factories.token(self.worked_on.corporation).user_id
        yield Opened("a program", self.users[Role.ANALYST], reverse("analyst:user", args=(program,)))
