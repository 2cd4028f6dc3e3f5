"""Record an analyst's answer about a row that matches nobody: an agreement, or that it is about none of our tenants."""

from __future__ import annotations

from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.utils.translation import gettext as _

from portal.accounts.access import unmatched_for
from portal.accounts.audit import record
from portal.accounts.models import User
from portal.casework import checks
from portal.runs.models import OF_NOBODY, Assignment, Reason, UnmatchedRow

LONGEST_ID = 100


def assign(user: User, row_id: int, *, token: str, overeenkomst_id: str, reason: str) -> Assignment:
    """Add an answer about a row; the newest answer of a row counts. A form that is sent twice adds one answer.

    Parameters
    ----------
    user : User
        An analyst of the corporation.
    row_id : int
        The row.
    token : str
        Belongs to the form.
    overeenkomst_id : str
        The agreement that the row is about; empty for none of our tenants. The weekly run ignores one that the register does not
        know, so the row then stays open.
    reason : str
        A value of `Reason` that fits the answer.

    Raises
    ------
    UnmatchedRow.DoesNotExist
        This user may not see the row.
    ValidationError
        The reason does not fit, or an agreement was chosen for a contact or worry that could not be read.
    """
    row: UnmatchedRow = unmatched_for(user).get(pk=row_id)
    overeenkomst_id = checks.plain(overeenkomst_id)
    if reason not in Reason.values or (reason in OF_NOBODY) == bool(overeenkomst_id):
        fitting = [label for value, label in Reason.choices if (value in OF_NOBODY) != bool(overeenkomst_id)]
        text = _("Deze reden past niet bij uw antwoord. Kies uit: %(reasons)s.")
        raise ValidationError({"reason": text % {"reasons": "; ".join(map(str, fitting))}})
    if len(overeenkomst_id) > LONGEST_ID:
        raise ValidationError({"other": _("Dit nummer is te lang.")})
    if overeenkomst_id and not row.answerable:
        text = _("Deze rij is niet te lezen. Laat haar verbeteren en opnieuw leveren.")
        raise ValidationError({"agreement": text})
    try:
        with transaction.atomic():
            given = Assignment.objects.create(
                by=user,
                token=token,
                corporation=row.corporation,
                key=row.key,
                meaning=row.meaning,
                overeenkomst_id=overeenkomst_id,
                reason=reason,
            )
            record(user, "row.assign", given, row=row.key, meaning=row.meaning, reason=reason)
    except IntegrityError:  # the same form a second time
        return Assignment.objects.get(token=token, by=user)
    return given
