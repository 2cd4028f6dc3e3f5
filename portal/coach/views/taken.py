"""What a coach just took into care or gave to a colleague: the page after it says so and offers to undo it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import redirect
from django.utils.translation import gettext as _
from django.utils.translation import ngettext

from portal.accounts.models import User
from portal.casework import unmove
from portal.casework.models import Case, Transfer

TAKEN = "genomen"
"""Parameter with the numbers of the transfers."""
MOST = 300
"""Maximum number of transfers in an address."""


@dataclass(frozen=True)
class Taken:
    """Transfers of a user that can be undone."""

    rows: Sequence[Transfer]

    @property
    def numbers(self) -> str:
        """Their numbers, as `numbers` reads them."""
        return "-".join(str(row.pk) for row in self.rows)

    @property
    def to(self) -> User:
        """Who has them now."""
        return self.rows[0].to

    @property
    def text(self) -> str:
        """What happened, in a sentence."""
        number = len(self.rows)
        if self.rows[0].to_id != self.rows[0].by_id:
            return _("Dit adres is nu in zorg bij %(who)s.") % {"who": self.to}
        if number == 1:
            return _("Dit adres is nu bij u in zorg.")
        text = ngettext("%(n)s adres is nu bij u in zorg.", "%(n)s adressen zijn nu bij u in zorg.", number)
        return text % {"n": number}


def numbers(text: str) -> list[int]:
    """Return the numbers in a parameter; anything else is left out."""
    parts = text[: MOST * 12].split("-")[:MOST]
    return [int(part) for part in parts if part.isascii() and part.isdigit() and len(part) < 12]


def taken(user: User, text: str) -> Taken | None:
    """Return what a page offers to undo, or None."""
    rows = unmove.just_moved(user, numbers(text)) if text else []
    return Taken(rows) if rows else None


def then(page: str, user: User, cases: list[Case]) -> HttpResponse:
    """Redirect to a page with the newest transfers of cases, which this user just made."""
    rows = Transfer.objects.filter(case__in=cases, by=user).order_by("case_id", "-reference")
    newest: dict[int, int] = {}
    for case_id, pk in rows.values_list("case_id", "pk"):
        newest.setdefault(case_id, pk)
    chosen = "-".join(map(str, list(newest.values())[:MOST]))
    return redirect(f"{page}?{TAKEN}={chosen}" if chosen else page)
