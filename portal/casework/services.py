"""Change cases. Each function is one transaction with an audit entry; only this module, `care` and `transfers` write casework.

Every function takes the user first and opens the case with `cases_for`, so a view that forgets to check access still
cannot change another user's case. ``version`` is the version of the case when the form was opened. ``token`` belongs to
the form, so that a form that is sent twice counts once.

Every function can raise `Case.DoesNotExist`, `Conflict` and `ValidationError` (see `portal.casework.errors`).
"""

from __future__ import annotations

from datetime import date, time, timedelta
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction
from django.db.models import CharField, QuerySet
from django.utils.translation import gettext as _

from portal import clock
from portal.accounts.access import Viewer, cases_for, coaches_for
from portal.accounts.audit import record
from portal.accounts.models import User
from portal.casework import checks
from portal.casework.before import put_back, snapshot
from portal.casework.codes import OPEN, Kind, Result, State
from portal.casework.errors import Conflict
from portal.casework.leave import free_day, keep_free, leave_of
from portal.casework.models import Case, Contact
from portal.casework.models.work import today
from portal.casework.transfers import hand, hand_back, keep, stands
from portal.casework.workdays import working_day
from portal.prepared import Slot, prepared

WRITTEN = (
    "state", "reason", "owner", "lent_by", "lent_until", "follow_up_on", "follow_up_at", "appointment_on", "flared_up_on",
    "objected_on", "worked_on", "version",
)  # fmt: skip
"""The fields of a case that services write; a publication writes identity and listing."""


@transaction.atomic
def log_contact(
    user: User,
    case_id: int,
    *,
    version: int,
    token: str,
    kind: str,
    on: date | None = None,
    reached: bool | None = None,
    part_of_day: str = "",
    result: str = "",
    needs: str = "",
    state: str = "",
    follow_up_on: date | None = None,
    follow_up_at: time | None = None,
    note: str = "",
    takes: bool = False,
    keeps: bool = False,
) -> Contact:
    """Log a contact and the state of the case after it.

    Parameters
    ----------
    kind, part_of_day, result, state : str
        Values of `portal.casework.codes`; an empty state means the proposal of `checks.next_state`. A contact of before the last
        one is added to the story and leaves the state as it is.
    needs : str
        What the resident needs help with: values of `Need` with blanks between them.
    on : date, optional
        Day of the contact, not in the future; default: today.
    follow_up_on : date, optional
        The next step, on *waakvlam* the end of the watch (a quarter where nothing is given). Not in the past; it moves to
        the next working day on which whoever has the case is there (`portal.casework.leave`). After the result *afspraak
        gemaakt* it is the day of the appointment, which stays as agreed.
    follow_up_at : time, optional
        The hour of the next step; left out where there is none, and at the end of a watch.
    note : str
        At most 500 characters; optional, and deleted with the case.
    takes : bool
        Whether the user takes the case over from a colleague, if it goes on.
    keeps : bool
        Whether the next step stays what it was, if its day is the same: an appointment, or a day in somebody's leave. So it
        does where only the state changes.
    """
    closing = kind == Kind.ADMINISTRATIVE and state == State.CLOSED
    case, done = open_case(user, case_id, version, Contact, token, despite_objection=closing)
    if done:
        return done
    stays = follow_up_on and (keeps or kind == Kind.ADMINISTRATIVE) and follow_up_on == case.follow_up_on
    appointed = result == Result.APPOINTMENT
    agreed = appointed or (stays and case.has_appointment)
    on = on or today()
    checks.happened("on", on)
    if checks.overtaken(case, on):
        checks.later(state, case.state)
        state = case.state
        if state not in OPEN:
            follow_up_on, follow_up_at = case.follow_up_on, case.follow_up_at
    state = state or checks.next_state(case, reached=reached or appointed)
    checks.planned("follow_up_on", follow_up_on)
    checks.fitting(state, result)
    checks.appointment(state, result, follow_up_on)
    if state == State.WATCH and follow_up_on is None:
        follow_up_on = today() + checks.WATCH
    if state in (State.CLOSED, State.NOT_FITTING):
        follow_up_on = None
        case.worries.exclude(answer="").exclude(call_back="").update(call_back="")  # nobody tries again
    if follow_up_on is not None and not (agreed or stays):
        follow_up_on = free_day(follow_up_on, leave_of(user.pk, None if takes else case))
    if follow_up_on is None or state == State.WATCH:
        follow_up_at = None
    contact = Contact(
        case=case,
        by=user,
        token=token,
        on=on,
        kind=kind,
        reached=reached,
        part_of_day=part_of_day,
        result=result,
        needs=checks.needs(needs),
        follow_up_on=follow_up_on,
        follow_up_at=follow_up_at,
        state=state,
        note=checks.without_bsn("note", note),
        before=snapshot(case),
    )
    # `open_case` looked for the token, and the database refuses a second one, so no query per unique field is needed
    contact.full_clean(exclude=("case", "by"), validate_unique=False)
    contact.save()
    case.state, case.follow_up_on, case.follow_up_at = state, follow_up_on, follow_up_at
    case.appointment_on = follow_up_on if agreed else None
    case.reason = result if state == State.NOT_FITTING else ""
    case.flared_up_on = None
    if state in (*OPEN, State.WATCH) and (takes or case.owner is None or not case.owner.is_active):
        keep(user, case)  # nobody waits for whoever left
    if kind != Kind.ADMINISTRATIVE and not user.is_program:  # the reporter still waits for an answer
        waiting = case.worries.filter(urgent=True, taken_by=None, withdrawn_at=None, on__lte=on)
        waiting.update(taken_by=user, taken_at=clock.now())
    changed(case)
    record(user, "contact.log", case, reference=contact.reference, kind=kind, state=state)
    return contact


