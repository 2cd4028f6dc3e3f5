"""Say which urgent worries still wait for a coach."""

from __future__ import annotations

from django.db.models import Exists, OuterRef, Q

from portal.casework.codes import OPEN, Answer, State
from portal.casework.models import Contact


def still_waits() -> Q:
    """Return the condition of a worry that has no answer, or whose coach promised another try and reached nobody since.

    A case that was closed or is on *waakvlam* by now needs no other try: a coach decided so.
    """
    reached = Contact.objects.filter(
        case=OuterRef("case"), reached=True, undone_at=None, on__gte=OuterRef("answered_on")
    )
    trying = Q(~Exists(reached), answer=Answer.TRYING, case__state__in=(State.NEW, *OPEN))
    return Q(answer="") | trying
