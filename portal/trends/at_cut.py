"""Read casework as it stood at the cut of a selection, so that figures change with a new list and never with one action.

What is taken back, answered or withdrawn after the cut still counts as it stood. An objection takes no work out of these
figures: the difference between two prints would then describe that one tenant (see DECISIONS.md).
"""

from __future__ import annotations

from typing import Any

from django.db import models
from django.db.models import F, Q, QuerySet, Value

from portal.accounts.access import counted_cases_for
from portal.accounts.models import User
from portal.casework.codes import PickedUp
from portal.casework.models import Case, Contact, Handover, Worry
from portal.trends.reach import Reach


def cases(user: User, reach: Reach) -> QuerySet[Case]:
    """Return the cases in the selection."""
    return reach.keep(counted_cases_for(user))


def contacts(reach: Reach) -> QuerySet[Contact]:
    """Return the contacts that were logged before the cut and not undone before it."""
    return Contact.objects.filter(_stood("undone_at", reach), created_at__lt=reach.cut)


def handovers(user: User, reach: Reach) -> QuerySet[Any]:
    """Return the hand-overs recorded before the cut, with the ``answer`` that was known then."""
    later = models.When(answered_on__gte=reach.cut.date(), then=Value(str(PickedUp.UNANSWERED)))
    return Handover.objects.filter(case__in=cases(user, reach), created_at__lt=reach.cut).annotate(
        answer=models.Case(later, default=F("picked_up"))
    )


def worries(reach: Reach) -> QuerySet[Worry]:
    """Return the worries that were reported before the cut and not withdrawn before it."""
    own = Worry.objects.filter(corporation=reach.corporation)
    return own.filter(_stood("withdrawn_at", reach), created_at__lt=reach.cut)


def _stood(field: str, reach: Reach) -> Q:
    """Return the condition that the moment in a field is not before the cut."""
    return Q(**{field: None}) | Q(**{f"{field}__gte": reach.cut})