def set_state(user: User, case_id: int, *, version: int, token: str, state: str, **more: Any) -> Contact:
    """Set the state without a contact, as an administrative row in the same log, so that the next run receives it.

    ``more`` are the result, the next step and the note of `log_contact`.
    """
    more |= {"version": version, "token": token, "kind": Kind.ADMINISTRATIVE, "state": state}
    return log_contact(user, case_id, **more)


@transaction.atomic
def undo(user: User, contact_id: int, *, version: int) -> Contact:
    """Undo one's own last contact of a case within a day and restore the earlier stand; a second call has no effect."""
    contact = Contact.objects.filter(pk=contact_id, case__in=cases_for(user)).first()
    if contact is None:
        raise Case.DoesNotExist
    case, _none = open_case(user, contact.case_id, None)
    contact.refresh_from_db()
    if contact.undone_at:
        return contact
    if contact.by_id != user.pk:
        raise ValidationError(_("Een collega legde dit vast. Leg zelf een nieuw contact vast."))
    if case.version != version:
        raise Conflict(case)
    last = case.contacts.filter(undone_at=None).order_by("-reference").first()
    if last != contact or not contact.undoable:
        raise ValidationError(_("Dit contact is niet meer terug te nemen. Leg een nieuw contact vast."))
    contact.undone_at = clock.now()
    contact.save(update_fields=["undone_at"])
    had = case.owner
    put_back(case, contact.before)
    hand_back(user, case, had)
    changed(case, worked_on=bool(contact.before["worked_on"] or contact.given_at))
    record(user, "contact.undo", case, reference=contact.reference)
    return contact


@transaction.atomic
def take_over(user: User, case_id: int, *, version: int, owner: User | None = None, note: str = "") -> Case:
    """Set the owner of a case: the user, or another coach who may see it; ``note`` says why, for that coach.

    Its next step moves out of the leave of the new owner, as a new step does.
    """
    case, _none = open_case(user, case_id, version)
    owner = owner or user
    if not coaches_for(case).filter(pk=owner.pk).exists():
        raise ValidationError({"owner": _("Deze collega werkt niet in deze wijk.")})
    before = stands(case)
    keep_free(case, owner.pk)
    give_to(user, case, owner, note=checks.without_bsn("note", note), before=before)
    record(user, "case.owner", case, owner=owner.username)
    return case


def give_to(
    user: User,
    case: Case,
    to: User,
    *,
    lent_by: User | None = None,
    until: date | None = None,
    note: str = "",
    before: dict[str, Any] | None = None,
) -> None:
    """Put a locked case in the care of a coach, as `portal.casework.transfers.hand`."""
    hand(user, case, to, lent_by=lent_by, until=until, note=note, before=before)
    changed(case)


def plan_next_step(user: User, case: Case, day: date | None = None, *, state: str = State.NEW) -> Contact:
    """Make a user the owner of a locked case with a next step, and log it as an administrative row.

    Parameters
    ----------
    user : User
        The coach who acts next.
    case : Case
        Locked by `open_case`. A closed case opens again.
    state : str
        What a closed or new case becomes: *te benaderen* by default.
    day : datetime.date, optional
        Latest day of the next step; the next working day after today by default. An earlier step that is still to come stays.
    """
    before = snapshot(case)
    day = day or working_day(today() + timedelta(days=1))
    if case.finished or case.state == State.NEW:
        case.state, case.reason = state, ""
    if case.owner_id != user.pk:
        case.lent_by = case.lent_until = None
    case.owner = user
    planned = case.follow_up_on
    case.follow_up_on = min(planned, day) if planned and planned >= today() else day
    keep_free(case, user.pk)
    if case.follow_up_on != planned:
        case.follow_up_at = None
    row = Contact.objects.create(
        case=case,
        by=user,
        kind=Kind.ADMINISTRATIVE,
        state=case.state,
        follow_up_on=case.follow_up_on,
        follow_up_at=case.follow_up_at,
        before=before,
    )
    changed(case)
    return row


def open_case(
    user: User,
    case_id: int,
    version: int | None,
    kind: Any = None,
    token: str = "",
    *,
    despite_objection: bool = False,
) -> tuple[Case, Any]:
    """Lock a case of this user and compare its version; return it with the row that the form's token made before, if any.

    Raises
    ------
    ValidationError
        The tenant objects, so nothing may be added, unless ``despite_objection``.
    """
    case = _locked(Viewer.of(user)).get(case=case_id)
    if kind is not None and token:
        done = _made_by(kind).first(token=token)
        if done is not None:
            if done.case_id != case.pk or done.by_id != user.pk:
                raise Conflict(case)
            return case, done
    if case.objected_on and not despite_objection:
        raise ValidationError(_("De bewoner maakte bezwaar. U kunt hier niets meer vastleggen."))
    if version is not None and case.version != version:
        raise Conflict(case)
    return case, None


@prepared
def _made_by(kind: Any) -> QuerySet[Any]:
    return kind.objects.filter(token=Slot("token", CharField()))[:1]


@prepared
def _locked(viewer: Viewer) -> QuerySet[Case]:
    # `of`: the corporation and the owner are joined, and publishing locks the corporation.
    locked = cases_for(viewer).filter(pk=Slot("case")).select_for_update(of=("self",))
    return locked.select_related("corporation", "owner")


def changed(case: Case, *, worked_on: bool = True) -> None:
    """Save the fields of a case that services write, and increment its version."""
    case.worked_on = worked_on
    case.version += 1
    case.save(update_fields=WRITTEN)
